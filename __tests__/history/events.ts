import fc from 'fast-check'
import type { Attempt, Decision, HistoryEvent } from '../../src/history/events.ts'

export const SIGNATURE = '0123456789ab'
export const COMMIT = 'c'.repeat(40)

export const attempt = (given: Partial<Attempt> = {}): Attempt => ({
  kind: 'attempt',
  at: '2026-03-01T10:00:00.000Z',
  signature: SIGNATURE,
  commit: COMMIT,
  basis: 'ba515',
  outcome: 'needs_human',
  failureType: 'selector_not_found',
  affected: "getByTestId('buy')",
  old: "getByTestId('buy')",
  new: '',
  strategy: '',
  confidence: 0.5,
  absent: 0.1,
  reason: 'Two are alike.',
  candidates: [],
  ...given,
})

export const decision = (kind: Decision['kind'], given: Partial<Decision> = {}): Decision => ({
  kind,
  at: '2026-03-02T10:00:00.000Z',
  signature: SIGNATURE,
  by: 'ada',
  reason: '',
  strategy: 'testId',
  old: "getByTestId('buy')",
  new: "getByTestId('purchase')",
  ...given,
})

const time = fc.integer({ min: 0, max: 40 }).map((minutes) => new Date(Date.UTC(2026, 0, 1, 0, minutes)).toISOString())
const signature = fc.constantFrom('aaaaaaaaaaaa', 'bbbbbbbbbbbb', 'cccccccccccc')

/** Events of few signatures and few moments, so that they meet. */
export const anyEvent: fc.Arbitrary<HistoryEvent> = fc.oneof(
  fc
    .record({
      at: time,
      signature,
      outcome: fc.constantFrom('healed' as const, 'needs_human' as const, 'likely_regression' as const),
      reason: fc.constantFrom('one', 'two'),
      confidence: fc.double({ min: 0, max: 1, noNaN: true }),
    })
    .map((given) => attempt(given)),
  fc
    .record({ at: time, signature, by: fc.constantFrom('ada', 'bob'), reason: fc.string({ maxLength: 5 }) })
    .chain((given) =>
      fc
        .constantFrom('accept' as const, 'reject' as const, 'never' as const, 'retry' as const)
        .map((kind) => decision(kind, given)),
    ),
)
