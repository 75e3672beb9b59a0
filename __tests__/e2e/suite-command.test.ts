import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findPython } from '../../scripts/operator-fixture.ts'
import type { Framework, TestRef } from '../../src/model.ts'
import { commandFor } from '../../src/runner/command-framework.ts'
import { SUITE_RUNNERS } from '../../src/runner/suite-runners.ts'
import { makePythonProject } from '../support/python-project.ts'

const MODULES = path.resolve(import.meta.dirname, '../../node_modules')

const FILES: Readonly<Record<string, string>> = {
  'package.json': JSON.stringify({
    name: 'lamps',
    private: true,
    type: 'module',
    scripts: {
      test: 'npm run unit',
      unit: 'vitest --config own.config.mjs --bail 1 --retry=2',
      check: 'node --test',
    },
  }),
  'own.config.mjs': `export default { test: { include: ['specs/**/*.check.mjs'], setupFiles: ['./setup.mjs'] } }\n`,
  'setup.mjs': `globalThis.lamp = { phase: 'lit' }\n`,
  'specs/lamp.check.mjs': `import { appendFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

describe('lamp', () => {
  it('burns', () => { appendFileSync('ran.log', 'burns\\n'); expect(lamp.phase).toBe('dark') })
  it('is bright ($(touch pwned))', () => { appendFileSync('ran.log', 'bright\\n'); expect(lamp.phase).toBe('lit') })
  it('hums', () => { appendFileSync('ran.log', 'hums\\n') })
})
`,
  'checks/lamp.test.mjs': `import assert from 'node:assert/strict'
import { appendFileSync } from 'node:fs'
import test from 'node:test'

test('burns "brightly"', () => { appendFileSync('ran.log', 'brightly\\n'); assert.equal(process.env.LAMP, 'lit') })
test('hums', () => { appendFileSync('ran.log', 'hums\\n') })
`,
  'own.ini': '[pytest]\naddopts = -x\npython_files = check_*.py\n',
  'tests/check_lamp.py': `import os
import pytest


def say(text):
    with open("ran.log", "a") as log:
        log.write(text + "\\n")


def test_burns():
    say("burns")
    assert os.environ["LAMP"] == "dark"


@pytest.mark.parametrize("word", ["a b", "$(touch pwned)"])
def test_says(word):
    say("says " + word)


def test_hums():
    say("hums")
`,
}

