import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { run } from '../../scripts/fixture/process.ts'
import { jestModules } from '../../scripts/jest-env.ts'
import { heal } from '../../src/heal.ts'
import type { Report, Result } from '../../src/model.ts'
import { selfHeal } from '../support/cli.ts'

const MODULES = await jestModules()
if (MODULES === null) console.warn('skipped: jest could not be installed (is the registry of npm reachable?)')

let pump = `exports.status = () => ({ phase: 'Running', pressure: 3 })
exports.open = (name, { wait = false, ...others } = {}) => {
  const [unknown] = Object.keys(others)
  if (unknown) throw new TypeError('unknown option: ' + unknown)
  return { name, wait }
}
`
const FILES: Readonly<Record<string, string>> = {
  'package.json': JSON.stringify({
    name: 'pump',
    private: true,
    scripts: { test: 'jest --bail --maxWorkers 2' },
    jest: { testMatch: ['**/tests/*.spec.js'], setupFiles: ['./setup.js'] },
  }),
  'setup.js': `globalThis.pumpName = process.env.PUMP ?? 'north'\n`,
  '.gitignore': 'node_modules\nself-heal-report\n.healing_*\nreport.json\n',
  'src/pump.js': pump,
  'src/valve.js': 'exports.turn = () => true\n',
  'tests/pump.spec.js': `const { status, open } = require('../src/pump')

describe('pump', () => {
  it('runs ("now") $(touch pwned)', () => {
    const now = status()
    expect(now.phase).toBe('Running')
  })

  it('has pressure', () => {
    const { pressure } = status()
    expect(pressure).toBeGreaterThan(1)
  })

  it('waits', () => {
    expect(open(pumpName, { wait: true }).name).toBe('north')
  })
})
`,
  'tests/valve.spec.js': `const { turn } = require('../src/valve')

it('turns', () => {
  expect(turn()).toBe(true)
})
`,
}

describe.skipIf(MODULES === null)('a suite of jest', () => {
  const root = realpathSync(mkdtempSync(path.join(tmpdir(), 'self-heal-jest-')))
  afterAll(() => rmSync(root, { recursive: true, force: true }))
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.com', ...args], { cwd: root, stdio: 'pipe' })
  const write = (files: Readonly<Record<string, string>>): void => {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(root, name)), { recursive: true })
      writeFileSync(path.join(root, name), text)
    }
  }
  const jest = () =>
    run(process.execPath, ['node_modules/jest/bin/jest.js', '--json', '--outputFile=report.json'], { cwd: root })
  const healAgain = async (...args: readonly string[]): Promise<Report> => {
    const reports: Report[] = []
    await selfHeal(['heal', '--artifacts', 'report.json', '--retry', '--verify-runs', '1', ...args], {
      cwd: root,
      env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '' },
      engine: async (config, io) => {
        const outcome = await heal(config, io)
        reports.push(outcome.report)
        return outcome
      },
    })
    const [report] = reports
    if (!report) throw new Error('nothing was healed')
    return report
  }
  const of = (report: Report, title: string): Result | undefined =>
    report.results.find(({ tests }) => tests.some((test) => test.title.includes(title)))

  it('is healed by its own jest, and by the command that starts it; what is gone is not', async () => {
    write(FILES)
    symlinkSync(MODULES ?? '', path.join(root, 'node_modules'))
    git('init', '-q', '-b', 'main')
    git('add', '-A')
    git('commit', '-qm', 'Pump')
    expect((await jest()).output).toContain('Tests:       4 passed, 4 total')
    const change = (message: string, old: string, fresh: string): void => {
      pump = pump.replaceAll(old, fresh)
      write({ 'src/pump.js': pump })
      git('commit', '-qam', message)
    }
    change('Call the phase of a pump its state', 'phase', 'state')
    change('Measure no pressure', ', pressure: 3', '')
    change('Say what a pump waits for', 'wait ', 'waitReady ')
    git('mv', 'src/valve.js', 'src/tap.js')
    git('commit', '-qm', 'Call a valve a tap')
    await jest()

    for (const args of [[], ['--test-command', 'PUMP=north npm test']]) {
      const report = await healAgain(...args)
      expect(report.problems).toEqual([])
      const [runs, pressure, waits, turns] = ['runs', 'has pressure', 'waits', 'valve'].map((title) =>
        of(report, title),
      )
      expect([runs?.status, runs?.proposal?.new], runs?.reason).toEqual(['healed', 'state'])
      expect([waits?.status, waits?.proposal?.new], waits?.reason).toEqual(['healed', 'waitReady'])
      expect(pressure?.proposal?.edits ?? []).toEqual([])
      expect(pressure?.status).not.toBe('healed')
      // A file that does not load is known as one of jest's, and run as a whole.
      expect(turns?.tests[0]?.framework).toBe('jest')
      expect(turns?.diagnosis.failureType).toBe('api_changed')
    }
    expect(execFileSync('ls', { cwd: root, encoding: 'utf8' })).not.toContain('pwned')
  })
})
