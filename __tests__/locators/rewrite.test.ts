// biome-ignore-all lint/suspicious/noTemplateCurlyInString: sources are quoted as they are written
import { describe, expect, it } from 'vitest'
import { findLocatorSource } from '../../src/diagnosis/find-source.ts'
import { matchLocator } from '../../src/dom/match/locator.ts'
import { indexPage } from '../../src/dom/page-index.ts'
import { playwright } from '../../src/locators/playwright.ts'
import { toSelector } from '../../src/locators/playwright-selector.ts'
import { type Rewrite, rewriteCandidates } from '../../src/locators/rewrite.ts'
import { applyEdits, editsByFile } from '../../src/source/edits.ts'
import { placeAt } from '../../src/source/syntax.ts'
import { snapshotOf, targetOf } from '../strategies/page.ts'

type Files = Readonly<Record<string, string>>
type Others = Parameters<typeof rewriteCandidates>[0]['others']

interface Healed {
  /** Changed lines of the first rewrite that reaches the marked element alone. */
  readonly lines: readonly string[]
  readonly style: string | undefined
  readonly strategy: string | undefined
  readonly all: readonly Rewrite[]
}

const HEAD = `import { test } from '@playwright/test'\n`

/** A test whose last line clicks `use`, with the selector that ran, taken from `ran` where `use` does not say it all. */
async function heal(
  use: string,
  before: string,
  after: string,
  options: {
    setup?: string
    files?: Files
    ran?: string
    isTextAsserted?: boolean
    others?: Others
    preferred?: readonly string[]
  } = {},
): Promise<Healed> {
  const text = `${HEAD}${options.setup ?? ''}test('x', async ({ page }) => {\n  await ${use}.click()\n})\n`
  const files: Files = { 'a.spec.ts': text, ...options.files }
  const plain = await playwright.parse(options.ran ?? use)
  const place = placeAt(text, text.lastIndexOf('click()'))
  const source = await findLocatorSource({
    selector: toSelector(plain?.locator ?? []),
    stack: [{ file: 'a.spec.ts', ...place }],
    testFile: 'a.spec.ts',
    root: '/repo',
    readFile: (path) => files[path] ?? null,
  })
  if (source === null) throw new Error(`${use} was not found`)
  const snapshot = snapshotOf(after)
  const element = snapshot.elements.findIndex((each) => each.attributes.me !== undefined)
  for (const each of snapshot.elements) delete (each.attributes as Record<string, string>).me
  const page = indexPage(snapshot)
  const { isTextAsserted = false, others = [], preferred } = options
  const job = { source, page, element, old: targetOf(before), isTextAsserted, others }
  const all = rewriteCandidates(preferred ? { ...job, preferred } : job)
  const first = all.find(({ locator }) => {
    // Where a snapshot cannot tell, a browser would be asked.
    const reached = matchLocator(page, locator)
    return reached === null || (reached.length === 1 && reached[0] === element)
  })
  const lines = [...editsByFile(first?.edits ?? [])].flatMap(([file, edits]) => {
    const was = files[file] ?? ''
    const old = new Set(was.split('\n'))
    return applyEdits(was, edits)
      .split('\n')
      .filter((line) => !old.has(line))
      .map((line) => line.trim())
  })
  return { lines, style: first?.style, strategy: first?.strategy, all }
}

const button = (attributes: string, text: string) =>
  `<main><button ${attributes} me>${text}</button><button>Other</button></main>`

