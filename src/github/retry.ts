import type { Octokit } from '@octokit/rest'
import { readAnswer } from './errors.ts'

/** How patient the client is. Times in milliseconds. */
export interface Patience {
  /** Tries in all, the first included. */
  readonly tries: number
  /** The wait before the second try; it doubles from there. */
  readonly firstWaitMs: number
  /** The longest single wait, whatever GitHub asks for. */
  readonly longestWaitMs: number
  /** Limit of one request. */
  readonly requestMs: number
}

export const PATIENCE: Patience = { tries: 4, firstWaitMs: 1_000, longestWaitMs: 60_000, requestMs: 60_000 }

/**
 * Repeats requests that failed for a passing reason. Rate limits: the request was not carried out, so any may be
 * repeated, after the time that GitHub asks for. Faults of the server or the network: only what is safe to do twice.
 */
export function addRetries(
  octokit: Octokit,
  patience: Patience,
  log: (line: string) => void,
  sleep: (ms: number) => Promise<void>,
): void {
  octokit.hook.wrap('request', async (request, options) => {
    for (let attempt = 1; ; attempt++) {
      const signal = AbortSignal.timeout(patience.requestMs)
      try {
        return await request({ ...options, request: { signal, ...options.request } })
      } catch (error) {
        const wait = attempt < patience.tries ? waitBefore(error, options, attempt, patience) : null
        if (wait === null) throw error
        const { status } = readAnswer(error)
        log(`GitHub answered ${status ?? 'nothing'}; trying again in ${Math.round(wait / 100) / 10} s.`)
        await sleep(wait)
      }
    }
  })
}

/** Milliseconds to wait before trying again, or null where trying again is of no use or not safe. */
function waitBefore(
  error: unknown,
  options: { method?: string; query?: unknown },
  attempt: number,
  patience: Patience,
): number | null {
  const { status, message } = readAnswer(error)
  const backoff = Math.min(patience.firstWaitMs * 2 ** (attempt - 1), patience.longestWaitMs)
  const limited = status === 429 || (status === 403 && /rate limit|abuse detection/i.test(message))
  if (limited) {
    const asked = askedWait(error)
    if (asked !== null && asked > patience.longestWaitMs) return null
    return Math.max(asked ?? 0, backoff)
  }
  const passing = status === null || status >= 500
  return passing && isSafeTwice(options) ? backoff : null
}

function isSafeTwice({ method = 'GET', query }: { method?: string; query?: unknown }): boolean {
  if (typeof query === 'string') return !/^\s*mutation\b/.test(query)
  return method !== 'POST'
}

/** What GitHub asks for by `retry-after` or by the reset time of an empty quota, in milliseconds. */
function askedWait(error: unknown): number | null {
  const headers =
    error instanceof Error && 'response' in error
      ? (error.response as { headers?: Readonly<Record<string, string | number | undefined>> } | undefined)?.headers
      : undefined
  const after = Number(headers?.['retry-after'])
  if (headers?.['retry-after'] !== undefined && Number.isFinite(after)) return after * 1_000
  const date = Date.parse(String(headers?.date ?? ''))
  const reset = Number(headers?.['x-ratelimit-reset'])
  if (headers?.['x-ratelimit-remaining'] === '0' && Number.isFinite(reset) && Number.isFinite(date)) {
    return Math.max(0, reset * 1_000 - date)
  }
  return null
}
