import { createHash } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import type { Browser, BrowserContext, Page, Route } from 'playwright-core'
import { restoreTraceState } from '../dom/trace-state.ts'
import type { Trace, TracePage } from '../dom/trace-types.ts'
import { type LoadedPage, loadedPage } from './loaded-page.ts'
import { comeToRest } from './rest.ts'

export type { LoadedPage } from './loaded-page.ts'

/** Serves pages whose own address could not be served: `about:blank`, `data:`, `file:`. */
const STAND_IN = 'http://page.trace.invalid/'
const LOAD_TIMEOUT_MS = 15_000
const FONTS_MS = 2_000
const MARKER = '__playwright_target__'

/** Pages kept for the next one to be loaded: more than these are hardly open at once. */
const MAX_IDLE = 4

/** States of pages that stay loaded though nobody looks at them: tests of one page begin alike. */
const MAX_HELD = 8

/** Loads pages rebuilt from traces, one after the other or side by side. */
export interface TracePages {
  open(traced: TracePage, trace: Pick<Trace, 'resource'>): Promise<LoadedPage>
  /** The same for whoever needs no mark on a target: pages that are the same are loaded once. */
  openShared(traced: TracePage, trace: Pick<Trace, 'resource' | 'looks'>): Promise<LoadedPage>
}

/**
 * A context for pages of traces. JavaScript is off, and nothing reaches a network: what a trace holds is served by
 * routing, everything else is refused, and what slips past routing (preconnects) ends at a proxy that is not there.
 * A page that was closed is loaded anew with the next document, which no script could have prepared for.
 */
export function newTracePages(browser: Browser): TracePages {
  let context: Promise<BrowserContext> | null = null
  const idle: Sheet[] = []
  const fresh = async (): Promise<Sheet> => {
    context ??= browser.newContext({
      javaScriptEnabled: false,
      bypassCSP: true,
      serviceWorkers: 'block',
      acceptDownloads: false,
      reducedMotion: 'reduce',
      ignoreHTTPSErrors: true,
      proxy: { server: 'http://127.0.0.1:1' },
    })
    const sheet: Sheet = { page: await (await context).newPage(), serving: null }
    await sheet.page.route(
      () => true,
      (route) => serve(route, sheet.serving),
    )
    return sheet
  }
  const discard = ({ page }: Sheet) => page.close().catch(() => undefined)
  const held = new Map<string, HeldPage>()
  const letGo = async () => {
    for (const [key, { users, view }] of held) {
      if (held.size <= MAX_HELD) return
      if (users > 0) continue
      held.delete(key)
      await (await view.catch(() => null))?.close()
    }
  }
  const pages: TracePages = {
    async openShared(traced, trace) {
      const bare = withoutMarks(traced)
      const key = keyOf(bare, trace.looks(traced.snapshot))
      const known = held.get(key)
      const one = known ?? { view: pages.open(bare, trace), users: 0 }
      // Used last, let go last.
      held.delete(key)
      held.set(key, one)
      one.users += 1
      try {
        const view = await one.view
        let isOpen = true
        const close = async () => {
          if (isOpen) one.users -= 1
          isOpen = false
          await letGo()
        }
        return { ...view, close }
      } catch (error) {
        if (held.get(key) === one) held.delete(key)
        throw error
      }
    },
    async open(traced, trace) {
      const sheet = idle.pop() ?? (await fresh())
      try {
        await load(sheet, traced, trace)
      } catch (error) {
        await discard(sheet)
        throw error
      }
      let isOpen = true
      return loadedPage(sheet.page, { target: { attribute: MARKER }, url: traced.url }, async () => {
        if (!isOpen) return
        isOpen = false
        sheet.serving = null
        if (idle.length < MAX_IDLE && !sheet.page.isClosed()) idle.push(sheet)
        else await discard(sheet)
      })
    },
  }
  return pages
}

