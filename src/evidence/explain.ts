import type { Evidence } from '../model.ts'
import type { TokenChange } from '../source/changes.ts'

/** A value of the lost element and its counterpart on the candidate: `data-testid` `buy` → `purchase`. */
export interface ValuePair {
  /** What the value is, for the reviewer: `test id`, `text`, `label`. */
  readonly what: string
  readonly old: string
  readonly new: string
}

/** How far a change of the product's source accounts for what the test saw. */
export type Explanation = 'renamed' | 'same-commit' | 'removed' | 'none'

const normalise = (text: string): string => text.replace(/\s+/g, ' ').trim()

/** Equal but for white space; a list of classes holds each of its classes. */
const holds = (token: string | null, what: string, value: string): boolean => {
  if (token === null || value === '') return false
  if (normalise(token) === normalise(value)) return true
  return what === 'class' && token.split(/\s+/).includes(value)
}

const cite = (change: TokenChange): string =>
  `${change.file}:${change.line} in ${change.commit.id.slice(0, 8)} “${change.commit.subject.slice(0, 100)}” by ${change.commit.author.slice(0, 60)}`

/**
 * Looks for the commit that turned one value into the other. `renamed`: one token replaced by the other at the same
 * place; `same-commit`: the old one went and the new one came in the same file and commit.
 */
export const explainRename = (
  pair: ValuePair,
  changes: readonly TokenChange[],
): { explanation: Explanation; evidence: Evidence | null } => {
  if (normalise(pair.old) === normalise(pair.new)) return { explanation: 'none', evidence: null }
  const direct = changes.find(
    (change) => holds(change.old, pair.what, pair.old) && holds(change.new, pair.what, pair.new),
  )
  if (direct) {
    return {
      explanation: 'renamed',
      evidence: {
        kind: 'commit',
        for: true,
        weight: 0.9,
        text: `The product renamed the ${pair.what} “${pair.old}” to “${pair.new}”: ${cite(direct)}`,
      },
    }
  }
  const gone = changes.filter(
    (change) => holds(change.old, pair.what, pair.old) && !holds(change.new, pair.what, pair.old),
  )
  for (const removal of gone) {
    const arrival = changes.find(
      (change) =>
        change.commit.id === removal.commit.id &&
        change.file === removal.file &&
        holds(change.new, pair.what, pair.new),
    )
    if (arrival) {
      return {
        explanation: 'same-commit',
        evidence: {
          kind: 'commit',
          for: true,
          weight: 0.6,
          text: `One commit took the ${pair.what} “${pair.old}” away and brought “${pair.new}”: ${cite(arrival)}`,
        },
      }
    }
  }
  return { explanation: 'none', evidence: null }
}

/** Looks for the commit that took a value away and put nothing in its place anywhere: removed on purpose? */
export const explainRemoval = (what: string, value: string, changes: readonly TokenChange[]): Evidence | null => {
  const removal = changes.find((change) => holds(change.old, what, value) && change.new === null)
  const isBack = changes.some((change) => holds(change.new, what, value))
  if (!removal || isBack) return null
  return {
    kind: 'commit',
    for: false,
    weight: 0.8,
    text: `The ${what} “${value}” was deleted, removed on purpose? ${cite(removal)}`,
  }
}
