import { describe, expect, it } from 'vitest'
import type { Failure } from '../../src/model.ts'
import { failedElsewhere, howOften } from '../../src/stages/elsewhere.ts'

const failureAt = (file: string, line: number, attempts: Failure['attempts'] = ['failed']): Failure => ({
  test: { id: 'a', title: 'a', file: 'a.spec.ts', framework: 'playwright' },
  errors: [{ message: 'Timeout', stack: [{ file, line, column: 1 }] }],
  attachments: [],
  attempts,
  durationMs: 1_000,
  artifact: 'report.json',
})

describe('a test that is run again without any patch', () => {
  it('and fails at another place says both', () => {
    expect(failedElsewhere(failureAt('/ci/repo/a.spec.ts', 7), failureAt('/here/a.spec.ts', 12))).toBe(
      'It was reported to fail at a.spec.ts:7; run again without any patch it fails at a.spec.ts:12',
    )
    expect(failedElsewhere(failureAt('/ci/repo/a.spec.ts', 7), failureAt('/here/pages/cart.ts', 7))).toContain(
      'cart.ts:7',
    )
  })

  it('and fails where it was reported to has nothing to say, whatever machine reported it', () => {
    expect(failedElsewhere(failureAt('C:\\ci\\repo\\a.spec.ts', 7), failureAt('/here/a.spec.ts', 7))).toBeNull()
    const { errors: _, ...rest } = failureAt('a.spec.ts', 7)
    expect(failedElsewhere({ ...rest, errors: [] }, failureAt('a.spec.ts', 9))).toBeNull()
  })

  it('and passes says how often it had failed where it was tried more than once', () => {
    expect(howOften(failureAt('a.spec.ts', 7))).toBe('It passed when it was run again without any patch.')
    expect(howOften(failureAt('a.spec.ts', 7, ['failed', 'timedOut', 'failed']))).toContain('failed all 3 times')
    expect(howOften(failureAt('a.spec.ts', 7, ['failed', 'passed']))).toContain('failed 1 of 2 times')
  })
})
