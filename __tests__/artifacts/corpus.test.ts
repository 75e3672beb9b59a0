import { existsSync, mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { globSync } from 'tinyglobby'
import { describe, expect, it } from 'vitest'
import { collectArtifacts } from '../../src/artifacts/index.ts'

const SHARED = process.env.SELF_HEAL_SHARED ?? resolve(import.meta.dirname, '../../../shared')
const REPORTS = join(SHARED, 'corpus/reports')
const files = existsSync(REPORTS) ? globSync('**/*', { cwd: REPORTS }).sort() : []
const root = mkdtempSync(join(tmpdir(), 'corpus-'))

/** A path as a glob that matches nothing else. */
const asGlob = (path: string): string => path.replace(/[#()[\]{}!*]/g, '?')

/** Counted by tags alone, comments and CDATA left out: cases by name, and those among them that hold a failure. */
function countCases(xml: string): { cases: number; failed: number; skipped: number } {
  const bare = xml.replace(/<!\[CDATA\[[\s\S]*?\]\]>|<!--[\s\S]*?-->/g, '')
  const cases = bare.split(/<testcase(?=[\s>])/).slice(1)
  const inside = cases.map((text) => (/^[^>]*\/>/.test(text) ? '' : (text.split('</testcase>')[0] ?? '')))
  return {
    cases: cases.length,
    failed: inside.filter((text) => /<(?:failure|error)[\s>/]/.test(text)).length,
    skipped: inside.filter((text) => /<skipped[\s>/]/.test(text) && !/<(?:failure|error)[\s>/]/.test(text)).length,
  }
}

/** Tests and failures of other formats, counted by tags, or as the report itself sums them up. */
function countOthers(format: string, text: string): readonly [tests: number, failed: number] {
  const tags = (name: string): readonly string[] =>
    [
      ...text.replace(/<!--[\s\S]*?-->|<!\[CDATA\[[\s\S]*?\]\]>/g, '').matchAll(new RegExp(`<${name}\\s[^>]*>`, 'g')),
    ].map(([tag]) => tag)
  const having = (found: readonly string[], words: RegExp): number => found.filter((tag) => words.test(tag)).length
  switch (format) {
    case 'nunit':
      return [tags('test-case').length, having(tags('test-case'), /result="(?:Failed|Failure|Error)"/)]
    case 'xunit-net':
      return [tags('test').length, having(tags('test'), /result="Fail"/)]
    case 'testng': {
      const methods = tags('test-method')
      const config = methods.filter((tag) => /is-config="true"/.test(tag) && !/status="FAIL"/.test(tag))
      return [methods.length - config.length, having(methods, /status="FAIL"/)]
    }
    case 'cucumber-json': {
      const features: { elements?: { type: string; steps?: { result: { status: string } }[] }[] }[] = JSON.parse(text)
      const scenarios = features.flatMap(({ elements = [] }) => elements).filter(({ type }) => type === 'scenario')
      return [
        scenarios.length,
        scenarios.filter(({ steps = [] }) => steps.some(({ result }) => result.status === 'failed')).length,
      ]
    }
    case 'rspec-json': {
      const { examples }: { examples: { status: string }[] } = JSON.parse(text)
      return [examples.length, examples.filter(({ status }) => status === 'failed').length]
    }
    default: {
      const { stats }: { stats: { tests: number; failures: number } } = JSON.parse(text)
      return [stats.tests, stats.failures]
    }
  }
}

/** Reports in which a case stands more than once, a try each. */
const REPEATED = /flaky|retr|pulsar|junit4|AddMissingPatch|junit-server-test/i

describe.skipIf(files.length === 0)('reports of many producers (needs ../shared/corpus/reports)', () => {
  it.each(files)('%s is read with the right counts or declined with a reason', async (file) => {
    const path = join(REPORTS, file)
    const found = await collectArtifacts({ root, patterns: [asGlob(path)] })
    const text = readFileSync(path, 'latin1')
    const [recognised] = found.scanned.recognised
    const isJunit =
      /<testsuites?[\s/>]/.test(text.replace(/<!--[\s\S]*?-->/g, '').slice(0, 2_000)) &&
      !/<testng-results|<test-run|<robot/.test(text)
    if (!recognised) {
      const reasons = found.problems.filter((problem) => problem.subject !== undefined)
      expect(reasons).toHaveLength(1)
      expect(reasons[0]?.message).toContain(file.split('/').at(-1))
      if (isJunit) expect(reasons[0]?.message).toMatch(/not well-formed/)
      return
    }
    if (recognised.format !== 'junit-xml') {
      const { tests, failed, flaky } = recognised.counts
      expect([tests, failed + flaky]).toEqual(countOthers(recognised.format, text))
      for (const failure of found.failures) expect(failure.errors[0]?.message, failure.test.id).not.toBe('')
      return
    }
    const counted = countCases(text)
    if (REPEATED.test(file)) {
      expect(recognised.counts.tests).toBeLessThanOrEqual(counted.cases)
      expect(recognised.counts.failed + recognised.counts.flaky > 0).toBe(
        counted.failed > 0 || /<(?:flaky|rerun)/.test(text),
      )
      return
    }
    expect(recognised.counts).toEqual({
      tests: counted.cases,
      failed: counted.failed,
      flaky: recognised.counts.flaky,
      skipped: counted.skipped,
    })
    expect(found.failures).toHaveLength(counted.failed + recognised.counts.flaky)
    for (const failure of found.failures) expect(failure.errors.length, failure.test.id).toBeGreaterThan(0)
  })

  it('are recognised where they are JUnit, but for one that is corrupt', async () => {
    const found = await collectArtifacts({ root, patterns: [`${REPORTS}/**/*.xml`] })
    const broken = found.problems.filter((problem) => /not well-formed/.test(problem.message))
    expect(broken.map((problem) => problem.subject)).toEqual([expect.stringContaining('CorruptTest')])
    expect(found.scanned.recognised.length).toBeGreaterThan(70)
  })
})
