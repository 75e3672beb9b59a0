import { readFileSync } from 'node:fs'
import path from 'node:path'
import { findBrowsers } from './browser/find-browser.ts'
import { type BrowserSession, launchBrowser } from './browser/launch.ts'
import { type EngineIo, type HealEngine, HealFault, type HealOutcome } from './engine.ts'
import { headCommit } from './evidence/commits.ts'
import { readStore } from './evidence/store.ts'
import type { BaselineSource, Failure, Problem, Report, Result } from './model.ts'
import { maskData, maskReport, secretValues, summarise } from './report/index.ts'
import { count } from './report/words.ts'
import { recoverJournal } from './runner/journal.ts'
import { SUITE_RUNNERS } from './runner/suite-runners.ts'
import { createPatchSet } from './source/patch-set.ts'
import { patchableFiles } from './source/patchable.ts'
import { lacksBaseline, type MadeBaseline, makeBaseline } from './stages/baseline.ts'
import { collect, type Material } from './stages/collect.ts'
import { historyReader } from './stages/commit-history.ts'
import { confirm } from './stages/confirm.ts'
import { howOften } from './stages/elsewhere.ts'
import { gatherEvidence } from './stages/evidence.ts'
import { openExtensions } from './stages/extensions.ts'
import { healSuite } from './stages/heal-suite.ts'
import { failuresOf } from './stages/known-tests.ts'
import { type Left, splitByPresence, tooMany, unreached } from './stages/left.ts'
import { createLiveCheck, type LiveCheck } from './stages/live.ts'
import { attemptsOf, openMemory, withPast } from './stages/memory.ts'
import { reproduce } from './stages/reproduce.ts'
import { createRerunner, type Rerunner } from './stages/rerun.ts'
import { deliverable, plainResult, resultOf } from './stages/results.ts'
import { diagnoseOnly, type Ground, healInRounds } from './stages/rounds.ts'
import { type Run, startRun } from './stages/run.ts'
import { ownShare, unseenSignatures } from './stages/share.ts'
import { type Case, type Cause, openCase, takeTrace } from './stages/state.ts'
import { writeReport } from './stages/write.ts'

/**
 * The engine's story: collect, diagnose, reproduce, gather evidence, heal, guard, verify, report. Nothing of the checkout
 * is changed but while tests run with a patch, and then under a journal. Whatever happens on the way, the report is
 * written and says how far it came.
 */
export const heal: HealEngine = async (config, io) => {
  const started = startRun(config, io)
  for (const problem of recovered(config.root)) started.report(problem)
  const commit = await headCommit(config.root)
  if (commit === null) {
    throw new HealFault({
      message: `${config.root} is not a git repository with a commit in it.`,
      remedy: 'Run inside the checkout of the tests; patches are made against a commit.',
      subject: 'root',
    })
  }
  const read = reader(config.root)
  const material = await started.stage('collect', 'Reading artifacts', () => collect(started, read))
  const own = await openExtensions(config)
  const given = [`${material.green.all.length} green`, own.digest]
  const { memory, problems } = await openMemory(config, io.history, commit, given)
  for (const problem of problems) started.report(problem)
  const run: Run = { ...started, memory, own, ...(io.fallback ? { fallback: io.fallback } : {}) }
  const state: State = {
    cases: [],
    causes: new Map(),
    patches: createPatchSet(read),
    left: [...tooMany(material.beyond, config.maxFailures)],
    baselineCommit: null,
  }
  let reached: Report['run']['reached'] = 'done'
  try {
    await healAll(run, material, state)
    for (const problem of unseenSignatures(config.onlySignatures, state.causes.keys())) run.report(problem)
  } catch (error) {
    reached = run.reached()
    run.report(interrupted(run, error))
  } finally {
    await own.close()
    for (const problem of own.problems()) run.report(problem)
  }
  const { report, patchesDir } = await run.stage('report', 'Writing the report', async () => {
    await remember(run, state, reached, io)
    const made = maskReport(makeReport(run, material, state, commit, reached), secretValues(io.env))
    return { report: made, ...(await writeReport(made, config.reportDir, config.root, config.keepPatches)) }
  })
  const outcome: HealOutcome = {
    report,
    ...deliverable([...state.causes.values()], state.patches, config.verifyRuns),
    reportDir: config.reportDir,
    patchesDir,
  }
  return outcome
}

interface State {
  cases: readonly Case[]
  readonly causes: Map<string, Cause>
  readonly patches: Ground['patches']
  /** Failures that never came to a healer. */
  readonly left: Left[]
  /** The commit on which tests were run to see what they did when they were green. */
  baselineCommit: string | null
}

