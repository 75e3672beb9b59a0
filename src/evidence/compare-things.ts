import type { Outline } from '../dom/outline.ts'
import type { Finding } from './finding.ts'
import { type Noise, traits } from './noise.ts'
import type { Named, Turn } from './page-change.ts'
import {
  ALIKE,
  cut,
  hasWatched,
  isSamePage,
  isSameThing,
  MAX_COMPARED,
  ROWS,
  share,
  wordsBut,
} from './page-likeness.ts'
import type { StepEffects } from './step-effects.ts'
import { compareWording, saySame, spokenKey, spokenWords, type WordingGround } from './wording.ts'

/** One thing alone may have come by chance. */
const FEW_THINGS = 2

const TURNED: Readonly<Record<Turn['state'], readonly [on: string, off: string]>> = {
  checked: ['ticks', 'unticks'],
  expanded: ['expands', 'collapses'],
  selected: ['selects', 'deselects'],
  pressed: ['presses', 'releases'],
  disabled: ['disables', 'enables'],
  filled: ['fills', 'empties'],
}

export const sayTurn = ({ role, name, state, to }: Turn): string =>
  `${TURNED[state][to ? 0 : 1]} the ${role} “${cut(name)}”`

/** Whether things of the same name come to the same state: not to the contrary one, and not left as they were. */
export const compareTurns = (green: StepEffects, now: StepEffects, noise: Noise): readonly Finding[] => {
  const { page, change } = now
  if (!page || !change) return []
  return (green.change?.turned ?? []).flatMap((turn): Finding[] => {
    // A button that cannot be pressed while its request is under way is no news; one that can be from now on is.
    if (turn.name === '' || (turn.state === 'disabled' && turn.to)) return []
    if (noise.varies.has(traits.turns(turn))) return []
    const own = change.turned.filter((other) => other.state === turn.state && isSameThing(other, turn))
    if (own.some(({ to }) => to === turn.to)) return []
    const [contrary] = own
    if (contrary) return [{ verdict: 'different', why: `where it ${sayTurn(turn)}, it now ${sayTurn(contrary)}` }]
    const standing = (outline: Outline) => outline.accessibles.filter((one) => isSameThing(one, turn))
    const stays =
      standing(page.after).length > 0 && standing(page.after).every(({ states }) => states[turn.state] === !turn.to)
    const wasThere = standing(page.before).some(({ states }) => states[turn.state] === !turn.to)
    const comesLater = page
      .later()
      .some((later) => standing(later).some(({ states }) => states[turn.state] === turn.to))
    return wasThere && stays && !comesLater && hasWatched(green, now)
      ? [{ verdict: 'different', why: `it no longer ${sayTurn(turn)}` }]
      : []
  })
}

/**
 * What came and went where nothing was said of it. A page that shows its news in another way still shows some of them,
 * so only a step of which nothing at all came counts: all that it took away stays, or none of what it brought is there.
 */
export const compareContents = (green: StepEffects, now: StepEffects, ground: WordingGround): readonly Finding[] => {
  const { page, change } = now
  if (!green.change || !page || !change || !hasWatched(green, now)) return []
  const counts = ({ role, name }: Named) => !ROWS.has(role) && spokenWords(name).length > 0
  const [gained, lost] = [green.change.gained.filter(counts), green.change.lost.filter(counts)]
  const standing = lost.filter((one) => page.before.accessibles.some((other) => isSameThing(one, other)))
  if (gained.length + standing.length === 0) return []
  const isGone = (one: Named) => change.lost.some((other) => isSameThing(one, other))
  const pages = [page.after, ...page.later()]
  const words = gained.flatMap(({ name }) => spokenWords(name)).filter((word) => word.length >= 3)
  const come = new Set(pages.flatMap((outline) => wordsBut(outline.words, page.before.words)))
  if (words.length > 0 && share(words, { words: come }) >= ALIKE) return []
  const shown = new Set(pages.flatMap(({ accessibles }) => accessibles.map(({ name }) => spokenKey(name))))
  const isReworded = (a: Named, b: Named) => compareWording(a.name, b.name, ground).kind === 'reworded'
  const hasCome = (one: Named) =>
    shown.has(spokenKey(one.name)) || change.gained.some(({ name }) => saySame(one.name, name))
  if (
    gained
      .slice(0, MAX_COMPARED)
      .some((one) => change.gained.slice(0, MAX_COMPARED).some((other) => isReworded(one, other)))
  )
    return []
  if (gained.some(hasCome)) return []
  const say = (things: readonly Named[]) =>
    things
      .slice(0, 2)
      .map(({ role, name }) => `the ${role} “${cut(name)}”`)
      .join(' and ')
  if (standing.length > 0)
    return standing.some(isGone) ? [] : [{ verdict: 'different', why: `it no longer takes ${say(standing)} away` }]
  return gained.length >= FEW_THINGS && green.page && isSamePage(green.page.before, page.before)
    ? [{ verdict: 'different', why: `it no longer brings ${say(gained)}` }]
    : []
}
