import { normalise, squash } from '../dom/text.ts'
import { literalRegExp } from './playwright-write.ts'

/** Longest text a rewritten locator quotes. */
const MAX_QUOTED = 80

/**
 * What a text literal may become when the text it stood for changed: the same piece of the new text where the literal was
 * a piece of the old one, else the new text as a whole. Best first, without the literal itself.
 */
export function textVariants(
  literal: string | RegExp,
  before: readonly (string | undefined)[],
  after: readonly (string | undefined)[],
): (string | RegExp)[] {
  const news = unique(after.map((each) => squash(each ?? '')).filter((each) => each !== ''))
  const found: (string | RegExp)[] = []
  for (const now of news) {
    for (const was of before) {
      const piece = was === undefined ? null : mapPiece(literal, squash(was), now)
      if (piece !== null) found.push(piece)
    }
  }
  for (const now of news) {
    if (now.length > MAX_QUOTED) continue
    found.push(typeof literal === 'string' ? now : literalRegExp(now, literal.flags))
  }
  const seen = new Set([String(literal)])
  return found.filter((each) => !seen.has(String(each)) && seen.add(String(each)))
}

/**
 * Replaces in a literal the words that changed between two texts: with "Buy now" become "Purchase now", `Buy` becomes
 * `Purchase` and `/^buy/i` becomes `/^Purchase/i`. Null where the literal does not hold the changed words.
 */
function mapPiece(literal: string | RegExp, was: string, now: string): string | RegExp | null {
  const { old, fresh } = changedWords(was, now)
  if (old === '' || fresh === '') return null
  if (typeof literal === 'string') {
    if (!normalise(was).includes(normalise(literal))) return null
    const at = literal.toLowerCase().indexOf(old.toLowerCase())
    if (at < 0) return null
    return literal.slice(0, at) + fresh + literal.slice(at + old.length)
  }
  const oldSource = literalRegExp(old, '').source
  const at = literal.source.toLowerCase().indexOf(oldSource.toLowerCase())
  if (at < 0) return null
  const source =
    literal.source.slice(0, at) + literalRegExp(fresh, '').source + literal.source.slice(at + oldSource.length)
  try {
    const made = new RegExp(source, literal.flags)
    return new RegExp(made.source, made.flags.replace('g', '')).test(now) ? made : null
  } catch {
    return null
  }
}

/** The middle of two texts that differs, in whole words. */
function changedWords(was: string, now: string): { old: string; fresh: string } {
  const left = was.split(' ')
  const right = now.split(' ')
  let head = 0
  while (head < left.length && head < right.length && left[head] === right[head]) head++
  let tail = 0
  const most = Math.min(left.length, right.length) - head
  while (tail < most && left[left.length - 1 - tail] === right[right.length - 1 - tail]) tail++
  return {
    old: left.slice(head, left.length - tail).join(' '),
    fresh: right.slice(head, right.length - tail).join(' '),
  }
}

/** The values without repetition, in order. */
export function unique<T>(values: readonly T[]): T[] {
  return [...new Set(values)]
}
