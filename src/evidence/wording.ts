import { areAntonyms, areSynonyms } from '../dom/vocabulary.ts'
import type { Evidence } from '../model.ts'
import type { TokenChange } from '../source/changes.ts'
import { explainRename } from './explain.ts'

/** How one message stands to another that a page gives in its place. */
export type Wording =
  | { readonly kind: 'same' | 'contrary' | 'other' }
  | { readonly kind: 'reworded'; readonly why: string; readonly evidence: Evidence | null }

/** What tells a rewording from another message. */
export interface WordingGround {
  /** Those of the product's commits that may have reworded what it says. */
  readonly changes: readonly TokenChange[]
  /** Names that things of the page have had and have now, one for one: `Cart` → `Basket`. */
  readonly renamed: readonly (readonly [string, string])[]
  /** Words that are data on these pages: what rows hold and no control is called. */
  readonly data: ReadonlySet<string>
}

const SAME: Wording = { kind: 'same' }
const NEGATION = new Set(
  'not no never none without cannot cant couldnt wasnt isnt didnt unable nicht kein keine pas non'.split(' '),
)
/** Names of months and weekdays are data; their language is that of the page, which nobody tells. */
const CALENDAR: ReadonlySet<string> = new Set(
  ['en', 'de', 'fr', 'es', 'it', 'pt', 'nl', 'pl', 'sv'].flatMap((locale) =>
    (['long', 'short'] as const).flatMap((form) => {
      const month = new Intl.DateTimeFormat(locale, { month: form, timeZone: 'UTC' })
      const weekday = new Intl.DateTimeFormat(locale, { weekday: form, timeZone: 'UTC' })
      return Array.from({ length: 12 }, (_, at) => at).flatMap((at) => [
        month
          .format(Date.UTC(2024, at, 1))
          .toLowerCase()
          .replace('.', ''),
        weekday
          .format(Date.UTC(2024, 0, 1 + at))
          .toLowerCase()
          .replace('.', ''),
      ])
    }),
  ),
)

/** Words of a message in lower case; numbers, ids, dates and times of day are left out. */
export const spokenWords = (text: string): readonly string[] =>
  (
    text
      .toLowerCase()
      .replace(/['’]/g, '')
      .match(/[\p{L}\p{M}\p{N}]+/gu) ?? []
  ).filter((word) => !/\p{N}/u.test(word) && !CALENDAR.has(word) && word !== 'am' && word !== 'pm')

/** A message in a form that does not change from run to run. */
export const spokenKey = (text: string): string => spokenWords(text).join(' ')

const UNDER_WAY =
  /^(?:(?:please|still|now) )?(?:wait|busy|connecting|loading|processing|refreshing|saving|searching|sending|submitting|updating|uploading|working|lädt|laden|chargement|cargando|caricamento)$/

/** Whether a message says that something is under way: it comes and goes, and which run sees it is chance. */
export const isUnderWay = (text: string): boolean =>
  /(?:…|\.\.\.)\s*$/.test(text) || UNDER_WAY.test(spokenWords(text).join(' '))

const isNegated = (words: readonly string[]): boolean => words.some((word) => NEGATION.has(word))

/** What is left of two lists of words without what they begin and end with alike. */
const middles = (was: string, now: string): readonly [readonly string[], readonly string[]] => {
  const words = (text: string): readonly string[] => text.match(/[\p{L}\p{M}\p{N}'’-]+/gu) ?? []
  const [a, b] = [words(was), words(now)]
  const areEqual = (i: number, j: number) => a.at(i)?.toLowerCase() === b.at(j)?.toLowerCase()
  const most = Math.min(a.length, b.length)
  let start = 0
  while (start < most && areEqual(start, start)) start++
  let end = 0
  while (end < most - start && areEqual(-1 - end, -1 - end)) end++
  return [a.slice(start, a.length - end), b.slice(start, b.length - end)]
}

/** Whether two texts say the same by their words alone: the same ones, synonyms, or one says more than the other. */
export const saySame = (was: string, now: string): boolean => {
  const [a, b] = [spokenWords(was), spokenWords(now)]
  if (isNegated(a) !== isNegated(b) || areAntonyms(was, now)) return false
  const [short, long] = a.length <= b.length ? [a, new Set(b)] : [b, new Set(a)]
  return (short.length > 0 || long.size === 0) && (short.every((word) => long.has(word)) || areSynonyms(was, now))
}

/** Compares what a page said with what it says now. */
export const compareWording = (was: string, now: string, { changes, renamed, data }: WordingGround): Wording => {
  if (saySame(was, now)) return SAME
  if (areAntonyms(was, now)) return { kind: 'contrary' }
  const [a, b] = middles(was, now)
  if ([...a, ...b].every((word) => data.has(word.toLowerCase()))) return SAME
  for (const [old, fresh] of [
    [was, now],
    [a.join(' '), b.join(' ')],
  ] as const) {
    const { explanation, evidence } = explainRename({ what: 'text', old, new: fresh }, changes)
    if (explanation === 'renamed' && evidence) return { kind: 'reworded', why: evidence.text, evidence }
  }
  const join = (words: readonly string[]) => words.join(' ').toLowerCase()
  const isRenamed = renamed.some(([old, fresh]) => {
    const [gone, come] = middles(old, fresh)
    return gone.length > 0 && come.length > 0 && join(gone) === join(a) && join(come) === join(b)
  })
  if (isRenamed)
    return { kind: 'reworded', why: `“${join(a)}” is “${join(b)}” elsewhere on the page too`, evidence: null }
  return { kind: 'other' }
}
