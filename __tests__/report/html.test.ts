import fc from 'fast-check'
import { type DefaultTreeAdapterMap, parse } from 'parse5'
import { describe, expect, it } from 'vitest'
import { isPicture, toHtml } from '../../src/report/index.ts'
import { hostileText, withTexts } from '../support/arbitraries.ts'
import { HOSTILE, sampleReport, sampleResult } from '../support/reports.ts'

type Node = DefaultTreeAdapterMap['childNode']
type Element = DefaultTreeAdapterMap['element']

function elementsOf(page: string): Element[] {
  const found: Element[] = []
  const visit = (node: Node): void => {
    if ('tagName' in node) found.push(node)
    if ('childNodes' in node) node.childNodes.forEach(visit)
  }
  parse(page).childNodes.forEach(visit)
  return found
}

function textOf(node: Node): string {
  if ('value' in node) return node.value
  return 'childNodes' in node ? node.childNodes.map(textOf).join('') : ''
}

function attribute(element: Element, name: string): string | undefined {
  return element.attrs.find((attr) => attr.name === name)?.value
}

function dataOf(page: string): unknown {
  const script = elementsOf(page).find((element) => attribute(element, 'id') === 'data')
  return JSON.parse(script === undefined ? '' : textOf(script))
}

/** Tags in order, with the names of their attributes: what a hostile text must not be able to change. */
function shapeOf(page: string): string[] {
  return elementsOf(page)
    .filter((element) => !['del', 'ins'].includes(element.tagName))
    .map((element) => `${element.tagName} ${element.attrs.map((attr) => attr.name).join(' ')}`)
}

describe('the HTML report', () => {
  it('holds the whole report as data', () => {
    const report = sampleReport()
    expect(dataOf(toHtml(report))).toEqual(report)
  })

  it('holds the same data and the same elements, whatever the texts are', () => {
    const plain = shapeOf(toHtml(withTexts((text) => `${text} plain`)))
    for (const hostile of HOSTILE) {
      const report = withTexts((text) => `${text} ${hostile.replaceAll('\n', ' ')}`)
      const page = toHtml(report)
      expect(shapeOf(page)).toEqual(plain)
      expect(dataOf(page)).toEqual(report)
    }
  })

  it('has no scripts, handlers or addresses of others in it', () => {
    fc.assert(
      fc.property(hostileText, (hostile) => {
        const elements = elementsOf(toHtml(withTexts((text) => text + hostile)))
        const allowed = new Set(['script', 'style', 'img'])
        expect(elements.filter((element) => element.tagName === 'script')).toHaveLength(2)
        for (const element of elements) {
          expect(['iframe', 'object', 'embed', 'link', 'base']).not.toContain(element.tagName)
          for (const { name, value } of element.attrs) {
            expect(name).not.toMatch(/^on|^style$|^src$|^srcset$|^action$|^formaction$/)
            if (name === 'href') expect(value).toBe('#results')
          }
          if (!allowed.has(element.tagName)) expect(attribute(element, 'src')).toBeUndefined()
        }
      }),
      { numRuns: 30 },
    )
  })

  it('shows worst first and can be linked to by signature', () => {
    const cards = elementsOf(toHtml(sampleReport())).filter((element) => element.tagName === 'article')
    expect(cards.map((card) => attribute(card, 'data-status')).slice(0, 3)).toEqual([
      'likely_regression',
      'needs_human',
      'environment',
    ])
    expect(attribute(cards[0] as Element, 'id')).toBe('c0ffee12ab34')
  })

  it('says what a reviewer asks about', () => {
    const page = textOf(elementsOf(toHtml(sampleReport()))[0] as Element)
    expect(page).toContain('21 failed tests: 1 likely regression')
    expect(page).toContain('about 97 are what a maintainer would merge')
    expect(page).toContain('Commit 4f1c2ab renames data-testid="buy" to data-testid="purchase"')
    expect(page).toContain("+    return this.page.getByTestId('purchase')")
    expect(page).toContain('git apply .healing_fixes/product-page-buys-a-mug.patch')
    expect(page).toContain('2/2 passed.')
    expect(page).toContain('9 of 15 chose this element, 1 another one, 5 silent')
  })

  it('shows commands of its own as code, and no other text', () => {
    const reason = 'Rejected by `kim`. `/heal retry c0ffee12ab34` tries it again.'
    const page = toHtml(sampleReport([sampleResult({ reason })]))
    expect(page).toContain('Rejected by `kim`. <code>/heal retry c0ffee12ab34</code> tries it again.')
  })

  it('does not offer the chosen element again among the other candidates', () => {
    const { proposal } = sampleResult()
    if (!proposal) throw new Error('the sample has a proposal')
    const alternatives = [
      { locator: "getByRole('button', { name: 'Buy it' })", confidence: proposal.confidence },
      { locator: "getByRole('button', { name: 'Rent it' })", confidence: 0.02 },
    ]
    const page = toHtml(sampleReport([sampleResult({ proposal: { ...proposal, alternatives } })]))
    expect(page).toContain('2. <code>getByRole(&#39;button&#39;, { name: &#39;Rent it&#39; })</code>')
    expect(page).not.toContain('1. <code>')
  })

  it('tells that a run ended early', () => {
    const report = sampleReport()
    const page = toHtml({ ...report, run: { ...report.run, reached: 'verify' } })
    expect(page).toContain('The run ended early, in the stage “verify”.')
  })

  it('works for a run without failures', () => {
    expect(toHtml(sampleReport([]))).toContain('There was no failed test to look at.')
  })

  it('is the same text for the same report', () => {
    expect(toHtml(sampleReport())).toBe(toHtml(sampleReport()))
  })

  it('takes pictures from the report only, and only real ones', () => {
    expect(isPicture('data:image/png;base64,AAAA')).toBe(true)
    expect(isPicture('data:image/svg+xml;base64,AAAA')).toBe(false)
    expect(isPicture('https://evil.example/x.png')).toBe(false)
    const page = toHtml(
      sampleReport([sampleResult({ pictures: { before: 'https://evil.example/x.png', after: null } })]),
    )
    expect(elementsOf(page).filter((element) => element.tagName === 'img')).toEqual([])
  })
})
