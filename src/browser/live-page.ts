import type { Browser, BrowserContext, BrowserContextOptions, Page, Request, Route } from 'playwright-core'
import type { Trace } from '../dom/trace-types.ts'
import { type LoadedPage, loadedPage } from './loaded-page.ts'
import { type Activity, type SettleOptions, settle, watchActivity } from './settle.ts'
import { FALLBACK_HEADER } from './static-server.ts'

export interface LiveOptions {
  /** Address of the running app. */
  readonly baseUrl: string
  /** Hosts beyond the app's that the user allows, `host` or `host:port`. */
  readonly allowHosts?: readonly string[]
  /** Answers requests beyond these from the trace, where it holds them. */
  readonly trace?: Pick<Trace, 'resource'>
  /** `use` of the Playwright project: viewport, locale, storage state and the like. */
  readonly use?: Readonly<Record<string, unknown>>
  /** What the app keeps for a user: the file or the state that the project names. */
  readonly storageState?: BrowserContextOptions['storageState']
}

/** What a selector reaches on a page at rest. */
export interface LiveMatch {
  readonly count: number
  readonly visible: number
  /** Matches that are visible and enabled. */
  readonly actionable: number
  readonly indexes: readonly number[]
}

/** The running app in a browser of its own. */
export interface LivePage {
  readonly context: BrowserContext
  readonly baseUrl: string
  /** Whether the page may speak to an address: the app's, or one the user allows. */
  isAllowed(url: string): boolean
  /** The page that steps are done on now. */
  current(): Page
  setCurrent(page: Page): void
  settle(options?: SettleOptions): Promise<boolean>
  /** The current page as it is now, as a snapshot to match and picture. */
  rest(): Promise<LoadedPage>
  /** Waits for rest, then tries a selector; for several, `rest` once and `lookFor` each. */
  match(selector: string): Promise<LiveMatch>
  /** What the app asked for in vain, as `GET /api/items`: pages, scripts and data that were refused, failed or not there. */
  missed(): readonly string[]
  /** Requests that were refused, as origins. */
  refused(): readonly string[]
  close(): Promise<void>
}

const CONTEXT_OPTIONS = [
  'viewport',
  'locale',
  'timezoneId',
  'colorScheme',
  'userAgent',
  'deviceScaleFactor',
  'isMobile',
  'hasTouch',
  'permissions',
  'geolocation',
  'reducedMotion',
  'javaScriptEnabled',
] as const

/** Opens a browser context for the running app. What is neither the app nor allowed is closed to it. */
export async function openLive(browser: Browser, options: LiveOptions): Promise<LivePage> {
  const app = new URL(options.baseUrl)
  const allowed = new Set([app.host, ...(options.allowHosts ?? [])])
  const context = await browser.newContext({
    ...contextOptions(options.use ?? {}),
    ...(options.storageState === undefined ? {} : { storageState: options.storageState }),
    baseURL: options.baseUrl,
    ignoreHTTPSErrors: true,
    acceptDownloads: false,
    // Routing does not see everything (workers, web sockets): whatever it misses must go through a proxy that is not there.
    proxy: { server: 'http://127.0.0.1:1', bypass: ['<-loopback>', ...allowed].join(',') },
  })
  const refused = new Set<string>()
  await context.route(
    (url) => /^https?:$/.test(url.protocol) && !allowed.has(url.host),
    (route) => answerFromTrace(route, options.trace, refused),
  )
  const missed = watchMissed(context, app.origin)
  let page = await context.newPage()
  const activities = new Map<Page, Activity>([[page, watchActivity(page)]])
  context.on('page', (opened) => {
    if (!activities.has(opened)) activities.set(opened, watchActivity(opened))
  })
  const rest = (options_?: SettleOptions) => {
    const activity = activities.get(page)
    return activity ? settle(page, activity, options_) : Promise.resolve(true)
  }
  return {
    context,
    baseUrl: options.baseUrl,
    isAllowed: (url) => URL.canParse(url) && allowed.has(new URL(url).host),
    current: () => page,
    setCurrent: (next) => {
      page = next
    },
    settle: rest,
    rest: async () => {
      await rest()
      return loadedPage(page, {}, async () => {})
    },
    match: async (selector) => {
      await rest()
      return lookFor(
        loadedPage(page, {}, async () => {}),
        selector,
      )
    },
    missed: () => [...missed],
    refused: () => [...refused],
    close: () => context.close().catch(() => undefined),
  }
}

const MATTERS = new Set(['document', 'script', 'xhr', 'fetch'])
const MAX_MISSED = 100

/** Takes down what a page asks for and does not get. What it gave up itself, by going elsewhere, is not among it. */
function watchMissed(context: BrowserContext, own: string): ReadonlySet<string> {
  const missed = new Set<string>()
  const note = (request: Request): void => {
    const { origin, pathname } = new URL(request.url())
    if (missed.size < MAX_MISSED) missed.add(`${request.method()} ${origin === own ? '' : origin}${pathname}`)
  }
  context.on('requestfailed', (request) => {
    if (MATTERS.has(request.resourceType()) && request.failure()?.errorText !== 'net::ERR_ABORTED') note(request)
  })
  context.on('response', (response) => {
    const request = response.request()
    const type = request.resourceType()
    const isFallback = type !== 'document' && response.headers()[FALLBACK_HEADER] !== undefined
    if (MATTERS.has(type) && (response.status() >= 400 || isFallback)) note(request)
  })
  return missed
}

/** What a selector reaches on a page that was brought to rest. Rejects for one that Playwright cannot parse. */
export async function lookFor(page: LoadedPage, selector: string): Promise<LiveMatch> {
  const { elements } = await page.collect()
  const indexes = await page.match(selector)
  const visible = indexes.flatMap((index) => elements[index] ?? []).filter((one) => one.visible)
  return {
    count: indexes.length,
    visible: visible.length,
    actionable: visible.filter((one) => one.enabled).length,
    indexes,
  }
}

/** Only what decides how a page looks and behaves; nothing that carries secrets or touches this machine. */
function contextOptions(use: Readonly<Record<string, unknown>>): BrowserContextOptions {
  return Object.fromEntries(CONTEXT_OPTIONS.flatMap((name) => (use[name] === undefined ? [] : [[name, use[name]]])))
}

async function answerFromTrace(route: Route, trace: LiveOptions['trace'], refused: Set<string>): Promise<void> {
  const request = route.request()
  try {
    const held = request.method() === 'GET' ? await trace?.resource(request.url().replace(/#.*$/s, '')) : null
    if (held) {
      const headers = { 'access-control-allow-origin': '*' }
      await route.fulfill({ status: held.status, contentType: held.contentType, body: Buffer.from(held.body), headers })
      return
    }
    if (refused.size < 100) refused.add(new URL(request.url()).origin)
    await route.abort('blockedbyclient')
  } catch {
    await route.abort('blockedbyclient').catch(() => undefined)
  }
}
