import { randomBytes } from 'node:crypto'
import { existsSync, realpathSync } from 'node:fs'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { delimiter, dirname, join, relative } from 'node:path'
import { Fault } from '../fault.ts'
import type { TestRef } from '../model.ts'
import { type Environment, forPlaywright } from './environment.ts'
import { withPatchedFiles } from './journal.ts'
import { generateConfig } from './playwright-config.ts'
import {
  findConfig,
  findPlaywright,
  foldersUpwards,
  type PlaywrightInstall,
  packageFolder,
} from './playwright-install.ts'
import { type OutcomeFile, type RerunOutcome, readOutcomes, type SuiteLine } from './playwright-outcomes.ts'
import { REPORTER_SOURCE } from './playwright-reporter.ts'
import { escapeRegExp, selectTests } from './playwright-select.ts'
import { type RunResult, run } from './process.ts'
import { tellingLines } from './telling-lines.ts'

/** The user's suite as Playwright itself resolves it. */
export interface Suite extends SuiteLine {
  readonly install: PlaywrightInstall
  /** Absolute; null where the project has none. */
  readonly config: string | null
  /** Where the user's package scripts run. */
  readonly cwd: string
}

export interface SuiteOptions {
  readonly root: string
  /** Absolute, or relative to the root; found from `testFile` where absent. */
  readonly configFile?: string | null
  /** Relative to the root. */
  readonly testFile?: string
  readonly env: Environment
  /** List the tests of these files alone, relative to the root: files that do not load then do no harm. */
  readonly only?: readonly string[]
  /** A folder of ours for reporter, lists and outputs; made where it does not exist. */
  readonly outDir: string
  readonly signal?: AbortSignal
  /** For loading the suite [60,000 ms]. */
  readonly listTimeoutMs?: number
}

export interface RerunOptions extends SuiteOptions {
  readonly tests: readonly TestRef[]
  /** Limit for each test; absent means the user's own. */
  readonly timeoutMs?: number
  /** Limit for each action and each wait of an assertion, in milliseconds; never more than half of the test's. */
  readonly actionTimeoutMs?: number
  /** Limit for the whole invocation [what the tests may take, and a minute for starting]. */
  readonly totalMs?: number
  readonly trace?: boolean
  /** How often each test runs [1]. */
  readonly repeat?: number
  readonly workers?: number
  readonly extraEnv?: Environment
  /** Spares listing the tests again where it is known. */
  readonly suite?: Suite
}

export type { RerunOutcome } from './playwright-outcomes.ts'

export interface RerunResult {
  /** One for each test and repetition that ran. */
  readonly outcomes: readonly RerunOutcome[]
  /** Tests that the suite does not have, or that did not come to run. */
  readonly missing: readonly TestRef[]
  /** What went wrong outside of the tests: a file that does not load, a web server that does not start. */
  readonly errors: readonly string[]
  readonly timedOut: boolean
  /** Tests that had begun when the runner was stopped at its limit: one of them kept it from ending. */
  readonly hung: readonly TestRef[]
  readonly aborted: boolean
  /** The lines that our reporter wrote. */
  readonly report: string
  /** As a person would type it. */
  readonly command: string
  /** The tail of what the runner printed. */
  readonly log: string
  readonly durationMs: number
}

/** Listing a file alone takes a second or so. */
const MAX_SINGLE_FILES = 30

/** A share of the suite that the user's configuration asks for could leave out the very tests that are wanted. */
const WHOLE = '--shard=1/1'

/** Loads the user's configuration and lists the tests, by Playwright itself. Rejects with a `Fault` where that fails. */
export async function describeSuite(options: SuiteOptions): Promise<Suite> {
  const { root } = options
  const config = options.configFile
    ? join(root, relative(root, options.configFile))
    : findConfig(root, options.testFile)
  if (config && !existsSync(config))
    throw new Fault({
      message: `${config} does not exist.`,
      remedy: 'Check out the commit that failed.',
      subject: config,
    })
  const home = config ? dirname(config) : options.testFile ? dirname(join(root, options.testFile)) : root
  const install = findPlaywright(home)
  const cwd = packageFolder(root, home)
  const outcomes = join(options.outDir, `suite-${randomBytes(4).toString('hex')}.jsonl`)
  const reporter = await writeReporter(options.outDir)
  const only = (options.only ?? []).map((file) => escapeRegExp(join(realpathSync(root), file)))
  const args = ['test', '--list', WHOLE, `--reporter=${reporter}`, ...(config ? ['-c', config] : []), ...only]
  const env = { ...playwrightEnv(options.env, cwd), SELF_HEAL_OUTCOMES: outcomes }
  const result = await runNode(install, args, {
    cwd,
    env,
    timeoutMs: options.listTimeoutMs ?? 60_000,
    signal: options.signal,
  })
  const { suite, errors } = await readOutcomes(outcomes, root)
  await rm(outcomes, { force: true })
  // With a file that does not load Playwright lists nothing at all.
  if (suite && (suite.tests.length > 0 || errors.length === 0)) return { ...suite, install, config, cwd }
  throw new Fault({
    message: `Playwright could not list the tests of ${config ?? cwd}: ${reasonOf(result, errors)}`,
    remedy: 'Run `npx playwright test --list` to see it; installed dependencies and generated files must be there.',
    subject: config ?? cwd,
  })
}

