import { describe, expect, it } from 'vitest'
import { findLocatorSource } from '../../src/diagnosis/find-source.ts'
import { toSelector } from '../../src/locators/playwright-selector.ts'
import type { LocatorSource, SourceLocation } from '../../src/model.ts'
import { placeAt } from '../../src/source/syntax.ts'

type Files = Readonly<Record<string, string>>

/** The place of `needle` in a file, as a stack frame would give it. */
function at(files: Files, file: string, needle: string): SourceLocation {
  const text = files[file] ?? ''
  const offset = text.indexOf(needle)
  if (offset < 0) throw new Error(`${needle} is not in ${file}`)
  return { file: `/repo/${file}`, ...placeAt(text, offset) }
}

async function find(files: Files, selector: string, stack: SourceLocation[], testIdAttribute?: string) {
  return findLocatorSource({
    selector,
    stack,
    testFile: 'tests/a.spec.ts',
    root: '/repo',
    readFile: (path) => files[path] ?? null,
    ...(testIdAttribute === undefined ? {} : { testIdAttribute }),
  })
}

/** `file: source text` of every literal that feeds the locator, in the order of its steps. */
function literals(files: Files, source: LocatorSource | null): string[] {
  return (source?.steps ?? []).flatMap((step) =>
    step.literals.map((each) => `${each.file}: ${each.part} ${files[each.file]?.slice(each.start, each.end)}`),
  )
}

function selectorOf(source: LocatorSource | null): string | null {
  return source === null ? null : toSelector(source.steps.map((each) => each.step))
}

const TEST = `import { test, expect } from '@playwright/test'\n`
const BUY = 'internal:testid=[data-testid="buy"s]'

