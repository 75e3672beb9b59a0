import type { TokenChange } from '../source/changes.ts'

/** Literals of the product that changed, one after the other, and what a value became by them. */
export interface Turn {
  readonly value: string
  /** In the order in which they apply. */
  readonly changes: readonly TokenChange[]
}

/** Changes that are followed one after the other, and values on the way. */
const LIMITS = { steps: 3, values: 40, length: 500 } as const
/** A literal with fewer letters stands inside of many others by chance. */
const TELLING = 4
const SUBSTITUTION = /\{\{[^{}]*\}\}|[$%#]?\{[^{}]*\}|<%=[^%]*%>|%[sd]/g
const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  '#39': "'",
  nbsp: ' ',
  euro: '€',
  pound: '£',
  hellip: '…',
  ndash: '–',
  mdash: '—',
}

/** A literal as a page shows it: white space collapsed, entities and escaped quotes decoded. */
export const shownText = (text: string): string =>
  text
    .replace(/&(#39|\w{2,6});/g, (whole, name: string) => ENTITIES[name] ?? whole)
    .replace(/\\(["'`])/g, '$1')
    .replace(/\s+/g, ' ')
    .trim()

/**
 * The shortest way by which literals of the product that changed lead from a value to one that is wanted; of several as
 * short the one whose surroundings stayed. Null where there is none.
 *
 * @param step what one change makes of a value; null where it is not about it
 */
export const followLiterals = (
  from: string,
  isReached: (value: string) => boolean,
  changes: readonly TokenChange[],
  step: (value: string, change: TokenChange) => string | null,
): Turn | null => {
  const seen = new Set([from])
  let values: readonly Turn[] = [{ value: from, changes: [] }]
  for (let steps = 0; steps < LIMITS.steps; steps++) {
    const next: Turn[] = []
    const reached: Turn[] = []
    for (const turn of values) {
      for (const change of changes) {
        const value = step(turn.value, change)
        if (value === null || value === turn.value || value.length > LIMITS.length) continue
        const further = { value, changes: [...turn.changes, change] }
        if (isReached(value)) reached.push(further)
        else if (!seen.has(value) && next.length < LIMITS.values) {
          seen.add(value)
          next.push(further)
        }
      }
    }
    const [best] = reached.sort((a, b) => doubtOf(a) - doubtOf(b))
    if (best) return best
    values = next
  }
  return null
}

const DOUBT = { alone: 0, anchored: 1, contested: 2 } as const
const doubtOf = ({ changes }: Turn): number => Math.max(...changes.map(({ standing }) => DOUBT[standing]))

/** Whether a text shows a literal: itself, or all that a template says by itself. */
export const isShownIn = (text: string, literal: string): boolean =>
  shownText(literal)
    .split(SUBSTITUTION)
    .every((chunk) => text.includes(chunk))

/** Both sides of a change as a page shows them; a history is asked again and again. */
const shownSides = (change: TokenChange): readonly [old: string, fresh: string] => {
  const known = SHOWN.get(change)
  if (known) return known
  const sides = [shownText(change.old ?? ''), shownText(change.new ?? '')] as const
  SHOWN.set(change, sides)
  return sides
}
const SHOWN = new WeakMap<TokenChange, readonly [old: string, fresh: string]>()

const isLiteral = ({ kind, old }: TokenChange): boolean =>
  kind === 'string' || kind === 'text' || kind === 'number' || (kind === 'word' && /^\p{Lu}/u.test(old ?? ''))

/**
 * What a text becomes where the product's own literal changed: the whole of it, a template filled with the same values as
 * before, or a phrase that stands in it once.
 */
export const turnText = (text: string, change: TokenChange): string | null => {
  if (change.old === null || change.new === null || !isLiteral(change)) return null
  const [old, fresh] = shownSides(change)
  if (text === old) return fresh
  if (old.length > LIMITS.length || fresh.length > LIMITS.length) return null
  if (old.match(SUBSTITUTION)) return turnTemplate(text, old, fresh)
  const isPhrase = (change.kind === 'string' || change.kind === 'text') && letters(old) >= TELLING
  const at = isPhrase ? onlyPlace(text, old) : null
  return at === null ? null : text.slice(0, at) + fresh + text.slice(at + old.length)
}

const letters = (text: string): number => text.replace(/[^\p{L}]/gu, '').length

/** Where a phrase stands in a text, between words, if it does so once. */
const onlyPlace = (text: string, phrase: string): number | null => {
  const at = text.indexOf(phrase)
  if (at < 0 || text.indexOf(phrase, at + 1) >= 0) return null
  return isWordEdge(text, at) && isWordEdge(text, at + phrase.length) ? at : null
}

const WORD = /[\p{L}\p{N}]/u
const isWordEdge = (text: string, at: number): boolean => !(WORD.test(text[at - 1] ?? '') && WORD.test(text[at] ?? ''))

/** `Hello, ${name}` became `Welcome, ${name}`: the same name must stand in both. */
const turnTemplate = (text: string, old: string, fresh: string): string | null => {
  const chunks = old.split(SUBSTITUTION)
  if (letters(chunks.join('')) < TELLING) return null
  const values = valuesIn(text, chunks)
  const holes = old.match(SUBSTITUTION) ?? []
  if (!values) return null
  const byHole = new Map(holes.map((hole, at) => [hole.replace(/\s+/g, ''), values[at] ?? '']))
  let isWhole = true
  const filled = fresh.replace(SUBSTITUTION, (hole) => {
    const value = byHole.get(hole.replace(/\s+/g, ''))
    isWhole &&= value !== undefined
    return value ?? ''
  })
  return isWhole ? filled : null
}

/** What stands between the chunks of a template in a text that it made. */
const valuesIn = (text: string, chunks: readonly string[]): readonly string[] | null => {
  const [first = '', ...others] = chunks
  if (!text.startsWith(first)) return null
  const values: string[] = []
  let at = first.length
  for (const [index, chunk] of others.entries()) {
    const isLast = index === others.length - 1
    const found = isLast ? (text.endsWith(chunk) ? text.length - chunk.length : -1) : text.indexOf(chunk, at)
    if (found < at) return null
    values.push(text.slice(at, found))
    at = found + chunk.length
  }
  return at === text.length ? values : null
}

/**
 * What a part of a text becomes where the literal around it changed: `the counter` where `Back to the counter` became
 * `Back to the desk`. Only where all that changed lies inside of the part.
 */
export const turnPart = (part: string, change: TokenChange): string | null => {
  if (change.old === null || change.new === null || change.kind === 'word' || change.kind === 'number') return null
  const [old, fresh] = shownSides(change)
  if (old === part || old.length > LIMITS.length || letters(part) < TELLING) return old === part ? fresh : null
  const at = old.toLowerCase().indexOf(part.toLowerCase())
  if (at < 0 || old.toLowerCase().indexOf(part.toLowerCase(), at + 1) >= 0) return null
  const { from, to, end } = difference(old, fresh)
  if (from < at || to > at + part.length) return null
  return part.slice(0, from - at) + fresh.slice(from, end) + part.slice(to - at)
}

/** Where two texts differ, from word to word: `[from, to)` of the one and `[from, end)` of the other. */
const difference = (old: string, fresh: string): { from: number; to: number; end: number } => {
  const shorter = Math.min(old.length, fresh.length)
  let from = 0
  while (from < shorter && old[from] === fresh[from]) from++
  let tail = 0
  while (tail < shorter - from && old.at(-1 - tail) === fresh.at(-1 - tail)) tail++
  while (from > 0 && !(isWordEdge(old, from) && isWordEdge(fresh, from))) from--
  while (tail > 0 && !(isWordEdge(old, old.length - tail) && isWordEdge(fresh, fresh.length - tail))) tail--
  return { from, to: old.length - tail, end: fresh.length - tail }
}

/** What an address or a glob for addresses becomes where the product renamed one segment of a route or a file. */
export const turnAddress = (address: string, change: TokenChange): string | null => {
  if (change.old === null || change.new === null || change.kind === 'number') return null
  const renamed = segmentIn(change)
  if (!renamed) return null
  const segments = address.split(/([/?#])/)
  const places = [...segments.keys()].filter(
    (at) => segments[at] === renamed.old || isPageOf(segments[at], renamed.old),
  )
  const [at] = places
  if (at === undefined || places.length > 1) return null
  return segments
    .map((segment, index) => (index === at ? renamed.new + segment.slice(renamed.old.length) : segment))
    .join('')
}

const isPageOf = (segment: string | undefined, name: string): boolean =>
  /^\.\w{1,6}$/.test(segment?.startsWith(name) ? segment.slice(name.length) : '')

/** The one segment in which two routes differ; a literal without slashes is a segment itself. */
const segmentIn = ({ kind, old, new: fresh }: TokenChange): { old: string; new: string } | null => {
  const [was, now] = [old ?? '', fresh ?? ''].map((each) => {
    const segments = each.split(/[/?#]/)
    return kind === 'file' ? segments.slice(-1).map((name) => name.replace(/\.\w{1,6}$/, '')) : segments
  })
  if (!was || !now || was.length !== now.length) return null
  const differing = [...was.keys()].filter((at) => was[at] !== now[at])
  const [at = -1] = differing
  const [one = '', other = ''] = [was[at], now[at]]
  const isName = (segment: string): boolean => /^[\p{L}\p{N}][\w.~-]{1,100}$/u.test(segment) && letters(segment) >= 2
  return differing.length === 1 && isName(one) && isName(other) ? { old: one, new: other } : null
}
