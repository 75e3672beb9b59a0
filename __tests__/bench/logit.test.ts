import { describe, expect, it } from 'vitest'
import { type Choice, fitCalibration, fitLogit } from '../../bench/logit.ts'
import { randomFrom } from '../../bench/metrics.ts'

const prior = (size: number, rising = true) => ({
  mean: new Float64Array(size),
  strength: new Float64Array(size).fill(0.01),
  rising: Array.from({ length: size }, () => rising),
})

/** Choices among four options made by known weights; the first feature is 1 for every option. */
function choices(weights: readonly number[], count: number): Choice[] {
  const random = randomFrom(3)
  return Array.from({ length: count }, () => {
    const options = Array.from({ length: 4 }, () => Float64Array.of(1, random() * 2, random() * 2))
    const odds = options.map((row) => Math.exp(row.reduce((sum, x, k) => sum + x * (weights[k] ?? 0), 0)))
    const drawn = random() * (1 + odds.reduce((a, b) => a + b, 0))
    const chosen = odds.findIndex((_, i) => drawn < odds.slice(0, i + 1).reduce((a, b) => a + b, 0))
    return { options, right: chosen < 0 ? [] : [chosen], weight: 1 }
  })
}

describe('a conditional logit', () => {
  it('finds the weights that made the choices', () => {
    const fitted = fitLogit(choices([-2, 2, 0.5], 3000), { ...prior(3, false) }, undefined, 400)
    expect(fitted[0]).toBeCloseTo(-2, 0)
    expect(fitted[1]).toBeCloseTo(2, 0)
    expect(Math.abs((fitted[2] ?? 0) - 0.5)).toBeLessThan(0.2)
  })

  it('never lets more agreement speak against', () => {
    expect(fitLogit(choices([-1, -2, 1], 800), prior(3))[1]).toBe(0)
  })

  it('keeps what was believed of features that no option has', () => {
    const belief = { ...prior(3), mean: Float64Array.of(0, 0, 4) }
    const blind = choices([-1, 1, 0], 100).map((one) => ({
      ...one,
      options: one.options.map(([a = 0, b = 0]) => Float64Array.of(a, b, 0)),
    }))
    expect(fitLogit(blind, belief)[2]).toBe(4)
  })
})

it('calibration learns that a model is too sure', () => {
  const random = randomFrom(5)
  const points = Array.from({ length: 4000 }, () => {
    const p = 0.02 + 0.96 * random()
    const truth = 1 / (1 + Math.exp(-0.5 * Math.log(p / (1 - p))))
    return { p, right: random() < truth, weight: 1 }
  })
  const { offset, present, absent } = fitCalibration(points)
  expect(Math.abs(offset)).toBeLessThan(0.25)
  expect(present).toBeGreaterThan(0.3)
  expect(present).toBeLessThan(0.75)
  expect(absent).toBeLessThan(0.75)
})
