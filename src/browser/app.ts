import { statSync } from 'node:fs'
import type { Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { Fault } from '../fault.ts'
import { type Environment, withoutSecrets } from '../runner/environment.ts'
import { type Running, start } from '../runner/process.ts'
import { createStaticServer } from './static-server.ts'

/** How the app under test comes to life. */
export type AppSpec =
  | {
      readonly kind: 'static'
      /** Absolute. */
      readonly dir: string
      /** Where the tests expect the app; its port and path are used. A free port where absent. */
      readonly baseUrl?: string | null
    }
  | {
      readonly kind: 'command'
      /** Run by `bash -c` as written. */
      readonly command: string
      /** Where it answers once it is up; a port alone where only a connection is to be waited for. */
      readonly baseUrl: string
      readonly cwd: string
      readonly env: Environment
      /** As the user's configuration says: what already answers there is the app. */
      readonly reuseExisting?: boolean
      /** [60,000 ms] */
      readonly timeoutMs?: number
      readonly signal?: AbortSignal
    }

export interface RunningApp {
  /** `http://127.0.0.1:4173` */
  readonly origin: string
  /** Address of the app's start page, with its path. */
  readonly baseUrl: string
  /** Origins of what was started beside it, such as its API. */
  readonly others?: readonly string[]
  /** Why it is no longer there, with the tail of its output; null while it runs. */
  crashed(): string | null
  /** Stops it and everything it started. Never rejects; nothing happens to an app that was already there. */
  stop(): Promise<void>
}

/** Starts the app and waits until it answers. Rejects with a `Fault` that says why it did not come up. */
export function startApp(spec: AppSpec): Promise<RunningApp> {
  return spec.kind === 'static' ? startStatic(spec) : startCommand(spec)
}

async function startStatic(spec: Extract<AppSpec, { kind: 'static' }>): Promise<RunningApp> {
  if (!statSync(spec.dir, { throwIfNoEntry: false })?.isDirectory())
    throw new Fault({
      message: `app_dir names ${spec.dir}, which is no folder.`,
      remedy: 'Build the app before this step, or correct `app_dir`.',
      subject: spec.dir,
    })
  const wanted = spec.baseUrl ? parseUrl(spec.baseUrl) : null
  const server = createStaticServer({ dir: spec.dir, basePath: wanted?.pathname })
  const port = wanted ? Number(wanted.port || 80) : 0
  await listen(server, port)
  const address = server.address() as AddressInfo
  const origin = wanted ? wanted.origin : `http://127.0.0.1:${address.port}`
  return {
    origin,
    baseUrl: wanted ? wanted.href : `${origin}/`,
    crashed: () => null,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const why = error.code === 'EADDRINUSE' ? 'is taken by another program' : `cannot be used: ${error.message}`
      reject(
        new Fault(
          { message: `Port ${port} ${why}, so app_dir was not served.`, remedy: 'Stop the other program first.' },
          { cause: error },
        ),
      )
    })
    server.listen(port, '127.0.0.1', resolve)
  })
}

async function startCommand(spec: Extract<AppSpec, { kind: 'command' }>): Promise<RunningApp> {
  const url = parseUrl(spec.baseUrl)
  if (await answers(url)) {
    if (spec.reuseExisting) return { ...place(url), crashed: () => null, stop: async () => {} }
    throw new Fault({
      message: `Something answers at ${url.origin} before the app was started there.`,
      remedy: 'Stop it first, or drop start_command and give base_url alone to use what is there.',
      subject: spec.baseUrl,
    })
  }
  const { command, cwd } = spec
  const running = start({
    command: 'bash',
    args: ['-c', command],
    cwd,
    env: withoutSecrets(spec.env),
    maxOutput: 20_000,
  })
  let gone: string | null = null
  void running.exited.then((exit) => {
    gone = exit.error?.message ?? (exit.signal ? `it was ended by ${exit.signal}` : `it ended with code ${exit.code}`)
  })
  // A command that leaves a server in the background ends well and has done its work.
  const isDaemon = () => gone === 'it ended with code 0'
  const crashed = () => (gone === null || isDaemon() ? null : `${gone}.${tail(running)}`)
  try {
    await waitUntilUp(spec, url, crashed, running)
  } catch (error) {
    await running.stop()
    throw error
  }
  return { ...place(url), crashed, stop: () => running.stop() }
}

async function waitUntilUp(
  spec: Extract<AppSpec, { kind: 'command' }>,
  url: URL,
  crashed: () => string | null,
  running: Running,
): Promise<void> {
  const limit = spec.timeoutMs ?? 60_000
  const end = performance.now() + limit
  for (let pause = 50; ; pause = Math.min(pause * 1.5, 500)) {
    spec.signal?.throwIfAborted()
    const why = crashed()
    if (why !== null)
      throw new Fault({
        message: `The app did not come up: \`${spec.command}\`: ${why}`,
        remedy: 'Run the command by hand to see why.',
        subject: 'start_command',
      })
    if (await answers(url)) return
    if (performance.now() > end)
      throw new Fault({
        message: `The app did not answer at ${url.href} within ${Math.round(limit / 1000)} s.${tail(running)}`,
        remedy: 'Check that start_command serves at base_url.',
        subject: 'base_url',
      })
    await wait(pause)
  }
}

const place = (url: URL) => ({ origin: url.origin, baseUrl: url.href })

function tail(running: Running): string {
  const text = running.output().trimEnd().split('\n').slice(-15).join('\n').slice(-2_000)
  return text === '' ? '' : `\nIts last output:\n${text}`
}

function parseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null
  if (url && /^https?:$/.test(url.protocol)) return url
  throw new Fault({
    message: `base_url is ${JSON.stringify(text)}, which is no http address.`,
    remedy: 'Give it as http://127.0.0.1:4173.',
    subject: 'base_url',
  })
}

/** True where a server answers with anything but an error of its own; over TLS a connection is enough. */
async function answers(url: URL): Promise<boolean> {
  if (url.protocol === 'https:') return connects(url)
  try {
    const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(2_000) })
    await response.body?.cancel()
    return response.status < 500
  } catch {
    return false
  }
}

function connects(url: URL): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: url.hostname, port: Number(url.port || 443), timeout: 2_000 })
    const end = (isUp: boolean) => {
      socket.destroy()
      resolve(isUp)
    }
    socket.once('connect', () => end(true))
    socket.once('error', () => end(false))
    socket.once('timeout', () => end(false))
  })
}
