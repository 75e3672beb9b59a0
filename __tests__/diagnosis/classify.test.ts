import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { DIAGNOSIS_CASES } from '../../bench/diagnosis/cases.ts'
import { collectArtifacts, openTrace } from '../../src/artifacts/index.ts'
import { type Classification, classify } from '../../src/diagnosis/classify.ts'
import { failingAction } from '../../src/dom/trace.ts'
import type { Failure, FailureError } from '../../src/model.ts'
import { startCpuClock } from '../support/cpu-clock.ts'

const SAMPLES = resolve(import.meta.dirname, '../../fixtures/samples')

function failure(error: Partial<FailureError>, framework: Failure['test']['framework'] = 'playwright'): Failure {
  return {
    test: { id: 't', title: 't', file: 'a.spec.ts', framework },
    errors: [{ message: '', stack: [], ...error }],
    attachments: [],
    attempts: ['failed'],
    durationMs: 0,
    artifact: '/a.json',
  }
}

describe('classify', () => {
  it.each(DIAGNOSIS_CASES)(
    'takes $ecosystem "$message" for $expected',
    ({ framework, type, message, expected, affected }) => {
      const found = classify(failure({ type, message }, framework))
      expect(found.failureType, found.rootCause).toBe(expected)
      if (affected !== undefined) expect(found.affected).toBe(affected)
      expect(found.rootCause).toMatch(/^.{4,}[.…]?$/s)
    },
  )

  it('classifies every case of the table right, of each ecosystem', () => {
    const right = DIAGNOSIS_CASES.filter((one) => classify(failure(one, one.framework)).failureType === one.expected)
    expect(DIAGNOSIS_CASES.length).toBeGreaterThan(100)
    expect(right.length / DIAGNOSIS_CASES.length).toBeGreaterThanOrEqual(0.98)
  })

  it('says expected and actual of an assertion', () => {
    const found = classify(failure({ message: "E       AssertionError: assert 'Pending' == 'Ready'" }, 'pytest'))
    expect(found).toMatchObject({ expected: 'Ready', actual: 'Pending' })
  })

  it('says nothing it does not know', () => {
    expect(classify({ ...failure({}), errors: [] })).toMatchObject({
      failureType: 'unknown',
      rootCause: 'The report says nothing of the cause.',
    })
    expect(classify(failure({ message: 'boom' })).failureType).toBe('unknown')
  })

  it('reads hostile messages in no time', () => {
    const long = [
      'a'.repeat(1_000_000),
      '\n'.repeat(200_000),
      `Call log:\n${' - waiting for '.repeat(50_000)}`,
      `"${'\\"'.repeat(100_000)}`,
      `expected ${'x to be '.repeat(30_000)}`,
      `{"method":"${' '.repeat(200_000)}`,
      'at '.repeat(100_000),
    ]
    for (const message of long) {
      const spent = startCpuClock()
      classify(failure({ message }, 'unknown'))
      expect(spent(), message.slice(0, 20)).toBeLessThan(1_000)
    }
  })
})

describe.each(['1.49', '1.56', '1.65'])('failures of Playwright %s with their traces', (version) => {
  it.each([
    ['loses a button', 'selector_not_found', 'click', 'internal:testid=[data-testid="gone"s]'],
    ['runs out of time', 'selector_not_found', 'click', 'internal:testid=[data-testid="gone"s]'],
    ['misses a text', 'selector_not_found', 'expect', 'internal:testid=[data-testid="gone"s]'],
    ['sees another text', 'assertion_mismatch', 'expect', 'internal:testid=[data-testid="buy"s]'],
    ['wants it gone', 'assertion_mismatch', 'absent', 'internal:testid=[data-testid="buy"s]'],
  ])('"%s" is %s', async (title, failureType, action, selector) => {
    const found = await collectArtifacts({
      root: resolve(SAMPLES, `playwright-${version}`),
      patterns: ['results.json'],
    })
    const failed = found.failures.find((each) => each.test.title.endsWith(title))
    const trace = await openTrace(found.traces.find((each) => each.testId === failed?.test.id) as never)
    const classified: Classification = classify(failed as Failure, failingAction(trace))
    trace.close()
    expect(classified).toMatchObject({ failureType, locator: { action, selector } })
    expect(classified.affected).toBe(classified.locatorText)
  })
})
