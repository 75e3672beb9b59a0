import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type RunningApp, startApp } from '../../../src/browser/app.ts'
import { type BrowserSession, launchBrowser } from '../../../src/browser/launch.ts'
import type { LiveOptions, LivePage } from '../../../src/browser/live-page.ts'
import { mapUrl, type ReplayOptions, replay } from '../../../src/browser/replay.ts'
import { kindOf } from '../../../src/dom/trace-actions.ts'
import type { TraceAction } from '../../../src/dom/trace-types.ts'

const TRACED = 'http://localhost:5173/'
let dir: string
let app: RunningApp
let session: BrowserSession
let live: LivePage
let outside: Server
const asked: string[] = []

const PAGE = `<!doctype html><h1>Shop</h1>
  <label>Name <input id="name"></label><select id="size"><option value="s">Small</option><option value="m">Medium</option></select>
  <input id="gift" type="checkbox"><input id="file" type="file"><a href="/terms" target="_blank">Terms</a>
  <button id="ask" onclick="log.textContent = prompt('Sure?')">Ask</button>
  <button id="late" onclick="setTimeout(() => { log.innerHTML = '<b data-testid=done>Done</b>' }, 400)">Late</button>
  <button id="fade" onclick="setTimeout(() => this.remove(), 400)">Fade</button><button id="off" disabled>Off</button><p id="log"></p>
  <button id="move" onclick="setTimeout(() => { history.pushState(0, '', '/done?x=1'); localStorage.moved = 'yes' }, 400)">Move</button>
  <script>
    const log = document.getElementById('log')
    document.getElementById('file').onchange = async (e) => { log.textContent = e.target.files[0].name + ':' + await e.target.files[0].text() }
    document.title = localStorage.user ?? document.cookie
  </script>`

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'replay-'))
  await mkdir(join(dir, 'dist'))
  await writeFile(join(dir, 'dist/index.html'), PAGE)
  await writeFile(join(dir, 'dist/terms.html'), '<button onclick="this.textContent=`Accepted`">Accept</button>')
  await writeFile(join(dir, 'upload.txt'), 'from the checkout')
  outside = createServer((request, response) => {
    asked.push(request.url ?? '')
    response.setHeader('access-control-allow-origin', '*')
    response.end('outside')
  }).listen(0, '127.0.0.1')
  app = await startApp({ kind: 'static', dir: join(dir, 'dist') })
  session = await launchBrowser({ env: process.env, roots: [process.cwd()] })
})
afterAll(async () => {
  await session?.close()
  await app?.stop()
  outside?.close()
  outside?.closeAllConnections()
  await rm(dir, { recursive: true, force: true })
})
afterEach(() => live?.close())

let calls = 0
function action(method: string, params: Record<string, unknown>, more: Partial<TraceAction> = {}): TraceAction {
  const selector = typeof params.selector === 'string' ? params.selector : undefined
  return {
    callId: `call@${++calls}`,
    class: 'Frame',
    method,
    params,
    ...(selector === undefined ? {} : { selector }),
    title: `${method} ${selector ?? params.url ?? ''}`,
    steps: [],
    apiName: method,
    kind: kindOf(method, params),
    startTime: 0,
    endTime: 50,
    stack: [],
    internal: false,
    pageId: 'page@1',
    log: [],
    ...more,
  }
}
const open = (more: Partial<LiveOptions> = {}) => session.openLive({ baseUrl: app.baseUrl, ...more })
const goto = () => action('goto', { url: '/' })
async function run(actions: TraceAction[], options: ReplayOptions = {}, more: Partial<LiveOptions> = {}) {
  live = await open(more)
  const last = action('click', { selector: '#never' })
  return replay(live, [...actions, last], last.callId, { tracedBaseUrl: TRACED, root: dir, ...options })
}
const log = () => live.current().locator('#log').textContent()