describe('a locator written where it is used', () => {
  it('is found as the receiver of the action', async () => {
    const files = {
      'tests/a.spec.ts': `${TEST}test('x', async ({ page }) => {\n  await page.getByTestId('buy').click()\n})\n`,
    }
    const source = await find(files, BUY, [at(files, 'tests/a.spec.ts', 'click()')])
    expect(literals(files, source)).toEqual([`tests/a.spec.ts: value 'buy'`])
    expect(source?.steps[0]?.literals[0]).toMatchObject({ kind: 'string', value: 'buy', shared: false, at: 0 })
    const text = files['tests/a.spec.ts']
    expect(text.slice(source?.start, source?.end)).toBe(`page.getByTestId('buy')`)
    expect(text.slice(source?.steps[0]?.start, source?.steps[0]?.end)).toBe(`.getByTestId('buy')`)
  })

  it('is found inside an expect, and by the place of the await', async () => {
    const body = `  await expect.soft(page.getByRole("button", { name: /buy/i }).first(), 'why').not.toBeVisible()\n`
    const files = { 'tests/a.spec.ts': `${TEST}test('x', async ({ page }) => {\n${body}})\n` }
    const selector = 'internal:role=button[name=/buy/i] >> nth=0'
    for (const place of ['toBeVisible', 'await expect.soft']) {
      const source = await find(files, selector, [at(files, 'tests/a.spec.ts', place)])
      expect(literals(files, source)).toEqual([`tests/a.spec.ts: role "button"`, 'tests/a.spec.ts: name /buy/i'])
      expect(selectorOf(source)).toBe(selector)
    }
  })

  it('keeps every step of a chain over several lines, with filters, frames and nested locators', async () => {
    const chain = `page
      .frameLocator('#pay')
      .getByRole('listitem')
      .filter({ has: page.getByText('Mug', { exact: true }), hasText: 'left' })
      .locator('button.buy', { hasText: 'Buy' })
      .nth(1)`
    const files = { 'tests/a.spec.ts': `${TEST}test('x', async ({ page }) => {\n  await ${chain}\n    .click()\n})\n` }
    const selector =
      '#pay >> internal:control=enter-frame >> internal:role=listitem >> internal:has-text="left"i >> ' +
      'internal:has="internal:text=\\"Mug\\"s" >> button.buy >> internal:has-text="Buy"i >> nth=1'
    const source = await find(files, selector, [at(files, 'tests/a.spec.ts', 'click()')])
    expect(selectorOf(source)).toBe(selector)
    expect(literals(files, source).map((each) => each.replace('tests/a.spec.ts: ', ''))).toEqual([
      `value '#pay'`,
      `role 'listitem'`,
      `hasText 'left'`,
      `has.0.value 'Mug'`,
      `value 'button.buy'`,
      `hasText 'Buy'`,
      'index 1',
    ])
  })

  it('is not reported where the selector that ran is another one', async () => {
    const files = {
      'tests/a.spec.ts': `${TEST}test('x', async ({ page }) => {\n  await page.getByTestId('sell').click()\n})\n`,
    }
    expect(await find(files, BUY, [at(files, 'tests/a.spec.ts', 'click()')])).toBeNull()
  })

  it('is found as a selector string given to an action of the page', async () => {
    const files = {
      'tests/a.spec.ts': `${TEST}test('x', async ({ page }) => {\n  await page.fill('#name', 'Ada')\n})\n`,
    }
    const source = await find(files, '#name', [at(files, 'tests/a.spec.ts', 'fill')])
    expect(literals(files, source)).toEqual([`tests/a.spec.ts: value '#name'`])
    expect(source?.steps[0]?.form).toBe('argument')
  })

  it('is found where the test ran on another machine', async () => {
    const files = {
      'tests/a.spec.ts': `${TEST}test('x', async ({ page }) => {\n  await page.getByTestId('buy').click()\n})\n`,
    }
    const place = at(files, 'tests/a.spec.ts', 'click()')
    for (const file of [
      '/home/runner/work/shop/shop/tests/a.spec.ts',
      'D:\\a\\shop\\tests\\a.spec.ts',
      'tests/a.spec.ts',
    ])
      expect(literals(files, await find(files, BUY, [{ ...place, file }]))).toEqual([`tests/a.spec.ts: value 'buy'`])
  })

  it('parses a file once for several failures', async () => {
    const files = {
      'tests/a.spec.ts': `${TEST}test('x', async ({ page }) => {\n  await page.getByTestId('buy').click()\n})\n`,
    }
    const cache = new Map()
    const input = {
      selector: BUY,
      stack: [at(files, 'tests/a.spec.ts', 'click()')],
      testFile: 'tests/a.spec.ts',
      root: '/repo',
      readFile: (path: string) => files[path as keyof typeof files] ?? null,
      cache,
    }
    await findLocatorSource(input)
    const before = cache.get('tests/a.spec.ts')
    expect(await findLocatorSource(input)).not.toBeNull()
    expect(cache.get('tests/a.spec.ts')).toBe(before)
  })

  it('tells the target of a drag from what is dragged', async () => {
    const body = `  await page.getByText('one').dragTo(page.getByTestId('buy'))\n`
    const files = { 'tests/a.spec.ts': `${TEST}test('x', async ({ page }) => {\n${body}})\n` }
    expect(literals(files, await find(files, BUY, [at(files, 'tests/a.spec.ts', 'dragTo')]))).toEqual([
      `tests/a.spec.ts: value 'buy'`,
    ])
  })

  it('uses the attribute of the selector for test ids', async () => {
    const files = {
      'tests/a.spec.ts': `${TEST}test('x', async ({ page }) => {\n  await page.getByTestId('buy').click()\n})\n`,
    }
    const source = await find(files, 'internal:testid=[data-qa="buy"s]', [at(files, 'tests/a.spec.ts', 'click()')])
    expect(literals(files, source)).toEqual([`tests/a.spec.ts: value 'buy'`])
  })

  it('has offsets that count UTF-16 code units', async () => {
    const files = {
      'tests/a.spec.ts': `${TEST}// 😀 é\ntest('😀', async ({ page }) => { await page.getByText('😀 kaufen').click() })\n`,
    }
    const source = await find(files, 'internal:text="😀 kaufen"i', [at(files, 'tests/a.spec.ts', 'click()')])
    expect(literals(files, source)).toEqual([`tests/a.spec.ts: value '😀 kaufen'`])
  })
})

