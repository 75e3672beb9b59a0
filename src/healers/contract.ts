import type { PageIndex } from '../dom/page-index.ts'
import type { History } from '../evidence/weigh.ts'
import type { BaselineSource, Diagnosis, FailureType, Proposal, Status, Target } from '../model.ts'

/** Everything the engine found out about one failure before a healer is asked. Plain data. */
export interface HealContext {
  /** A heal is proposed as a patch only above it. */
  readonly threshold: number
  readonly baseline: {
    readonly source: BaselineSource
    /** What was lost; null where nothing tells. */
    readonly target: Target | null
    /** Other elements of the same old page: who else may claim a candidate. */
    readonly others: readonly Target[]
    /** How many elements the locator matched when it was green; more than one makes it a list. */
    readonly matches: number
  }
  /** The page as it is at the failing step. */
  readonly page: PageIndex | null
  /** Elements of `page` that a verification already refuted. */
  readonly refuted: readonly number[]
  /** What the product's commits changed; null where no history could be read. */
  readonly history: History
  /** Names of strategies that are switched off. */
  readonly strategiesOff: readonly string[]
}

/** What a healer may ask of the world; the engine carries it out. */
export interface Probe {
  /** Which elements of the page does each of these selectors match? Evaluated by the real selector engine. */
  readonly kind: 'match'
  readonly selectors: readonly string[]
}

/** Answers in the order of the question; null where a selector is not valid. */
export interface ProbeAnswer {
  readonly kind: 'match'
  readonly matches: readonly (readonly number[] | null)[]
}

/** A healer's answer. Only `proposed` carries edits, which are then guarded and verified. */
export interface Verdict {
  readonly status: Extract<Status, 'proposed' | 'needs_human' | 'likely_regression' | 'environment' | 'skipped'>
  /** Why, in a sentence. */
  readonly reason: string
  readonly proposal: ProposalDraft | null
  /** The chosen element of the page and the selector that reaches it, for pictures and the live check. */
  readonly winner: { readonly element: number; readonly selector: string } | null
}

/** A proposal before its diff and patch are written. */
export type ProposalDraft = Omit<Proposal, 'diff' | 'patch'>

/** A healer for one failure type: pure; it asks for probes by yielding them. */
export interface Healer {
  readonly failureType: FailureType
  heal(diagnosis: Diagnosis, context: HealContext): Generator<Probe, Verdict, ProbeAnswer>
}
