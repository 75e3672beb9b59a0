import { describe, expect, it } from 'vitest'
import { actionLimitFor, limitFor, workersFor } from '../../src/stages/rerun.ts'
import { repeatsAtOnce } from '../../src/stages/rounds.ts'

const test = { id: 'a', title: 'a', file: 'a.spec.ts', framework: 'playwright' } as const
const green = (greenMs: number | null, slowestActionMs: number | null = null) => ({ test, greenMs, slowestActionMs })

describe('limits of a re-run', () => {
  it('follow from the slowest of the tests when it was green', () => {
    expect(limitFor([green(800), green(4_000)], false)).toBe(10_500)
    expect(limitFor([green(800), green(4_000)], true)).toBe(20_000)
    expect(actionLimitFor([green(800, 200), green(4_000, 1_000)], false)).toBe(2_750)
    expect(actionLimitFor([green(800, 200), green(4_000, 1_000)], true)).toBe(5_000)
  })

  it('leave a slow machine some room, more where a patch is to be proven than where a failure is', () => {
    expect([limitFor([green(100)], false), limitFor([green(100)], true)]).toEqual([5_000, 8_000])
    expect([actionLimitFor([green(100, 50)], false), actionLimitFor([green(100, 50)], true)]).toEqual([1_500, 3_000])
  })

  it('are generous where nothing tells', () => {
    expect(limitFor([green(null)], true)).toBe(24_000)
    expect(actionLimitFor([green(100, 50), green(null)], true)).toBeUndefined()
  })
})

describe('workers of a re-run', () => {
  const suite = { fullyParallel: true, workers: 1 }

  it('are all cores for a suite that runs side by side anyway, and the suite’s own for any other', () => {
    expect(workersFor(suite, { tests: 5, repeat: 1 }, 4)).toBe(4)
    expect(workersFor({ ...suite, workers: 8 }, { tests: 5, repeat: 1 }, 4)).toBeUndefined()
    expect(workersFor({ ...suite, fullyParallel: false }, { tests: 5, repeat: 1 }, 4)).toBeUndefined()
  })

  it('never run a test beside itself that nobody ran so: it may want the same name twice', () => {
    expect(workersFor(suite, { tests: 5, repeat: 2 }, 4)).toBeUndefined()
    expect(workersFor({ ...suite, workers: 8 }, { tests: 1, repeat: 2 }, 4)).toBe(1)
  })
})

describe('runs of a round', () => {
  it('are as many as a test must pass where it is alone, else one', () => {
    expect([repeatsAtOnce(1, 2), repeatsAtOnce(1, 3), repeatsAtOnce(2, 2)]).toEqual([2, 3, 1])
  })
})