/**
 * Runs chosen tests in one invocation, with a generated configuration beside the user's that sets only trace, reporter
 * and output folder; it is gone afterwards, at the latest when the journal is recovered. Limits are flags: no retries,
 * no early stop. Rejects with a `Fault` where nothing could be run at all.
 */
export async function rerun(options: RerunOptions): Promise<RerunResult> {
  const { suite, errors } = options.suite ? { suite: options.suite, errors: [] } : await describeFiles(options)
  const id = randomBytes(4).toString('hex')
  const outputDir = join(options.outDir, `run-${id}`)
  const report = join(outputDir, 'outcomes.jsonl')
  await mkdir(outputDir, { recursive: true })
  const selection = selectTests(suite, options.tests, options.root, suite.install.version, join(outputDir, 'tests.txt'))
  if (selection.missing.length === options.tests.length) return nothingToRun(options, report, errors)
  if (selection.listFile) await writeFile(selection.listFile.path, selection.listFile.content)

  const reporter = await writeReporter(options.outDir)
  const outputs = {
    reporter,
    outputDir: join(outputDir, 'results'),
    trace: options.trace ?? true,
    id,
    actionTimeoutMs: actionLimit(options),
  }
  const config = generateConfig(suite.config, outputs)
  const configPath = join(suite.config ? dirname(suite.config) : suite.cwd, config.fileName)
  const repeat = options.repeat ?? 1
  const args = [
    'test',
    '-c',
    configPath,
    WHOLE,
    '--retries=0',
    '--max-failures=0',
    `--repeat-each=${repeat}`,
    ...limits(options, suite),
  ]
  const env = { ...playwrightEnv(options.env, suite.cwd, options.extraEnv), SELF_HEAL_OUTCOMES: report }
  const generated = { path: relative(options.root, configPath), content: config.content, before: null }
  const totalMs = options.totalMs ?? allowance(options, suite, repeat)
  const result = await withPatchedFiles(options.root, [generated], () =>
    runNode(suite.install, [...args, ...selection.args], {
      cwd: suite.cwd,
      env,
      timeoutMs: totalMs,
      signal: options.signal,
    }),
  )
  const read = await readOutcomes(report, options.root)
  return toResult(options, result, read, {
    report,
    missing: selection.missing,
    errors,
    totalMs,
    args: [...args, ...selection.args],
  })
}

/**
 * Lists the files of the asked tests. Where that fails they are listed one by one, so that a file that does not load
 * costs its own tests only.
 */
async function describeFiles(options: RerunOptions): Promise<{ suite: Suite; errors: string[] }> {
  const files = [...new Set(options.tests.map((test) => test.file))]
  const list = (only: readonly string[]) => describeSuite({ ...options, testFile: options.testFile ?? only[0], only })
  try {
    return { suite: await list(files), errors: [] }
  } catch (fault) {
    if (!(fault instanceof Fault) || files.length < 2 || files.length > MAX_SINGLE_FILES) throw fault
    const suites: Suite[] = []
    const errors: string[] = []
    for (const file of files) {
      const one = await list([file]).catch((error: unknown) => (error instanceof Fault ? error : Promise.reject(error)))
      if (one instanceof Fault) errors.push(one.problem.message)
      else suites.push(one)
    }
    const [first] = suites
    if (!first) throw fault
    return { suite: { ...first, tests: suites.flatMap((suite) => suite.tests) }, errors }
  }
}

/**
 * Half of a test's limit: that follows from the time of the green test with as much again to spare, so that a call late
 * in the test still fails before the test is cut off.
 */
export const actionLimit = ({ timeoutMs, actionTimeoutMs }: RerunOptions): number | null => {
  if (timeoutMs === undefined) return null
  return Math.max(1_000, Math.min(actionTimeoutMs ?? Number.POSITIVE_INFINITY, Math.round(timeoutMs / 2)))
}

function limits(options: RerunOptions, suite: Suite): string[] {
  const flags: string[] = []
  if (options.timeoutMs !== undefined) flags.push(`--timeout=${Math.max(1, Math.round(options.timeoutMs))}`)
  if (options.workers !== undefined) flags.push(`--workers=${options.workers}`)
  // A re-run must not write snapshots that are missing into the user's tree. The flag takes a mode since 1.50.
  const minor = Number(suite.install.version.split('.')[1] ?? 0)
  if (minor >= 50) flags.push('--update-snapshots=none')
  return flags
}