describe('the author’s own kind of locator comes first', () => {
  it.each([
    [
      'a test id',
      `page.getByTestId("buy")`,
      button('data-testid="buy"', 'Buy'),
      button('data-testid="purchase"', 'Purchase'),
      `await page.getByTestId("purchase").click()`,
    ],
    [
      'a role by name',
      `page.getByRole('button', {name: 'Buy'})`,
      button('', 'Buy'),
      button('data-testid="x"', 'Purchase'),
      `await page.getByRole('button', {name: 'Purchase'}).click()`,
    ],
    [
      'a role that changed',
      `page.getByRole('button', { name: 'Buy' })`,
      button('', 'Buy'),
      `<a href="/buy" me>Buy</a>`,
      `await page.getByRole('link', { name: 'Buy' }).click()`,
    ],
    [
      'a piece of a name',
      `page.getByRole('button', { name: 'Buy' })`,
      button('', 'Buy it now'),
      button('', 'Purchase it now'),
      `await page.getByRole('button', { name: 'Purchase' }).click()`,
    ],
    [
      'a regular expression',
      `page.getByRole('button', { name: /^buy/i })`,
      button('', 'Buy now'),
      button('', 'Purchase now'),
      `await page.getByRole('button', { name: /^Purchase/i }).click()`,
    ],
    [
      'a text',
      `page.getByText('Buy', { exact: true })`,
      button('', 'Buy'),
      button('', 'Purchase'),
      `await page.getByText('Purchase', { exact: true }).click()`,
    ],
    [
      'a text with a quote',
      `page.getByText('Buy')`,
      button('', 'Buy'),
      button('', "Don't buy"),
      `await page.getByText('Don\\'t buy').click()`,
    ],
    [
      'a label',
      `page.getByLabel('E-mail')`,
      `<label for="e">E-mail</label><input id="e" me>`,
      `<label for="e">Mail address</label><input id="e" me>`,
      `await page.getByLabel('Mail address').click()`,
    ],
    [
      'a placeholder',
      `page.getByPlaceholder('Search')`,
      `<input placeholder="Search" me>`,
      `<input placeholder="Find products" me>`,
      `await page.getByPlaceholder('Find products').click()`,
    ],
    [
      'a title',
      `page.getByTitle('Close')`,
      `<a title="Close" me>x</a>`,
      `<a title="Dismiss" me>x</a>`,
      `await page.getByTitle('Dismiss').click()`,
    ],
    [
      'an alternative text',
      `page.getByAltText('Logo')`,
      `<img alt="Logo" me>`,
      `<img alt="Brand" me>`,
      `await page.getByAltText('Brand').click()`,
    ],
    [
      'an id in CSS',
      `page.locator('#buy')`,
      button('id="buy"', 'Buy'),
      button('id="purchase"', 'Buy'),
      `await page.locator('#purchase').click()`,
    ],
    [
      'one class of several',
      `page.locator('main .btn.buy')`,
      button('class="btn buy"', 'Buy'),
      button('class="btn purchase css-1x2y3z"', 'Buy'),
      `await page.locator('main .btn.purchase').click()`,
    ],
    [
      'a class for the one that came in its place, not for one the author could have chosen before',
      `page.locator('.book-button')`,
      button('class="box-bottom book-button"', 'Book'),
      button('class="box-bottom schedule__book"', 'Book'),
      `await page.locator('.schedule__book').click()`,
    ],
    [
      'a class of looks for another of looks, where the author went by looks',
      `page.locator('.btn-primary')`,
      button('class="btn-primary"', 'Book'),
      button('class="btn-success"', 'Book'),
      `await page.locator('.btn-success').click()`,
    ],
    [
      'an attribute in CSS',
      `page.locator('[data-qa="buy"]')`,
      button('data-qa="buy"', 'Buy'),
      button('data-qa="purchase"', 'Buy'),
      `await page.locator('[data-qa="purchase"]').click()`,
    ],
    [
      'a text in CSS',
      `page.locator('button:has-text("Buy")')`,
      button('', 'Buy'),
      button('', 'Purchase'),
      `await page.locator('button:has-text("Purchase")').click()`,
    ],
    [
      'an engine with its name',
      `page.locator('css=.buy')`,
      button('class="buy"', 'Buy'),
      button('class="purchase"', 'Buy'),
      `await page.locator('css=.purchase').click()`,
    ],
    [
      'the text engine',
      `page.locator('text=Buy')`,
      button('', 'Buy'),
      button('', 'Purchase'),
      `await page.locator('text=Purchase').click()`,
    ],
    [
      'an XPath attribute',
      `page.locator('//button[@id="buy"]')`,
      button('id="buy"', 'Buy'),
      button('id="purchase"', 'Buy'),
      `await page.locator('//button[@id="purchase"]').click()`,
    ],
    [
      'an XPath text',
      `page.locator("xpath=//button[text()='Buy']")`,
      button('', 'Buy'),
      button('', 'Purchase'),
      `await page.locator("xpath=//button[text()='Purchase']").click()`,
    ],
    [
      'a class inside contains()',
      `page.locator("//button[contains(@class, 'buy')]")`,
      button('class="a buy"', 'Buy'),
      button('class="a purchase"', 'Buy'),
      `await page.locator("//button[contains(@class, 'purchase')]").click()`,
    ],
    [
      'places in an XPath',
      `page.locator('//table[@id="orders"]/tbody/tr[2]/td[2]')`,
      `<table id="orders"><tbody><tr><td>1</td><td>Mug</td></tr><tr><td>2</td><td me>Lamp</td></tr></tbody></table>`,
      `<table id="all"><tbody><tr><td>1</td><td>-</td><td>Mug</td></tr><tr><td>2</td><td>-</td><td me>Lamp</td></tr></tbody></table>`,
      `await page.locator('//table[@id="all"]/tbody/tr[2]/td[3]').click()`,
    ],
  ])('%s', async (_, use, before, after, line) => {
    const healed = await heal(use, before, after)
    expect(healed.lines).toEqual([line])
    expect(healed.style).toBe('same-literal')
  })

  it('one part of a selector with >>, before another kind in the same quotes', async () => {
    const nav = (text: string) => `<nav><a href="/">All</a><a href="/new" me>${text}</a></nav>`
    const healed = await heal(`page.locator('nav >> text=New')`, nav('New'), nav('Create'), {
      others: [{ strategy: 'xpath', locator: [{ kind: 'xpath', value: `//nav/a[2]` }] }],
    })
    expect(healed.lines).toEqual([`await page.locator('nav >> text=Create').click()`])
  })

  it('changes a constant where it is defined', async () => {
    const files = { 'sel.ts': `export const SEL = { buy: '#buy' } as const\n` }
    const setup = `import { SEL } from './sel'\n`
    const healed = await heal('page.locator(SEL.buy)', button('id="buy"', 'Buy'), button('id="purchase"', 'Buy'), {
      files,
      setup,
      ran: `page.locator('#buy')`,
    })
    expect(healed.lines).toEqual([`export const SEL = { buy: '#purchase' } as const`])
  })

  it('keeps the substitutions of a template and changes only its static text', async () => {
    const setup = 'const id = process.pid\n'
    const healed = await heal(
      'page.locator(`#row-${id} .buy`)',
      `<div id="row-7"><a class="buy" me>x</a></div>`,
      `<div id="line-7"><a class="buy" me>x</a></div>`,
      { setup, ran: `page.locator('#row-7 .buy')` },
    )
    expect(healed.lines).toEqual(['await page.locator(`#line-${id} .buy`).click()'])
  })

  it('does not put a constant where something known only at run time stood', async () => {
    const setup = 'const id = process.pid\n'
    const healed = await heal(
      'page.getByTestId(`row-${id}`)',
      `<a data-testid="row-7" me>x</a>`,
      `<a data-testid="first" me>x</a>`,
      { setup, ran: `page.getByTestId('row-7')` },
    )
    expect(healed.all.flatMap((each) => each.edits)).toEqual([])
  })
})

