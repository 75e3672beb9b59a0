import { PNG } from 'pngjs'
import type { Proposal, Report, Result, TestRef } from '../../src/model.ts'
import { summarise } from '../../src/report/summary.ts'

/** Reports as a run on a small shop would make them, for tests and for looking at. */

export function sampleTest(title: string, file: string, line = 12, project?: string): TestRef {
  const base = { id: `${file} › ${title}`, title, file, line, framework: 'playwright' as const }
  return project === undefined ? base : { ...base, project }
}

/** A flat picture with a button-like box in it, as a `data:` URL. */
function samplePicture(red: number, green: number, blue: number): string {
  const png = new PNG({ width: 320, height: 120 })
  for (let y = 0; y < 120; y++)
    for (let x = 0; x < 320; x++) {
      const inside = x > 90 && x < 230 && y > 40 && y < 80
      png.data.set(inside ? [red, green, blue, 255] : [246, 247, 249, 255], (y * 320 + x) * 4)
    }
  return `data:image/png;base64,${PNG.sync.write(png).toString('base64')}`
}

const GREEN_BUTTON = samplePicture(23, 114, 69)
const BLUE_BUTTON = samplePicture(10, 88, 202)
const GREY_FIELD = samplePicture(150, 150, 150)

const STRATEGIES = [
  ['testId', "getByTestId('purchase')"],
  ['id', "locator('#purchase-btn')"],
  ['name', null],
  ['aria', null],
  ['role', "getByRole('button', { name: 'Buy now' })"],
  ['text', "getByText('Buy now')"],
  ['placeholder', null],
  ['title', null],
  ['class', null],
  ['xpath', "locator('//main/section[2]/div/button[1]')"],
  ['css', "locator('main > section:nth-of-type(2) button')"],
  ['proximity', "locator('section').filter({ hasText: 'Blue mug' }).getByRole('button')"],
  ['visual', "getByTestId('purchase')"],
  ['semantic', "getByRole('button', { name: 'Buy now' })"],
  ['fuzzy', "getByTestId('purchase')"],
] as const

export function sampleProposal(change: Partial<Proposal> = {}): Proposal {
  return {
    description: 'Look for the test id "purchase" instead of "buy".',
    old: "getByTestId('buy')",
    new: "getByTestId('purchase')",
    strategy: 'testId',
    confidence: 0.973,
    absent: 0.004,
    edits: [{ file: 'tests/pages/product-page.ts', start: 412, end: 417, old: "'buy'", new: "'purchase'" }],
    diff: `--- a/tests/pages/product-page.ts
+++ b/tests/pages/product-page.ts
@@ -12,7 +12,7 @@ export class ProductPage {
   constructor(private readonly page: Page) {}

   get buy() {
-    return this.page.getByTestId('buy')
+    return this.page.getByTestId('purchase')
   }

   async open(slug: string) {
`,
    patch: 'product-page-buys-a-mug.patch',
    evidence: [
      {
        kind: 'identity',
        for: true,
        weight: 0.61,
        text: 'Role, accessible name "Buy now" and place in the page are those of the element in the last green trace.',
      },
      {
        kind: 'commit',
        for: true,
        weight: 0.25,
        text: 'Commit 4f1c2ab renames data-testid="buy" to data-testid="purchase" in src/components/product.tsx, line 41.',
      },
      {
        kind: 'live',
        for: true,
        weight: 0.2,
        text: 'In Chromium on the built app the old locator matches nothing and the new one exactly one visible, enabled button.',
      },
      { kind: 'margin', for: true, weight: 0.12, text: 'The runner-up, "Add to wish list", is far behind (0.02).' },
      { kind: 'strategy', for: false, weight: 0.03, text: 'The strategy css chose another element.' },
    ],
    strategies: STRATEGIES.map(([name, locator]) => ({ name, agrees: locator !== null && name !== 'css', locator })),
    alternatives: [
      { locator: "getByRole('button', { name: 'Add to wish list' })", confidence: 0.021 },
      { locator: "getByRole('link', { name: 'Buyer protection' })", confidence: 0.002 },
    ],
    ...change,
  }
}

