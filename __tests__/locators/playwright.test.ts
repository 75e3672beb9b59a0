import { createRequire } from 'node:module'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { playwright } from '../../src/locators/playwright.ts'
import { fromSelector, toSelector } from '../../src/locators/playwright-selector.ts'
import { styleOf, writeLocator } from '../../src/locators/playwright-write.ts'
import type { Locator } from '../../src/model.ts'
import { locators } from './arbitrary-locator.ts'

const require = createRequire(import.meta.url)
// Not a public entry: only to hold our own reading and writing against Playwright's.
const { iso } = require('playwright-core/lib/coreBundle') as {
  iso: {
    asLocator(language: string, selector: string): string
    parseSelector(selector: string): { parts: { name: string; source: string }[] }
  }
}

const SELECTORS: readonly [string, string][] = [
  [`page.getByTestId('buy')`, 'internal:testid=[data-testid="buy"s]'],
  [`page.getByTestId(/^buy/)`, 'internal:testid=[data-testid=/^buy/]'],
  [`page.getByRole('button')`, 'internal:role=button'],
  [`page.getByRole('button', { name: 'Buy "now"' })`, 'internal:role=button[name="Buy \\"now\\""i]'],
  [`page.getByRole('heading', { level: 2, name: 'A', exact: true })`, 'internal:role=heading[level=2][name="A"s]'],
  [`page.getByText('Buy')`, 'internal:text="Buy"i'],
  [`page.getByText('Buy', { exact: true })`, 'internal:text="Buy"s'],
  [`page.getByLabel(/e-?mail/i)`, 'internal:label=/e-?mail/i'],
  [`page.getByPlaceholder('Search…')`, 'internal:attr=[placeholder="Search…"i]'],
  [`page.getByAltText('Logo', { exact: true })`, 'internal:attr=[alt="Logo"s]'],
  [`page.getByTitle('x')`, 'internal:attr=[title="x"i]'],
  [`page.locator('.a > .b')`, '.a > .b'],
  [`page.locator('//li[2]')`, '//li[2]'],
  [`page.locator('text=Save')`, 'text=Save'],
  [`page.locator('#a >> text="b >> c" >> nth=1')`, '#a >> text="b >> c" >> nth=1'],
  [`page.locator('li', { hasText: 'Mug' }).nth(-2)`, 'li >> internal:has-text="Mug"i >> nth=-2'],
  [
    `page.locator('li').filter({ hasNot: page.getByText('x') }).last()`,
    'li >> internal:has-not="internal:text=\\"x\\"i" >> nth=-1',
  ],
  [`page.frameLocator('#pay').getByText('x')`, '#pay >> internal:control=enter-frame >> internal:text="x"i'],
  [
    `page.frameLocator('iframe').nth(1).getByText('x')`,
    'iframe >> nth=1 >> internal:control=enter-frame >> internal:text="x"i',
  ],
  [
    `page.getByTitle('f').contentFrame().locator('a')`,
    'internal:attr=[title="f"i] >> internal:control=enter-frame >> a',
  ],
  [
    `page.getByRole('a').and(page.locator('.b')).or(page.locator('c'))`,
    'internal:role=a >> internal:and=".b" >> internal:or="c"',
  ],
  [`page.locator('a').locator(page.locator('b'))`, 'a >> internal:chain="b"'],
  [`page.locator('a').describe('the a').visible()`, 'a >> visible=true'],
]