describe('replay', () => {
  it('does what the test did, in its order, and stops before the failing step', async () => {
    const result = await run([
      goto(),
      action('fill', { selector: '#name', value: 'Ada' }),
      action('selectOption', { selector: '#size', options: [{ valueOrLabel: 'Medium' }] }),
      action('check', { selector: '#gift' }),
      action('press', { selector: '#name', key: 'End' }),
      action('keyboardType', { text: '!' }, { class: 'Page' }),
    ])
    expect(result).toMatchObject({ ok: true, steps: 6, skipped: [] })
    const { elements } = await (await live.rest()).collect()
    expect(elements.filter((one) => one.value !== undefined).map((one) => one.value)).toEqual(['Ada!', 'Medium'])
    expect(await live.match('#gift:checked')).toMatchObject({ count: 1, visible: 1, actionable: 1 })
    expect(await live.match('#off')).toMatchObject({ count: 1, visible: 1, actionable: 0 })
    expect(await live.match('#none')).toMatchObject({ count: 0, visible: 0, actionable: 0, indexes: [] })
  })

  it('waits for what a passed assertion waited for, and for the page to rest', async () => {
    await run([
      goto(),
      action('click', { selector: '#late' }),
      action('expect', { selector: '[data-testid=done]', expression: 'to.be.visible', isNot: false }),
    ])
    expect(await live.match('[data-testid=done]')).toMatchObject({ count: 1, visible: 1 })
  })

  it('waits until what an assertion saw go is gone, and not for it to come', async () => {
    const { durationMs } = await run([
      goto(),
      action('click', { selector: '#fade' }),
      action('expect', { selector: '#fade', expression: 'to.be.hidden', isNot: false }),
      action('expect', { selector: '#none', expression: 'to.have.count', expectedNumber: 0, isNot: false }),
      action('expect', { selector: '#none', expression: 'to.be.detached', isNot: false }),
    ])
    expect(await live.match('#fade')).toMatchObject({ count: 0 })
    // Waiting for either of the two to come would take three seconds each.
    expect(durationMs).toBeLessThan(5_500)
  })

  it.each([
    ['an assertion', action('expect', { expression: 'to.have.url', expectedText: [{ string: `${TRACED}done?x=1` }] })],
    [
      'a pattern',
      action('expect', { expression: 'to.have.url', expectedText: [{ regexSource: 'DONE', regexFlags: 'i' }] }),
    ],
    ['waitForURL', action('waitForURL', { url: '/done?x=1' })],
    ['waitForURL with stars', action('waitForURL', { url: '**/done*' })],
  ])('waits for the address that the test waited for: %s', async (_, wait) => {
    await run([goto(), action('click', { selector: '#move' }), wait, goto()])
    expect(await live.current().evaluate<string>('localStorage.moved')).toBe('yes')
  })

  it('answers dialogs as the test did, and dismisses the others', async () => {
    await run([
      goto(),
      action('click', { selector: '#ask' }),
      action('accept', { promptText: 'yes' }, { class: 'Dialog', pageId: undefined }),
    ])
    expect(await log()).toBe('yes')
    await live
      .current()
      .locator('#ask')
      .click({ noWaitAfter: true })
      .catch(() => undefined)
  })

  it('follows the test into a popup and back', async () => {
    const popup = { pageId: 'page@2' }
    const result = await run([
      goto(),
      action('click', { selector: 'text=Terms' }),
      action('click', { selector: 'button' }, popup),
      action('fill', { selector: '#name', value: 'x' }),
    ])
    expect(result.ok).toBe(true)
    expect(live.context.pages()).toHaveLength(2)
    expect(await live.context.pages()[1]?.locator('button').textContent()).toBe('Accepted')
    expect((await live.match('h1')).count).toBe(1)
  })

  it('uploads files of the checkout, and empty ones for what is not there', async () => {
    await run([goto(), action('setInputFiles', { selector: '#file', localPaths: [join(dir, 'upload.txt')] })])
    await expect.poll(log).toBe('upload.txt:from the checkout')
    await live.close()
    await run([goto(), action('setInputFiles', { selector: '#file', localPaths: ['/etc/hostname'] })])
    await expect.poll(log).toBe('hostname:')
  })

  it('uses healed selectors for the steps before', async () => {
    const rewriteSelector = (selector: string) => (selector === '#old' ? '#name' : selector)
    const result = await run([goto(), action('fill', { selector: '#old', value: 'x' })], { rewriteSelector })
    expect(result.ok).toBe(true)
  })

  it('honours the state that signs a user in, and cookies that the test set', async () => {
    const { origin } = app
    const storageState = { cookies: [], origins: [{ origin, localStorage: [{ name: 'user', value: 'ada' }] }] }
    await run([goto()], {}, { storageState })
    expect(await live.current().title()).toBe('ada')
    await live.close()
    const addCookies = action(
      'addCookies',
      { cookies: [{ name: 'a', value: 'b', url: TRACED }] },
      { class: 'BrowserContext', pageId: undefined },
    )
    await run([addCookies, goto()])
    expect(await live.current().title()).toBe('a=b')
  })

  it('reaches no host beyond the app, unless it is allowed, not even from a worker or a socket', async () => {
    const { port } = outside.address() as AddressInfo
    const there = `127.0.0.1:${port}`
    const ask = `Promise.allSettled([fetch('http://${there}/fetch'), new Promise((r) => { const w = new WebSocket('ws://${there}/socket'); w.onclose = r; w.onopen = r }),
      new Promise((r) => { const w = new Worker(URL.createObjectURL(new Blob(['fetch("http://${there}/worker").finally(() => postMessage(1))']))); w.onmessage = r; w.onerror = r })])
      .then((all) => all[0].status)`
    await run([goto()])
    expect(await live.current().evaluate<string>(ask)).toBe('rejected')
    expect(asked).toEqual([])
    expect(live.refused()).toContain(`http://${there}`)
    await live.close()
    await run([goto()], {}, { allowHosts: [there] })
    expect(await live.current().evaluate<string>(ask)).toBe('fulfilled')
    expect(asked).toContain('/fetch')
  })
})

