/**
 * The main job from one end to the other, on real input: makes the shop's repository, breaks it by its own redesign,
 * heals it with the built action as GitHub's runner would start it, and delivers to a stand-in for GitHub. Judges the
 * outcome by the truth about the shop; exits 0 only if all went as it must.
 *
 *   npm run demo            work folder: $DEMO_DIR [a new temporary folder]
 */
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { chromium } from 'playwright-core'
import { startGitHub } from '../__tests__/support/github/index.ts'
import { judgeShop, sayJudgement } from '../__tests__/support/judge-shop.ts'
import { makeZip } from '../__tests__/support/make-zip.ts'
import { runStep } from '../__tests__/support/runner-stand-in.ts'
import { findBrowsers } from '../src/browser/find-browser.ts'
import type { Report } from '../src/model.ts'
import { makeShopRepo } from './fixture.ts'

const ROOT = path.resolve(import.meta.dirname, '..')
const OWNER = 'harbour'
const REPO = 'shop'
/** Runs of the stand-in: the green one on the commit before the redesign, and the failed one that the action runs in. */
const GREEN_RUN = 41
const THIS_RUN = 42
const WORKFLOW = 7

const say = (text = '') => process.stdout.write(`${text}\n`)
const title = (text: string) => say(`\n── ${text} ${'─'.repeat(Math.max(0, 100 - text.length))}`)

const executable = (): string => {
  const found = findBrowsers({ env: process.env, roots: [ROOT] }).find((choice) => choice.kind === 'executable')
  if (found?.kind !== 'executable') throw new Error('No Chromium was found; run `node scripts/setup.mjs` first.')
  return found.path
}

