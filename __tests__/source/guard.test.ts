// biome-ignore-all lint/suspicious/noTemplateCurlyInString: sources are quoted as they are written
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { FailureType } from '../../src/model.ts'
import { checkPatch } from '../../src/source/guard.ts'

const FILE = 'tests/a.spec.ts'

/** A suite with everything a patch might touch. */
const SUITE = `import { test, expect } from '@playwright/test'
import { SEL, row } from './page'
// a comment
test('buys', async ({ page }) => {
  test.setTimeout(5000)
  const name = 'Ada'
  const label = 'Save'
  await page.goto('/cart')
  await page.getByLabel('Name').fill('Ada')
  await page.getByLabel('Alias').fill(name)
  await page.getByTestId('buy').click({ timeout: 500 })
  await page.locator(SEL.buy).click()
  await page.locator(\`#row-\${name} .buy\`).click()
  await page.getByText(label).click()
  await row(page, 'Mug').getByRole('button', { name: /buy/i }).nth(1).click()
  await page.click('#pay')
  await cartPage.fill('Mug')
  await page
    .locator('.cart') // keep
    .getByRole('link')
    .click()
  await expect(page.getByTestId('total')).toHaveText('12')
  await expect(page.getByTestId('error')).not.toBeVisible()
  await expect(page.getByText(name)).toBeVisible()
  await expect(page.getByTestId('list').locator('li')).toHaveCount(3)
})
`
const PAGE = `export const SEL = { buy: '#buy', other: '#other' }
export const URLS = { cart: '/cart' }
export const row = (page, name) => page.locator('.row', { hasText: name })
`

async function check(old: string, fresh: string, type: FailureType = 'selector_not_found', file = FILE) {
  const text = file === FILE ? SUITE : PAGE
  if (!text.includes(old)) throw new Error(`${old} is not in the suite`)
  return checkPatch({
    before: new Map([[file, text]]),
    after: new Map([[file, text.replace(old, () => fresh)]]),
    failureType: type,
    allowedFiles: [FILE, 'tests/page.ts'],
    context: new Map([
      [FILE, SUITE],
      ['tests/page.ts', PAGE],
    ]),
  })
}

describe('a repair of a locator may change', () => {
  it.each([
    ['a test id', `getByTestId('buy')`, `getByTestId('purchase')`],
    ['the kind of quotes with it', `getByTestId('buy')`, `getByTestId("it's")`],
    ['a name in a role', `{ name: /buy/i }`, `{ name: /purchase/i }`],
    ['an index written as one', `.nth(1)`, `.nth(2)`],
    ['the static text of a template', '`#row-${name} .buy`', '`#line-${name} .purchase`'],
    ['a selector given to an action', `page.click('#pay')`, `page.click('#checkout')`],
    ['the method of a locator', `page.getByTestId('buy')`, `page.getByRole('button', { name: 'Buy', exact: true })`],
    ['a constant at its use', `page.locator(SEL.buy)`, `page.getByTestId('buy')`],
    ['a way into an iframe', `page.getByTestId('buy')`, `page.frameLocator('#pay').getByTestId('buy')`],
    ['a step that is needed no more', `.getByRole('button', { name: /buy/i }).nth(1)`, `.getByTestId('buy')`],
    ['a literal passed to a helper that makes a locator', `row(page, 'Mug')`, `row(page, 'Cup')`],
    ['a variable that only feeds locators', `label = 'Save'`, `label = 'Store'`],
    ['a locator inside a positive expectation', `getByTestId('total')`, `getByTestId('sum')`],
  ])('%s', async (_, old, fresh) => {
    expect(await check(old, fresh)).toEqual({ ok: true, violations: [] })
  })

  it('a constant in another file that feeds locators', async () => {
    expect(await check(`buy: '#buy'`, `buy: '#purchase'`, 'selector_not_found', 'tests/page.ts')).toEqual({
      ok: true,
      violations: [],
    })
    expect(await check(`'.row'`, `'.line'`, 'selector_not_found', 'tests/page.ts')).toEqual({
      ok: true,
      violations: [],
    })
  })
})

