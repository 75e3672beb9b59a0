import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { run, runOk } from '../../scripts/fixture/process.ts'
import { pluginPython } from '../../scripts/python-env.ts'
import type { HealOutcome } from '../../src/engine.ts'
import { heal } from '../../src/heal.ts'
import type { Result } from '../../src/model.ts'
import { selfHeal } from '../support/cli.ts'
import { NODE_PACKAGE, PYTHON_PACKAGE } from '../support/tideline.ts'

const MODULES = path.resolve(import.meta.dirname, '../../node_modules')

interface Suite {
  readonly home: string
  readonly root: string
  readonly all: readonly Result[]
  /** By the titles of their tests. */
  readonly results: ReadonlyMap<string, Result>
}

const write = (root: string, files: Readonly<Record<string, string>>): void => {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(root, name)), { recursive: true })
    writeFileSync(path.join(root, name), text)
  }
}

const makeRoot = (
  files: Readonly<Record<string, string>>,
): { home: string; root: string; git: (...args: string[]) => void } => {
  const home = realpathSync(mkdtempSync(path.join(tmpdir(), 'self-heal-packages-')))
  const root = path.join(home, 'repo')
  const git = (...args: string[]): void =>
    void execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.com', ...args], {
      cwd: root,
      stdio: 'pipe',
    })
  write(root, { '.gitignore': 'node_modules\n__pycache__\nself-heal-report\n.healing_*\nreports\n', ...files })
  git('init', '-q', '-b', 'main')
  git('add', '-A')
  git('commit', '-qm', 'Read the tide')
  return { home, root, git }
}

