import { describe, expect, it } from 'vitest'
import { at, type Files, IMPORTS, line, lines, read, readBody, SPEC } from './project.ts'

describe('the steps of a test, from its source', () => {
  it('are those before the call that failed', async () => {
    const files = {
      [SPEC]: `${IMPORTS}test('x', async ({ page }) => {
        await page.goto('/')
        await page.getByLabel('Name').fill('Ada')
        await page.getByTestId('buy').click()
        await page.getByTestId('later').click()
      })`,
    }
    const found = await read(files, { failedAt: [at(files, SPEC, 'click()')] })
    expect(lines(found)).toEqual(['goto /', 'fill internal:label="Name"i Ada'])
    expect(found).toMatchObject({
      gap: null,
      failed: { selector: 'internal:testid=[data-testid="buy"s]', kind: 'click', title: "Click getByTestId('buy')" },
    })
  })

  it('go through page objects with fields, getters, parameters and what they inherit', async () => {
    const found = await read({
      'tests/base.ts': `import type { Page } from '@playwright/test'
        export abstract class BasePage {
          protected readonly path: string = '/'
          readonly menu = this.page.getByRole('navigation')
          constructor(protected readonly page: Page) {}
          async open() { await this.page.goto(this.path) }
          async leave(name: string) { await this.menu.getByText(name).click() }
        }`,
      'tests/shop.ts': `import { BasePage } from './base'
        export default class ShopPage extends BasePage {
          path = '/shop'
          #count = 2
          static readonly NAME = 'Shop'
          constructor(page) { super(page); this.search = page.locator('#search') }
          get more() { return this.page.getByRole('button', { name: /more/i }).nth(this.#count) }
          async leave() { await super.leave(ShopPage.NAME) }
        }`,
      [SPEC]: `${IMPORTS}import ShopPage from './shop'
        test('x', async ({ page }) => {
          const shop = new ShopPage(page)
          await shop.open(); await shop.search.fill('kettle'); await shop.more.click(); await shop.leave()
        })`,
    })
    expect(found.gap).toBeNull()
    expect(lines(found)).toEqual([
      'goto /shop',
      'fill #search kettle',
      'click internal:role=button[name=/more/i] >> nth=2',
      'click internal:role=navigation >> internal:text="Shop"i',
    ])
  })

  it('go through helpers and constants of other modules, of either module system', async () => {
    const found = await read({
      'tests/ids.js': `exports.IDS = Object.freeze({ row: 'row-' }); exports.first = ['a', 'b'][0]`,
      'tests/helpers/index.ts': `export * from './rows'; export { openRow as open } from './rows'`,
      'tests/helpers/rows.ts': `import { IDS, first } from '../ids'
        import data from '../data.json'
        enum Key { Enter = 'Enter' }
        export const openRow = async (page, { id = first, times = 1 } = {}) => {
          const row = page.getByTestId(\`\${IDS.row}\${id}\`)
          for (let i = 0; i < times; i++) await row.press(Key.Enter)
          await row.fill(data.users[1].name)
        }`,
      'tests/data.json': '{ "users": [{ "name": "Ada" }, { "name": "Byron" }] }',
      [SPEC]: `const { test } = require('@playwright/test'); const rows = require('./helpers')
        test('x', async ({ page }) => { await rows.open(page, { times: 2 }); await rows.openRow(page) })`,
    })
    expect(found.gap).toBeNull()
    const row = 'internal:testid=[data-testid="row-a"s]'
    expect(lines(found)).toEqual([
      `press ${row} Enter`,
      `press ${row} Enter`,
      `fill ${row} Byron`,
      `press ${row} Enter`,
      `fill ${row} Byron`,
    ])
  })

  it('begin with what the hooks of its file and its groups do, in that order', async () => {
    const found = await read(
      {
        [SPEC]: `${IMPORTS}let shop
        test.beforeEach(async ({ page }) => { shop = page.locator('#shop'); await page.goto('/') })
        test.describe('outer', () => {
          test.describe.configure({ mode: 'serial' })
          test.beforeEach('signs in', async ({ page }) => { await page.getByText('Sign in').click() })
          test.describe('inner', () => {
            test.beforeEach(() => shop.hover())
            test('x', { tag: '@slow' }, async () => { await test.step('buys', async () => { await shop.click() }) })
          })
        })
        test.describe('another', () => { test.beforeEach(({ page }) => page.goto('/another')) })`,
      },
      { title: 'outer › inner › x' },
    )
    expect(found.gap).toBeNull()
    expect(lines(found)).toEqual(['goto /', 'click internal:text="Sign in"i', 'hover #shop', 'click #shop'])
    expect(found.actions.at(-1)?.steps).toEqual(['buys'])
  })

  it('include what its fixtures do before they hand out, and what they are told to', async () => {
    const files = {
      'playwright.config.ts': `import { defineConfig, devices } from '@playwright/test'
        export default defineConfig({ use: { baseURL: process.env.URL ?? 'http://localhost:1', testIdAttribute: 'data-cy', lang: 'no' },
          projects: [{ name: 'desk', use: { ...devices['Desktop Chrome'], locale: 'nb-NO' } }] })`,
      'tests/fixtures.ts': `import { test as base, expect as own } from '@playwright/test'
        const withCart = base.extend({
          cart: [{}, { option: true }],
          lang: ['en', { option: true }],
          page: async ({ page, cart }, use) => {
            await page.addInitScript((entries: Record<string, number>) => { localStorage.cart = JSON.stringify(entries as any) }, cart)
            await use(page)
            await page.goto('/bye')
          },
          banner: [async ({ page }, use) => { await page.setViewportSize({ width: 800, height: 600 }); await use() }, { auto: true }],
        })
        export const test = withCart.extend({
          shop: async ({ page, lang }, use) => { await page.goto('/' + lang); await use({ buy: page.getByTestId('buy') }) },
        })
        export const expect = own`,
      [SPEC]: `import { test } from './fixtures'
        test.use({ cart: { mug: 2 }, locale: 'de-DE' })
        test('x', async ({ shop: { buy } }) => { await buy.click() })`,
    }
    const found = await read(files, { project: 'desk' })
    expect(found.gap).toBeNull()
    expect(lines(found)).toEqual([
      'addInitScript',
      'setViewportSize',
      'goto /no',
      'click internal:testid=[data-cy="buy"s]',
      'goto /bye',
    ])
    const script = String(found.actions[0]?.params.source)
    expect(script).toBe('((entries) => { localStorage.cart = JSON.stringify(entries) })({"mug":2})')
    expect(found.use).toMatchObject({ locale: 'de-DE', testIdAttribute: 'data-cy' })
    expect(found.use).not.toHaveProperty('baseURL')
  })

  it('are told apart for each row of a parametrised test', async () => {
    const spec = `${IMPORTS}const ROWS = [{ name: 'mug', count: 1 }, { name: 'board', count: 3 }] as const
      for (const { name, count } of ROWS) test(\`buys \${count} \${name}\`, ({ page }) => page.goto(\`/\${name}?n=\${count}\`))
      ;['a', 'b'].forEach((key, at) => test(\`key \${at}\`, ({ page }) => page.keyboard.press(key)))`
    expect(lines(await read({ [SPEC]: spec }, { title: 'buys 3 board' }))).toEqual(['goto /board?n=3'])
    expect(lines(await read({ [SPEC]: spec }, { title: 'key 1' }))).toEqual(['keyboardPress b'])
  })

  it('are of every kind that can be replayed', async () => {
    const found = await readBody(`
      await context.addCookies([{ name: 'a', value: 'b', url: 'http://localhost/' }])
      await request.post('/api/reset', { data: { all: true } })
      await page.goto('/'); await page.reload(); await page.goBack()
      const frame = page.frameLocator('#pay').first()
      await frame.getByPlaceholder('Card').pressSequentially('4242')
      await page.click('text=Next'); await page.locator('li', { hasText: 'Mug' }).dblclick({ position: { x: 1, y: 2 } })
      await page.getByRole('checkbox').setChecked(false); await page.locator('#a').or(page.locator('#b')).check()
      await page.locator('select').selectOption(['s', 'm']); await page.locator('#c').clear(); await page.locator('#d').tap()
      await page.locator('#file').setInputFiles(['upload.txt']); await page.locator('#from').dragTo(page.locator('#to'))
      await page.mouse.move(3, 4); await page.keyboard.type('hi')
      page.once('dialog', (dialog) => dialog.accept('yes'))
      const [popup] = await Promise.all([page.waitForEvent('popup'), page.getByText('Terms').click()])
      await popup.getByText('Accept').click()`)
    expect(found.gap).toBeNull()
    expect(lines(found)).toEqual([
      'addCookies',
      'fetch /api/reset',
      'goto /',
      'reload',
      'goBack',
      'type #pay >> nth=0 >> internal:control=enter-frame >> internal:attr=[placeholder="Card"i] 4242',
      'click text=Next',
      'dblclick li >> internal:has-text="Mug"i',
      'uncheck internal:role=checkbox',
      'check #a >> internal:or="#b"',
      'selectOption select',
      'fill #c',
      'tap #d',
      'setInputFiles #file',
      'dragAndDrop #from',
      'mouseMove',
      'keyboardType hi',
      'accept',
      'click internal:text="Terms"i',
      'click internal:text="Accept"i',
    ])
    const of = (method: string) => found.actions.find((action) => action.method === method)
    expect(of('selectOption')?.params.options).toEqual([{ valueOrLabel: 's' }, { valueOrLabel: 'm' }])
    expect(of('setInputFiles')?.params.localPaths).toEqual(['/repo/upload.txt'])
    expect(of('accept')).toMatchObject({ class: 'Dialog', params: { promptText: 'yes' } })
    expect(of('dblclick')?.params.position).toEqual({ x: 1, y: 2 })
    expect(found.actions.slice(-2).map(({ pageId }) => pageId)).toEqual(['page@1', 'page@2'])
  })

  it('hold assertions as what the test waited for, and tell those that want an element gone', async () => {
    const found = await readBody(`
      await expect(page.getByText('Saved')).toBeVisible()
      await expect.soft(page.locator('.spinner'), 'why').not.toBeVisible()
      await expect(page.locator('li')).toHaveCount(0)
      await expect(page.locator('.toast')).toBeVisible({ visible: false })
      await page.locator('#modal').waitFor({ state: 'detached' })
      await expect(page).toHaveURL(/done/)
      expect(await page.title()).toBe('Done')
      await expect.poll(() => page.locator('li').count()).toBe(2)`)
    expect(found.gap).toBeNull()
    expect(found.actions.map(({ kind }) => kind)).toEqual(['expect', 'absent', 'absent', 'absent', 'absent', 'other'])
  })

  it('are followed through decorated methods and bound functions', async () => {
    const found = await read({
      [SPEC]: `${IMPORTS}
        function step(target, context) {
          return function replacement(...args) {
            return test.step(this.constructor.name + '.' + context.name, async () => target.call(this, ...args))
          }
        }
        class Shop {
          constructor(page) { this.page = page }
          @step async open(path) { await this.page.goto(path) }
        }
        test('x', async ({ page }) => { const shop = new Shop(page); await shop.open('/a'); await [ '/b' ].map((path) => shop.open(path))[0] })`,
    })
    expect(found.gap).toBeNull()
    expect(found.actions.map((action) => `${line(action)} in ${action.steps[0]}`)).toEqual([
      'goto /a in Shop.open',
      'goto /b in Shop.open',
    ])
  })
})

