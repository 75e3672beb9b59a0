import path from 'node:path'
import { type RunningApp, startApp } from '../browser/app.ts'
import type { BrowserSession } from '../browser/launch.ts'
import { type LiveMatch, lookFor } from '../browser/live-page.ts'
import { startWebServers } from '../browser/web-server.ts'
import { HealFault } from '../engine.ts'
import { indexed } from '../evidence/indexed.ts'
import type { Evidence, Problem } from '../model.ts'
import { count } from '../report/words.ts'
import type { Suite } from '../runner/playwright.ts'
import type { FailingPage } from './failing-page.ts'
import { goWay, type Place, type ReachedPage, type Way, wayOf } from './live-way.ts'
import type { Run } from './run.ts'
import type { Case, Cause } from './state.ts'

/** The first of a cause's tests whose way is known; a trace knows it best. */
const wayTo = ({ cases }: Cause): { readonly one: Case; readonly way: Way } | null => {
  const [first] = [...cases]
    .toSorted((a, b) => Number(b.trace !== null) - Number(a.trace !== null))
    .flatMap((one) => {
      const way = wayOf(one)
      return way ? [{ one, way }] : []
    })
  return first ?? null
}

/** The built app in Chromium, brought to the failing step, to try the broken locator and its repair on. */
export interface LiveCheck {
  /** What the live page says of a fix; null where there is no app, or no way to the failing step. */
  check(cause: Cause): Promise<LiveVerdict | null>
  /** The failing page of a test that left no trace, replayed from its source; null where there is a trace, or nothing to say. */
  page(cause: Cause): Promise<LiveFinding | null>
  /** Makes way for the tests: frees the port that their own server needs, and has the app that they use up. */
  release(): Promise<void>
  close(): Promise<void>
}

export interface LiveVerdict {
  /** False where the page was reached and the new locator does not find exactly one element that can be used. */
  readonly holds: boolean
  readonly evidence: Evidence
}

/** What came of replaying a page. */
export interface LiveFinding {
  readonly page: FailingPage | null
  /** Where the page comes from, or why it is not known. */
  readonly note: Evidence
}

/** Where the app comes from, and whether it may stay up while the tests run. */
type Source = { readonly start: () => Promise<RunningApp | null>; readonly stays: boolean } | null

const sourceOf = (run: Run, suite: Suite | null): Source => {
  const { config, env, signal } = run
  const suiteUrl = suite?.projects.map(({ use }) => use.baseURL).find((url) => url !== undefined) ?? null
  const address = config.baseUrl ?? suiteUrl
  if (config.startCommand && address) {
    const { startCommand } = config
    return {
      stays: true,
      start: () =>
        startApp({
          kind: 'command',
          command: startCommand,
          baseUrl: address,
          cwd: config.root,
          env,
          reuseExisting: true,
          signal,
        }),
    }
  }
  if (config.appDir) {
    const dir = path.resolve(config.root, config.appDir)
    // A suite that starts no server of its own expects the app where its base URL says.
    const isNeeded = suite !== null && suite.webServers.length === 0
    return { stays: true, start: () => startApp({ kind: 'static', dir, baseUrl: isNeeded ? address : null }) }
  }
  if (suite && suite.webServers.length > 0) {
    return {
      stays: false,
      start: () =>
        startWebServers({
          servers: suite.webServers,
          config: suite.config,
          cwd: suite.cwd,
          env,
          signal,
        }),
    }
  }
  return null
}

export const createLiveCheck = async (
  run: Run,
  suite: Suite | null,
  session: () => Promise<BrowserSession>,
): Promise<LiveCheck> => {
  const source = sourceOf(run, suite)
  let app: Promise<RunningApp | null> | null = null
  let isBroken = false
  const stop = async () => {
    const running = await app?.catch(() => null)
    app = null
    await running?.stop()
  }
  const start = async (): Promise<RunningApp | null> => {
    if (!source || isBroken) return null
    try {
      return await source.start()
    } catch (error) {
      run.signal.throwIfAborted()
      isBroken = true
      // A suite that starts no server of its own would find nothing there: all its tests would fail for that.
      if (suite !== null && suite.webServers.length === 0) throw error
      // Otherwise the tests themselves are the live proof; they say more, only later.
      if (error instanceof HealFault) run.report(error.problem)
      else throw error
      return null
    }
  }
  let crashes = 0
  /** Fixes are tried side by side; the app is started once for all of them, and again where it has crashed. */
  const ensure = async (): Promise<RunningApp | null> => {
    app ??= start()
    const asked = app
    const why = (await asked)?.crashed() ?? null
    if (why === null || app !== asked) return app
    crashes++
    run.report(crashed(why, crashes <= MAX_RESTARTS))
    isBroken = crashes > MAX_RESTARTS
    app = (async () => {
      await (await asked)?.stop()
      return start()
    })()
    return app
  }
  if (source?.stays) await ensure()
  return {
    async check(cause) {
      const found = wayTo(cause)
      const running = found ? await ensure() : null
      return found && running
        ? tryLive(run, cause, found.one, found.way, { app: running, suite, session: await session() })
        : null
    },
    async page(cause) {
      const cases = [...cause.cases]
      if (cases.some(({ trace }) => trace !== null)) return null
      const found = cause.diagnosis.locator ? wayTo(cause) : null
      const running = found ? await ensure() : null
      if (found && running)
        return replayedPage(run, cause, found.one, found.way, { app: running, suite, session: await session() })
      const [why] = cases.flatMap((one) => whyNotReplayed(one, running !== null) ?? [])
      return why === undefined ? null : without(why)
    },
    release: async () => {
      await (source?.stays ? ensure() : stop())
    },
    close: stop,
  }
}