describe('a repair of a locator may not', () => {
  it.each([
    ['change a matcher', `toHaveText('12')`, `toContainText('12')`],
    ['change what is expected', `toHaveText('12')`, `toHaveText('')`],
    ['negate an expectation', `toBeVisible()`, `not.toBeVisible()`],
    ['un-negate one', `.not.toBeVisible()`, `.toBeVisible()`],
    ['make a locator that is to find nothing find nothing', `getByTestId('error')`, `getByTestId('gone')`],
    ['remove a statement', `  await page.click('#pay')\n`, ``],
    ['add a statement', `await page.click('#pay')`, `await page.waitForTimeout(5000)\n  await page.click('#pay')`],
    ['skip the test', `test('buys'`, `test.skip('buys'`],
    ['mark it as failing', `test('buys'`, `test.fail('buys'`],
    ['rename the test', `'buys'`, `'purchases'`],
    ['lengthen a limit', `timeout: 500`, `timeout: 60000`],
    ['add an option to an action', `click({ timeout: 500 })`, `click({ timeout: 500, force: true })`],
    ['change a comment', `// a comment`, `// another`],
    ['take a comment out of a chain', ` // keep`, ``],
    ['change white space', `  await page.click`, `   await page.click`],
    ['soften an expectation', `expect(page.getByTestId('total'))`, `expect.soft(page.getByTestId('total'))`],
    ['drop an await', `await expect(page.getByTestId('total'))`, `expect(page.getByTestId('total'))`],
    ['add first()', `page.getByTestId('buy')`, `page.getByTestId('buy').first()`],
    ['add nth()', `page.getByTestId('buy')`, `page.getByTestId('buy').nth(0)`],
    ['add an alternative', `page.getByTestId('buy')`, `page.getByTestId('buy').or(page.getByTestId('x'))`],
    ['hide an index in a selector', `page.click('#pay')`, `page.click('#pay >> nth=0')`],
    ['list alternatives', `page.click('#pay')`, `page.click('#pay, .pay')`],
    ['point at the whole page', `page.click('#pay')`, `page.click('body')`],
    ['point at everything', `page.locator(SEL.buy)`, `page.locator('*')`],
    ['look for an empty text', `getByTestId('total')`, `getByText('')`],
    ['use a pattern that fits everything', `/buy/i`, `/.*/`],
    ['turn a text into a pattern that fits everything', `getByTestId('total')`, `getByText(/[^]*/)`],
    ['start from another page', `page.getByTestId('buy')`, `other.getByTestId('buy')`],
    ['call something inside a locator', `getByTestId('buy')`, `getByTestId(process.exit())`],
    ['run code in a template', `'#pay'`, '`#${process.exit()}`'],
    ['bring a substitution in', '`#row-${name} .buy`', '`#row-${label} .buy`'],
    ['lose a substitution', '`#row-${name} .buy`', '`#row-7 .buy`'],
    ['pass a function', `.getByRole('link')`, `.getByRole('link', { name: () => fetch('//x') })`],
    ['use unknown options', `getByTestId('buy')`, `getByText('buy', { timeout: 1 })`],
    ['change what is typed', `fill('Ada')`, `fill('Eve')`],
    ['change a value given to a page object', `cartPage.fill('Mug')`, `cartPage.fill('Cup')`],
    ['change a variable that is typed, too', `name = 'Ada'`, `name = 'Eve'`],
    ['change where the test goes', `goto('/cart')`, `goto('/')`],
    ['change how many are expected', `toHaveCount(3)`, `toHaveCount(0)`],
    ['import something else', `'./page'`, `'./evil'`],
    ['leave broken source', `getByTestId('buy')`, `getByTestId('buy'`],
    ['open a comment', `getByTestId('buy')`, `getByTestId('buy' /*)`],
    ['smuggle code behind a closed quote', `'#pay'`, `'#pay'); await page.evaluate('x'`],
    [
      'make the locator an action',
      `page.getByTestId('buy').click({ timeout: 500 })`,
      `page.getByTestId('buy').hover()`,
    ],
  ])('%s', async (_, old, fresh) => {
    const { ok, violations } = await check(old, fresh)
    expect(ok).toBe(false)
    expect(violations.join('\n')).toMatch(/\w{3}/)
  })

  it('take from a helper what its callers hand in', async () => {
    const { violations } = await check(
      `page.locator('.row', { hasText: name })`,
      `page.getByTestId('mug')`,
      'selector_not_found',
      'tests/page.ts',
    )
    expect(violations.join()).toMatch(/no longer depends on name/)
  })

  it('change a constant that feeds no locator', async () => {
    const { violations } = await check(`cart: '/cart'`, `cart: '/'`, 'selector_not_found', 'tests/page.ts')
    expect(violations).toEqual(["“'/cart'” feeds no locator, as far as the files show."])
  })

  it('change a constant whose uses it is not shown', async () => {
    const verdict = await checkPatch({
      before: new Map([['tests/page.ts', PAGE]]),
      after: new Map([['tests/page.ts', PAGE.replace('#buy', '#purchase')]]),
      failureType: 'selector_not_found',
      allowedFiles: ['tests/page.ts'],
    })
    expect(verdict.ok).toBe(false)
  })
})

