import type { Accessible } from '../dom/accessible.ts'
import type { Outline } from '../dom/outline.ts'
import type { TokenChange } from '../source/changes.ts'
import { areSameMutation } from './mutation.ts'
import { type Noise, traits } from './noise.ts'
import type { Named, Turn } from './page-change.ts'
import type { StepEffects } from './step-effects.ts'
import { compareWording, isUnderWay, saySame, spokenKey, spokenWords, type WordingGround } from './wording.ts'

export interface Finding {
  readonly verdict: 'explained' | 'different'
  readonly why: string
}

/** Share of the words of a change that the other page must show for the change to be the same one in other clothes. */
const ALIKE = 0.2
/** The same for a message that is no longer read out: half of its words must have come to the page. */
const SHOWN = 0.5
/** Share of the named things of a page that another must have to be the same page. */
const SAME_PAGE = 0.5
/** A run that looked at the page for less than this share of the time that the green one took has not seen what comes late. */
const WATCHED = 0.5
const ENOUGH_MS = 1_000

/** One thing alone may have come by chance. */
const FEW_THINGS = 2

/** Roles whose names are data: which row it is depends on what the app holds. */
const ROWS = new Set(['listitem', 'row', 'option'])
const CONTROLS = new Set(['button', 'tab', 'menuitem', 'checkbox', 'radio', 'switch', 'heading'])

export const wordsBut = (words: ReadonlySet<string>, but: ReadonlySet<string>): readonly string[] =>
  [...words].filter((word) => !but.has(word))

export const share = (words: readonly string[], page: Pick<Outline, 'words'>): number =>
  words.length === 0 ? 1 : words.filter((word) => page.words.has(word)).length / words.length

const cut = (text: string): string => (text.length > 80 ? `${text.slice(0, 79)}…` : text)

/**
 * Only what no rewording or restyling would do counts: a message that no longer comes or says something else, a state
 * that is not reached, a dialog that the other page has nothing of, a row that goes where it used to stay.
 */
export const comparePages = (
  green: StepEffects,
  now: StepEffects,
  noise: Noise,
  changes: readonly TokenChange[],
): readonly Finding[] => {
  const ground = groundOf(green, now, changes)
  const messages = compareMessages(green, now, noise, ground)
  const hasMoved = green.reached.length > 0 || now.reached.length > 0
  if (hasMoved) return messages
  const findings = [...messages, ...compareTurns(green, now, noise), ...compareOutlines(green, now)]
  return findings.length > 0 ? findings : compareContents(green, now, ground)
}

/** What these pages tell of rewordings: names that others of their things have lost and got, and words that are data. */
const groundOf = (green: StepEffects, now: StepEffects, all: readonly TokenChange[]): WordingGround => {
  // Where nothing was sent, the words are all there is to go by: then what stands with them must have stayed as it was.
  const changes = sendTheSame(green, now) ? all : all.filter(({ standing }) => standing === 'alone')
  const [was, is] = [green.page?.before.accessibles, now.page?.before.accessibles]
  if (!was || !is) return { changes, renamed: [], data: new Set() }
  let renamed: WordingGround['renamed'] | undefined
  let data: WordingGround['data'] | undefined
  // Most steps say what they said: then nobody asks.
  return {
    changes,
    get renamed() {
      renamed ??= renamedNames(was, is)
      return renamed
    },
    get data() {
      data ??= dataWords([...was, ...is])
      return data
    },
  }
}

const sendTheSame = ({ mutations: was }: StepEffects, { mutations: is }: StepEffects): boolean =>
  was.length > 0 &&
  was.every((one) => is.some((other) => areSameMutation(one, other))) &&
  is.every((one) => was.some((other) => areSameMutation(one, other)))

const MAX_NAMES = 400

/**
 * Names of one role that one page has and the other has not, paired by the words around those that differ. What the step
 * is about is left out: whether that is the same thing is the question.
 */
const renamedNames = (
  was: readonly Accessible[],
  is: readonly Accessible[],
): readonly (readonly [string, string])[] => {
  const key = ({ role, name }: Named) => `${role} ${name}`
  const [then, today] = [new Set(was.map(key)), new Set(is.map(key))]
  const only = (list: readonly Accessible[], others: ReadonlySet<string>) =>
    list.filter((one) => one.name !== '' && !one.live && !one.isTarget && !others.has(key(one))).slice(0, MAX_NAMES)
  const came = only(is, then)
  return only(was, today).flatMap((one) =>
    came.filter(({ role }) => role === one.role).map((other) => [one.name, other.name] as const),
  )
}

const dataWords = (things: readonly Accessible[]): ReadonlySet<string> => {
  const called = new Set(things.flatMap(({ role, name }) => (CONTROLS.has(role) ? spokenWords(name) : [])))
  const held = things.flatMap(({ role, name }) => (ROWS.has(role) ? spokenWords(name) : []))
  return new Set(held.filter((word) => !called.has(word)))
}

