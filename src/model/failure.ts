export const FAILURE_TYPES = [
  'selector_not_found',
  'timeout',
  'assertion_mismatch',
  'resource_not_found',
  'api_changed',
  'field_renamed',
  'permission_denied',
  'connection_error',
  'unknown',
] as const
export type FailureType = (typeof FAILURE_TYPES)[number]

/** The runner that wrote an artifact; `unknown` where the file does not say. */
export type Framework = 'playwright' | 'pytest' | 'vitest' | 'node-test' | 'jest' | 'junit-java' | 'cypress' | 'unknown'

/** A place in a source file. `line` and `column` count from 1; `column` 0 means unknown. */
export interface SourceLocation {
  readonly file: string
  readonly line: number
  readonly column: number
}

/** One test as an artifact names it. */
export interface TestRef {
  /** Stable across runs: `<file> › <title path>` with the project appended where there is more than one. */
  readonly id: string
  /** Title path without file and project, joined by ` › `. */
  readonly title: string
  /** Path relative to the repository's root where it could be resolved, else as the artifact gives it. */
  readonly file: string
  /** Line the test is declared on, from 1; absent where the artifact does not say. */
  readonly line?: number
  readonly framework: Framework
  /** Playwright project, pytest parameter set, or the like. */
  readonly project?: string
}

/** One error of a failed attempt; ANSI codes already removed. */
export interface FailureError {
  /** Exception type where the artifact gives one, e.g. `TimeoutError`, `KeyError`. */
  readonly type?: string
  readonly message: string
  /** Source frames from the innermost outwards, as far as the artifact gives them. */
  readonly stack: readonly SourceLocation[]
  readonly location?: SourceLocation
  /** The lines of source around it as the artifact prints them, the failing one marked with `>`. */
  readonly snippet?: string
}

export interface Attachment {
  readonly name: string
  readonly contentType: string
  /** Absolute path on this machine. */
  readonly path: string
  /** Name of the entry where `path` is an archive. */
  readonly entry?: string
}

/** One failed test as an artifact reports it. */
export interface Failure {
  readonly test: TestRef
  /** Errors of the last attempt, the decisive one first. */
  readonly errors: readonly FailureError[]
  readonly attachments: readonly Attachment[]
  /** Outcomes of all attempts of this run, in order; `passed` among them means the runner itself saw it pass. */
  readonly attempts: readonly ('passed' | 'failed' | 'timedOut' | 'skipped' | 'interrupted')[]
  readonly durationMs: number
  readonly stdout?: string
  readonly stderr?: string
  /** The artifact this came from, as an absolute path. */
  readonly artifact: string
  /** What was there in the frames it failed in, the innermost of the repository first; only our pytest plugin knows. */
  readonly scopes?: readonly FrameNames[]
  /** Names that the object has whose attribute was missing; only our pytest plugin knows. */
  readonly present?: readonly string[]
  /** Its classes by module and name, the nearest first: `pydantic.main.BaseModel`; only our pytest plugin knows. */
  readonly owners?: readonly string[]
  /** The suite says of this test that it is not to be healed. */
  readonly optedOut?: boolean
}

/** Variables of a frame that hold mappings or plain objects, with the names in them; never values. */
export interface FrameNames {
  readonly file: string
  readonly line: number
  readonly names: NameTree
}

/** Keys of a mapping or attributes of an object; null where a name holds neither. */
export interface NameTree {
  readonly [name: string]: NameTree | null
}
