import { rmSync } from 'node:fs'
import path from 'node:path'
import { type StandIn, startGitHub } from './github/index.ts'
import { runStep, type StepResult } from './runner-stand-in.ts'
import { makeSmallProject, type SmallProject } from './small-project.ts'

const ROOT = path.resolve(import.meta.dirname, '../..')
export const SMALL = { owner: 'octo', repo: 'lamps' } as const

/** The small project with a server beside it that both its commits were pushed to. */
export interface SmallGitHub extends SmallProject {
  readonly github: StandIn
  /** Runs the committed action as a runner does, for a push to the main branch or another event. */
  step(given?: {
    readonly with?: Readonly<Record<string, string>>
    readonly event?: { readonly name: string; readonly payload: object }
  }): Promise<StepResult>
  /** Removes what a run of the suite left. */
  clean(): void
  close(): Promise<void>
}

export async function makeSmallGitHub(): Promise<SmallGitHub> {
  const project = await makeSmallProject()
  const bare = path.join(path.dirname(project.root), `${path.basename(project.root)}-origin.git`)
  project.git('init', '--quiet', '--bare', bare)
  project.git('remote', 'add', 'origin', bare)
  project.git('push', '--quiet', 'origin', 'HEAD:refs/heads/main')
  const github = await startGitHub({ bareRepo: bare, ...SMALL })
  return {
    ...project,
    github,
    step: (given = {}) =>
      runStep({
        action: ROOT,
        workspace: project.root,
        with: given.with,
        token: github.world.token,
        event: given.event ?? { name: 'push', payload: { repository: { default_branch: 'main' } } },
        env: {
          ...project.env,
          GITHUB_REPOSITORY: `${SMALL.owner}/${SMALL.repo}`,
          GITHUB_API_URL: github.apiUrl,
          GITHUB_GRAPHQL_URL: github.graphqlUrl,
          GITHUB_SERVER_URL: github.serverUrl,
          GITHUB_SHA: project.git('rev-parse', 'HEAD').trim(),
          GITHUB_REF: 'refs/heads/main',
        },
      }),
    clean: () => {
      for (const left of ['test-results', 'blob-report', 'self-heal-report'])
        rmSync(path.join(project.root, left), { recursive: true, force: true })
    },
    close: async () => {
      await github.close()
      project.dispose()
      rmSync(bare, { recursive: true, force: true })
    },
  }
}
