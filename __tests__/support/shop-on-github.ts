import { execFileSync } from 'node:child_process'
import { cpSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import path from 'node:path'
import type { ShopRepo } from '../../scripts/fixture.ts'
import { findBrowsers } from '../../src/browser/find-browser.ts'
import { type StandIn, startGitHub } from './github/index.ts'
import { makeZip } from './make-zip.ts'
import { runStep, type StepResult } from './runner-stand-in.ts'

const ROOT = path.resolve(import.meta.dirname, '../..')
const OWNER = 'harbour'
const REPO = 'shop'
/** Runs of the stand-in: the green one on the commit before the redesign, and the failed one that the action runs in. */
const GREEN_RUN = 41
const THIS_RUN = 42

/** The shop's repository as GitHub has it after the job whose tests failed on the redesign. */
export interface ShopOnGitHub {
  readonly github: StandIn
  /** The repository on the side of GitHub. */
  readonly bare: string
  /** Runs the built action as the next step of that job. */
  heal(options: { readonly timeoutMs: number; readonly onLine?: (line: string) => void }): Promise<StepResult>
}

export const chromiumHere = (): string => {
  const found = findBrowsers({ env: process.env, roots: [ROOT] }).find((choice) => choice.kind === 'executable')
  if (found?.kind !== 'executable') throw new Error('No Chromium was found; run `node scripts/setup.mjs` first.')
  return found.path
}

/** @param failed name of the failed run of the suite whose artifacts lie in the work tree */
export const putShopOnGitHub = async (shop: ShopRepo, work: string, failed: string): Promise<ShopOnGitHub> => {
  const bare = path.join(work, 'origin.git')
  rmSync(bare, { recursive: true, force: true })
  execFileSync('git', ['clone', '--quiet', '--bare', shop.repo, bare])
  execFileSync('git', ['--git-dir', bare, 'branch', '--force', 'main', shop.v2Commit])
  const artifacts = shop.runs[failed]?.dir
  if (artifacts) {
    cpSync(path.join(artifacts, 'test-results'), path.join(shop.repo, 'test-results'), { recursive: true })
    cpSync(path.join(artifacts, 'report.json'), path.join(shop.repo, 'test-results', 'report.json'))
  }
  const github = await startGitHub({ bareRepo: bare, owner: OWNER, repo: REPO })
  const base = { workflowId: 7, branch: 'main' } as const
  github.world.runs.push(
    { ...base, id: GREEN_RUN, sha: shop.v1Commit, conclusion: 'success' },
    { ...base, id: THIS_RUN, sha: shop.v2Commit, conclusion: 'failure' },
  )
  if (shop.greenDir) {
    const zip = zipFolder(shop.greenDir)
    github.world.artifacts.push({ id: 1, runId: GREEN_RUN, name: 'test-results', zip, expired: false })
  }
  return {
    github,
    bare,
    heal: (options) =>
      runStep({
        ...options,
        action: ROOT,
        workspace: shop.repo,
        with: { app_dir: 'dist', timeout_minutes: '30' },
        token: github.world.token,
        event: { name: 'push', payload: { repository: { default_branch: 'main' } } },
        env: {
          ...shop.env,
          PLAYWRIGHT_CHROMIUM_EXECUTABLE_PATH: chromiumHere(),
          GITHUB_REPOSITORY: `${OWNER}/${REPO}`,
          GITHUB_RUN_ID: String(THIS_RUN),
          GITHUB_SHA: shop.v2Commit,
          GITHUB_REF: 'refs/heads/main',
          GITHUB_API_URL: github.apiUrl,
          GITHUB_GRAPHQL_URL: github.graphqlUrl,
          GITHUB_SERVER_URL: github.serverUrl,
        },
      }),
  }
}

/** All files of a folder as one archive, as an upload step makes it. */
const zipFolder = (folder: string): Buffer => {
  const files: Record<string, Buffer> = {}
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const file = path.join(folder, name)
    if (statSync(file).isFile()) files[name.split(path.sep).join('/')] = readFileSync(file)
  }
  return makeZip(files)
}