describe('the selector of a locator', () => {
  it.each(SELECTORS)('%s', async (code, selector) => {
    const parsed = await playwright.parse(code)
    expect(toSelector(parsed?.locator ?? [])).toBe(selector)
    expect(toSelector(fromSelector(selector) ?? [])).toBe(selector)
  })

  it('reads back what Playwright makes of it in words', async () => {
    for (const [, selector] of SELECTORS) {
      const spoken = iso
        .asLocator('javascript', selector)
        .replace(/(?<=^|: |\()(?=getBy|locator|frameLocator)/g, 'page.')
      const words = await playwright.parse(spoken)
      // `a >> visible=true` and the like have several spellings: only their canonical form is one.
      const canonical = (each: string): string => toSelector(fromSelector(each) ?? [])
      expect(canonical(toSelector(words?.locator ?? []))).toBe(canonical(selector))
    }
  })

  it('has the parts that Playwright finds in it, for any locator', () => {
    fc.assert(
      fc.property(locators, (locator) => {
        const selector = toSelector(locator)
        const parts = iso.parseSelector(selector).parts.map((each) => `${each.name}=${each.source}`)
        const again = iso
          .parseSelector(toSelector(fromSelector(selector) ?? []))
          .parts.map((each) => `${each.name}=${each.source}`)
        expect(again).toEqual(parts)
      }),
      { numRuns: 400 },
    )
  })

  it('comes back from its own writing, for any locator and style', async () => {
    await fc.assert(
      fc.asyncProperty(locators, fc.constantFrom("'", '"', '`'), fc.boolean(), async (locator, quote, spaced) => {
        const code = writeLocator(locator, { quote: quote as "'", spaced, base: 'page' })
        const parsed = await playwright.parse(code)
        expect(parsed === null ? null : toSelector(parsed.locator)).toBe(toSelector(locator))
      }),
      { numRuns: 300 },
    )
  })

  it('uses the attribute of the project for test ids', () => {
    expect(toSelector([{ kind: 'testId', value: 'x' }], 'data-qa')).toBe('internal:testid=[data-qa="x"s]')
    expect(fromSelector('internal:testid=[data-qa="x"s]')).toEqual([
      { kind: 'testId', value: 'x', attribute: 'data-qa' },
    ])
  })

  it('is not read where it is malformed, endless or without a place on a page', () => {
    const nested = (depth: number): string =>
      depth === 0 ? 'a' : `a >> internal:has=${JSON.stringify(nested(depth - 1))}`
    for (const selector of [
      'internal:has=oops',
      'internal:control=enter-frame >> a',
      'internal:text=x',
      'nth=x',
      nested(12),
      'a'.repeat(30_000),
    ])
      expect(fromSelector(selector), selector.slice(0, 60)).toBeNull()
  })
})

describe('writing', () => {
  it.each<[string, Locator, string, string]>([
    [
      'double quotes and no spaces',
      [{ kind: 'role', role: 'button', name: 'Buy' }],
      `getByRole("x", {name: "y"})`,
      `page.getByRole("button", {name: "Buy"})`,
    ],
    [
      'the other quote where it saves escapes',
      [{ kind: 'text', value: "Don't" }],
      `getByText('x')`,
      `page.getByText("Don't")`,
    ],
    ['both quotes escaped', [{ kind: 'text', value: `a'b"c` }], `getByText('x')`, `page.getByText('a\\'b"c')`],
    [
      'bidirectional marks as escapes',
      [{ kind: 'text', value: 'a\u202eb' }],
      `getByText('x')`,
      `page.getByText('a\\u202eb')`,
    ],
    [
      'options of the author',
      [
        { kind: 'label', value: /x/i },
        { kind: 'nth', index: 0 },
      ],
      '',
      `page.getByLabel(/x/i).first()`,
    ],
    [
      'the base of nested locators',
      [{ kind: 'filter', has: [{ kind: 'text', value: 'x' }] }],
      `this.page.filter({ has: this.page.getByText('y') })`,
      `this.page.filter({ has: this.page.getByText('x') })`,
    ],
    [
      'frames',
      [
        { kind: 'frame', selector: [{ kind: 'css', value: '#f' }] },
        { kind: 'id', value: 'a' },
      ],
      '',
      `page.frameLocator('#f').locator('#a')`,
    ],
  ])('keeps %s', (_, locator, source, written) => {
    expect(writeLocator(locator, styleOf(source))).toBe(written)
  })
})
