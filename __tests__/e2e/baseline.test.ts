import { rmSync } from 'node:fs'
import path from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { HAS_PLAYWRIGHT, makeSmallProject, runSmallSuite, type SmallProject } from '../support/small-project.ts'
import { healJson, spawnCli } from '../support/spawn-cli.ts'

if (!HAS_PLAYWRIGHT) console.warn('skipped: fixtures/shop has no installed packages (run `npm ci` in it)')

let project: SmallProject | undefined
afterEach(() => {
  project?.dispose()
  project = undefined
})

/** A project of which nothing is left but a failed run without traces, and its history. */
const failed = async (files: Readonly<Record<string, string>> = {}): Promise<SmallProject> => {
  project = await makeSmallProject(files)
  await runSmallSuite(project, ['--reporter=blob', '--trace=off'])
  rmSync(path.join(project.root, 'test-results'), { recursive: true, force: true })
  return project
}
const heal = ({ root, env }: SmallProject, ...args: readonly string[]) =>
  healJson(['--verify-runs', '1', ...args], { cwd: root, env })

describe.skipIf(!HAS_PLAYWRIGHT)('without any green trace', () => {
  it('the failing test is run on the commit before, and that tells what was lost and what it did', async () => {
    const { git, root, env } = await failed()
    const { report, stderr } = await healJson(['--verify-runs', '1'], { cwd: root, env })
    expect(report.problems, stderr).toEqual([])
    const [result] = report.results
    expect(result?.status).toBe('healed')
    expect(result?.verification?.effects).toBe('same')
    expect(result?.proposal?.diff).toContain("getByTestId('basket-button')")
    expect(report.run.baselineSource).toBe('rerun')
    expect(report.run.baselineCommit).toBe(git('rev-parse', 'HEAD~1').trim())
    expect(git('worktree', 'list').trim().split('\n')).toHaveLength(1)
    expect(git('status', '--porcelain')).toBe('')
  }, 180_000)

  it('what was recorded of an earlier green run tells it at once, and no earlier commit is built', async () => {
    project = await makeSmallProject()
    const { git, root, env } = project
    git('checkout', '-q', 'HEAD~1', '--', 'site')
    await runSmallSuite(project, ['--reporter=blob', '--trace=on'])
    const recorded = await spawnCli(['record'], { cwd: root, env })
    expect([recorded.code, recorded.stdout], recorded.stderr).toEqual([
      0,
      '.self-heal/baseline holds 3 steps of 2 tests.\n',
    ])
    git('checkout', '-q', 'HEAD', '--', 'site')
    for (const left of ['test-results', 'blob-report']) rmSync(path.join(root, left), { recursive: true, force: true })
    await runSmallSuite(project, ['--reporter=blob', '--trace=off'])
    const { report, stderr } = await heal(project, '--build-command', 'exit 3')
    expect(report.problems, stderr).toEqual([])
    expect(report.run.baselineSource).toBe('store')
    expect(report.results[0]?.status).toBe('healed')
    expect(report.results[0]?.verification?.effects).toBe('same')
  }, 240_000)

  it('a build that fails on that commit is said, and healing goes on without it', async () => {
    const { report } = await heal(await failed(), '--build-command', 'echo no compiler here; exit 3')
    expect(report.run.baselineSource).toBe('none')
    const problem = report.problems.find(({ subject }) => subject === 'build_command')
    expect(problem?.message).toMatch(/could not be run on the earlier commit [0-9a-f]{12}: .*ended with code 3/)
    expect(problem?.message).toContain('no compiler here')
    expect(report.results).toHaveLength(1)
    expect(report.results[0]?.verification?.effects ?? 'unknown').toBe('unknown')
  }, 180_000)
})