const healAll = async (run: Run, material: Material, state: State): Promise<void> => {
  const { config } = run
  const { here: reported, left } = splitByPresence(
    material.failures.filter(({ test }) => test.framework === 'playwright'),
    config.root,
  )
  state.left.push(...left)
  const elsewhere = material.failures
    .filter(({ test }) => test.framework !== 'playwright' && !SUITE_RUNNERS.has(test.framework))
    .map((failure) => openCase(failure, null))
  await run.stage('diagnose', 'Diagnosing failures of other runners', () =>
    diagnoseOnly(
      {
        run,
        cases: elsewhere,
        causes: state.causes,
        patches: state.patches,
        history: async () => null,
        rerunner: null,
      },
      elsewhere,
    ),
  )
  for (const [framework, runSuite] of SUITE_RUNNERS) {
    const failed = material.failures.filter(({ test }) => test.framework === framework)
    const { here: own, left: gone } = splitByPresence(failed, config.root)
    state.left.push(...gone)
    if (own.length > 0) await healSuite(run, material, framework, runSuite, own, state)
  }
  if (reported.length === 0 && !material.lastRun) return
  let browser: Promise<BrowserSession> | null = null
  const search = {
    browserPath: config.browserPath,
    browserEndpoint: config.browserEndpoint,
    roots: [config.root],
    env: run.env,
  }
  // Without one no page can be looked at: better said now than after the tests have run.
  findBrowsers(search)
  const session = () => {
    browser ??= launchBrowser(search)
    return browser
  }
  let rerunner: Rerunner | null = null
  let live: LiveCheck | null = null
  let baseline: MadeBaseline | null = null
  const store = readStore(config.root, config.baselineStore ?? null)
  const evidence = gatherEvidence(run, material.green, store, session)
  try {
    rerunner = config.suggestOnly
      ? null
      : await run.stage('reproduce', 'Loading the suite', () =>
          loadSuite(run, suiteHint(run, material, reported), [...new Set(reported.map(({ test }) => test.file))]),
        )
    const listed = await ownShare(listedFailures(run, material, rerunner), config, state.patches.read)
    const here = [...reported, ...listed].slice(0, config.maxFailures)
    state.left.push(...tooMany([...reported, ...listed].slice(config.maxFailures), config.maxFailures))
    if (here.length === 0) return
    live = await run.stage('reproduce', 'Starting the app', () =>
      createLiveCheck(run, rerunner?.suite ?? null, session),
    )
    // While tests that fail sit out their limits, the green pages they will be compared with are loaded.
    const enough = new AbortController()
    const warm = rerunner
      ? evidence.warmUp(
          here.map(({ test }) => test),
          material.failedTraces,
          enough.signal,
        )
      : null
    const cases = await run
      .stage('reproduce', `Running ${count(here.length, 'failed test')} unpatched`, () =>
        reproduce(run, material, here, evidence, rerunner),
      )
      .finally(async () => {
        enough.abort()
        await warm
      })
    state.cases = [...state.cases, ...cases]
    const again = rerunner
    if (again?.suite && cases.some((one) => lacksBaseline(one, material.green, store))) {
      // Both commits want the same port.
      await live.close()
      baseline = await run.stage('reproduce', 'Running failing tests on the last green commit', () =>
        makeBaseline(run, cases, material.green, store, again, session),
      )
      state.baselineCommit = baseline.commit
      live = await run.stage('reproduce', 'Starting the app', () => createLiveCheck(run, again.suite, session))
    }
    const patchable = await patchableFiles({
      root: config.root,
      tests: here.map(({ test }) => test.file),
      testGlobs: config.testGlobs,
      appDir: config.appDir,
      readFile: state.patches.read,
    })
    const ground: Ground = {
      run,
      cases,
      failing: material.collected.failures.map(({ test }) => test.id),
      causes: state.causes,
      patches: state.patches,
      evidence,
      history: historyReader(run, config.baselineCommit ?? state.baselineCommit, patchable.files),
      mayPatch: patchable.refusal,
      files: patchable.files,
      rerunner,
      live,
    }
    await healInRounds(ground)
    const runner = rerunner
    if (runner) await run.stage('verify', 'Confirming the fixes', () => confirm(ground, runner, patchable.importsOf))
  } finally {
    for (const one of state.cases) takeTrace(one, null)
    await evidence.close()
    await rerunner?.close()
    await baseline?.close()
    await live?.close()
    if (browser)
      await (browser as Promise<BrowserSession>).then(
        (one) => one.close(),
        () => undefined,
      )
  }
}

/** A file near the suite's configuration, relative to the root. */
const suiteHint = ({ config }: Run, { lastRun }: Material, reported: readonly Failure[]): string => {
  const file = reported[0]?.test.file
  return file ?? (lastRun ? path.relative(config.root, lastRun.path) : '')
}

