/**
 * Texts, words and identifiers as the identity score compares them. Everything here is pure, bounded in its input and
 * independent of the language a page is written in.
 */

/** Longest text that is looked at, in UTF-16 code units. */
export const MAX_TEXT = 500

/** Longest pair of texts compared letter by letter; longer ones are compared by their words. */
const MAX_EDIT = 96

/** Printable ASCII words with single spaces: needs no unifying, and most text on most pages is such. */
const PLAIN = /^[!-~]+(?: [!-~]+)*$/
const WORD = /[\p{L}\p{M}\p{N}]+/gu
/** Scripts written without spaces, cut into pairs of signs. */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}]/u
const INVISIBLE = /[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g

/** Collapses white space and cuts at {@link MAX_TEXT}; case and accents stay. */
export function squash(text: string): string {
  return text
    .slice(0, MAX_TEXT * 4)
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, MAX_TEXT)
}

/** The form in which texts are compared: compatibility forms unified, lower case, white space collapsed, cut. */
export function normalise(text: string): string {
  if (text.length <= MAX_TEXT && PLAIN.test(text)) return text.toLowerCase()
  return squash(
    text
      .slice(0, MAX_TEXT * 4)
      .normalize('NFKC')
      .replace(INVISIBLE, ''),
  ).toLowerCase()
}

/** Words of a text in order, lower case; at most `limit`. Scripts without spaces give overlapping pairs of signs. */
export function wordsOf(text: string, limit = 80): string[] {
  if (text.length <= MAX_TEXT && PLAIN.test(text)) return (text.toLowerCase().match(/[a-z0-9]+/g) ?? []).slice(0, limit)
  const words: string[] = []
  for (const match of normalise(text).matchAll(WORD)) {
    const word = match[0]
    if (UNSPACED.test(word) && word.length > 2) {
      const signs = [...word]
      for (let i = 0; i + 1 < signs.length && words.length < limit; i++) words.push(`${signs[i]}${signs[i + 1]}`)
    } else words.push(word)
    if (words.length >= limit) break
  }
  return words
}

const MAX_MEMO = 20_000
/** Identifiers repeat on a page and from page to page; emptied when full. */
const knownIdentifiers = new Map<string, readonly string[]>()

/** Words of an identifier: `btnSubmit-order_2` gives `btn`, `submit`, `order`, `2`. At most 24. */
export function identifierWords(identifier: string): readonly string[] {
  const key = identifier.slice(0, 200)
  const known = knownIdentifiers.get(key)
  if (known !== undefined) return known
  const words = splitIdentifier(key)
  if (knownIdentifiers.size >= MAX_MEMO) knownIdentifiers.clear()
  knownIdentifiers.set(key, words)
  return words
}

function splitIdentifier(identifier: string): string[] {
  const spaced = identifier
    .replace(/(\p{Ll}|\p{N})(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{Lu}+)(\p{Lu}\p{Ll})/gu, '$1 $2')
    .replace(/(\p{L})(\p{N})/gu, '$1 $2')
  return wordsOf(spaced, 24)
}

/** Levenshtein distance of two strings, given up (returning `limit + 1`) once it is sure to exceed `limit`. */
export function editDistance(a: string, b: string, limit = Number.POSITIVE_INFINITY): number {
  if (a === b) return 0
  if (Math.abs(a.length - b.length) > limit) return limit + 1
  const [short, long] = a.length <= b.length ? [a, b] : [b, a]
  let row = Uint16Array.from({ length: short.length + 1 }, (_, i) => i)
  let next = new Uint16Array(short.length + 1)
  for (let j = 1; j <= long.length; j++) {
    next[0] = j
    let least = j
    const letter = long.charCodeAt(j - 1)
    for (let i = 1; i <= short.length; i++) {
      const diagonal = (row[i - 1] ?? 0) + (short.charCodeAt(i - 1) === letter ? 0 : 1)
      const step = 1 + Math.min(row[i] ?? 0, next[i - 1] ?? 0)
      const cost = Math.min(diagonal, step)
      next[i] = cost
      if (cost < least) least = cost
    }
    if (least > limit) return limit + 1
    ;[row, next] = [next, row]
  }
  return row[short.length] ?? 0
}

/** Similarity by letters in [0, 1]: one minus the distance over the longer length; only the first 96 letters count. */
export function editSimilarity(a: string, b: string): number {
  if (a === b) return 1
  if (a === '' || b === '') return 0
  const x = a.slice(0, MAX_EDIT)
  const y = b.slice(0, MAX_EDIT)
  return 1 - editDistance(x, y) / Math.max(x.length, y.length)
}

/**
 * Overlap of two word lists in [0, 1], each word weighted by `weight` (for instance its rarity): the shared weight over
 * the weight of the union (Jaccard, weighted). Two empty lists share nothing.
 */
export function wordOverlap(a: readonly string[], b: readonly string[], weight: (word: string) => number): number {
  const left = new Set(a)
  const right = new Set(b)
  let shared = 0
  let all = 0
  for (const word of left) {
    const w = weight(word)
    all += w
    if (right.has(word)) shared += w
  }
  for (const word of right) if (!left.has(word)) all += weight(word)
  return all === 0 ? 0 : shared / all
}

/** Share of the weight of `part` that is found in `whole`, in [0, 1]. */
export function wordCoverage(
  part: readonly string[],
  whole: readonly string[],
  weight: (word: string) => number,
): number {
  const right = new Set(whole)
  let shared = 0
  let all = 0
  for (const word of new Set(part)) {
    const w = weight(word)
    all += w
    if (right.has(word)) shared += w
  }
  return all === 0 ? 0 : shared / all
}