export function sampleResult(change: Partial<Result> = {}): Result {
  return {
    tests: [
      sampleTest('product page › buys a mug', 'tests/product.spec.ts', 14, 'chromium'),
      sampleTest('product page › shows the price in the cart', 'tests/product.spec.ts', 33, 'chromium'),
      sampleTest('checkout › pays by card', 'tests/checkout.spec.ts', 9, 'chromium'),
    ],
    diagnosis: {
      failureType: 'selector_not_found',
      signature: '3f9a01c27be4',
      rootCause: "The locator getByTestId('buy') matches no element on /products/blue-mug.",
      affected: "getByTestId('buy')",
      expected: null,
      actual: null,
      location: { file: 'tests/pages/product-page.ts', line: 15, column: 29 },
      message:
        "TimeoutError: locator.click: Timeout 30000ms exceeded.\nCall log:\n  - waiting for getByTestId('buy')\n\n    at ProductPage.buyNow (tests/pages/product-page.ts:22:20)",
    },
    status: 'healed',
    reason: 'The element has a new test id; the patched tests pass.',
    proposal: sampleProposal(),
    verification: {
      runs: [
        { passed: true, durationMs: 1412 },
        { passed: true, durationMs: 1377 },
      ],
      effects: 'same',
    },
    pictures: { before: GREEN_BUTTON, after: BLUE_BUTTON },
    suggestions: [],
    ...change,
  }
}

export function sampleReport(results: readonly Result[] = sampleResults(), change: Partial<Report> = {}): Report {
  return {
    schemaVersion: 1,
    run: {
      startedAt: '2026-11-22T09:14:03.512Z',
      durationMs: 96_430,
      commit: '9b1d6f0c4a7e2d35b8f91c06ad4e7735f2810c9e',
      baselineCommit: '4a0e88d1c7b35f2960ea14d7b9c3f5082d6e71aa',
      baselineSource: 'green-trace',
      timings: {
        collect: 312,
        diagnose: 148,
        reproduce: 38_120,
        evidence: 2_204,
        heal: 911,
        guard: 96,
        verify: 52_870,
        report: 58,
        deliver: 0,
      },
      reached: 'done',
      confidenceThreshold: 0.8,
    },
    summary: summarise(results),
    results,
    problems: [],
    ...change,
  }
}

export function sampleResults(): Result[] {
  return [
    sampleResult(),
    healedByRole(),
    regression(),
    undecided(),
    proposedOnly(),
    flaky(),
    environment(),
    manyTests(),
  ]
}

function healedByRole(): Result {
  return sampleResult({
    tests: [sampleTest('account › signs in', 'tests/account.spec.ts', 8, 'chromium')],
    diagnosis: {
      ...sampleResult().diagnosis,
      signature: 'a10f5c9e7d02',
      affected: "getByRole('button', { name: 'Sign in' })",
      rootCause: 'No button named "Sign in" is on the page; its text was reworded.',
      location: { file: 'tests/account.spec.ts', line: 11, column: 14 },
    },
    reason: 'The button is called "Log in" now; the patched test passes.',
    proposal: sampleProposal({
      old: "getByRole('button', { name: 'Sign in' })",
      new: "getByRole('button', { name: 'Log in' })",
      strategy: 'role',
      confidence: 0.882,
      absent: 0.031,
      edits: [{ file: 'tests/account.spec.ts', start: 300, end: 309, old: "'Sign in'", new: "'Log in'" }],
      diff: "--- a/tests/account.spec.ts\n+++ b/tests/account.spec.ts\n@@ -9,5 +9,5 @@\n   await page.goto('/account')\n-  await page.getByRole('button', { name: 'Sign in' }).click()\n+  await page.getByRole('button', { name: 'Log in' }).click()\n   await expect(page.getByRole('heading', { name: 'Your orders' })).toBeVisible()\n",
      patch: 'account-signs-in.patch',
      evidence: [
        {
          kind: 'identity',
          for: true,
          weight: 0.48,
          text: '"Log in" says the same as "Sign in", in the same form, below the same heading.',
        },
        {
          kind: 'commit',
          for: true,
          weight: 0.22,
          text: 'Commit 4f1c2ab changes the text "Sign in" to "Log in" in src/components/sign-in.tsx, line 18.',
        },
        { kind: 'identity', for: false, weight: 0.08, text: 'The class changed from "btn btn-primary" to "x7f2k".' },
      ],
      alternatives: [{ locator: "getByRole('button', { name: 'Create account' })", confidence: 0.064 }],
    }),
    pictures: { before: null, after: null },
    verification: {
      runs: [
        { passed: true, durationMs: 902 },
        { passed: true, durationMs: 874 },
      ],
      effects: 'explained',
    },
  })
}

