import type { BaselineSource, Report, Result } from '../model.ts'
import { summarise } from '../report/index.ts'
import type { Material } from './collect.ts'
import { howOften } from './elsewhere.ts'
import { unreached } from './left.ts'
import { withPast } from './memory.ts'
import type { Progress } from './progress.ts'
import { plainResult, resultOf } from './results.ts'
import type { Run } from './run.ts'
import type { Cause } from './state.ts'

/**
 * What the report says: every failure of the run with what came of it, also of those that a run that broke off never reached.
 *
 * @param commit of the checkout
 * @param reached the stage in which the run ended
 */
export const makeReport = (
  run: Run,
  material: Material,
  progress: Progress,
  commit: string,
  reached: Report['run']['reached'],
): Report => {
  const known: Result[] = [
    ...[...progress.causes.values()].map((cause) =>
      withPast(resultOf(cause, progress.patches, run.config.verifyRuns), run.memory),
    ),
    ...progress.cases
      .filter((one) => one.state === 'flaky')
      .map((one) => plainResult(one.failure, 'flaky', howOften(one.failure), one.runs)),
    ...progress.left.map(({ failure, reason }) => plainResult(failure, 'skipped', reason)),
  ]
  const results = reached === 'done' ? known : [...known, ...unreached(material.failures, known, reached)]
  return {
    schemaVersion: 1,
    run: {
      startedAt: run.startedAt.toISOString(),
      durationMs: run.elapsedMs(),
      commit,
      baselineCommit: run.config.baselineCommit ?? progress.baselineCommit,
      baselineSource: baselineOf([...progress.causes.values()]),
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