const compareMessages = (
  green: StepEffects,
  now: StepEffects,
  noise: Noise,
  ground: WordingGround,
): readonly Finding[] => {
  const isNoise = (text: string) =>
    spokenWords(text).length === 0 || isUnderWay(text) || noise.varies.has(traits.says(text))
  const wanted = (green.change?.said ?? []).filter((text) => !isNoise(text))
  const heard = (now.change?.said ?? []).filter((text) => !isNoise(text))
  const findings: Finding[] = []
  const left = new Set(heard)
  const open: string[] = []
  for (const text of wanted) {
    const same = [...left].find((other) => saySame(text, other))
    if (same === undefined) open.push(text)
    else left.delete(same)
  }
  for (const text of open) {
    const compared = [...left].map((other) => [other, compareWording(text, other, ground)] as const)
    const [other, found] =
      compared.find(([, { kind }]) => kind === 'same') ??
      compared.find(([, { kind }]) => kind === 'reworded') ??
      compared.find(([, { kind }]) => kind === 'contrary') ??
      compared[0] ??
      []
    if (other === undefined || found === undefined) {
      if (isMissing(text, green, now, ground))
        findings.push({ verdict: 'different', why: `it no longer says “${cut(text)}”` })
      continue
    }
    left.delete(other)
    if (found.kind === 'reworded')
      findings.push({ verdict: 'explained', why: `“${cut(text)}” reads “${cut(other)}” now. ${found.why}` })
    else if (found.kind === 'contrary' || (found.kind === 'other' && !isShown(text, now, ground, other)))
      findings.push({ verdict: 'different', why: `it said “${cut(text)}” and now says “${cut(other)}”` })
  }
  return findings
}

/**
 * Whether the page came to say a message in another place or another form, then or a little later.
 *
 * @param instead what it says in its place: words that both have prove nothing
 */
const isShown = (text: string, now: StepEffects, ground: WordingGround, instead = ''): boolean => {
  const { page } = now
  if (!page) return false
  const others = spokenWords(instead)
  const words = spokenWords(text).filter((word) => word.length >= 3 && !others.includes(word))
  return [page.after, ...page.later()].some((outline) => {
    const said = outline.accessibles.filter(({ live, name }) => live && name !== '').map(({ name }) => name)
    if (said.some((other) => ['same', 'reworded'].includes(compareWording(text, other, ground).kind))) return true
    const come = { words: new Set(wordsBut(outline.words, page.before.words)) }
    return words.length > 0 && share(words, come) >= SHOWN
  })
}

/** Whether a message really does not come any more: the page was looked at for long enough, and is the one it was. */
const isMissing = (text: string, green: StepEffects, now: StepEffects, ground: WordingGround): boolean =>
  hasWatched(green, now) && isSamePage(green.page?.after, now.page?.after) && !isShown(text, now, ground)

const hasWatched = (green: StepEffects, now: StepEffects): boolean => {
  const needed = Math.min((green.change?.watchedMs ?? 0) * WATCHED, ENOUGH_MS)
  return Math.max(now.change?.watchedMs ?? 0, now.page?.laterMs() ?? 0) >= needed
}

/** A page that was built anew tells its news in its own way. Without the green page there is nothing to compare. */
const isSamePage = (green: Outline | undefined, now: Outline | undefined): boolean => {
  if (!green || !now) return true
  const names = ({ accessibles }: Outline) =>
    new Set(accessibles.flatMap(({ role, name, live }) => (live || name === '' ? [] : [`${role} ${spokenKey(name)}`])))
  const [then, today] = [names(green), names(now)]
  if (then.size === 0) return true
  return [...then].filter((one) => today.has(one)).length / then.size >= SAME_PAGE
}

const isSameThing = (a: Named, b: Named): boolean => a.role === b.role && saySame(a.name, b.name)

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
const compareTurns = (green: StepEffects, now: StepEffects, noise: Noise): readonly Finding[] => {
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
const compareContents = (green: StepEffects, now: StepEffects, ground: WordingGround): readonly Finding[] => {
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
  const isReworded = (a: Named, b: Named) => compareWording(a.name, b.name, ground).kind === 'reworded'
  const hasCome = (one: Named) =>
    pages.some(({ accessibles }) => accessibles.some(({ name }) => saySame(one.name, name))) ||
    change.gained.some((other) => isReworded(one, other))
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

const compareOutlines = (green: StepEffects, now: StepEffects): readonly Finding[] => {
  const [was, is] = [green.page, now.page]
  if (!was || !is) return []
  const findings: Finding[] = []
  const gained = { green: wordsBut(was.after.words, was.before.words), now: wordsBut(is.after.words, is.before.words) }
  const opens = { green: was.after.dialogs > was.before.dialogs, now: is.after.dialogs > is.before.dialogs }
  if (opens.green && !opens.now && gained.green.length > 0 && share(gained.green, is.after) < ALIKE)
    findings.push({ verdict: 'different', why: 'it no longer opens a dialog' })
  if (opens.now && !opens.green && gained.now.length > 0 && share(gained.now, was.after) < ALIKE)
    findings.push({ verdict: 'different', why: 'it now opens a dialog' })
  const rows = { green: was.after.rows - was.before.rows, now: is.after.rows - is.before.rows }
  if (was.before.rows === is.before.rows && was.before.rows > 0 && Math.sign(rows.green) !== Math.sign(rows.now)) {
    const lost = wordsBut(was.before.words, was.after.words).filter((word) => is.before.words.has(word))
    if (rows.green < 0 && lost.length > 0 && share(lost, is.after) === 1)
      findings.push({ verdict: 'different', why: 'it no longer removes the row' })
    if (rows.green > 0 && gained.green.length > 0 && share(gained.green, is.after) === 0)
      findings.push({ verdict: 'different', why: 'it no longer adds a row' })
  }
  return findings
}
