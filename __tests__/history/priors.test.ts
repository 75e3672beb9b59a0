import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { EMPTY } from '../../src/history/events.ts'
import { add } from '../../src/history/merge.ts'
import { learnedRates, preferredOrder } from '../../src/history/priors.ts'
import { STRATEGIES } from '../../strategies/index.ts'
import { decision } from './events.ts'

const verdicts = (kind: 'accept' | 'reject', strategy: string, count: number) =>
  Array.from({ length: count }, (_, at) =>
    decision(kind, {
      strategy,
      signature: (at + 1).toString(16).padStart(12, kind === 'accept' ? 'a' : 'b'),
      at: new Date(Date.UTC(2026, 0, 1, 0, at)).toISOString(),
    }),
  )
const names = STRATEGIES.map(({ name }) => name)
const rate = (name: string, events: ReturnType<typeof verdicts>) =>
  learnedRates(STRATEGIES, add(EMPTY, events)).get(name)

describe('what people merge and reject', () => {
  it('moves nothing before there is any of it', () => {
    for (const { name, prior } of STRATEGIES) expect(rate(name, [])).toBeCloseTo(prior, 10)
    expect(preferredOrder(STRATEGIES, EMPTY, [])).toEqual(names)
  })

  it('moves a strategy a little with each verdict', () => {
    // Text starts at 85 %: (0.85 × 30 + 1) / 31 and 0.85 × 30 / 31.
    expect(rate('text', verdicts('accept', 'text', 1))).toBeCloseTo(0.8548, 4)
    expect(rate('text', verdicts('reject', 'text', 1))).toBeCloseTo(0.8226, 4)
    expect(rate('role', verdicts('reject', 'text', 9))).toBeCloseTo(0.9, 10)
  })

  it('moves no strategy more than half of the way, however much of it there is', () => {
    fc.assert(
      fc.property(fc.constantFrom(...STRATEGIES), fc.nat(200), fc.nat(200), ({ name, prior }, good, bad) => {
        const learned = rate(name, [...verdicts('accept', name, good), ...verdicts('reject', name, bad)]) ?? -1
        expect(learned).toBeGreaterThanOrEqual(prior / 2 - 1e-9)
        expect(learned).toBeLessThanOrEqual((prior + 1) / 2 + 1e-9)
      }),
    )
  })

  it('puts a strategy that is rejected again and again behind those that are not', () => {
    const order = preferredOrder(STRATEGIES, add(EMPTY, verdicts('reject', 'testId', 10)), [])
    expect(order.indexOf('testId')).toBeGreaterThan(order.indexOf('text'))
    expect(order.filter((name) => name !== 'testId')).toEqual(names.filter((name) => name !== 'testId'))
  })

  it('comes after what the project names itself', () => {
    expect(
      preferredOrder(STRATEGIES, add(EMPTY, verdicts('reject', 'role', 30)), ['role', 'nobody']).slice(0, 2),
    ).toEqual(['role', 'testId'])
  })
})
