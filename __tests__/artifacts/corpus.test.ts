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
