/**
 * The main job from one end to the other, on real input: makes the shop's repository, breaks it by its own redesign,
 * heals it with the built action as GitHub's runner would start it, and delivers to a stand-in for GitHub. Judges the
 * outcome by the truth about the shop; exits 0 only if all went as it must.
 *
 *   npm run demo            work folder: $DEMO_DIR [a new temporary folder]
 */
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { chromium } from 'playwright-core'
import { judgeShop, sayJudgement } from '../__tests__/support/judge-shop.ts'
import { proveBranch } from '../__tests__/support/prove-branch.ts'
import { chromiumHere, putShopOnGitHub } from '../__tests__/support/shop-on-github.ts'
import { readShopTruth } from '../__tests__/support/shop-truth.ts'
import type { Report } from '../src/model.ts'
import { makeShopRepo } from './fixture.ts'

const say = (text = '') => process.stdout.write(`${text}\n`)
const title = (text: string) => say(`\n── ${text} ${'─'.repeat(Math.max(0, 100 - text.length))}`)

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

/** Whether the report says of a test, named as the truth names it, that it is healed. */
const isHealed = ({ results }: Report, name: string): boolean => {
  const own = results.filter(({ tests }) => tests.some((test) => `${test.file} › ${test.title}` === name))
  return own.length > 0 && own.every(({ status }) => status === 'healed')
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
  const { github, bare, heal } = await putShopOnGitHub(shop, work, 'failing')
  try {
    title('The action, in the job whose tests failed')
    const reportDir = path.join(work, 'self-heal-report')
    const step = await heal({ timeoutMs: 35 * 60_000, onLine: say })
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
      executablePath: chromiumHere(),
      args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
    })
    const judged = await judgeShop(report, browser, { v1: shop.appDirs.v1 ?? '', v2: shop.appDirs.v2 ?? '' })
    await browser.close()
    say(sayJudgement(judged))
    const dirty = execFileSync('git', ['-C', shop.repo, 'status', '--porcelain', '--untracked-files=no'], {
      encoding: 'utf8',
    })

    title('The whole suite on the redesigned shop, with the branch of the pull request')
    const proof = pull
      ? await proveBranch(shop.repo, bare, pull.head, shop.v2Commit, path.join(work, 'healed'))
      : { files: [], otherwise: [], green: [], red: [] }
    const { tests, changes } = readShopTruth()
    const missed = changes.filter(({ id }) => judged.missed.some((one) => one.id === id))
    const mayBeRed = new Set([
      ...[tests.regression, tests.bug, tests.mayHeal].flat(),
      ...missed.flatMap(({ uses }) => uses.flatMap((use) => use.tests)),
    ])
    const unexpected = proof.red.filter((name) => !mayBeRed.has(name) || isHealed(report, name))
    say(`${proof.files.length} files changed, ${proof.green.length} tests green, ${proof.red.length} red:`)
    for (const name of proof.red) say(`  ${unexpected.includes(name) ? 'RED  ' : 'left '} ${name}`)
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
      ['the branch changes nothing but locators', proof.files.length > 0 && proof.otherwise.length === 0],
      [
        'with it every test is green, but for regressions and what is listed as left',
        proof.green.length > 0 && unexpected.length === 0,
      ],
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
