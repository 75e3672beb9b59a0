import { realpathSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { openTrace } from '../artifacts/open-trace.ts'
import { HealFault } from '../engine.ts'
import type { Edit, Problem, TestRef } from '../model.ts'
import { commandFor } from '../runner/command-framework.ts'
import { withPatchedFiles } from '../runner/journal.ts'
import { makeOwnFolder } from '../runner/own-folder.ts'
import {
  describeSuite,
  type RerunOptions,
  type RerunOutcome,
  rerun,
  type Suite,
  type SuiteOptions,
} from '../runner/playwright.ts'
import { configOfCommand, rerunByCommand } from '../runner/playwright-command.ts'
import { toTestRef } from '../runner/playwright-outcomes.ts'
import type { PatchSet } from '../source/patch-set.ts'
import type { Run } from './run.ts'
import { type Case, takeTrace } from './state.ts'
import { unreadableTrace } from './trace-problem.ts'

export interface RerunRequest {
  readonly cases: readonly (Pick<Case, 'test' | 'greenMs'> & Partial<Pick<Case, 'slowestActionMs'>>)[]
  /** A verification must not fail for a slow machine; a reproduction only has to tell whether a test passes as before. */
  readonly patient: boolean
  readonly repeat: number
  /** Fixes that are in place while the tests run. */
  readonly patches: PatchSet | null
  /** Edits besides, in place while the tests run: a limit made generous to measure by. */
  readonly trial?: readonly Edit[]
  /** Limit for each test, in milliseconds, in place of one that follows from its green time. */
  readonly limitMs?: number
}

/** Runs tests again in the checkout: one runner invocation for all of a request. */
export interface Rerunner {
  /** Null for runners that know no web servers. */
  readonly suite: Suite | null
  /** Every test of the suite, as far as the runner lists them. */
  readonly tests: readonly TestRef[]
  run(request: RerunRequest): Promise<readonly RerunOutcome[]>
  /** The folders that the last run's interpreter looks for packages in, where the runner says them. */
  packagePaths?(): readonly string[]
  /** Removes what the runs left in our own folder; their traces must not be read afterwards. */
  close(): Promise<void>
}

/**
 * How long a test may take, from how long it took when it was green. In milliseconds; the default where nothing tells is
 * generous, since a limit that is too short would look like a failure.
 */
export const limitFor = (cases: RerunRequest['cases'], patient: boolean): number => {
  const known = cases.map(({ greenMs }) => greenMs ?? 5_000)
  const slowest = Math.max(0, ...known)
  return Math.round(patient ? Math.max(8_000, slowest * 4 + 4_000) : Math.max(5_000, slowest * 2 + 2_500))
}

/**
 * How long one action may take, from the slowest of the green run: what fails then sits out no more than it must. Undefined
 * where a test has no green run to go by.
 */
export const actionLimitFor = (cases: RerunRequest['cases'], patient: boolean): number | undefined => {
  const slowest = cases.map(({ slowestActionMs }) => slowestActionMs ?? null)
  if (slowest.length === 0 || slowest.includes(null)) return undefined
  const most = Math.max(...slowest.map((ms) => ms ?? 0))
  return Math.round(patient ? Math.max(3_000, most * 4 + 1_000) : Math.max(1_500, most * 2 + 750))
}

/**
 * Tests whose author lets all of them run side by side do so on every core, whatever a machine of another kind was given;
 * undefined leaves it to the suite. A test that is repeated may want the same name twice, and does not run beside itself.
 */
export const workersFor = (
  { fullyParallel, workers }: Pick<Suite, 'fullyParallel' | 'workers'>,
  { tests, repeat }: { readonly tests: number; readonly repeat: number },
  cores: number,
): number | undefined => {
  if (repeat > 1) return tests === 1 ? 1 : undefined
  return fullyParallel && cores > workers ? cores : undefined
}

/**
 * Loads the suite. Where some file of it does not load, Playwright lists nothing; then the asked files alone are tried.
 */
const loadSuite = async (options: SuiteOptions, files: readonly string[]): Promise<Suite> => {
  try {
    return await describeSuite(options)
  } catch (error) {
    if (!(error instanceof HealFault) || files.length === 0) throw error
    return await describeSuite({ ...options, only: files }).catch(() => Promise.reject(error))
  }
}

/**
 * Loads the suite around `testFile`. Rejects with a `Fault` where the tests cannot be run here.
 *
 * @param files test files that matter, relative to the root
 */
export const createRerunner = async (run: Run, testFile: string, files: readonly string[]): Promise<Rerunner> => {
  const { root } = run.config
  const command = commandFor('playwright', run.config.testCommand, root)
  const folder = await makeOwnFolder('run', root)
  const close = () => rm(folder, { recursive: true, force: true })
  const base = { root: run.config.root, env: run.env, outDir: folder, signal: run.signal }
  try {
    const suite = await loadSuite({ ...base, testFile, configFile: command && configOfCommand(command, root) }, files)
    const again = (options: RerunOptions & { readonly suite: Suite }) =>
      command ? rerunByCommand({ ...options, command }) : rerun(options)
    const hung = new Set<string>()
    return {
      suite,
      tests: suite.tests.map((test) => toTestRef(test, realpathSync(run.config.root), suite.projects.length > 1)),
      async run({ cases: asked, patient, repeat, patches }) {
        const files = (patches?.changed() ?? []).map(({ path: file, before, after }) => ({
          path: file,
          before,
          content: after,
        }))
        const outcomes: RerunOutcome[] = []
        // A test that never ends takes those after it along; they run once more, without it.
        for (let left = asked; ; ) {
          const cases = left.filter(({ test }) => !hung.has(test.id))
          if (cases.length === 0) return outcomes
          const actionTimeoutMs = actionLimitFor(cases, patient)
          const workers = workersFor(suite, { tests: cases.length, repeat }, availableParallelism())
          const result = await withPatchedFiles(run.config.root, files, () =>
            again({
              ...base,
              suite,
              tests: cases.map(({ test }) => test),
              timeoutMs: limitFor(cases, patient),
              ...(actionTimeoutMs === undefined ? {} : { actionTimeoutMs }),
              ...(workers === undefined ? {} : { workers }),
              repeat,
            }),
          )
          run.signal.throwIfAborted()
          for (const error of result.errors) run.report(saidByRunner(error, result.command))
          outcomes.push(...result.outcomes)
          const fresh = result.hung.filter(({ id }) => !hung.has(id))
          for (const test of fresh) {
            hung.add(test.id)
            run.report(neverEnded(test))
          }
          left = cases.filter(({ test }) => !outcomes.some((one) => one.test.id === test.id))
          if (fresh.length === 0) return outcomes
        }
      },
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

const saidByRunner = (error: string, command: string): Problem => ({
  message: `The runner said: ${error.slice(0, 500)}`,
  remedy: command ? `Try it yourself: ${command.slice(0, 300)}` : 'Check out the commit that was tested.',
  subject: 'test_command',
})

const neverEnded = ({ title, id }: TestRef): Problem => ({
  message: `“${title}” did not end; it was stopped with all that it had started, and the other tests ran without it.`,
  remedy: 'Give it a timeout; it is not run again in this run.',
  subject: id,
})

/** Takes over what a run said of a test: its failure, if any, and the trace of it. */
export const takeOutcome = async (run: Run, one: Case, outcome: RerunOutcome): Promise<void> => {
  if (outcome.failure) one.failure = outcome.failure
  takeTrace(one, null)
  if (!outcome.tracePath) return
  const trace = await openTrace({ path: outcome.tracePath }).catch((error: unknown) => {
    const what = `The trace of our own run of “${one.test.title}”`
    run.report(unreadableTrace(what, error, one.test.id, 'Report this with the Playwright version in use.'))
    return null
  })
  takeTrace(one, trace)
}
