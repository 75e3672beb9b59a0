import { existsSync } from 'node:fs'
import path from 'node:path'
import { type RunningApp, startApp } from '../browser/app.ts'
import type { BrowserSession } from '../browser/launch.ts'
import { type LiveMatch, type LiveOptions, openLive } from '../browser/live-page.ts'
import { replay } from '../browser/replay.ts'
import { startWebServers } from '../browser/web-server.ts'
import { HealFault } from '../engine.ts'
import type { Evidence } from '../model.ts'
import type { Suite } from '../runner/playwright.ts'
import { failedCall } from './diagnose.ts'
import type { Run } from './run.ts'
import type { Case, Cause } from './state.ts'

/** The built app in Chromium, brought to the failing step, to try the broken locator and its repair on. */
export interface LiveCheck {
  /** What the live page says of a fix; null where there is no app or no trace to replay. */
  check(cause: Cause): Promise<LiveVerdict | null>
  /** Frees the port that the tests' own server needs. */
  release(): Promise<void>
  close(): Promise<void>
}

export interface LiveVerdict {
  /** False where the page was reached and the new locator does not find exactly one element that can be used. */
  readonly holds: boolean
  readonly evidence: Evidence
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
  /** Fixes are tried side by side; the app is started once for all of them. */
  const ensure = (): Promise<RunningApp | null> => {
    app ??= start()
    return app
  }
  if (source?.stays) await ensure()
  return {
    async check(cause) {
      const one = [...cause.cases].find(({ trace }) => trace !== null)
      const running = one ? await ensure() : null
      return one && running ? tryLive(run, cause, one, { app: running, suite, session: await session() }) : null
    },
    release: async () => {
      if (!source?.stays) await stop()
    },
    close: stop,
  }
}

interface Place {
  readonly app: RunningApp
  readonly suite: Suite | null
  readonly session: BrowserSession
}

/** The page as the test's own project would open it: signed in, in its language, on its screen. */
const liveOptions = ({ config }: Run, one: Case, { app, suite }: Place): LiveOptions => {
  const { trace } = one
  const project = suite?.projects.find(({ name }) => name === (one.test.project ?? ''))
  const use = project?.use ?? {}
  const origins = [app.origin, ...(app.others ?? [])]
  // Of several servers the one that the tests open is the app.
  const asked = use.baseURL && URL.canParse(use.baseURL) ? new URL(use.baseURL) : null
  const baseUrl = asked && origins.includes(asked.origin) ? asked.href : app.baseUrl
  const state = storageStateOf(use.storageState, suite?.cwd ?? config.root)
  return {
    baseUrl,
    allowHosts: [...origins.map((origin) => new URL(origin).host), ...(config.allowedHosts ?? [])],
    ...(trace ? { trace } : {}),
    use: { ...(trace?.viewport ? { viewport: trace.viewport } : {}), ...use },
    ...(state === undefined ? {} : { storageState: state }),
  }
}

/** The file that keeps a user signed in; the set-up of the project has written it when its tests ran. */
const storageStateOf = (given: unknown, cwd: string): string | undefined => {
  if (typeof given !== 'string' || given === '') return undefined
  const file = path.resolve(cwd, given)
  return existsSync(file) ? file : undefined
}

const tryLive = async (run: Run, cause: Cause, one: Case, place: Place): Promise<LiveVerdict | null> => {
  const { app, session } = place
  const { trace } = one
  const failed = failedCall(one)
  const selector = cause.verdict?.winner?.selector
  const broken = cause.diagnosis.locator?.selector
  if (!trace || !failed || !selector || !broken) return null
  const unreached = (text: string): LiveVerdict => ({
    holds: true,
    evidence: {
      kind: 'live',
      for: false,
      weight: 0.1,
      text: `The running app could not be brought to the failing step: ${text}`,
    },
  })
  const live = await openLive(session.browser, liveOptions(run, one, place)).catch(asError)
  if (live instanceof Error) return unreached(`${live.message.split('\n')[0]?.slice(0, 200)} when its page was opened`)
  try {
    const reached = await replay(live, trace.actions, failed.callId, {
      tracedBaseUrl: trace.baseURL,
      crashed: app.crashed,
      root: run.config.root,
      signal: run.signal,
    })
    if (!reached.ok) return unreached(`${reached.reason} at step ${reached.number}, ${reached.step}`)
    const old = await live.match(broken).catch(() => null)
    const found = await live.match(selector).catch(() => null)
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
    await live.close()
  }
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)))

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
