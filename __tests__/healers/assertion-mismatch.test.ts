// biome-ignore-all lint/suspicious/noTemplateCurlyInString: sources are quoted as they are written
import { describe, expect, it } from 'vitest'
import { classify } from '../../src/diagnosis/classify.ts'
import { assertionMismatch } from '../../src/healers/assertion-mismatch.ts'
import type { HealContext, Verdict } from '../../src/healers/contract.ts'
import type { Diagnosis, Failure } from '../../src/model.ts'
import type { TokenChange } from '../../src/source/changes.ts'
import { checkPatch } from '../../src/source/guard.ts'
import { parse, type SyntaxTree } from '../../src/source/syntax.ts'
import { pageOf, targetOf } from '../strategies/page.ts'

const SPEC = 'tests/a.spec.ts'

const changed = (old: string | null, fresh: string | null, more: Partial<TokenChange> = {}): TokenChange => ({
  commit: { id: 'd'.repeat(40), author: 'A', date: '2026-10-01T00:00:00Z', subject: 'Say basket' },
  file: 'src/page.html',
  line: 1,
  kind: 'text',
  old,
  new: fresh,
  standing: 'alone',
  ...more,
})

interface Scene {
  /** The line that fails, after others of the file. */
  readonly line: string
  readonly above?: string
  readonly message: string
  readonly files?: Readonly<Record<string, string>>
  readonly history?: readonly TokenChange[]
  readonly selector?: string
  readonly context?: Partial<HealContext>
  /** What the selector matches on the page. */
  readonly matches?: readonly number[]
}

const differs = (matcher: string, expected: string, received: string, kind = ''): string =>
  `Error: expect(locator).${matcher}(expected) failed\n\nLocator:  locator('#a')\nExpected${kind}: ${expected}\nReceived${kind === '' ? '' : ' string'}: ${received}\nTimeout:  5000ms\n`

async function judged(scene: Scene): Promise<Verdict & { readonly guard: readonly string[] | null }> {
  const source = `${scene.above ?? ''}${scene.line}\n`
  const files: Readonly<Record<string, string>> = { [SPEC]: source, 'src/page.html': '', ...scene.files }
  const place = {
    file: SPEC,
    line: source.trimEnd().split('\n').length,
    column: scene.line.search(/\.(?:to|waitFor)[A-Z]/) + 2,
  }
  const failure: Failure = {
    test: { id: 't', title: 'a', file: SPEC, framework: 'playwright' },
    errors: [{ message: scene.message, stack: [place] }],
    attachments: [],
    attempts: ['failed'],
    durationMs: 0,
    artifact: '',
  }
  const found = classify(failure)
  expect(found.failureType).toBe('assertion_mismatch')
  const diagnosis: Diagnosis = {
    ...found,
    signature: 's',
    location: place,
    message: scene.message,
    locator: scene.selector ? { selector: scene.selector, action: 'expect', step: '' } : undefined,
  }
  const trees = new Map<string, SyntaxTree>()
  for (const [name, text] of Object.entries(files))
    if (name.endsWith('.ts')) trees.set(name, await parse('typescript', text))
  const healing = assertionMismatch.heal(diagnosis, {
    threshold: 0.8,
    baseline: { source: 'none', target: null, others: [], matches: 1 },
    page: null,
    refuted: [],
    history: scene.history ?? [],
    strategiesOff: [],
    code: {
      files: Object.keys(files),
      read: (name) => files[name] ?? null,
      tree: (name) => trees.get(name) ?? null,
      isTest: (name) => name.startsWith('tests/'),
    },
    failures: [failure],
    ...scene.context,
  })
  let next = healing.next()
  while (!next.done) next = healing.next({ kind: 'match', matches: [scene.matches ?? []] })
  const edits = next.value.proposal?.edits ?? []
  return { ...next.value, guard: edits.length > 0 ? await guarded(files, edits) : null }
}

