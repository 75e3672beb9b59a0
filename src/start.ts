import { readFileSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { runAction } from './action.ts'
import type { HealEngine } from './engine.ts'
import { createClient, useProxyFromEnvironment } from './github/client.ts'
import { createHost } from './github/host.ts'
import { stopSignal } from './stop-signal.ts'

/** Runs the action with this process's environment, the runner's files and the real GitHub. */
export async function startAction(heal: HealEngine): Promise<void> {
  const env = { ...process.env }
  // Programs that are started from here on, the tests above all, do not inherit the token.
  delete process.env.INPUT_TOKEN
  const host = createHost(env)
  const unproxied = useProxyFromEnvironment(env)
  if (unproxied !== null) host.info(unproxied)
  await runAction({
    env,
    payload: readPayload(env.GITHUB_EVENT_PATH),
    host,
    heal,
    connect: createClient,
    makeFolder: () => mkdtemp(path.join(env.RUNNER_TEMP || tmpdir(), 'self-heal-')),
    // A cancelled job gets a moment to restore the checkout before the runner kills what is left.
    signal: stopSignal(),
  })
}

/** What came with the event; an unreadable file counts as an empty payload, which `readEvent` says in words. */
function readPayload(file: string | undefined): unknown {
  if (!file) return {}
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return {}
  }
}
