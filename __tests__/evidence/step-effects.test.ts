import { describe, expect, it } from 'vitest'
import type { Trace, TraceAction, TracePage } from '../../src/dom/trace-types.ts'
import { pairCalls } from '../../src/evidence/pair-calls.ts'
import { observeStep } from '../../src/evidence/step-effects.ts'

/** A call that begins at `at` and takes 5 ms; its snapshots are named after it. */
const call = (at: number, selector: string, overrides: Partial<TraceAction> = {}): TraceAction => ({
  callId: `call@${at}`,
  class: 'Frame',
  method: 'click',
  params: {},
  title: `Click ${selector}`,
  steps: [],
  apiName: 'locator.click',
  kind: 'click',
  startTime: at,
  endTime: at + 5,
  stack: [{ file: '/ci/tests/cart.spec.ts', line: at, column: 5 }],
  internal: false,
  log: [],
  selector,
  pageId: 'page',
  url: 'http://127.0.0.1:3000/items/7',
  beforeSnapshot: `before@${at}`,
  afterSnapshot: `after@${at}`,
  ...overrides,
})

const page = (snapshot: string, url: string, html: string): TracePage => ({
  snapshot,
  callId: '',
  url,
  viewport: { width: 800, height: 600 },
  html,
  frames: new Map(),
  targetMarker: '[__playwright_target__]',
  targets: 0,
  truncated: false,
  timestamp: 0,
})

const trace = (actions: readonly TraceAction[], overrides: Partial<Trace> = {}): Trace => ({
  version: 10,
  playwrightVersion: '1.65.1',
  language: 'javascript',
  title: '',
  test: null,
  testIdAttribute: 'data-testid',
  baseURL: 'http://127.0.0.1:3000',
  viewport: null,
  actions,
  errors: [],
  screencast: [],
  requests: [],
  events: [],
  damagedLines: 0,
  frameHtml: () => null,
  resource: async () => null,
  looks: () => '',
  snapshots: [],
  ...overrides,
})

const steps = [call(10, '#remove'), call(20, '#status'), call(30, '#next')]
const [first] = steps
const request = (method: string, path: string, time: number, host = 'http://127.0.0.1:4111') => ({
  method,
  url: `${host}${path}`,
  status: 200,
  time,
})

describe('what a step did', () => {
  it('is what was sent from its start to the end of the next call, to the app and to change something', () => {
    const run = trace(steps, {
      requests: [
        request('DELETE', '/items/6', 9),
        request('DELETE', '/items/7', 12),
        request('GET', '/items', 13),
        request('POST', '/beacon', 14, 'https://metrics.example'),
        request('POST', '/log', 24),
        request('POST', '/next', 31),
      ],
    })
    const said = (nextIsOwn: boolean) =>
      observeStep(run, first as TraceAction, nextIsOwn).mutations.map(({ method, route }) => `${method} ${route}`)
    expect(said(false)).toEqual(['DELETE /items/:id', 'POST /log'])
    // The next call was healed too: what it sends is its own doing.
    expect(said(true)).toEqual(['DELETE /items/:id'])
  })

  it('is where the page went by it', () => {
    const moved = steps.map((one, at) => (at === 0 ? one : { ...one, url: 'http://127.0.0.1:3000/orders/9' }))
    const { from, reached } = observeStep(trace(moved), moved[0] as TraceAction, false)
    expect([from, reached]).toEqual(['/items/:id', ['/orders/:id']])
  })

  it('does not hold a step to where the test itself went next', () => {
    const goto = call(20, '', { kind: 'navigate', method: 'goto', selector: undefined })
    const after = call(30, '#next', { url: 'http://127.0.0.1:3000/elsewhere' })
    const run = trace([first as TraceAction, goto, after])
    expect(observeStep(run, first as TraceAction, false).reached).toEqual([])
  })

  it('tells a page that did not move at all from one that did', () => {
    const html = (mark: string, text: string) => `<p${mark}>${text}</p>`
    const shown = (now: string) =>
      trace(steps, {
        frameHtml: (name) =>
          page(
            name,
            'http://x/',
            name.startsWith('before@10') ? html(' __playwright_target__=""', 'a') : html('', now),
          ),
      })
    expect(observeStep(shown('a'), first as TraceAction, false).unmoved).toBe(true)
    expect(observeStep(shown('b'), first as TraceAction, false).unmoved).toBe(false)
  })
})

describe('what the page said by a step', () => {
  const told = (html: string) => `<main>${html}</main>`
  const said = (calls: readonly TraceAction[], after = '<div role="status">Hello Ada, 3 mails</div>') =>
    observeStep(
      trace(calls, {
        frameHtml: (name) =>
          page(name, 'http://x/', name.endsWith('@10') && name !== 'after@10' ? told('') : told(after)),
      }),
      first as TraceAction,
      false,
    ).change

  it('is told without what the test typed', () => {
    const typed = [call(5, '#name', { kind: 'fill', method: 'fill', params: { value: 'Ada' } }), ...steps]
    expect(said(typed)?.said).toEqual(['Hello •••, 3 mails'])
  })

  it('was watched for where the next call waited, and not where it left no page or went elsewhere', () => {
    const [, next, last] = steps as [TraceAction, TraceAction, TraceAction]
    const { afterSnapshot: _, ...cut } = next
    const goto = call(20, '', { kind: 'navigate', method: 'goto', selector: undefined })
    expect(said(steps)?.watchedMs).toBeGreaterThan(0)
    expect(said([first as TraceAction, cut, last])?.watchedMs).toBe(0)
    expect(said([first as TraceAction, goto, last])?.watchedMs).toBe(0)
    expect(said([first as TraceAction])?.watchedMs).toBe(0)
  })
})

describe('pairing the calls of two runs', () => {
  const said = (a: readonly TraceAction[], b: readonly TraceAction[]) =>
    pairCalls(trace(a), trace(b)).map(({ green, now }) => [green.selector, now.selector])

  it('goes by position where both runs made the same calls', () => {
    expect(said([call(1, '#a'), call(2, '#b')], [call(8, '#a'), call(9, '#c')])).toEqual([
      ['#a', '#a'],
      ['#b', '#c'],
    ])
  })

  it('goes by selector and line where one run made more of them', () => {
    const green = [call(1, '#a'), call(2, '#b'), call(3, '#c')]
    const now = [call(1, '#a'), call(9, '#new'), call(2, '#renamed'), call(3, '#c')]
    expect(said(green, now)).toEqual([
      ['#a', '#a'],
      ['#b', '#renamed'],
      ['#c', '#c'],
    ])
  })
})
