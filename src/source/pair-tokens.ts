import type { Token } from './tokens.ts'

/**
 * What became of the code around a replaced token. `alone`: nothing else that says what the thing is or does changed with
 * it. `anchored`: something did, but a rare name in the same element stayed. `contested`: all of it changed, so that the
 * one thing may have made room for another.
 */
export type Standing = 'alone' | 'anchored' | 'contested'

export interface TokenPair {
  readonly old: Token | null
  readonly next: Token | null
  readonly standing: Standing
}

interface Sides {
  readonly before: readonly Token[]
  readonly after: readonly Token[]
}

/** Words of markup, styling or the language itself: they say nothing of what a thing is. */
const PLAIN =
  /^(?:class(?:Name)?|style[sd]?|type|const|let|return|function|export|import|from|default|true|false|null|undefined|on[A-Z]\w*|data-[\w-]+|id|name|role|aria-[\w-]+|to|href|key|if|else|htmlFor|for|submit|button|text|value)$/
/** Names of elements; where one begins, another ends. Components begin with a capital. */
const TAG =
  /^(?:a|button|div|span|label|section|input|form|li|ul|ol|tr|td|th|table|tbody|thead|p|h[1-6]|nav|main|header|footer|aside|article|select|option|textarea|dialog|fieldset|legend|iframe|img)$/
const STYLING = /^(?:class(?:Name)?|styles?)$/
/** Tokens on either side that are looked at where no element ends before. */
const REACH = 14
/** Share of the surroundings that must be common for two tokens to be paired by them. */
const COMMON = 0.3
/** What a word in common adds to that share: of two newcomers in a place, “Save changes” is “Save”, not “Cancel”. */
const RELATED = 0.3
/** A text may have become a value, and the other way round; a text that became a text is likelier. */
const SAME_KIND = 0.15
const MOST_PAIRED = 300

const isTag = (token: Token | undefined): boolean => token?.kind === 'word' && TAG.test(token.text)

/** Positions of the tokens of the same element or statement, as far as can be told without punctuation. */
const windowOf = (tokens: readonly Token[], at: number): readonly number[] => {
  const found: number[] = []
  for (let left = at - 1; left >= Math.max(0, at - REACH); left--) {
    if (isTag(tokens[left])) break
    found.push(left)
  }
  for (let right = at + 1; right <= Math.min(tokens.length - 1, at + REACH); right++) {
    if (isTag(tokens[right])) break
    found.push(right)
  }
  return found
}

/** What the surroundings of a token say: names and texts, without styling and plain words. */
const spokenAround = (tokens: readonly Token[], at: number): readonly string[] =>
  windowOf(tokens, at).flatMap((near) => {
    const token = tokens[near]
    const isStyle = STYLING.test(tokens[near - 1]?.text ?? '')
    return token && !isStyle && /\p{L}{3}/u.test(token.text) && !PLAIN.test(token.text) ? [token.text] : []
  })

/**
 * All tokens of a window and the element it is in, however plain: what looks alike pairs sooner, but only what is spoken
 * tells what a thing is.
 */
const allAround = (tokens: readonly Token[], at: number): readonly string[] => {
  const near = windowOf(tokens, at)
  const tag = tokens[Math.min(at, ...near) - 1]
  return [...near.map((one) => tokens[one]?.text ?? ''), ...(tag && isTag(tag) ? [tag.text] : [])]
}

const words = (text: string): readonly string[] =>
  text
    .replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word.length > 2)

const areRelated = (a: string, b: string): boolean => {
  const theirs = words(b)
  return words(a).some((word) =>
    theirs.some((other) => other === word || (word.length > 4 && other.startsWith(word.slice(0, 5)))),
  )
}

const standingOf = (
  around: readonly string[],
  now: readonly string[],
  frequency: ReadonlyMap<string, number>,
): Standing => {
  const lost = around.filter((text) => !now.some((other) => other === text || areRelated(text, other)))
  if (lost.length === 0) return 'alone'
  return around.some((text) => now.includes(text) && (frequency.get(text) ?? 0) <= 2) ? 'anchored' : 'contested'
}

