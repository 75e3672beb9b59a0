import { type Outline, outlineOf } from '../dom/outline.ts'
import type { Trace, TraceAction, TracePage } from '../dom/trace-types.ts'
import { isSafe, type Mutation, outcomeOf } from './mutation.ts'
import { type PageChange, pageChange } from './page-change.ts'
import { routeOf } from './routes.ts'

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
  /** What the accessibility tree gained and lost; null where the trace does not show both pages. */
  readonly change: PageChange | null
  /** The page before and after; null where the trace does not show both. */
  readonly page: StepPage | null
  /** True where the page is, to the letter, what it was. */
  readonly unmoved: boolean
}

/** The page around a step. */
export interface StepPage {
  readonly before: Outline
  readonly after: Outline
  /** The page as the next calls found it, read when it is asked for: what comes late is seen only there. */
  later(): readonly Outline[]
  /** Milliseconds from the end of the step's call to the last of those. */
  laterMs(): number
}

const MAX_MUTATIONS = 50
/** Calls after the next one whose pages are looked at for what comes late. */
const LATER_CALLS = 3
/** Shorter typed texts are words of the page as often as not. */
const MIN_TYPED = 3
const MAX_TYPED = 40
/** Stands for what was typed. */
const TYPED = '•••'

/** Calls of the author on elements and pages, in the order in which they began. */
export const authoredCalls = (trace: Trace): readonly TraceAction[] =>
  trace.actions.filter((action) => !action.internal && (action.selector !== undefined || action.kind === 'navigate'))

export const hostOf = (address: string | null | undefined): string[] => {
  try {
    return address && /^https?:/.test(address) ? [new URL(address).hostname] : []
  } catch {
    return []
  }
}

/** Hosts of the app, by name alone: ports differ from run to run. */
export const hostsOf = (trace: Trace): ReadonlySet<string> =>
  new Set([trace.baseURL, ...trace.actions.map(({ url }) => url)].flatMap(hostOf))

/** The part of a trace in which a step's effects lie: to the end of the author's next call, which often waits for them. */
interface Window {
  readonly end: number
  readonly last: string | undefined
  /** Whether a call after the step waited for something: else its page was looked at when it may not have answered yet. */
  readonly waited: boolean
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
    // A call that was cut off with its test left no page behind it.
    waited: seen?.afterSnapshot !== undefined && !isCut,
    urls: urls.filter((url): url is string => url !== undefined),
  }
}

/** Marks of the trace itself, which come and go with the call that is looked at. */
const MARKS = / __playwright_(?:target__|bounding_rect__|scroll_top_|scroll_left_)="[^"]*"/g

/** The page with the documents of its frames. */
const whole = ({ html, frames }: TracePage): string => html + [...frames.values()].map((frame) => frame.html).join('')

const sinceCall = (step: TraceAction, { timestamp }: TracePage): number =>
  Math.max(0, Math.round(timestamp - (step.endTime ?? step.startTime)))

/** What was looked at for long has been seen, whatever waited; what nothing waited for has not. */
const LONG_MS = 1_000

const watchedMs = ({ waited }: Window, step: TraceAction, after: TracePage): number => {
  const ms = sinceCall(step, after)
  return waited || ms >= LONG_MS ? Math.max(1, ms) : 0
}

const pageOf = (
  trace: Trace,
  calls: readonly TraceAction[],
  step: TraceAction,
  before: TracePage,
  after: TracePage,
): StepPage => {
  const pages = (): readonly TracePage[] => {
    const next = calls.slice(calls.indexOf(step) + 1).filter(({ pageId }) => pageId === step.pageId)
    const goes = next.findIndex(({ kind }) => kind === 'navigate')
    return next
      .slice(0, goes < 0 ? undefined : goes)
      .slice(0, LATER_CALLS)
      .flatMap(({ afterSnapshot }) => {
        const found = afterSnapshot === undefined ? null : trace.frameHtml(afterSnapshot)
        return found ? [found] : []
      })
  }
  let seen: readonly TracePage[] | undefined
  let outlines: readonly Outline[] | undefined
  const later = () => {
    seen ??= pages()
    return seen
  }
  return {
    before: outlineOf(whole(before)),
    after: outlineOf(whole(after)),
    later() {
      outlines ??= later().map((page) => outlineOf(whole(page)))
      return outlines
    },
    laterMs: () => Math.max(0, ...later().map((page) => sinceCall(step, page))),
  }
}

/** What the test typed until a step ended: data wherever the page shows it, and perhaps a secret. */
const typedBefore = (calls: readonly TraceAction[], step: TraceAction): readonly string[] => {
  const texts = calls
    .slice(0, calls.indexOf(step) + 1)
    .flatMap(({ params }) => [params.value, params.text])
    .filter((text): text is string => typeof text === 'string' && text.trim().length >= MIN_TYPED)
  return [...new Set(texts.map((text) => text.trim()))].sort((a, b) => b.length - a.length).slice(0, MAX_TYPED)
}

const changeOf = ({ before, after }: StepPage, watchedMs: number, typed: readonly string[]): PageChange => {
  const mask = (text: string): string => typed.reduce((rest, value) => rest.replaceAll(value, TYPED), text)
  const masked = <T extends { readonly name: string }>(one: T): T => ({ ...one, name: mask(one.name) })
  const change = pageChange(before.accessibles, after.accessibles, watchedMs)
  return {
    ...change,
    said: change.said.map(mask),
    gained: change.gained.map(masked),
    lost: change.lost.map(masked),
    turned: change.turned.map(masked),
  }
}

/** What one step of a run did. */
export const observeStep = (trace: Trace, step: TraceAction, nextIsOwn: boolean): StepEffects => {
  const calls = authoredCalls(trace)
  const window = windowOf(trace, calls, step, nextIsOwn)
  const hosts = hostsOf(trace)
  const isWithin = ({ time }: { readonly time: number }) => time >= step.startTime && time <= window.end
  const mutations = trace.requests
    .filter((request) => isWithin(request) && !isSafe(request.method))
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
  const page = before && after ? pageOf(trace, calls, step, before, after) : null
  const events = trace.events.filter(isWithin)
  return {
    kind: step.kind,
    mutations: mutations.slice(0, MAX_MUTATIONS),
    from,
    reached: [...new Set(reached)],
    dialogs: events.filter(({ kind }) => kind === 'dialog').map(({ text }) => text),
    downloads: events.filter(({ kind }) => kind === 'download').length,
    change: page && after ? changeOf(page, watchedMs(window, step, after), typedBefore(calls, step)) : null,
    page,
    unmoved:
      before !== null &&
      after !== null &&
      !before.truncated &&
      whole(before).replace(MARKS, '') === whole(after).replace(MARKS, ''),
  }
}