describe('names', () => {
  it.each([
    ['a local constant', `const sel = 'buy'; const button = page.getByTestId(sel)`, 'button', true],
    ['a destructured constant', `const { button } = { button: page.getByTestId('buy') }`, 'button', false],
    ['a list', `const all = [page.getByText('x'), page.getByTestId('buy')]`, 'all[1]', false],
    ['a ternary', `const id = process.env.CI ? 'sell' : 'buy'`, 'page.getByTestId(id)', true],
    ['a default after ??', `const id = process.env.ID ?? 'buy'`, 'page.getByTestId(id)', true],
    ['a local helper', `const by = (id: string) => page.getByTestId(id)`, `by('buy')`, false],
    ['a helper with a block', `function by(p, { id }) { return p.getByTestId(id) }`, `by(page, { id: 'buy' })`, false],
    ['a default argument', `function by(p, id = 'buy') { return p.getByTestId(id) }`, 'by(page)', true],
    ['a later assignment', `let button; button = page.getByTestId('buy')`, 'button', false],
    ['a non-null, cast and await', `const b = (await page.getByTestId('buy'))! as Locator`, '(b)', false],
  ])('resolves %s', async (_, setup, use, shared) => {
    const files = {
      'tests/a.spec.ts': `${TEST}test('x', async ({ page }) => {\n  ${setup}\n  await ${use}.click()\n})\n`,
    }
    const source = await find(files, BUY, [at(files, 'tests/a.spec.ts', 'click()')])
    expect(literals(files, source)).toEqual([`tests/a.spec.ts: value 'buy'`])
    expect(source?.steps[0]?.literals[0]?.shared).toBe(shared)
  })

  it.each([
    [
      'an object',
      `export const SEL = { cart: { buy: 'buy' } } as const`,
      `import { SEL } from './sel'`,
      'SEL.cart.buy',
    ],
    ['an enum', `export enum Ids { Buy = 'buy' }`, `import { Ids } from './sel.js'`, 'Ids.Buy'],
    [
      'a renamed default',
      `const ids = Object.freeze({ buy: 'buy' })\nexport default ids`,
      `import i from './sel.ts'`,
      `i['buy']`,
    ],
    ['a namespace', `export const BUY = 'buy'`, `import * as sel from './sel'`, 'sel.BUY'],
    ['a CommonJS module', `const BUY = 'buy'\nmodule.exports = { BUY }`, `const { BUY: b } = require('./sel')`, 'b'],
    ['a static field', `export class Ids { static readonly BUY = 'buy' }`, `import { Ids } from './sel'`, 'Ids.BUY'],
    ['an export list', `const b = 'buy'\nexport { b as BUY }`, `import { BUY } from './sel'`, 'BUY'],
  ])('follows an import of %s', async (_, definition, imported, use) => {
    const files = {
      'tests/sel.ts': `${definition}\n`,
      'tests/a.spec.ts': `${TEST}${imported}\ntest('x', async ({ page }) => {\n  await page.getByTestId(${use}).click()\n})\n`,
    }
    const source = await find(files, BUY, [at(files, 'tests/a.spec.ts', 'click()')])
    expect(literals(files, source)).toEqual([`tests/sel.ts: value 'buy'`])
    expect(source?.steps[0]?.literals[0]?.shared).toBe(true)
    expect(source?.file).toBe('tests/a.spec.ts')
  })

  it.each([
    ['exports', `exports.ids = { buy: 'buy' }`, 'exports.ids.buy'],
    ['module.exports', `module.exports.BUY = 'buy'`, 'module.exports.BUY'],
  ])('follows what a CommonJS module says of its own %s', async (_, definition, use) => {
    const files = {
      'tests/form.js': `${definition}\nexports.buy = async (page) => {\n  await page.getByTestId(${use}).click()\n}\n`,
      'tests/a.spec.js': `const { test } = require('@playwright/test')\nconst { buy } = require('./form')\ntest('x', async ({ page }) => {\n  await buy(page)\n})\n`,
    }
    const source = await find(files, BUY, [
      at(files, 'tests/form.js', 'click()'),
      at(files, 'tests/a.spec.js', 'buy(page)'),
    ])
    expect(literals(files, source)).toEqual([`tests/form.js: value 'buy'`])
  })

  it('follows path aliases with comments in the tsconfig, and re-exports through an index', async () => {
    const files = {
      'tsconfig.json': `{ "extends": "./tsconfig.base.json", /* hi */ "include": ["tests"], }`,
      'tsconfig.base.json': `{ "compilerOptions": { "baseUrl": ".", "paths": { "@lib/*": ["support/*"] } } } // end`,
      'support/ids/index.ts': `export * from './cart'\nexport { other as Other } from './other'\n`,
      'support/ids/cart.ts': `export const ids = { buy: 'buy' }\n`,
      'tests/a.spec.ts': `${TEST}import { ids } from '@lib/ids'\ntest('x', async ({ page }) => {\n  await page.getByTestId(ids.buy).click()\n})\n`,
    }
    const source = await find(files, BUY, [at(files, 'tests/a.spec.ts', 'click()')])
    expect(literals(files, source)).toEqual([`support/ids/cart.ts: value 'buy'`])
  })
})

