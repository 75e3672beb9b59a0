import type { Dialog, Page } from 'playwright-core'
import { asList, asRecord, asString } from '../dom/trace-lines.ts'
import type { TraceAction } from '../dom/trace-types.ts'
import { escapeRegExp } from '../locators/playwright-selector.ts'
import type { LivePage } from './live-page.ts'
import { SILENT, STEPS, type StepContext } from './replay-steps.ts'

export interface ReplayOptions {
  /** Where the traced app was, so that its addresses can be mapped to the running one. */
  readonly tracedBaseUrl?: string | null
  /** Maps selectors of earlier steps to what they were healed to. */
  readonly rewriteSelector?: (selector: string) => string
  /** Why the app is no longer there, or null. */
  readonly crashed?: () => string | null
  /** Folder that files to upload may come from. */
  readonly root?: string | null
  /** Longest time for one step [8,000 ms]. */
  readonly stepTimeoutMs?: number
  readonly signal?: AbortSignal
}

/** How far a replay came. */
export type ReplayResult =
  | { readonly ok: true; readonly steps: number; readonly skipped: readonly string[]; readonly durationMs: number }
  | {
      readonly ok: false
      readonly steps: number
      readonly skipped: readonly string[]
      readonly durationMs: number
      /** Title of the step that could not be done, as the author sees it. */
      readonly step: string
      /** Its number, from 1. */
      readonly number: number
      readonly reason: string
    }

/**
 * Does the steps of a traced test before the call `until` again on the running app, without the test's own code. Steps
 * that only look are left out, but an assertion that held is waited for, because it is what the test waited for. What the
 * last step set off may still be under way, as for the test's own next step: who looks at the page lets it come to rest
 * (`LivePage.rest`, `match`). Never rejects: what went wrong is in the result, with the step it went wrong at.
 */
export async function replay(
  live: LivePage,
  actions: readonly TraceAction[],
  until: string,
  options: ReplayOptions = {},
): Promise<ReplayResult> {
  const begun = performance.now()
  const end = actions.findIndex((action) => action.callId === until)
  const before = (end < 0 ? actions : actions.slice(0, end)).filter((action) => !action.internal)
  const tracedBaseUrl = options.tracedBaseUrl ?? firstAddress(actions)
  const pages = new PageMap(live)
  const answerDialogs = dialogAnswers(before)
  live.context.on('dialog', answerDialogs)
  const skipped: string[] = []
  let steps = 0
  const done = () => ({ steps, skipped, durationMs: Math.round(performance.now() - begun) })
  try {
    for (const action of before) {
      options.signal?.throwIfAborted()
      if (action.error) continue
      const wait = waitOf(action)
      const step = wait ?? (Object.hasOwn(STEPS, action.method) ? STEPS[action.method] : undefined)
      if (!step) {
        if (!SILENT.has(action.method)) skipped.push(action.title)
        continue
      }
      steps++
      const page = await pages.of(action)
      const context = stepContext(live, page, action, { ...options, tracedBaseUrl })
      const failure = await attempt(() => step(action, context))
      if (failure && !wait)
        return { ok: false, ...done(), step: action.title, number: steps, reason: reasonFor(failure, action, options) }
    }
    if (end >= 0) await pages.of(actions[end] as TraceAction)
    const crash = options.crashed?.() ?? null
    if (crash === null) return { ok: true, ...done() }
    const step = before.at(-1)?.title ?? 'the start'
    return { ok: false, ...done(), step, number: steps, reason: `The app crashed: ${crash}` }
  } catch (error) {
    return { ok: false, ...done(), step: 'the replay itself', number: steps, reason: firstLine(error) }
  } finally {
    live.context.off('dialog', answerDialogs)
  }
}

/** Without a base URL the test went to the app by its full address first. */
function firstAddress(actions: readonly TraceAction[]): string | null {
  const first = actions.find((action) => action.method === 'goto' && !action.internal)
  const url = asString(first?.params.url)
  return url && URL.canParse(url) && /^https?:/.test(url) ? `${new URL(url).origin}/` : null
}

async function attempt(step: () => Promise<unknown>): Promise<Error | null> {
  try {
    await step()
    return null
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error))
  }
}

type Wait = (action: TraceAction, context: StepContext) => Promise<unknown>

/** How to wait for what a test waited for; null for a step that is no wait. That it does not come about fails nothing. */
function waitOf(action: TraceAction): Wait | null {
  const { method, kind, params } = action
  if (method === 'waitForURL') return waitForAddress
  if (method !== 'expect') return null
  // It passed, so it came to be so.
  if (kind === 'absent' || (kind === 'expect' && params.isNot !== true)) return waitForElement
  return params.expression === 'to.have.url' && params.isNot !== true ? waitForAddress : null
}

const LONGEST_WAIT_MS = 3_000

const waitForElement: Wait = (action, { page, rewrite, timeout }) =>
  page
    .locator(rewrite(action.selector ?? ''))
    .first()
    .waitFor({ state: action.kind === 'absent' ? 'hidden' : 'attached', timeout: Math.min(timeout, LONGEST_WAIT_MS) })

