import { describe, expect, it } from 'vitest'
import type { TestRef } from '../../src/model.ts'
import { bareFailure, failuresOf, namedAsInSuite } from '../../src/stages/known-tests.ts'

const ref = (title: string, project?: string): TestRef => ({
  id: `a.spec.ts › ${title}${project ? ` [${project}]` : ''}`,
  title,
  file: 'a.spec.ts',
  framework: 'playwright',
  ...(project ? { project } : {}),
})
const named = (test: TestRef, suite: readonly TestRef[]) => namedAsInSuite(bareFailure(test, 'junit.xml'), suite)

describe('the ids of a .last-run.json', () => {
  const tests = { listed: [{ id: '1-a' }, { id: '1-b' }, {}], refs: [ref('a'), ref('b'), ref('c')] }
  const lastRun = (...failedTests: string[]) => ({ path: '/x/.last-run.json', status: 'failed', failedTests })

  it('lead to the tests of the suite', () => {
    const { failures, problem } = failuresOf(lastRun('1-b'), tests)
    expect(failures).toMatchObject([{ test: ref('b'), errors: [], artifact: '/x/.last-run.json' }])
    expect(problem).toBeNull()
  })

  it('that the suite does not have are counted', () => {
    const { failures, problem } = failuresOf(lastRun('1-b', '9-z', '8-y'), tests)
    expect(failures).toHaveLength(1)
    expect(problem?.message).toContain('2 of 3 failed tests are not in the suite')
  })
})

describe('a test of a report', () => {
  it('is known by the name that the suite gives it, with the project', () => {
    expect(named(ref('a'), [ref('a', 'chromium'), ref('b', 'chromium')])).toEqual(ref('a', 'chromium'))
    expect(named(ref('a', 'webkit'), [ref('a', 'chromium'), ref('a', 'webkit')])).toEqual(ref('a', 'webkit'))
  })

  it('stays as it is where the suite has none or several that fit', () => {
    expect(named(ref('a'), [ref('a', 'chromium'), ref('a', 'webkit')])).toEqual(ref('a'))
    expect(named(ref('z'), [ref('a')])).toEqual(ref('z'))
  })
})