/** What the guard has against the edits. */
const guarded = async (
  files: Readonly<Record<string, string>>,
  edits: readonly { file: string; start: number; end: number; new: string }[],
) => {
  const after = new Map<string, string>()
  for (const { file, start, end, new: fresh } of edits.toSorted((a, b) => b.start - a.start)) {
    const text = after.get(file) ?? files[file] ?? ''
    after.set(file, text.slice(0, start) + fresh + text.slice(end))
  }
  const tests = Object.entries(files).filter(([name]) => name.startsWith('tests/'))
  const { violations } = await checkPatch({
    before: new Map([...after.keys()].map((file) => [file, files[file] ?? ''])),
    after,
    failureType: 'assertion_mismatch',
    allowedFiles: [...after.keys()],
    context: new Map(tests),
  })
  return violations
}

const news = ({ proposal }: Verdict): readonly string[] => (proposal?.edits ?? []).map((edit) => edit.new)

describe('the words of a page that the product changed', () => {
  const message = differs('toHaveText', '"Your cart"', '"Your basket"')
  const history = [changed('Your cart', 'Your basket')]

  it.each([
    ['in the assertion', "await expect(page.locator('#a')).toHaveText('Your cart')", ''],
    ['as a soft assertion', "await expect.soft(page.locator('#a')).toHaveText('Your cart')", ''],
    ['in a constant', "await expect(page.locator('#a')).toHaveText(TITLE)", "const TITLE = 'Your cart'\n"],
    [
      'in an object',
      "await expect(page.locator('#a')).toHaveText(TEXTS.cart.title)",
      "const TEXTS = { cart: { title: 'Your cart' } }\n",
    ],
    ['in a template without values', "await expect(page.locator('#a')).toHaveText(`Your cart`)", ''],
  ])('are expected, where they stand %s', async (_, line, above) => {
    const verdict = await judged({ line, above, message, history })
    expect([news(verdict), verdict.guard]).toEqual([['Your basket'], []])
  })

  it('are expected where a page object says them, in another file', async () => {
    const files = { 'tests/cart-page.ts': "export class CartPage {\n  get title() {\n    return 'Your cart'\n  }\n}\n" }
    const above = "import { CartPage } from './cart-page'\nconst cart = new CartPage()\n"
    const verdict = await judged({
      line: "await expect(page.locator('#a')).toHaveText(cart.title)",
      above,
      files,
      message,
      history,
    })
    expect(verdict.proposal?.edits).toMatchObject([{ file: 'tests/cart-page.ts', new: 'Your basket' }])
    expect(verdict.guard).toEqual([])
  })

  it('are expected beside a value that stays', async () => {
    const verdict = await judged({
      line: "await expect(page.locator('#a')).toHaveText(`Hello, ${NAME}`)",
      above: "const NAME = 'Ada'\n",
      message: differs('toHaveText', '"Hello, Ada"', '"Welcome, Ada"'),
      history: [changed('Hello, {name}', 'Welcome, {name}')],
    })
    expect([news(verdict), verdict.guard]).toEqual([['Welcome, '], []])
  })

  it('are expected as a pattern where they were', async () => {
    const verdict = await judged({
      line: "await expect(page.locator('#a')).toHaveText(/^your cart \\(\\d\\)$/i)",
      message: differs('toHaveText', '/^your cart \\(\\d\\)$/i', '"Your basket (2)"', ' pattern'),
      history: [changed('Your cart ({count})', 'Your basket ({count})')],
    })
    expect([news(verdict), verdict.guard]).toEqual([['/^your basket \\(\\d\\)$/i'], []])
  })

  it('are expected in several entries of one list', async () => {
    const verdict = await judged({
      line: "await expect(page.locator('#a')).toHaveText(['Cart', 'Orders', 'Log out'])",
      message:
        'Error: expect(locator).toHaveText(expected) failed\n\nLocator: locator(\'#a\')\nTimeout: 700ms\n- Expected  - 2\n+ Received  + 2\n\n  Array [\n-   "Cart",\n+   "Basket",\n    "Orders",\n-   "Log out",\n+   "Sign out",\n  ]\n\nCall log:\n',
      history: [changed('Cart', 'Basket'), changed('Log out', 'Sign out')],
    })
    expect([news(verdict), verdict.guard]).toEqual([['Basket', 'Sign out'], []])
  })

  it('are escaped as the author’s quotes need it', async () => {
    const verdict = await judged({
      line: "await expect(page.locator('#a')).toHaveText('Your cart')",
      message: differs('toHaveText', '"Your cart"', '"Ada\'s basket"'),
      history: [changed('Your cart', "Ada's basket")],
    })
    expect(news(verdict)).toEqual(["Ada\\'s basket"])
  })
})

