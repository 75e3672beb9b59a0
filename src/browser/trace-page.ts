import type { Browser, Page, Route } from 'playwright-core'
import { restoreTraceState } from '../dom/trace-state.ts'
import type { Trace, TracePage } from '../dom/trace-types.ts'
import { type LoadedPage, loadedPage } from './loaded-page.ts'

/** Serves pages whose own address could not be served: `about:blank`, `data:`, `file:`. */
const STAND_IN = 'http://page.trace.invalid/'
const LOAD_TIMEOUT_MS = 15_000
const MARKER = '__playwright_target__'

/**
 * Loads a page rebuilt from a trace. JavaScript is off, and nothing reaches a network: what the trace holds is served by
 * routing, everything else is refused, and what slips past routing (preconnects) ends at a proxy that is not there.
 */
export async function openTracePage(
  browser: Browser,
  traced: TracePage,
  trace: Pick<Trace, 'resource'>,
): Promise<LoadedPage> {
  const context = await browser.newContext({
    javaScriptEnabled: false,
    viewport: { width: clamp(traced.viewport.width, 1280), height: clamp(traced.viewport.height, 720) },
    bypassCSP: true,
    serviceWorkers: 'block',
    acceptDownloads: false,
    reducedMotion: 'reduce',
    ignoreHTTPSErrors: true,
    proxy: { server: 'http://127.0.0.1:1' },
  })
  const close = () => context.close().catch(() => undefined)
  try {
    const page = await context.newPage()
    const url = /^https?:/.test(traced.url) ? traced.url : STAND_IN
    await context.route(
      () => true,
      (route) => serve(route, url, traced, trace),
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

async function serve(route: Route, mainUrl: string, traced: TracePage, trace: Pick<Trace, 'resource'>): Promise<void> {
  try {
    const request = route.request()
    const url = withoutFragment(request.url())
    if (request.isNavigationRequest()) {
      const isMain = request.frame().parentFrame() === null
      const html = isMain && url === withoutFragment(mainUrl) ? traced.html : traced.frames.get(url)?.html
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
