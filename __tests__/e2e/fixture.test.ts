import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, chromium } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeShopRepo, runSuite, type ShopRepo } from '../../scripts/fixture.ts'
import { ShopPages } from '../support/shop-page.ts'
import { readShopTruth } from '../support/shop-truth.ts'

const truth = readShopTruth()
const shopDir = join(import.meta.dirname, '..', '..', 'fixtures', 'shop')

let dir: string
let shop: ShopRepo
let browser: Browser
let pages: ShopPages

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'fixture-test-'))
  shop = await makeShopRepo({ dir, runs: ['green', 'failing'] })
  browser = await chromium.launch({
    executablePath: shop.env.PLAYWRIGHT_CHROMIUM_EXECUTABLE_PATH,
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  })
  pages = new ShopPages(browser, { v1: join(dir, 'dist-v1'), v2: join(dir, 'dist-v2') })
}, 900_000)

afterAll(async () => {
  await browser?.close()
  await rm(dir, { recursive: true, force: true })
})

interface Spec {
  title: string
  file: string
  tests: { results: { status: string }[] }[]
}

interface Suite {
  title: string
  suites?: Suite[]
  specs: Spec[]
}

/** Statuses of a Playwright JSON report by `<file> › <title path>`. */
function statuses(reportFile: string): Map<string, string> {
  const found = new Map<string, string>()
  const visit = (suite: Suite, path: readonly string[]): void => {
    for (const spec of suite.specs) {
      const id = [`tests/${spec.file}`, ...path, spec.title].join(' › ')
      found.set(id, spec.tests[0]?.results.at(-1)?.status ?? 'none')
    }
    for (const child of suite.suites ?? []) visit(child, [...path, child.title])
  }
  const report = JSON.parse(readFileSync(reportFile, 'utf8')) as { suites: Suite[] }
  for (const file of report.suites) visit(file, [])
  return found
}

const failed = (reportFile: string): string[] =>
  [...statuses(reportFile)].filter(([, status]) => status !== 'passed').map(([id]) => id)

