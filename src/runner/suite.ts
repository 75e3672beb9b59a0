import type { TestRef } from '../model.ts'
import type { Environment } from './environment.ts'
import type { RerunResult } from './playwright.ts'

/** What a runner of suites without a browser is asked: chosen tests, run again where they are. */
export interface SuiteRun {
  readonly root: string
  readonly tests: readonly TestRef[]
  readonly env: Environment
  /** The user's `test_command`, where it is one for these tests; run in the root, as written. */
  readonly command?: string | null
  /** A folder of ours for plugins, reporters and outcomes; made where it does not exist. */
  readonly outDir: string
  /** Limit for each test, in milliseconds. */
  readonly timeoutMs: number
  /** Asks the runner itself to grant each test that long: a limit of the suite's own must not end a measurement. */
  readonly isGenerous?: boolean
  /** How often each test runs [1]; one invocation each time. */
  readonly repeat?: number
  readonly signal?: AbortSignal
}

export type SuiteResult = Omit<RerunResult, 'missing' | 'hung'> & {
  /** The folders that the interpreter looks for packages in, where the runner says them. */
  readonly packagePaths?: readonly string[]
}

/** Runs chosen tests of one framework. Rejects with a `Fault` where it cannot be run at all. */
export type RunSuite = (options: SuiteRun) => Promise<SuiteResult>

/** A test whose title is its file's path is the whole file: one that could not be loaded. */
export const isWholeFile = ({ file, title }: Pick<TestRef, 'file' | 'title'>): boolean =>
  title === file || file.endsWith(`/${title}`)
