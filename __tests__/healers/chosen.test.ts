import { describe, expect, it } from 'vitest'
import { findLocatorSource } from '../../src/diagnosis/find-source.ts'
import { indexPage } from '../../src/dom/page-index.ts'
import type { HealContext, Verdict } from '../../src/healers/contract.ts'
import { selectorNotFound } from '../../src/healers/selector-not-found.ts'
import type { Diagnosis } from '../../src/model.ts'
import { snapshotOf, targetOf } from '../strategies/page.ts'

const TEXT = `import { test } from '@playwright/test'\ntest('x', async ({ page }) => {\n  await page.getByTestId('share').click()\n})\n`
const SELECTOR = 'internal:testid=[data-testid="share"s]'
const IDS = ['share-now', 'share-later'] as const
const snapshot = snapshotOf(
  `<main><h1>Lamp</h1><p>Brass</p>${IDS.map((id) => `<section><div><button data-testid="${id}">Share it</button></div></section>`).join('')}</main>`,
)
const page = indexPage(snapshot)
const target = targetOf('<main><h1>Lamp</h1><p>Brass</p><button data-testid="share" me>Share</button></main>')

async function heal(chosen: string | null): Promise<Verdict> {
  const source = await findLocatorSource({
    selector: SELECTOR,
    stack: [{ file: 'a.spec.ts', line: 3, column: 35 }],
    testFile: 'a.spec.ts',
    root: '/repo',
    readFile: (file) => (file === 'a.spec.ts' ? TEXT : null),
  })
  const diagnosis: Diagnosis = {
    failureType: 'selector_not_found',
    signature: '0123456789ab',
    rootCause: 'It is not there.',
    affected: "getByTestId('share')",
    expected: null,
    actual: null,
    location: { file: 'a.spec.ts', line: 3, column: 35 },
    message: '',
    locator: { selector: SELECTOR, action: 'click', step: 'Click', ...(source ? { source } : {}) },
    suggestions: [],
  }
  const context: HealContext = {
    threshold: 0.8,
    baseline: { source: 'green-trace', target, others: [], matches: 1 },
    page,
    refuted: [],
    history: null,
    strategiesOff: [],
    chosen: chosen === null ? null : { candidate: chosen, by: '@ada' },
  }
  const healing = selectorNotFound.heal(diagnosis, context)
  let next = healing.next()
  while (!next.done) {
    const selectors = next.value.kind === 'match' ? next.value.selectors : []
    const reached = (selector: string) =>
      snapshot.elements.flatMap(({ index, attributes }) =>
        attributes['data-testid'] !== undefined && selector.includes(`"${attributes['data-testid']}"`) ? [index] : [],
      )
    next = healing.next({ kind: 'match', matches: selectors.map(reached) })
  }
  return next.value
}

describe('of two elements that are almost equally likely', () => {
  it('none is taken; the one that a person chose among those shown is, however unsure it is by itself', async () => {
    const undecided = await heal(null)
    expect(undecided.status, undecided.reason).toBe('needs_human')
    const shown = undecided.proposal?.alternatives.slice(0, 2).map(({ locator }) => locator) ?? []
    expect(new Set(shown).size).toBe(2)
    const taken: string[] = []
    for (const locator of shown) {
      const verdict = await heal(locator)
      expect(verdict.status, verdict.reason).toBe('proposed')
      expect(verdict.proposal?.evidence.map(({ text }) => text)).toContain(`@ada chose ${locator}`)
      expect(verdict.proposal?.confidence).toBeLessThanOrEqual(0.8)
      taken.push(verdict.proposal?.edits.map((edit) => edit.new).join() ?? '')
    }
    expect(taken.toSorted()).toEqual(IDS.map((id) => expect.stringContaining(id)).toReversed())
  })

  it('nothing is taken where what was chosen is not there any more', async () => {
    const verdict = await heal("getByTestId('share-gone')")
    expect(verdict).toMatchObject({
      status: 'needs_human',
      reason: expect.stringContaining('no candidate on the page'),
    })
  })
})
