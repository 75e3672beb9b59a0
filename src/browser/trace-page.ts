import type { Browser, BrowserContext, Page, Route } from 'playwright-core'
import { restoreTraceState } from '../dom/trace-state.ts'
import type { Trace, TracePage } from '../dom/trace-types.ts'
import { type LoadedPage, loadedPage } from './loaded-page.ts'

export type { LoadedPage } from './loaded-page.ts'

/** Serves pages whose own address could not be served: `about:blank`, `data:`, `file:`. */
const STAND_IN = 'http://page.trace.invalid/'
const LOAD_TIMEOUT_MS = 15_000
const MARKER = '__playwright_target__'

/**
 * The context for pages of traces. JavaScript is off, and nothing reaches a network: what a trace holds is served by
 * routing, everything else is refused, and what slips past routing (preconnects) ends at a proxy that is not there.
 */
export function newTraceContext(browser: Browser): Promise<BrowserContext> {
  return browser.newContext({
    javaScriptEnabled: false,
    bypassCSP: true,
    serviceWorkers: 'block',
    acceptDownloads: false,
    reducedMotion: 'reduce',
    ignoreHTTPSErrors: true,
    proxy: { server: 'http://127.0.0.1:1' },
  })
}

/** Loads a page rebuilt from a trace in a context of `newTraceContext`. */
export async function openTracePage(
  context: BrowserContext,
  traced: TracePage,
  trace: Pick<Trace, 'resource'>,
): Promise<LoadedPage> {
  const page = await context.newPage()
  const close = () => page.close().catch(() => undefined)
  try {
    const url = /^https?:/.test(traced.url) ? traced.url : STAND_IN
    await page.setViewportSize({
      width: clamp(traced.viewport.width, 1280),
      height: clamp(traced.viewport.height, 720),
    })
    const serving: Serving = { mainUrl: withoutFragment(url), traced, trace, isServed: false }
    await page.route(
      () => true,
      (route) => serve(route, serving),
    )
    await page.goto(url, { waitUntil: 'load', timeout: LOAD_TIMEOUT_MS }).catch((error: unknown) => {
      // A resource that never ends keeps `load` away; the document itself is there all the same.
      if (!(error instanceof Error && error.name === 'TimeoutError')) throw error
    })
    await restoreFrames(page)
    return loadedPage(page, { target: { attribute: MARKER }, url: traced.url }, close)
  } catch (error) {
    await close()
    throw error
  }
}

async function restoreFrames(page: Page): Promise<void> {
  for (const frame of page.frames()) await frame.evaluate(restoreTraceState).catch(() => 0)
}

interface Serving {
  readonly mainUrl: string
  readonly traced: TracePage
  readonly trace: Pick<Trace, 'resource'>
  isServed: boolean
}

async function serve(route: Route, serving: Serving): Promise<void> {
  const { traced, trace } = serving
  try {
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
