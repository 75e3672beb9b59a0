import { setTimeout as wait } from 'node:timers/promises'
import { classify } from '../diagnosis/classify.ts'
import { type Rerunner, takeOutcome } from './rerun.ts'
import type { Run } from './run.ts'
import type { Case } from './state.ts'

/** How long a service may take to come back, before each try. */
const PAUSES_MS = [1_000, 2_500] as const

/** Runs tests that failed for a connection once more, after a pause each time: what passes then is flaky. */
export const retryConnections = async (run: Run, cases: readonly Case[], rerunner: Rerunner): Promise<void> => {
  for (const pause of PAUSES_MS.slice(0, run.config.maxRetries)) {
    const lost = cases.filter((one) => one.state === 'open' && classify(one.failure).failureType === 'connection_error')
    if (lost.length === 0) return
    await wait(pause, undefined, { signal: run.signal })
    const outcomes = await rerunner.run({ cases: lost, patient: false, repeat: 1, patches: null })
    for (const one of lost) {
      const outcome = outcomes.findLast(({ test }) => test.id === one.test.id)
      if (outcome?.passed) {
        one.state = 'flaky'
        one.runs = [{ passed: true, durationMs: outcome.durationMs }]
      } else if (outcome) await takeOutcome(run, one, outcome)
    }
  }
}
