import type { Outline } from '../dom/outline.ts'
import type { Named } from './page-change.ts'
import type { StepEffects } from './step-effects.ts'
import { saySame, spokenKey } from './wording.ts'

/** Share of the named things of a page that another must have to be the same page. */
const SAME_PAGE = 0.5
/** A run that looked at the page for less than this share of the time that the green one took has not seen what comes late. */
const WATCHED = 0.5
const ENOUGH_MS = 1_000

/**
 * Share of the words of a change that the other page must show for the change to be the same one in other clothes.
 */
export const ALIKE = 0.2
/** Roles whose names are data: which row it is depends on what the app holds. */
export const ROWS: ReadonlySet<string> = new Set(['listitem', 'row', 'option'])
/**
 * Messages and things of a side of which it is asked whether a commit reworded them: each asks the whole history.
 */
export const MAX_COMPARED = 8

export const wordsBut = (words: ReadonlySet<string>, but: ReadonlySet<string>): readonly string[] =>
  [...words].filter((word) => !but.has(word))

export const share = (words: readonly string[], page: Pick<Outline, 'words'>): number =>
  words.length === 0 ? 1 : words.filter((word) => page.words.has(word)).length / words.length

export const cut = (text: string): string => (text.length > 80 ? `${text.slice(0, 79)}…` : text)

export const isSameThing = (a: Named, b: Named): boolean => a.role === b.role && saySame(a.name, b.name)

/** Whether a run saw what comes late: one that did not look for as long says nothing of it. */
export const hasWatched = (green: StepEffects, now: StepEffects): boolean => {
  const needed = Math.min((green.change?.watchedMs ?? 0) * WATCHED, ENOUGH_MS)
  const watched = Math.max(now.change?.watchedMs ?? 0, now.page?.laterMs() ?? 0)
  return watched > 0 && watched >= needed
}

/** A page that was built anew tells its news in its own way. Without the green page there is nothing to compare. */
export const isSamePage = (green: Outline | undefined, now: Outline | undefined): boolean => {
  if (!green || !now) return true
  const names = ({ accessibles }: Outline) =>
    new Set(accessibles.flatMap(({ role, name, live }) => (live || name === '' ? [] : [`${role} ${spokenKey(name)}`])))
  const [then, today] = [names(green), names(now)]
  if (then.size === 0) return true
  return [...then].filter((one) => today.has(one)).length / then.size >= SAME_PAGE
}
