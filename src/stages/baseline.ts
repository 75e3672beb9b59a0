import path from 'node:path'
import type { TraceFile } from '../artifacts/types.ts'
import type { BrowserSession } from '../browser/launch.ts'
import { HealFault } from '../engine.ts'
import { findBaselineCommits, holdingAny } from '../evidence/baseline-commit.ts'
import { lastSeenCommits } from '../evidence/last-seen.ts'
import type { BaselineStore } from '../evidence/store.ts'
import type { Problem } from '../model.ts'
import { count } from '../report/words.ts'
import { prepareTree } from '../runner/prepare-tree.ts'
import { addWorktree, type Worktree } from '../runner/worktree.ts'
import type { GreenTraces } from './collect.ts'
import { failedCall } from './diagnose.ts'
import { keptRuns } from './kept-runs.ts'
import { createLiveCheck } from './live.ts'
import { createRerunner, type Rerunner } from './rerun.ts'
import type { Run } from './run.ts'
import type { Case } from './state.ts'

/** Green runs that we made ourselves on an earlier commit. */
export interface MadeBaseline {
  /** The newest commit on which one of the tests was green; null where there is none. */
  readonly commit: string | null
  /** Removes the traces of the runs. */
  close(): Promise<void>
}

/** Commits that are built and run at the most. */
const MAX_COMMITS = 5
/** Share of `timeout_minutes` after which no further commit is built: the healing itself needs the rest. */
const MAX_SHARE = 0.4

/** True for a test that fails at an element of which no green trace tells: only for those is it worth a build. */
export const lacksBaseline = (one: Case, green: GreenTraces, store: Pick<BaselineStore, 'has'>): boolean =>
  one.state === 'open' &&
  green.of(one.test) === null &&
  !store.has(one.test.id) &&
  failedCall(one)?.selector !== undefined

/**
 * Runs failing tests of which no green trace was kept on the commit on which they were last green: checked out beside the
 * work tree, built there, and run with their own configuration. What passes joins the green traces. Where it cannot be
 * done the report says so, and healing goes on with what the locator itself tells.
 *
 * @param cases open failures; nothing is done where each of them has a green trace
 */
export const makeBaseline = async (
  run: Run,
  cases: readonly Case[],
  green: GreenTraces,
  store: BaselineStore,
  rerunner: Rerunner,
  session: () => Promise<BrowserSession>,
): Promise<MadeBaseline> => {
  const wanting = () => cases.filter((one) => lacksBaseline(one, green, store))
  const runners: Rerunner[] = []
  let found: string | null = null
  const close = async () => {
    for (const one of runners) await one.close()
  }
  if (wanting().length === 0 || rerunner.suite === null) return { commit: null, close }
  const known = run.config.baselineCommit ?? null
  const shallow = await run.reach(known)
  const { commits: likely, isGuess, isShallow } = await findBaselineCommits(run.config.root, known)
  const files = [...new Set(wanting().map(({ test }) => test.file))]
  const selectors = wanting().flatMap((one) => failedCall(one)?.selector ?? [])
  const seen = await lastSeenCommits({ root: run.config.root, selectors, tests: files })
  const all = [...new Set(isGuess ? [...seen, ...likely] : [...likely, ...seen])].slice(0, MAX_COMMITS)
  const commits = await holdingAny(run.config.root, all, files)
  if (shallow) run.report(shallow)
  else if (all.length === 0) run.report(noCommit(run, isShallow))
  const { installCommand, buildCommand, startCommand, testCommand, appDir } = run.config
  const means = [
    rerunner.suite.version,
    rerunner.suite.config,
    installCommand,
    buildCommand,
    startCommand,
    testCommand,
    appDir,
  ]
  const kept = await keptRuns(run.config.root, run.env, means)
  const tried: string[] = []
  for (const commit of commits) {
    const lost = wanting()
    if (lost.length === 0) break
    if (run.elapsedMs() > run.config.timeoutMinutes * 60_000 * MAX_SHARE) {
      run.report(outOfTime(commit))
      break
    }
    const held = (await Promise.all(lost.map(({ test }) => kept.of(commit, test)))).filter((one) => one !== null)
    green.add(held)
    if (held.length > 0) {
      run.step('reproduce', `Kept from an earlier run on ${commit.slice(0, 8)}: ${count(held.length, 'test')}`)
      found ??= commit
    }
    const rest = wanting()
    if (rest.length === 0) break
    run.step('reproduce', `Running ${count(rest.length, 'failing test')} on ${commit.slice(0, 8)}`)
    try {
      const traces = await runOn(run, commit, rest, { suite: rerunner, session, keep: (one) => runners.push(one) })
      green.add(traces)
      tried.push(commit)
      if (traces.length > 0) found ??= commit
      await kept.keep(commit, traces)
    } catch (error) {
      run.signal.throwIfAborted()
      const next = commits[commits.indexOf(commit) + 1]
      run.report(notRun(commit, error, next))
    }
  }
  const left = wanting()
  if (left.length > 0 && (tried.length > 0 || commits.length < all.length)) run.report(notGreen(left, tried))
  return { commit: found, close }
}