/** Heals in a checkout. */
const healed = async (
  root: string,
  artifacts: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Pick<Suite, 'all' | 'results'>> => {
  const all: Result[] = []
  await selfHeal(['heal', '--artifacts', ...artifacts, '--verify-runs', '1'], {
    cwd: root,
    env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', ...env },
    engine: async (config, io) => {
      const outcome: HealOutcome = await heal(config, io)
      all.push(...outcome.report.results)
      return outcome
    },
  })
  return { all, results: new Map(all.flatMap((result) => result.tests.map(({ title }) => [title, result] as const))) }
}

const saidOf = (result: Result | undefined): string =>
  [result?.reason, ...(result?.proposal?.evidence ?? []).map(({ text }) => text)].join('\n')

describe('a pytest suite whose package was upgraded', () => {
  let suite: Suite
  beforeAll(async () => {
    const { home, root, git } = makeRoot({
      'requirements.txt': 'tideline==1.0.0\n',
      'tests/test_gauge.py': `import tideline
from tideline import Gauge


def test_opens():
    assert tideline.open_gauge("north").__class__ is Gauge


def test_reads():
    gauge = Gauge()
    assert gauge.level_of("north") == 3
    assert gauge.level_of("south") == 2


def test_listens():
    assert tideline.listen("south", retries=2) == 2


def test_calibrates():
    assert Gauge().calibrate()


def test_enables():
    assert Gauge().enable_alarm()


def test_drains():
    assert Gauge().drain("north", slowly=True)


def test_sounds():
    assert tideline.sound("north")
`,
      'tests/test_import.py': `from tideline import close_gauge, open_gauge


def test_is_imported():
    assert close_gauge(open_gauge("south")).__class__ is not open_gauge
`,
    })
    const site = path.join(home, 'site')
    const python = await pluginPython()
    const env = { PYTHON: python, PYTHONPATH: site, PYTHONDONTWRITEBYTECODE: '1' }
    const install = async (version: '1' | '2'): Promise<void> => {
      const sources = path.join(home, `tideline-${version}`)
      write(sources, PYTHON_PACKAGE[version])
      await runOk(python, ['-m', 'pip', 'wheel', '--quiet', '--no-deps', '--no-build-isolation', '-w', home, sources], {
        cwd: home,
      })
      rmSync(site, { recursive: true, force: true })
      const wheel =
        readdirSync(home).find((name) => name.startsWith(`tideline-${version}`) && name.endsWith('.whl')) ?? ''
      await runOk(python, ['-m', 'pip', 'install', '--quiet', '--no-index', '--no-deps', '--target', site, wheel], {
        cwd: home,
      })
    }
    const pytest = () =>
      run(
        python,
        [
          '-m',
          'pytest',
          '-q',
          '-p',
          'no:cacheprovider',
          '--continue-on-collection-errors',
          '-o',
          'junit_family=xunit1',
          '--junitxml=reports/junit.xml',
        ],
        { cwd: root, env },
      )
    await install('1')
    expect((await pytest()).output).toContain('8 passed')
    await install('2')
    write(root, { 'requirements.txt': 'tideline==2.0.0\n' })
    git('commit', '-qam', 'Take the new tideline')
    await pytest()
    suite = { home, root, ...(await healed(root, ['reports/junit.xml'], env)) }
  })
  afterAll(() => rmSync(suite.home, { recursive: true, force: true }))

  it('calls a method by the name that a table of the package gives it, at all its places', () => {
    const result = suite.results.get('test_reads')
    expect([result?.status, result?.proposal?.new], result?.reason).toEqual(['healed', 'read_level'])
    expect(result?.proposal?.edits).toHaveLength(2)
    expect(saidOf(result)).toContain('tideline went from 1.0.0 to 2.0.0 in requirements.txt')
  })

  it('calls a function by the name whose own documentation says that it replaces the old one', () => {
    const result = suite.results.get('test_opens')
    expect([result?.status, result?.proposal?.new], result?.reason).toEqual(['healed', 'connect'])
    expect(saidOf(result)).toMatch(/tideline 2\.0\.0 says in __init__\.py:\d+ that “open_gauge” is called “connect”/)
  })

  it('mends an import at all places of its names, one name after the other', () => {
    const own = suite.all.filter(({ diagnosis }) => diagnosis.location?.file === 'tests/test_import.py')
    expect(own.map(({ status, proposal }) => [status, proposal?.new, proposal?.edits.length])).toEqual([
      ['healed', 'disconnect', 2],
      ['healed', 'connect', 3],
    ])
  })

  it('gives an argument by the name that the documentation of its function says', () => {
    const result = suite.results.get('test_listens')
    expect([result?.status, result?.proposal?.new], result?.reason).toEqual(['healed', 'attempts'])
  })

  it.each(['test_calibrates', 'test_sounds'])('leaves to a person what is gone without a successor: %s', (title) => {
    const result = suite.results.get(title)
    expect(result?.status).toBe('needs_human')
    expect(result?.proposal?.edits ?? []).toEqual([])
    expect(result?.reason).toContain('names nothing that takes its place')
  })

  it('never takes the opposite, whatever the package says', () => {
    const result = suite.results.get('test_enables')
    expect([result?.status, result?.proposal?.edits ?? []]).toEqual(['needs_human', []])
  })

  it('leaves to a person what cannot be called with what the test gives', () => {
    const result = suite.results.get('test_drains')
    expect([result?.status, result?.proposal?.edits ?? []]).toEqual(['needs_human', []])
    expect(saidOf(result)).toContain('“purge” does not take what the test gives to the old one')
  })
})

const NODE_TESTS: Readonly<Record<string, string>> = {
  reads: `expect(openOne().levelOf('north')).toBe(3)`,
  calibrates: `expect(openOne().calibrate()).toBe(true)`,
  opens: `expect(tideline.openGauge('north')).toBeDefined()`,
  sounds: `expect(tideline.sound('north')).toBe('north')`,
  counts: `expect(tideline.harbour.gauges.count()).toBe(2)`,
}

describe('suites of vitest and node:test whose package was upgraded', () => {
  let suite: Suite
  beforeAll(async () => {
    const { home, root, git } = makeRoot({
      'package.json': JSON.stringify(
        { name: 'harbour', private: true, type: 'module', dependencies: { tideline: '1.0.0' } },
        null,
        2,
      ),
      'tests/gauge.test.ts': `import * as tideline from 'tideline'
import { expect, it } from 'vitest'

const openOne = () => new tideline.Gauge()

${Object.entries(NODE_TESTS)
  .map(([name, body]) => `it('${name}', () => {\n  ${body}\n})\n`)
  .join('\n')}`,
      'checks/required.test.cjs': `const assert = require('node:assert/strict')
const test = require('node:test')
const tideline = require('tideline')
const { openGauge } = require('tideline')

test('is required by name', () => {
  assert.ok(openGauge('north'))
})

test('is required as a whole', () => {
  assert.ok(tideline.openGauge('south'))
})

test('sounds when required', () => {
  assert.ok(tideline.sound('south'))
})
`,
      'checks/opens.test.mjs': `import assert from 'node:assert/strict'
import test from 'node:test'
import { openGauge } from 'tideline'

test('is opened by name', () => {
  assert.ok(openGauge('north'))
})
`,
    })
    for (const version of ['1', '2'] as const) write(path.join(home, `v${version}`), NODE_PACKAGE[version])
    const install = async (version: '1' | '2'): Promise<void> => {
      rmSync(path.join(root, 'node_modules'), { recursive: true, force: true })
      const { output } = await runOkOutput('npm', ['pack', '--silent', path.join(home, `v${version}`)], home)
      await runOkOutput(
        'npm',
        ['install', '--silent', '--offline', '--no-audit', '--no-fund', '--no-save', path.join(home, output.trim())],
        root,
      )
      symlinkSync(path.join(MODULES, 'vitest'), path.join(root, 'node_modules/vitest'))
    }
    const runAll = async () => {
      const vitest = [
        'node_modules/vitest/vitest.mjs',
        'run',
        '--reporter=json',
        '--outputFile=reports/vitest.json',
        'tests',
      ]
      const told = await run(process.execPath, vitest, { cwd: root })
      const junit = [
        '--test',
        '--test-reporter=junit',
        '--test-reporter-destination=reports/checks.xml',
        'checks/opens.test.mjs',
        'checks/required.test.cjs',
      ]
      const checked = await run(process.execPath, junit, { cwd: root })
      return [told.code, checked.code]
    }
    mkdirSync(path.join(root, 'reports'))
    await install('1')
    expect(await runAll()).toEqual([0, 0])
    await install('2')
    write(root, {
      'package.json': JSON.stringify(
        { name: 'harbour', private: true, type: 'module', dependencies: { tideline: '2.0.0' } },
        null,
        2,
      ),
    })
    git('commit', '-qam', 'Take the new tideline')
    await runAll()
    suite = { home, root, ...(await healed(root, ['reports/vitest.json', 'reports/checks.xml'], {})) }
  })
  afterAll(() => rmSync(suite.home, { recursive: true, force: true }))

  it.each([
    ['opens', 'connect'],
    ['counts', 'instruments'],
  ])('reads the types of the package: %s', (title, fresh) => {
    const result = suite.results.get(title)
    expect([result?.status, result?.proposal?.new], result?.reason).toEqual(['healed', fresh])
    expect(saidOf(result)).toMatch(/tideline 2\.0\.0 says in index\.d\.ts:\d+ that/)
    expect(saidOf(result)).toContain('tideline went from 1.0.0 to 2.0.0 in package.json')
  })

  it('knows a method of an object of the package by what its documentation was called formerly', () => {
    const result = suite.results.get('reads')
    expect([result?.status, result?.proposal?.new], result?.reason).toEqual(['healed', 'readLevel'])
  })

  it('mends an import that node refuses', () => {
    const result = suite.results.get('is opened by name') ?? suite.results.get('checks/opens.test.mjs')
    expect([result?.status, result?.proposal?.new], result?.reason).toEqual(['healed', 'connect'])
  })

  it('mends what is required, by name and as a whole', () => {
    const [named, whole] = ['is required by name', 'is required as a whole'].map((title) => suite.results.get(title))
    expect([named?.status, named?.proposal?.edits.length, named?.proposal?.new], named?.reason).toEqual([
      'healed',
      2,
      'connect',
    ])
    expect([whole?.status, whole?.proposal?.new], whole?.reason).toEqual(['healed', 'connect'])
  })

  it.each(['calibrates', 'sounds', 'sounds when required'])(
    'leaves to a person what is gone without a successor: %s',
    (title) => {
      const result = suite.results.get(title)
      expect([result?.status, result?.proposal?.edits ?? []]).toEqual(['needs_human', []])
    },
  )
})

const runOkOutput = async (command: string, args: readonly string[], cwd: string): Promise<{ output: string }> => {
  const { code, output } = await run(command, args, { cwd })
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}: ${output}`)
  return { output }
}