/** The failed tests of a run that left nothing but Playwright's own list of them; only the suite knows their names. */
const listedFailures = (run: Run, { lastRun }: Material, rerunner: Rerunner | null): readonly Failure[] => {
  if (!lastRun || lastRun.failedTests.length === 0) return []
  if (!rerunner?.suite) {
    throw new HealFault({
      message: `${lastRun.path} names ${lastRun.failedTests.length} failed tests by ids that only the loaded suite explains.`,
      remedy: run.config.suggestOnly
        ? 'Run without `--suggest-only`, or keep a report of the failed run.'
        : 'Make the suite load here, or keep a report of the failed run.',
      subject: lastRun.path,
    })
  }
  const { failures, problem } = failuresOf(lastRun, { listed: rerunner.suite.tests, refs: rerunner.tests })
  if (problem && failures.length === 0) throw new HealFault(problem)
  if (problem) run.report(problem)
  return failures
}

/** Without a suite that loads nothing can be verified; what the artifacts' traces tell can still be proposed. */
const loadSuite = async (run: Run, testFile: string, files: readonly string[]): Promise<Rerunner | null> => {
  try {
    return await createRerunner(run, testFile, files)
  } catch (error) {
    run.signal.throwIfAborted()
    if (!(error instanceof HealFault)) throw error
    run.report(error.problem)
    return null
  }
}

/** Remembers what came to a conclusion; a run that broke off, or ran nothing, has concluded nothing. */
const remember = async (run: Run, state: State, reached: Report['run']['reached'], io: EngineIo): Promise<void> => {
  if (!io.history || !run.memory || reached !== 'done' || run.config.suggestOnly) return
  const judged = [...state.causes.values()].map((cause) => ({
    cause,
    result: resultOf(cause, state.patches, run.config.verifyRuns),
  }))
  const attempts = attemptsOf(judged, run.memory, run.startedAt)
  const masked = maskData(attempts, secretValues(io.env))
  for (const problem of await io.history.add(masked)) run.report(problem)
}

const makeReport = (
  run: Run,
  material: Material,
  state: State,
  commit: string,
  reached: Report['run']['reached'],
): Report => {
  const known: Result[] = [
    ...[...state.causes.values()].map((cause) =>
      withPast(resultOf(cause, state.patches, run.config.verifyRuns), run.memory),
    ),
    ...state.cases
      .filter((one) => one.state === 'flaky')
      .map((one) => plainResult(one.failure, 'flaky', howOften(one.failure), one.runs)),
    ...state.left.map(({ failure, reason }) => plainResult(failure, 'skipped', reason)),
  ]
  const results = reached === 'done' ? known : [...known, ...unreached(material.failures, known, reached)]
  return {
    schemaVersion: 1,
    run: {
      startedAt: run.startedAt.toISOString(),
      durationMs: run.elapsedMs(),
      commit,
      baselineCommit: run.config.baselineCommit ?? state.baselineCommit,
      baselineSource: baselineOf([...state.causes.values()]),
      timings: run.timings(),
      confidenceThreshold: run.config.confidenceThreshold,
      reached,
    },
    summary: summarise(results),
    results,
    problems: run.problems,
  }
}

const baselineOf = (causes: readonly Cause[]): BaselineSource => {
  const order: readonly BaselineSource[] = ['green-trace', 'store', 'rerun']
  return order.find((source) => causes.some(({ baseline }) => baseline === source)) ?? 'none'
}

/** Puts back what a run that was killed left patched, and says so. */
const recovered = (root: string): readonly Problem[] => {
  const { restored, conflicts } = recoverJournal(root)
  const problems: Problem[] = conflicts.map(({ path: file, original }) => ({
    message: `${file} was left patched by a run that was killed, and was edited since; it was left alone.`,
    remedy: `Its original is ${original}.`,
    subject: file,
  }))
  return restored.length === 0
    ? problems
    : [
        {
          message: `An earlier run was killed; what it had changed is as it was before: ${restored.slice(0, 10).join(', ')}.`,
          remedy: 'Nothing is to be done.',
        },
        ...problems,
      ]
}

const interrupted = (run: Run, error: unknown) => {
  if (error instanceof HealFault) return error.problem
  const isLimit = run.signal.aborted
  return {
    message: isLimit
      ? `The run was stopped in the stage “${run.reached()}”, ${run.config.timeoutMinutes} minutes after its start or by its caller.`
      : `The run broke off in the stage “${run.reached()}”: ${error instanceof Error ? error.message : String(error)}`,
    remedy: isLimit
      ? 'Raise `timeout_minutes`, or share the failures among jobs with `shard`.'
      : 'What was healed before is in this report; report the fault with the artifacts of the run.',
    subject: isLimit ? 'timeout_minutes' : run.reached(),
  }
}

/** Reads files of the checkout, each once: what was analysed is what is patched. */
const reader = (root: string): ((file: string) => string | null) => {
  const texts = new Map<string, string | null>()
  return (file) => {
    let text = texts.get(file)
    if (text === undefined) {
      try {
        text = readFileSync(path.join(root, file), 'utf8')
      } catch {
        text = null
      }
      texts.set(file, text)
    }
    return text
  }
}
