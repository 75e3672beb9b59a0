import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BODY_LIMIT, byteLength, pullRequestBody } from '../../src/report/index.ts'
import { hostileText, withTexts } from '../support/arbitraries.ts'
import { parseMarkdown, rawElements, visibleText } from '../support/markdown.ts'
import { sampleProposal, sampleReport, sampleResult, sampleResults, sampleTest } from '../support/reports.ts'

const CONTEXT = { reportUrl: 'https://example.org/report' }

function tableOf(body: string): string[][] {
  const table = parseMarkdown(body).children.find((node) => node.type === 'table')
  return table === undefined ? [] : table.children.map((row) => row.children.map(visibleText))
}

function balanced(body: string): boolean {
  const open: string[] = []
  for (const tag of rawElements(parseMarkdown(body))) {
    const name = tag.replace(/[</>]/g, '')
    if (name === 'br') continue
    if (!tag.startsWith('</')) open.push(name)
    else if (open.pop() !== name) return false
  }
  return open.length === 0
}

/** A result of its own, with long texts, as one of very many. */
function bulky(index: number): ReturnType<typeof sampleResult> {
  const signature = index.toString(16).padStart(12, '0')
  const diff = `--- a/tests/a${index}.ts\n+++ b/tests/a${index}.ts\n@@ -1,90 +1,90 @@\n${'-\told `line`\n+\tnew ```line```\n'.repeat(90)}`
  return sampleResult({
    tests: [sampleTest(`suite › test ${index}`, `tests/a${index}.spec.ts`)],
    diagnosis: { ...sampleResult().diagnosis, signature },
    proposal: sampleProposal({ diff, confidence: 0.81 + (index % 19) / 100 }),
  })
}

describe("the pull request's body", () => {
  it('begins with the verdict and calls regressions out before the repairs', () => {
    const body = pullRequestBody(sampleReport(), CONTEXT)
    expect(body.split('\n')[0]).toBe(
      '**3 repairs** for **16 failed tests** in 2 files. Lowest confidence: **0.84**. Every patched test was run again and passed.',
    )
    expect(body.indexOf('[!WARNING]')).toBeLessThan(body.indexOf('### Repairs'))
    expect(body).toContain('**1 likely regression** not patched')
    expect(body).toContain("<code>getByLabel('Voucher code')</code>")
  })

  it('has the confidence table with everything a reviewer asks for', () => {
    const table = tableOf(pullRequestBody(sampleReport(), CONTEXT))
    expect(table[0]).toEqual(['Test', 'Old → new', 'Strategy', 'Confidence', 'Evidence', 'Verification'])
    const row = table.find((cells) => cells[1]?.includes("'purchase'"))
    expect(row?.[0]).toBe('product page › buys a mugtests/product.spec.tsand 2 more tests')
    expect(row?.[1]).toBe("getByTestId('buy')→ getByTestId('purchase')")
    expect(row?.slice(2, 4)).toEqual(['testId', '0.97'])
    expect(row?.[4]).toContain('Commit 4f1c2ab renames data-testid="buy" to data-testid="purchase"')
    expect(row?.[5]).toBe('2/2 passedeffects: same')
    expect(table).toHaveLength(4)
  })

  it('holds every diff in a collapsed section, and links to the report', () => {
    const body = pullRequestBody(sampleReport(), CONTEXT)
    const tree = parseMarkdown(body)
    const fences = tree.children.filter((node) => node.type === 'code')
    expect(fences.map((fence) => fence.lang)).toEqual(['diff', 'diff', 'diff'])
    expect(rawElements(tree).filter((tag) => tag === '<details>')).toHaveLength(3)
    expect(body.match(/\]\([^)]*\)/g)).toEqual([`](${CONTEXT.reportUrl})`])
  })

  it('does not change with how long things took', () => {
    const report = sampleReport()
    const later = {
      ...report,
      run: {
        ...report.run,
        startedAt: '2027-01-01T00:00:00Z',
        durationMs: 1,
        timings: { ...report.run.timings, heal: 9 },
      },
      results: report.results.map((result) => ({
        ...result,
        verification: result.verification && {
          ...result.verification,
          runs: result.verification.runs.map((run) => ({ ...run, durationMs: run.durationMs + 17 })),
        },
      })),
    }
    expect(pullRequestBody(later, CONTEXT)).toBe(pullRequestBody(report, CONTEXT))
    expect(pullRequestBody({ ...report, results: [...report.results].reverse() }, CONTEXT)).toBe(
      pullRequestBody(report, CONTEXT),
    )
  })

  it('lists only the fixes that are in the branch as repairs', () => {
    const body = pullRequestBody(sampleReport(), { ...CONTEXT, included: ['a10f5c9e7d02'] })
    expect(tableOf(body)).toHaveLength(2)
    expect(body).toContain('**1 repair** for **1 failed test** in 1 file.')
  })

  it('says so where nothing could be repaired', () => {
    const results = sampleResults().filter((result) => result.status !== 'healed')
    expect(pullRequestBody(sampleReport(results), CONTEXT)).toMatch(/^Nothing was repaired\./)
  })

  it('does not claim verification that did not happen', () => {
    const failed = sampleResult({ verification: { runs: [{ passed: false, durationMs: 1 }], effects: 'unknown' } })
    const body = pullRequestBody(sampleReport([sampleResult(), failed]), { ...CONTEXT, included: ['3f9a01c27be4'] })
    expect(body).toContain('**1 of 2** were verified')
  })

  it.each([30, 300, 3_000])('stays within the limit with %i repairs, whole fences and whole rows only', (n) => {
    const body = pullRequestBody(sampleReport(Array.from({ length: n }, (_, i) => bulky(i))), {
      ...CONTEXT,
      reserve: 2_000,
    })
    expect(byteLength(body)).toBeLessThanOrEqual(BODY_LIMIT - 2_000)
    expect(byteLength(body)).toBeGreaterThan(BODY_LIMIT * 0.5)
    expect(balanced(body)).toBe(true)
    const table = tableOf(body)
    expect(table.every((cells) => cells.length === 6)).toBe(true)
    if (table.length < n + 1) expect(body).toContain(`and ${n + 1 - table.length} more results`)
    expect(body.trimEnd().endsWith('made for commit <code>9b1d6f0c4a7e</code>')).toBe(true)
  })

  it('keeps its structure, whatever the texts are', () => {
    const shape = (body: string): string[] => parseMarkdown(body).children.map((node) => node.type)
    const plain = shape(
      pullRequestBody(
        withTexts((text) => `${text}x`),
        CONTEXT,
      ),
    )
    fc.assert(
      fc.property(hostileText, (hostile) => {
        const body = pullRequestBody(
          withTexts((text) => `${text}x${hostile}`),
          CONTEXT,
        )
        expect(shape(body)).toEqual(plain)
        expect(balanced(body)).toBe(true)
        expect(body.replace(/^(`{3,})diff\n[\s\S]*?\n\1$/gm, '')).not.toMatch(/@[\p{L}\p{N}]|(?<![&/])#\d/u)
      }),
      { numRuns: 25 },
    )
  })
})
