import { type Browser, chromium } from 'playwright-core'
import type { Trace, TracePage } from '../dom/trace-types.ts'
import { Fault } from '../fault.ts'
import { type BrowserChoice, type BrowserSearch, findBrowsers } from './find-browser.ts'
import { type LiveOptions, type LivePage, openLive } from './live-page.ts'
import type { LoadedPage } from './loaded-page.ts'
import { newTracePages } from './trace-page.ts'

/** One Chromium for a whole run. */
export interface BrowserSession {
  readonly browser: Browser
  readonly choice: BrowserChoice
  /** Loads a page rebuilt from a trace: JavaScript off, network closed, everything served from the trace. */
  openTracePage(page: TracePage, trace: Pick<Trace, 'resource'>): Promise<LoadedPage>
  /** The same, without a mark on the target; pages that are the same are loaded once and looked at by all who ask. */
  sharedTracePage(page: TracePage, trace: Pick<Trace, 'resource' | 'looks'>): Promise<LoadedPage>
  /** Opens the running app in a context of its own, closed to everything but the app and what the user allows. */
  openLive(options: LiveOptions): Promise<LivePage>
  /** Never rejects. */
  close(): Promise<void>
}

/** Chromium calls home when it may; on a closed network that only costs time. */
const QUIET = [
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  '--disable-quic',
]

/**
 * Starts the first Chromium that will start, or connects to the one given. Rejects with a `Fault` that lists what was
 * tried and why each failed.
 */
export async function launchBrowser(search: BrowserSearch & { timeoutMs?: number }): Promise<BrowserSession> {
  const failures: string[] = []
  for (const choice of findBrowsers(search).slice(0, 5)) {
    try {
      const browser = await open(choice, search.timeoutMs ?? 30_000)
      return session(browser, choice)
    } catch (error) {
      failures.push(`${describe(choice)}: ${firstLine(error)}`)
    }
  }
  throw new Fault({
    message: `No browser could be started. ${failures.join('; ')}.`,
    remedy: 'Check that it runs on this machine, or name another with `browser_path` or `browser_endpoint`.',
  })
}

function session(browser: Browser, choice: BrowserChoice): BrowserSession {
  const traces = newTracePages(browser)
  return {
    browser,
    choice,
    openTracePage: traces.open,
    sharedTracePage: traces.openShared,
    openLive: (options) => openLive(browser, options),
    close: () => browser.close().catch(() => undefined),
  }
}

function open(choice: BrowserChoice, timeout: number): Promise<Browser> {
  if (choice.kind === 'cdp') return chromium.connectOverCDP(choice.endpoint, { timeout })
  if (choice.kind === 'server') return chromium.connect(choice.endpoint, { timeout })
  const isRoot = process.getuid?.() === 0
  const args = isRoot ? [...QUIET, '--no-sandbox'] : QUIET
  return chromium.launch({
    executablePath: choice.path,
    args,
    timeout,
    chromiumSandbox: false,
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  })
}

/** Addresses of remote browsers may hold access tokens. */
function describe(choice: BrowserChoice): string {
  return choice.kind === 'executable' ? choice.path : new URL(choice.endpoint).host
}

function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  return (lines[0] ?? '').replace(/wss?:\/\/\S+|https?:\/\/\S+/g, '<address>').slice(0, 300)
}