/** Waits for an address or a pattern of one. Patterns are tried in the page, where a hostile one harms nothing of ours. */
const waitForAddress: Wait = async ({ params }, { page, mapUrl, timeout }) => {
  const asked = asRecord(asList(params.expectedText)[0])
  const limit = { timeout: Math.min(timeout, LONGEST_WAIT_MS) }
  const address = asString(params.url) ?? asString(asked.string)
  const source = asString(params.source) ?? asString(asked.regexSource)
  const flags = asString(params.flags) ?? asString(asked.regexFlags) ?? ''
  const pattern = source ?? (address?.includes('*') ? globPattern(address) : undefined)
  if (pattern !== undefined) await page.waitForFunction(isAtPattern, [pattern, flags] as const, limit)
  else if (address !== undefined) await page.waitForFunction(isAt, mapUrl(address), limit)
}

/** These two run in the page; this code knows no DOM types. */
type Located = typeof globalThis & { readonly location: { readonly href: string } }
const isAt = (href: string): boolean => (globalThis as Located).location.href === href
const isAtPattern = ([source, flags]: readonly [string, string]): boolean =>
  new RegExp(source, flags).test((globalThis as Located).location.href)

/** `**` stands for anything, `*` for anything without a slash; a relative one may begin anywhere. */
function globPattern(glob: string): string {
  const parts = glob
    .split(/(\*+)/)
    .map((part) => (/^\*/.test(part) ? (part === '*' ? '[^/]*' : '.*') : escapeRegExp(part)))
  return `${/^https?:/.test(glob) ? '^' : ''}${parts.join('')}$`
}

/** Steps get the time they took, doubled, and some for a slower machine. */
function stepContext(live: LivePage, page: Page, action: TraceAction, options: ReplayOptions): StepContext {
  const took = action.endTime === null ? 0 : action.endTime - action.startTime
  const limit = options.stepTimeoutMs ?? 8_000
  return {
    page,
    context: live.context,
    timeout: Math.min(limit, 3_000 + took * 2),
    mapUrl: (url) => mapUrl(url, options.tracedBaseUrl ?? null, live.baseUrl),
    isAllowed: live.isAllowed,
    rewrite: options.rewriteSelector ?? ((selector) => selector),
    root: options.root ?? null,
  }
}

/** An address of the traced app on the running one; addresses of others stay. Relative ones are the app's. */
export function mapUrl(url: string, traced: string | null, running: string): string {
  const from = traced && URL.canParse(traced) ? new URL(traced) : null
  const absolute = URL.canParse(url, from?.href ?? running) ? new URL(url, from?.href ?? running) : null
  if (!absolute || !from || absolute.origin !== from.origin) return absolute?.href ?? url
  const to = new URL(running)
  const base = from.pathname.replace(/[^/]*$/, '')
  const inner = absolute.pathname.startsWith(base) ? absolute.pathname.slice(base.length) : null
  const path = inner === null ? absolute.pathname : to.pathname.replace(/[^/]*$/, '') + inner
  return `${to.origin}${path}${absolute.search}${absolute.hash}`
}

/** Which live page stands for which traced one; new ones are popups, in the order in which the test used them. */
class PageMap {
  readonly #live: LivePage
  readonly #pages = new Map<string, Page>()
  constructor(live: LivePage) {
    this.#live = live
  }

  async of(action: TraceAction): Promise<Page> {
    const id = action.pageId
    if (id === undefined) return this.#live.current()
    let page = this.#pages.get(id)
    if (!page) {
      page = this.#pages.size === 0 ? this.#live.current() : await this.#next()
      this.#pages.set(id, page)
    }
    this.#live.setCurrent(page)
    return page
  }

  async #next(): Promise<Page> {
    const { context } = this.#live
    const free = () => context.pages().find((page) => ![...this.#pages.values()].includes(page))
    return free() ?? (await context.waitForEvent('page', { timeout: 5_000 }).catch(() => free() ?? context.newPage()))
  }
}

/** Dialogs are answered as the test answered them, in order; further ones are dismissed, as Playwright does. */
function dialogAnswers(actions: readonly TraceAction[]): (dialog: Dialog) => void {
  const answers = actions.filter((action) => action.class === 'Dialog')
  return (dialog) => {
    const answer = answers.shift()
    const given = answer?.method === 'accept' ? dialog.accept(asString(answer.params.promptText)) : dialog.dismiss()
    given.catch(() => undefined)
  }
}

function reasonFor(failure: Error, action: TraceAction, options: ReplayOptions): string {
  const crash = options.crashed?.() ?? null
  if (crash !== null) return `The app crashed: ${crash}`
  const text = firstLine(failure)
  if (/ERR_CONNECTION_REFUSED|ECONNREFUSED/.test(text)) return 'The app does not answer any more.'
  if (/Timeout \d+ms exceeded/.test(failure.message) && action.selector) {
    const seen = /resolved to|locator resolved/.test(failure.message)
    const locator = action.locatorText ?? action.selector
    return seen ? `${locator} is there but cannot be used: ${lastCause(failure)}` : `${locator} is not on the page.`
  }
  return text
}

/** The last obstacle in Playwright's call log, e.g. `element is not visible`. */
function lastCause(failure: Error): string {
  const causes = [...failure.message.matchAll(/- (element .+|<.+> intercepts pointer events.*)$/gm)]
  return causes.at(-1)?.[1]?.slice(0, 200) ?? 'it did not become actionable.'
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0]?.slice(0, 500) ?? ''
}
