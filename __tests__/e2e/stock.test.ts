import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { HAS_PLAYWRIGHT, makeSmallProject, runSmallSuite, type SmallProject } from '../support/small-project.ts'
import { healJson } from '../support/spawn-cli.ts'

if (!HAS_PLAYWRIGHT) console.warn('skipped: fixtures/shop has no installed packages (run `npm ci` in it)')

/** Everything that a run may leave behind, in the places where a stock project has it. */
const LEFTOVERS = ['playwright-report', 'blob-report', 'test-results', 'junit.xml']
const OLD = "this.page.getByTestId('buy-button')"
const NEW = "this.page.getByTestId('basket-button')"

let project: SmallProject
/** Artifacts of real runs, outside of the project: `green`, `plain` (no traces) and `traced`. */
let kept: string

const keep = (name: string) => {
  for (const one of LEFTOVERS)
    cpSync(path.join(project.root, one), path.join(kept, name, one), { recursive: true, force: true })
  clear()
}
const clear = () => {
  for (const one of [...LEFTOVERS, 'self-heal-report', '.healing_fixes'])
    rmSync(path.join(project.root, one), { recursive: true, force: true })
}
const leave = (run: string, file: string) => {
  cpSync(path.join(kept, run, file), path.join(project.root, file), { recursive: true })
}

describe.skipIf(!HAS_PLAYWRIGHT)('a stock Playwright project is healed from', () => {
  beforeAll(async () => {
    project = await makeSmallProject()
    kept = mkdtempSync(path.join(tmpdir(), 'self-heal-kept-'))
    const all = '--reporter=html,blob,junit'
    project.git('checkout', '-q', 'HEAD~1', '--', 'site')
    await runSmallSuite(project, [all, '--trace=on'])
    keep('green')
    project.git('checkout', '-q', 'HEAD', '--', 'site')
    await runSmallSuite(project, [all])
    keep('plain')
    await runSmallSuite(project, [all, '--trace=retain-on-failure'])
    keep('traced')
  })
  afterEach(clear)
  afterAll(() => {
    project?.dispose()
    rmSync(kept, { recursive: true, force: true })
  })

  const healAlone = (...args: readonly string[]) =>
    healJson(['--verify-runs', '1', ...args], { cwd: project.root, env: project.env })
  const heal = (...args: readonly string[]) =>
    healAlone('--baseline', path.join(kept, 'green/test-results/**'), ...args)

  const expectHealed = ({ report, code, stderr }: Awaited<ReturnType<typeof heal>>) => {
    expect(report.problems, stderr).toEqual([])
    expect(report.results.map(({ status, tests }) => [status, tests.map(({ title }) => title)])).toEqual([
      ['healed', ['Lamp › goes into the basket']],
    ])
    expect(report.results[0]?.proposal?.diff).toContain(`-    return ${OLD}\n+    return ${NEW}\n`)
    expect(code).toBe(0)
    expect(project.git('status', '--porcelain')).toBe('')
    expect(readFileSync(path.join(project.root, 'tests/lamp-page.ts'), 'utf8')).toContain(OLD)
  }

  it.each([
    ['the HTML report alone', 'plain', 'playwright-report'],
    ['a blob report alone', 'plain', 'blob-report'],
    ['JUnit XML alone', 'plain', 'junit.xml'],
    ['one trace.zip alone', 'traced', 'test-results/lamp-Lamp-goes-into-the-basket/trace.zip'],
  ])('%s', async (_, run, file) => {
    leave(run, file)
    expectHealed(await heal())
  })

  it('the list of failed tests alone, with no trace of a green run anywhere', async () => {
    leave('plain', 'test-results/.last-run.json')
    const healed = await healAlone()
    expectHealed(healed)
    expect(healed.report.run.baselineSource).toBe('rerun')
    expect(project.git('worktree', 'list').trim().split('\n')).toHaveLength(1)
  })

  it('any of these, by a test command of its own', async () => {
    leave('plain', 'playwright-report')
    const report = readFileSync(path.join(project.root, 'playwright-report/index.html'))
    expectHealed(await heal('--test-command', 'npx playwright test --reporter=html {files} --grep {grep}'))
    expect(readFileSync(path.join(project.root, 'playwright-report/index.html')).equals(report)).toBe(true)
  })

  it('nothing, where another signature was asked for', async () => {
    leave('plain', 'junit.xml')
    const { report, code } = await heal('--only', '0123456789ab')
    expect(report.results.map(({ status, reason, proposal }) => [status, reason, proposal])).toEqual([
      ['skipped', 'Only 0123456789ab was asked for.', null],
    ])
    expect(report.problems[0]?.message).toMatch(/^No failure has the signature 0123456789ab; there are [0-9a-f]{12}\.$/)
    expect(code).toBe(1)
  })

  it('nothing, where the listed tests are not those of this checkout, and says so', async () => {
    project.write(
      'test-results/.last-run.json',
      JSON.stringify({ status: 'failed', failedTests: ['0123456789abcdef0123-0123456789abcdef0123'] }),
    )
    const { report, code } = await heal()
    expect(report.problems[0]?.message).toMatch(/\.last-run\.json: 1 of 1 failed tests are not in the suite/)
    expect(report.results).toEqual([])
    expect(code).not.toBe(0)
  })
})