const sameKind = (a: Token, b: Token): boolean =>
  a.kind === b.kind || (a.kind !== 'number' && b.kind !== 'number' && a.kind !== 'word' && b.kind !== 'word')

/**
 * Pairs what a hunk took away with what it brought: by their surroundings, the most alike first, so that a block that was
 * moved or indented keeps its pairs; what has none to go by pairs in order, where as many came as went.
 *
 * @param frequency how often each token stands in the whole commit, before it
 */
export const pairBySurroundings = (
  { before, after }: Sides,
  { gone, come }: { readonly gone: readonly number[]; readonly come: readonly number[] },
  frequency: ReadonlyMap<string, number>,
): readonly TokenPair[] => {
  const placed = (tokens: readonly Token[], at: number) => {
    const all = allAround(tokens, at)
    return { token: tokens[at], around: spokenAround(tokens, at), all, said: new Set(all.flatMap(words)) }
  }
  const left = gone.map((at) => placed(before, at))
  const right = come.map((at) => placed(after, at))
  const weight = (text: string): number => 1 / (frequency.get(text) ?? 1)
  const sum = (texts: readonly string[]): number => texts.reduce((total, text) => total + weight(text), 0)
  const ranked: { readonly score: number; readonly l: number; readonly r: number }[] = []
  for (const [l, one] of left.slice(0, MOST_PAIRED).entries()) {
    for (const [r, other] of right.slice(0, MOST_PAIRED).entries()) {
      if (!one.token || !other.token || !sameKind(one.token, other.token)) continue
      const shared = sum(
        one.all.filter((text) => other.all.includes(text) || words(text).some((word) => other.said.has(word))),
      )
      const common = shared / Math.max(sum(one.all), sum(other.all), 1e-9)
      const isRelated = areRelated(one.token.text, other.token.text)
      const likeness = common + (isRelated ? RELATED : 0) + (one.token.kind === other.token.kind ? SAME_KIND : 0)
      // Rounded, so that what is equally alike is told apart by its place and not by the order of a sum.
      const score = Math.round(likeness * 1e9) / 1e9
      // Being a heading or a button is not enough in common to be the same one.
      const isAlike = isRelated || one.all.some((text) => !TAG.test(text) && other.all.includes(text))
      if (common >= COMMON && isAlike) ranked.push({ score, l, r })
    }
  }
  const pairs: TokenPair[] = []
  const [usedLeft, usedRight] = [new Set<number>(), new Set<number>()]
  const take = (l: number, r: number, isCertain: boolean) => {
    const [one, other] = [left[l], right[r]]
    if (!one?.token || !other?.token) return
    usedLeft.add(l)
    usedRight.add(r)
    const standing = isCertain ? standingOf(one.around, other.around, frequency) : 'contested'
    pairs.push({ old: one.token, next: other.token, standing })
  }
  for (const { l, r } of ranked.sort((a, b) => b.score - a.score || Math.abs(a.l - a.r) - Math.abs(b.l - b.r))) {
    if (!usedLeft.has(l) && !usedRight.has(r)) take(l, r, true)
  }
  for (const kind of ['text', 'string', 'word', 'number'] as const) {
    const rest = (side: typeof left, used: ReadonlySet<number>) =>
      [...side.keys()].filter((i) => !used.has(i) && side[i]?.token?.kind === kind)
    const [went, came] = [rest(left, usedLeft), rest(right, usedRight)]
    if (went.length === 0 || went.length !== came.length) continue
    const isCertain = went.length === 1
    for (const [i, l] of went.entries()) take(l, came[i] ?? -1, isCertain)
  }
  for (const [l, { token }] of left.entries())
    if (token && !usedLeft.has(l)) pairs.push({ old: token, next: null, standing: 'alone' })
  for (const [r, { token }] of right.entries())
    if (token && !usedRight.has(r)) pairs.push({ old: null, next: token, standing: 'alone' })
  return pairs
}
