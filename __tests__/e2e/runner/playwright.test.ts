import { existsSync, readdirSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { TestRef } from '../../../src/model.ts'
import { describeSuite, type RerunOptions, rerun } from '../../../src/runner/playwright.ts'

const modules = fileURLToPath(new URL('../../../fixtures/shop/node_modules', import.meta.url))
const isInstalled = existsSync(join(modules, '@playwright/test/package.json'))
if (!isInstalled) console.warn('skipped: fixtures/shop has no installed packages (run `npm ci` in it)')

let root: string
let outDir: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'suite-'))
  outDir = await mkdtemp(join(tmpdir(), 'out-'))
  await mkdir(join(root, '.git'))
  await symlink(modules, join(root, 'node_modules'))
})
afterEach(async () => {
  await rm(root, { recursive: true, force: true })
  await rm(outDir, { recursive: true, force: true })
})

const write = async (files: Readonly<Record<string, string>>) => {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), content)
  }
}
const test = (title: string, more: Partial<TestRef> = {}): TestRef => ({
  id: title,
  title,
  file: 'tests/a.spec.ts',
  framework: 'playwright',
  ...more,
})
const again = (tests: TestRef[], more: Partial<RerunOptions> = {}) =>
  rerun({ root, outDir, env: process.env, tests, timeoutMs: 20_000, workers: 1, ...more })
const files = () =>
  readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => !/^(?:node_modules|\.git)/.test(name))
    .sort()
const SPEC = `import { test, expect } from '@playwright/test'\n`
const TWO = `${SPEC}test('passes', () => {})\ntest('fails', () => { expect(1, 'sum').toBe(2) })\n`