describe('words of a page that found a bug', () => {
  const line = "await expect(page.locator('#a')).toHaveText('Your cart')"
  const message = differs('toHaveText', '"Your cart"', '"Your basket"')

  it.each([
    ['no commit changed them', []],
    ['a commit changed them into something else', [changed('Your cart', 'Your bag')]],
    ['only a test changed them', [changed('Your cart', 'Your basket', { file: 'tests/other.ts' })]],
    ['only prose changed them', [changed('Your cart', 'Your basket', { file: 'README.md' })]],
    ['one went, and the other came elsewhere', [changed('Your cart', null), changed(null, 'Your basket')]],
  ])('are kept where %s', async (_, history) => {
    const verdict = await judged({ line, message, history })
    expect(verdict.status).toBe('likely_regression')
    expect(news(verdict)).toEqual([])
  })

  it('are kept where what is not to be so is so', async () => {
    const verdict = await judged({
      line: "await expect(page.locator('#a')).not.toHaveText('Your basket')",
      message:
        'Error: expect(locator).not.toHaveText(expected) failed\n\nLocator:  locator(\'#a\')\nExpected: not "Your basket"\nReceived: "Your basket"\nTimeout:  700ms\n',
      history: [changed('Your cart', 'Your basket')],
    })
    expect(verdict.status).toBe('likely_regression')
  })

  it.each([
    ['the opposite', 'Enabled', 'Disabled'],
    ['an error', 'Your orders', 'Orders not found'],
    ['misspelt', 'Delivery address', 'Delivrey address'],
  ])('are left to a person where a commit made them %s', async (_, was, now) => {
    const verdict = await judged({
      line: `await expect(page.locator('#a')).toHaveText('${was}')`,
      message: differs('toHaveText', `"${was}"`, `"${now}"`),
      history: [changed(was, now)],
    })
    expect([verdict.status, news(verdict)]).toEqual(['needs_human', []])
  })

  it('are followed where they only look like a slip, and the product knows the word', async () => {
    const verdict = await judged({
      line: "await expect(page.locator('#a')).toHaveText('Pick a colour')",
      message: differs('toHaveText', '"Pick a colour"', '"Pick a color"'),
      history: [changed('Pick a colour', 'Pick a color')],
      files: { 'src/page.html': '<p>Pick a color</p>', 'src/style.css': 'a { color: red }\n' },
    })
    expect(news(verdict)).toEqual(['Pick a color'])
  })

  it.each([
    [
      'by its key',
      { 'src/page.html': '', 'src/en.json': '{ "cart": "Your cart", "basket": "Your basket" }\n' },
      'src/en.json:1',
    ],
    ['by its text', { 'src/page.html': '<h1>Your basket</h1>\n<h2>Your basket</h2>\n' }, 'src/page.html:2'],
  ])('are left to a person where the product shows another of its messages, %s', async (_, files, place) => {
    const verdict = await judged({ line, message, files, history: [changed('Your cart', 'Your basket')] })
    expect([verdict.status, news(verdict)]).toEqual(['needs_human', []])
    expect(verdict.reason).toContain(`“Your basket” is what ${place} said before`)
  })

  it('are followed where a commit wrote them at every place that says them', async () => {
    const files = { 'src/page.html': '<h1>Your basket</h1>\n', 'src/nav.html': '<a>Your basket</a>\n' }
    const history = [changed('Your cart', 'Your basket'), changed('Your cart', 'Your basket', { file: 'src/nav.html' })]
    expect(news(await judged({ line, message, files, history }))).toEqual(['Your basket'])
  })

  it('are left to a person where the product still says the old ones, and the changed line is not the one about them', async () => {
    const files = { 'src/page.html': '<a>Your basket</a>\n', 'src/cart.html': '<h1>Your cart</h1>\n' }
    const verdict = await judged({ line, message, files, history: [changed('Your cart', 'Your basket')] })
    expect(verdict.status).toBe('needs_human')
    expect(verdict.proposal?.evidence.map(({ text }) => text).join()).toContain(
      'src/cart.html:1 still says “Your cart”',
    )
  })

  it('are followed all the same where the changed line names the element', async () => {
    const files = { 'src/page.html': '<h1 id="total-heading">Your basket</h1>\n', 'src/nav.html': '<a>Your cart</a>\n' }
    const verdict = await judged({
      line: "await expect(page.locator('#total-heading')).toHaveText('Your cart')",
      message,
      files,
      history: [changed('Your cart', 'Your basket')],
    })
    expect(news(verdict)).toEqual(['Your basket'])
  })

  it('are kept by the guard where the same constant finds an element or is typed in', async () => {
    const above = "const TITLE = 'Your cart'\nawait page.getByText(TITLE).click()\n"
    const verdict = await judged({
      line: "await expect(page.locator('#a')).toHaveText(TITLE)",
      above,
      message,
      history: [changed('Your cart', 'Your basket')],
    })
    expect(verdict.guard?.join()).toContain('stands in no assertion')
  })
})

