import { readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { MEMORY_BRANCH } from '../../src/github/memory.ts'
import type { Report } from '../../src/model.ts'
import { openBare } from '../support/github/git.ts'
import { type StandIn, startGitHub } from '../support/github/index.ts'
import { runStep, type StepResult } from '../support/runner-stand-in.ts'
import { HAS_PLAYWRIGHT, makeSmallProject, runSmallSuite, type SmallProject } from '../support/small-project.ts'

if (!HAS_PLAYWRIGHT) console.warn('skipped: fixtures/shop has no installed packages (run `npm ci` in it)')

const ROOT = path.resolve(import.meta.dirname, '../..')
const REF = `refs/heads/${MEMORY_BRANCH}`

let project: SmallProject | undefined
let github: StandIn | undefined
afterEach(async () => {
  expect(github?.violations ?? []).toEqual([])
  await github?.close()
  project?.dispose()
  project = undefined
})

/** The project with a server beside it, and both its commits pushed. */
const start = async (): Promise<{ project: SmallProject; github: StandIn }> => {
  const made = await makeSmallProject()
  project = made
  const bare = path.join(path.dirname(made.root), `${path.basename(made.root)}-origin.git`)
  made.git('init', '--quiet', '--bare', bare)
  made.git('remote', 'add', 'origin', bare)
  made.git('push', '--quiet', 'origin', 'HEAD:refs/heads/main')
  const started = await startGitHub({ bareRepo: bare, owner: 'octo', repo: 'lamps' })
  github = started
  return { project: made, github: started }
}

const step = (inputs: Record<string, string>, sha: string): Promise<StepResult> => {
  if (!project || !github) throw new Error('not started')
  return runStep({
    action: ROOT,
    workspace: project.root,
    with: inputs,
    token: github.world.token,
    event: { name: 'push', payload: { repository: { default_branch: 'main' } } },
    env: {
      ...project.env,
      GITHUB_REPOSITORY: 'octo/lamps',
      GITHUB_API_URL: github.apiUrl,
      GITHUB_GRAPHQL_URL: github.graphqlUrl,
      GITHUB_SERVER_URL: github.serverUrl,
      GITHUB_SHA: sha,
      GITHUB_REF: 'refs/heads/main',
    },
  })
}

describe.skipIf(!HAS_PLAYWRIGHT)('the committed dist, on a green run and on a red one after it', () => {
  it('records the green one on the memory branch, and heals the red one by it', async () => {
    const { project: shop, github: server } = await start()
    const { git, root } = shop
    const clean = () => {
      for (const left of ['test-results', 'blob-report'])
        rmSync(path.join(root, left), { recursive: true, force: true })
    }
    const green = git('rev-parse', 'HEAD~1').trim()
    git('checkout', '-q', 'HEAD~1', '--', 'site')
    await runSmallSuite(shop, ['--reporter=blob', '--trace=on'])
    const recorded = await step({ mode: 'record' }, green)
    expect(recorded.exitCode, recorded.log).toBe(0)
    expect(recorded.log).toMatch(/Recorded 3 steps of 2 tests/)
    expect(recorded.summary).toContain('Recorded 3 steps of 2 tests')
    const kept = openBare(server.world.git.dir)
    expect(kept.read(REF)).not.toBeNull()
    expect(kept.blob(`${REF}:baseline/last-run.json`)).toContain(green)

    git('checkout', '-q', 'HEAD', '--', 'site')
    clean()
    await runSmallSuite(shop, ['--reporter=blob', '--trace=off'])
    // No earlier commit can be built: what is healed is healed by the memory alone.
    const healed = await step({ build_command: 'exit 3', verify_runs: '1' }, git('rev-parse', 'HEAD').trim())
    expect(healed.exitCode, healed.log).toBe(0)
    expect(healed.log).toContain(`3 steps are recorded on the branch ${MEMORY_BRANCH}`)
    const report = JSON.parse(readFileSync(healed.outputs.report_json ?? '', 'utf8')) as Report
    expect(report.run).toMatchObject({ baselineSource: 'store', baselineCommit: green })
    expect(report.results[0]).toMatchObject({ status: 'healed', verification: { effects: 'same' } })
    expect(report.results[0]?.proposal?.evidence).toContainEqual(
      expect.objectContaining({ kind: 'baseline', text: expect.stringContaining('known from the baseline store') }),
    )
    expect(healed.outputs).toMatchObject({ healed: '1', pull_request_number: '1' })
    rmSync(server.world.git.dir, { recursive: true, force: true })
  }, 240_000)
})
