import fc from 'fast-check'
import type { Report } from '../../src/model.ts'
import { HOSTILE, sampleReport } from './reports.ts'

/** Text as an attacker or an unlucky page would write it. */
export const hostileText: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      fc.constantFrom(...HOSTILE),
      fc.string({ unit: 'binary', maxLength: 20 }),
      fc.constantFrom('`', '|', '\\', '<', '\n', '@a', '#1'),
    ),
    {
      maxLength: 6,
    },
  )
  .map((parts) => parts.join(''))

/** The sample report with every text a reader sees put through `change`. */
export function withTexts(change: (text: string) => string): Report {
  const report = sampleReport()
  return {
    ...report,
    problems: [{ message: change('broken'), remedy: change('mend it'), subject: change('a.xml') }],
    results: report.results.map((result) => ({
      ...result,
      reason: change(result.reason),
      suggestions: result.suggestions.map(change),
      tests: result.tests.map((test) => ({
        ...test,
        title: change(test.title),
        file: change(test.file),
        project: change(test.project ?? ''),
      })),
      diagnosis: {
        ...result.diagnosis,
        rootCause: change(result.diagnosis.rootCause),
        affected: change(result.diagnosis.affected),
        message: change(result.diagnosis.message),
        expected: result.diagnosis.expected === null ? null : change(result.diagnosis.expected),
        location: result.diagnosis.location && { ...result.diagnosis.location, file: change('x.ts') },
      },
      proposal: result.proposal && {
        ...result.proposal,
        old: change(result.proposal.old),
        new: change(result.proposal.new),
        strategy: change(result.proposal.strategy),
        diff: result.proposal.diff === '' ? '' : change(result.proposal.diff),
        evidence: result.proposal.evidence.map((item) => ({ ...item, text: change(item.text) })),
        strategies: result.proposal.strategies.map((vote) => ({ ...vote, name: change(vote.name) })),
        alternatives: result.proposal.alternatives.map((item) => ({ ...item, locator: change(item.locator) })),
      },
    })),
  }
}
