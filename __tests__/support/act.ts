import { mkdtemp } from 'node:fs/promises'
import path from 'node:path'
import { runAction } from '../../src/action.ts'
import type { EngineConfig, EngineIo, HealOutcome } from '../../src/engine.ts'
import { createClient } from '../../src/github/client.ts'
import { type FakeHost, makeHost } from './fake-host.ts'
import type { StandIn } from './github/index.ts'
import type { TestRepository } from './github/repository.ts'

export interface ActOptions {
  readonly github: StandIn
  readonly repository: TestRepository
  /** What the engine answers. */
  readonly heal: (config: EngineConfig, io: EngineIo) => HealOutcome | Promise<HealOutcome>
  readonly env?: Readonly<Record<string, string>>
}

/** Runs the action as a runner would for an event of `octo/shop`, against the stand-in for GitHub. */
export async function actOn(
  name: string,
  payload: unknown,
  { github, repository, heal, env }: ActOptions,
): Promise<FakeHost> {
  const host = makeHost()
  await runAction({
    env: {
      GITHUB_REPOSITORY: 'octo/shop',
      GITHUB_EVENT_NAME: name,
      GITHUB_WORKSPACE: repository.checkout,
      GITHUB_API_URL: github.apiUrl,
      GITHUB_GRAPHQL_URL: github.graphqlUrl,
      GITHUB_SERVER_URL: github.serverUrl,
      GITHUB_RUN_ID: '70',
      GITHUB_SHA: repository.git('rev-parse', 'HEAD'),
      GITHUB_REF: 'refs/heads/main',
      INPUT_TOKEN: github.world.token,
      ...env,
    },
    payload,
    host,
    heal: async (config, io) => heal(config, io),
    connect: (options) => createClient({ ...options, sleep: async () => {} }),
    makeFolder: () => downloadFolder(repository),
  })
  return host
}

/** A new folder beside the repository, removed with it. */
export const downloadFolder = (repository: TestRepository): Promise<string> =>
  mkdtemp(path.join(path.dirname(repository.bare), 'download-'))
