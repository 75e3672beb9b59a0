import { describe, expect, it } from 'vitest'
import type { HealContext, Verdict } from '../../src/healers/contract.ts'
import { healWebDriver } from '../../src/healers/webdriver-locator.ts'
import type { Failure } from '../../src/model.ts'
import type { TokenChange } from '../../src/source/changes.ts'
import { parse } from '../../src/source/syntax.ts'

const TEST = 'tests/test_a.py'
const PAGE =
  '<form><input id="amount"><button id="to-basket" class="wide">Buy</button><button class="wide">Share</button></form>'
const renamed = (old: string, fresh: string, standing: TokenChange['standing'] = 'alone'): TokenChange => ({
  commit: { id: 'b'.repeat(40), author: 'A', date: '2026-10-01T00:00:00Z', subject: 'Rename it' },
  file: 'site/index.html',
  line: 1,
  kind: 'string',
  old,
  new: fresh,
  standing,
})

const NOTHING: HealContext = {
  threshold: 0.8,
  baseline: { source: 'none', target: null, others: [], matches: 1 },
  page: null,
  refuted: [],
  history: null,
  strategiesOff: [],
}

const healed = async (
  line: string,
  { page = PAGE as string | null, history = [renamed('buy', 'to-basket')], message = '' } = {},
): Promise<Verdict | null> => {
  const text = `def test_a(driver):\n    ${line}\n`
  const tree = await parse('python', text)
  const failure: Failure = {
    test: { id: 't', title: 'test_a', file: TEST, framework: 'pytest' },
    errors: [{ type: 'NoSuchElementException', message, stack: [{ file: TEST, line: 2, column: 0 }] }],
    attachments: [],
    attempts: ['failed'],
    durationMs: 0,
    artifact: '',
  }
  const context: HealContext = {
    ...NOTHING,
    history,
    code: {
      files: [TEST],
      read: () => text,
      tree: (name) => (name === TEST ? tree : null),
      isTest: (name) => name.startsWith('tests/'),
    },
    failures: [failure],
    pageSource: page,
  }
  return healWebDriver(context)
}

describe('a lost locator of Selenium', () => {
  it('is changed in the one value that a commit renamed', async () => {
    const verdict = await healed(`driver.find_element(By.CSS_SELECTOR, "button#buy.wide").click()`)
    expect(verdict?.status, verdict?.reason).toBe('proposed')
    expect(verdict?.proposal?.edits.map(({ old, new: fresh }) => [old, fresh])).toEqual([['buy', 'to-basket']])
  })

  it.each([
    ['no commit says so', { history: [] }, 'no commit says what takes its place'],
    ['a commit replaced what it does, too', { history: [renamed('buy', 'to-basket', 'contested')] }, 'reaches 40 %'],
    ['two elements have the new value', { page: `${PAGE}<a id="to-basket"></a>` }, 'reaches 50 %'],
    ['the page has what it asks for', { page: `${PAGE}<a id="buy"></a>` }, 'no element has them all'],
    ['the page is not known', { page: null }, 'no browser was found'],
  ])('is left to a person where %s', async (_, given, reason) => {
    const verdict = await healed('driver.find_element(By.ID, "buy").click()', given)
    expect(verdict?.status).toBe('needs_human')
    expect(verdict?.reason).toContain(reason)
    expect(verdict?.proposal?.edits ?? []).toEqual([])
  })

  it('is left to a person where something is typed, and the new value is on a button', async () => {
    const verdict = await healed('driver.find_element(By.ID, "buy").send_keys("3")')
    expect(verdict?.status).toBe('needs_human')
    expect(verdict?.proposal?.evidence.map(({ text }) => text)).toContain(
      '“to-basket” is on a <button>, which nothing can be typed into',
    )
  })

  it('is left to a person where the line holds two', async () => {
    expect(
      (await healed('both(driver.find_element(By.ID, "buy"), driver.find_element(By.ID, "amount"))'))?.status,
    ).toBe('needs_human')
  })

  it('is none of ours where no Python test failed', () => {
    expect(healWebDriver(NOTHING)).toBeNull()
  })
})
