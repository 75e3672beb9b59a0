import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { EMPTY, type History } from '../../src/history/events.ts'
import { add, LIMITS, merge } from '../../src/history/merge.ts'
import { anyEvent, attempt, decision, SIGNATURE } from './events.ts'

/** Enough events of a signature that some are dropped. */
const anyHistory: fc.Arbitrary<History> = fc.array(anyEvent, { maxLength: 60 }).map((events) => add(EMPTY, events))
const history = (events: History['events']): History => ({ version: 1, events })

describe('histories that meet', () => {
  it('come to the same in whatever order', () => {
    fc.assert(fc.property(anyHistory, anyHistory, (a, b) => void expect(merge(a, b)).toEqual(merge(b, a))))
  })

  it('come to the same however often', () => {
    fc.assert(
      fc.property(anyHistory, anyHistory, (a, b) => {
        const both = merge(a, b)
        expect(merge(both, b)).toEqual(both)
        expect(merge(both, both)).toEqual(both)
      }),
    )
  })

  it('come to the same in whatever company', () => {
    fc.assert(
      fc.property(
        anyHistory,
        anyHistory,
        anyHistory,
        (a, b, c) => void expect(merge(merge(a, b), c)).toEqual(merge(a, merge(b, c))),
      ),
    )
  })

  it('lose nothing of each other below the limits', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 8 }), fc.array(anyEvent, { maxLength: 4 }), (a, b) => {
        const both = merge(history(a), history(b))
        for (const { at, signature, kind } of [...a, ...b])
          expect(both.events).toContainEqual(expect.objectContaining({ at, signature, kind }))
      }),
    )
  })

  it('never drop what a person said for what runs did', () => {
    const said = decision('never', { at: '2026-01-01T00:00:00.000Z' })
    const runs = Array.from({ length: 100 }, (_, at) =>
      attempt({ at: new Date(Date.UTC(2026, 5, 1, 0, at)).toISOString() }),
    )
    const kept = add({ version: 1, events: [said] }, runs)
    expect(kept.events).toContainEqual(said)
    expect(kept.events).toHaveLength(LIMITS.perSignature + 1)
    expect(kept.events.at(-1)).toEqual(runs.at(-1))
  })

  it('keep the newest of too many signatures', () => {
    const runs = Array.from({ length: LIMITS.events + 50 }, (_, at) =>
      attempt({
        at: new Date(Date.UTC(2026, 0, 1, 0, at)).toISOString(),
        signature: at.toString(16).padStart(12, '0'),
      }),
    )
    const kept = add(EMPTY, runs)
    expect(kept.events).toHaveLength(LIMITS.events)
    expect(kept.events[0]?.signature).toBe((50).toString(16).padStart(12, '0'))
    expect(kept.events.some(({ signature }) => signature === SIGNATURE)).toBe(false)
  })
})
