import type { Trace, TraceAction } from '../dom/trace.ts'
import { routeOf } from './routes.ts'
import { hostOf, hostsOf } from './step-effects.ts'

/** What went wrong in the product before a test failed, in words: an exception that nobody caught, a failing server. */
export interface Trouble {
  readonly text: string
  /** Whether a green run of the same test is known, and had no such trouble. */
  readonly isNew: boolean
}

const MAX_TROUBLES = 3
const SERVER_ERROR = 500

const saidIn = (trace: Trace, until: number): readonly string[] => {
  const hosts = hostsOf(trace)
  const thrown = trace.events
    .filter(({ kind, time }) => kind === 'exception' && time <= until)
    .map(({ text }) => `the page threw “${text.split('\n', 1)[0]?.slice(0, 160) ?? ''}”`)
  const answered = trace.requests
    .filter(
      ({ status, time, url }) => status >= SERVER_ERROR && time <= until && hostOf(url).some((host) => hosts.has(host)),
    )
    .map(({ method, url, status }) => `${method} ${routeOf(url) ?? url} was answered with ${status}`)
  return [...new Set([...thrown, ...answered])]
}

/** Ids, counts and addresses differ from run to run. */
const kindOf = (text: string): string => text.replace(/https?:\/\/[^\s”]+/g, 'URL').replace(/\p{N}+/gu, '#')

/**
 * What went wrong in the product until a test failed, at most three; what a green run of the same test lived with is left
 * out.
 *
 * @param green a trace of that run; null where there is none
 */
export const troublesOf = (trace: Trace, failed: TraceAction, green: Trace | null): readonly Trouble[] => {
  const known = new Set(green ? saidIn(green, Number.POSITIVE_INFINITY).map(kindOf) : [])
  return saidIn(trace, failed.endTime ?? Number.POSITIVE_INFINITY)
    .filter((text) => !known.has(kindOf(text)))
    .slice(0, MAX_TROUBLES)
    .map((text) => ({ text, isNew: green !== null }))
}
