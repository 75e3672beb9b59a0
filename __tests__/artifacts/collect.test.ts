import { cpSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type Collected, collectArtifacts, openTrace } from '../../src/artifacts/index.ts'
import { makeZip } from '../support/make-zip.ts'

const SAMPLES = resolve(import.meta.dirname, '../../fixtures/samples')
const FORMATS = {
  'playwright-json': 'results.json',
  'junit-xml': 'junit.xml',
  'playwright-html': 'playwright-report/index.html',
  'playwright-blob': 'blob-report/report.zip',
  'playwright-trace': 'test-results/**/trace.zip',
}
const FAILED = ['loses a button', 'runs out of time', 'misses a text', 'sees another text', 'wants it gone']

const collect = (root: string, ...patterns: string[]): Promise<Collected> => collectArtifacts({ root, patterns })
const scratch = (): string => mkdtempSync(join(tmpdir(), 'artifacts-'))
const put = (root: string, file: string, content: string | Buffer): void => {
  mkdirSync(dirname(join(root, file)), { recursive: true })
  writeFileSync(join(root, file), content)
}

describe.each(['1.49', '1.56', '1.65'])('artifacts of Playwright %s', (version) => {
  const root = join(SAMPLES, `playwright-${version}`)

  it.each(Object.entries(FORMATS))('are read from %s alone', async (format, pattern) => {
    const found = await collect(root, pattern)
    expect(found.problems).toEqual([])
    expect(new Set(found.scanned.recognised.map((file) => file.format))).toEqual(new Set([format]))
    const failed = found.failures.filter((failure) => !failure.attempts.includes('passed'))
    expect(failed.map((failure) => failure.test.id).sort()).toEqual(
      FAILED.map((title) => `tests/shop.spec.ts › Shop › ${title}`).sort(),
    )
    expect(found.passed.map((test) => test.title)).toContain('Shop › buys')
    for (const failure of failed) {
      expect(failure.attempts.length, failure.test.id).toBe(2)
      expect(failure.errors[0]?.stack.at(-1)?.file).toMatch(/tests\/shop\.spec\.ts$/)
      expect(failure.errors[0]?.message).not.toContain('\u001b')
      expect(failure.attachments.map((each) => each.name)).toContain('trace')
    }
  })

  it('say of the test that passed on its second run that it did', async () => {
    for (const format of ['playwright-json', 'playwright-html', 'playwright-blob', 'playwright-trace'] as const) {
      const flaky = (await collect(root, FORMATS[format])).failures.find((failure) =>
        failure.test.title.includes('second run'),
      )
      expect(flaky?.attempts, format).toEqual(['failed', 'passed'])
    }
  })

  it('put the waiting call before the bare "Test timeout" line', async () => {
    for (const format of ['playwright-json', 'playwright-html', 'playwright-blob', 'playwright-trace'] as const) {
      const slow = (await collect(root, FORMATS[format])).failures.find((failure) =>
        failure.test.title.includes('out of time'),
      )
      expect(slow?.errors[0]?.message, format).toContain("waiting for getByTestId('gone')")
      expect(slow?.errors[0]?.stack.map(({ line }) => line)).toEqual([5, 25])
    }
  })

  it('make one failure of all that report the same test, the richest first', async () => {
    const found = await collectArtifacts({ root, patterns: [] })
    expect(found.failures).toHaveLength(6)
    expect(found.passed).toHaveLength(1)
    expect(found.lastRunOnly).toBe(false)
    expect(found.failures[0]).toMatchObject({
      test: { line: 20, framework: 'playwright' },
      attempts: ['failed', 'failed'],
    })
    const green = found.traces.filter((trace) => trace.testId?.endsWith('Shop › buys'))
    expect(green.every((trace) => trace.outcome === 'passed')).toBe(true)
  })

  it('lead to traces that can be opened, in folders as in archives', async () => {
    for (const pattern of [FORMATS['playwright-html'], FORMATS['playwright-blob'], FORMATS['playwright-json']]) {
      const trace = (await collect(root, pattern)).traces.find((each) => each.outcome === 'failed')
      const open = await openTrace(trace as never)
      expect(open.title).toContain(trace?.testTitle)
      open.close()
    }
  })

  it('tell only ids where the last run is all there is', async () => {
    const found = await collect(root, 'test-results/.last-run.json')
    expect(found).toMatchObject({ lastRunOnly: true, failures: [], lastRun: { status: 'failed' } })
    expect(found.lastRun?.failedTests).toHaveLength(5)
  })
})

