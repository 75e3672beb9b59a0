import { collectArtifacts } from './artifacts/index.ts'
import { openTrace } from './artifacts/open-trace.ts'
import type { TraceFile } from './artifacts/types.ts'
import { type BrowserSession, launchBrowser } from './browser/launch.ts'
import { indexPage } from './dom/page-index.ts'
import type { Trace, TraceAction } from './dom/trace.ts'
import { type EngineConfig, type EngineIo, HealFault } from './engine.ts'
import { targetSnapshots } from './evidence/counterpart.ts'
import { accumulate, variation } from './evidence/noise.ts'
import { authoredCalls, observeStep } from './evidence/step-effects.ts'
import type { StoredStep } from './evidence/stored-step.ts'
import type { Problem } from './model.ts'

/** What a recording came to. */
export interface Recorded {
  readonly tests: number
  readonly steps: number
  readonly problems: readonly Problem[]
}

/** Where recorded steps go; yields how many were kept. */
export type KeepSteps = (test: string, steps: readonly StoredStep[]) => Promise<number>

export interface RecordConfig
  extends Pick<EngineConfig, 'root' | 'artifacts' | 'browserPath' | 'browserEndpoint' | 'timeoutMinutes'> {
  /** Nothing is recorded where a test failed: not every passed test of such a run saw the product as it should be. */
  readonly onlyGreen: boolean
}

/** Share of `timeout_minutes` after which no further test is looked at. */
const MAX_SHARE = 0.8

/** Steps of one test that are recorded, and tests of one recording. */
const MAX_STEPS = 200
const MAX_TESTS = 5_000

/**
 * Records from the traces of a green run, of each step of each passed test, what its element was and what it did. Rejects
 * with a `HealFault` where there is no trace of a passed test.
 */
export const recordBaseline = async (
  config: RecordConfig,
  io: Pick<EngineIo, 'progress' | 'env' | 'signal'>,
  keep: KeepSteps,
): Promise<Recorded> => {
  const startedMs = performance.now()
  const collected = await collectArtifacts({ patterns: config.artifacts, root: config.root })
  const [failed] = collected.failures
  if (config.onlyGreen && failed) {
    throw new HealFault({
      message: `${collected.failures.length} tests failed, “${failed.test.title}” among them: a baseline is recorded from green runs only.`,
      remedy: 'Run this step with `if: success()`, after the tests.',
      subject: 'mode',
    })
  }
  const byTest = new Map<string, TraceFile[]>()
  for (const trace of collected.traces) {
    if (trace.outcome !== 'passed' || trace.testId === undefined) continue
    byTest.set(trace.testId, [...(byTest.get(trace.testId) ?? []), trace])
  }
  if (byTest.size === 0) {
    throw new HealFault({
      message: `No trace of a passed test was found in ${config.root}.`,
      remedy: 'Run the tests with `--trace on`, and name their output folder in `artifacts`.',
      subject: 'artifacts',
    })
  }
  const problems: Problem[] = [...collected.problems]
  const { browserPath, browserEndpoint, root } = config
  const session = await launchBrowser({ browserPath, browserEndpoint, roots: [root], env: io.env })
  let steps = 0
  let done = 0
  try {
    for (const [test, files] of [...byTest].slice(0, MAX_TESTS)) {
      io.signal?.throwIfAborted()
      if (performance.now() - startedMs > config.timeoutMinutes * 60_000 * MAX_SHARE) {
        problems.push(outOfTime(byTest.size - done))
        break
      }
      io.progress({ stage: 'collect', kind: 'step', text: `Recording ${test}`, done: ++done, total: byTest.size })
      try {
        steps += await keep(test, await recordTest(session, test, files))
      } catch (error) {
        if (error instanceof HealFault) throw error
        problems.push({
          message: `“${test}” was not recorded: ${error instanceof Error ? error.message : String(error)}`,
          remedy: 'Record it again; the other tests are in the baseline.',
          subject: files.at(-1)?.path ?? test,
        })
      }
    }
  } finally {
    await session.close()
  }
  return { tests: done, steps, problems }
}

const outOfTime = (left: number): Problem => ({
  message: `${left} tests were not recorded: the time was up.`,
  remedy: 'Raise `timeout_minutes`, or record each shard of the suite in its own job.',
  subject: 'timeout_minutes',
})

/** Runs of one test beside the last whose steps are compared with it: repetitions, and retries that passed. */
const MAX_REPEATED = 4

/** @param files traces of its passed runs; the last one is recorded, the others tell what varies */
const recordTest = async (
  session: BrowserSession,
  test: string,
  files: readonly TraceFile[],
): Promise<readonly StoredStep[]> => {
  const file = files.at(-1)
  if (!file) return []
  const trace = await openTrace(file)
  try {
    const steps: StoredStep[] = []
    for (const { call, selector, nth } of recordedCalls(trace)) {
      const element = await recordElement(session, trace, call, selector)
      if (element) steps.push({ test, selector, nth, ...element, effects: observeStep(trace, call, false) })
    }
    return await withRepeated(steps, files.slice(0, -1).slice(-MAX_REPEATED))
  } finally {
    trace.close()
  }
}

const recordedCalls = (trace: Trace): readonly { call: TraceAction; selector: string; nth: number }[] => {
  const seen = new Map<string, number>()
  return authoredCalls(trace)
    .slice(0, MAX_STEPS)
    .flatMap((call) => {
      const { selector, kind } = call
      if (selector === undefined || kind === 'absent' || call.error) return []
      const nth = seen.get(selector) ?? 0
      seen.set(selector, nth + 1)
      return [{ call, selector, nth }]
    })
}

/** The steps with what other runs of the same product did otherwise. */
const withRepeated = async (
  steps: readonly StoredStep[],
  files: readonly TraceFile[],
): Promise<readonly StoredStep[]> => {
  const differs = new Map<StoredStep, readonly string[]>()
  for (const file of files) {
    const trace = await openTrace(file)
    try {
      for (const { call, selector, nth } of recordedCalls(trace)) {
        const step = steps.find((one) => one.selector === selector && one.nth === nth)
        if (!step) continue
        const found = variation(step.effects, observeStep(trace, call, false))
        differs.set(step, [...(differs.get(step) ?? []), ...found])
      }
    } finally {
      trace.close()
    }
  }
  return steps.map((step) => {
    const varies = accumulate([], differs.get(step) ?? [])
    return varies.length > 0 ? { ...step, varies } : step
  })
}

const recordElement = async (
  session: BrowserSession,
  trace: Trace,
  call: TraceAction,
  selector: string,
): Promise<Pick<StoredStep, 'matches' | 'fingerprint'> | null> => {
  for (const name of targetSnapshots(call)) {
    const document = trace.frameHtml(name)
    if (document === null) continue
    const view = await session.openTracePage(document, trace)
    try {
      const snapshot = await view.collect({ visual: true })
      const matched = await view.match(selector).catch(() => [])
      const element = snapshot.target ?? matched[0]
      if (element === undefined) continue
      return { matches: Math.max(1, matched.length), fingerprint: indexPage(snapshot).fingerprint(element) }
    } finally {
      await view.close()
    }
  }
  return null
}
