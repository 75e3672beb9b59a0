import type { Evidence } from '../model.ts'
import type { TokenChange } from '../source/changes.ts'

/** A value of the lost element and its counterpart on the candidate: `data-testid` `buy` → `purchase`. */
export interface ValuePair {
  /** What the value is, for the reviewer: `test id`, `text`, `label`. */
  readonly what: string
  readonly old: string
  readonly new: string
}

/**
 * How far a change of the product's source accounts for what the test saw. `renamed`: one token took the other's place,
 * and what stands around it stayed; `replaced`: it did, and all around it changed as well; `same-commit`: one went and
 * the other came in the same file.
 */
export type Explanation = 'renamed' | 'same-commit' | 'replaced' | 'none'

export interface Explained {
  readonly explanation: Explanation
  readonly evidence: Evidence | null
}

const NOTHING: Explained = { explanation: 'none', evidence: null }

const normalise = (text: string): string => text.replace(/\s+/g, ' ').trim()

const SUBSTITUTION = /\{\{[^{}]*\}\}|[$%#]?\{[^{}]*\}|<%=[^%]*%>|%[sd]/

/** Whether a text is what a template (`Quantity for ${name}`, `%s items`) makes; its own words must be enough to tell. */
const fills = (template: string, value: string): boolean => {
  if (template.length > 200 || !SUBSTITUTION.test(template)) return false
  const chunks = normalise(template).split(SUBSTITUTION)
  if (chunks.join('').replace(/[^\p{L}]/gu, '').length < 4) return false
  let at = 0
  for (const [index, chunk] of chunks.entries()) {
    const found = index === 0 ? (value.startsWith(chunk) ? 0 : -1) : value.indexOf(chunk, at)
    if (found < 0) return false
    at = found + chunk.length
  }
  return chunks.at(-1) === '' || value.endsWith(chunks.at(-1) ?? '')
}

/** Equal but for white space, or made by it as a template; a list of classes holds each of its classes. */
const holds = (token: string | null, what: string, value: string): boolean => {
  if (token === null || value === '') return false
  if (normalise(token) === normalise(value) || fills(token, normalise(value))) return true
  return what === 'class' && token.split(/\s+/).includes(value)
}

const cite = (change: TokenChange): string =>
  `${change.file}:${change.line} in ${change.commit.id.slice(0, 8)} “${change.commit.subject.slice(0, 100)}” by ${change.commit.author.slice(0, 60)}`

/** Renamings that are followed one after the other: `buy` → `purchase` → `order`. */
const MAX_STEPS = 4

/**
 * The last of the changes that lead, one after the other, from one value to another with all around it as it was.
 *
 * @param changes newest commit first
 */
const followRenames = ({ what, old, new: wanted }: ValuePair, changes: readonly TokenChange[]): TokenChange | null => {
  let values = [old]
  const seen = new Set(values)
  for (let step = 0; step < MAX_STEPS; step++) {
    const next: string[] = []
    for (const change of [...changes].reverse()) {
      if (
        change.new === null ||
        change.standing === 'contested' ||
        !values.some((value) => holds(change.old, what, value))
      )
        continue
      if (holds(change.new, what, wanted)) return change
      if (!seen.has(change.new)) {
        seen.add(change.new)
        next.push(change.new)
      }
    }
    values = next
  }
  return null
}

const MAX_SUCCESSORS = 20

/**
 * What commits made of a value, one after the other, with all around it as it was; texts of templates are left out, since
 * they stand for many values. At most 20, in no order.
 */
export const successorsOf = (what: string, value: string, changes: readonly TokenChange[]): readonly string[] => {
  const found = new Set<string>()
  let values = [value]
  for (let step = 0; step < MAX_STEPS && values.length > 0; step++) {
    const next: string[] = []
    for (const change of changes) {
      const fresh = change.new
      if (fresh === null || change.standing === 'contested' || found.has(fresh) || found.size >= MAX_SUCCESSORS)
        continue
      if (SUBSTITUTION.test(fresh) || !values.some((one) => holds(change.old, what, one))) continue
      found.add(fresh)
      next.push(fresh)
    }
    values = next
  }
  found.delete(value)
  return [...found]
}

/** Looks for the commit that turned one value into the other. `changes` come newest commit first. */
export const explainRename = (pair: ValuePair, changes: readonly TokenChange[]): Explained => {
  if (normalise(pair.old) === normalise(pair.new)) return NOTHING
  const said = (explanation: Explanation, weight: number, text: string): Explained => ({
    explanation,
    evidence: { kind: 'commit', for: explanation !== 'replaced', weight, text },
  })
  const renamed = followRenames(pair, changes)
  if (renamed)
    return said('renamed', 0.9, `The product renamed the ${pair.what} “${pair.old}” to “${pair.new}”: ${cite(renamed)}`)
  const contested = changes.find(
    (change) => holds(change.old, pair.what, pair.old) && holds(change.new, pair.what, pair.new),
  )
  if (contested) {
    return said(
      'replaced',
      0.5,
      `The ${pair.what} “${pair.old}” made room for “${pair.new}”, and what it does changed with it: ${cite(contested)}`,
    )
  }
  for (const removal of changes) {
    if (!holds(removal.old, pair.what, pair.old)) continue
    const arrival = changes.find(
      (change) =>
        change.commit.id === removal.commit.id &&
        change.file === removal.file &&
        holds(change.new, pair.what, pair.new),
    )
    if (arrival)
      return said(
        'same-commit',
        0.4,
        `One commit took the ${pair.what} “${pair.old}” away and brought “${pair.new}”: ${cite(arrival)}`,
      )
  }
  return NOTHING
}

/**
 * Looks for the commit that took a value away for good: nothing took its place, or something that is said and done
 * otherwise; and it came back nowhere, then or later. `changes` come newest commit first.
 */
export const explainRemoval = (what: string, value: string, changes: readonly TokenChange[]): Evidence | null => {
  const at = changes.findIndex(
    (change) => holds(change.old, what, value) && (change.new === null || change.standing === 'contested'),
  )
  const removal = changes[at]
  if (!removal) return null
  const isBack = changes.some(
    (change, i) => (i < at || change.commit.id === removal.commit.id) && holds(change.new, what, value),
  )
  if (isBack) return null
  return {
    kind: 'commit',
    for: false,
    weight: 0.8,
    text: `The ${what} “${value}” was deleted, removed on purpose? ${cite(removal)}`,
  }
}