describe('no patch may', () => {
  const patch = (before: [string, string][], after: [string, string][], allowedFiles = [FILE]) =>
    checkPatch({ before: new Map(before), after: new Map(after), failureType: 'selector_not_found', allowedFiles })

  it.each([
    [
      'touch a file outside the suite',
      patch([['src/app.ts', `x('a')`]], [['src/app.ts', `x('b')`]]),
      /not among the files/,
    ],
    ['create a file', patch([], [[FILE, 'x']]), /created or deleted/],
    ['delete a file', patch([[FILE, 'x']], []), /created or deleted/],
    [
      'change a workflow',
      patch([['.github/w.yml', 'a: 1']], [['.github/w.yml', 'a: 2']], ['.github/w.yml']),
      /no language/,
    ],
    ['change nothing', patch([[FILE, 'x']], [[FILE, 'x']]), /changes nothing/],
  ])('%s', async (_, verdict, words) => {
    expect((await verdict).violations.join()).toMatch(words)
  })

  it.each(['permission_denied', 'connection_error', 'unknown'] as const)('mend a failure of type %s', async (type) => {
    expect((await check(`getByTestId('buy')`, `getByTestId('x')`, type)).violations.join()).toMatch(/No patch mends/)
  })
})

describe('repairs of the other failure types', () => {
  const run = async (type: FailureType, before: string, after: string) =>
    (
      await checkPatch({
        before: new Map([[FILE, before]]),
        after: new Map([[FILE, after]]),
        failureType: type,
        allowedFiles: [FILE],
      })
    ).ok

  it.each<[string, FailureType, string, string, boolean]>([
    [
      'a renamed field everywhere',
      'field_renamed',
      `expect(u.userName).toBe(v['userName'])`,
      `expect(u.user_name).toBe(v['user_name'])`,
      true,
    ],
    ['two different renamings', 'field_renamed', `f(u.a, u.b)`, `f(u.c, u.d)`, false],
    ['a variable renamed', 'field_renamed', `f(a)`, `f(b)`, false],
    ['a field and a matcher', 'field_renamed', `expect(u.a).toBe(1)`, `expect(u.b).toBeDefined()`, false],
    ['a longer limit', 'timeout', `click({ timeout: 500 })`, `click({ timeout: 5000 })`, true],
    ['a longer limit of the test', 'timeout', `test.setTimeout(500)`, `test.setTimeout(5_000)`, true],
    ['a shorter limit', 'timeout', `click({ timeout: 500 })`, `click({ timeout: 5 })`, false],
    ['an endless limit', 'timeout', `click({ timeout: 500 })`, `click({ timeout: 500000 })`, false],
    ['a longer sleep', 'timeout', `page.waitForTimeout(5)`, `page.waitForTimeout(500)`, false],
    ['a longer timer', 'timeout', `setTimeout(5)`, `setTimeout(500)`, false],
    ['two limits', 'timeout', `a({ timeout: 5 }); b({ timeout: 5 })`, `a({ timeout: 9 }); b({ timeout: 9 })`, false],
    ['a number that is no limit', 'timeout', `expect(x).toBe(5)`, `expect(x).toBe(9)`, false],
    ['a renamed function', 'api_changed', `import { a } from 'x'; a(1)`, `import { b } from 'x'; b(1)`, true],
    ['a moved module', 'api_changed', `import { a } from './x'`, `import { a } from './y/x'`, true],
    ['a renamed function and another argument', 'api_changed', `a(1)`, `b(2)`, false],
    ['an expected text', 'assertion_mismatch', `expect(x).toBe('a')`, `expect(x).toBe('b')`, true],
    ['an expected number', 'assertion_mismatch', `assert.equal(x, 1)`, `assert.equal(x, 2)`, true],
    [
      'two expected values',
      'assertion_mismatch',
      `expect(x).toBe(1); expect(y).toBe(1)`,
      `expect(x).toBe(2); expect(y).toBe(2)`,
      false,
    ],
    ['what was computed', 'assertion_mismatch', `expect('a').toBe(x)`, `expect('b').toBe(x)`, false],
    ['an expectation emptied', 'assertion_mismatch', `expect(x).toBe('a')`, `expect(x).toBe('')`, false],
    ['an expectation of another type', 'assertion_mismatch', `expect(x).toBe('1')`, `expect(x).toBe(1)`, false],
    ['a negated expectation', 'assertion_mismatch', `expect(x).not.toBe('a')`, `expect(x).not.toBe('b')`, false],
    ['a literal outside assertions', 'assertion_mismatch', `f('a')`, `f('b')`, false],
    ['a moved page', 'resource_not_found', `page.goto('/cart')`, `page.goto('/basket')`, true],
    ['another host', 'resource_not_found', `page.goto('https://a.test/x')`, `page.goto('https://b.test/x')`, false],
    ['a text that is no path', 'resource_not_found', `f('hello')`, `f('you')`, false],
    ['a field taken out of an object', 'field_renamed', `const { a } = u`, `const { b: a } = u`, true],
    ['a variable beside it', 'field_renamed', `const { a } = u`, `const { b: c } = u`, false],
    ['a text that is no key', 'field_renamed', `expect(u.a).toBe('a')`, `expect(u.b).toBe('b')`, false],
    ['a method', 'field_renamed', `u.open()`, `u.close()`, false],
    [
      'a key asked for by name',
      'field_renamed',
      `expect(u).toHaveProperty('a')`,
      `expect(u).toHaveProperty('b')`,
      true,
    ],
    ['a text that names no module', 'api_changed', `a('a')`, `a('b')`, false],
    [
      'what an attribute is',
      'assertion_mismatch',
      `expect(x).toHaveAttribute('href', '/a')`,
      `expect(x).toHaveAttribute('href', '/b')`,
      true,
    ],
    [
      'which attribute',
      'assertion_mismatch',
      `expect(x).toHaveAttribute('href', '/a')`,
      `expect(x).toHaveAttribute('src', '/a')`,
      false,
    ],
    ['an awaited address', 'assertion_mismatch', `page.waitForURL('**/a')`, `page.waitForURL('**/b')`, true],
    [
      'entries of one list',
      'assertion_mismatch',
      `expect(x).toHaveText(['a', 'b', 'c'])`,
      `expect(x).toHaveText(['d', 'b', 'e'])`,
      true,
    ],
    [
      'entries of two lists',
      'assertion_mismatch',
      `expect(x).toHaveText(['a']); expect(y).toHaveText(['a'])`,
      `expect(x).toHaveText(['b']); expect(y).toHaveText(['b'])`,
      false,
    ],
    [
      'a list made longer',
      'assertion_mismatch',
      `expect(x).toHaveText(['a'])`,
      `expect(x).toHaveText(['a', 'b'])`,
      false,
    ],
    ['a pattern', 'assertion_mismatch', `expect(x).toHaveText(/a/i)`, `expect(x).toHaveText(/b/i)`, true],
    [
      'a pattern that minds less',
      'assertion_mismatch',
      `expect(x).toHaveText(/a/)`,
      `expect(x).toHaveText(/a/i)`,
      false,
    ],
    [
      'a constant that is only expected',
      'assertion_mismatch',
      `const A = 'a'; expect(x).toHaveText(A)`,
      `const A = 'b'; expect(x).toHaveText(A)`,
      true,
    ],
    [
      'a constant that is typed in, too',
      'assertion_mismatch',
      `const A = 'a'; f.fill(A); expect(x).toHaveText(A)`,
      `const A = 'b'; f.fill(A); expect(x).toHaveText(A)`,
      false,
    ],
    [
      'a constant that finds an element, too',
      'assertion_mismatch',
      `const A = 'a'; page.getByText(A); expect(x).toHaveText(A)`,
      `const A = 'b'; page.getByText(A); expect(x).toHaveText(A)`,
      false,
    ],
    [
      'a constant that is not to be, too',
      'assertion_mismatch',
      `const A = 'a'; expect(y).not.toBe(A); expect(x).toBe(A)`,
      `const A = 'b'; expect(y).not.toBe(A); expect(x).toBe(A)`,
      false,
    ],
    ['a constant that is nowhere expected', 'assertion_mismatch', `const A = 'a'; f(A)`, `const A = 'b'; f(A)`, false],
    [
      'a pattern of another form',
      'assertion_mismatch',
      `expect(x).toHaveText(/ab/)`,
      `expect(x).toHaveText(/a.*/)`,
      false,
    ],
    ['a smaller part', 'assertion_mismatch', `expect(x).toContainText('a b')`, `expect(x).toContainText('b')`, false],
    ['another part', 'assertion_mismatch', `expect(x).toContainText('a b')`, `expect(x).toContainText('a c')`, true],
    ['a bound', 'assertion_mismatch', `expect(x).toBeGreaterThan(5)`, `expect(x).toBeGreaterThan(1)`, false],
    ['the subject of an equality', 'assertion_mismatch', `assert.equal(1, x)`, `assert.equal(2, x)`, false],
    ['chai’s expected value', 'assertion_mismatch', `expect(x).to.equal('a')`, `expect(x).to.equal('b')`, true],
    ['the limit of a signal', 'timeout', `AbortSignal.timeout(500)`, `AbortSignal.timeout(900)`, true],
    ['the limit of one test', 'timeout', `it('a', f, 500)`, `it('a', f, 900)`, true],
    ['an expected path', 'resource_not_found', `expect(x).toBe('/a/b')`, `expect(x).toBe('/a/c')`, false],
    ['a name of a resource', 'resource_not_found', `get({ kind: 'Agent' })`, `get({ kind: 'NodeAgent' })`, true],
  ])('%s (%s)', async (_, type, before, after, ok) => {
    expect(await run(type, before, after)).toBe(ok)
  })
})

