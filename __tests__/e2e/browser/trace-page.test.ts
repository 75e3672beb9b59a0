import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { PNG } from 'pngjs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type BrowserSession, launchBrowser } from '../../../src/browser/launch.ts'
import type { LoadedPage } from '../../../src/browser/loaded-page.ts'
import type { TraceFrame, TracePage, TraceResource } from '../../../src/dom/trace-types.ts'

let session: BrowserSession
/** A server that must never be asked for anything. */
let outside: Server
const asked: string[] = []

beforeAll(async () => {
  outside = createServer((request, response) => {
    asked.push(request.url ?? '')
    response.end('body { display: none }')
  }).listen(0, '127.0.0.1')
  session = await launchBrowser({ env: process.env, roots: [process.cwd()] })
})
afterAll(async () => {
  await session?.close()
  outside?.close()
})

const page = (html: string, more: Partial<TracePage> = {}): TracePage => ({
  snapshot: 's1',
  callId: 'call@1',
  url: 'https://shop.example/cart#top',
  viewport: { width: 800, height: 600 },
  html,
  frames: new Map(),
  targetMarker: '[__playwright_target__]',
  targets: 1,
  truncated: false,
  timestamp: 0,
  ...more,
})
const frame = (url: string, html: string): [string, TraceFrame] => [
  url,
  { id: url, url, name: '', html, inline: false },
]
const resources = (held: Readonly<Record<string, string>>) => ({
  resource: async (url: string): Promise<TraceResource | null> =>
    held[url] === undefined ? null : { contentType: 'text/css', status: 200, body: Buffer.from(held[url]) },
})
async function load(traced: TracePage, held = {}): Promise<LoadedPage> {
  return session.openTracePage(traced, resources(held))
}

describe('a page of a trace', () => {
  it('is styled and framed by what the trace holds, and finds the marked element', async () => {
    const html = `<link rel="stylesheet" href="/a.css"><h1>Cart</h1><iframe src="https://pay.example/form"></iframe>`
    const inner = '<button __playwright_target__="">Pay</button>'
    const traced = page(html, { frames: new Map([frame('https://pay.example/form', inner)]) })
    const loaded = await load(traced, { 'https://shop.example/a.css': 'h1 { height: 123px }' })
    const snapshot = await loaded.collect()
    expect(snapshot.url).toBe('https://shop.example/cart#top')
    expect(snapshot.viewport).toEqual({ width: 800, height: 600 })
    expect(snapshot.elements.find((one) => one.tag === 'h1')?.box?.height).toBe(123)
    expect(snapshot.elements[snapshot.target ?? -1]).toMatchObject({ ownText: 'Pay', frame: 1, attributes: {} })
    await loaded.close()
  })

  it('runs no script and asks no server for anything', async () => {
    const { port } = outside.address() as AddressInfo
    const there = `http://127.0.0.1:${port}`
    const html = `<link rel="preconnect" href="${there}"><link rel="dns-prefetch" href="${there}"><link rel="stylesheet" href="${there}/x.css">
      <link rel="prefetch" href="${there}/prefetch"><img src="${there}/i.png"><iframe src="${there}/frame"></iframe><object data="${there}/o"></object>
      <video src="${there}/v"></video><form action="${there}"><button autofocus onfocus="document.title='run'">Here</button></form>
      <script>document.title = 'run'</script><meta http-equiv="refresh" content="0;url=${there}/gone">`
    const loaded = await load(page(html))
    const snapshot = await loaded.collect()
    expect(snapshot.title).toBe('')
    expect(snapshot.elements.find((one) => one.ownText === 'Here')?.visible).toBe(true)
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(asked).toEqual([])
    await loaded.close()
  })

  it('restores what markup cannot carry', async () => {
    const html = `<input __playwright_value_="typed"><input type="checkbox" __playwright_checked_="true">
      <select><option>a</option><option __playwright_selected_="true">b</option></select><dialog __playwright_dialog_open_="modal">Open</dialog>`
    const loaded = await load(page(html))
    const { elements } = await loaded.collect()
    expect(elements.find((one) => one.tag === 'input')?.value).toBe('typed')
    expect(elements.find((one) => one.tag === 'select')?.value).toBe('b')
    expect(elements.find((one) => one.tag === 'dialog')?.visible).toBe(true)
    expect(await loaded.match('input:checked')).toHaveLength(1)
    await loaded.close()
  })

  it.each(['about:blank', 'data:text/html,x', 'file:///tmp/x.html'])(
    'loads even where its address is %s',
    async (url) => {
      const loaded = await load(page('<b>still here</b>', { url }))
      const snapshot = await loaded.collect()
      expect([snapshot.url, snapshot.elements.at(-1)?.ownText]).toEqual([url, 'still here'])
      await loaded.close()
    },
  )

  it('shows nothing of the page that was loaded before it', async () => {
    const before = await load(page('<input value="old"><p style="height:3000px">old</p>'))
    expect(await before.match('text=old')).toHaveLength(1)
    await before.close()
    const loaded = await load(page('<input><b>new</b>', { url: 'https://shop.example/cart#bottom' }))
    const { elements, url } = await loaded.collect()
    expect([url, ...elements.map(({ tag, value = '', ownText }) => `${tag} ${value}${ownText}`)]).toEqual([
      'https://shop.example/cart#bottom',
      'html ',
      'head ',
      'body ',
      'input ',
      'b new',
    ])
    await loaded.close()
  })

  it('stands still: what fades in is there, what moves has come to its end', async () => {
    const html = `<style>@keyframes in { from { opacity: 0; margin-left: 0 } to { opacity: 1; margin-left: 50px } }
      @keyframes turn { to { rotate: 1turn } } p { animation: in 60s forwards } i { animation: turn 1s infinite; display: block }</style><p>Saved</p><i>*</i>`
    const loaded = await load(page(html))
    const { elements } = await loaded.collect()
    const [paragraph, star] = ['p', 'i'].map((tag) => elements.find((one) => one.tag === tag))
    expect(paragraph).toMatchObject({ visible: true, box: { x: 58 } })
    expect(star).toMatchObject({ box: { x: 8 } })
    await loaded.close()
  })

  it('waits for no resource for ever, and survives one that fails', async () => {
    const traced = page('<link rel="stylesheet" href="/a.css"><b>x</b>')
    const loaded = await session.openTracePage(traced, { resource: () => Promise.reject(new Error('damaged')) })
    expect((await loaded.collect()).elements.at(-1)?.ownText).toBe('x')
    await loaded.close()
  })
})