describe('strings in pieces', () => {
  it('keeps the static chunks of a template and fills in what ran', async () => {
    const files = {
      'tests/a.spec.ts': `${TEST}test('x', async ({ page }) => {\n  const id = await page.title()\n  await page.locator(\`#row-\${id} .buy\`).click()\n})\n`,
    }
    const source = await find(files, '#row-42 .buy', [at(files, 'tests/a.spec.ts', 'click()')])
    const literal = source?.steps[0]?.literals[0]
    expect(literal).toMatchObject({ kind: 'template', value: '#row-42 .buy' })
    expect(literal?.chunks?.map(({ text, dynamic }) => [text, dynamic])).toEqual([
      ['#row-', false],
      ['42', true],
      [' .buy', false],
    ])
    const text = files['tests/a.spec.ts']
    expect(literal?.chunks?.filter((each) => !each.dynamic).map((each) => text.slice(each.start, each.end))).toEqual([
      '#row-',
      ' .buy',
    ])
  })

  it('gives each literal of a concatenation its place in the whole', async () => {
    const files = {
      'tests/sel.ts': `export const ROW = '.row'\n`,
      'tests/a.spec.ts': `${TEST}import { ROW } from './sel'\ntest('x', async ({ page }) => {\n  await page.locator(ROW + ' ' + \`.\${'buy'}\`).click()\n})\n`,
    }
    const source = await find(files, '.row .buy', [at(files, 'tests/a.spec.ts', 'click()')])
    expect(source?.steps[0]?.literals.map((each) => [each.value, each.at, each.shared])).toEqual([
      ['.row', 0, true],
      [' ', 4, false],
      ['.buy', 5, false],
      ['buy', 6, false],
    ])
  })

  it('finds the item of a loop over constants that ran', async () => {
    const files = {
      'tests/a.spec.ts': `${TEST}for (const { id, label } of [{ id: 'sell', label: 'a' }, { id: 'buy', label: 'b' }]) {\n  test(\`x \${label}\`, async ({ page }) => {\n    await page.getByTestId(id).click()\n  })\n}\n`,
    }
    const source = await find(files, BUY, [at(files, 'tests/a.spec.ts', 'click()')])
    expect(literals(files, source)).toEqual([`tests/a.spec.ts: value 'buy'`])
  })

  it('reads a regular expression made of a template', async () => {
    const files = {
      'tests/a.spec.ts': `${TEST}test('x', async ({ page }) => {\n  const n = Date.now()\n  await page.getByText(new RegExp(\`order \${n}\`, 'i')).click()\n})\n`,
    }
    const source = await find(files, 'internal:text=/order 17/i', [at(files, 'tests/a.spec.ts', 'click()')])
    expect(selectorOf(source)).toBe('internal:text=/order 17/i')
  })

  it('takes an index that is known only at run time from what ran', async () => {
    const files = {
      'tests/a.spec.ts': `${TEST}test('x', async ({ page }) => {\n  for (let i = 0; i < 3; i++) await page.getByTestId('buy').nth(i).click()\n})\n`,
    }
    const source = await find(files, `${BUY} >> nth=2`, [at(files, 'tests/a.spec.ts', 'click()')])
    expect(literals(files, source)).toEqual([`tests/a.spec.ts: value 'buy'`])
    expect(source?.steps[1]?.step).toEqual({ kind: 'nth', index: 2 })
  })
})

