import type { Testimony } from '../../strategies/index.ts'
import type { PageIndex } from '../dom/page-index.ts'
import type { VersionChange } from '../evidence/installed/version-changes.ts'
import type { PackageView } from '../evidence/installed/view.ts'
import type { RenameMap } from '../evidence/rename-map.ts'
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
  /** Why the page may show less than the test saw, as a sentence: nothing is gone for not being there. */
  readonly pageDoubt?: string
  /** Elements of `page` that a verification already refuted. */
  readonly refuted: readonly number[]
  /** What the product's commits changed; null where no history could be read. */
  readonly history: History
  /** Names of strategies that are switched off. */
  readonly strategiesOff: readonly string[]
  /** What strategies of the project's own say of the page. */
  readonly ownTestimonies?: readonly Testimony[]
  /** Strategies in the order in which their locators are preferred, where that is not the order of their priority. */
  readonly preferred?: readonly string[]
  /** What the project itself says it renamed. */
  readonly renames?: RenameMap
  /** The candidate that a person chose, as it was shown to them: neither threshold nor margin is asked for it. */
  readonly chosen?: { readonly candidate: string; readonly by: string } | null
  /** The checkout, for failures that are no locator's. */
  readonly code?: CodeView
  /** What the tests of this cause fail with now. */
  readonly failures?: readonly Failure[]
  /** Whether the run itself tried more than once, and it failed every time. */
  readonly repeated?: boolean
  /** The source of the page that a browser showed at the failing step, where the runner captured it. */
  readonly pageSource?: string | null
  /** What this signature was healed as before, the newest last. */
  readonly healedBefore?: readonly { readonly old: string; readonly new: string; readonly at: string }[]
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
  /** The package that an import in a file names, where it is installed and none of the repository's own. */
  installed?(side: 'python' | 'script', module: string, from: string): PackageView | null
  /** Which commits changed the versions of packages, newest first. */
  readonly versions?: readonly VersionChange[]
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
  /** Who gave it, where that was none of the healers built in: a module, or the fallback. */
  readonly by?: string
  /** What kind of failure it proved to be, where the diagnosis did not know. */
  readonly failureType?: FailureType
}

/** A proposal before its diff and patch are written. */
export type ProposalDraft = Omit<Proposal, 'diff' | 'patch'>

/** A healer for one failure type: pure; it asks for probes by yielding them. */
export interface Healer {
  readonly failureType: FailureType
  heal(diagnosis: Diagnosis, context: HealContext): Generator<Probe, Verdict, ProbeAnswer>
}

/**
 * Asked last, where every healer is silent: a place for one that knows what tests and commits do not say. What it answers is
 * read as hostile, and goes through the same guard and the same verification as any other answer.
 */
export interface Fallback {
  /** Named in the evidence and in messages. */
  readonly name: string
  /** A `HealerAnswer`, or null where it has nothing to say. May take time; the engine stops waiting at its limit. */
  heal(diagnosis: Diagnosis, context: OwnContext, signal: AbortSignal): Promise<unknown>
}

/** What healers of a project's own and the fallback are given: plain data that can be sent to another process. */
export interface OwnContext {
  /** A proposal at or below it is shown to a person and not patched. */
  readonly threshold: number
  /** What the tests of this cause fail with now. */
  readonly failures: readonly Failure[]
  /** Texts of the files that the failure leads through, by path from the root. */
  readonly sources: Readonly<Record<string, string>>
  /** What the product's commits renamed, newest first; null where no history could be read. */
  readonly changes:
    | readonly {
        readonly file: string
        readonly line: number
        readonly old: string
        readonly new: string
        readonly commit: string
      }[]
    | null
  /** What the project says it renamed. */
  readonly renames: Readonly<Record<'fields' | 'resources' | 'locators', Readonly<Record<string, string>>>>
}

/** What a healer of a project's own, or the fallback, answers. */
export interface HealerAnswer {
  /** `proposed` where nothing is said. */
  readonly status?: 'proposed' | 'needs_human' | 'likely_regression' | 'environment'
  /** Why, in a sentence. */
  readonly reason: string
  /** Probability that a maintainer would merge it; 0.5 where nothing is said. */
  readonly confidence?: number
  readonly description?: string
  readonly old?: string
  readonly new?: string
  readonly edits?: readonly HealerEdit[]
  /** Further sentences for the reviewer. */
  readonly evidence?: readonly string[]
  /** Where the diagnosis is `unknown`: what it proved to be. The guard lets pass what a repair of that may change. */
  readonly failureType?: FailureType
}

/** Replaces `old` by `new`: at offsets in UTF-16 code units, or in a line that holds `old` exactly once. */
export type HealerEdit = { readonly file: string; readonly old: string; readonly new: string } & (
  | { readonly start: number; readonly end: number }
  | { readonly line: number }
)
