import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readSteps } from '../../src/steps/read-steps.ts'
import { type Files, IMPORTS, read, readBody, SPEC } from './project.ts'

const SUITE = path.resolve(import.meta.dirname, '../../fixtures/shop/suite')
const real: Files = Object.fromEntries(
  readdirSync(SUITE, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => [file.replaceAll('\\', '/'), readFileSync(path.join(SUITE, file), 'utf8')]),
)
const names = Object.keys(real)
const SCRAPS = [
  '(',
  ')',
  '{',
  '}',
  '`',
  "'",
  '=>',
  'await ',
  '...',
  '?.',
  ' for (;;) ',
  'class A extends A {}',
  '\0',
  'use(',
  '[',
  'export default ',
  'this.',
  'super.',
  'new ',
  '__proto__',
]

/** A real suite in which some places were overwritten. */
const broken = fc
  .array(
    fc.record({
      file: fc.constantFrom(...names),
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      cut: fc.nat(60),
      put: fc.constantFrom(...SCRAPS, ''),
    }),
    { minLength: 1, maxLength: 6 },
  )
  .map((edits) => {
    const files: Record<string, string> = { ...real }
    for (const { file, at, cut, put } of edits) {
      const text = files[file] ?? ''
      const from = Math.floor(at * text.length)
      files[file] = text.slice(0, from) + put + text.slice(from + cut)
    }
    return files
  })

const LIMIT_MS = 8_000

describe('sources that are broken or hostile', () => {
  it('end the reading, in bounded time, and never with a fault', async () => {
    await fc.assert(
      fc.asyncProperty(broken, async (files) => {
        const begun = performance.now()
        const found = await readSteps({
          file: 'tests/checkout.spec.ts',
          title: 'Checkout › sells an oak board',
          failedAt: null,
          root: '/repo',
          readFile: (file) => files[file] ?? null,
        })
        expect(found.actions.length).toBeLessThanOrEqual(1_000)
        expect(performance.now() - begun).toBeLessThan(LIMIT_MS)
        for (const { method, params } of found.actions)
          expect(typeof (params.selector ?? params.url ?? params.source), method).toBe('string')
      }),
      { numRuns: 150 },
    )
  })

  it.each([
    ['nested deeply', `await page.fill('#a', ${'('.repeat(20_000)}'x'${')'.repeat(20_000)})`],
    ['a text that doubles', `let text = 'x'; for (let i = 0; i < 60; i++) text += text; await page.fill('#a', text)`],
    ['a text that is repeated', `await page.fill('#a', 'x'.repeat(1e9))`],
    ['a list that grows', `const all = []; for (let i = 0; i < 1e9; i++) all.push(i)`],
    ['a list of its own items', `let all = [1, 2]; for (;;) all = [...all, ...all]`],
    ['a long list', `await page.locator('#a').nth(Array.from({ length: 1e9 }).length).click()`],
    ['steps without end', `for (;;) await page.click('#a')`],
    ['an object in itself', `const a = {}; a.a = a; await page.addInitScript(() => {}, a)`],
    ['a list in itself', `const a = []; a.push(a); await page.fill('#a', \`\${a}\`)`],
    ['getters in a circle', `class A { get a() { return this.a } }; new A().a`],
    ['a class that extends itself', `class A extends A {}; new A()`],
    ['a pattern', `await page.fill('#a', '${'a'.repeat(50)}!'.replace(/(a+)+$/, ''))`],
    [
      'a hostile name',
      `const o = { ['__proto__']: { polluted: 1 }, constructor: 2 }; await page.fill('#a', String(({}).polluted))`,
    ],
  ])('are bounded: %s', async (_, body) => {
    const begun = performance.now()
    const found = await readBody(body)
    expect(performance.now() - begun).toBeLessThan(LIMIT_MS)
    expect(found.actions.length).toBeLessThanOrEqual(1_000)
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
  })

  it('are bounded: files that import one another, and fixtures that ask for one another', async () => {
    const files = {
      'tests/b.ts': `export { a } from './c'; export * from './c'`,
      'tests/c.ts': `export { a } from './b'; export * from './b'`,
      [SPEC]: `${IMPORTS}import { a } from './b'
        const own = test.extend({ one: async ({ two }, use) => use(two), two: async ({ one }, use) => use(one) })
        own('x', async ({ page, one }) => { await page.fill('#a', a) })`,
    }
    expect((await read(files)).gap?.reason).toMatch(/nested too deeply|too much/)
  })
})