describe('page objects', () => {
  const spec = (use: string, imported = 'CartPage') =>
    `${TEST}import { ${imported} } from './cart'\ntest('x', async ({ page }) => {\n  const cart = new CartPage(page, 'buy')\n  ${use}\n})\n`
  const used = async (cart: string, use: string, selector = BUY, inner?: string) => {
    const files = { 'tests/cart.ts': cart, 'tests/a.spec.ts': spec(use) }
    const outer = at(files, 'tests/a.spec.ts', use.includes('click()') ? 'click()' : 'go(')
    const stack = inner === undefined ? [outer] : [at(files, 'tests/cart.ts', inner), outer]
    const source = await find(files, selector, stack)
    return { literals: literals(files, source), source }
  }

  it.each([
    [
      'a field set in the constructor',
      `readonly button: Locator\n  constructor(page: Page) {\n    this.button = page.getByTestId('buy')\n  }`,
    ],
    ['a field with a value', `button = this.page.getByTestId('buy')\n  constructor(private readonly page: Page) {}`],
    ['a getter', `constructor(readonly page: Page) {}\n  get button() {\n    return this.page.getByTestId('buy')\n  }`],
    [
      'a private field',
      `#page\n  constructor(page) { this.#page = page }\n  get button() { return this.#page.getByTestId('buy') }`,
    ],
    [
      'a field made of another field',
      `constructor(public page: Page) {}\n  ids = { buy: 'buy' }\n  button = this.page.getByTestId(this.ids.buy)`,
    ],
    [
      'a field set by another method',
      `constructor(page) { this.init(page) }\n  init(page) { this.button = page.getByTestId('buy') }`,
    ],
  ])('resolve %s', async (_, body) => {
    expect((await used(`export class CartPage {\n  ${body}\n}\n`, 'await cart.button.click()')).literals).toEqual([
      `tests/cart.ts: value 'buy'`,
    ])
  })

  it('resolve a method with arguments', async () => {
    const cart = `export class CartPage {\n  constructor(private page) {}\n  by(id: string) { return this.page.getByTestId(id) }\n}\n`
    expect((await used(cart, `await cart.by('buy').click()`)).literals).toEqual([`tests/a.spec.ts: value 'buy'`])
  })

  it('resolve an action inside a method by the caller on the stack', async () => {
    const cart = `export class CartPage {\n  constructor(private page, private id) {}\n  async go(suffix: string) {\n    await this.page.locator(\`#\${this.id}-\${suffix}\`).click()\n  }\n}\n`
    const found = await used(cart, `await cart.go('now')`, '#buy-now', 'click()')
    expect(found.literals).toEqual([
      'tests/cart.ts: value `#${this.id}-${suffix}`',
      `tests/a.spec.ts: value 'buy'`,
      `tests/a.spec.ts: value 'now'`,
    ])
    expect(found.source?.file).toBe('tests/cart.ts')
  })

  it('resolve inherited members with the arguments handed to super', async () => {
    const cart = `class Base {\n  root\n  constructor(protected page, id) { this.root = page.getByTestId(id) }\n}
export class CartPage extends Base {\n  constructor(page, id) { super(page, id) }\n  get button() { return this.root.getByRole('button') }\n}\n`
    const found = await used(cart, 'await cart.button.click()', `${BUY} >> internal:role=button`)
    expect(found.literals).toEqual([`tests/a.spec.ts: value 'buy'`, `tests/cart.ts: role 'button'`])
  })

  it('resolve a base class method called through super', async () => {
    const cart = `class Base { constructor(protected page) {}\n  item(id) { return this.page.getByTestId(id) } }
export class CartPage extends Base {\n  item(id) { return super.item(id).first() }\n  get button() { return this.item('buy') }\n}\n`
    expect((await used(cart, 'await cart.button.click()', `${BUY} >> nth=0`)).literals).toEqual([
      `tests/cart.ts: value 'buy'`,
    ])
  })

  it('resolve components inside page objects', async () => {
    const cart = `class Row { constructor(private root: Locator) {}\n  get buy() { return this.root.getByText('Buy') } }
export class CartPage {\n  constructor(private page) {}\n  row(name: string) { return new Row(this.page.getByRole('row', { name })) }\n}\n`
    const selector = 'internal:role=row[name="Mug"i] >> internal:text="Buy"i'
    const found = await used(cart, `await cart.row('Mug').buy.click()`, selector)
    expect(found.literals).toEqual([
      `tests/cart.ts: role 'row'`,
      `tests/a.spec.ts: name 'Mug'`,
      `tests/cart.ts: value 'Buy'`,
    ])
  })

  it('are found through fixtures that extend one another', async () => {
    const files = {
      'tests/cart.ts': `export class CartPage {\n  constructor(private page) {}\n  get button() { return this.page.getByTestId('buy') }\n}\n`,
      'tests/base.ts': `import { test as base } from '@playwright/test'\nimport { CartPage } from './cart'\nexport const test = base.extend<{ cart: CartPage }>({\n  page: async ({ page }, use) => { await page.goto('/'); await use(page) },\n  cart: async ({ page }, use) => {\n    const cart = new CartPage(page)\n    await use(cart)\n  },\n})\n`,
      'tests/fixtures.ts': `import { test as base } from './base'\nexport const test = base.extend({ shop: [async ({ cart }, use) => { await use({ cart }) }, { scope: 'test' }] })\n`,
      'tests/a.spec.ts': `import { test } from './fixtures'\ntest.describe('d', () => {\n  test('x', async ({ shop: { cart: c } }) => {\n    await test.step('s', async () => {\n      await c.button.click()\n    })\n  })\n})\n`,
    }
    const source = await find(files, BUY, [at(files, 'tests/a.spec.ts', 'click()')])
    expect(literals(files, source)).toEqual([`tests/cart.ts: value 'buy'`])
  })

  it('are found where a hook assigns them', async () => {
    const files = {
      'tests/cart.ts': `export class CartPage {\n  constructor(private page) {}\n  button = this.page.getByTestId('buy')\n}\n`,
      'tests/a.spec.ts': `${TEST}import { CartPage } from './cart'\nlet cart: CartPage\ntest.beforeEach(async ({ page }) => {\n  cart = new CartPage(page)\n})\ntest('x', async () => {\n  await cart.button.click()\n})\n`,
    }
    expect(literals(files, await find(files, BUY, [at(files, 'tests/a.spec.ts', 'click()')]))).toEqual([
      `tests/cart.ts: value 'buy'`,
    ])
  })
})

