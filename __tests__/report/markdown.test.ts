import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { byteLength, toMarkdown } from '../../src/report/index.ts'
import { hostileText, withTexts } from '../support/arbitraries.ts'
import { parseMarkdown, visibleText } from '../support/markdown.ts'
import { sampleReport, sampleResult } from '../support/reports.ts'

describe('the job summary', () => {
  it('shows every result, worst first, and the times of the stages', () => {
    const text = toMarkdown(sampleReport())
    const table = parseMarkdown(text).children.find((node) => node.type === 'table')
    const statuses =
      table?.type === 'table' ? table.children.slice(1).map((row) => visibleText(row.children[0] ?? row)) : []
    expect(statuses).toEqual([
      '✖ Likely regression',
      '? Needs a human',
      '! Environment',
      '○ Proposed',
      '≈ Flaky',
      '✔ Healed',
      '✔ Healed',
      '✔ Healed',
    ])
    expect(text).toContain('reproduce 38.1 s')
    expect(text).toContain('traces of the last green run (<code>4a0e88d1c7b3</code>)')
  })

  it('names the problems of the run', () => {
    const problems = [{ subject: 'a.xml', message: 'It is cut off.', remedy: 'Upload the whole file.' }]
    expect(toMarkdown(sampleReport(undefined, { problems }))).toContain(
      '<code>a.xml</code>: It is cut off. Upload the whole file.',
    )
  })

  it('shows commands of its own as code, and no other text', () => {
    const reason = 'Rejected by `kim`. `/heal retry c0ffee12ab34` tries it again.'
    const text = toMarkdown(sampleReport([sampleResult({ status: 'needs_human', reason })]))
    expect(text).toContain('Rejected by &#96;kim&#96;. <code>/heal retry c0ffee12ab34</code> tries it again.')
  })

  it('does not offer the chosen element again among the other candidates', () => {
    const { proposal } = sampleResult()
    if (!proposal) throw new Error('the sample has a proposal')
    const chosen = { locator: 'page.getByLabel("Chosen")', confidence: proposal.confidence }
    const other = { locator: 'page.getByLabel("Other")', confidence: 0.02 }
    const shown = (alternatives: (typeof other)[]) =>
      toMarkdown(sampleReport([sampleResult({ proposal: { ...proposal, alternatives } })]))
    expect(shown([chosen, other])).toContain('2. 0.02 <code>page.getByLabel("Other")</code>')
    expect(shown([chosen, other])).not.toContain('Chosen')
    expect(shown([chosen])).not.toContain('Other candidates')
  })

  it('tells that a run ended early', () => {
    const report = sampleReport()
    expect(toMarkdown({ ...report, run: { ...report.run, reached: 'heal' } })).toContain(
      'ended early, in the stage "heal"',
    )
  })

  it('stays within a limit, and says what it left out', () => {
    const results = Array.from({ length: 400 }, (_, i) =>
      sampleResult({ diagnosis: { ...sampleResult().diagnosis, signature: i.toString(16).padStart(12, '0') } }),
    )
    for (const maxBytes of [20_000, 100_000, 400_000]) {
      const text = toMarkdown(sampleReport(results), { maxBytes })
      expect(byteLength(text)).toBeLessThanOrEqual(maxBytes)
      expect(text).toMatch(/left out here for size|not shown here for size/)
    }
  })

  it('links to the report and the pull request where there are any', () => {
    const text = toMarkdown(sampleReport(), { reportUrl: 'https://a.example/r', pullRequestUrl: 'javascript:alert(1)' })
    expect(text).toContain('[Full report](https://a.example/r)')
    expect(text).not.toContain('javascript:')
  })

  it('keeps its structure, whatever the texts are', () => {
    const shape = (text: string): string[] => parseMarkdown(text).children.map((node) => node.type)
    const plain = shape(toMarkdown(withTexts((text) => `${text}x`)))
    fc.assert(
      fc.property(hostileText, (hostile) => {
        expect(shape(toMarkdown(withTexts((text) => `${text}x${hostile}`)))).toEqual(plain)
      }),
      { numRuns: 25 },
    )
  })
})
