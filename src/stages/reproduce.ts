import { openTrace } from '../artifacts/open-trace.ts'
import type { Failure } from '../model.ts'
import type { Material } from './collect.ts'
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
  }
  for (const one of cases) if (one.state === 'open' && !one.trace) await takeArtifact(run, material, one)
  return cases
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