describe('a test_command of suites without a browser', () => {
  let root: string
  let python: string
  beforeAll(async () => {
    python = await findPython()
    root = realpathSync(mkdtempSync(path.join(tmpdir(), 'self-heal-command-')))
    for (const [name, text] of Object.entries(FILES)) {
      mkdirSync(path.dirname(path.join(root, name)), { recursive: true })
      writeFileSync(path.join(root, name), text)
    }
    mkdirSync(path.join(root, 'node_modules/.bin'), { recursive: true })
    symlinkSync(path.join(MODULES, 'vitest'), path.join(root, 'node_modules/vitest'))
    symlinkSync(path.join(MODULES, 'vitest/vitest.mjs'), path.join(root, 'node_modules/.bin/vitest'))
    execFileSync('git', ['init', '-q'], { cwd: root })
  })
  afterAll(() => rmSync(root, { recursive: true, force: true }))

  const again = async (
    framework: Framework,
    command: string,
    tests: readonly (readonly [file: string, title: string])[],
  ) => {
    rmSync(path.join(root, 'ran.log'), { force: true })
    const refs = tests.map(([file, title]): TestRef => ({ id: `${file} ${title}`, file, title, framework }))
    const result = await SUITE_RUNNERS.get(framework)?.({
      root,
      tests: refs,
      command,
      env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', PYTHON_FOR_TESTS: python },
      outDir: path.join(root, '.out'),
      timeoutMs: 20_000,
    })
    if (!result) throw new Error(`nothing runs ${framework}`)
    const ran = (() => {
      try {
        return readFileSync(path.join(root, 'ran.log'), 'utf8').trim().split('\n').sort()
      } catch {
        return []
      }
    })()
    return { ...result, ran, said: result.outcomes.map(({ test, status }) => `${test.title}: ${status}`) }
  }
  const VITEST = [
    ['specs/lamp.check.mjs', 'lamp › burns'],
    ['specs/lamp.check.mjs', 'lamp › is bright ($(touch pwned))'],
  ] as const
  const PYTEST = [
    ['tests/check_lamp.py', 'test_burns'],
    ['tests/check_lamp.py', 'test_says[$(touch pwned)]'],
  ] as const

  it.each([
    'npm test',
    'npx vitest --config own.config.mjs',
    'npx vitest run --config own.config.mjs {files} -t {grep}',
  ])('runs the chosen tests of vitest, with its own configuration: %s', async (command) => {
    const { said, ran, errors } = await again('vitest', command, VITEST)
    expect(errors).toEqual([])
    expect(said).toEqual(['lamp › burns: failed', 'lamp › is bright ($(touch pwned)): passed'])
    expect(ran).toEqual(['bright', 'burns'])
  })

  it.each(['LAMP=lit npm run check', 'LAMP=lit node --test {files}'])(
    'runs the chosen tests of node:test: %s',
    async (command) => {
      const { said, ran, errors } = await again('node-test', command, [['checks/lamp.test.mjs', 'burns "brightly"']])
      expect(errors).toEqual([])
      expect(said).toEqual(['burns "brightly": passed'])
      expect(ran).toEqual(['brightly'])
    },
  )

  it.each([
    'LAMP=lit "$PYTHON_FOR_TESTS" -m pytest -c own.ini',
    'LAMP=lit "$PYTHON_FOR_TESTS" -m pytest -c own.ini -x {ids}',
    'cd tests && LAMP=lit "$PYTHON_FOR_TESTS" -m pytest -c ../own.ini --rootdir ..',
  ])('runs the chosen tests of pytest, all of them although one fails first: %s', async (command) => {
    const { said, ran, errors } = await again(
      'pytest',
      command.replace('cd tests && ', 'cd tests && ln -sf ../ran.log ran.log; '),
      PYTEST,
    )
    expect(errors).toEqual([])
    expect(said).toEqual(['test_burns: failed', 'test_says[$(touch pwned)]: passed'])
    expect(ran).toEqual(['burns', 'says $(touch pwned)'])
  })

  it('never lets a shell read the name of a test', async () => {
    await again('pytest', '"$PYTHON_FOR_TESTS" -m pytest -c own.ini {ids} -k {grep}', PYTEST)
    await again('vitest', 'npx vitest run --config own.config.mjs {files} -t {grep}', VITEST)
    const { stdout } = { stdout: execFileSync('ls', { cwd: root, encoding: 'utf8' }) }
    expect(stdout).not.toContain('pwned')
  })

  it('says clearly what is wrong with a command that does not run the tests', async () => {
    const { errors, said } = await again('pytest', 'echo all is well', PYTEST)
    expect(said).toEqual([])
    expect(errors[0]).toMatch(
      /^test_command ended with code 0, and none of the chosen tests of pytest was reported to us\. It has to start pytest on this machine/,
    )
    expect(errors[0]).toContain('all is well')
    await expect(again('vitest', 'no-such-program', VITEST)).rejects.toThrow('test_command could not be run')
  })

  it('is how a fix is tried and verified', async () => {
    const project = await makePythonProject({
      'tests/test_status.py': `import os

from pump.status import status


def test_it_runs():
    assert status()["phase"] == os.environ["PUMP"]
`,
    })
    try {
      await project.test()
      const heal = async (...args: readonly string[]) => {
        const { outcome } = await project.selfHeal(
          'heal',
          '--artifacts',
          'junit.xml',
          '--retry',
          '--verify-runs',
          '1',
          ...args,
        )
        return outcome?.report.results.map(({ status, proposal }) => `${status} ${proposal?.new ?? ''}`)
      }
      // Alone, pytest does not know what the project's command sets.
      expect(await heal()).not.toContain('healed state')
      expect(await heal('--test-command', 'PUMP=Running "$PYTHON" -m pytest tests')).toEqual(['healed state'])
    } finally {
      project.dispose()
    }
  })

  it('is left to the suite that it is for', () => {
    expect(commandFor('pytest', 'npx playwright test', root)).toBeNull()
    expect(commandFor('playwright', 'uv run pytest', root)).toBeNull()
    expect(commandFor('pytest', 'uv run pytest', root)).toBe('uv run pytest')
    expect(commandFor('vitest', 'npm test', root)).toBe('npm test')
    expect(commandFor('playwright', 'npm t', root)).toBeNull()
    expect(commandFor('node-test', 'npm run check', root)).toBe('npm run check')
    expect(commandFor('playwright', 'make e2e', root)).toBe('make e2e')
    expect(commandFor('pytest', null, root)).toBeNull()
  })
})
