import { cpSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { transformSync } from 'esbuild'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { git } from '../../scripts/fixture/repository.ts'
import { makeShopRepo, type ShopRepo } from '../../scripts/fixture.ts'
import { runScenario, scenarioEnv } from '../../scripts/scenario.ts'
import { collectArtifacts } from '../../src/artifacts/index.ts'
import { openTrace } from '../../src/artifacts/open-trace.ts'
import { launchBrowser } from '../../src/browser/launch.ts'
import { failingAction, type Trace, type TraceAction } from '../../src/dom/trace.ts'
import type { Report } from '../../src/model.ts'
import type { Module } from '../../src/source/values.ts'
import { readSteps, type SourceSteps } from '../../src/steps/read-steps.ts'
import { judgeShop } from '../support/judge-shop.ts'
import { HAS_PLAYWRIGHT, openScenario, resultOf, type ScenarioRun } from '../support/scenario.ts'
import { healJson } from '../support/spawn-cli.ts'

const FIXTURES = path.resolve(import.meta.dirname, '../../fixtures')

/** What a step does, in one line; a script for the page without what its spelling leaves open. */
const line = ({ method, params, selector }: TraceAction): string => {
  const { url, value, key, text, options, source, isNot, expectedNumber } = params
  if (method === 'addInitScript') return `${method} ${transformSync(String(source), { minify: true }).code}`
  return JSON.stringify([
    method,
    selector,
    url,
    value,
    key,
    text,
    options,
    method === 'expect' && [isNot, expectedNumber],
  ])
}

const reader = (root: string) => {
  const cache = new Map<string, Module>()
  const readFile = (file: string): string | null => {
    try {
      return readFileSync(path.join(root, file), 'utf8')
    } catch {
      return null
    }
  }
  return (test: { file: string; title: string }, failedAt: TraceAction['stack'] | null): Promise<SourceSteps> =>
    readSteps({ ...test, failedAt, root, readFile, cache })
}

interface Comparison {
  readonly tests: number
  /** Tests of which the source tells everything. */
  readonly complete: number
  /** Those of them whose steps are not the steps of the trace. */
  readonly different: readonly string[]
  readonly gaps: readonly string[]
}

/** Holds what the source says of each traced test against what the test did: up to its failing call, or to its end. */
const compare = async (root: string, folder: string, testDir: string): Promise<Comparison> => {
  const { traces } = await collectArtifacts({ patterns: [path.join(folder, '**')], root })
  const read = reader(root)
  const different: string[] = []
  const gaps: string[] = []
  const own = traces.filter((file) => file.path.startsWith(folder))
  for (const file of own) {
    const trace: Trace & { close(): void } = await openTrace(file)
    const { actions, test } = trace
    const done = actions.filter((action) => !action.internal && action.class !== 'Test')
    const failed = failingAction(trace)
    const title = test?.titles.join(' › ') ?? ''
    const found = await read({ file: `${testDir}/${test?.file}`, title }, failed ? failed.stack : null)
    const expected = failed ? done.slice(0, done.indexOf(failed) + 1) : done
    const told = found.failed ? [...found.actions, found.failed] : found.actions
    if (found.gap) gaps.push(`${title}: ${found.gap.reason}`)
    else if (told.map(line).join('\n') !== expected.map(line).join('\n')) different.push(title)
    trace.close()
  }
  return { tests: own.length, complete: own.length - gaps.length, different, gaps }
}

describe.skipIf(!HAS_PLAYWRIGHT)('the steps read from the source of a suite', () => {
  it('are those that the traces of the shop hold, in green tests and up to the call that failed', async () => {
    const dir = await mkdtemp(path.join(tmpdir(), 'self-heal-steps-'))
    try {
      const shop = await makeShopRepo({ dir, versions: ['v1'], checkout: 'v1', runs: ['green', 'failing'] })
      const green = await compare(shop.repo, shop.greenDir ?? '', 'tests')
      const failing = await compare(shop.repo, shop.failingDir ?? '', 'tests')
      console.log(
        `shop: ${green.complete} of ${green.tests} green and ${failing.complete} of ${failing.tests} failing tests read`,
      )
      expect(green).toMatchObject({ tests: 58, complete: 57, different: [] })
      expect(failing.different).toEqual([])
      expect(failing.complete).toBeGreaterThanOrEqual(47)
      // Whether its route is mocked hangs on a file that is there or not.
      expect([...green.gaps, ...failing.gaps].filter((gap) => !gap.startsWith('tells how many are left'))).toEqual([])
    } finally {
      await rm(dir, { recursive: true, force: true })
    }
  }, 600_000)

  it('are those that the traces of the helpdesk hold', async () => {
    const repo = await mkdtemp(path.join(tmpdir(), 'self-heal-helpdesk-'))
    try {
      cpSync(path.join(FIXTURES, 'helpdesk/v1'), repo, { recursive: true })
      renameSync(path.join(repo, 'repo.gitignore'), path.join(repo, '.gitignore'))
      symlinkSync(path.join(FIXTURES, 'shop/node_modules'), path.join(repo, 'node_modules'), 'dir')
      await git(repo, ['init', '--quiet', '--initial-branch=main'])
      await git(repo, ['add', '--all'])
      await git(repo, ['commit', '--quiet', '--message', 'Open a helpdesk'])
      const env = await scenarioEnv()
      expect(await runScenario(repo, env, ['--trace=on'])).toContain('23 passed')
      const green = await compare(repo, path.join(repo, 'test-results'), 'tests/e2e')
      rmSync(path.join(repo, 'test-results'), { recursive: true })
      const patches = readdirSync(path.join(FIXTURES, 'helpdesk/history')).sort()
      await git(repo, ['am', '--quiet', ...patches.map((file) => path.join(FIXTURES, 'helpdesk/history', file))])
      await runScenario(repo, env)
      const failing = await compare(repo, path.join(repo, 'test-results'), 'tests/e2e')
      console.log(
        `helpdesk: ${green.complete} of ${green.tests} green and ${failing.complete} of ${failing.tests} failing tests read`,
      )
      expect(green).toEqual({ tests: 23, complete: 23, different: [], gaps: [] })
      expect(failing).toEqual({ tests: 22, complete: 22, different: [], gaps: [] })
    } finally {
      await rm(repo, { recursive: true, force: true })
    }
  }, 300_000)
})

const live = (report: Report, title: string): string =>
  (resultOf(report, title).proposal?.evidence ?? [])
    .filter(({ kind }) => kind === 'live')
    .map(({ text }) => text)
    .join('\n')

describe.skipIf(!HAS_PLAYWRIGHT)('a failed run that left a report and no trace', () => {
  let dir: string
  let shop: ShopRepo
  let report: Report
  beforeAll(async () => {
    dir = await mkdtemp(path.join(tmpdir(), 'self-heal-untraced-'))
    shop = await makeShopRepo({ dir, checkout: 'v2', runs: ['failing'] })
    rmSync(path.join(shop.failingDir ?? '', 'test-results'), { recursive: true })
    const artifacts = path.join(shop.failingDir ?? '', 'report.json')
    const args = ['--artifacts', artifacts, '--app-dir', 'dist', '--suggest-only']
    report = (await healJson(args, { cwd: shop.repo, env: shop.env })).report
  }, 900_000)
  afterAll(() => rm(dir, { recursive: true, force: true }))

  it('is brought to the failing page on the running app, and the lost element is found there', () => {
    const title = 'Checkout › leads back to the cart'
    expect(resultOf(report, title)).toMatchObject({
      status: 'proposed',
      proposal: { new: "page.getByRole('link', { name: 'Back to basket' })" },
    })
    expect(live(report, title)).toBe(
      'The page was replayed from the test’s source, 2 steps\n' +
        'On the running app the old locator finds nothing, the new one 1 element, visible and enabled',
    )
  })

  it('gives many proposals, none of them for another element or for one that is gone', async () => {
    const session = await launchBrowser({ env: process.env, roots: [shop.repo] })
    try {
      const dists = { v1: shop.appDirs.v1 ?? '', v2: shop.appDirs.v2 ?? '' }
      const judged = await judgeShop(report, session.browser, dists)
      expect(judged).toMatchObject({ wrong: [], neverPatched: [] })
      expect(judged.removed).toEqual({ 'export-orders': 'likely_regression', 'gift-wrapping': 'likely_regression' })
    } finally {
      await session.close()
    }
    console.log(`shop without traces: ${report.summary.proposed} of ${report.summary.failures} failures proposed`)
    expect(report.summary.proposed).toBeGreaterThanOrEqual(15)
  })

  it('says of an element that was taken away where the page comes from', () => {
    const title = 'Cart with two products › charges for gift wrapping'
    expect(resultOf(report, title)).toMatchObject({ status: 'likely_regression', proposal: { edits: [] } })
    expect(live(report, title)).toBe('The page was replayed from the test’s source, 2 steps')
  })

  it('says how far the source tells the steps, where it does not tell all', () => {
    expect(resultOf(report, 'tells how many are left').reason).toContain(
      'The steps before it are known from the test’s source only up to tests/support/first-run.ts:11',
    )
  })
})

describe.skipIf(!HAS_PLAYWRIGHT)('a step behind a sign-in that left no trace', () => {
  const opened: ScenarioRun[] = []
  afterEach(() => {
    for (const one of opened.splice(0)) one.dispose()
  })

  it('is reached with the state that the project names, and not without it', async () => {
    const scenario = await openScenario('sign-in')
    opened.push(scenario)
    await scenario.suite('--trace=off')
    const address = `http://127.0.0.1:${scenario.env.PORT}`
    const app = ['--start-command', 'node server.mjs', '--base-url', `${address}/sign-in`, '--suggest-only']
    const title = 'the data are exported'
    const signedIn = await scenario.heal(...app)
    expect(live(signedIn.report, title), signedIn.stderr).toContain(
      'The page was replayed from the test’s source, 1 step',
    )
    expect(resultOf(signedIn.report, title).proposal?.new).toContain('download-data')
    rmSync(path.join(scenario.root, 'playwright/.auth/user.json'))
    const signedOut = resultOf((await scenario.heal(...app)).report, title)
    expect(signedOut.status).toBe('needs_human')
    expect(signedOut.reason).toContain('what signs its user in, playwright/.auth/user.json, is not here')
  })
})
