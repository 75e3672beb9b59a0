import { setTimeout as wait } from 'node:timers/promises'
import type { Page, Request } from 'playwright-core'

/** What a page is waiting for. */
export interface Activity {
  /** Requests that are under way, without those that stay open by nature. */
  pending(): number
  stop(): void
}

const STAYS_OPEN = new Set(['websocket', 'eventsource', 'media', 'ping', 'manifest'])

/** Counts the requests of a page from now on. A request that takes longer than 5 s is held for a long poll. */
export function watchActivity(page: Page): Activity {
  const begun = new Map<Request, number>()
  const onStart = (request: Request) => {
    if (!STAYS_OPEN.has(request.resourceType())) begun.set(request, performance.now())
  }
  const onEnd = (request: Request) => begun.delete(request)
  page.on('request', onStart).on('requestfinished', onEnd).on('requestfailed', onEnd)
  return {
    pending: () => [...begun.values()].filter((at) => performance.now() - at < 5_000).length,
    stop: () => {
      page.off('request', onStart).off('requestfinished', onEnd).off('requestfailed', onEnd)
    },
  }
}

/** The parts of the DOM that the observer uses; this code knows no DOM types. */
interface Observing {
  readonly document: object
  readonly MutationObserver: new (
    heard: () => void,
  ) => { observe(node: object, options: object): void; disconnect(): void }
  setTimeout(then: () => void, ms: number): number
  clearTimeout(timer: number): void
}

/** Runs in the page: resolves true after `quiet` ms without a change of the DOM, false after `limit` ms at the latest. */
function quietDom([quiet, limit]: readonly [number, number]): Promise<boolean> {
  const page = globalThis as typeof globalThis & Observing
  return new Promise((resolve) => {
    const end = (isQuiet: boolean) => {
      observer.disconnect()
      resolve(isQuiet)
    }
    let timer = page.setTimeout(() => end(true), quiet)
    const observer = new page.MutationObserver(() => {
      page.clearTimeout(timer)
      timer = page.setTimeout(() => end(true), quiet)
    })
    observer.observe(page.document, { subtree: true, childList: true, attributes: true, characterData: true })
    page.setTimeout(() => end(false), limit)
  })
}

export interface SettleOptions {
  /** Time without requests and changes that counts as rest [150 ms]. */
  readonly quietMs?: number
  /** Time after which a page that never rests is taken as it is [4,000 ms]. */
  readonly limitMs?: number
}

/** Waits until a page rests: loaded, no requests under way, no changes of the DOM. True where it does. */
export async function settle(page: Page, activity: Activity, options: SettleOptions = {}): Promise<boolean> {
  const quietMs = options.quietMs ?? 150
  const end = performance.now() + (options.limitMs ?? 4_000)
  const left = () => Math.max(1, end - performance.now())
  await page.waitForLoadState('load', { timeout: left() }).catch(() => undefined)
  while (performance.now() < end) {
    // A navigation in between takes the observer's world away; then there is a new page to wait for.
    const isQuiet = await Promise.race([
      page.evaluate(quietDom, [quietMs, left()] as const).catch(() => false),
      wait(left() + 500, false),
    ])
    if (isQuiet && activity.pending() === 0) return true
    if (!isQuiet) await wait(Math.min(50, left()))
  }
  return false
}
