import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { competeFor } from '../../../src/dom/identity/competition.ts'

const odds = (entries: [number, number][]): Map<number, number> => new Map(entries)

describe('old elements compete for today’s', () => {
  it('one alone takes its share against being gone', () => {
    expect(competeFor([odds([[1, 3]])]).get(1)).toBeCloseTo(0.75)
  })

  it('an element that another wants much more is as good as taken', () => {
    const alone = competeFor([odds([[1, 5]])]).get(1) ?? 0
    const contested = competeFor([odds([[1, 5]]), odds([[1, 500]])]).get(1) ?? 0
    expect(alone).toBeGreaterThan(0.8)
    expect(contested).toBeLessThan(0.1)
  })

  it('where the other has a better place of its own, it does not stand in the way', () => {
    const first = odds([[1, 50]])
    const other = odds([
      [1, 50],
      [2, 5000],
    ])
    expect(competeFor([first, other]).get(1)).toBeGreaterThan(0.9)
  })

  it('probabilities never add up to more than one', () => {
    const row = fc.array(fc.tuple(fc.integer({ min: 0, max: 5 }), fc.double({ min: 0, max: 1e15, noNaN: true })), {
      maxLength: 6,
    })
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 5 }), (rows) => {
        const won = [...competeFor(rows.map((entries) => odds(entries))).values()]
        expect(won.every((p) => p >= 0)).toBe(true)
        expect(won.reduce((a, b) => a + b, 0)).toBeLessThanOrEqual(1 + 1e-9)
      }),
    )
  })
})
