/**
 * How long one failing test takes from its artifacts to the open pull request: the built action, started as a runner
 * starts it, with real Chromium, real Playwright runs and a stand-in for GitHub on this machine. The machine should be
 * quiet; its load is printed beside the figures.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { availableParallelism, loadavg, tmpdir } from 'node:os'
import path from 'node:path'
import { putShopOnGitHub } from '../__tests__/support/shop-on-github.ts'
import { makeShopRepo, type RunRequest } from '../scripts/fixture.ts'
import type { Report } from '../src/model.ts'
import type { Suite } from './suite.ts'

const REPEATS = 3
const FAILED: RunRequest = {
  name: 'one',
  version: 'v2',
  artifacts: 'full',
  trace: 'retain-on-failure',
  grep: 'helps with the size',
}

const oneTest: Suite = async (_, print) => {
  const totals: number[] = []
  let delivered = 0
  const load = loadavg()[0] ?? 0
  for (let run = 0; run < REPEATS; run++) {
    const work = mkdtempSync(path.join(tmpdir(), 'self-heal-one-'))
    try {
      const shop = await makeShopRepo({ dir: path.join(work, 'shop'), versions: ['v2'], runs: ['green', FAILED] })
      const { github, heal } = await putShopOnGitHub(shop, work, FAILED.name)
      const step = await heal({ timeoutMs: 240_000 })
      await github.close()
      totals.push(step.durationMs)
      if (github.world.pulls.length === 1 && step.outputs.healed === '1') delivered += 1
      print(`run ${run + 1}: ${(step.durationMs / 1000).toFixed(1)} s, ${stagesOf(shop.repo)}`)
    } finally {
      rmSync(work, { recursive: true, force: true })
    }
  }
  const sorted = totals.sort((a, b) => a - b).map(Math.round)
  print(`load ${load.toFixed(1)} on ${availableParallelism()} cores before the first run`)
  return {
    suite: 'one-test',
    runs: REPEATS,
    delivered,
    bestMs: sorted[0] ?? 0,
    p50Ms: sorted[Math.floor(sorted.length / 2)] ?? 0,
    load: Number(load.toFixed(1)),
  }
}

const stagesOf = (repo: string): string => {
  const file = path.join(repo, 'self-heal-report', 'healing-report.json')
  const { run } = JSON.parse(readFileSync(file, 'utf8')) as Report
  return Object.entries(run.timings)
    .map(([stage, ms]) => `${stage} ${(ms / 1000).toFixed(1)}`)
    .join(', ')
}

export default oneTest