function regression(): Result {
  return sampleResult({
    tests: [sampleTest('cart › applies a voucher', 'tests/cart.spec.ts', 41, 'chromium')],
    diagnosis: {
      ...sampleResult().diagnosis,
      signature: 'c0ffee12ab34',
      affected: "getByLabel('Voucher code')",
      rootCause: 'The field "Voucher code" is not on /cart any more.',
      location: { file: 'tests/pages/cart-page.ts', line: 27, column: 23 },
    },
    status: 'likely_regression',
    reason: 'The field is gone and nothing on the page took its place; commit 81be0d7 deleted it.',
    proposal: sampleProposal({
      description: 'No repair: the field is probably gone.',
      old: "getByLabel('Voucher code')",
      new: '',
      strategy: '',
      confidence: 0.041,
      absent: 0.946,
      edits: [],
      diff: '',
      patch: null,
      evidence: [
        {
          kind: 'absence',
          for: false,
          weight: 0.7,
          text: 'No field, visible or hidden, resembles it; the form it stood in is still there with its other fields.',
        },
        {
          kind: 'commit',
          for: false,
          weight: 0.3,
          text: 'Commit 81be0d7 "Simplify cart" deletes <VoucherField> from src/components/cart.tsx, lines 58–71.',
        },
        {
          kind: 'identity',
          for: true,
          weight: 0.05,
          text: 'The field "Gift message" has the same kind and a similar place.',
        },
      ],
      alternatives: [{ locator: "getByLabel('Gift message')", confidence: 0.041 }],
    }),
    verification: null,
    pictures: { before: GREY_FIELD, after: null },
    suggestions: [
      'Ask the author of commit 81be0d7 whether vouchers were removed on purpose.',
      'If so, delete the test "cart › applies a voucher"; if not, restore the field.',
    ],
  })
}

function undecided(): Result {
  return sampleResult({
    tests: [sampleTest('checkout › chooses express delivery', 'tests/checkout.spec.ts', 52, 'chromium')],
    diagnosis: {
      ...sampleResult().diagnosis,
      signature: 'd41d8cd98f00',
      affected: "locator('.shipping-option').nth(1)",
      rootCause: 'The list has other entries in another order.',
      location: { file: 'tests/checkout.spec.ts', line: 58, column: 9 },
    },
    status: 'needs_human',
    reason: 'Two options are equally likely; the margin between them is too small to choose.',
    proposal: sampleProposal({
      old: "locator('.shipping-option').nth(1)",
      new: "getByRole('radio', { name: 'Express' })",
      strategy: 'role',
      confidence: 0.52,
      absent: 0.04,
      edits: [],
      diff: '',
      patch: null,
      evidence: [
        { kind: 'identity', for: true, weight: 0.3, text: 'The text "Express" is unchanged.' },
        { kind: 'margin', for: false, weight: 0.44, text: '"Express (next day)" is nearly as likely (0.44).' },
      ],
      alternatives: [
        { locator: "getByRole('radio', { name: 'Express', exact: true })", confidence: 0.52 },
        { locator: "getByRole('radio', { name: 'Express (next day)' })", confidence: 0.44 },
      ],
    }),
    verification: null,
    pictures: { before: null, after: null },
    suggestions: ['Choose a candidate by hand, or reply with /heal apply d41d8cd98f00 2.'],
  })
}