describe.skipIf(!isInstalled)('rerun', () => {
  it('runs the asked tests in one go, with traces, and leaves no trace of its own in the checkout', async () => {
    await write({
      'package.json': '{"name":"x"}',
      'playwright.config.ts': `import { defineConfig } from '@playwright/test'
        export default defineConfig({ testDir: './tests', retries: 3, maxFailures: 1, outputDir: 'mine', shard: { current: 2, total: 2 },
          reporter: [['list'], ['html', { open: 'never' }], ['json', { outputFile: 'mine.json' }]], use: { trace: 'off' },
          projects: [{ name: 'one', outputDir: 'own', use: { trace: 'off' } }, { name: 'two' }] })`,
      'tests/a.spec.ts': TWO,
    })
    const before = files()
    const result = await again([test('passes', { project: 'one' }), test('fails', { project: 'one' })])
    expect(result.errors).toEqual([])
    expect(result.missing).toEqual([])
    const seen = result.outcomes.map((one) => [one.test.id, one.passed, one.status, one.attempts])
    expect(seen).toEqual([
      ['tests/a.spec.ts › passes [one]', true, 'passed', ['passed']],
      ['tests/a.spec.ts › fails [one]', false, 'failed', ['failed']],
    ])
    expect(result.outcomes[1]?.failure?.errors[0]).toMatchObject({
      message: expect.stringContaining('sum'),
      location: { line: 3 },
    })
    for (const one of result.outcomes) expect(existsSync(one.tracePath ?? '')).toBe(true)
    expect(files()).toEqual(before)
  })

  it.each([
    ['playwright.config.mjs', `export default { testDir: './tests' }`, '{}'],
    ['playwright.config.cjs', `module.exports = { testDir: './tests' }`, '{}'],
    ['playwright.config.js', `module.exports = { testDir: './tests' }`, '{"type":"commonjs"}'],
    ['playwright.config.js', `import { dir } from './dir.js'\nexport default { testDir: dir }`, '{"type":"module"}'],
    [
      'playwright.config.ts',
      `import { dir } from './dir.js'\nconst config: { testDir: string } = { testDir: dir }\nexport default config`,
      '{"type":"module"}',
    ],
    ['playwright.config.mts', `export default { testDir: './tests' as string }`, '{}'],
    [
      'e2e/playwright.config.ts',
      `export default { testDir: '../tests' }`,
      '{"scripts":{"e2e":"playwright test --config e2e/playwright.config.ts"}}',
    ],
  ])('imports %s: %s', async (name, config, pack) => {
    await write({
      [name]: config,
      'package.json': pack,
      'dir.js': `export const dir = './tests'`,
      'tests/a.spec.ts': TWO,
    })
    const result = await again([test('passes')])
    expect([result.errors, result.outcomes.map((one) => one.passed)]).toEqual([[], [true]])
  })

  it('needs no configuration', async () => {
    await write({ 'package.json': '{}', 'tests/a.spec.ts': TWO })
    expect((await again([test('passes')])).outcomes.map((one) => one.passed)).toEqual([true])
  })

  it('chooses exactly, whatever stands in titles, projects and paths', async () => {
    const titles = [
      'a › b',
      'a',
      'a > b',
      ' spaced ',
      '"quoted" $(touch x) `y`',
      'it’s 100% (really) [yes] .*',
      'one:2',
    ]
    const spec = `${SPEC}${titles.map((title) => `test(${JSON.stringify(title)}, () => {})`).join('\n')}
      test.describe('group', () => { test('a', () => {}) }); test.describe('a', () => { test('a', () => {}) })`
    await write({
      'package.json': '{}',
      'playwright.config.ts': `export default { projects: [{ name: 'my project' }, { name: 'other' }] }`,
      'tests/(shop)/a+b.spec.ts': spec,
      'tests/other/a+b.spec.ts': spec,
    })
    const suite = await describeSuite({ root, outDir, env: process.env })
    const wanted = { file: 'tests/(shop)/a+b.spec.ts', project: 'my project' }
    for (const chosen of [[...titles.map((title) => title), 'group › a'], ['a'], ['a › b', 'a › a']]) {
      const result = await again(
        chosen.map((title) => test(title, wanted)),
        { suite, trace: false },
      )
      expect(result.outcomes.map((one) => one.test.title).sort()).toEqual([...chosen].sort())
      expect(new Set(result.outcomes.map((one) => `${one.test.file} ${one.test.project}`))).toEqual(
        new Set([`${wanted.file} ${wanted.project}`]),
      )
    }
  })

  it('repeats a test, so that one that fails now and then is seen to', async () => {
    await write({
      'package.json': '{}',
      'tests/a.spec.ts': `${SPEC}import fs from 'node:fs'\nconst file = ${JSON.stringify(join(outDir, 'count'))}
        test('flaky', () => { fs.appendFileSync(file, 'x'); expect(fs.readFileSync(file, 'utf8').length).toBeGreaterThan(1) })`,
    })
    const { outcomes } = await again([test('flaky')], { repeat: 3 })
    expect(outcomes.map((one) => [one.repeat, one.passed])).toEqual([
      [0, false],
      [1, true],
      [2, true],
    ])
  })

  it('takes the tests of a serial group along, and reports the asked ones', async () => {
    await write({
      'package.json': '{}',
      'tests/a.spec.ts': `${SPEC}let signedIn = false\ntest.describe.serial('account', () => {
        test('signs in', () => { signedIn = true }); test('shows orders', () => { expect(signedIn).toBe(true) }) })\ntest('other', () => {})`,
    })
    const { outcomes } = await again([test('account › shows orders')])
    expect(outcomes.map((one) => [one.test.title, one.passed])).toEqual([['account › shows orders', true]])
  })

  it('names tests that are not in the suite, and runs the rest', async () => {
    await write({ 'package.json': '{}', 'tests/a.spec.ts': TWO })
    const result = await again([test('passes'), test('renamed')])
    expect(result.missing.map((one) => one.title)).toEqual(['renamed'])
    expect(result.outcomes).toHaveLength(1)
    expect((await again([test('renamed')])).errors[0]).toMatch(/None of the tests/)
  })

  it('is not kept from its tests by another file that does not load', async () => {
    await write({ 'package.json': '{}', 'tests/a.spec.ts': TWO, 'tests/broken.spec.ts': `import './missing'\n` })
    const result = await again([test('passes')])
    expect(result.outcomes.map((one) => one.passed)).toEqual([true])
    const both = await again([test('x', { file: 'tests/broken.spec.ts' }), test('passes')])
    expect(both.outcomes.map((one) => one.test.title)).toEqual(['passes'])
    expect(both.missing.map((one) => one.title)).toEqual(['x'])
    expect(both.errors.join()).toMatch(/missing/)
  })

  it('gives each test its limit, and stops a runner that hangs with all its children', async () => {
    await write({
      'package.json': '{}',
      'playwright.config.ts': `export default { webServer: { command: 'node server.mjs', url: 'http://127.0.0.1:4795' } }`,
      'server.mjs': `import { createServer } from 'node:http'\ncreateServer((q, r) => r.end('up')).listen(4795, '127.0.0.1')`,
      'tests/a.spec.ts': `${SPEC}test('passes', () => {})\ntest('waits', () => new Promise(() => {}))\ntest('spins', () => { for (;;) {} })`,
    })
    const limited = await again([test('waits')], { timeoutMs: 500 })
    expect(limited.outcomes.map((one) => one.status)).toEqual(['timedOut'])
    expect(limited.timedOut).toBe(false)
    const stopped = await again([test('passes'), test('spins')], { totalMs: 12_000, timeoutMs: 60_000 })
    expect(stopped.timedOut).toBe(true)
    expect(stopped.outcomes.map((one) => [one.test.title, one.passed])).toContainEqual(['passes', true])
    expect(stopped.errors.join()).toMatch(/stopped after 12 s/)
    expect(stopped.missing.map((one) => one.title)).toEqual(['spins'])
    await wait(200)
    await expect(fetch('http://127.0.0.1:4795')).rejects.toThrow()
    expect(files().filter((name) => name.includes('self-heal'))).toEqual([])
  })

  it('lets a call fail before its test is cut off, and never raises a limit of the user', async () => {
    await write({
      'package.json': '{}',
      'playwright.config.ts': `export default { use: { actionTimeout: 900 }, projects: [{ name: 'own', use: { actionTimeout: 9000 } }, { name: 'all' }, { name: 'low', use: { actionTimeout: 50 } }] }`,
      'tests/a.spec.ts': `${SPEC}test('passes', ({}, info) => { console.log('limit', info.project.use.actionTimeout) })
        test('waits', async () => { await expect.poll(() => 1).toBe(2) })`,
    })
    const { outcomes, log } = await again([test('passes'), test('waits', { project: 'all' })], { timeoutMs: 4_000 })
    expect([...log.matchAll(/limit (\d+)/g)].map((match) => Number(match[1]))).toEqual([2_000, 900, 50])
    expect(outcomes.find((one) => one.test.title === 'waits')?.status).toBe('failed')
  })

  it('ends at once when aborted', async () => {
    await write({ 'package.json': '{}', 'tests/a.spec.ts': `${SPEC}test('waits', () => new Promise(() => {}))` })
    const suite = await describeSuite({ root, outDir, env: process.env, testFile: 'tests/a.spec.ts' })
    const begun = performance.now()
    const result = await again([test('waits')], { suite, signal: AbortSignal.timeout(3_000) })
    expect(result.aborted).toBe(true)
    expect(performance.now() - begun).toBeLessThan(12_000)
  })

  it('says why a web server did not start', async () => {
    await write({
      'package.json': '{}',
      'playwright.config.ts': `export default { webServer: { command: 'echo no such app >&2; exit 3', url: 'http://127.0.0.1:4796' } }`,
      'tests/a.spec.ts': TWO,
    })
    const result = await again([test('passes')])
    expect(result.outcomes).toEqual([])
    expect(result.errors.join()).toMatch(/webServer/)
  })

  it('keeps tokens from the tests, and writes no snapshots that are missing', async () => {
    await write({
      'package.json': '{}',
      'tests/a.spec.ts': `${SPEC}test('reads', () => { expect([process.env.INPUT_TOKEN, process.env.GITHUB_TOKEN, process.env.MINE]).toEqual([undefined, undefined, 'kept']) })
        test('pictures', () => { expect('x').toMatchSnapshot('x.txt') })`,
    })
    const before = files()
    const env = { ...process.env, INPUT_TOKEN: 's', GITHUB_TOKEN: 's', MINE: 'kept' }
    const { outcomes } = await again([test('reads'), test('pictures')], { env })
    expect(outcomes.map((one) => one.passed)).toEqual([true, false])
    expect(files()).toEqual(before)
  })
})