describe('helpers in other files', () => {
  const helpers = `export const row = (page, name) => page.locator('.row', { hasText: name })\nexport async function buy(scope, name) {\n  await row(scope, name).getByText('Buy').click()\n}\n`
  const files = {
    'tests/helpers/index.ts': `export { buy } from './rows'\n`,
    'tests/helpers/rows.ts': helpers,
    'tests/a.spec.ts': `${TEST}import { buy } from './helpers'\ntest('x', async ({ page }) => {\n  await buy(page.getByRole('main'), 'Mug')\n  await buy(page, 'Cup')\n})\n`,
  }
  const selector = 'internal:role=main >> .row >> internal:has-text="Mug"i >> internal:text="Buy"i'
  const inner = at(files, 'tests/helpers/rows.ts', 'click()')

  it('are bound to the call the stack tells', async () => {
    const source = await find(files, selector, [inner, at(files, 'tests/a.spec.ts', 'buy(page.')])
    expect(literals(files, source)).toEqual([
      `tests/a.spec.ts: role 'main'`,
      `tests/helpers/rows.ts: value '.row'`,
      `tests/a.spec.ts: hasText 'Mug'`,
      `tests/helpers/rows.ts: value 'Buy'`,
    ])
  })

  it('are bound to the call that fits where the stack has only the helper', async () => {
    const source = await find(files, '.row >> internal:has-text="Cup"i >> internal:text="Buy"i', [inner])
    expect(literals(files, source)).toContain(`tests/a.spec.ts: hasText 'Cup'`)
  })
})

