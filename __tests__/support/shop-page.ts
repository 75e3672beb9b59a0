import { readFile } from 'node:fs/promises'
import { extname, join, normalize } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import type { TruthState } from './shop-truth.ts'

const ORIGIN = 'http://shop.test'

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
}

/** A fresh context whose only network is a folder with a built single-page app. */
async function openContext(browser: Browser, dist: string): Promise<BrowserContext> {
  const context = await browser.newContext()
  await context.route('**/*', async (route) => {
    const { origin, pathname } = new URL(route.request().url())
    if (origin !== ORIGIN) return route.abort()
    const name = extname(pathname) ? normalize(pathname) : '/index.html'
    const body = await readFile(join(dist, name)).catch(() => null)
    if (body === null) return route.fulfill({ status: 404, body: 'not here' })
    return route.fulfill({ body, contentType: TYPES[extname(name)] ?? 'application/octet-stream' })
  })
  return context
}

/** Opens the built shop in a state of the truth file and hands the page over; everything is closed afterwards. */
export async function withShopPage<T>(
  browser: Browser,
  dist: string,
  version: 'v1' | 'v2',
  state: TruthState,
  look: (page: Page) => Promise<T>,
): Promise<T> {
  const context = await openContext(browser, dist)
  try {
    const entries = Object.entries(state.storage ?? {}).map(([key, value]) => [key, JSON.stringify(value)] as const)
    await context.addInitScript(
      `for (const [key, value] of ${JSON.stringify(entries)}) localStorage.setItem('harbour:' + key, value)`,
    )
    const page = await context.newPage()
    await page.goto(ORIGIN + state.path, { waitUntil: 'networkidle' })
    if (state.click) await page.locator(state.click[version]).click()
    return await look(page)
  } finally {
    await context.close()
  }
}
