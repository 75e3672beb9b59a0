import type { PageIndex } from '../dom/page-index.ts'
import type { BaselineSource, Diagnosis, Evidence, FailureType, Proposal, Status, Target } from '../model.ts'

/** Everything the engine found out about one failure before a healer is asked. Plain data. */
export interface HealContext {
  /** A heal is proposed as a patch only above it. */
  readonly threshold: number
  /** What was lost, as the baseline knows it; null where no baseline tells. */
  readonly target: Target | null
  readonly baselineSource: BaselineSource
  /** Other elements of the same old page: who else may claim a candidate. */
  readonly others: readonly Target[]
  /** How many elements the locator matched when it was green; more than one makes it a list. */
  readonly oldMatches: number
  /** The page as it is at the failing step. */
  readonly page: PageIndex | null
  /** Candidates that a verification already refuted, by element index of `page`. */
  readonly refuted: readonly number[]
  /** Reasons found beside the page: commits, history, schemas. */
  readonly evidence: readonly Evidence[]
}

/** What a healer may ask of the world; `heal.ts` carries it out. */
export type Probe = {
  /** Which elements of the page does each of these selectors match? Evaluated by the real selector engine. */
  readonly kind: 'match'
  readonly selectors: readonly string[]
}

/** Answers in the order of the question; null where a selector is not valid. */
export type ProbeAnswer = { readonly kind: 'match'; readonly matches: readonly (readonly number[] | null)[] }

/** A healer's answer. `proposed` carries edits that are to be guarded and verified; the others never do. */
export interface Verdict {
  readonly status: Extract<Status, 'proposed' | 'needs_human' | 'likely_regression' | 'environment' | 'skipped'>
  /** Why, in a sentence. */
  readonly reason: string
  readonly proposal: ProposalDraft | null
  /** The chosen element of the page, for pictures and the live check. */
  readonly winner: { readonly element: number; readonly selector: string } | null
}

/** A proposal before its diff and patch are written. */
export type ProposalDraft = Omit<Proposal, 'diff' | 'patch'>

/** A healer for one failure type: pure; it asks for probes by yielding them. */
export interface Healer {
  readonly failureType: FailureType
  heal(diagnosis: Diagnosis, context: HealContext): Generator<Probe, Verdict, ProbeAnswer>
}
