import { describe, expect, it } from 'vitest'
import type { HealContext, Verdict } from '../../src/healers/contract.ts'
import { selectorNotFound } from '../../src/healers/selector-not-found.ts'
import type { Diagnosis } from '../../src/model.ts'
import type { TokenChange } from '../../src/source/changes.ts'
import { pageOf, targetOf } from '../strategies/page.ts'

const OLD = `<header><a href="/" class="brand">Harbour</a><a href="/basket">Basket</a></header><main><h1>Linen apron</h1>
  <p>Washed twice.</p><button me title="Size guide" class="guide">Sizes</button><button>Put into the basket</button></main>`
/** The frame of the page is there, what it is about is not. */
const BARE =
  '<header><a href="/" class="brand">Harbour</a><a href="/basket">Basket</a></header><main><p>A moment</p></main>'

const DIAGNOSIS: Diagnosis = {
  failureType: 'selector_not_found',
  signature: '0123456789ab',
  rootCause: '',
  affected: "getByTitle('Size guide')",
  expected: null,
  actual: null,
  location: null,
  message: '',
  locator: { selector: 'internal:attr=[title="Size guide"i]', action: 'click', step: "Click getByTitle('Size guide')" },
  suggestions: [],
}

const judge = (more: Partial<HealContext> = {}): Verdict => {
  const healing = selectorNotFound.heal(DIAGNOSIS, {
    threshold: 0.8,
    baseline: { source: 'green-trace', target: targetOf(OLD), others: [], matches: 1 },
    page: pageOf(BARE),
    refuted: [],
    history: null,
    strategiesOff: [],
    ...more,
  })
  let next = healing.next()
  while (!next.done) next = healing.next({ kind: 'match', matches: [] })
  return next.value
}

describe('an element that is not on the page', () => {
  it('is called gone where the page is known as it was when the call gave up', () => {
    expect(judge()).toMatchObject({ status: 'likely_regression', winner: null })
  })

  it('is compared with what can be seen alone: nobody looks for a button in the head of a page', () => {
    const head = '<head><title>Harbour</title><meta charset="utf-8"><link rel="icon" href="/icon.png"></head>'
    const shown = judge({ page: pageOf(head + BARE) }).proposal?.alternatives.map(({ locator }) => locator) ?? []
    expect(shown.join(' ')).not.toMatch(/<(?:meta|link|title|head|html)>/)
  })

  it('is not called gone from a page that may have been loading still', () => {
    expect(judge({ isPageEarly: true })).toMatchObject({
      status: 'needs_human',
      reason: expect.stringContaining('The page is known only as the failing call found it, perhaps still loading.'),
    })
  })

  it('is not called gone from a page whose app lacked something, and the reason says what', () => {
    const pageDoubt = 'The app was replayed without an answer to GET /api/items, and may show less than the test saw.'
    expect(judge({ pageDoubt })).toMatchObject({ status: 'needs_human', reason: expect.stringContaining(pageDoubt) })
  })
})

describe('an element that stands where the lost one stood', () => {
  const page = (button: string) => pageOf(OLD.replace(/<button me.*?<\/button>/, button))

  it('is left to a person where nothing that named the old one survives on it, however sure the page is', () => {
    const newcomer = page('<button title="Share" class="guide">Send to a friend</button>')
    expect(judge({ page: newcomer, threshold: 0 })).toMatchObject({
      status: 'needs_human',
      reason: expect.stringContaining('another thing may stand in its place'),
    })
  })

  it('is taken further where a name survives', () => {
    const renamed = page('<button title="Sizes and fit" class="guide">Sizes</button>')
    expect(judge({ page: renamed, threshold: 0 }).reason).not.toContain('another thing')
  })
})

describe('an element that is known again, and says something else', () => {
  const shop = (button: string) =>
    `<h1>Linen apron</h1><p>Kept for a year.</p><button me id="end" class="end">${button}</button>`
  const reworded = (button: string): Verdict =>
    judge({
      baseline: { source: 'green-trace', target: targetOf(shop('Delete the apron')), others: [], matches: 1 },
      page: pageOf(shop(button)),
      history: [],
    })

  it('is left to a person, with both labels', () => {
    expect(reworded('Archive the apron')).toMatchObject({
      status: 'needs_human',
      reason: expect.stringContaining('said “Delete the apron” and says “Archive the apron” now'),
    })
  })

  it('is called broken where its label was not filled in', () => {
    expect(reworded('apron.delete')).toMatchObject({
      status: 'likely_regression',
      reason: expect.stringContaining('shows “apron.delete” where it said “Delete the apron”'),
    })
  })

  it('is taken further where the deed is only worded otherwise', () => {
    expect(reworded('Remove the apron').reason).not.toContain('another deed')
  })
})

describe('an element that is known by its locator alone', () => {
  const rest = Array.from({ length: 80 }, (_, at) => `<p class="row">Line ${at} of the list</p>`).join('')
  const page = pageOf(`<main>${rest}<a me data-testid="harbour-link" href="/h"><span>Harbour</span></a></main>`)
  const target = {
    fingerprint: { tag: '', attributes: { 'data-testid': 'quay' } },
    action: 'click',
    testIdAttributes: ['data-testid'],
  } as const
  const renamed: TokenChange = {
    commit: { id: 'd'.repeat(40), author: 'A', date: '2026-10-01T00:00:00Z', subject: 'Name it as the town does' },
    file: 'src/page.html',
    line: 1,
    kind: 'string',
    old: 'quay',
    new: 'harbour-link',
    standing: 'alone',
  }
  const judged = (history: HealContext['history']) =>
    judge({ page, history, baseline: { source: 'none', target, others: [], matches: 1 } })

  it('is found by what a commit made of its name, however unlike everything else it is', () => {
    const { proposal } = judged([renamed])
    expect(proposal?.confidence).toBeGreaterThan(0.9)
    expect(proposal?.evidence.map(({ text }) => text).join()).toContain('renamed the test id “quay” to “harbour-link”')
  })

  it('is not found where several elements have that name, as in the rows of a table', () => {
    const rows = pageOf(`<main>${rest}<a me data-testid="harbour-link">A</a><a data-testid="harbour-link">B</a></main>`)
    const baseline = { source: 'none', target, others: [], matches: 1 } as const
    expect(judge({ page: rows, history: [renamed], baseline }).status).not.toBe('proposed')
    expect(judge({ page: rows, history: [renamed], baseline }).proposal?.confidence ?? 0).toBeLessThan(0.6)
  })

  it.each<[string, Partial<TokenChange>]>([
    ['made room for another thing', { standing: 'contested' }],
    ['became what no element has', { new: 'pier' }],
  ])('is not found where its name %s', (_, more) => {
    expect(judged([{ ...renamed, ...more }]).proposal?.confidence ?? 0).toBeLessThan(0.5)
  })
})