describe('the call that failed', () => {
  const ADDING: Files = {
    'tests/cart.ts': `export const add = async (page, name) => {\n  await page.getByTestId(name).click()\n}\n`,
    [SPEC]: `${IMPORTS}import { add } from './cart'
      test('x', async ({ page }) => {
        await add(page, 'mug')
        await add(page, 'board')
        for (const name of ['one', 'two', 'three']) await add(page, name)
      })`,
  }

  it('is the one whose callers the stack names', async () => {
    const failedAt = [at(ADDING, 'tests/cart.ts', 'click()'), at(ADDING, SPEC, `await add(page, 'board')`)]
    const found = await read(ADDING, { failedAt })
    expect(found.failed?.selector).toContain('board')
    expect(found.actions).toHaveLength(1)
  })

  it('is the one with the selector that the report names, where a place was passed several times', async () => {
    const failedAt = [at(ADDING, 'tests/cart.ts', 'click()'), at(ADDING, SPEC, 'await add(page, name)')]
    const found = await read(ADDING, { failedAt, isReported: (selector) => selector.includes('three') })
    expect(found.failed?.selector).toContain('three')
    expect(found.actions).toHaveLength(4)
  })

  it('is not found where the source makes another selector than the report names', async () => {
    const failedAt = [at(ADDING, 'tests/cart.ts', 'click()')]
    const found = await read(ADDING, { failedAt, isReported: () => false })
    expect(found).toMatchObject({ failed: null, gap: { reason: expect.stringContaining('not among those') } })
  })

  it('is told from others on its line by its column', async () => {
    const files = {
      [SPEC]: `${IMPORTS}test('x', async ({ page }) => { await page.goto('/'); await page.locator('#a').click(); await page.locator('#b').hover() })`,
    }
    const found = await read(files, { failedAt: [at(files, SPEC, 'hover()')] })
    expect(found.failed?.selector).toBe('#b')
    expect(lines(found)).toEqual(['goto /', 'click #a'])
  })
})

