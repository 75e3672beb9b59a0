import {
  followLiterals,
  isShownIn,
  shownText,
  type Turn,
  turnAddress,
  turnPart,
  turnText,
} from '../evidence/literal-changes.ts'
import { matchText } from '../locators/match-locator.ts'
import type { TokenChange } from '../source/changes.ts'
import type { ExpectedValue } from '../source/expected-values.ts'

/** What an assertion should say today, and the changes of the product's literals that lead there. */
export interface NewValue extends Turn {
  /** What the product said before and says now, for the eye. */
  readonly was: string
  readonly now: string
}

/** Whether a text of the source is what a failure says was expected; what its holes stand for. */
export const saysExpected =
  (expected: string) =>
  (
    value: string,
    form: ExpectedValue['form'],
    comparison: ExpectedValue['comparison'],
  ): ReadonlyMap<string, string> | null => {
    if (form !== 'text') return value === expected ? new Map() : null
    const exact = matchText(value, expected)
    if (exact) return exact
    // A relative address is reported as the whole one that it means.
    if (comparison === 'address' && !value.includes('*') && pathOf(expected) !== null) {
      return matchText(value, pathOf(expected) ?? '') ?? matchText(value, (pathOf(expected) ?? '').replace(/^\//, ''))
    }
    return shownText(value) === shownText(expected) ? new Map() : null
  }

/** Path, query and fragment of an address; null for what is none. */
const pathOf = (address: string): string | null => {
  if (!URL.canParse(address)) return null
  const { pathname, search, hash } = new URL(address)
  return pathname + search + hash
}

/** What the product's own changes make of an expected value, if the page shows exactly that; null where they do not. */
export const turned = (value: ExpectedValue, actual: string, changes: readonly TokenChange[]): NewValue | null => {
  if (value.form === 'pattern') return turnPattern(value, actual, changes)
  if (value.comparison === 'address') return turnedAddress(value, actual, changes)
  if (value.comparison === 'part') return turnedPart(value, actual, changes)
  const [was, now] = [shownText(value.value), shownText(actual)]
  const turn =
    followLiterals(was, (text) => text === now, changes, turnText) ??
    (was.includes('/') ? followLiterals(was, (text) => text === now, changes, turnAddress) : null)
  return turn && { ...turn, was, now }
}

const turnedPart = ({ value }: ExpectedValue, actual: string, changes: readonly TokenChange[]): NewValue | null => {
  const [was, now] = [shownText(value), shownText(actual)]
  const isReached = (text: string): boolean => now.includes(text) && !now.includes(was)
  const turn =
    followLiterals(was, isReached, changes, turnText) ?? followLiterals(was, isReached, shownIn(now, changes), turnPart)
  return turn && { ...turn, was, now: turn.value }
}

/** Changes whose new literal the page shows: a part of a text says little by itself. */
const shownIn = (now: string, changes: readonly TokenChange[]): readonly TokenChange[] =>
  changes.filter(({ new: fresh }) => fresh !== null && isShownIn(now, fresh))

const turnedAddress = ({ value }: ExpectedValue, actual: string, changes: readonly TokenChange[]): NewValue | null => {
  if (!URL.canParse(actual)) return null
  const rest = value.replace(/^[^*]*\*{1,2}(?=\/)/, '')
  if (rest.includes('*')) return null
  const ends = [actual, pathOf(actual) ?? actual, new URL(actual).pathname]
  const isReached = (address: string): boolean => ends.some((end) => endsAlike(end, address, rest === value))
  const turn = followLiterals(rest, isReached, changes, turnAddress)
  if (!turn) return null
  return { ...turn, value: value.slice(0, value.length - rest.length) + turn.value, was: rest, now: turn.value }
}

/** Without a glob the whole path must be the same; a glob says how it ends. */
const endsAlike = (end: string, address: string, isWhole: boolean): boolean =>
  isWhole ? end === address || end === `/${address}` : end === address || end.endsWith(address)

/** Characters of a pattern that stand for themselves, escaped or not. */
const PLAIN_RUN = /(?:[^\\.*+?^${}()|[\]/]|\\[./?+*()[\]{}|^$-])+/g

/** A pattern keeps its form: in one of its plain stretches the words change that the product changed. */
const turnPattern = ({ value }: ExpectedValue, actual: string, changes: readonly TokenChange[]): NewValue | null => {
  const end = value.lastIndexOf('/')
  const [source, flags] = [value.slice(1, end), value.slice(end + 1)]
  const now = shownText(actual)
  if (matches(source, flags, now) !== false || source.length > 300) return null
  for (const run of source.matchAll(PLAIN_RUN)) {
    const plain = run[0].replace(/\\(.)/g, '$1')
    const rebuilt = (text: string): string =>
      source.slice(0, run.index) +
      text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&') +
      source.slice(run.index + run[0].length)
    const isReached = (text: string): boolean => matches(rebuilt(text), flags, now) === true
    const step = URL.canParse(actual) ? turnAddress : flags.includes('i') ? turnLoosely : turnText
    const turn =
      followLiterals(plain, isReached, changes, step) ??
      followLiterals(plain, isReached, shownIn(now, changes), turnPart)
    if (turn) return { ...turn, value: `/${rebuilt(turn.value)}/${flags}`, was: plain, now: turn.value }
  }
  return null
}

/** Where a pattern does not mind about capitals, neither does what its words are compared with. */
const turnLoosely = (text: string, change: TokenChange): string | null =>
  turnText(text, change) ??
  turnText(text, { ...change, old: change.old?.toLowerCase() ?? null, new: change.new?.toLowerCase() ?? null })

/** Null for a pattern that is none, or that might take long. */
const matches = (source: string, flags: string, text: string): boolean | null => {
  if (/[+*}]\)*[+*{]|\([^)]*[+*|][^)]*\)[+*{]/.test(source)) return null
  try {
    return new RegExp(source, flags.replace(/[gy]/g, '')).test(text.slice(0, 2_000))
  } catch {
    return null
  }
}
