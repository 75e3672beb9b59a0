import { TEST_ID_ATTRIBUTES } from '../src/dom/fingerprint.ts'
import { rankCandidates } from '../src/dom/identity/rank.ts'
import { indexPage, type PageIndex } from '../src/dom/page-index.ts'
import type { Target } from '../src/model.ts'
import { hearStrategies, STRATEGIES } from '../strategies/index.ts'
import { kinOfElement } from '../strategies/kinship.ts'
import { growPage } from './mutations/big-page.ts'
import { randomOf } from './mutations/random.ts'
import { formatTable, type Suite } from './suite.ts'

const SIZES = [1_000, 5_000, 20_000] as const
const TARGETS = [1, 10, 100] as const
/** Other elements of the old page that are given along with each target. */
const OTHERS = 20
const REPEATS = 5

/** Milliseconds of one run: processor time of this process, and what the clock on the wall says. */
interface Cost {
  readonly cpu: number
  readonly wall: number
}

/**
 * What one target costs after the snapshot was taken: indexing the page, all 15 strategies, ranking. Processor time, so
 * that other work on the machine does not count; the wall clock is given beside it. Best of five runs.
 */
const run: Suite = async (_options, print) => {
  const rows: { size: number; targets: number; total: Cost; each: Cost }[] = []
  const alone = new Map<number, Cost>()
  const parts = new Map<string, number>()
  for (const size of SIZES) {
    const before = indexPage(growPage(size, 1))
    const after = growPage(size, 2)
    const targets = targetsOf(before, Math.max(...TARGETS))
    const others = targetsOf(before, OTHERS, 77)
    measure(() => answerAll(indexPage(after), targets.slice(0, 3), others))
    const [only] = targets
    if (only !== undefined)
      alone.set(
        size,
        best(() => answerAll(indexPage(after), [only], []), REPEATS),
      )
    for (const count of TARGETS) {
      const asked = targets.slice(0, count)
      const total = best(() => answerAll(indexPage(after), asked, others), count === 100 ? 2 : REPEATS)
      rows.push({ size, targets: count, total, each: { cpu: total.cpu / count, wall: total.wall / count } })
    }
    if (size === 5_000) for (const [name, ms] of costOfParts(after, targets.slice(10, 50), others)) parts.set(name, ms)
  }
  const of = (size: number, count: number) =>
    rows.find((row) => row.size === size && row.targets === count)?.total.cpu ?? 0
  const growth = Object.fromEntries(TARGETS.map((count) => [count, round(of(20_000, count) / of(1_000, count))]))
  print(
    `index + ${STRATEGIES.length} strategies + ranking with ${OTHERS} others, after the snapshot, best of ${REPEATS}\n`,
  )
  print(
    formatTable(
      ['elements', 'targets', 'cpu ms', 'cpu ms each', 'wall ms', 'wall ms each'],
      rows.map(({ size, targets, total, each }) => [
        size,
        targets,
        ...[total.cpu, each.cpu, total.wall, each.wall].map((ms) => ms.toFixed(1)),
      ]),
    ),
  )
  print(
    `\n20k against 1k elements (20 is linear): ${TARGETS.map((count) => `${growth[count]} × for ${count} target(s)`).join(', ')}`,
  )
  const bare = SIZES.map((size) => `${(alone.get(size)?.cpu ?? 0).toFixed(1)} ms at ${size}`).join(', ')
  print(`one target without the ${OTHERS} others: ${bare}`)
  print('\nparts at 5,000 elements, cpu ms each, the page indexed already:\n')
  print(
    formatTable(
      ['', 'ms'],
      [...parts].map(([name, ms]) => [name, ms.toFixed(2)]),
    ),
  )
  const one = rows.find((row) => row.size === 5_000 && row.targets === 1)
  return {
    suite: 'speed',
    oneAmong5kMs: round(one?.total.cpu ?? 0),
    oneAmong5kWithoutOthersMs: round(alone.get(5_000)?.cpu ?? 0),
    oneAmong5kWallMs: round(one?.total.wall ?? 0),
    warmAmong5kMs: round(rows.find((row) => row.size === 5_000 && row.targets === 100)?.each.cpu ?? 0),
    growth1kTo20k: growth,
    rows: rows.map(({ size, targets, total }) => ({
      elements: size,
      targets,
      cpuMs: round(total.cpu),
      wallMs: round(total.wall),
    })),
  }
}

export default run

const round = (value: number): number => Math.round(value * 100) / 100

function measure(work: () => void): Cost {
  const started = performance.now()
  const used = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(used)
  return { cpu: (user + system) / 1_000, wall: performance.now() - started }
}

/** The cheapest of several runs. */
function best(work: () => void, repeats: number): Cost {
  const costs = Array.from({ length: repeats }, () => measure(work))
  return costs.reduce((least, one) => (one.cpu < least.cpu ? one : least))
}

function answerAll(page: PageIndex, targets: readonly Target[], others: readonly Target[]): void {
  for (const target of targets) {
    hearStrategies(target, page)
    rankCandidates(target, page, others)
  }
}

function targetsOf(page: PageIndex, count: number, seed = 5): Target[] {
  const random = randomOf(seed)
  const usable: number[] = []
  for (let element = 0; element < page.size; element++) {
    if (page.visible(element) && /^(?:press|field|choice)$/.test(kinOfElement(page, element))) usable.push(element)
  }
  return random
    .shuffle(usable)
    .slice(0, count)
    .map((element) => ({
      fingerprint: page.fingerprint(element),
      action: 'click',
      testIdAttributes: TEST_ID_ATTRIBUTES,
    }))
}

function costOfParts(
  after: ReturnType<typeof growPage>,
  targets: readonly Target[],
  others: readonly Target[],
): Map<string, number> {
  const costs = new Map<string, number>()
  const page = indexPage(after)
  answerAll(page, targets.slice(0, 2), others)
  costs.set('index', measure(() => indexPage(after)).cpu)
  for (const strategy of STRATEGIES) {
    costs.set(
      strategy.name,
      measure(() => targets.forEach((target) => void strategy.propose(target, page))).cpu / targets.length,
    )
  }
  // Other targets than those already answered, whose parts are known by now.
  const half = targets.length / 2
  const [first, second] = [targets.slice(0, half), targets.slice(half)]
  const rank = (asked: readonly Target[], given: readonly Target[]): number =>
    measure(() => asked.forEach((target) => void rankCandidates(target, page, given))).cpu / asked.length
  costs.set('ranking, no others', rank(first, []))
  costs.set(`ranking, ${OTHERS} others known already`, rank(second, others))
  return costs
}
