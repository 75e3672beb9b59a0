import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeShopRepo, type ShopRepo } from '../../scripts/fixture.ts'
import type { EngineConfig, HealOutcome } from '../../src/engine.ts'
import { heal } from '../../src/heal.ts'
import type { TestRef } from '../../src/model.ts'

let dir: string
let shop: ShopRepo

beforeAll(async () => {
  dir = mkdtempSync(path.join(tmpdir(), 'heal-'))
  shop = await makeShopRepo({ dir, runs: ['green', 'failing'] })
}, 600_000)

afterAll(() => rmSync(dir, { recursive: true, force: true }))

const git = (...args: string[]) => execFileSync('git', ['-C', shop.repo, ...args], { encoding: 'utf8' })

const test = (file: string, title: string): TestRef => ({
  id: `${file} › ${title}`,
  title,
  file,
  framework: 'playwright',
})

const healTests = (onlyTests: readonly TestRef[], overrides: Partial<EngineConfig> = {}): Promise<HealOutcome> =>
  heal(
    {
      root: shop.repo,
      artifacts: [path.join(shop.failingDir ?? '', '**')],
      baseline: [path.join(shop.greenDir ?? '', '**')],
      confidenceThreshold: 0.8,
      maxFailures: 50,
      maxRetries: 2,
      verifyRuns: 2,
      timeoutMinutes: 10,
      shard: null,
      appDir: 'dist',
      startCommand: null,
      baseUrl: null,
      installCommand: null,
      buildCommand: null,
      testCommand: null,
      testGlobs: [],
      browserPath: null,
      browserEndpoint: null,
      strategies: { off: [], modules: [] },
      reportDir: path.join(dir, 'report'),
      suggestOnly: false,
      onlySignatures: [],
      onlyTests,
      ci: false,
      ...overrides,
    },
    { progress: () => {}, env: { ...process.env, ...shop.env } },
  )

describe('healing the shop, from artifacts to patches', () => {
  it('heals a renamed placeholder where it is defined, once for all tests that use it', async () => {
    const { report, files, fixes } = await healTests([
      test('tests/catalog.spec.ts', 'Catalogue › finds a product by its name'),
      test('tests/catalog.spec.ts', 'Catalogue › says so when nothing is found'),
    ])
    expect(report.problems).toEqual([])
    expect(report.results).toHaveLength(1)
    const [result] = report.results
    expect(result).toMatchObject({
      status: 'healed',
      diagnosis: { failureType: 'selector_not_found', location: { file: 'tests/support/helpers.ts' } },
      proposal: { strategy: 'placeholder', new: "page.getByPlaceholder('What are you looking for?')" },
    })
    expect(result?.tests).toHaveLength(2)
    expect(result?.verification?.runs).toHaveLength(4)
    expect(result?.proposal?.evidence.some(({ kind, for: isFor }) => kind === 'commit' && isFor)).toBe(true)
    expect(result?.proposal?.evidence.find(({ kind }) => kind === 'live')?.text).toMatch(
      /finds nothing, the new one 1 element/,
    )
    expect(files.map((file) => file.path)).toEqual(['tests/support/helpers.ts'])
    expect(fixes).toHaveLength(1)
  })

  it('leaves the checkout as it was, and a patch that git applies', async () => {
    const { report, patchesDir } = await healTests([
      test('tests/checkout.spec.ts', 'Checkout › leads back to the cart'),
    ])
    expect(git('status', '--porcelain', '--untracked-files=no')).toBe('')
    const patch = path.join(patchesDir, report.results[0]?.proposal?.patch ?? '')
    git('apply', '--check', patch)
    expect(readFileSync(patch, 'utf8')).toMatch(/^-.*'Back to cart'.*\n\+.*'Back to basket'/m)
  })

  it('calls what was removed a likely regression, with the commit that deleted it, and patches nothing', async () => {
    const { report, files } = await healTests([
      test('tests/cart.spec.ts', 'Cart with two products › charges for gift wrapping'),
    ])
    expect(report.results).toMatchObject([{ status: 'likely_regression', proposal: { edits: [] } }])
    expect(report.results[0]?.proposal?.evidence.map(({ text }) => text).join('\n')).toContain('removed on purpose?')
    expect(files).toEqual([])
  })

  it('calls a test that passes unpatched flaky, and a wrong sum a likely regression', async () => {
    const { report, files } = await healTests([
      test('tests/product.spec.ts', 'tells how many are left'),
      test('tests/cart.spec.ts', 'Cart worth exactly a hundred euros › is delivered free of charge'),
    ])
    expect(report.results.map(({ status }) => status).sort()).toEqual(['flaky', 'likely_regression'])
    expect(files).toEqual([])
  })

  it('only proposes where nothing may be run', async () => {
    const { report, files } = await healTests(
      [test('tests/catalog.spec.ts', 'Catalogue › finds a product by its name')],
      { suggestOnly: true },
    )
    expect(report.results).toMatchObject([{ status: 'proposed', verification: null }])
    expect(files).toEqual([])
  })
})