/** All files of a folder as one archive, as an upload step makes it. */
const zipFolder = (folder: string): Buffer => {
  const files: Record<string, Buffer> = {}
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const file = path.join(folder, name)
    if (statSync(file).isFile()) files[name.split(path.sep).join('/')] = readFileSync(file)
  }
  return makeZip(files)
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`

const sayTimings = ({ timings, durationMs }: Report['run']): void => {
  const ours = ['collect', 'diagnose', 'evidence', 'heal', 'guard', 'report'] as const
  for (const [stage, ms] of Object.entries(timings)) say(`  ${stage.padEnd(10)} ${seconds(ms).padStart(8)}`)
  const sum = ours.reduce((total, stage) => total + timings[stage], 0)
  say(`  ${'total'.padEnd(10)} ${seconds(durationMs).padStart(8)}`)
  say(
    `  collecting, diagnosing, evidence, healing, guarding and reporting: ${((100 * sum) / durationMs).toFixed(1)} % of it`,
  )
}

const main = async (): Promise<boolean> => {
  const work = process.env.DEMO_DIR
    ? path.resolve(process.env.DEMO_DIR)
    : mkdtempSync(path.join(tmpdir(), 'self-heal-demo-'))
  mkdirSync(work, { recursive: true })
  const shopDir = path.join(work, 'shop')
  rmSync(shopDir, { recursive: true, force: true })

  title('The shop, redesigned')
  const shop = await makeShopRepo({ dir: shopDir, runs: ['green', 'failing'], log: (line) => say(`  ${line}`) })
  const bare = path.join(work, 'origin.git')
  rmSync(bare, { recursive: true, force: true })
  execFileSync('git', ['clone', '--quiet', '--bare', shop.repo, bare])
  execFileSync('git', ['--git-dir', bare, 'branch', '--force', 'main', shop.v2Commit])
  if (shop.failingDir)
    cpSync(path.join(shop.failingDir, 'test-results'), path.join(shop.repo, 'test-results'), { recursive: true })
  if (shop.failingDir)
    cpSync(path.join(shop.failingDir, 'report.json'), path.join(shop.repo, 'test-results', 'report.json'))

  const github = await startGitHub({ bareRepo: bare, owner: OWNER, repo: REPO })
  try {
    const base = { workflowId: WORKFLOW, branch: 'main' } as const
    github.world.runs.push(
      { ...base, id: GREEN_RUN, sha: shop.v1Commit, conclusion: 'success' },
      { ...base, id: THIS_RUN, sha: shop.v2Commit, conclusion: 'failure' },
    )
    if (shop.greenDir)
      github.world.artifacts.push({
        id: 1,
        runId: GREEN_RUN,
        name: 'test-results',
        zip: zipFolder(shop.greenDir),
        expired: false,
      })

    title('The action, in the job whose tests failed')
    const reportDir = path.join(work, 'self-heal-report')
    const step = await runStep({
      action: ROOT,
      workspace: shop.repo,
      with: { app_dir: 'dist', timeout_minutes: '30' },
      token: github.world.token,
      event: { name: 'push', payload: { repository: { default_branch: 'main' } } },
      timeoutMs: 35 * 60_000,
      env: {
        ...shop.env,
        PLAYWRIGHT_CHROMIUM_EXECUTABLE_PATH: executable(),
        GITHUB_REPOSITORY: `${OWNER}/${REPO}`,
        GITHUB_RUN_ID: String(THIS_RUN),
        GITHUB_SHA: shop.v2Commit,
        GITHUB_REF: 'refs/heads/main',
        GITHUB_API_URL: github.apiUrl,
        GITHUB_GRAPHQL_URL: github.graphqlUrl,
        GITHUB_SERVER_URL: github.serverUrl,
      },
    })
    say(step.log)
    const made = path.join(shop.repo, 'self-heal-report')
    if (!existsSync(made)) throw new Error(`The action wrote no report; it ended with exit code ${step.exitCode}.`)
    cpSync(made, reportDir, { recursive: true })
    const report = JSON.parse(readFileSync(path.join(reportDir, 'healing-report.json'), 'utf8')) as Report

    title('The pull request')
    const pull = github.world.pulls[0]
    say(
      pull
        ? `#${pull.number} ${pull.title}  (${pull.head} → ${pull.base})\n\n${pull.body.replace(/<!--[\s\S]*?-->/g, '').trim()}`
        : 'none',
    )

    title('Time')
    sayTimings(report.run)

    title('Judged by the truth about the shop, which the engine never sees')
    const browser = await chromium.launch({
      executablePath: executable(),
      args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
    })
    const judged = await judgeShop(report, browser, { v1: shop.appDirs.v1 ?? '', v2: shop.appDirs.v2 ?? '' })
    await browser.close()
    say(sayJudgement(judged))
    const dirty = execFileSync('git', ['-C', shop.repo, 'status', '--porcelain', '--untracked-files=no'], {
      encoding: 'utf8',
    })
    const checks: readonly (readonly [string, boolean])[] = [
      ['the step ended well', step.exitCode === 0],
      ['a pull request is open', pull !== undefined && pull.state === 'open'],
      ['every request and answer is as GitHub describes it', github.violations.length === 0],
      ['the checkout is as it was', dirty === ''],
      [
        'no wrong element, nothing patched that must not be',
        judged.wrong.length === 0 && judged.neverPatched.length === 0,
      ],
      ['at least nine of ten that must be healed are', judged.healed.length >= 0.9 * judged.must],
      [
        'what was removed is called a likely regression',
        Object.values(judged.removed).every((status) => status === 'likely_regression') &&
          Object.keys(judged.removed).length === 2,
      ],
      ['the flaky test is called flaky', judged.flaky.length === 1],
    ]
    say()
    for (const [what, holds] of checks) say(`  ${holds ? '✔' : '✖'} ${what}`)
    say(`\nReport: ${path.join(reportDir, 'index.html')}`)
    return checks.every(([, holds]) => holds)
  } finally {
    await github.close()
  }
}

process.exitCode = (await main()) ? 0 : 1