/** An app that crashes again and again would cost the time of all else. */
const MAX_RESTARTS = 3

const crashed = (why: string, isAgain: boolean): Problem => ({
  message: `The app crashed while fixes were tried on it: ${why}`,
  remedy: isAgain
    ? 'It was started again; look for the fault in the app.'
    : `It crashed ${MAX_RESTARTS + 1} times and was left alone.`,
  subject: 'start_command',
})

const tryLive = async (run: Run, cause: Cause, one: Case, way: Way, place: Place): Promise<LiveVerdict | null> => {
  const selector = cause.verdict?.winner?.selector
  const broken = cause.diagnosis.locator?.selector
  if (!selector || !broken) return null
  const page = await goWay(run, one, way, place)
  if (typeof page === 'string') {
    const text = `The running app could not be brought to the failing step: ${page}`
    return { holds: true, evidence: { kind: 'live', for: false, weight: 0.1, text } }
  }
  try {
    const old = await lookFor(page, broken).catch(() => null)
    const found = await lookFor(page, selector).catch(() => null)
    const isList = (cause.lost?.matches ?? 1) > 1
    const holds = found !== null && (isList ? found.count > 0 : found.count === 1 && found.visible === 1)
    return {
      holds,
      evidence: {
        kind: 'live',
        for: holds,
        weight: holds ? 0.8 : 0.6,
        text: `On the running app the old locator finds ${say(old)}, the new one ${say(found)}`,
      },
    }
  } finally {
    await page.close()
  }
}

/** The page that a test's source leads to, where it is the page that the test failed on. */
const replayedPage = async (run: Run, cause: Cause, one: Case, way: Way, place: Place): Promise<LiveFinding> => {
  const broken = cause.diagnosis.locator?.selector
  const page = await goWay(run, one, way, place)
  if (typeof page === 'string') return without(`The page could not be replayed from the test’s source: ${page}`)
  let isGiven = false
  try {
    const index = indexed(await page.collect({ visual: true }))
    const old = broken === undefined ? null : await lookFor(page, broken).catch(() => null)
    if (!old || !failsAsReported(cause, old))
      return without(
        `On the page as replayed from the test’s source ${cause.diagnosis.affected} finds ${say(old)}, other than the report says`,
      )
    isGiven = true
    return {
      page: { view: page, index, isEarly: false, ...doubtIn(page) },
      note: {
        kind: 'live',
        for: true,
        weight: 0.1,
        text: `The page was replayed from the test’s source, ${count(way.actions.length - 1, 'step')}`,
      },
    }
  } finally {
    if (!isGiven) await page.close()
  }
}

const MAX_NAMED = 3

/** An app that did not get what it asked for may show less than it did when the test ran. */
const doubtIn = ({ missed }: ReachedPage): Pick<FailingPage, 'doubt'> => {
  if (missed.length === 0) return {}
  const named = [...missed.slice(0, MAX_NAMED), ...(missed.length > MAX_NAMED ? ['more'] : [])].join(', ')
  return { doubt: `The app was replayed without an answer to ${named}, and may show less than the test saw.` }
}

const without = (text: string): LiveFinding => ({ page: null, note: { kind: 'live', for: false, weight: 0.1, text } })

/** A page on which the broken locator does something else than when its test failed is another page. */
const failsAsReported = ({ diagnosis }: Cause, { count: found }: LiveMatch): boolean => {
  if (diagnosis.failureType !== 'selector_not_found') return found > 0
  return diagnosis.actual === 'none' || diagnosis.actual === null ? found === 0 : found > 1
}

/** Why a test's page is not replayed from its source, in words; null where that was not to be expected. */
const whyNotReplayed = ({ steps, trace }: Case, hasApp: boolean): string | null => {
  if (trace || !steps) return null
  const { gap, actions, failed } = steps
  if (!gap && failed?.selector === undefined) return null
  const known = `The steps before it are known from the test’s source`
  if (!gap) return hasApp ? null : `${known} (${actions.length}), but no app is given to replay them on`
  const place = gap.file === null ? '' : ` up to ${gap.file}:${gap.line}`
  return `${known} only${place || ' in part'}: ${gap.reason.replace(/\.$/, '')}`
}

const say = (found: LiveMatch | null): string => {
  if (!found) return 'nothing it could be asked for'
  if (found.count === 0) return 'nothing'
  const state =
    found.visible === found.count
      ? found.actionable === found.count
        ? 'visible and enabled'
        : 'visible'
      : `${found.visible} of them visible`
  return `${found.count} ${found.count === 1 ? 'element' : 'elements'}, ${state}`
}
