import { mkdirSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { type EngineConfig, HealFault } from '../../src/engine.ts'
import { parseReport } from '../../src/report/json.ts'
import { engineThatReports, makeRepository, selfHeal } from '../support/cli.ts'
import { sampleReport, sampleResult } from '../support/reports.ts'

describe('self-heal heal', () => {
  it('gives the engine the options as one config', async () => {
    const cwd = makeRepository()
    const seen: EngineConfig[] = []
    await selfHeal(
      [
        'heal',
        '--artifacts',
        'a/**',
        'b.xml',
        '--app-dir',
        'build',
        '--confidence',
        '0.9',
        '--suggest-only',
        '--max-failures',
        '7',
        '--only',
        'abc',
        '--test-command',
        'npx playwright test {files}',
      ],
      { cwd, engine: engineThatReports(undefined, seen) },
    )
    expect(seen[0]).toMatchObject({
      root: cwd,
      artifacts: ['a/**', 'b.xml'],
      appDir: 'build',
      confidenceThreshold: 0.9,
      suggestOnly: true,
      maxFailures: 7,
      onlySignatures: ['abc'],
      testCommand: 'npx playwright test {files}',
      reportDir: path.join(cwd, 'self-heal-report'),
    })
  })

  it('takes paths as the user types them in a subfolder', async () => {
    const root = makeRepository()
    const cwd = path.join(root, 'packages/shop')
    mkdirSync(cwd, { recursive: true })
    const seen: EngineConfig[] = []
    await selfHeal(['heal', '--artifacts', 'results/**', '!results/old/**', '--report-dir', 'out'], {
      cwd,
      engine: engineThatReports(undefined, seen),
    })
    expect(seen[0]).toMatchObject({
      root,
      artifacts: ['packages/shop/results/**', '!packages/shop/results/old/**'],
      reportDir: path.join(cwd, 'out'),
    })
  })

  it('prints the outcome on standard output and the way there on standard error', async () => {
    const ran = await selfHeal(['heal'], { cwd: makeRepository(), engine: engineThatReports() })
    expect(ran.stdout).toContain('21 failed tests: 1 likely regression')
    expect(ran.stdout).toContain("getByTestId('buy') → getByTestId('purchase')  0.97  3f9a01c27be4")
    expect(ran.stdout).not.toContain('failed tests in 2 files')
    expect(ran.stderr).toMatch(/ s {2}collect {4}3 failed tests in 2 files\n/)
    expect(ran.stderr).toContain('1/1 cart › \\u{1b}[31madds')
    expect(ran.stderr).toContain('Report: self-heal-report/index.html')
    expect(ran.stderr).toContain('4 fixes in .healing_fixes')
  })

  it('prints nothing but the report with --json', async () => {
    const ran = await selfHeal(['heal', '--json'], { cwd: makeRepository(), engine: engineThatReports() })
    expect(await parseReport(ran.stdout)).toEqual(sampleReport())
  })

  it('exits 0 where nothing is left, 1 where something is, 2 where the run broke off', async () => {
    const cwd = makeRepository()
    const healed = sampleReport([sampleResult({ status: 'healed' })])
    expect((await selfHeal(['heal'], { cwd, engine: engineThatReports(healed) })).code).toBe(0)
    expect((await selfHeal(['heal'], { cwd, engine: engineThatReports() })).code).toBe(1)
    const early = { ...healed, run: { ...healed.run, reached: 'verify' as const } }
    const problem = { message: 'The app did not come up.', remedy: 'Run it by hand.' }
    const broken = await selfHeal(['heal'], { cwd, engine: engineThatReports({ ...early, problems: [problem] }) })
    expect(broken.code).toBe(2)
    expect(broken.stderr).toContain('✖ The app did not come up.\n  Run it by hand.\n')
  })

  it('exits 2 with problem and remedy where the engine cannot work', async () => {
    const ran = await selfHeal(['heal', '--json'], {
      cwd: makeRepository(),
      engine: async () => {
        throw new HealFault({ message: 'No artifacts match x/**.', remedy: 'Did you mean y/**?' })
      },
    })
    expect(ran).toEqual({ code: 2, stdout: '', stderr: '✖ No artifacts match x/**.\n  Did you mean y/**?\n' })
  })

  it('exits 2 where it was interrupted', async () => {
    const ran = await selfHeal(['heal'], {
      cwd: makeRepository(),
      engine: engineThatReports(),
      signal: AbortSignal.abort(),
    })
    expect(ran.code).toBe(2)
    expect(ran.stderr).toContain('The run was interrupted; the checkout is as it was.')
  })

  it.each([
    [['heal', '--confidence', 'high'], '--confidence'],
    [['heal', '--app-dir', 'x', '--start-command', 'y', '--base-url', 'http://localhost:1'], '--app-dir'],
    [['heal', '--shard', '5/4'], '--shard'],
    [['heal', '--nonsense'], '--nonsense'],
    [['heall'], 'heal'],
    [['record'], 'not available'],
    [['mcp'], 'not available'],
  ])('exits 2 for %j and names what is wrong', async (args, named) => {
    const ran = await selfHeal(args, { cwd: makeRepository(), engine: engineThatReports() })
    expect(ran.code).toBe(2)
    expect(ran.stderr).toContain(named)
    expect(ran.stdout).toBe('')
  })

  it('says so outside a git repository', async () => {
    const cwd = mkdtempSync(path.join(tmpdir(), 'self-heal-no-git-'))
    const ran = await selfHeal(['heal'], { cwd, engine: engineThatReports() })
    expect(ran.code).toBe(2)
    expect(ran.stderr).toContain(`${cwd} is not in a git repository.`)
  })

  it('shows one changing line at a terminal, and leaves the finished stages', async () => {
    const ran = await selfHeal(['heal'], {
      cwd: makeRepository(),
      engine: engineThatReports(),
      typed: [],
      env: { CI: '' },
    })
    expect(ran.stderr).toContain('reading artifacts')
    expect(ran.stderr).toContain('\r\u001b[2K')
    const kept = ran.stderr
      .split('\n')
      .map((line) => line.split('\r\u001b[2K').at(-1))
      .join('\n')
    expect(kept).toContain('3 failed tests in 2 files\n')
    expect(kept).not.toContain('reading artifacts')
  })

  it('knows its version and prints help without a command', async () => {
    const cwd = makeRepository()
    expect((await selfHeal(['--version'], { cwd })).stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
    const help = await selfHeal([], { cwd })
    expect(help.code).toBe(0)
    for (const command of ['heal', 'review', 'apply', 'record', 'explain', 'mcp'])
      expect(help.stdout).toContain(`  ${command} `)
  })
})