describe('chains', () => {
  const cart = (outer: string, inner: string, text = 'Buy') =>
    `<main><section ${outer}><button ${inner} me>${text}</button></section><section data-testid="other"><button ${inner}>${text}</button></section></main>`

  it('change only the container where the element still fits', async () => {
    const healed = await heal(
      `page.getByTestId('cart').getByRole('button', { name: 'Buy' })`,
      cart('data-testid="cart"', ''),
      cart('data-testid="basket"', ''),
    )
    expect(healed.lines).toEqual([`await page.getByTestId('basket').getByRole('button', { name: 'Buy' }).click()`])
  })

  it('change container and element where both are different', async () => {
    const healed = await heal(
      `page.getByTestId('cart').getByRole('button', { name: 'Buy' })`,
      cart('data-testid="cart"', ''),
      cart('data-testid="basket"', '', 'Order'),
    )
    expect(healed.lines).toEqual([`await page.getByTestId('basket').getByRole('button', { name: 'Order' }).click()`])
    expect(healed.style).toBe('same-kind')
  })

  it('change the text of a row filter', async () => {
    const rows = (name: string) =>
      `<table><tr><td>${name}</td><td><button me>Buy</button></td></tr><tr><td>Cup</td><td><button>Buy</button></td></tr></table>`
    const use = `page.getByRole('row').filter({ hasText: 'Mug' }).getByRole('button')`
    expect((await heal(use, rows('Mug'), rows('Large beaker'))).lines).toEqual([
      `await page.getByRole('row').filter({ hasText: 'Large beaker' }).getByRole('button').click()`,
    ])
  })

  it('change an index that was written as one', async () => {
    const before = `<ul><li>A</li><li me>B</li></ul>`
    const after = `<ul><li>B0</li><li>B1</li><li>B2</li><li me>B3</li></ul>`
    expect((await heal(`page.getByRole('listitem').nth(1)`, before, after)).lines).toEqual([
      `await page.getByRole('listitem').nth(3).click()`,
    ])
  })

  it('never turn first() into something else of its kind', async () => {
    const healed = await heal(
      `page.getByRole('listitem').first()`,
      `<ul><li me>A</li></ul>`,
      `<ul><li>Z</li><li id="a" me>A</li></ul>`,
    )
    expect(healed.all.filter((each) => each.style !== 'other')).toEqual([])
    expect(healed.lines).toEqual([`await page.locator('#a').click()`])
  })
})

