import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { classify } from '../../src/diagnosis/classify.ts'
import { signatureOf } from '../../src/diagnosis/signature.ts'
import type { Framework } from '../../src/model.ts'

const target = 'internal:testid=[data-testid="buy"s]'
const base = { failureType: 'selector_not_found', file: 'tests/pages/shop.ts', target } as const

describe('signatureOf', () => {
  it('is the beginning of the SHA-256 of type, file and target', () => {
    expect(signatureOf(base)).toBe('218400a134bd')
  })

  it('is the same however the path and the white space are written', () => {
    expect(signatureOf({ ...base, file: '.\\tests\\pages\\shop.ts', target: ` ${target}\n` })).toBe(signatureOf(base))
  })

  it('differs by type, by file and by locator', () => {
    const others = [
      { ...base, failureType: 'timeout' } as const,
      { ...base, file: 'tests/pages/cart.ts' },
      { ...base, target: target.replace('buy', 'buy2') },
    ]
    expect(new Set([base, ...others].map(signatureOf)).size).toBe(4)
  })

  it('never takes two locators for one', () => {
    const selector = fc
      .string({ minLength: 1 })
      .map((text) => text.trim().replace(/\s+/g, ' '))
      .filter((text) => text !== '')
    fc.assert(
      fc.property(
        selector,
        selector,
        (a, b) =>
          (signatureOf({ ...base, target: a }) === signatureOf({ ...base, target: b })) ===
          (a.normalize('NFC') === b.normalize('NFC')),
      ),
    )
  })

  it('leaves out of other targets what differs from run to run', () => {
    const of = (text: string): string => signatureOf({ failureType: 'connection_error', file: 'a', target: text })
    expect(of('http://127.0.0.1:41231/x')).toBe(of('http://127.0.0.1:52110/x'))
    expect(of('job 1b4e28ba-2fa1-11d2-883f-0016d3cca427')).toBe(of('job 6ba7b810-9dad-11d1-80b4-00c04fd430c8'))
    expect(of('http://shop:8080/x')).not.toBe(of('http://shop:9090/x'))
  })

  /** A text with everything in it that varies, and what a person would have to change to make it another cause. */
  interface Vary {
    readonly port: number
    readonly pid: number
    readonly line: number
    readonly address: string
    readonly uuid: string
    readonly time: string
    readonly root: string
    readonly colour: string
  }
  const vary: fc.Arbitrary<Vary> = fc.record({
    port: fc.integer({ min: 1_024, max: 65_535 }),
    pid: fc.integer({ min: 100, max: 4_000_000 }),
    line: fc.integer({ min: 1, max: 9_999 }),
    address: fc.integer({ min: 0x100000, max: 0xffffffff }).map((value) => `0x${value.toString(16)}`),
    uuid: fc.uuid(),
    time: fc
      .date({ min: new Date('2020-01-01'), max: new Date('2029-12-31'), noInvalidDate: true })
      .map((date) => date.toISOString()),
    root: fc.constantFrom(
      '/home/runner/work/shop/shop',
      '/Users/ada/shop',
      '/tmp/build-81',
      'C:\\Users\\ada\\shop',
      '/builds/shop',
    ),
    colour: fc.constantFrom('', '\u001b[31m', '\u001b[1;32m'),
  })
  const failures: Readonly<Record<string, (what: string, of: Vary) => { message: string; framework: Framework }>> = {
    'a refused connection': (path, { port, colour }) => ({
      message: `${colour}Error: connect ECONNREFUSED 127.0.0.1:${port}\u001b[0m while fetching ${path}`,
      framework: 'jest',
    }),
    'a status of a local server': (path, { port }) => ({
      message: `requests.exceptions.HTTPError: 404 Client Error: Not Found for url: http://localhost:${port}/${path}`,
      framework: 'pytest',
    }),
    'an operation that was slow': (name, { uuid, pid, time }) => ({
      message: `TimeoutError: ${name} of job ${uuid} (pid ${pid}) was still running at ${time}`,
      framework: 'vitest',
    }),
    'a file that is not there': (name, { root }) => ({
      message: `FileNotFoundError: [Errno 2] No such file or directory: '${root.replaceAll('\\', '/').replace('C:', '')}/data/${name}.json'`,
      framework: 'pytest',
    }),
    'an object and where it failed': (name, { address, root, line }) => ({
      message: `AssertionError: ${name} of <Order object at ${address}> in ${root}/tests/orders.py:${line}`,
      framework: 'unknown',
    }),
  }
  const sign = (message: string, framework: Framework): string => {
    const error = { message, stack: [] }
    const test = { id: 't', title: 't', file: 'tests/a', framework }
    const found = classify({
      test,
      errors: [error],
      attachments: [],
      attempts: ['failed'],
      durationMs: 0,
      artifact: '',
    })
    // Where no name is said, the line that failed stands in for it; here the message does.
    const text = /^(?:assertion|connection|operation)$/.test(found.affected) ? message : found.affected
    return signatureOf({ failureType: found.failureType, file: 'tests/a', target: text })
  }

  it.each(Object.entries(failures))(
    'is the same for %s wherever and whenever it runs, and another for another one',
    (_, make) => {
      fc.assert(
        fc.property(vary, vary, fc.constantFrom('berths', 'vessels/open'), (one, other, name) => {
          const [a, b] = [make(name, one), make(name, other)]
          expect(sign(a.message, a.framework)).toBe(sign(b.message, b.framework))
        }),
      )
      fc.assert(
        fc.property(vary, (one) => {
          const [a, b] = [make('berths', one), make('vessels', one)]
          if (a.message.includes('ECONNREFUSED')) return
          expect(sign(a.message, a.framework)).not.toBe(sign(b.message, b.framework))
        }),
      )
    },
  )

  it.each([
    ['a route', 'http://localhost:1/v1/orders/list', 'http://localhost:1/v1/items/list'],
    ['a status', 'GET /orders answered 404', 'GET /orders answered 500'],
    ['a value', 'expected 3 orders', 'expected 4 orders'],
    ['a field', 'status.phase', 'status.state'],
    ['a file', '/home/runner/work/a/a/tests/one.json', '/home/runner/work/a/a/tests/two.json'],
  ])('tells %s from another', (_, one, other) => {
    const of = (target: string): string => signatureOf({ failureType: 'unknown', file: 'a', target })
    expect(of(one)).not.toBe(of(other))
  })
})
