import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { DIAGNOSIS_CASES, type DiagnosisCase } from '../../bench/diagnosis/cases.ts'
import { collectArtifacts, openTrace } from '../../src/artifacts/index.ts'
import { type Classification, classify } from '../../src/diagnosis/classify.ts'
import { failingAction } from '../../src/dom/trace.ts'
import type { Failure, FailureError } from '../../src/model.ts'
import { startCpuClock } from '../support/cpu-clock.ts'

const SAMPLES = resolve(import.meta.dirname, '../../fixtures/samples')

const HELD_OUT = JSON.parse(
  readFileSync(new URL('../../bench/diagnosis/held-out.json', import.meta.url), 'utf8'),
) as readonly DiagnosisCase[]
const MESSAGES: readonly DiagnosisCase[] = [...DIAGNOSIS_CASES, ...HELD_OUT]

/** What logs, reporters and exceptions put around a message that says the same as before. */
const SURROUNDINGS: readonly (readonly [name: string, (message: string) => string])[] = [
  ['nothing', (message) => message],
  ['blank lines', (message) => `\n\n${message}\n`],
  ['an indent', (message) => message.replace(/^/gm, '    ')],
  ['a step before it', (message) => `Step failed: pay for the order\n${message}`],
  ['a name that says nothing', (message) => `Error: ${message}`],
  ['a line of a log', (message) => `2026-05-01 10:00:03,123 ERROR [main] shop.checkout - ${message}`],
  [
    'an exception it caused',
    (message) => `java.lang.RuntimeException: broken\n\tat a.B.c(B.java:1)\nCaused by: ${message}`,
  ],
  ['frames', (message) => `${message}\n    at Object.<anonymous> (/app/test/a.spec.ts:3:5)`],
]

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

  describe.each(SURROUNDINGS)('with %s', (_, around) => {
    it('takes messages for what they are', () => {
      const wrong = MESSAGES.filter(
        (one) =>
          classify(failure({ ...one, message: around(one.message) }, one.framework)).failureType !== one.expected,
      )
      expect(
        wrong.length / MESSAGES.length,
        wrong.map(({ message }) => message.slice(0, 80)).join('\n'),
      ).toBeLessThanOrEqual(0.02)
    })
  })

  it.each([
    ['java.util.NoSuchElementException: No value present', 'unknown'],
    ['Message: element click intercepted: Element <a>...</a> is not clickable at point (98, 23)', 'timeout'],
    ['CartTest.pays:18 » ConditionTimeout Lambda expression in CartTest expected <true>', 'timeout'],
    ["Uncaught AssertionError: expected 'connect ECONNREFUSED 127.0.0.1:4' to match /failed/", 'assertion_mismatch'],
    ['TypeError: fetch failed\n  cause: InvalidArgumentError: invalid connection header', 'unknown'],
    ['E       kubernetes.client.exceptions.ApiException: (404)\nE       Reason: Not Found', 'resource_not_found'],
    [
      'E   AssertionError: Locator expected to be visible\nE   Actual value: None\nE   Call log:\nE     - waiting for locator("#A")',
      'selector_not_found',
    ],
    ['{"error": {"code": 503, "message": "Please try again.", "status": "UNAVAILABLE"}}', 'connection_error'],
  ] as const)('takes %s for %s', (message, expected) => {
    expect(classify(failure({ message }, 'unknown')).failureType).toBe(expected)
  })

  it('looks behind an exception that only passes another one on', () => {
    const wrapped = [
      ['resource_not_found', 'RuntimeError: sync failed\nCaused by: java.nio.file.NoSuchFileException: /data/a.json'],
      ['api_changed', 'java.lang.reflect.InvocationTargetException\nCaused by: java.lang.NoSuchMethodError: a.B.c()V'],
      ['permission_denied', 'rpc error: code = Unknown desc = pull access denied: access denied for repository'],
      ['connection_error', 'Error: job failed {\n  [cause]: Error: connect ECONNREFUSED 10.0.0.1:80\n}'],
      [
        'connection_error',
        'ConnectionRefusedError: [Errno 111] Connection refused\n\nDuring handling of the above exception, another exception occurred:\n\nrelay.SyncFailed: gave up',
      ],
    ] as const
    for (const [type, message] of wrapped)
      expect(classify(failure({ message }, 'unknown')).failureType, message).toBe(type)
  })

  it('tells clients it has no table for by the families of their exceptions, and no assertion by its words', () => {
    const of = (message: string) => classify(failure({ message }, 'unknown')).failureType
    expect(of('acme.queue.errors.BrokerConnectionError: broker gone')).toBe('connection_error')
    expect(of('acme.store.ObjectNotFoundException: orders/7')).toBe('resource_not_found')
    expect(of('acme.AuthorizationError: nope')).toBe('permission_denied')
    expect(of('acme.LockTimedOut: 5s')).toBe('timeout')
    expect(of("AssertionError: expected 'access denied' in 'table orders not found'")).toBe('assertion_mismatch')
    expect(of('ValueError: three is not a number')).toBe('unknown')
  })

  it('says of what it does not know how it ended, where, and what to do', () => {
    const raised = { file: 'relay/loop.py', line: 41, column: 0 }
    const message = '>       raise RuntimeError("stopped")\nE       RuntimeError: reconcile loop stopped'
    expect(classify(failure({ message, stack: [raised] }, 'pytest'))).toMatchObject({
      failureType: 'unknown',
      rootCause:
        'It ended with “RuntimeError: reconcile loop stopped” in relay/loop.py:41; nothing that is known here tells more of the cause.',
      affected: 'RuntimeError: reconcile loop stopped',
      suggestions: [
        'It was raised outside of the test: look at relay/loop.py:41 first.',
        expect.stringContaining('.self-heal/'),
      ],
    })
    const panic =
      '=== RUN   TestX\npanic: runtime error: index out of range [4] with length 3\n\ngoroutine 1 [running]:'
    expect(classify(failure({ message: panic }, 'unknown')).affected).toBe(
      'panic: runtime error: index out of range [4] with length 3',
    )
  })

  it('says expected and actual of an assertion', () => {
    const found = classify(failure({ message: "E       AssertionError: assert 'Pending' == 'Ready'" }, 'pytest'))
    expect(found).toMatchObject({ expected: 'Ready', actual: 'Pending' })
  })

  it('says nothing it does not know', () => {
    expect(classify({ ...failure({}), errors: [] })).toMatchObject({
      failureType: 'unknown',
      rootCause: 'The report says neither what went wrong nor where.',
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
      'a$'.repeat(100_000),
      'a.b$A '.repeat(50_000),
      'Error: '.repeat(50_000),
      `${'java.util.X$Error '.repeat(40)}\n`.repeat(400),
      `${'\n Expected x to '.repeat(20)}\n`.repeat(400),
      `${'no element actual expected Connection to '.repeat(20)}\n`.repeat(400),
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