describe('any change at all', () => {
  /** Stretches of the suite that feed a locator; a change that passes may touch nothing else. */
  const open = [
    `'Name'`,
    `'Alias'`,
    `'buy'`,
    `SEL.buy`,
    '#row-${name} .buy`',
    `'Save'`,
    'label)',
    `'Mug').getByRole('button', { name: /buy/i }).nth(1)`,
    `'#pay'`,
    `.locator('.cart')`,
    `'link'`,
    `'total'`,
    `'list'`,
    `'li'`,
    `page.getByText(name)`,
  ].map((text) => {
    const start = SUITE.indexOf(text)
    return { start, end: start + text.length }
  })

  it.each([
    [0, ' '],
    [0, '\n'],
    [SUITE.length, ' '],
  ])('is refused outside of the first and the last token, at %i', async (at, space) => {
    const verdict = await checkPatch({
      before: new Map([['a.spec.ts', SUITE]]),
      after: new Map([['a.spec.ts', SUITE.slice(0, at) + space + SUITE.slice(at)]]),
      failureType: 'selector_not_found',
      allowedFiles: ['a.spec.ts'],
    })
    expect(verdict.ok).toBe(false)
  })

  it('that passes lies in what feeds a locator', async () => {
    const piece = fc.constantFrom(
      '',
      'x',
      "'",
      '"',
      '`',
      '.first()',
      '//',
      '/*',
      '}',
      '\n',
      ', ',
      '(',
      ')',
      '!',
      ' ',
      '.not',
      '${page}',
      '\\',
    )
    let passed = 0
    await fc.assert(
      fc.asyncProperty(fc.nat(SUITE.length), fc.nat(3), piece, async (start, length, fresh) => {
        const end = Math.min(start + length, SUITE.length)
        const after = SUITE.slice(0, start) + fresh + SUITE.slice(end)
        if (after === SUITE) return
        const { ok } = await checkPatch({
          before: new Map([[FILE, SUITE]]),
          after: new Map([[FILE, after]]),
          failureType: 'selector_not_found',
          allowedFiles: [FILE],
          context: new Map([['tests/page.ts', PAGE]]),
        })
        if (!ok) return
        passed++
        // The same text may come of several edits: what counts is where the texts differ.
        let first = 0
        while (SUITE[first] === after[first]) first++
        let last = SUITE.length
        for (let other = after.length; last > first && other > first && SUITE[last - 1] === after[other - 1]; other--)
          last--
        expect(
          open.some((range) => range.start <= first && last <= range.end),
          `${start} ${end} ${fresh}`,
        ).toBe(true)
      }),
      { numRuns: 1200 },
    )
    expect(passed).toBeGreaterThan(10)
  })
})

