import type { Evidence } from '../../model.ts'

/** One element of today's page with the probability that it is the lost one. */
export interface RankedCandidate {
  /** Index on the page. Where several elements are the same thing, the one the action needs. */
  readonly element: number
  readonly probability: number
  /** Log-odds against "absent" before all candidates compete; comparable within one ranking only. */
  readonly score: number
  /** Whether any name of the lost element survives on it; true as well where that never had one. */
  readonly named: boolean
  /** Whether a newcomer has all of its names, and nothing tells which of the two the lost one was. */
  readonly twin: boolean
  readonly evidence: readonly Evidence[]
  /** All elements that count as the same thing, the representative among them. */
  readonly sameThing: readonly number[]
}

export type IdentityDecision = 'accept' | 'needs_human' | 'absent'

/** Which element it is now, or that it is gone. Probabilities of all candidates and `absent` add up to at most 1. */
export interface Ranking {
  /** Best first; at most 20. */
  readonly candidates: readonly RankedCandidate[]
  /** Probability that the element is gone. */
  readonly absent: number
  readonly decision: IdentityDecision
  /** Probability of the best less that of the second best. */
  readonly margin: number
  /** Why it was decided so, in a sentence. */
  readonly reason: string
}
