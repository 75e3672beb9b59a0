import { existsSync } from 'node:fs'
import path from 'node:path'
import type { RunningApp } from '../browser/app.ts'
import type { BrowserSession } from '../browser/launch.ts'
import { type LiveOptions, openLive } from '../browser/live-page.ts'
import type { LoadedPage } from '../browser/loaded-page.ts'
import { replay } from '../browser/replay.ts'
import type { Trace, TraceAction } from '../dom/trace.ts'
import type { Suite } from '../runner/playwright.ts'
import { findConfigFile } from '../steps/config.ts'
import { failedCall } from './diagnose.ts'
import type { Run } from './run.ts'
import type { Case } from './state.ts'

/** The app, and what its pages are opened with. */
export interface Place {
  readonly app: RunningApp
  readonly suite: Suite | null
  readonly session: BrowserSession
}

/** The steps that lead a test to the call it failed at. */
export interface Way {
  readonly actions: readonly TraceAction[]
  readonly failed: TraceAction
  /** Where the app was when the test ran; null where that is not known. */
  readonly baseUrl: string | null
  /** Null where the steps come from the test's source. */
  readonly trace: Trace | null
  /** What is known of the settings under `use` beside what the suite itself says. */
  readonly use: Readonly<Record<string, unknown>>
}

/** The way to a test's failing call, from its trace or, without one, from its source; null where neither tells all of it. */
export const wayOf = (one: Case): Way | null => {
  const { trace, steps } = one
  const failed = failedCall(one)
  if (!failed) return null
  if (trace) {
    const use = trace.viewport ? { viewport: trace.viewport } : {}
    return { actions: trace.actions, failed, baseUrl: trace.baseURL, trace, use }
  }
  if (!steps || steps.gap) return null
  const { baseURL } = steps.use
  const baseUrl = typeof baseURL === 'string' && URL.canParse(baseURL) ? baseURL : null
  return { actions: [...steps.actions, failed], failed, baseUrl, trace: null, use: steps.use }
}

/** The page at the failing step. */
export interface ReachedPage extends LoadedPage {
  /** What the app asked for on the way and did not get. */
  readonly missed: readonly string[]
}

/**
 * Opens the running app and goes a test's way there, up to before its failing call. Gives why it could not be gone, where
 * it could not; else the page at rest, which the caller closes.
 */
export const goWay = async (run: Run, one: Case, way: Way, place: Place): Promise<ReachedPage | string> => {
  const options = liveOptions(run, one, way, place)
  if (typeof options === 'string') return options
  const live = await openLive(place.session.browser, options).catch(asError)
  if (live instanceof Error) return `${live.message.split('\n')[0]?.slice(0, 200)} when its page was opened`
  let isGiven = false
  try {
    const reached = await replay(live, way.actions, way.failed.callId, {
      tracedBaseUrl: way.baseUrl,
      crashed: place.app.crashed,
      root: run.config.root,
      signal: run.signal,
    })
    if (!reached.ok) return `${reached.reason} at step ${reached.number}, ${reached.step}`
    const page = await live.rest()
    const crash = place.app.crashed()
    if (crash !== null) return `The app crashed: ${crash}`
    isGiven = true
    return { ...page, missed: live.missed(), close: () => live.close() }
  } finally {
    if (!isGiven) await live.close()
  }
}

/** The page as the test's own project would open it: signed in, in its language, on its screen. */
const liveOptions = (run: Run, one: Case, way: Way, { app, suite }: Place): LiveOptions | string => {
  const { config } = run
  const project = suite?.projects.find(({ name }) => name === (one.test.project ?? ''))
  const use = way.trace ? { ...way.use, ...project?.use } : { ...project?.use, ...way.use }
  const origins = [app.origin, ...(app.others ?? [])]
  // Of several servers the one that the tests open is the app.
  const asked = typeof use.baseURL === 'string' && URL.canParse(use.baseURL) ? new URL(use.baseURL) : null
  const baseUrl = asked && origins.includes(asked.origin) ? asked.href : app.baseUrl
  const state = storageStateOf(use.storageState, suite?.cwd ?? folderOfConfig(run, one))
  // A trace shows by itself what a test found that was not signed in; a source does not.
  if (state === null && !way.trace)
    return `what signs its user in, ${String(use.storageState).slice(0, 200)}, is not here: run the tests that write it before`
  return {
    baseUrl,
    allowHosts: [...origins.map((origin) => new URL(origin).host), ...(config.allowedHosts ?? [])],
    ...(way.trace ? { trace: way.trace } : {}),
    use,
    ...(state ? { storageState: state } : {}),
  }
}

/** Where a suite that was not loaded would run: relative paths of its settings start there. */
const folderOfConfig = ({ config: { root } }: Run, { test }: Case): string => {
  const exists = (file: string): string | null => (existsSync(path.join(root, file)) ? file : null)
  const file = findConfigFile(test.file, exists)
  return file === null ? root : path.dirname(path.join(root, file))
}

/**
 * What keeps a user signed in: a file, which the set-up of the project has written when its tests ran, or the state
 * itself. Undefined where there is none, null where the file is not there.
 */
const storageStateOf = (given: unknown, cwd: string): LiveOptions['storageState'] | null => {
  if (typeof given === 'string' && given !== '') {
    const file = path.resolve(cwd, given)
    return existsSync(file) ? file : null
  }
  const { cookies = [], origins = [] } = (typeof given === 'object' && given !== null ? given : {}) as StateLike
  return cookies.length + origins.length > 0 ? ({ cookies, origins } as LiveOptions['storageState']) : undefined
}

interface StateLike {
  readonly cookies?: readonly unknown[]
  readonly origins?: readonly unknown[]
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)))