describe('without a usable stack', () => {
  it('finds the only locator with that selector among the imports', async () => {
    const files = {
      'tests/cart.ts': `export class CartPage { constructor(private page) {}\n  go() { return this.page.getByTestId('buy') } }\n`,
      'tests/a.spec.ts': `${TEST}import { CartPage } from './cart'\n`,
    }
    expect(literals(files, await find(files, BUY, []))).toEqual([`tests/cart.ts: value 'buy'`])
  })

  it('does not choose between two', async () => {
    const files = {
      'tests/a.spec.ts': `${TEST}test('x', async ({ page }) => {\n  await page.getByTestId('buy').click()\n  await page.getByTestId('buy').hover()\n})\n`,
    }
    expect(await find(files, BUY, [])).toBeNull()
  })

  it('does not take a locator that is all run-time value', async () => {
    const files = { 'tests/a.spec.ts': `${TEST}export const by = (page, id) => page.getByTestId(id)\n` }
    expect(await find(files, BUY, [])).toBeNull()
  })
})

describe('hostile sources', () => {
  it.each([
    ['functions that call themselves', `const f = (p) => f(p)\nconst g = () => f(g())\n`, 'f(g())'],
    ['constants made of themselves', `const a = b + a\nconst b = a + b\n`, 'page.locator(a)'],
    ['a class that extends itself', `class A extends A { x = this.x }\n`, 'new A().x'],
    ['deep nesting', `const a = ${'['.repeat(3000)}${']'.repeat(3000)}\n`, 'a[0]'],
    ['a broken file', `const ((( = {\n`, 'page'],
  ])('%s end in not found', async (_, code, use) => {
    const files = { 'tests/a.spec.ts': `${TEST}${code}test('x', async ({ page }) => {\n  await ${use}.click()\n})\n` }
    expect(await find(files, BUY, [at(files, 'tests/a.spec.ts', 'click()')])).toBeNull()
  })

  it('stays inside the repository', async () => {
    const read: string[] = []
    await findLocatorSource({
      selector: BUY,
      stack: [
        { file: '/etc/passwd.ts', line: 1, column: 1 },
        { file: '/repo/node_modules/x/i.js', line: 1, column: 1 },
      ],
      testFile: '/repo/tests/a.spec.ts',
      root: '/repo',
      readFile: (path) => {
        read.push(path)
        return path === 'tests/a.spec.ts' ? `import '../../secret'\nimport '/etc/x'\n` : null
      },
    })
    expect(
      read.filter((path) => path.startsWith('/') || path.startsWith('..') || path.includes('node_modules')),
    ).toEqual([])
  })
})
