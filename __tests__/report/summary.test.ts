import { describe, expect, it } from 'vitest'
import { headline, nothingLeft, orderResults, summarise } from '../../src/report/summary.ts'
import { sampleProposal, sampleResult, sampleResults, sampleTest } from '../support/reports.ts'

describe('the summary', () => {
  it('counts failed tests, so that the statuses add up to the failures', () => {
    const summary = summarise(sampleResults())
    const { failures, ...statuses } = summary
    expect(failures).toBe(21)
    expect(Object.values(statuses).reduce((a, b) => a + b, 0)).toBe(failures)
    expect(summary.healed).toBe(16)
  })

  it('counts a test with several causes once, under the worst', () => {
    const tests = [sampleTest('one', 'a.spec.ts')]
    const summary = summarise([
      sampleResult({ tests, status: 'healed' }),
      sampleResult({ tests, status: 'likely_regression' }),
    ])
    expect(summary).toMatchObject({ failures: 1, healed: 0, likely_regression: 1 })
  })

  it('tells the same title in two projects apart', () => {
    const tests = [sampleTest('one', 'a.spec.ts', 1, 'chromium'), sampleTest('one', 'a.spec.ts', 1, 'firefox')]
    expect(summarise([sampleResult({ tests })]).failures).toBe(2)
  })

  it('is said in a sentence, worst first', () => {
    expect(headline(summarise(sampleResults()))).toBe(
      '21 failed tests: 1 likely regression, 1 needs a human, 1 failed by its environment, 1 proposed, 1 flaky, 16 healed',
    )
    expect(headline(summarise([]))).toBe('No failed tests')
  })

  it('knows when something is left to do', () => {
    expect(nothingLeft(summarise([sampleResult({ status: 'healed' })]))).toBe(true)
    expect(nothingLeft(summarise(sampleResults()))).toBe(false)
  })
})

describe('the order of results', () => {
  it('is worst first, then least certain first, and does not depend on the order they came in', () => {
    const results = sampleResults()
    const ordered = orderResults(results)
    expect(ordered.map((result) => result.status)).toEqual([
      'likely_regression',
      'needs_human',
      'environment',
      'proposed',
      'flaky',
      'healed',
      'healed',
      'healed',
    ])
    expect(ordered.slice(5).map((result) => result.proposal?.confidence)).toEqual([0.84, 0.882, 0.973])
    expect(orderResults([...results].reverse())).toEqual(ordered)
  })

  it('leaves the results it was given as they are', () => {
    const results = [sampleResult(), sampleResult({ proposal: sampleProposal({ confidence: 0.1 }) })]
    const before = [...results]
    orderResults(results)
    expect(results).toEqual(before)
  })
})
