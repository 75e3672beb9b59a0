import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { collectArtifacts } from '../../src/artifacts/index.ts'

/** Reads one report in a folder that holds the given sources. */
const read = async (name: string, text: string, sources: readonly string[] = []) => {
  const root = mkdtempSync(join(tmpdir(), 'formats-'))
  for (const source of sources) {
    mkdirSync(join(root, source, '..'), { recursive: true })
    writeFileSync(join(root, source), '')
  }
  writeFileSync(join(root, name), text)
  return collectArtifacts({ root, patterns: [name] })
}

describe('reports of other producers', () => {
  it('of vitest in JSON name tests, files that did not load, and frames', async () => {
    const test = (title: string, status: string, failureMessages: string[]) => ({
      ancestorTitles: ['a berth'],
      title,
      status,
      failureMessages,
      duration: 3,
      meta: {},
    })
    const report = {
      numTotalTestSuites: 2,
      numTotalTests: 2,
      testResults: [
        {
          name: '/ci/repo/tests/a.test.ts',
          status: 'failed',
          message: '',
          assertionResults: [
            test('is open', 'failed', [
              "TypeError: Cannot read properties of undefined (reading 'phase')\n    at /ci/repo/tests/a.test.ts:10:32",
            ]),
            test('is shut', 'passed', []),
          ],
        },
        {
          name: '/ci/repo/tests/b.test.ts',
          status: 'failed',
          message: "Cannot find module '../src/x.ts'",
          assertionResults: [],
        },
      ],
    }
    const { failures, scanned } = await read('report.json', JSON.stringify(report), [
      'tests/a.test.ts',
      'tests/b.test.ts',
    ])
    expect(scanned.recognised[0]?.format).toBe('vitest-json')
    expect(failures.map(({ test: { id, framework } }) => [id, framework])).toEqual([
      ['tests/a.test.ts › a berth › is open', 'vitest'],
      ['tests/b.test.ts › tests/b.test.ts', 'vitest'],
    ])
    expect(failures[0]?.errors[0]).toMatchObject({ type: 'TypeError', stack: [{ line: 10, column: 32 }] })
  })

  it('of jest in JSON are told from vitest’s, retries included', async () => {
    const report = {
      numTotalTests: 1,
      testResults: [
        {
          name: '/r/a.test.js',
          status: 'failed',
          assertionResults: [
            { ancestorTitles: [], title: 'x', status: 'failed', invocations: 3, failureMessages: ['Error: no'] },
          ],
        },
      ],
    }
    const { failures } = await read('jest.json', JSON.stringify(report), ['a.test.js'])
    expect(failures[0]?.test.framework).toBe('jest')
    expect(failures[0]?.attempts).toEqual(['failed', 'failed', 'failed'])
  })

  it('of node:test in JUnit name suites once, and what was thrown rather than its wrapper', async () => {
    const xml = `<testsuites><testsuite name="a berth"><testcase name="is open" classname="a berth" file="/r/checks/a.test.ts"><failure type="testCodeFailure" message="Cannot read properties of undefined (reading 'x')">
[Error [ERR_TEST_FAILURE]: Cannot read properties of undefined (reading 'x')] {
  code: 'ERR_TEST_FAILURE',
  cause: TypeError: Cannot read properties of undefined (reading 'x')
      at TestContext.&lt;anonymous> (file:///r/checks/a.test.ts:21:39)
      at process.processTicksAndRejections (node:internal/process/task_queues:104:5)
}
</failure></testcase></testsuite><testcase name="all" classname="test" file="/r/checks/a.test.ts"><failure message="no">at node:internal</failure></testcase></testsuites>`
    const { failures } = await read('junit.xml', xml, ['checks/a.test.ts'])
    expect(failures.map(({ test: { title } }) => title)).toEqual(['a berth › is open', 'all'])
    expect(failures[0]?.errors[0]).toMatchObject({ type: 'TypeError', stack: [{ line: 21 }] })
  })

  it('of go name the subtest that failed and its place', async () => {
    const lines = [
      { Action: 'run', Package: 'relay', Test: 'TestGateway' },
      {
        Action: 'output',
        Package: 'relay',
        Test: 'TestGateway/opens',
        Output: '    gateway_test.go:12: phase is "Shut", want "Open"\n',
      },
      { Action: 'fail', Package: 'relay', Test: 'TestGateway/opens', Elapsed: 0.1 },
      { Action: 'fail', Package: 'relay', Test: 'TestGateway', Elapsed: 0.2 },
      { Action: 'pass', Package: 'relay', Test: 'TestPeer', Elapsed: 0.2 },
    ]
    const text = `${lines.map((line) => JSON.stringify(line)).join('\n')}\n{"Action":"out`
    const { failures, scanned } = await read('go.json', text, ['gateway_test.go'])
    expect(scanned.recognised[0]?.counts).toMatchObject({ tests: 2, failed: 1 })
    expect(failures[0]).toMatchObject({
      test: { title: 'relay › TestGateway › opens', file: 'gateway_test.go', line: 12 },
      errors: [{ message: 'phase is "Shut", want "Open"' }],
    })
  })

  it('of dart name the suite and say what went wrong; hidden tests are none', async () => {
    const lines = [
      { protocolVersion: '0.1.1', type: 'start', time: 0 },
      { suite: { id: 0, path: 'test/relay_test.dart' }, type: 'suite', time: 0 },
      { test: { id: 1, name: 'loading', suiteID: 0 }, type: 'testStart', time: 0 },
      { testID: 1, result: 'success', hidden: true, type: 'testDone', time: 9 },
      { test: { id: 2, name: 'opens', suiteID: 0, line: 4 }, type: 'testStart', time: 10 },
      { testID: 2, error: 'Expected: 1\n  Actual: 2', stackTrace: '', type: 'error', time: 12 },
      { testID: 2, result: 'failure', hidden: false, skipped: false, type: 'testDone', time: 20 },
    ]
    const { failures } = await read('dart.json', lines.map((line) => JSON.stringify(line)).join('\n'), [
      'test/relay_test.dart',
    ])
    expect(failures).toMatchObject([
      { test: { title: 'opens', file: 'test/relay_test.dart', line: 4 }, durationMs: 10 },
    ])
  })

  it('of Visual Studio give message and frames', async () => {
    const xml = `<TestRun><Results><UnitTestResult testName="Relay.Tests.GatewayTest.Opens" outcome="Failed" duration="00:00:01.5"><Output><ErrorInfo><Message>Assert.Equal() Failure</Message><StackTrace>   at Relay.Tests.GatewayTest.Opens() in /r/tests/GatewayTest.cs:line 9</StackTrace></ErrorInfo></Output></UnitTestResult></Results></TestRun>`
    const { failures } = await read('a.xml', xml, ['tests/GatewayTest.cs'])
    expect(failures[0]).toMatchObject({
      test: { title: 'Relay.Tests.GatewayTest › Opens', file: 'tests/GatewayTest.cs' },
      durationMs: 1500,
    })
  })

  it('that Cypress writes by mochawesome are known as its own, hooks that failed included', async () => {
    const error = {
      message: 'CypressError: `cy.request()` failed',
      estack: 'CypressError: x\n    at Context.eval (cypress/e2e/a.cy.ts:3:4)',
    }
    const suite = {
      title: 'orders',
      fullFile: 'cypress/e2e/a.cy.ts',
      tests: [{ title: 'load', state: 'failed', err: error, duration: 2 }],
      beforeHooks: [{ title: '"before all" hook', state: 'failed', err: error }],
      suites: [],
    }
    const report = {
      stats: { suites: 1, tests: 1, passes: 0, pending: 0, failures: 1 },
      results: [{ title: '', fullFile: '', tests: [], suites: [suite] }],
    }
    const { failures } = await read('mochawesome.json', JSON.stringify(report), ['cypress/e2e/a.cy.ts'])
    expect(failures.map(({ test: { id, framework } }) => [id, framework])).toEqual([
      ['cypress/e2e/a.cy.ts › orders › load', 'cypress'],
      ['cypress/e2e/a.cy.ts › orders › "before all" hook', 'cypress'],
    ])
  })

  it.each([
    ['{ "numTotalTests": 1, "testResults": [', /not valid JSON/],
    ['{ "numTotalTests": 1, "testResults": 5 }', /no report of jest or vitest/],
    ['{ "stats": { "passes": 1, "pending": 0 } }', /no mocha report/],
    ['[ { "elements": [ { "keyword": ', /not valid JSON/],
    ['{ "unrelated": true }', /JSON that is no report/],
    ['<test-run><test-case', /not well-formed/],
    ['<robot/>', /a Robot Framework report/],
  ])('that cannot be used become a problem that says why: %s', async (text, wanted) => {
    const { problems, failures } = await read(text.startsWith('<') ? 'x.xml' : 'x.json', text)
    expect(failures).toEqual([])
    expect(problems.map(({ message }) => message).join('\n')).toMatch(wanted)
  })

  it('survive values of any type where they expect others', async () => {
    const odd = [null, 5, 'x', [], {}, true]
    for (const value of odd) {
      await read(
        'a.json',
        JSON.stringify({
          numTotalTests: 1,
          testResults: [
            value,
            { assertionResults: [value, { failureMessages: value, ancestorTitles: value, status: 'failed' }] },
          ],
        }),
      )
      await read(
        'b.json',
        JSON.stringify({
          stats: { passes: 1, pending: 1 },
          tests: [value],
          failures: value,
          results: [value, { suites: [value], tests: value }],
        }),
      )
      await read('c.json', JSON.stringify([{ keyword: 'Feature', elements: [value, { steps: value, before: value }] }]))
      await read(
        'd.json',
        `{"Action":"run","Package":"p"}\n${JSON.stringify({ Action: value, Package: value, Test: value })}\n`,
      )
      await read('e.json', JSON.stringify({ examples: [value, { exception: value, status: 'failed' }] }))
    }
  })
})
