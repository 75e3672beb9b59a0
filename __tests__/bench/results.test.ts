import { XMLParser, XMLValidator } from 'fast-xml-parser'
import { describe, expect, it } from 'vitest'
import type { Answer } from '../../bench/metrics.ts'
import { reliabilityDiagram } from '../../bench/reliability.ts'
import { type Report, resultsPage } from '../../bench/results.ts'

const answer = (confidence: number, right: boolean, removed = false): Answer => ({
  site: 's',
  confidence,
  right,
  accepted: confidence > 0.8,
  removed,
  ms: 1,
})
const answers = [answer(0.95, true), answer(0.9, true), answer(0.85, false), answer(0.3, false, true)]

describe('the reliability diagram', () => {
  it('is well-formed and shows a point for every tenth that has answers', () => {
    const svg = reliabilityDiagram([{ name: 'a < "b"', answers }])
    expect(XMLValidator.validate(svg)).toBe(true)
    const circles = new XMLParser().parse(svg).svg.circle as unknown[]
    expect(circles).toHaveLength(3)
  })
})

describe('the page of results', () => {
  const report = (title: string, given: readonly Answer[], result: Report['result'] = {}): Report => ({
    title,
    command: `run ${title}`,
    printed: `table of ${title}`,
    result,
    answers: given,
  })
  const page = (ms: number): string =>
    resultsPage({
      similo: report('similo', answers),
      similoRich: report('similo-rich', answers),
      mutations: report('mutations', answers),
      speed: report('speed', [], { oneAmong5kMs: ms }),
      machine: '2 × test',
    })

  it('says where each measure stands', () => {
    expect(page(8)).toMatch(/ms of processor \| 8 \| ≤ 10 \| ≤ 50 \| moonshot \|/)
    expect(page(30)).toMatch(/ms of processor \| 30 \| .* \| floor \|/)
    expect(page(80)).toMatch(/ms of processor \| 80 \| .* \| \*\*below the floor\*\* \|/)
    expect(page(8)).toMatch(/`mutations`, right \| 66\.7 % \| ≥ 99\.0 % \| ≥ 97\.0 % \| \*\*below the floor\*\*/)
  })

  it('holds what every benchmark printed', () => {
    for (const title of ['similo', 'similo-rich', 'mutations', 'speed']) expect(page(1)).toContain(`table of ${title}`)
  })
})