describe('the history of the shop repository', () => {
  test('leads from v1 to exactly v2, the tests untouched', () => {
    const diff = execFileSync('git', ['diff', '--name-only', shop.v1Commit, shop.v2Commit], {
      cwd: shop.repo,
      encoding: 'utf8',
    })
    const changed = diff.trim().split('\n')
    expect(changed.filter((file) => !/^(src|public)\//.test(file))).toEqual([])
    for (const folder of ['src', 'public']) {
      expect(() =>
        execFileSync('git', ['diff', '--no-index', '--quiet', join(shopDir, 'v2', folder), join(shop.repo, folder)]),
      ).not.toThrow()
    }
  })

  test('is clean, and the commits named by the truth are in it', () => {
    const status = execFileSync('git', ['status', '--porcelain'], { cwd: shop.repo, encoding: 'utf8' })
    expect(status).toBe('')
    const subjects = shop.commits.map((commit) => commit.subject)
    for (const change of truth.changes) {
      expect(subjects.filter((subject) => subject.startsWith(change.commit))).toHaveLength(1)
    }
  })
})

describe('the suite', () => {
  test('is green on v1', () => {
    expect(shop.runs.green?.exitCode).toBe(0)
    expect(failed(join(dir, 'green', 'report.json'))).toEqual([])
  })

  test('fails on v2 in exactly the tests that the truth names', () => {
    const { heal, mayHeal, regression, bug, flaky, green } = truth.tests
    const report = join(dir, 'failing', 'report.json')
    expect(failed(report).sort()).toEqual([...heal, ...mayHeal, ...regression, ...bug, ...flaky].sort())
    expect([...statuses(report).keys()].sort()).toEqual(
      [...heal, ...mayHeal, ...regression, ...bug, ...flaky, ...green].sort(),
    )
  })

  test('is green on v2 with the locators mended as the truth says, but for the regressions and the bug', async () => {
    for (const change of truth.changes) {
      for (const edit of change.fix) {
        const file = join(shop.repo, edit.file)
        const text = readFileSync(file, 'utf8')
        expect(text.split(edit.find), `${change.id}: ${edit.find}`).toHaveLength(2)
        writeFileSync(
          file,
          text.replace(edit.find, () => edit.replace),
        )
      }
    }
    try {
      const request = { name: 'mended', version: 'v2', artifacts: 'full' } as const
      await runSuite(shop.repo, request, join(dir, 'mended'))
    } finally {
      execFileSync('git', ['checkout', '--quiet', '--', '.'], { cwd: shop.repo })
    }
    expect(failed(join(dir, 'mended', 'report.json')).sort()).toEqual(
      [...truth.tests.regression, ...truth.tests.bug].sort(),
    )
  })
})

describe('a stock project', () => {
  const few = { version: 'v2', files: ['sign-in.spec.ts'], workers: 1 } as const

  test.each([
    { name: 'html', expected: ['playwright-report', 'run.log', 'test-results'] },
    { name: 'blob', expected: ['blob-report', 'run.log', 'test-results'] },
    { name: 'last-run', expected: ['run.log', 'test-results'] },
  ] as const)('leaves its $name report behind, and no traces', async ({ name, expected }) => {
    const own = mkdtempSync(join(tmpdir(), 'fixture-stock-'))
    try {
      const request = { ...few, name, artifacts: name }
      const made = await makeShopRepo({ dir: own, versions: [], runs: [request] })
      expect(made.runs[name]?.exitCode).toBe(1)
      expect(readdirSync(join(own, name)).sort()).toEqual(expected)
      const lastRun = JSON.parse(readFileSync(join(own, name, 'test-results', '.last-run.json'), 'utf8'))
      expect(lastRun.failedTests).toHaveLength(4)
    } finally {
      await rm(own, { recursive: true, force: true })
    }
  })
})

describe('the truth', () => {
  const uses = truth.changes.flatMap((change) => change.uses.map((use) => ({ change, use })))

  const stateOf = (name: string) => {
    const state = truth.states[name]
    if (!state) throw new Error(`the truth has no state ${name}`)
    return state
  }

  test.each(uses)('$change.id: the old locator finds one element on v1 ($use.state)', async ({ use }) => {
    const page = await pages.in('v1', use.state, stateOf(use.state))
    await page.locator(use.oldSelector).first().waitFor({ state: 'attached', timeout: 5_000 })
    expect(await page.locator(use.oldSelector).count()).toBe(1)
  })

  test.each(uses)('$change.id: the right element is one on v2, and the old locator misses it', async ({ use }) => {
    const page = await pages.in('v2', use.state, stateOf(use.state))
    if (use.rightSelector !== null) {
      await page.locator(use.rightSelector).first().waitFor({ state: 'visible', timeout: 5_000 })
      expect(await page.locator(use.rightSelector).count()).toBe(1)
    }
    const old = await page.locator(use.oldSelector).count()
    if (use.oldOnV2 === 'none') expect(old).toBe(0)
    else if (use.oldOnV2 === 'several') expect(old).toBeGreaterThan(1)
    else {
      expect(old).toBe(1)
      const right = await page.locator(use.rightSelector ?? '').elementHandle()
      const same = await page.locator(use.oldSelector).evaluate((found, wanted) => found === wanted, right)
      expect(same).toBe(false)
    }
  })

  test.each(truth.changes.filter((change) => change.lookAlikes))(
    '$id: its look-alikes stand on v2, and are not the right element',
    async ({ uses: [use], lookAlikes = [] }) => {
      if (!use) throw new Error('a change without a use')
      const page = await pages.in('v2', use.state, stateOf(use.state))
      const right = use.rightSelector ? await page.locator(use.rightSelector).elementHandle() : null
      for (const selector of lookAlikes) {
        await page.locator(selector).waitFor({ state: 'attached', timeout: 5_000 })
        expect(await page.locator(selector).evaluate((found, wanted) => found === wanted, right)).toBe(false)
      }
    },
  )

  test('names a locator that the suite really holds', () => {
    for (const change of truth.changes) {
      const text = readFileSync(join(shop.repo, change.file), 'utf8')
      expect(text, change.id).toContain(change.old)
    }
  })
})
