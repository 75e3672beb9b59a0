import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openTrace } from '../../src/artifacts/open-trace.ts'
import { readZip } from '../../src/artifacts/zip.ts'
import { failingAction, findTargetInTrace, readTrace, snapshotAtFailure, type Trace } from '../../src/dom/trace.ts'
import { makeZip } from '../support/make-zip.ts'

const SAMPLES = resolve(import.meta.dirname, '../../fixtures/samples')
const VERSIONS = [
  ['1.49', 7],
  ['1.56', 8],
  ['1.65', 10],
] as const

const sample = (version: string, test: string): string =>
  resolve(SAMPLES, `playwright-${version}/test-results/shop-Shop-${test}/trace.zip`)
const lines = (...events: object[]): string => `${events.map((event) => JSON.stringify(event)).join('\n')}\n`
const read = async (files: Record<string, string>): Promise<Trace> => readTrace(await readZip(makeZip(files)))

describe.each(VERSIONS)('a trace of Playwright %s', (playwright, version) => {
  it('tells the actions of the test as the author sees them', async () => {
    const trace = await openTrace({ path: sample(playwright, 'buys') })
    expect(trace.version).toBe(version)
    expect(trace.test).toMatchObject({ file: 'shop.spec.ts', line: 8, titles: ['Shop', 'buys'] })
    expect(trace.baseURL).toBe('http://127.0.0.1:4555')
    const own = trace.actions.filter((action) => !action.internal)
    expect(own.map(({ kind, selector }) => [kind, selector])).toEqual([
      ['navigate', undefined],
      ['fill', 'internal:attr=[placeholder="Your name"i]'],
      ['select', 'internal:testid=[data-testid="sel"s]'],
      ['check', '#cb'],
      ['click', 'internal:role=button[name="Shadow buy"i]'],
      ['click', 'iframe[name=pay] >> internal:control=enter-frame >> internal:role=button[name="Pay"i]'],
      ['click', 'internal:testid=[data-testid="buy"s]'],
      ['expect', 'internal:testid=[data-testid="buy"s]'],
      ['absent', 'internal:testid=[data-testid="nope"s]'],
    ])
    for (const action of own.slice(1)) expect(action.title).toContain(action.locatorText)
    expect(own[1]?.steps).toEqual(['fill the form'])
    expect(own[1]?.stack[0]).toMatchObject({ line: 10, column: 48 })
    expect(own[6]?.stack).toHaveLength(1)
    trace.close()
  })

  it('shows the element each action was aimed at, in shadow roots and frames too', async () => {
    const trace = await openTrace({ path: sample(playwright, 'buys') })
    const aimed = trace.actions.filter((action) => !action.internal && action.selector && action.kind !== 'absent')
    for (const action of aimed) {
      const target = findTargetInTrace(trace, action)
      expect(target?.page.targets, action.title).toBe(1)
      expect(target?.phase).toBe(action.kind === 'expect' ? 'after' : 'input')
    }
    const inShadow = findTargetInTrace(trace, aimed[3] as never)?.page.html
    expect(inShadow).toMatch(
      /<my-card><template shadowrootmode="open">.*<button __playwright_target__="" data-testid="inshadow">/,
    )
    const inFrame = findTargetInTrace(trace, aimed[4] as never)?.page
    expect(inFrame?.html).toMatch(/<iframe [^>]*src="http:\/\/127.0.0.1:4555\/frame.html"[^>]*><\/iframe>/)
    expect(inFrame?.html).not.toContain('__playwright_target__')
    expect(inFrame?.frames.get('http://127.0.0.1:4555/frame.html')).toMatchObject({ name: 'pay', inline: false })
    expect(inFrame?.frames.get('http://127.0.0.1:4555/frame.html')?.html).toContain(
      '<button __playwright_target__="" id="pay">',
    )
    trace.close()
  })

  it('keeps what was typed and serves what the page had loaded', async () => {
    const trace = await openTrace({ path: sample(playwright, 'buys') })
    const buy = trace.actions.find((action) => action.selector?.includes('"buy"'))
    const page = findTargetInTrace(trace, buy as never)?.page
    expect(page?.url).toBe('http://127.0.0.1:4555/')
    expect(page?.html).toContain('__playwright_value_="Ann &quot;&lt;x&gt;&quot;"')
    expect(page?.html).toContain('__playwright_checked_="true"')
    const css = await trace.resource('http://127.0.0.1:4555/s.css', { snapshot: page?.snapshot })
    expect(css?.contentType).toContain('text/css')
    expect(Buffer.from(css?.body ?? '').toString()).toBe('body{background:#eee}')
    expect(await trace.resource('http://127.0.0.1:4555/nothing.js')).toBeNull()
    trace.close()
  })

  it.each([
    ['loses-a-button', 'click', 'internal:testid=[data-testid="gone"s]'],
    ['runs-out-of-time', 'click', 'internal:testid=[data-testid="gone"s]'],
    ['misses-a-text', 'expect', 'internal:testid=[data-testid="gone"s]'],
    ['wants-it-gone', 'absent', 'internal:testid=[data-testid="buy"s]'],
  ])('finds the call that %s failed on, and the page at that moment', async (test, kind, selector) => {
    const trace = await openTrace({ path: sample(playwright, test) })
    const action = failingAction(trace)
    expect(action).toMatchObject({ kind, selector })
    expect(action?.error?.message).not.toContain('\u001b')
    const page = trace.frameHtml(snapshotAtFailure(trace, action as never) ?? '')
    expect(page?.html).toContain('data-testid="buy"')
    trace.close()
  })

  it('says of a passed test that nothing failed', async () => {
    const trace = await openTrace({ path: sample(playwright, 'buys') })
    expect(failingAction(trace)).toBeNull()
    trace.close()
  })
})