describe('collectArtifacts', () => {
  const sample = join(SAMPLES, 'playwright-1.65')

  it('resolves paths of another machine, and looks for attachments beside the artifact only', async () => {
    const root = scratch()
    cpSync(join(sample, 'tests'), join(root, 'packages/web/tests'), { recursive: true })
    cpSync(join(sample, 'results.json'), join(root, 'downloads/run/results.json'))
    cpSync(join(sample, 'test-results'), join(root, 'downloads/run/test-results'), { recursive: true })
    const found = await collect(root, 'downloads/**/results.json')
    expect(found.failures[0]?.test.file).toBe('packages/web/tests/shop.spec.ts')
    expect(found.failures[0]?.attachments[0]?.path).toMatch(/downloads\/run\/test-results\/shop-Shop-loses-a-button/)
  })

  it('never follows an attachment out of the repository', async () => {
    const root = scratch()
    const outside = scratch()
    put(outside, 'secret.zip', 'secret')
    put(root, 'tests/shop.spec.ts', '')
    symlinkSync(join(outside, 'secret.zip'), join(root, 'link.zip'))
    const report = readFileSync(join(sample, 'results.json'), 'utf8')
    for (const path of [join(outside, 'secret.zip'), '../../../../etc/passwd', '/etc/passwd', 'link.zip']) {
      put(root, 'results.json', report.replace(/"path": "[^"]+"/g, `"path": ${JSON.stringify(path)}`))
      const found = await collect(root, 'results.json')
      expect(found.failures).toHaveLength(6)
      expect(found.failures.flatMap((failure) => failure.attachments)).toEqual([])
      expect(found.traces).toEqual([])
    }
  })

  it('says which tests are in files that are not here, and still reports them', async () => {
    const root = scratch()
    cpSync(join(sample, 'results.json'), join(root, 'results.json'))
    const found = await collect(root, 'results.json')
    expect(found.failures).toHaveLength(6)
    expect(found.problems[0]?.message).toMatch(
      /results\.json: 6 failed tests are in files that are not in this repository/,
    )
  })

  it('names project only where there is more than one', async () => {
    const root = scratch()
    put(root, 'tests/shop.spec.ts', '')
    const report = JSON.parse(readFileSync(join(sample, 'results.json'), 'utf8'))
    const specs = report.suites[0].suites[0].specs
    for (const spec of specs)
      spec.tests = ['chromium', 'firefox'].map((projectName) => ({ ...spec.tests[0], projectName }))
    put(root, 'results.json', JSON.stringify(report))
    const ids = (await collect(root, 'results.json')).failures.map((failure) => failure.test.id)
    expect(ids).toContain('tests/shop.spec.ts › Shop › loses a button [chromium]')
    expect(ids).toContain('tests/shop.spec.ts › Shop › loses a button [firefox]')
  })

  it('explains that nothing was found: globs, folder, near misses', async () => {
    const root = scratch()
    put(root, 'out/my-report/result-1.xml', '<testsuites/>')
    const found = await collect(root, 'test-results/**/*.xml')
    expect(found.problems).toHaveLength(1)
    expect(found.problems[0]?.message).toContain('test-results/**/*.xml')
    expect(found.problems[0]?.message).toContain(root)
    expect(found.problems[0]?.message).toContain('out/my-report/result-1.xml')
    expect(found.scanned.nearMisses).toContain('out/my-report/result-1.xml')
  })

  const bad = (root: string, name: string, content: string | Buffer): string => {
    put(root, name, content)
    return name
  }
  const damage: [string, (root: string) => string, RegExp][] = [
    ['JSON that was cut off', (root) => cut(root, 'results.json', 5_000), /bad.*not valid JSON/],
    ['a JUnit report that was cut off', (root) => cut(root, 'junit.xml', 900), /bad.*not well-formed XML/],
    [
      'an HTML report that was cut off',
      (root) => cut(root, 'playwright-report/index.html', 9_000),
      /bad.*(?:cut off|holds no data|not a)/,
    ],
    [
      'a blob report that was cut off',
      (root) => cut(root, 'blob-report/report.zip', 50_000),
      /bad.*not a readable zip/,
    ],
    [
      'a trace that was cut off',
      (root) => cut(root, 'test-results/shop-Shop-buys/trace.zip', 4_000),
      /bad.*not a readable zip/,
    ],
    ['a file that is empty', (root) => bad(root, 'bad.json', ''), /bad\.json: the file is empty/],
    ['a format that is not known', (root) => bad(root, 'bad.xml', '<robot/>'), /bad\.xml: a Robot Framework report/],
    [
      'a zip of something else',
      (root) => bad(root, 'bad.zip', makeZip({ 'a.txt': 'x' })),
      /bad\.zip: a zip archive that holds neither/,
    ],
    [
      'a zip bomb',
      (root) => bad(root, 'bad.zip', makeZip({ 'a.trace': Buffer.alloc(30_000_000) })),
      /bad\.zip.*would grow/,
    ],
    [
      'a report that is too large',
      (root) => {
        bad(root, 'bad.xml', '<testsuites>')
        truncateSync(join(root, 'bad.xml'), 200_000_000)
        return 'bad.xml'
      },
      /bad\.xml: has 200000000 bytes/,
    ],
  ]
  const cut = (root: string, file: string, bytes: number): string => {
    const name = `bad/${file.split('/').at(-1)}`
    put(root, name, readFileSync(join(sample, file)).subarray(0, bytes))
    return name
  }

  it.each(damage)('turns %s into a problem that names it, and reads the rest', async (_, make, message) => {
    const root = scratch()
    put(root, 'tests/shop.spec.ts', '')
    cpSync(join(sample, 'results.json'), join(root, 'good.json'))
    const name = make(root)
    const found = await collect(root, name, 'good.json')
    expect(found.failures).toHaveLength(6)
    expect(found.problems).toHaveLength(1)
    expect(`${found.problems[0]?.message}`).toMatch(message)
    expect(found.problems[0]?.remedy).toMatch(/\w{3}/)
  })

  it('leaves entities that a report defines as they are', async () => {
    const root = scratch()
    put(root, 'junit.xml', BILLION)
    const found = await collect(root, 'junit.xml')
    expect(found.failures[0]?.errors[0]?.message).toBe('&c;')
  })

  it('reads the tests that stand before the point where a JUnit report breaks off', async () => {
    const root = scratch()
    put(root, 'tests/shop.spec.ts', '')
    const whole = readFileSync(join(sample, 'junit.xml'), 'utf8')
    put(root, 'junit.xml', whole.slice(0, whole.indexOf('name="Shop › sees another text') + 100))
    const found = await collect(root, 'junit.xml')
    expect(found.failures.map((failure) => failure.test.title)).toEqual([
      'Shop › loses a button',
      'Shop › runs out of time',
      'Shop › misses a text',
    ])
    expect(found.problems[0]?.message).toMatch(/4 tests before that point were read/)
  })
})

const BILLION = `<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>
<testsuites><testsuite name="s"><testcase name="t" classname="c"><failure message="&c;">&c;</failure></testcase></testsuite></testsuites>`
