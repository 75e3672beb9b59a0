import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeShopRepo } from '../scripts/fixture/index.ts'
import { collectArtifacts } from '../src/artifacts/index.ts'
import { openTrace } from '../src/artifacts/open-trace.ts'
import { startApp } from '../src/browser/app.ts'
import { launchBrowser } from '../src/browser/launch.ts'
import { replay } from '../src/browser/replay.ts'
import type { Trace, TraceAction } from '../src/dom/trace-types.ts'
import { formatTable, type Suite } from './suite.ts'

const REPEATS = 3

interface Row {
  readonly title: string
  readonly steps: number
  readonly own: number
  readonly replayed: number
  /** How long the page then took to rest, before it is looked at. */
  readonly rest: number
}

/**
 * What it costs to bring the running app to the last step of each test of the shop, as if it had failed there, beside the
 * time that the test itself took to come to it. Milliseconds on the wall, the best of three; the browser is up already.
 * Neither time holds the waiting for what the last step set off: a test does that in its next step, and the replay where
 * the page is looked at, which `rest` is.
 */
const run: Suite = async (_options, print) => {
  const dir = await mkdtemp(join(tmpdir(), 'bench-replay-'))
  const shop = await makeShopRepo({ dir, versions: ['v1'], checkout: 'v1', runs: ['green'] })
  const app = await startApp({ kind: 'static', dir: shop.appDirs.v1 ?? '' })
  const session = await launchBrowser({ env: process.env, roots: [shop.repo] })
  const rows: Row[] = []
  const failed: string[] = []
  try {
    const { traces } = await collectArtifacts({ patterns: [join(shop.greenDir ?? '', '**')], root: shop.repo })
    for (const file of traces.filter(({ outcome }) => outcome === 'passed')) {
      const trace = await openTrace(file)
      const place = lastStep(trace)
      if (!place) continue
      const times: number[] = []
      const rests: number[] = []
      let steps = 0
      for (let i = 0; i < REPEATS; i++) {
        const use = trace.viewport ? { viewport: trace.viewport } : {}
        const live = await session.openLive({ baseUrl: app.baseUrl, trace, use })
        const done = await replay(live, trace.actions, place.last.callId, {
          tracedBaseUrl: trace.baseURL,
          root: shop.repo,
        })
        const reached = performance.now()
        await live.settle()
        rests.push(performance.now() - reached)
        await live.close()
        steps = done.steps
        if (done.ok) times.push(done.durationMs)
        else failed.push(`${trace.title}: ${done.reason} at ${done.step}`)
      }
      trace.close()
      if (times.length === 0) continue
      const [replayed, rest] = [Math.min(...times), Math.round(Math.min(...rests))]
      rows.push({ title: trace.title, steps, own: place.own, replayed, rest })
    }
  } finally {
    await session.close()
    await app.stop()
    await rm(dir, { recursive: true, force: true })
  }
  rows.sort((a, b) => b.replayed - b.own - (a.replayed - a.own))
  const sum = (of: (row: Row) => number) => Math.round(rows.reduce((total, row) => total + of(row), 0))
  print(
    formatTable(
      ['test', 'steps', 'own ms', 'replay ms', 'rest ms'],
      rows.map((row) => [row.title.slice(0, 60), row.steps, Math.round(row.own), row.replayed, row.rest]),
    ),
  )
  for (const text of new Set(failed)) print(`not reached: ${text}`)
  return {
    suite: 'replay',
    tests: rows.length,
    notReached: new Set(failed).size,
    slower: rows.filter(({ own, replayed }) => replayed > own).length,
    ownMs: sum(({ own }) => own),
    replayMs: sum(({ replayed }) => replayed),
    restMs: sum(({ rest }) => rest),
  }
}

/** The last step of the test on an element, and how long the test took from its first step to it. */
const lastStep = (trace: Trace): { readonly last: TraceAction; readonly own: number } | null => {
  const authored = trace.actions.filter(({ internal, class: of }) => !internal && of !== 'Test')
  const last = authored.findLast(({ selector }) => selector !== undefined)
  const [first] = authored
  return first && last && first !== last ? { last, own: last.startTime - first.startTime } : null
}

export default run
