import { type Outline, outlineOf } from '../dom/outline.ts'
import type { Trace, TraceAction, TracePage } from '../dom/trace-types.ts'
import { routeOf } from './routes.ts'

/** How a request ended, as far as it can be compared: a redirect of a form and the answer to a script are both `ok`. */
export type Outcome = 'ok' | 'refused' | 'failed' | 'unanswered'

/** A request that is there to change something. */
export interface Mutation {
  readonly method: string
  readonly route: string
  readonly outcome: Outcome
}

/** What a step did, without what varies from run to run. */
export interface StepEffects {
  readonly kind: TraceAction['kind']
  readonly mutations: readonly Mutation[]
  /** Route of the page before the step. */
  readonly from: string | null
  /** Routes that the page came to by it, in order. */
  readonly reached: readonly string[]
  /** Dialogs of the browser, and files that were downloaded. */
  readonly dialogs: readonly string[]
  readonly downloads: number
  /** The page before and after; null where the trace does not show both. */
  readonly page: { readonly before: Outline; readonly after: Outline } | null
  /** True where the page is, to the letter, what it was. */
  readonly unmoved: boolean
}

/** Methods that change nothing, by RFC 9110 section 9.2.1. */
const SAFE = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE'])
const MAX_MUTATIONS = 50

/** Calls of the author on elements and pages, in the order in which they began. */
export const authoredCalls = (trace: Trace): readonly TraceAction[] =>
  trace.actions.filter((action) => !action.internal && (action.selector !== undefined || action.kind === 'navigate'))

const outcomeOf = (status: number): Outcome => {
  if (status <= 0) return 'unanswered'
  return status < 400 ? 'ok' : status < 500 ? 'refused' : 'failed'
}

const hostOf = (address: string | null | undefined): string[] => {
  try {
    return address && /^https?:/.test(address) ? [new URL(address).hostname] : []
  } catch {
    return []
  }
}

/** Hosts of the app, by name alone: ports differ from run to run. */
const hostsOf = (trace: Trace): ReadonlySet<string> =>
  new Set([trace.baseURL, ...trace.actions.map(({ url }) => url)].flatMap(hostOf))

/** The part of a trace in which a step's effects lie: to the end of the author's next call, which often waits for them. */
interface Window {
  readonly end: number
  readonly last: string | undefined
  readonly urls: readonly string[]
}

/**
 * @param own the next call has effects of its own that are looked at by themselves; then the window ends where it begins
 */
const windowOf = (trace: Trace, calls: readonly TraceAction[], step: TraceAction, own: boolean): Window => {
  const at = calls.indexOf(step)
  const next = calls[at + 1]
  const isCut = next !== undefined && (own || next.kind === 'navigate')
  const seen = next?.pageId === step.pageId ? next : undefined
  const last = (isCut ? seen?.beforeSnapshot : (seen?.afterSnapshot ?? seen?.beforeSnapshot)) ?? step.afterSnapshot
  const after = isCut ? undefined : calls.slice(at + 2).find(({ pageId }) => pageId === step.pageId)
  const urls = [
    step.afterSnapshot ? trace.frameHtml(step.afterSnapshot)?.url : undefined,
    seen?.url,
    last ? trace.frameHtml(last)?.url : undefined,
    after?.kind === 'navigate' ? undefined : after?.url,
  ]
  return {
    end: next === undefined ? Number.POSITIVE_INFINITY : isCut ? next.startTime : (next.endTime ?? next.startTime),
    last,
    urls: urls.filter((url): url is string => url !== undefined),
  }
}

/** Marks of the trace itself, which come and go with the call that is looked at. */
const MARKS = / __playwright_(?:target__|bounding_rect__|scroll_top_|scroll_left_)="[^"]*"/g

/** The page with the documents of its frames. */
const whole = ({ html, frames }: TracePage): string => html + [...frames.values()].map((frame) => frame.html).join('')

/** What one step of a run did. */
export const observeStep = (trace: Trace, step: TraceAction, nextIsOwn: boolean): StepEffects => {
  const calls = authoredCalls(trace)
  const window = windowOf(trace, calls, step, nextIsOwn)
  const hosts = hostsOf(trace)
  const isWithin = ({ time }: { readonly time: number }) => time >= step.startTime && time <= window.end
  const mutations = trace.requests
    .filter((request) => isWithin(request) && !SAFE.has(request.method))
    .filter(({ url }) => hostOf(url).some((host) => hosts.has(host)))
    .flatMap(({ method, url, status }): Mutation[] => {
      const route = routeOf(url)
      return route === null ? [] : [{ method, route, outcome: outcomeOf(status) }]
    })
  const from = step.url === undefined ? null : routeOf(step.url)
  const reached = window.urls.flatMap((url) => routeOf(url) ?? []).filter((route) => route !== from)
  // A call waits for its element: what came to the page until then is not its doing.
  const first = step.inputSnapshot ?? step.beforeSnapshot
  const before = first === undefined ? null : trace.frameHtml(first)
  const after = window.last === undefined ? null : trace.frameHtml(window.last)
  const events = trace.events.filter(isWithin)
  return {
    kind: step.kind,
    mutations: mutations.slice(0, MAX_MUTATIONS),
    from,
    reached: [...new Set(reached)],
    dialogs: events.filter(({ kind }) => kind === 'dialog').map(({ text }) => text),
    downloads: events.filter(({ kind }) => kind === 'download').length,
    page: before && after ? { before: outlineOf(whole(before)), after: outlineOf(whole(after)) } : null,
    unmoved:
      before !== null &&
      after !== null &&
      !before.truncated &&
      whole(before).replace(MARKS, '') === whole(after).replace(MARKS, ''),
  }
}