describe('repairs of Python suites', () => {
  const run = async (type: FailureType, before: string, after: string) =>
    (
      await checkPatch({
        before: new Map([['tests/test_a.py', before]]),
        after: new Map([['tests/test_a.py', after]]),
        failureType: type,
        allowedFiles: ['tests/test_a.py'],
      })
    ).ok

  it.each<[string, FailureType, string, string, boolean]>([
    ['a key', 'field_renamed', `x["a"]\n`, `x["b"]\n`, true],
    ['a key asked for', 'field_renamed', `x.get("a")\n`, `x.get("b")\n`, true],
    ['what is compared', 'field_renamed', `assert x["a"] == "a"\n`, `assert x["b"] == "b"\n`, false],
    ['a method', 'field_renamed', `x.open()\n`, `x.close()\n`, false],
    ['a keyword argument', 'api_changed', `f(wait=1)\n`, `f(ready=1)\n`, true],
    ['a text', 'api_changed', `f("wait")\n`, `f("ready")\n`, false],
    ['an equality', 'assertion_mismatch', `assert x == 2\n`, `assert x == 3\n`, true],
    ['an inequality', 'assertion_mismatch', `assert x >= 2\n`, `assert x >= 1\n`, false],
    ['a limit in seconds', 'timeout', `f(timeout=5)\n`, `f(timeout=50)\n`, true],
    ['five hundred seconds', 'timeout', `f(timeout=5)\n`, `f(timeout=500)\n`, false],
    ['a constant that is a limit', 'timeout', `READY_TIMEOUT = 5\n`, `READY_TIMEOUT = 9\n`, true],
    ['a constant that is none', 'timeout', `RETRIES = 5\n`, `RETRIES = 9\n`, false],
    ['a namespace', 'resource_not_found', `f(namespace="a")\n`, `f(namespace="b")\n`, true],
    ['an expected name', 'resource_not_found', `assert x == "a"\n`, `assert x == "b"\n`, false],
  ])('%s (%s)', async (_, type, before, after, ok) => {
    expect(await run(type, before, after)).toBe(ok)
  })
})