describe('what the source does not tell', () => {
  const STEP = `await page.goto('/')\n`
  it.each([
    ['a value of the clock', 'await page.fill("#a", `n${Date.now()}`)', /fill\(\).*known only when the test runs/],
    ['a value of the environment', 'await page.fill("#a", process.env.SECRET)', /process\.env\.SECRET/],
    ['a random value', `await page.locator('#a').nth(Math.floor(Math.random() * 3)).click()`, /known only when/],
    [
      'what the page shows',
      `if (await page.getByText('Cookies').isVisible()) await page.click('#ok')`,
      /Whether `.*` holds/,
    ],
    [
      'a choice in an expression',
      `(await page.title()) === 'A' ? await page.click('#a') : await page.click('#b')`,
      /Whether/,
    ],
    ['a short cut', `process.env.CI && (await page.click('#a'))`, /Whether `process.env.CI` holds/],
    [
      'how many there are',
      `for (const one of await page.locator('li').all()) await one.click()`,
      /What `.*` holds is known only/,
    ],
    ['how long it goes on', `while (await page.locator('#more').isVisible()) await page.click('#more')`, /How often/],
    ['a step that may fail', `try { await page.click('#ok') } catch {}`, /may fail here without the test failing/],
    ['a step whose failure is caught', `await page.click('#ok').catch(() => {})`, /`catch`|reads of what is not there/],
    [
      'what is tried until it holds',
      `await expect(async () => { await page.click('#a') }).toPass()`,
      /How often something is tried/,
    ],
    [
      'a route that is mocked',
      `await page.route('**/api', (route) => route.abort())`,
      /page\.route\(\)` does is not replayed/,
    ],
    [
      'a script in the page',
      `await page.evaluate(() => localStorage.clear())`,
      /page\.evaluate\(\)` does is not replayed/,
    ],
    ['a package that gets the page', `await require('some-lib').login(page)`, /is given the page/],
    ['a package that gets a function', `await require('retry')(() => page.click('#a'))`, /is given a function/],
    [
      'steps side by side',
      `await Promise.all([(async () => { await page.click('#a'); await page.click('#b') })(), page.click('#c')])`,
      /side by side/,
    ],
    ['a race', `await Promise.race([page.click('#a'), page.click('#b')])`, /side by side/],
    ['another context', `await context.browser().newContext()`, /context\.browser\(\)` does is not replayed/],
    [
      'a number of elements',
      `await expect(page.locator('li')).toHaveCount(Number(process.env.N))`,
      /How many elements/,
    ],
    ['a generator', `for (const one of (function* () { yield page.click('#a') })()) await one`, /generator/],
    ['an endless loop', `for (;;) {}`, /too much to be followed/],
    ['an endless recursion', `const f = () => f(); f()`, /nested too deeply/],
  ])('is not guessed: %s', async (_, body, reason) => {
    const found = await readBody(`${STEP}${body}\nawait page.click('#last')`)
    expect(found.gap?.reason).toMatch(reason)
    expect(lines(found)[0]).toBe('goto /')
    expect(lines(found).join()).not.toContain('#last')
  })

  it('says in which line it ends', async () => {
    const found = await readBody(`${STEP}await page.route('**', () => {})`)
    expect(found.gap).toMatchObject({ file: SPEC, line: 4 })
  })

  it.each([
    [
      'a branch without steps',
      `if (process.env.CI) test.slow()\nconst limit = process.env.CI ? 20 : 10\nconsole.log(limit, page.url())`,
    ],
    ['a value that no step uses', `const started = Date.now(); const id = require('uuid').v4(); await page.title()`],
    ['a limit', `await page.locator('#a').click({ timeout: Number(process.env.LIMIT) })`],
    [
      'a pause',
      `await new Promise((done) => setTimeout(done, 500)); await page.waitForTimeout(Number(process.env.MS))`,
    ],
    [
      'what a listener hears',
      `page.on('console', (message) => { if (message.type() === 'error') throw new Error(message.text()) })`,
    ],
    [
      'an answer that is waited for',
      `const answer = page.waitForResponse((one) => one.ok()); await page.click('#a'); expect((await answer).status()).toBe(200)`,
    ],
    ['a fault that is thrown on', `try { await page.click('#a') } catch (error) { console.error(error); throw error }`],
    ['an expected value', `await expect(page.locator('#a')).toHaveText(new Date().toISOString())`],
  ])('does not matter where no step hangs on it: %s', async (_, body) => {
    const found = await readBody(`${STEP}${body}\nawait page.click('#last')`)
    expect(found.gap).toBeNull()
    expect(lines(found).at(-1)).toBe('click #last')
  })

  it('is unknown afterwards too: a variable that a branch may have set, an object that a package may have changed', async () => {
    const branch = await readBody(`let name = 'a'; if (process.env.CI) name = 'b'; await page.fill('#a', name)`)
    expect(branch.gap?.reason).toContain('known only when the test runs')
    const changed = await readBody(
      `const user = { name: 'a' }; require('lodash').merge(user, {}); await page.fill('#a', user.name)`,
    )
    expect(changed.gap?.reason).toContain('known only when the test runs')
  })

  it('includes tests that are declared from what is not here, and fixtures of a package', async () => {
    const spec = `${IMPORTS}import { rows } from 'some-data'
      for (const row of rows) test(row.name, ({ page }) => page.goto('/'))
      test('y', ({ user, page }) => page.fill('#a', user.name))`
    expect((await read({ [SPEC]: spec })).gap?.reason).toContain('“x” is not declared in a way that can be followed')
    expect((await read({ [SPEC]: spec }, { title: 'y' })).gap?.reason).toContain('(the fixture user.name)')
  })
})