function proposedOnly(): Result {
  return sampleResult({
    tests: [sampleTest('products › filters by colour', 'tests/products.spec.ts', 20, 'firefox')],
    diagnosis: { ...sampleResult().diagnosis, signature: 'b7e23ec29af2', affected: "getByPlaceholder('Search…')" },
    status: 'proposed',
    reason: 'The patch was not run, because --suggest-only was given.',
    proposal: sampleProposal({
      old: "getByPlaceholder('Search…')",
      new: "getByPlaceholder('Find a product')",
      strategy: 'placeholder',
      confidence: 0.91,
      patch: 'products-filters-by-colour.patch',
    }),
    verification: null,
    pictures: { before: null, after: null },
  })
}

function flaky(): Result {
  return sampleResult({
    tests: [sampleTest('account › shows the newest order first', 'tests/account.spec.ts', 77, 'chromium')],
    diagnosis: {
      ...sampleResult().diagnosis,
      failureType: 'assertion_mismatch',
      signature: 'e2c569be17bf',
      affected: "getByRole('row').first()",
      expected: 'Order 1042',
      actual: 'Order 1041',
      rootCause: 'The first row was another one.',
    },
    status: 'flaky',
    reason: 'Unpatched, it passed when it was run again.',
    proposal: null,
    verification: null,
    pictures: { before: null, after: null },
  })
}

function environment(): Result {
  return sampleResult({
    tests: [sampleTest('payment › talks to the sandbox', 'tests/payment.spec.ts', 5, 'chromium')],
    diagnosis: {
      ...sampleResult().diagnosis,
      failureType: 'connection_error',
      signature: '5ba93c9db0cf',
      affected: 'https://sandbox.payments.example/v1/charges',
      rootCause: 'The connection was refused.',
      location: null,
      message: 'connect ECONNREFUSED 127.0.0.1:8443',
    },
    status: 'environment',
    reason: 'The payment sandbox did not answer; the test itself is not at fault.',
    proposal: null,
    verification: null,
    pictures: { before: null, after: null },
    suggestions: ['Start the sandbox before the tests, or allow the runner to reach it.'],
  })
}

function manyTests(): Result {
  return sampleResult({
    tests: Array.from({ length: 12 }, (_, i) =>
      sampleTest(`regression suite › journey ${i + 1}`, 'tests/journeys.spec.ts', 10 + i * 9),
    ),
    diagnosis: {
      ...sampleResult().diagnosis,
      signature: '0cc175b9c0f1',
      affected: "locator('nav.main-navigation > ul > li:nth-child(3) > a.nav-link.nav-link--active')",
      location: { file: 'tests/support/selectors.ts', line: 4, column: 12 },
    },
    reason: 'The navigation has new class names; all 12 patched tests pass.',
    proposal: sampleProposal({
      old: "locator('nav.main-navigation > ul > li:nth-child(3) > a.nav-link.nav-link--active')",
      new: 'locator(\'nav[aria-label="Main"] a[href="/products"]\')',
      strategy: 'css',
      confidence: 0.84,
      absent: 0.05,
      patch: 'regression-suite-journeys.patch',
    }),
    pictures: { before: null, after: null },
  })
}

/** Strings that break naive reports; each is used for every text of a report in turn. */
export const HOSTILE: readonly string[] = [
  '</script><script>alert(1)</script>',
  '<!--<script>',
  '--> ]]> <![CDATA[',
  '<img src=x onerror=alert(1)>',
  '"><svg onload=alert(1)>',
  "' onmouseover='alert(1)",
  '| a | b |\n| - | - |\n',
  '```\n# out of the fence\n~~~',
  '`` ` ```',
  '</details></summary></td></table>',
  '@octocat fixes #12, closes GH-7 and https://github.com/o/r/issues/3',
  '[click](javascript:alert(1)) ![x](https://evil.example/pixel.png)',
  '&lt;b&gt; &#64;octocat &amp;',
  '\u202eevil\u202c\u200b\u0000\u001b[31m',
  'a\\|b\\\\|c\\',
  '$x$ ~~s~~ **b** __i__ [^1] ==',
  '1. one\n- two\n# three\n> four\n===',
  '\ud800 lone',
  '::error file=x::y',
]
