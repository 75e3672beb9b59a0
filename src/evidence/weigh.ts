import type { Evidence, Fingerprint } from '../model.ts'
import type { TokenChange } from '../source/changes.ts'
import { explainRemoval, explainRename } from './explain.ts'
import { tellingValues, valuePairs } from './value-pairs.ts'

/**
 * Likelihood ratios: how many times more often such a finding accompanies a rename than a coincidence. A token replaced
 * in place is rarely a coincidence; sharing a commit and a file often is. A readable history that explains none of the
 * values that changed speaks, weakly, against an intended change.
 */
const RATIO = { renamed: 6, sameCommit: 2, unexplained: 0.7, removed: 5 } as const

/** No finding about commits makes anything certain. */
const CEILING = 0.995

const shift = (probability: number, ratio: number): number => {
  const odds = (probability / Math.max(1e-9, 1 - probability)) * ratio
  return Math.min(Math.max(probability, CEILING), odds / (1 + odds))
}

export interface Weighed {
  readonly confidence: number
  readonly absent: number
  readonly evidence: readonly Evidence[]
}

/** What is known of the product's commits: null where no history could be read. */
export type History = readonly TokenChange[] | null

/**
 * Moves the probability that an element is the lost one by what the product's commits say of the values in which the two
 * differ. Where nothing differs, or no history could be read, everything stays as it is.
 */
export const weighCandidate = (
  old: Fingerprint,
  candidate: Fingerprint,
  prior: { readonly confidence: number; readonly absent: number },
  history: History,
  testIdAttributes: readonly string[],
): Weighed => {
  const pairs = valuePairs(old, candidate, testIdAttributes)
  if (history === null || pairs.length === 0) return { ...prior, evidence: [] }
  const found = pairs.map((pair) => explainRename(pair, history))
  const evidence = found.flatMap((one) => (one.evidence ? [one.evidence] : []))
  const best = found.some((one) => one.explanation === 'renamed')
    ? RATIO.renamed
    : found.some((one) => one.explanation === 'same-commit')
      ? RATIO.sameCommit
      : RATIO.unexplained
  const confidence = shift(prior.confidence, best)
  const rest = 1 - prior.confidence
  const absent = rest > 0 ? prior.absent * ((1 - confidence) / rest) : prior.absent
  if (best !== RATIO.unexplained) return { confidence, absent, evidence }
  const silent: Evidence = {
    kind: 'commit',
    for: false,
    weight: 0.2,
    text: `No commit explains why ${pairs[0]?.what ?? 'it'} “${pairs[0]?.old ?? ''}” became “${pairs[0]?.new ?? ''}”`,
  }
  return { confidence, absent, evidence: [silent] }
}

/** Moves the probability that the element is gone by a commit that deleted its values. */
export const weighAbsence = (
  old: Fingerprint,
  absent: number,
  history: History,
  testIdAttributes: readonly string[],
): { readonly absent: number; readonly evidence: readonly Evidence[] } => {
  if (history === null) return { absent, evidence: [] }
  for (const { what, value } of tellingValues(old, testIdAttributes)) {
    const evidence = explainRemoval(what, value, history)
    if (evidence) return { absent: shift(absent, RATIO.removed), evidence: [evidence] }
  }
  return { absent, evidence: [] }
}
