import type { Diagnosis } from './diagnosis.ts'
import type { TestRef } from './failure.ts'

/** One reason for or against a proposal, in words a reviewer understands. `weight` in [0, 1]. */
export interface Evidence {
  readonly kind:
    | 'identity'
    | 'margin'
    | 'commit'
    | 'strategy'
    | 'live'
    | 'absence'
    | 'action'
    | 'effects'
    | 'baseline'
    | 'history'
    | 'schema'
    | 'measurement'
    | 'ai'
  readonly for: boolean
  readonly weight: number
  readonly text: string
}

/** Replacement of `[start, end)` (UTF-16 code units of the file as it is now) by `new`. */
export interface Edit {
  readonly file: string
  readonly start: number
  readonly end: number
  readonly old: string
  readonly new: string
}

export interface StrategyVote {
  readonly name: string
  readonly agrees: boolean
  readonly locator: string | null
}

export interface Alternative {
  readonly locator: string
  readonly confidence: number
}

/** Edits, confidence, evidence and alternatives; not yet verified. */
export interface Proposal {
  readonly description: string
  readonly old: string
  readonly new: string
  readonly strategy: string
  /** Calibrated probability that the edit is what a maintainer would merge. */
  readonly confidence: number
  /** Probability that the target is gone. */
  readonly absent: number
  readonly edits: readonly Edit[]
  /** Unified diff against the repository's root; empty where there are no edits. */
  readonly diff: string
  /** File name of the patch under `.healing_fixes/`, null where there is none. */
  readonly patch: string | null
  readonly evidence: readonly Evidence[]
  readonly strategies: readonly StrategyVote[]
  readonly alternatives: readonly Alternative[]
}

export type EffectsVerdict = 'same' | 'explained' | 'different' | 'unknown'

export interface Verification {
  readonly runs: readonly { readonly passed: boolean; readonly durationMs: number }[]
  readonly effects: EffectsVerdict
}

export const STATUSES = [
  'healed',
  'proposed',
  'needs_human',
  'likely_regression',
  'flaky',
  'environment',
  'skipped',
] as const
export type Status = (typeof STATUSES)[number]

/** Pictures as `data:` URLs, or null. */
export interface Pictures {
  readonly before: string | null
  readonly after: string | null
}

export interface Result {
  readonly tests: readonly TestRef[]
  readonly diagnosis: Omit<Diagnosis, 'locator' | 'suggestions'>
  readonly status: Status
  /** Why it ended with this status, in a sentence. */
  readonly reason: string
  readonly proposal: Proposal | null
  readonly verification: Verification | null
  readonly pictures: Pictures
  readonly suggestions: readonly string[]
}

export const STAGES = [
  'collect',
  'diagnose',
  'reproduce',
  'evidence',
  'heal',
  'guard',
  'verify',
  'report',
  'deliver',
] as const
export type Stage = (typeof STAGES)[number]

export type BaselineSource = 'green-trace' | 'store' | 'rerun' | 'none'

/** Something that went wrong beside the failures: an unreadable artifact, a strategy that threw, a limit that was hit. */
export interface Problem {
  /** What was wrong with which input. */
  readonly message: string
  /** What to do about it. */
  readonly remedy: string
  /** The file, input or module it is about. */
  readonly subject?: string
}

/** All results of a run; the JSON report is exactly this. */
export interface Report {
  readonly schemaVersion: 1
  readonly run: {
    readonly startedAt: string
    readonly durationMs: number
    readonly commit: string | null
    readonly baselineCommit: string | null
    readonly baselineSource: BaselineSource
    readonly timings: Readonly<Record<Stage, number>>
    /** The stage the run ended in; `done` where it came through. */
    readonly reached: Stage | 'done'
    /** A patch is proposed only above this confidence; absent where the run ended before it was known. */
    readonly confidenceThreshold?: number
  }
  readonly summary: { readonly failures: number } & Readonly<Record<Status, number>>
  readonly results: readonly Result[]
  readonly problems: readonly Problem[]
}
