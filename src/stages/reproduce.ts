import { openTrace } from '../artifacts/open-trace.ts'
import type { Failure } from '../model.ts'
import type { Material } from './collect.ts'
import { failedCall } from './diagnose.ts'
import { failedElsewhere } from './elsewhere.ts'
import type { Evidence } from './evidence.ts'
import { type Rerunner, takeOutcome } from './rerun.ts'
import type { Run } from './run.ts'
import { type Case, openCase, takeTrace } from './state.ts'
import { unreadableTrace } from './trace-problem.ts'

/**
 * Runs the failing tests again, unpatched. What passes is flaky; of the rest, today's failure counts, not the one that
 * was reported. Where nothing may be run, the artifacts' own traces have to do.
 */
export const reproduce = async (
  run: Run,
  material: Material,
  failures: readonly Failure[],
  evidence: Evidence,
  rerunner: Rerunner | null,
): Promise<readonly Case[]> => {
  const cases = await Promise.all(
    failures.map(async (failure) => openCase(failure, await evidence.pace(failure), rerunner?.tests)),
  )
  if (rerunner) {
    const outcomes = await rerunner.run({ cases, patient: false, repeat: 1, patches: null })
    for (const one of cases) {
      const outcome = outcomes.findLast(({ test }) => test.id === one.test.id)
      if (outcome?.passed) {
        one.state = 'flaky'
        one.runs = [{ passed: true, durationMs: outcome.durationMs }]
      } else if (outcome) {
        await takeOutcome(run, one, outcome)
      }
    }
    await waitForPages(run, cases, rerunner)
  }
  for (const [at, one] of cases.entries()) {
    const reported = failures[at]
    const elsewhere = one.state === 'open' && reported ? failedElsewhere(reported, one.failure) : null
    if (elsewhere !== null) one.elsewhere = elsewhere
  }
  for (const one of cases) if (one.state === 'open' && !one.trace) await takeArtifact(run, material, one)
  return cases
}

/**
 * What a page shows while it loads is not what it shows. Tests that failed while their page still waited for answers have
 * become slower than their green run says, and run once more with the time that tests without one get.
 */
const waitForPages = async (run: Run, cases: readonly Case[], rerunner: Rerunner): Promise<void> => {
  const early = cases.filter((one) => one.state === 'open' && isLoading(one))
  if (early.length === 0) return
  run.step(
    'reproduce',
    `${early.length} pages were still loading when their tests gave up; running those again with more time`,
  )
  for (const one of early) one.greenMs = one.slowestActionMs = null
  const outcomes = await rerunner.run({ cases: early, patient: true, repeat: 1, patches: null })
  for (const one of early) {
    const outcome = outcomes.findLast(({ test }) => test.id === one.test.id)
    // It passes when it is given time: then it was our limit that it failed for, or it is flaky.
    if (outcome?.passed) {
      one.state = 'flaky'
      one.runs = [{ passed: true, durationMs: outcome.durationMs }]
    } else if (outcome) await takeOutcome(run, one, outcome)
  }
}

/** Requests older than this at the moment of the failure are open by nature, as long polls are. */
const LONGEST_ANSWER_MS = 20_000

/** True where the step at which a test failed gave up while the page waited for an answer. */
const isLoading = (one: Case): boolean => {
  const failed = failedCall(one)
  if (!one.trace || !failed) return false
  const end = failed.endTime ?? failed.startTime
  return one.trace.requests.some(
    ({ status, time, method }) => status === -1 && method === 'GET' && time <= end && time > end - LONGEST_ANSWER_MS,
  )
}

const takeArtifact = async (run: Run, material: Material, one: Case): Promise<void> => {
  const file = material.failedTraces.get(one.failure.test.id)
  if (!file) return
  const trace = await openTrace(file).catch((error: unknown) => {
    const remedy = 'Upload the folder `test-results` whole, so that traces are not cut off.'
    run.report(unreadableTrace(`The trace ${file.path}`, error, file.path, remedy))
    return null
  })
  takeTrace(one, trace)
}
