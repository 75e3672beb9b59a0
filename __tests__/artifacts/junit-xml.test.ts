import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type Collected, collectArtifacts } from '../../src/artifacts/index.ts'
import { startCpuClock } from '../support/cpu-clock.ts'

async function read(xml: string | Buffer, files: readonly string[] = []): Promise<Collected> {
  const root = mkdtempSync(join(tmpdir(), 'junit-'))
  for (const file of files) {
    mkdirSync(dirname(join(root, file)), { recursive: true })
    writeFileSync(join(root, file), '')
  }
  writeFileSync(join(root, 'junit.xml'), xml)
  return collectArtifacts({ root, patterns: ['junit.xml'] })
}

const PYTEST_TEXT = `def test_phase(client):
        body = client.get("/widgets/a")
&gt;       assert body["status"]["phase"] == "Ready"
E       KeyError: 'phase'

tests/api/test_widget.py:14: KeyError`

describe('JUnit XML', () => {
  it('finds the file of a pytest case by its class name, and by `file` with lines from 0', async () => {
    const xunit2 = `<testsuites><testsuite name="pytest"><testcase classname="tests.api.test_widget.TestStatus" name="test_phase" time="0.12"><failure message="KeyError: 'phase'">${PYTEST_TEXT}</failure></testcase></testsuite></testsuites>`
    const [failure] = (await read(xunit2, ['tests/api/test_widget.py'])).failures
    expect(failure).toMatchObject({
      test: { id: 'tests/api/test_widget.py › TestStatus › test_phase', framework: 'pytest' },
      durationMs: 120,
      errors: [{ type: 'KeyError', stack: [{ file: 'tests/api/test_widget.py', line: 14 }] }],
    })
    const xunit1 = `<testsuite name="pytest"><testcase classname="tests.api.test_widget" name="test_phase" file="tests/api/test_widget.py" line="10"><error message="e">x</error></testcase></testsuite>`
    expect((await read(xunit1, ['tests/api/test_widget.py'])).failures[0]?.test).toMatchObject({
      file: 'tests/api/test_widget.py',
      line: 11,
    })
  })

  it('finds a Java test by package and class', async () => {
    const xml = `<testsuite name="s"><testcase classname="com.shop.CartTest" name="adds"><failure type="java.lang.AssertionError" message="expected: &lt;1&gt; but was: &lt;2&gt;">java.lang.AssertionError
	at org.junit.Assert.fail(Assert.java:89)
	at com.shop.CartTest.adds(CartTest.java:31)</failure></testcase></testsuite>`
    const [failure] = (await read(xml, ['src/test/java/com/shop/CartTest.java'])).failures
    expect(failure?.test).toMatchObject({ file: 'src/test/java/com/shop/CartTest.java', framework: 'junit-java' })
    expect(failure?.errors[0]?.stack).toEqual([{ file: 'com/shop/CartTest.java', line: 31, column: 0 }])
  })

  it('counts retries as attempts of one test, however they are written', async () => {
    const one = (inner: string): string => `<testcase classname="a.B" name="t">${inner}</testcase>`
    const flakySurefire = await read(`<testsuite name="s">${one('<flakyFailure message="x"/>')}</testsuite>`)
    expect(flakySurefire.failures[0]?.attempts).toEqual(['failed', 'passed'])
    const rerun = await read(
      `<testsuite name="s">${one('<failure message="x"/><rerunFailure message="y"/>')}</testsuite>`,
    )
    expect(rerun.failures[0]?.attempts).toEqual(['failed', 'failed'])
    const repeated = await read(`<testsuite name="s">${one('<failure message="x"/>')}${one('')}</testsuite>`)
    expect(repeated.failures[0]?.attempts).toEqual(['failed', 'passed'])
  })

  it('keeps the tests of nested suites apart that share a name', async () => {
    const suite = (name: string): string =>
      `<testsuite name="${name}"><testcase name="works"><failure message="no"/></testcase></testsuite>`
    const found = await read(
      `<testsuites><testsuite name="all">${suite('cart')}${suite('till')}</testsuite></testsuites>`,
    )
    expect(found.failures.map((failure) => failure.test.title)).toEqual(['cart › works', 'till › works'])
  })

  it('reads the encoding that the file declares or marks', async () => {
    const xml = (encoding: string): string =>
      `<?xml version="1.0" encoding="${encoding}"?><testsuite name="s"><testcase name="größe"><failure message="café"/></testcase></testsuite>`
    for (const bytes of [
      Buffer.from(xml('ISO-8859-1'), 'latin1'),
      Buffer.from(`\ufeff${xml('UTF-16')}`, 'utf16le'),
      Buffer.from(`\ufeff${xml('UTF-8')}`),
    ]) {
      const [failure] = (await read(bytes)).failures
      expect(failure?.test.title).toBe('s › größe')
      expect(failure?.errors[0]?.message).toBe('café')
    }
  })

  it('strips colours and keeps CDATA as it is', async () => {
    const xml = `<testsuite name="s"><testcase name="t"><failure message="&#27;[31mred&#27;[39m"><![CDATA[a &amp; <b>]]></failure></testcase></testsuite>`
    expect((await read(xml)).failures[0]?.errors[0]?.message).toBe('red\na &amp; <b>')
  })

  it('takes 50,000 cases in its stride', async () => {
    const cases = Array.from(
      { length: 50_000 },
      (_, i) =>
        `<testcase classname="c" name="t${i}">${i % 100 ? '' : '<failure message="x">at f (a.ts:1:1)</failure>'}</testcase>`,
    )
    const spent = startCpuClock()
    const found = await read(`<testsuite name="s">${cases.join('')}</testsuite>`)
    expect(found.failures).toHaveLength(500)
    expect(spent()).toBeLessThan(15_000)
  })
})
