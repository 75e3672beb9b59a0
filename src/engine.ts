import type { Fallback } from './healers/contract.ts'
import type { HistoryStore } from './history/store.ts'
import type { Diagnosis, FailureType, Problem, Report, Stage, TestRef } from './model.ts'

/** What the engine needs to know for one run; the action and the command line both make one of these. */
export interface EngineConfig {
  /** Absolute path of the repository's root. */
  readonly root: string
  /** Globs of failure artifacts, relative to `root`; empty means the usual places of each framework. */
  readonly artifacts: readonly string[]
  /** Globs of artifacts of the last green run; traces of passed tests among `artifacts` count as well. */
  readonly baseline: readonly string[]
  /** Commit of that green run, where it is known: what changed since then is what may explain a failure. */
  readonly baselineCommit?: string | null
  /** Folder with a baseline store from elsewhere, absolute; the repository's own comes before it. */
  readonly baselineStore?: string | null
  readonly confidenceThreshold: number
  readonly maxFailures: number
  /** How many times one failure may be tried with another candidate after a failed verification. */
  readonly maxRetries: number
  readonly verifyRuns: number
  readonly timeoutMinutes: number
  /** Heal only the failures whose signature falls to share `index` of `count`; `index` counts from 1. */
  readonly shard: { readonly index: number; readonly count: number } | null
  readonly appDir: string | null
  readonly startCommand: string | null
  readonly baseUrl: string | null
  /** Hosts beyond the app's that a page may reach while its steps are replayed, as `host` or `host:port`. */
  readonly allowedHosts?: readonly string[]
  readonly installCommand: string | null
  readonly buildCommand: string | null
  readonly testCommand: string | null
  /** What may be patched; empty means what the failing tests import and the app does not. */
  readonly testGlobs: readonly string[]
  readonly browserPath: string | null
  readonly browserEndpoint: string | null
  /** Strategies that are switched off, those whose locators come first, and extra modules to load. */
  readonly strategies: {
    readonly off: readonly string[]
    readonly order?: readonly string[]
    readonly modules: readonly string[]
    /**
     * Folder that modules and the map of renames are read from: absent for the repository's root, null where the checkout
     * is someone else's and nothing of it may be loaded.
     */
    readonly root?: string | null
  }
  /** Folder of the reports, absolute. */
  readonly reportDir: string
  /** Propose only: no patched test is run, so nothing can be more than `proposed`. */
  readonly suggestOnly: boolean
  /** Only these signatures; empty means all. */
  readonly onlySignatures: readonly string[]
  /** Tests to reproduce where there are no artifacts (`/heal retry`); empty means those of the artifacts. */
  readonly onlyTests: readonly TestRef[]
  /** Candidates that a person chose, as they were shown. */
  readonly chosen?: readonly { readonly signature: string; readonly candidate: string; readonly by: string }[]
  /** Failures that were refused on this commit before are tried again; what a person decided stands. */
  readonly retryRefused?: boolean
  /** Patches of earlier runs stay: this run is about one failure among several. */
  readonly keepPatches?: boolean
  /** What went wrong before the engine began; it goes into the report. */
  readonly problems?: readonly Problem[]
  /** True in a CI environment: decides some limits, never what is healed. */
  readonly ci: boolean
}

/** One line of progress: a stage begins, advances or ends. */
export interface ProgressEvent {
  readonly stage: Stage
  readonly kind: 'start' | 'step' | 'end'
  readonly text: string
  readonly done?: number
  readonly total?: number
}

/** A failure, for custom healers outside of the engine. Paths are relative to the root. */
export interface OutsideQuestion
  extends Pick<Diagnosis, 'failureType' | 'signature' | 'rootCause' | 'affected' | 'expected' | 'actual' | 'location'> {
  readonly message: string
  readonly suggestions: readonly string[]
  /** As `file::Class::test`. */
  readonly tests: readonly string[]
  /** The files that a fix may be looked for in, with the fixes made so far. */
  readonly sources: Readonly<Record<string, string>>
}

export interface OutsideAnswer {
  /** Name of the healer that knows. */
  readonly strategy: string
  readonly description: string
  readonly confidence: number
  /** Files as they should be. */
  readonly files: ReadonlyMap<string, string>
}

/** Custom healers in another process, such as those of a pytest suite: asked before the engine's own. */
export interface OutsideHealers {
  readonly types: readonly FailureType[]
  /** Null where they know nothing. Never rejects. */
  ask(question: OutsideQuestion): Promise<OutsideAnswer | null>
}

export interface EngineIo {
  progress(event: ProgressEvent): void
  readonly outside?: OutsideHealers
  /** Aborts the run: the checkout is restored and the report says how far it came. */
  readonly signal?: AbortSignal
  readonly env: Readonly<Record<string, string | undefined>>
  /** Asked last, where every healer is silent; absent: nobody. */
  readonly fallback?: Fallback
  /** Where attempts are remembered; absent: nowhere. */
  readonly history?: HistoryStore
  /** Variables under which git may read from the remote, where the clone's own settings do not let it; a secret. */
  readonly gitSettings?: Readonly<Record<string, string>>
}

/** One file as it was and as the healed tests want it, relative to the root, with forward slashes. */
export interface HealedFile {
  readonly path: string
  readonly before: string
  readonly after: string
  /** Signatures whose edits it carries. */
  readonly signatures: readonly string[]
}

export interface HealOutcome {
  readonly report: Report
  /** Files of the fixes that may be delivered: verified heals only. */
  readonly files: readonly HealedFile[]
  /** The same, one fix at a time and in the order in which they apply. */
  readonly fixes: readonly {
    readonly signature: string
    readonly title: string
    readonly confidence: number
    readonly files: readonly HealedFile[]
  }[]
  readonly reportDir: string
  readonly patchesDir: string
}

/** The engine as the action and the command line see it. Rejects only with a `HealFault`. */
export type HealEngine = (config: EngineConfig, io: EngineIo) => Promise<HealOutcome>

/** A fault that ends the whole run, said in words: what was wrong with which input, and what to do. */
export { Fault as HealFault } from './fault.ts'
