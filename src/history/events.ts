import type { FailureType } from '../model.ts'

/** What a conclusive attempt came to. Everything else (a crashed app, an interrupted run) is not remembered. */
export const OUTCOMES = ['healed', 'needs_human', 'likely_regression'] as const
export type Outcome = (typeof OUTCOMES)[number]

/** One try at one failure that came to a conclusion. */
export interface Attempt {
  readonly kind: 'attempt'
  /** ISO 8601, UTC. */
  readonly at: string
  readonly signature: string
  /** Commit that was checked out; empty where it does not say which app was tested. */
  readonly commit: string
  /** Digest of the settings it was made with: with others it is another try. */
  readonly basis: string
  readonly outcome: Outcome
  readonly failureType: FailureType
  readonly affected: string
  readonly old: string
  readonly new: string
  readonly strategy: string
  readonly confidence: number
  /** Probability that the target is gone. */
  readonly absent: number
  readonly reason: string
  /** What else it may be, in the order in which people were shown it. */
  readonly candidates: readonly { readonly locator: string; readonly confidence: number }[]
}

export const DECISIONS = ['accept', 'reject', 'never', 'retry'] as const

/** What a person decided: merged or applied, rejected, never to be healed, or to be tried again. */
export interface Decision {
  readonly kind: (typeof DECISIONS)[number]
  readonly at: string
  readonly signature: string
  readonly by: string
  readonly reason: string
  /** Strategy whose locator was accepted or rejected; empty where it is not known. */
  readonly strategy: string
  readonly old: string
  readonly new: string
}

/** Something that happened to a signature; never changed afterwards. */
export type HistoryEvent = Attempt | Decision

/** All that is remembered, oldest first, each event once. */
export interface History {
  readonly version: 1
  readonly events: readonly HistoryEvent[]
}

export const EMPTY: History = { version: 1, events: [] }
