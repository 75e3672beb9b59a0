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

/** Pages of the built shop, one per version and state of the truth file, opened when first asked for and then shared. */
export class ShopPages {
  readonly #browser: Browser
  readonly #dists: Readonly<Record<'v1' | 'v2', string>>
  readonly #pages = new Map<string, Promise<Page>>()

  constructor(browser: Browser, dists: Readonly<Record<'v1' | 'v2', string>>) {
    this.#browser = browser
    this.#dists = dists
  }

  /** Look at the page only; whoever changes it changes it for all. */
  in(version: 'v1' | 'v2', name: string, state: TruthState): Promise<Page> {
    const key = `${version} ${name}`
    const known = this.#pages.get(key)
    if (known) return known
    const page = this.#open(version, state)
    this.#pages.set(key, page)
    return page
  }

  async #open(version: 'v1' | 'v2', state: TruthState): Promise<Page> {
    const context = await openContext(this.#browser, this.#dists[version])
    const entries = Object.entries(state.storage ?? {}).map(([key, value]) => [key, JSON.stringify(value)] as const)
    await context.addInitScript(
      `for (const [key, value] of ${JSON.stringify(entries)}) localStorage.setItem('harbour:' + key, value)`,
    )
    const page = await context.newPage()
    await page.goto(ORIGIN + state.path, { waitUntil: 'networkidle' })
    if (state.click) await page.locator(state.click[version]).click()
    return page
  }
}
