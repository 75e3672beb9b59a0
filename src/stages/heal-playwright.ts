import path from 'node:path'
import { findBrowsers } from '../browser/find-browser.ts'
import { type BrowserSession, launchBrowser } from '../browser/launch.ts'
import { HealFault } from '../engine.ts'
import { readStore } from '../evidence/store.ts'
import type { Failure } from '../model.ts'
import { count } from '../report/words.ts'
import { patchableFiles } from '../source/patchable.ts'
import type { Module } from '../source/values.ts'
import { lacksBaseline, type MadeBaseline, makeBaseline } from './baseline.ts'
import { codeReader } from './code-view.ts'
import type { Material } from './collect.ts'
import { historyReader } from './commit-history.ts'
import { confirm } from './confirm.ts'
import { gatherEvidence } from './evidence.ts'
import type { Ground } from './ground.ts'
import { failuresOf } from './known-tests.ts'
import { splitByPresence, tooMany } from './left.ts'
import { createLiveCheck, type LiveCheck } from './live.ts'
import type { Progress } from './progress.ts'
import { reproduce } from './reproduce.ts'
import { createRerunner, type Rerunner } from './rerun.ts'
import { healInRounds } from './rounds.ts'
import type { Run } from './run.ts'
import { ownShare } from './share.ts'
import { readSourceSteps } from './source-steps.ts'
import { takeTrace } from './state.ts'

/**
 * Heals the failures of a Playwright suite: loads it, starts the app, runs the failing tests with capture, where need be on
 * the last green commit too, then heals in rounds and confirms.
 */
export const healPlaywright = async (run: Run, material: Material, progress: Progress): Promise<void> => {
  const { config } = run
  const { here: reported, left } = splitByPresence(
    material.failures.filter(({ test }) => test.framework === 'playwright'),
    config.root,
  )
  progress.left.push(...left)
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
    const listed = await ownShare(listedFailures(run, material, rerunner), config, progress.patches.read)
    const here = [...reported, ...listed].slice(0, config.maxFailures)
    progress.left.push(...tooMany([...reported, ...listed].slice(config.maxFailures), config.maxFailures))
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
    progress.cases = [...progress.cases, ...cases]
    const parsed = new Map<string, Module>()
    for (const one of cases.filter(({ state }) => state === 'open'))
      one.steps = await readSourceSteps(one, config.root, progress.patches.read, parsed)
    const again = rerunner
    if (again?.suite && cases.some((one) => lacksBaseline(one, material.green, store))) {
      // Both commits want the same port.
      await live.close()
      baseline = await run.stage('reproduce', 'Running failing tests on the last green commit', () =>
        makeBaseline(run, cases, material.green, store, again, session),
      )
      progress.baselineCommit = baseline.commit
      live = await run.stage('reproduce', 'Starting the app', () => createLiveCheck(run, again.suite, session))
    }
    const patchable = await patchableFiles({
      root: config.root,
      tests: here.map(({ test }) => test.file),
      testGlobs: config.testGlobs,
      appDir: config.appDir,
      readFile: progress.patches.read,
    })
    const from = config.baselineCommit ?? progress.baselineCommit
    const ground: Ground = {
      run,
      cases,
      failing: material.collected.failures.map(({ test }) => test.id),
      causes: progress.causes,
      patches: progress.patches,
      evidence,
      history: historyReader(run, from, patchable.files),
      mayPatch: patchable.refusal,
      files: patchable.files,
      rerunner,
      live,
      code: codeReader({ root: config.root, patchable: patchable.files, patches: progress.patches, from }),
      byCode: ['assertion_mismatch'],
    }
    await healInRounds(ground)
    const runner = rerunner
    if (runner) await run.stage('verify', 'Confirming the fixes', () => confirm(ground, runner, patchable.importsOf))
  } finally {
    for (const one of progress.cases) takeTrace(one, null)
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
