import type { Alternative, Proposal } from '../model.ts'

export interface NumberedCandidate extends Alternative {
  /** As `/heal apply` counts, from 1. */
  readonly number: number
}

/**
 * The candidates beside the one that a patch takes. The likeliest candidate of a patched result is that one, by another of
 * its locators: it is no other candidate.
 */
export const otherCandidates = (proposal: Proposal | null): readonly NumberedCandidate[] => {
  if (proposal === null) return []
  const numbered = proposal.alternatives.map((one, at) => ({ ...one, number: at + 1 }))
  const isTaken = proposal.edits.length > 0 && proposal.alternatives[0]?.confidence === proposal.confidence
  return isTaken ? numbered.slice(1) : numbered
}
