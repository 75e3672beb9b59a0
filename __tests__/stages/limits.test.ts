import { describe, expect, it } from 'vitest'
import { actionLimitFor, limitFor, workersFor } from '../../src/stages/rerun.ts'

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
  it('are all cores for a suite that runs side by side anyway, and the suite’s own for any other', () => {
    expect(workersFor({ fullyParallel: true, workers: 1 }, 4)).toBe(4)
    expect(workersFor({ fullyParallel: true, workers: 8 }, 4)).toBeUndefined()
    expect(workersFor({ fullyParallel: false, workers: 1 }, 4)).toBeUndefined()
  })
})