describe('frames and shadow roots', () => {
  it('leads into the iframe an element has moved to', async () => {
    const after = `<main><iframe title="Payment" name="pay"><button me>Buy</button></iframe></main>`
    const healed = await heal(`page.getByRole('button', { name: 'Buy' })`, button('', 'Buy'), after)
    expect(healed.lines).toEqual([
      `await page.frameLocator('iframe[name="pay"]').getByRole('button', { name: 'Buy' }).click()`,
    ])
  })

  it('takes the way into an iframe out where the element has left it', async () => {
    const use = `page.frameLocator('#pay').getByText('Buy')`
    expect((await heal(use, button('', 'Buy'), button('', 'Buy'))).lines).toEqual([
      `await page.getByText('Buy').click()`,
    ])
  })

  it('changes the iframe’s own selector', async () => {
    const frame = (id: string) =>
      `<main><iframe id="${id}"><button me>Buy</button></iframe><iframe id="ads"></iframe></main>`
    const healed = await heal(`page.frameLocator('#pay').getByText('Buy')`, frame('pay'), frame('checkout'))
    expect(healed.lines).toEqual([`await page.frameLocator('#checkout').getByText('Buy').click()`])
  })

  it('gives up XPath for an element in a shadow root', async () => {
    const after = `<main><shop-buy><template><button id="buy" me>Buy</button></template></shop-buy></main>`
    const healed = await heal(`page.locator('//button[@id="purchase"]')`, button('id="purchase"', 'Buy'), after)
    expect(healed.all.some((each) => each.locator.some((step) => step.kind === 'xpath'))).toBe(false)
    expect(healed.lines).toEqual([`await page.locator('#buy').click()`])
  })
})

