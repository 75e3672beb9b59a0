import type { Attachment, Failure, FailureError, Framework, Problem, TestRef } from '../model.ts'
import type { PathResolver } from './paths.ts'

/** Everything that was found among the artifacts. */
export interface Collected {
  /** Tests that failed at least once; one entry per test however many artifacts report it. */
  readonly failures: readonly Failure[]
  readonly passed: readonly TestRef[]
  readonly traces: readonly TraceFile[]
  /** True where a `.last-run.json` is all there is: the failures' details must come from a reproduction. */
  readonly lastRunOnly: boolean
  readonly lastRun: LastRun | null
  readonly problems: readonly Problem[]
  readonly scanned: Scanned
}

export interface Scanned {
  readonly patterns: readonly string[]
  /** Files that were looked into. */
  readonly files: number
  readonly recognised: readonly RecognisedFile[]
  /** Files that look like reports and are none, or lie just outside of the patterns; relative to the root. */
  readonly nearMisses: readonly string[]
}

export interface RecognisedFile {
  readonly path: string
  readonly format: string
  readonly counts: ReportCounts
}

/** As the file itself counts them: one per test, retries of the same test joined where the file says so. */
export interface ReportCounts {
  readonly tests: number
  readonly failed: number
  readonly flaky: number
  readonly skipped: number
}

/** A Playwright trace: a zip file, an unpacked folder, or a zip inside a zip. */
export interface TraceFile {
  /** Absolute path of the zip file or folder on this machine. */
  readonly path: string
  /** Name of the trace's zip inside `path`. */
  readonly entry?: string
  readonly testTitle?: string
  /** Relative to the root where it could be resolved. */
  readonly testFile?: string
  /** `TestRef.id` where the trace is known to belong to a test. */
  readonly testId?: string
  readonly outcome?: 'passed' | 'failed'
  /** Counted from 0. */
  readonly attempt?: number
  readonly mtimeMs: number
}

/** What `.last-run.json` says: Playwright's own ids (hashes), no titles. */
export interface LastRun {
  readonly path: string
  readonly status: string
  readonly failedTests: readonly string[]
}

export type AttemptOutcome = Failure['attempts'][number]

/** One test as one artifact reports it, before reports are merged. */
export interface TestOutcome {
  /** Relative to the root where resolved, else as the artifact gives it. */
  readonly file: string
  readonly resolved: boolean
  readonly title: string
  readonly line?: number
  readonly framework: Framework
  readonly project?: string
  readonly outcome: 'failed' | 'flaky' | 'passed' | 'skipped'
  readonly attempts: readonly AttemptOutcome[]
  /** Of the last failed attempt, the decisive one first. */
  readonly errors: readonly FailureError[]
  readonly attachments: readonly Attachment[]
  readonly traces: readonly TraceFile[]
  readonly durationMs: number
  readonly stdout?: string
  readonly stderr?: string
  readonly artifact: string
  /** What our pytest plugin knows beside it. */
  readonly beyond?: Pick<Failure, 'scopes' | 'present' | 'owners' | 'optedOut'>
  /** Set for a test known from one trace alone: which try it was, among those in the same folder. */
  readonly lone?: { readonly folder: string; readonly attempt: number }
}

/** What one reader got out of one file. */
export interface Reading {
  readonly format: string
  readonly tests: readonly TestOutcome[]
  readonly traces?: readonly TraceFile[]
  readonly lastRun?: LastRun
  readonly problems?: readonly Problem[]
}

/** A file that may be a report, with enough of it to tell. */
export interface ArtifactFile {
  /** Absolute. */
  readonly path: string
  /** Relative to the root, for messages. */
  readonly name: string
  readonly size: number
  readonly mtimeMs: number
  /** The first 16 KiB as text. */
  readonly head: string
  /** The last 4 KiB as text. */
  readonly tail: string
}

export interface ReadContext {
  readonly root: string
  readonly paths: PathResolver
  readonly limits: CollectLimits
}

/** A format of artifacts. `sniff` goes by content; `read` throws `ArtifactError` where the file cannot be used. */
export interface ArtifactReader {
  readonly name: string
  sniff(file: ArtifactFile): boolean
  read(file: ArtifactFile, context: ReadContext): Promise<Reading>
}

/** Limits on what is read. Sizes in bytes. */
export interface CollectLimits {
  /** Files that match the patterns. */
  readonly maxFiles: number
  /** Size of one report; archives have limits of their own. */
  readonly maxReportBytes: number
  readonly maxTests: number
  /** Length of one error message and of one test's output. */
  readonly maxMessage: number
  readonly maxOutput: number
}

export const COLLECT_LIMITS: CollectLimits = {
  maxFiles: 20_000,
  maxReportBytes: 128 * 1024 * 1024,
  maxTests: 200_000,
  maxMessage: 20_000,
  maxOutput: 200_000,
}

/** A report that cannot be used; `remedy` says what to do about it. */
export class ArtifactError extends Error {
  readonly remedy: string
  constructor(message: string, remedy: string) {
    super(message)
    this.name = 'ArtifactError'
    this.remedy = remedy
  }
}