/** Time for all tests one after the other, for starting the runner and for the web servers to come up. */
export function allowance(
  options: { readonly tests: readonly unknown[]; readonly timeoutMs?: number | undefined },
  suite: Suite,
  repeat: number,
): number {
  const each = options.timeoutMs ?? Math.max(30_000, ...suite.projects.map((project) => project.timeout))
  const servers = suite.webServers.reduce((sum, server) => sum + (server.timeout ?? 60_000), 0)
  return Math.min(each * options.tests.length * repeat + servers + 60_000, 2 ** 31 - 1)
}

export function toResult(
  options: RerunOptions,
  result: RunResult,
  read: OutcomeFile,
  more: {
    report: string
    missing: readonly TestRef[]
    errors: readonly string[]
    totalMs: number
    args: readonly string[]
  },
): RerunResult {
  const isAsked = (run: RerunOutcome) =>
    options.tests.some(
      (test) =>
        test.title === run.test.title &&
        test.file === run.test.file &&
        (test.project === undefined || test.project === run.test.project),
    )
  // What is stopped at the limit is reported as interrupted, or not at all where the runner itself had to be killed.
  const isHeld = ({ status }: RerunOutcome) => result.timedOut && status === 'interrupted'
  const outcomes = read.runs.filter((one) => isAsked(one) && !isHeld(one))
  const ran = (test: TestRef) => outcomes.some((run) => run.test.title === test.title && run.test.file === test.file)
  const missing = [...more.missing, ...options.tests.filter((test) => !more.missing.includes(test) && !ran(test))]
  const errors = [...more.errors, ...read.errors]
  if (result.timedOut) errors.push(`The runner was stopped after ${Math.round(more.totalMs / 1000)} s, its time limit.`)
  else if (outcomes.length === 0 && errors.length === 0 && !result.aborted) errors.push(reasonOf(result, []))
  return {
    outcomes,
    missing,
    errors,
    timedOut: result.timedOut,
    hung: result.timedOut ? [...read.hung, ...read.runs.filter(isHeld).map(({ test }) => test)] : [],
    aborted: result.aborted,
    report: more.report,
    command: ['npx', 'playwright', ...more.args].join(' '),
    log: result.output.slice(-20_000),
    durationMs: result.durationMs,
  }
}

export function nothingToRun(options: RerunOptions, report: string, listing: readonly string[]): RerunResult {
  const isGone = options.tests.length > 0 && listing.length === 0
  const errors = isGone ? ['None of the tests to run is in the suite any more.'] : listing
  const none = { outcomes: [], timedOut: false, hung: [], aborted: false, command: '', log: '', durationMs: 0 }
  return { ...none, missing: options.tests, errors, report }
}

export async function writeReporter(outDir: string): Promise<string> {
  const path = join(outDir, 'reporter.cjs')
  await mkdir(outDir, { recursive: true })
  const held = await readFile(path, 'utf8').catch(() => null)
  if (held !== REPORTER_SOURCE) await writeFile(path, REPORTER_SOURCE)
  return path
}

/** What `npx` would add to the path: the programs of the packages around. */
function playwrightEnv(env: Environment, cwd: string, extra: Environment = {}): Record<string, string> {
  const given = forPlaywright(env, extra)
  const bins = foldersUpwards(cwd)
    .map((folder) => join(folder, 'node_modules', '.bin'))
    .filter((bin) => existsSync(bin))
  return { ...given, PATH: [...bins, given.PATH ?? ''].join(delimiter) }
}

interface NodeOptions {
  readonly cwd: string
  readonly env: Record<string, string>
  readonly timeoutMs: number
  readonly signal?: AbortSignal
}

/** The user's node runs the user's Playwright; ours does only where there is none on the path. */
async function runNode(install: PlaywrightInstall, args: readonly string[], options: NodeOptions): Promise<RunResult> {
  const asked = { ...options, args: [install.cli, ...args], stopSignal: 'SIGINT' as const, graceMs: 5_000 }
  const result = await run({ ...asked, command: 'node' })
  const isMissing = result.error !== undefined && 'code' in result.error && result.error.code === 'ENOENT'
  return isMissing ? run({ ...asked, command: process.execPath }) : result
}

function reasonOf(result: RunResult, errors: readonly string[]): string {
  if (result.timedOut) return 'it did not answer in time.'
  // The stack is that of Playwright's own loader.
  const said = errors[0]?.split(/\n\s+at /)[0] ?? tellingLines(result.output, 8)
  return said.trim() || result.error?.message || `it ended with code ${result.code} and said nothing.`
}