describe('another kind of locator', () => {
  it('is taken by priority where the author’s own is gone', async () => {
    const after = button('data-testid="buy" id="b"', 'Order')
    const healed = await heal(`page.getByPlaceholder("Buy")`, `<input placeholder="Buy" me>`, after)
    expect(healed.lines).toEqual([`await page.getByTestId("buy").click()`])
    expect(healed).toMatchObject({ style: 'other', strategy: 'testId' })
  })

  it('is taken by what people merged and rejected, where that changes the order of strategies', async () => {
    const gone = "page.getByText('Pay')"
    const [before, after] = [button('', 'Pay'), button('id="pay" title="Pays" data-testid="order"', '')]
    const byPriority = await heal(gone, before, after)
    const learned = await heal(gone, before, after, { preferred: ['title', 'id', 'testId'] })
    expect([byPriority.strategy, learned.strategy]).toEqual(['testId', 'title'])
    expect(learned.all.map(({ selector }) => selector).sort()).toEqual(
      byPriority.all.map(({ selector }) => selector).sort(),
    )
  })

  it('stays the author’s own kind, whatever was learned', async () => {
    const { lines } = await heal(
      "page.getByTestId('buy')",
      button('data-testid="buy"', 'Buy'),
      button('data-testid="order" title="Order"', 'Buy'),
      {
        preferred: ['title', 'text', 'testId'],
      },
    )
    expect(lines).toEqual(["await page.getByTestId('order').click()"])
  })

  it('replaces the whole chain where the containers are gone, too', async () => {
    const use = `page\n    .locator('.cart')\n    .getByTestId('buy')\n    .first()`
    const healed = await heal(
      use,
      button('data-testid="buy"', 'Buy'),
      `<main><a id="order" me>Order</a><a>x</a></main>`,
    )
    const made = healed.all.find((each) => each.selector === '#order')
    expect(made?.edits.map((each) => [each.old, each.new])).toEqual([
      [`\n    .locator('.cart')`, ''],
      [`.getByTestId('buy')`, `.locator('#order')`],
      ['\n    .first()', ''],
    ])
    expect(healed.lines).toContain(`.locator('#order').click()`)
  })

  it('is a selector string where the author gave one to an action', async () => {
    const text = `${HEAD}test('x', async ({ page }) => {\n  await page.click('#buy')\n})\n`
    const source = await findLocatorSource({
      selector: '#buy',
      stack: [{ file: 'a.spec.ts', ...placeAt(text, text.indexOf('click')) }],
      testFile: 'a.spec.ts',
      root: '/r',
      readFile: (path) => (path === 'a.spec.ts' ? text : null),
    })
    const page = indexPage(snapshotOf(`<main><button data-testid="buy">Order</button></main>`))
    const all =
      source === null ? [] : rewriteCandidates({ source, page, element: 1, old: targetOf(button('id="buy"', 'Buy')) })
    const written = all.map((each) => applyEdits(text, each.edits).split('\n')[2]?.trim())
    expect(written).toContain(`await page.click('[data-testid="buy"]')`)
    expect(written).toContain(`await page.click('text="Order"')`)
  })

  it('is no path from the root of the page', async () => {
    const healed = await heal(`page.getByTestId('buy')`, button('data-testid="buy"', 'Buy'), button('', 'Order'), {
      others: [{ strategy: 'xpath', locator: [{ kind: 'xpath', value: '/html[1]/body[1]/main[1]/button[1]' }] }],
    })
    expect(healed.all.filter((each) => each.selector.includes('/html'))).toEqual([])
  })

  it('does not find by its text what the test then asks for its text', async () => {
    const [before, after] = [
      button('data-testid="total"', 'Total 7'),
      `<main><button class="sum" me>Total 7</button><button>Other</button></main>`,
    ]
    const looking = await heal(`page.getByTestId('total')`, before, after)
    expect(looking.lines).toEqual([`await page.getByRole('button', { name: 'Total 7', exact: true }).click()`])
    const asking = await heal(`page.getByTestId('total')`, before, after, { isTextAsserted: true })
    expect(asking.lines).toEqual([`await page.locator('button.sum').click()`])
    const authored = await heal(`page.getByText('Total 7')`, before, button('', 'Total: 7'), { isTextAsserted: true })
    expect(authored.lines).toEqual([`await page.getByText('Total: 7').click()`])
    const [was, is] = [button('', 'Total 7'), button('', 'Sum 7')]
    const pattern = await heal(`page.getByText(/Total \\d/)`, was, is, { isTextAsserted: true })
    expect(pattern.lines).toEqual([`await page.getByText(/Sum \\d/).click()`])
    expect(pattern.all.map((each) => each.selector)).toContain('internal:role=button[name="Sum 7"s]')
  })

  it('is never put into a helper that serves other elements as well', async () => {
    const setup = `const by = (p, id) => p.getByTestId(id)\n`
    const healed = await heal(`by(page, 'buy')`, button('data-testid="buy"', 'Buy'), button('id="purchase"', 'Buy'), {
      setup,
      ran: `page.getByTestId('buy')`,
    })
    expect(healed.all).toEqual([])
  })

  it('never rests on what a tool made up', async () => {
    const after = `<main><div><span id="radix-:r7:" class="css-1x2y3z sc-a1b2c3" me>Order</span></div></main>`
    const healed = await heal(`page.getByTestId('buy')`, button('data-testid="buy"', 'Buy'), after)
    expect(healed.all.map((each) => each.selector).filter((each) => /radix|css-|sc-/.test(each))).toEqual([])
    expect(healed.lines).toEqual([`await page.getByText('Order', { exact: true }).click()`])
  })

  it('never rests on how the element looks, unless its author went by that', async () => {
    const before = button('class="btn btn-primary book"', 'Book')
    const after = button('class="btn btn-primary mt-4 is-active"', 'Book')
    const healed = await heal(`page.locator('.book')`, before, after)
    expect(healed.lines).toEqual([`await page.getByRole('button', { name: 'Book', exact: true }).click()`])
    expect(healed.all.map((each) => each.selector).filter((each) => /btn|mt-|is-/.test(each))).toEqual([])
  })

  it('is never more than thirty candidates', async () => {
    const deep = `${'<div class="a b" id="x" data-testid="y">'.repeat(20)}<button class="q w e r" name="n" title="t" aria-label="l" me>B</button>${'</div>'.repeat(20)}`
    const healed = await heal(
      `page.locator('.p').locator('.q1').filter({ hasText: 'z' }).locator('.buy')`,
      button('class="buy"', 'Buy'),
      deep,
    )
    expect(healed.all.length).toBeLessThanOrEqual(30)
  })
})