describe('a page that several look at', () => {
  const html = (mark: string) =>
    `<link rel="stylesheet" href="/a.css"><button${mark}>Buy</button><button>Sell</button><p style="height:40px">x</p>`
  const share = (traced: TracePage, looks: string, css = '') =>
    session.sharedTracePage(traced, { ...resources({ 'https://shop.example/a.css': css }), looks: () => looks })

  it('is loaded once, whatever each looks for on it, and looked at after one has left', async () => {
    const first = await share(page(html(' __playwright_target__=""')), 'plain')
    const second = await share(page(html('')), 'plain')
    const snapshot = await first.collect({ visual: true })
    expect(await second.collect({ visual: true })).toBe(snapshot)
    expect(snapshot.target).toBeUndefined()
    await first.close()
    await first.close()
    expect(await second.match('text=Sell')).toHaveLength(1)
    expect(await second.picture(snapshot.elements.findIndex((one) => one.ownText === 'Buy'))).toMatch(/^data:image/)
    await second.close()
  })

  it('is another one where anything of it differs: text, address, size or style', async () => {
    const loaded = await Promise.all([
      share(page(html('')), 'plain'),
      share(page(html('').replace('Buy', 'Order')), 'plain'),
      share(page(html(''), { url: 'https://shop.example/basket' }), 'plain'),
      share(page(html(''), { viewport: { width: 500, height: 600 } }), 'plain'),
      share(page(html('')), 'large', 'button { height: 99px }'),
    ])
    const snapshots = await Promise.all(loaded.map((one) => one.collect()))
    const seen = snapshots.map(({ elements, url, viewport }) => {
      const button = elements.find(({ tag }) => tag === 'button')
      return `${button?.ownText} ${new URL(url).pathname} ${viewport.width} ${button?.box?.height === 99}`
    })
    expect(seen).toEqual([
      'Buy /cart 800 false',
      'Order /cart 800 false',
      'Buy /basket 800 false',
      'Buy /cart 500 false',
      'Buy /cart 800 true',
    ])
    for (const one of loaded) await one.close()
  })

  it('is let go when many others have come since', async () => {
    const first = await share(page(html('')), 'plain')
    const snapshot = await first.collect({ visual: true })
    await first.close()
    for (let at = 0; at < 9; at++) await (await share(page(`<b>${at}</b>`), 'plain')).close()
    const again = await share(page(html('')), 'plain')
    expect(await again.collect({ visual: true })).not.toBe(snapshot)
    expect(await again.match('text=Sell')).toHaveLength(1)
    await again.close()
  })
})

