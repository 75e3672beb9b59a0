import type { Report } from '../model.ts'
import type { Attempt } from './events.ts'
import { readEvent } from './read.ts'

/**
 * Attempts that reports of other jobs tell of. With what settings they were made is not known, so that a refusal among them
 * keeps nobody from trying again; what was a candidate can be applied all the same. Reports are hostile: what does not
 * fit the form is left out.
 */
export const attemptsIn = (report: Report, at: Date): readonly Attempt[] =>
  report.results.flatMap(({ status, diagnosis, proposal, reason }): Attempt[] => {
    if (!proposal) return []
    const event = readEvent({
      kind: 'attempt',
      at: at.toISOString(),
      signature: diagnosis.signature,
      commit: report.run.commit ?? '',
      basis: '',
      outcome: status,
      failureType: diagnosis.failureType,
      affected: diagnosis.affected,
      old: proposal.old,
      new: proposal.new,
      strategy: proposal.strategy,
      confidence: proposal.confidence,
      absent: proposal.absent,
      reason,
      candidates: proposal.alternatives.map(({ locator, confidence }) => ({ locator, confidence })),
    })
    return event?.kind === 'attempt' ? [event] : []
  })
