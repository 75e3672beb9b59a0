import path from 'node:path'
import type { FileReader } from './config/files.ts'
import { localFiles } from './config/local-files.ts'
import type { EngineConfig } from './engine.ts'
import type { GitHubClient } from './github/client.ts'
import { readFiles } from './github/commits.ts'
import { explain } from './github/errors.ts'
import type { EventContext } from './github/event.ts'
import { type ActionIo, type ActionRun, tellProblem } from './github/run.ts'
import { fetchExtensions } from './github/trusted-extensions.ts'

/** Modules and renames of the checkout, but of the default branch alone where the event is someone else's doing. */
export async function trustedExtensions({
  io,
  context,
  config,
  client,
}: ActionRun): Promise<EngineConfig['strategies']> {
  if (!isForeign(context)) return config.strategies
  if (client === null || context.defaultBranch === null) return { ...config.strategies, modules: [], root: null }
  const branch = `refs/heads/${context.defaultBranch}`
  try {
    const root = await fetchExtensions(client, branch, config.strategies.modules, await io.makeFolder())
    return { ...config.strategies, root }
  } catch (error) {
    const { problem } = explain(error, { what: 'reading extensions', needs: { contents: 'read' } })
    tellProblem(io.host, { ...problem, message: `Going on without modules and renames. ${problem.message}` })
    return { ...config.strategies, modules: [], root: null }
  }
}

function isForeign({ event }: EventContext): boolean {
  return event.kind === 'command' || event.kind === 'workflow_run' || (event.kind === 'tests' && event.writable)
}
/** Settings come from the checkout, but from the default branch alone where the event is someone else's doing. */
export function trustedFiles({ env }: ActionIo, context: EventContext, client: GitHubClient | null): FileReader {
  if (!isForeign(context)) return localFiles(path.resolve(env.GITHUB_WORKSPACE ?? process.cwd()))
  return async (file) => {
    if (client === null || context.defaultBranch === null) return null
    return (await readFiles(client, `refs/heads/${context.defaultBranch}`, [file])).get(file) ?? null
  }
}