describe('figures', () => {
  it('are kept where they are computed', async () => {
    const verdict = await judged({
      line: "await expect(page.locator('#total')).toHaveText('€ 12.00')",
      message: differs('toHaveText', '"€ 12.00"', '"€ 13.00"'),
      history: [changed('12', '13', { kind: 'number' }), changed('0', '1', { kind: 'number' })],
    })
    expect(verdict.status).toBe('likely_regression')
  })

  it('are kept where a literal like them changed that is not about them', async () => {
    const verdict = await judged({
      line: "await expect(page.locator('#stock')).toHaveText('12')",
      message: differs('toHaveText', '"12"', '"13"'),
      files: { 'src/limits.ts': 'export const RETRIES = 13\n' },
      history: [changed('12', '13', { kind: 'number', file: 'src/limits.ts' })],
    })
    expect(verdict.status).toBe('likely_regression')
  })

  it('follow a literal of the seed that is about them', async () => {
    const verdict = await judged({
      line: "await expect(page.locator('#stock')).toHaveText('12')",
      message: differs('toHaveText', '"12"', '"13"'),
      files: { 'seed/products.json': '{ "stock": 13 }\n' },
      history: [changed('12', '13', { kind: 'number', file: 'seed/products.json' })],
    })
    expect(news(verdict)).toEqual(['13'])
  })
})

describe('an address that is expected', () => {
  const at = (expected: string, received: string) =>
    `Error: expect(page).toHaveURL(expected) failed\n\nExpected: "${expected}"\nReceived: "${received}"\nTimeout:  700ms\n`
  const history = [changed('/orders', '/purchases', { kind: 'string', file: 'src/routes.ts' })]

  it.each([
    ['/orders', '/purchases'],
    ['/orders/7?tab=open', '/purchases/7?tab=open'],
    ['http://127.0.0.1:4173/orders', 'http://127.0.0.1:4173/purchases'],
  ])('%s follows its route', async (given, wanted) => {
    const base = 'http://127.0.0.1:4173'
    const [was, now] = [given, wanted].map((each) => (each.startsWith('/') ? base + each : each))
    const verdict = await judged({
      line: `await expect(page).toHaveURL('${given}')`,
      message: at(was ?? '', now ?? ''),
      history,
    })
    expect([news(verdict), verdict.guard]).toEqual([[wanted], []])
  })

  it('is kept where the page is at another one than the route became, or on another site', async () => {
    const line = "await expect(page).toHaveURL('/orders')"
    const elsewhere = at('http://127.0.0.1:4173/orders', 'http://127.0.0.1:4173/sign-in')
    expect((await judged({ line, message: elsewhere, history })).status).toBe('likely_regression')
    const other = at('http://127.0.0.1:4173/orders', 'http://example.org/purchases')
    expect((await judged({ line, message: other, history })).status).toBe('likely_regression')
  })
})