describe.skipIf(!isInstalled)('describeSuite', () => {
  it('says what Playwright itself makes of the configuration', async () => {
    await write({
      'package.json': '{}',
      'playwright.config.ts': `export default { testDir: './tests', use: { baseURL: 'http://127.0.0.1:1/app/', testIdAttribute: 'data-qa', httpCredentials: { username: 'u', password: 'p' } },
        webServer: [{ command: 'a', port: 1 }, { command: 'b', url: 'http://127.0.0.1:2', reuseExistingServer: true }], projects: [{ name: 'setup' }, { name: 'web', dependencies: ['setup'], use: { testIdAttribute: 'data-test' } }] }`,
      'tests/a.spec.ts': TWO,
    })
    const suite = await describeSuite({ root, outDir, env: process.env, testFile: 'tests/a.spec.ts' })
    expect(suite).toMatchObject({ config: join(root, 'playwright.config.ts'), cwd: root, rootDir: join(root, 'tests') })
    expect(suite.projects.map((one) => [one.name, one.use.testIdAttribute, one.use.baseURL, one.dependencies])).toEqual(
      [
        ['setup', 'data-qa', 'http://127.0.0.1:1/app/', []],
        ['web', 'data-test', 'http://127.0.0.1:1/app/', ['setup']],
      ],
    )
    expect(suite.webServers.map((one) => [one.command, one.url ?? one.port, one.reuseExistingServer])).toEqual([
      ['a', 1, undefined],
      ['b', 'http://127.0.0.1:2', true],
    ])
    expect(suite.tests).toHaveLength(4)
    expect(JSON.stringify(suite)).not.toContain('password')
  })

  it('says why a configuration does not load', async () => {
    await write({
      'package.json': '{}',
      'playwright.config.ts': `import './gone.json'\nexport default {}`,
      'tests/a.spec.ts': TWO,
    })
    await expect(describeSuite({ root, outDir, env: process.env })).rejects.toThrow(
      /could not list the tests of .*playwright\.config\.ts: [\s\S]*gone\.json/,
    )
  })

  it('says that Playwright is not installed', async () => {
    await rm(join(root, 'node_modules'))
    await write({ 'package.json': '{}', 'tests/a.spec.ts': TWO })
    await expect(describeSuite({ root, outDir, env: process.env })).rejects.toThrow(
      /No installed @playwright\/test.*npm ci/,
    )
  })
})

it.skipIf(!isInstalled)('a generated file of a run that was killed is taken away at the next start', async () => {
  await write({ 'package.json': '{}', 'playwright.config.ts': 'export default {}', 'tests/a.spec.ts': TWO })
  const { recoverJournal } = await import('../../../src/runner/journal.ts')
  const folder = join(root, '.git/self-heal/journal/dead')
  await mkdir(folder, { recursive: true })
  await writeFile(join(root, 'playwright.self-heal-1.config.ts'), 'export default {}')
  const entry = {
    path: 'playwright.self-heal-1.config.ts',
    kind: 'created',
    backup: '0.original',
    mode: 0,
    atime: 0,
    mtime: 0,
    before: '',
    after: '',
  }
  await writeFile(
    join(folder, 'manifest.json'),
    JSON.stringify({ root, pid: 2 ** 22 + 1, started: '1', sequence: 1, entries: [entry] }),
  )
  expect(recoverJournal(root).restored).toEqual(['playwright.self-heal-1.config.ts'])
  expect(existsSync(join(root, 'playwright.self-heal-1.config.ts'))).toBe(false)
  expect(await readFile(join(root, 'playwright.config.ts'), 'utf8')).toBe('export default {}')
})