const OPTIONS = { type: 'context-options', version: 10, origin: 'library', browserName: 'chromium', options: {} }
const snapshot = (callId: string, phase: string, html: unknown, more: object = {}): object => ({
  type: 'frame-snapshot',
  snapshot: {
    callId,
    phase,
    frameId: 'main',
    pageId: 'p',
    frameUrl: 'http://x/',
    html,
    isMainFrame: true,
    timestamp: 1,
    ...more,
  },
})

describe('readTrace', () => {
  it('refuses versions that it does not know, and says what to do', async () => {
    const error = await read({ '0-trace.trace': lines({ ...OPTIONS, version: 11 }) }).catch((thrown) => thrown)
    expect(error.message).toContain('version 11')
    expect(error.remedy).toContain('Update self-heal-action')
    await expect(read({ 't.trace': lines({ ...OPTIONS, version: 3 }) })).rejects.toThrow(/version 3 is older/)
  })

  it('refuses an archive without a trace, and one with nothing readable', async () => {
    await expect(read({ 'a.txt': '' })).rejects.toThrow('There is no .trace file')
    await expect(read({ 'a.trace': 'garbage\nmore\n' })).rejects.toThrow('no readable event')
  })

  it('lists what pages requested, and which dialogs and downloads there were', async () => {
    const request = (method: string, url: string, status: number, time: number, more: object = {}) => ({
      type: 'resource-snapshot',
      snapshot: { request: { method, url }, response: { status, content: {} }, _monotonicTime: time, ...more },
    })
    const event = (method: string, params: object, time: number) => ({ type: 'event', method, params, time })
    const trace = await read({
      'a.trace': lines(
        OPTIONS,
        event('dialog', { message: 'Sure?' }, 5),
        event('console', { text: 'noise' }, 6),
        event('download', { suggestedFilename: 'orders.csv' }, 7),
        event(
          'pageError',
          { error: { error: { name: 'TypeError', message: '\u001b[31mx is null\u001b[0m', stack: '' } } },
          8,
        ),
        event('pageError', { error: { value: { v: 'thrown as it is' } } }, 9),
        event('pageError', {}, 10),
      ),
      'a.network': lines(
        request('post', 'http://x/orders', 201, 9),
        request('GET', 'http://x/', 304, 2),
        request('PUT', 'http://x/by-the-test-itself', 200, 3, { _apiRequest: true }),
        request('DELETE', 'http://x/orders/1', -1, 4),
      ),
    })
    expect(trace.requests).toEqual([
      { method: 'GET', url: 'http://x/', status: 304, time: 2 },
      { method: 'DELETE', url: 'http://x/orders/1', status: -1, time: 4 },
      { method: 'POST', url: 'http://x/orders', status: 201, time: 9 },
    ])
    expect(trace.events).toEqual([
      { kind: 'dialog', text: 'Sure?', time: 5 },
      { kind: 'download', text: 'orders.csv', time: 7 },
      { kind: 'exception', text: 'x is null', time: 8 },
      { kind: 'exception', text: '{"v":"thrown as it is"}', time: 9 },
      { kind: 'exception', text: '', time: 10 },
    ])
  })

  it('keeps what came before where a trace was cut off', async () => {
    const before = {
      type: 'before',
      callId: 'a@1',
      class: 'Frame',
      method: 'click',
      params: { selector: '#x' },
      startTime: 1,
    }
    const trace = await read({ 'a.trace': `${lines(OPTIONS, before)}{"type":"fra` })
    expect(trace.damagedLines).toBe(1)
    expect(trace.actions).toHaveLength(1)
    expect(failingAction(trace)?.selector).toBe('#x')
  })

  it('resolves references to earlier snapshots, counting nodes in post-order', async () => {
    const first = ['HTML', {}, ['BODY', {}, ['P', { id: 'one' }, 'text'], ['P', { id: 'two' }]]]
    const second = ['HTML', {}, ['BODY', {}, [[1, 2]], [[1, 1]]]]
    const trace = await read({
      'a.trace': lines(OPTIONS, snapshot('a', 'before', first), snapshot('a', 'after', second)),
    })
    expect(trace.frameHtml('after@a')?.html).toBe('<html><body><p id="two"></p><p id="one">text</p></body></html>')
  })

  it('writes nothing that could run, and nothing that breaks out of its place', async () => {
    const html = [
      'HTML',
      {},
      [
        'HEAD',
        {},
        ['META', { 'http-equiv': 'refresh', content: '0;url=//evil' }],
        ['STYLE', {}, 'a{}</style><b>escaped</b>'],
      ],
      [
        'BODY',
        {},
        ['SCRIPT', {}, 'alert(1)'],
        ['IMG', { onerror: 'alert(1)', src: 'x"><script>alert(1)</script>', 'a b': '1' }],
        ['IFRAME', { srcdoc: '<script>1</script>', src: 'javascript:alert(1)' }],
        ['DIV onload=alert(1)', {}],
        '<script>alert(1)</script>',
      ],
    ]
    const page = (await read({ 'a.trace': lines(OPTIONS, snapshot('a', 'before', html)) })).frameHtml('before@a')
    expect(page?.html).not.toMatch(/<script|onerror|srcdoc|javascript:|http-equiv|a b=|<div onload/i)
    expect(page?.html).toContain('<style>a{}<\\/style><b>escaped</b></style>')
    expect(page?.html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;')
  })

  it('puts frames without a URL of their own inside the page', async () => {
    const html = [
      'HTML',
      {},
      [
        'BODY',
        {},
        ['IFRAME', { src: '/snapshot/f1' }],
        ['IFRAME', { src: '/snapshot/f2' }],
        ['IFRAME', { src: '/snapshot/gone' }],
      ],
    ]
    const child = (frameId: string, frameUrl: string): object =>
      snapshot('a', 'before', ['HTML', {}, ['BODY', {}, frameId]], { frameId, frameUrl, isMainFrame: false })
    const trace = await read({
      'a.trace': lines(OPTIONS, snapshot('a', 'before', html), child('f1', 'about:srcdoc'), child('f2', 'http://x/')),
    })
    const page = trace.frameHtml('before@a')
    expect(page?.html).toBe(
      '<html><body><iframe srcdoc="&lt;html&gt;&lt;body&gt;f1&lt;/body&gt;&lt;/html&gt;"></iframe>' +
        '<iframe srcdoc="&lt;html&gt;&lt;body&gt;f2&lt;/body&gt;&lt;/html&gt;"></iframe><iframe></iframe></body></html>',
    )
  })

  it('stops at a bomb of references instead of growing without end', async () => {
    const events: object[] = [OPTIONS, snapshot('s0', 'before', ['HTML', {}, ['P', {}, 'x'.repeat(1000)]])]
    for (let i = 1; i < 60; i++) events.push(snapshot(`s${i}`, 'before', ['HTML', {}, [[1, 2]], [[1, 2]], ['B']]))
    events.push(snapshot('self', 'before', ['HTML', {}, [[0, 0]], ['B', {}, [[0, 1]]]]))
    const trace = await read({ 'a.trace': lines(...events) })
    for (const name of ['before@s59', 'before@self']) {
      const page = trace.frameHtml(name)
      expect(page?.html.length).toBeLessThan(200_000_000)
    }
  })

  it('takes markers of earlier calls for what they are', async () => {
    const html = [
      'HTML',
      {},
      ['BODY', {}, ['A', { __playwright_target__: 'call@1' }], ['B', { __playwright_target__: 'call@2' }]],
    ]
    const named = {
      ...(snapshot('call@2', '', html) as { snapshot: object }).snapshot,
      phase: undefined,
      snapshotName: 'input@call@2',
    }
    const trace = await read({
      'a.trace': lines({ ...OPTIONS, version: 7 }, { type: 'frame-snapshot', snapshot: named }),
    })
    const page = trace.frameHtml('input@call@2')
    expect(page?.targets).toBe(1)
    expect(page?.html).toContain('<a></a><b __playwright_target__=""></b>')
  })
})