interface Means {
  readonly suite: Rerunner
  readonly session: () => Promise<BrowserSession>
  keep(rerunner: Rerunner): void
}

const runOn = async (run: Run, commit: string, cases: readonly Case[], means: Means): Promise<readonly TraceFile[]> => {
  const { config, env, signal } = run
  const tree = await addWorktree({ root: config.root, commit, env, signal })
  try {
    const cwd = path.relative(config.root, means.suite.suite?.cwd ?? config.root)
    await prepareTree({
      root: config.root,
      tree: tree.path,
      packages: cwd === '' || cwd.startsWith('..') ? [''] : ['', cwd],
      installCommand: config.installCommand,
      buildCommand: config.buildCommand,
      appDir: config.appDir,
      env,
      signal,
    })
    return await runIn(run, tree, cases, means)
  } finally {
    await tree.remove()
  }
}

const runIn = async (
  run: Run,
  tree: Worktree,
  cases: readonly Case[],
  { session, keep }: Means,
): Promise<readonly TraceFile[]> => {
  const there: Run = {
    ...run,
    config: { ...run.config, root: tree.path },
    report: (problem) =>
      run.report({ ...problem, message: `On the earlier commit ${tree.commit.slice(0, 12)}: ${problem.message}` }),
  }
  const files = [...new Set(cases.map(({ test }) => test.file))]
  const rerunner = await createRerunner(there, files[0] ?? '', files)
  keep(rerunner)
  const known = cases.filter(({ test }) => rerunner.tests.some(({ id }) => id === test.id))
  if (known.length === 0) return []
  // The app of that commit, where the suite starts none of its own.
  const app = await createLiveCheck(there, rerunner.suite, session)
  try {
    const outcomes = await rerunner.run({ cases: known, patient: true, repeat: 1, patches: null })
    return outcomes.flatMap(({ passed, test, tracePath }): TraceFile[] =>
      passed && tracePath !== undefined
        ? [
            {
              path: tracePath,
              testTitle: test.title,
              testFile: test.file,
              testId: test.id,
              outcome: 'passed',
              mtimeMs: run.startedAt.getTime(),
            },
          ]
        : [],
    )
  } finally {
    await app.close()
  }
}

const noCommit = ({ config }: Run, isShallow: boolean): Problem => ({
  message: `There is no earlier commit to run the failing tests on${config.baselineCommit ? `: ${config.baselineCommit} is not in this clone` : ''}.`,
  remedy: isShallow
    ? 'Check out with `fetch-depth: 0`; the clone is shallow.'
    : 'Keep traces of green runs (`trace: on`), so that healing knows what an element was.',
  subject: 'baseline',
})

const notRun = (commit: string, error: unknown, next: string | undefined): Problem => {
  const problem = error instanceof HealFault ? error.problem : null
  const said = problem?.message ?? (error instanceof Error ? error.message : String(error))
  const then = next === undefined ? '' : ` The commit ${next.slice(0, 12)} before it was tried in its place.`
  return {
    message: `The failing tests could not be run on the earlier commit ${commit.slice(0, 12)}: ${said.trimEnd()}${then}`,
    remedy: problem?.remedy ?? 'Keep traces of green runs (`trace: on`) in place of a re-run.',
    subject: problem?.subject ?? 'baseline',
  }
}

const outOfTime = (commit: string): Problem => ({
  message: `The failing tests were not run on the earlier commit ${commit.slice(0, 12)}: too much of the time was gone.`,
  remedy: 'Raise `timeout_minutes`, or keep traces of green runs (`trace: on`).',
  subject: 'timeout_minutes',
})

const notGreen = (cases: readonly Case[], commits: readonly string[]): Problem => {
  const where =
    commits.length === 0
      ? 'their files are not in the earlier commits'
      : `on ${commits.map((commit) => commit.slice(0, 8)).join(', ')} they did not pass`
  return {
    message: `${cases.length} of the failing tests have no green run to compare with: no trace was kept, and ${where}.`,
    remedy: 'Keep traces of green runs (`trace: on`); without one only the locator itself tells what was lost.',
    subject: 'baseline',
  }
}