interface HeldPage {
  readonly view: Promise<LoadedPage>
  users: number
}

const MARK = ` ${MARKER}=""`
const bareHtml = (html: string): string => html.replaceAll(MARK, '')

function withoutMarks(traced: TracePage): TracePage {
  const frames = [...traced.frames].map(([key, frame]) => [key, { ...frame, html: bareHtml(frame.html) }] as const)
  return { ...traced, html: bareHtml(traced.html), frames: new Map(frames), targets: 0 }
}

function keyOf({ url, viewport, html, frames }: TracePage, looks: string): string {
  const parts = [url, viewport, html, looks, [...frames].map(([at, frame]) => [at, frame.html])]
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex')
}

/** A page of the browser, and what it is to show. */
interface Sheet {
  readonly page: Page
  serving: Serving | null
}

async function load(sheet: Sheet, traced: TracePage, trace: Pick<Trace, 'resource'>): Promise<void> {
  const { page } = sheet
  const url = /^https?:/.test(traced.url) ? traced.url : STAND_IN
  await page.setViewportSize({ width: clamp(traced.viewport.width, 1280), height: clamp(traced.viewport.height, 720) })
  sheet.serving = { mainUrl: withoutFragment(url), traced, trace, isServed: false }
  // To the same address but for its fragment the browser would only scroll.
  if (url.includes('#') && withoutFragment(page.url()) === withoutFragment(url)) await page.goto('about:blank')
  await page.goto(url, { waitUntil: 'load', timeout: LOAD_TIMEOUT_MS }).catch((error: unknown) => {
    // A resource that never ends keeps `load` away; the document itself is there all the same.
    if (!(error instanceof Error && error.name === 'TimeoutError')) throw error
  })
  for (const frame of page.frames()) {
    await frame.evaluate(restoreTraceState).catch(() => 0)
    await within(FONTS_MS, frame.evaluate(comeToRest)).catch(() => undefined)
  }
}

interface Serving {
  readonly mainUrl: string
  readonly traced: TracePage
  readonly trace: Pick<Trace, 'resource'>
  isServed: boolean
}

async function serve(route: Route, serving: Serving | null): Promise<void> {
  try {
    if (!serving) return await route.abort('aborted')
    const { traced, trace } = serving
    const request = route.request()
    const url = withoutFragment(request.url())
    if (request.isNavigationRequest()) {
      const isMain = request.frame().parentFrame() === null
      // The page may not leave itself, by a refresh of its own for instance.
      if (isMain && (serving.isServed || url !== serving.mainUrl)) return await route.abort('aborted')
      if (isMain) serving.isServed = true
      const html = isMain ? traced.html : traced.frames.get(url)?.html
      // A frame whose page the trace does not hold must be there all the same, with nothing in it.
      await route.fulfill({ status: 200, contentType: 'text/html; charset=utf-8', body: html ?? '<!DOCTYPE html>' })
      return
    }
    const found = await trace.resource(url, { snapshot: traced.snapshot, method: request.method() })
    if (!found) {
      await route.abort('blockedbyclient')
      return
    }
    await route.fulfill({
      status: found.status >= 200 && found.status < 600 ? found.status : 200,
      contentType: found.contentType,
      body: Buffer.from(found.body),
      headers: { 'access-control-allow-origin': '*' },
    })
  } catch {
    await route.abort('blockedbyclient').catch(() => undefined)
  }
}

const withoutFragment = (url: string) => url.replace(/#.*$/s, '')

function clamp(size: number, otherwise: number): number {
  return Number.isFinite(size) && size >= 100 ? Math.min(Math.round(size), 4_000) : otherwise
}

async function within<T>(ms: number, promise: Promise<T>): Promise<T | null> {
  const end = new AbortController()
  try {
    return await Promise.race([promise, wait(ms, null, { signal: end.signal })])
  } finally {
    end.abort()
    promise.catch(() => undefined)
  }
}