describe('match', () => {
  const html = `<div id="a"><button data-qa="buy">Buy</button><button>Buy</button></div>
    <section><template shadowrootmode="open"><button>Shadow buy</button></template></section><iframe name="pay" src="https://pay.example/"></iframe>`
  const traced = page(html, { frames: new Map([frame('https://pay.example/', '<p>x</p><button>Pay</button>')]) })

  it.each([
    ['internal:testid=[data-qa="buy"s]', ['Buy']],
    ['internal:role=button[name="Buy"s]', ['Buy', 'Buy']],
    ['internal:role=button', ['Buy', 'Buy', 'Shadow buy']],
    ['internal:role=button[name="Buy"s] >> nth=1', ['Buy']],
    ['section >> button', ['Shadow buy']],
    ['xpath=//section//button', []],
    ['iframe[name="pay"] >> internal:control=enter-frame >> internal:text="Pay"i', ['Pay']],
    ['iframe[name="none"] >> internal:control=enter-frame >> button', []],
    ['div, section >> nth=0 >> internal:has-text="Buy"i', ['']],
    ['#none', []],
  ])('%s reaches what Playwright reaches', async (selector, texts) => {
    const loaded = await load(traced)
    const { elements } = await loaded.collect()
    expect((await loaded.match(selector)).map((index) => elements[index]?.ownText)).toEqual(texts)
    await loaded.close()
  })

  it('rejects what is no selector', async () => {
    const loaded = await load(traced)
    await expect(loaded.match('role=[[')).rejects.toThrow(/Error while parsing/)
    await loaded.close()
  })
})

describe('picture', () => {
  const html =
    '<style>body{margin:0;height:4000px}</style><button style="position:absolute;left:300px;top:3000px;width:80px;height:30px">Far</button><i hidden>x</i>'

  it('shows the element framed, scrolled to, in a small picture', async () => {
    const loaded = await load(page(html))
    const { elements } = await loaded.collect()
    const url = await loaded.picture(elements.findIndex((one) => one.tag === 'button'))
    expect(url).toMatch(/^data:image\/png;base64,/)
    const picture = PNG.sync.read(Buffer.from(url?.split(',')[1] ?? '', 'base64'))
    expect([picture.width, picture.height]).toEqual([80 + 96, 30 + 96])
    const red = [...Array(picture.width * picture.height).keys()].filter(
      (at) => picture.data[at * 4] === 214 && picture.data[at * 4 + 1] === 40,
    )
    expect(red.length).toBeGreaterThan(400)
    await loaded.close()
  })

  it.each([
    ['out of the picture of the whole page, where there is one', 'display:block', true],
    ['scrolled to within what clips it', 'height:50px;overflow:auto;display:block', true],
    ['by itself', 'display:block', false],
  ])('%s', async (_, style, visual) => {
    const loaded = await load(
      page(`<div style="${style}"><p style="height:200px">x</p><button style="width:80px;height:30px;border:0;background:#00f">
        </button></div>`),
    )
    const { elements } = await loaded.collect({ visual })
    const url = await loaded.picture(elements.findIndex((one) => one.tag === 'button'))
    const picture = PNG.sync.read(Buffer.from(url?.split(',')[1] ?? '', 'base64'))
    const blue = [...Array(picture.width * picture.height).keys()].filter(
      (at) => picture.data[at * 4 + 2] === 255 && picture.data[at * 4] === 0,
    )
    expect(blue).toHaveLength(80 * 30)
    await loaded.close()
  })

  it('is null for what cannot be seen', async () => {
    const loaded = await load(page(html))
    const { elements } = await loaded.collect()
    expect(await loaded.picture(elements.findIndex((one) => one.tag === 'i'))).toBeNull()
    expect(await loaded.picture(9_999)).toBeNull()
    await loaded.close()
  })

  it('gives equal looks equal hashes and different looks different ones', async () => {
    const look = 'width:60px;height:24px;border:2px solid;display:block'
    const loaded = await load(
      page(
        `<button style="${look}">Same</button><button style="${look}">Same</button><button style="${look};background:linear-gradient(90deg,#000,#fff)">+</button>`,
      ),
    )
    const { elements } = await loaded.collect({ visual: true })
    const [a, b, c] = elements.filter((one) => one.tag === 'button').map((one) => one.visualHash)
    expect(a).toMatch(/^[0-9a-f]{16}$/)
    expect(b).toBe(a)
    expect(c).not.toBe(a)
    await loaded.close()
  })
})

describe('launchBrowser', () => {
  it('says what was tried where nothing starts', async () => {
    const attempt = launchBrowser({ browserPath: '/bin/false', env: {}, timeoutMs: 5_000 })
    await expect(attempt).rejects.toThrow(/No browser could be started\. \/bin\/false: .*browser_path/)
  })
})