describe('what the app asks for in vain', () => {
  const ask = (...addresses: string[]) =>
    `Promise.allSettled(${JSON.stringify(addresses)}.map((one) => fetch(one))).then((all) => all.length)`

  it('is taken down: data that are not there, the start page in place of data, hosts that are closed', async () => {
    await run([goto()])
    const elsewhere = `http://127.0.0.1:${(outside.address() as AddressInfo).port}`
    await live.current().evaluate(ask('/items.json', '/api/items', '/index.html', `${elsewhere}/api`))
    expect([...live.missed()].sort()).toEqual(['GET /api/items', 'GET /items.json', `GET ${elsewhere}/api`])
  })

  it('is nothing where all was answered, and pages of a single-page app are answers', async () => {
    await run([goto(), action('goto', { url: '/some/page' })])
    await live.current().evaluate(ask('/terms.html'))
    expect(live.missed()).toEqual([])
  })
})

describe('a replay that cannot go on', () => {
  it('says at which step an element is missing', async () => {
    const result = await run(
      [
        goto(),
        action('fill', { selector: '#name', value: 'x' }),
        action('click', { selector: '#gone' }, { locatorText: "locator('#gone')" }),
      ],
      { stepTimeoutMs: 400 },
    )
    expect(result).toMatchObject({
      ok: false,
      step: 'click #gone',
      number: 3,
      reason: "locator('#gone') is not on the page.",
    })
  })

  it('tells an element that is there but cannot be used', async () => {
    const result = await run([goto(), action('click', { selector: '#off' })], { stepTimeoutMs: 400 })
    expect(result).toMatchObject({
      ok: false,
      number: 2,
      reason: expect.stringMatching(/#off is there but cannot be used: element is not enabled/),
    })
  })

  it('says that the app crashed, with its last words', async () => {
    const command = `timeout 2 node -e "require('http').createServer((q,r)=>{r.setHeader('content-type','text/html');r.end('<button>Buy</button>')}).listen(PORT,'127.0.0.1')"; echo "out of memory"; exit 9`
    const probe = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => probe.once('listening', resolve))
    const { port } = probe.address() as AddressInfo
    await new Promise((resolve) => probe.close(resolve))
    const dying = await startApp({
      kind: 'command',
      command: command.replace('PORT', String(port)),
      baseUrl: `http://127.0.0.1:${port}/`,
      cwd: dir,
      env: process.env,
    })
    live = await session.openLive({ baseUrl: dying.baseUrl })
    await expect.poll(() => dying.crashed(), { timeout: 8_000 }).not.toBeNull()
    const last = action('click', { selector: 'x' })
    const result = await replay(live, [goto(), last], last.callId, { tracedBaseUrl: TRACED, crashed: dying.crashed })
    expect(result).toMatchObject({
      ok: false,
      step: 'goto /',
      number: 1,
      reason: expect.stringMatching(/The app crashed: it ended with code 9[\s\S]*out of memory/),
    })
    await dying.stop()
  })

  it('lists steps it does not know, and goes on', async () => {
    const result = await run([
      goto(),
      action('evaluateExpression', { expression: '1' }, { title: 'Evaluate' }),
      action('fill', { selector: '#name', value: 'x' }),
    ])
    expect(result).toMatchObject({ ok: true, steps: 2, skipped: ['Evaluate'] })
  })
})

describe('mapUrl', () => {
  it.each([
    ['/', 'http://127.0.0.1:9/'],
    ['/cart?x=1#y', 'http://127.0.0.1:9/cart?x=1#y'],
    ['cart', 'http://127.0.0.1:9/cart'],
    ['http://localhost:5173/cart', 'http://127.0.0.1:9/cart'],
    ['https://other.example/x', 'https://other.example/x'],
    ['about:blank', 'about:blank'],
  ])('maps %s to %s', (url, mapped) => {
    expect(mapUrl(url, TRACED, 'http://127.0.0.1:9/')).toBe(mapped)
  })

  it('maps the base path of one to that of the other', () => {
    expect(mapUrl('https://x.example/app/cart', 'https://x.example/app/', 'http://127.0.0.1:9/')).toBe(
      'http://127.0.0.1:9/cart',
    )
    expect(mapUrl('http://localhost:5173/cart', TRACED, 'http://127.0.0.1:9/shop/')).toBe(
      'http://127.0.0.1:9/shop/cart',
    )
  })

  it('leaves addresses alone where it is not known where the app was', () => {
    expect(mapUrl('/cart', null, 'http://127.0.0.1:9/')).toBe('http://127.0.0.1:9/cart')
    expect(mapUrl('http://localhost:5173/cart', null, 'http://127.0.0.1:9/')).toBe('http://localhost:5173/cart')
  })
})