describe('how many there are', () => {
  const line = "await expect(page.locator('nav a')).toHaveCount(2)"
  const message = differs('toHaveCount', '2', '3')
  const page = pageOf('<nav><a href="/">Home</a><a href="/orders">Orders</a><a href="/help">Help</a></nav>')
  const links = [...Array(page.size).keys()].filter((element) => page.tag(element) === 'a')
  const nav = '<a href="/">Home</a>\n<a href="/orders">Orders</a>\n<a href="/help">Help</a>\n'
  const scene = { line, message, selector: 'nav a', matches: links, context: { page } }

  it('follows an entry that a commit put into the list', async () => {
    const history = [changed(null, 'Help', { line: 3 }), changed(null, '/help', { line: 3, kind: 'string' })]
    const verdict = await judged({ ...scene, files: { 'src/page.html': nav }, history })
    expect([news(verdict), verdict.guard]).toEqual([['3'], []])
  })

  it('follows an entry that a commit took out of it', async () => {
    const verdict = await judged({
      ...scene,
      line: line.replace('2', '4'),
      message: differs('toHaveCount', '4', '3'),
      files: { 'src/page.html': nav },
      history: [changed('Gifts', null, { line: 3 })],
    })
    expect(news(verdict)).toEqual(['3'])
  })

  it.each([
    ['no commit put one in', nav, []],
    ['what came is something else', nav, [changed(null, 'Gifts', { line: 3 })]],
    ['the source does not say what the page lists', 'load("/orders.json")\n', [changed(null, 'Help', { line: 1 })]],
    [
      'one more came than the page shows',
      nav,
      [changed(null, 'Help', { line: 3 }), changed(null, 'Orders', { line: 2 })],
    ],
  ])('is kept where %s', async (_, source, history) => {
    const verdict = await judged({ ...scene, files: { 'src/page.html': source }, history })
    expect([verdict.status, news(verdict)]).toEqual(['likely_regression', []])
  })
})

describe('an element that says the same in other words, and no commit pairs them', () => {
  const line = "await expect(page.locator('#a')).toHaveText('Your cart')"
  const button = (text: string, id = 'cart-title', marker = ' me') =>
    `<main><button${marker} id="${id}" class="x">${text}</button></main>`
  const page = pageOf(button('Your basket', 'cart-title', ''))
  const element = [...Array(page.size).keys()].find((each) => page.tag(each) === 'button') ?? -1
  const scene = {
    line,
    message: differs('toHaveText', '"Your cart"', '"Your basket"'),
    selector: '#a',
    matches: [element],
    files: { 'src/page.html': button('Your basket', 'cart-title', '') },
    context: {
      page,
      baseline: { source: 'green-trace', target: targetOf(button('Your cart')), others: [], matches: 1 } as const,
    },
  }

  it('is believed where it is known by more than its text, and the source says the new words', async () => {
    const verdict = await judged(scene)
    expect([news(verdict), verdict.proposal?.confidence]).toEqual([['Your basket'], 0.85])
  })

  it('is left to a person where the source is not here', async () => {
    expect((await judged({ ...scene, files: {} })).status).toBe('needs_human')
  })

  it.each([
    ['nothing tells what it was', { context: { page } }],
    ['the source still says the old words', { files: { 'src/page.html': '<p>Your cart</p> <b>Your basket</b>' } }],
    [
      'it had another id',
      {
        context: {
          page,
          baseline: {
            source: 'green-trace',
            target: targetOf(button('Your cart', 'other')),
            others: [],
            matches: 1,
          } as const,
        },
      },
    ],
  ])('is no proof where %s', async (_, more) => {
    expect((await judged({ ...scene, ...more })).status).toBe('likely_regression')
  })

  it('is no proof where it says something else', async () => {
    const other = pageOf(button('Your orders', 'cart-title', ''))
    const verdict = await judged({
      ...scene,
      message: differs('toHaveText', '"Your cart"', '"Your orders"'),
      files: { 'src/page.html': button('Your orders', 'cart-title', '') },
      context: { ...scene.context, page: other },
    })
    expect(verdict.status).toBe('likely_regression')
  })
})
