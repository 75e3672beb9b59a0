import type { PageIndex } from '../dom/page-index.ts'
import type { SchemaFile } from '../evidence/schemas.ts'
import type { History } from '../evidence/weigh.ts'
import type { BaselineSource, Diagnosis, Edit, Failure, FailureType, Proposal, Status, Target } from '../model.ts'
import type { SyntaxTree } from '../source/syntax.ts'

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
  /** The page is known only as the failing call found it, perhaps still loading: what is missing there may have come. */
  readonly isPageEarly?: boolean
  /** Elements of `page` that a verification already refuted. */
  readonly refuted: readonly number[]
  /** What the product's commits changed; null where no history could be read. */
  readonly history: History
  /** Names of strategies that are switched off. */
  readonly strategiesOff: readonly string[]
  /** The checkout, for failures that are no locator's. */
  readonly code?: CodeView
  /** What the tests of this cause fail with now. */
  readonly failures?: readonly Failure[]
  /** Whether the run itself tried more than once, and it failed every time. */
  readonly repeated?: boolean
  /** Whether this runs in CI, where everything takes longer. */
  readonly ci?: boolean
}

/** The checkout as a healer sees it, with the fixes made so far. */
export interface CodeView {
  /** By path from the root; null where there is no such file or it is too large. */
  read(file: string): string | null
  tree(file: string): SyntaxTree | null
  /** All tracked files, tests included. */
  readonly files: readonly string[]
  /** Schemas of the product, as they are and as they were. */
  readonly schemas?: readonly SchemaFile[]
  /** Whether a file belongs to the tests rather than to the product. */
  isTest(file: string): boolean
}

/** What a healer may ask of the world; the engine carries it out. */
export type Probe =
  /** Which elements of the page does each of these selectors match? Evaluated by the real selector engine. */
  | { readonly kind: 'match'; readonly selectors: readonly string[] }
  /** How long do the failing tests take with these edits in place, given at most so long each? */
  | { readonly kind: 'measure'; readonly edits: readonly Edit[]; readonly limitMs: number }

export type ProbeAnswer =
  /** In the order of the question; null where a selector is not valid. */
  | { readonly kind: 'match'; readonly matches: readonly (readonly number[] | null)[] }
  /** The slowest of the tests; null where it could not be run. */
  | { readonly kind: 'measure'; readonly measured: { readonly passed: boolean; readonly durationMs: number } | null }

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
