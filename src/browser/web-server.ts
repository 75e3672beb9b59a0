import { dirname } from 'node:path'
import type { Environment } from '../runner/environment.ts'
import type { WebServerConfig } from '../runner/playwright-outcomes.ts'
import { type AppSpec, type RunningApp, startApp } from './app.ts'

export interface WebServerOptions {
  readonly servers: readonly WebServerConfig[]
  /** The user's configuration; its folder is where the commands run. */
  readonly config: string | null
  readonly cwd: string
  readonly env: Environment
  readonly signal?: AbortSignal
}

/** How a `webServer` of a Playwright configuration is started; null for one without an address. */
export function webServerSpec(server: WebServerConfig, options: Omit<WebServerOptions, 'servers'>): AppSpec | null {
  const baseUrl = server.url ?? (server.port ? `http://127.0.0.1:${server.port}/` : null)
  if (baseUrl === null) return null
  return {
    kind: 'command',
    command: server.command,
    baseUrl,
    cwd: server.cwd ?? (options.config ? dirname(options.config) : options.cwd),
    env: { ...options.env, ...server.env },
    reuseExisting: server.reuseExistingServer ?? false,
    timeoutMs: server.timeout ?? 60_000,
    signal: options.signal,
  }
}

/**
 * Starts all web servers of a Playwright configuration as Playwright would, the first being the app. Null where there
 * is none. Where one does not come up the others are stopped again and the `Fault` says which.
 */
export async function startWebServers(options: WebServerOptions): Promise<RunningApp | null> {
  const started: RunningApp[] = []
  const stop = async () => {
    await Promise.all(started.map((app) => app.stop()))
  }
  try {
    for (const server of options.servers) {
      const spec = webServerSpec(server, options)
      if (spec) started.push(await startApp(spec))
    }
  } catch (error) {
    await stop()
    throw error
  }
  const [first] = started
  if (!first) return null
  const crashed = () => started.map((app) => app.crashed()).find((why) => why !== null) ?? null
  return { ...first, others: started.slice(1).map(({ origin }) => origin), crashed, stop }
}
