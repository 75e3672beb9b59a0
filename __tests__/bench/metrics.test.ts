import { describe, expect, it } from 'vitest'
import {
  type Answer,
  brierScore,
  calibrationError,
  calibrationInterval,
  scoreAnswers,
  withAbsentShare,
} from '../../bench/metrics.ts'

const answer = (change: Partial<Answer>): Answer => ({
  site: 'x',
  confidence: 0.95,
  right: true,
  accepted: true,
  removed: false,
  ms: 1,
  ...change,
})

describe('the counts of a benchmark', () => {
  it('are those of the contract', () => {
    const answers = [
      answer({}),
      answer({ right: false }),
      answer({ accepted: false, confidence: 0.5 }),
      answer({ removed: true, right: false, accepted: false, confidence: 0.1 }),
      answer({ removed: true, right: false }),
    ]
    expect(scoreAnswers(answers)).toMatchObject({
      pairs: 3,
      top1: 2,
      accepted: 2,
      correct: 1,
      wrong: 1,
      abstained: 1,
      negatives: 2,
      refused: 1,
    })
  })

  it('of nothing are zeros', () => {
    expect(scoreAnswers([])).toMatchObject({ pairs: 0, ece: 0, brier: 0, p50Ms: 0 })
  })
})

describe('calibration', () => {
  it('is perfect where confidence is what comes true', () => {
    const answers = Array.from({ length: 100 }, (_, i) => answer({ confidence: 0.85, right: i < 85 }))
    expect(calibrationError(answers)).toBeCloseTo(0)
    expect(brierScore(answers)).toBeCloseTo(0.85 * 0.15)
  })

  it('is the gap where it is not', () => {
    expect(calibrationError([answer({ confidence: 0.9, right: false })])).toBeCloseTo(0.9)
    const [low, high] = calibrationInterval(
      Array.from({ length: 50 }, (_, i) => answer({ confidence: 0.7, right: i % 2 === 0 })),
    )
    expect(low).toBeLessThan(0.2)
    expect(high).toBeGreaterThan(0.2)
  })

  it('can be asked for another share of removed elements', () => {
    const answers = [answer({ confidence: 1 }), answer({ confidence: 1, removed: true, right: false })]
    expect(calibrationError(answers)).toBeCloseTo(0.5)
    expect(calibrationError(answers, withAbsentShare(answers, 0.1))).toBeCloseTo(0.1)
  })
})
