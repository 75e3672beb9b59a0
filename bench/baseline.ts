import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { PageIndex } from '../src/dom/page-index.ts'
import { readStore, STORE_FOLDER, writeTest } from '../src/evidence/store.ts'
import { BUCKETS, bucketOf, checkedBucket, mergeBucket, type RecordedTest } from '../src/evidence/store-buckets.ts'
import { MAX_STEP_BYTES, type StoredStep, writeStep } from '../src/evidence/stored-step.ts'
import { readPages } from './mutations/pages.ts'
import { randomOf } from './mutations/random.ts'
import { formatTable, type Suite } from './suite.ts'

const STEPS = 1_000
const STEPS_PER_TEST = 8
const REPEATS = 7
const LIMITS = { bytes: 2_000_000, ms: 200 }

interface Cost {
  readonly cpu: number
  readonly wall: number
}

/**
 * A stored baseline of 1,000 steps, made of what the fingerprints of real pages hold: how large it is, in the local folder
 * and on the memory branch, and how long it takes to read all of it and to find each step by its test and selector.
 */
const run: Suite = async (_options, print) => {
  const tests = makeTests()
  const steps = tests.flatMap((test) => test.steps)
  const folder = mkdtempSync(path.join(tmpdir(), 'self-heal-bench-'))
  try {
    for (const { test, steps: own } of tests) await writeTest(folder, test, own)
    const local = path.join(folder, STORE_FOLDER)
    const bytes = readdirSync(local).reduce((sum, name) => sum + statSync(path.join(local, name)).size, 0)
    const lines = steps.map((step) => Buffer.byteLength(writeStep(step) ?? ''))
    const readLocal = best(() => findAll(folder, null, steps))

    const buckets = bucketsOf(tests)
    const recalled = path.join(folder, 'recalled')
    const branchBytes = [...buckets.values()].reduce((sum, text) => sum + Buffer.byteLength(text), 0)
    const readBranch = best(() => {
      mkdirSync(recalled, { recursive: true })
      for (const [name, text] of buckets)
        writeFileSync(path.join(recalled, path.basename(name)), checkedBucket(text).text)
      findAll(path.join(folder, 'empty'), recalled, steps)
    })
    const write = best(() => bucketsOf(tests))

    print(`a baseline of ${steps.length} steps of ${tests.length} tests, best of ${REPEATS}\n`)
    print(
      formatTable(
        ['', 'kB', 'bytes a step', 'cpu ms', 'wall ms'],
        [
          ['local folder: read, find each step', kB(bytes), mean(lines), ms(readLocal.cpu), ms(readLocal.wall)],
          ['memory branch: check, read, find each', kB(branchBytes), '', ms(readBranch.cpu), ms(readBranch.wall)],
          ['memory branch: merge a run into it', '', '', ms(write.cpu), ms(write.wall)],
        ],
      ),
    )
    print(`\nthe largest step has ${Math.max(...lines)} of ${MAX_STEP_BYTES} bytes`)
    return {
      suite: 'baseline',
      steps: steps.length,
      bytes,
      branchBytes,
      bytesPerStep: mean(lines),
      maxStepBytes: Math.max(...lines),
      readMs: ms(readLocal.cpu),
      readBranchMs: ms(readBranch.cpu),
      mergeMs: ms(write.cpu),
      readWallMs: ms(readLocal.wall),
      holds:
        bytes < LIMITS.bytes &&
        branchBytes < LIMITS.bytes &&
        Math.max(readLocal.cpu, readBranch.cpu) < LIMITS.ms &&
        Math.max(...lines) <= MAX_STEP_BYTES,
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Reads a store anew and looks every step up; throws where one is not found again. */
function findAll(root: string, further: string | null, steps: readonly StoredStep[]): void {
  const store = readStore(root, further)
  for (const { test, selector, nth } of steps)
    if (store.of(test, selector, nth)?.nth !== nth) throw new Error(`${test} lost ${selector}`)
  if (store.size !== steps.length) throw new Error(`${store.size} of ${steps.length} steps came back`)
}

/** Tests whose steps are on the elements of the benchmark's pages that a test would use. */
function makeTests(): readonly RecordedTest[] {
  const pages = readPages(randomOf(7))
  const used = pages.flatMap(({ name, index }) => usable(index).map((element) => ({ name, index, element })))
  const tests: RecordedTest[] = []
  for (let at = 0; at < STEPS; at += STEPS_PER_TEST) {
    const page = used[(at * 13) % used.length]?.name ?? 'page'
    const test = `tests/${page}.spec.ts › ${page} › works as it should, case ${at / STEPS_PER_TEST}`
    const steps = Array.from({ length: Math.min(STEPS_PER_TEST, STEPS - at) }, (_, nth) =>
      stepOf(test, used[((at + nth) * 7) % used.length] as (typeof used)[number], nth),
    )
    tests.push({ test, steps })
  }
  return tests
}

const usable = (index: PageIndex): readonly number[] =>
  (index.snapshot?.elements ?? [])
    .filter(({ tag, visible }) => visible && ['button', 'a', 'input', 'select', 'textarea'].includes(tag))
    .map((element) => element.index)

function stepOf(
  test: string,
  { name, index, element }: { readonly name: string; readonly index: PageIndex; readonly element: number },
  nth: number,
): StoredStep {
  const fingerprint = index.fingerprint(element)
  const isInput = fingerprint.tag === 'input'
  return {
    test,
    selector: `internal:role=${fingerprint.role ?? 'button'}[name=${JSON.stringify(fingerprint.name ?? name)}i] >> nth=${nth}`,
    nth: 0,
    matches: 1,
    fingerprint,
    effects: {
      kind: isInput ? 'fill' : 'click',
      mutations: isInput ? [] : [{ method: 'POST', route: `/api/${name}/:id`, outcome: 'ok' }],
      from: `/${name}`,
      reached: isInput ? [] : [`/${name}/:id`],
      dialogs: [],
      downloads: 0,
      change: changeOf(fingerprint.name ?? name, isInput),
      page: null,
      unmoved: false,
    },
    ...(nth % 4 === 0 ? { varies: [{ trait: `sends POST /telemetry/${name}`, quiet: 2 }] } : {}),
  }
}

/** What a click that deletes something does to a page, and what typing does. */
function changeOf(name: string, isInput: boolean): StoredStep['effects']['change'] {
  const turn = (role: string, state: 'filled' | 'disabled') => ({ role, name, state, to: true })
  if (isInput) return { said: [], gained: [], lost: [], turned: [turn('textbox', 'filled')], watchedMs: 31 }
  const row = { role: 'row', name: `Nightshift report of the harbour office, ${name}` }
  return {
    said: [`“${name}” was moved to the bin. It stays there for thirty days.`],
    gained: [
      { role: 'button', name: 'Undo' },
      { role: 'link', name: 'Show the bin' },
    ],
    lost: [row, { role: 'checkbox', name: `Select ${row.name}` }, { role: 'button', name }],
    turned: [turn('button', 'disabled')],
    watchedMs: 412,
  }
}

function bucketsOf(tests: readonly RecordedTest[]): ReadonlyMap<string, string> {
  const byBucket = Map.groupBy(tests, ({ test }) => bucketOf(test))
  return new Map(
    BUCKETS.flatMap((name) => {
      const own = byBucket.get(name)
      return own ? [[name, mergeBucket(null, own, '2026-01-01')] as const] : []
    }),
  )
}

/** Processor time, so that other work on the machine does not count; the wall clock beside it. */
function best(work: () => void): Cost {
  const costs = Array.from({ length: REPEATS }, (): Cost => {
    const cpu = process.cpuUsage()
    const wall = performance.now()
    work()
    const { user, system } = process.cpuUsage(cpu)
    return { cpu: (user + system) / 1_000, wall: performance.now() - wall }
  })
  return costs.reduce((least, cost) => (cost.cpu < least.cpu ? cost : least))
}

const kB = (bytes: number): string => (bytes / 1_000).toFixed(0)
const ms = (value: number): number => Math.round(value * 10) / 10
const mean = (values: readonly number[]): number =>
  Math.round(values.reduce((sum, value) => sum + value, 0) / values.length)

export default run
