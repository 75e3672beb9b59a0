import { openTrace } from '../artifacts/open-trace.ts'
import type { Trace } from '../dom/trace.ts'
import { compareEffects, type EffectsComparison } from '../evidence/effects.ts'
import { addNoise, NO_NOISE, type Noise, variation, withVariation } from '../evidence/noise.ts'
import { type CallPair, pairCalls } from '../evidence/pair-calls.ts'
import { authoredCalls, observeStep } from '../evidence/step-effects.ts'
import type { History } from '../evidence/weigh.ts'
import type { EffectsVerdict } from '../model.ts'
import type { Ground } from './ground.ts'
import type { Case, Cause, JudgedEffects } from './state.ts'

/** Tests of one cause whose runs are compared; the step is the same in all of them. */
const MAX_TESTS = 2
/** Runs of one test that are asked before a difference is believed. */
const MAX_RUNS = 3

const ORDER: readonly EffectsVerdict[] = ['different', 'explained', 'same', 'unknown']

const worse = (a: EffectsComparison, b: EffectsComparison): EffectsComparison =>
  ORDER.indexOf(b.verdict) < ORDER.indexOf(a.verdict) ? b : a

/** Of two runs of one thing the better one counts: what only one of them did varies by itself. */
const better = (a: EffectsComparison, b: EffectsComparison): EffectsComparison =>
  ORDER.indexOf(b.verdict) > ORDER.indexOf(a.verdict) && b.verdict !== 'unknown' ? b : a

const unknown = (why: string): EffectsComparison => ({ verdict: 'unknown', green: '', now: '', why })

/**
 * Compares what the healed steps do with what they did when their tests were last green, for every fix that has no
 * verdict yet. Returns those that do something else.
 */
export const judgeEffects = async (ground: Ground): Promise<readonly Cause[]> => {
  const fixed = [...ground.causes.values()].filter(({ state, effects }) => state === 'fixed' && !effects)
  if (fixed.length === 0) return []
  const history = await ground.history()
  const byCase = new Map<Case, Promise<ReadonlyMap<Cause, EffectsComparison>>>()
  for (const cause of fixed) {
    const passed = [...cause.cases].filter((one) => one.state === 'passed' && one.runs.length > 0)
    if (passed.length === 0) continue
    let found = unknown(
      cause.diagnosis.failureType === 'selector_not_found'
        ? 'nothing shows what it did when it was green'
        : 'the fix is about no element of a page',
    )
    for (const one of passed.slice(0, MAX_TESTS)) {
      let judged = byCase.get(one)
      if (!judged) {
        judged = judgeCase(ground, one, history)
        byCase.set(one, judged)
      }
      found = worse(found, (await judged).get(cause) ?? found)
    }
    note(cause, found, passed)
  }
  return fixed.filter(({ effects }) => effects?.verdict === 'different')
}

const note = (cause: Cause, found: EffectsComparison, passed: readonly Case[]): void => {
  const judged: JudgedEffects = {
    verdict: found.verdict,
    runs: passed.flatMap(({ runs }) => runs),
    reason: `In the green run the step ${found.green}; now it ${found.now}: ${found.why}.`,
  }
  cause.effects = judged
  const why = found.why === '' ? '' : ` (${found.why})`
  const text: Readonly<Record<EffectsVerdict, string>> = {
    same: `The step does what it did when it was green: it ${found.now}${why}`,
    explained: `In the green run the step ${found.green}; now it ${found.now}. ${found.why}`,
    different: judged.reason.slice(0, -1),
    unknown: `What the step does could not be compared: ${found.why}`,
  }
  const weights: Readonly<Record<EffectsVerdict, number>> = { same: 0.3, explained: 0.3, different: 1, unknown: 0 }
  cause.notes.push({
    kind: 'effects',
    for: found.verdict === 'same' || found.verdict === 'explained',
    weight: weights[found.verdict],
    text: text[found.verdict],
  })
}

/** Compares one test's verification runs with its green run, the second only where the first differs. */
const judgeCase = async (
  ground: Ground,
  one: Case,
  history: History,
): Promise<ReadonlyMap<Cause, EffectsComparison>> => {
  const found = new Map<Cause, EffectsComparison>()
  const greenRun = await ground.evidence.green(one)
  const traces = one.runs.flatMap(({ tracePath }) => (tracePath === undefined ? [] : [tracePath])).slice(0, MAX_RUNS)
  const causes = one.trail.flatMap((signature) => ground.causes.get(signature) ?? [])
  if (!greenRun && !causes.some((cause) => ground.evidence.stored(one, cause))) return found
  const more = greenRun ? await ground.evidence.moreGreen(one) : []
  const recorded = (cause: Cause) => (ground.evidence.stored(one, cause)?.varies ?? []).map(({ trait }) => trait)
  for (const [at, path] of traces.entries()) {
    const isOpen = at === 0 || [...found.values()].some(({ verdict }) => verdict === 'different')
    if (!isOpen) break
    const compared = await withTrace(ground, path, (now) =>
      greenRun
        ? compareRuns(causes, { greenRun, now, history, more, recorded })
        : compareStored(ground, one, causes, { now, history }),
    )
    if (!compared) continue
    for (const [cause, comparison] of compared) {
      const earlier = found.get(cause)
      found.set(cause, earlier ? better(earlier, comparison) : comparison)
    }
  }
  return found
}

const withTrace = async <T>({ run }: Ground, path: string, use: (trace: Trace) => T): Promise<T | null> => {
  try {
    const trace = await openTrace({ path })
    try {
      return use(trace)
    } finally {
      trace.close()
    }
  } catch (error) {
    run.signal.throwIfAborted()
    run.report({
      message: `The trace of a verification run could not be read: ${error instanceof Error ? error.message : String(error)}`,
      remedy: 'What the healed steps do was not compared; look at them in the review.',
      subject: path,
    })
    return null
  }
}

interface Runs {
  readonly greenRun: Trace
  readonly now: Trace
  readonly history: History
  /** Further green runs. */
  readonly more: readonly Trace[]
  /** Traits that recorded green runs had and had not at a cause's step. */
  readonly recorded: (cause: Cause) => readonly string[]
}

/** Where only the store tells what the steps did: each by itself, without what else differed between the runs. */
const compareStored = (
  { evidence }: Ground,
  one: Case,
  causes: readonly Cause[],
  { now, history }: Pick<Runs, 'now' | 'history'>,
): ReadonlyMap<Cause, EffectsComparison> => {
  const calls = authoredCalls(now)
  return new Map(
    causes.flatMap((cause) => {
      const stored = evidence.stored(one, cause)
      const step = calls.find(({ selector }) => selector !== undefined && selector === cause.verdict?.winner?.selector)
      if (!stored || !step) return []
      const noise = withVariation(
        NO_NOISE,
        (stored.varies ?? []).map(({ trait }) => trait),
      )
      return [[cause, compareEffects(stored.effects, observeStep(now, step, false), history, noise)] as const]
    }),
  )
}

const compareRuns = (
  causes: readonly Cause[],
  { greenRun, now, history, more, recorded }: Runs,
): ReadonlyMap<Cause, EffectsComparison> => {
  const pairs = pairCalls(greenRun, now)
  const others = more.map((trace) => ({ trace, pairs: pairCalls(greenRun, trace) }))
  const healed = new Map(pairs.flatMap((pair) => [[pair, healerOf(pair, causes)] as const]))
  const calls = { green: authoredCalls(greenRun), now: authoredCalls(now) }
  const found = new Map<Cause, EffectsComparison>()
  let noise: Noise = NO_NOISE
  for (const pair of pairs) {
    const cause = healed.get(pair)
    // Where the next call was healed as well, its effects are its own.
    const next = calls.now[calls.now.indexOf(pair.now) + 1]
    const isOwn = pairs.some((other) => other.now === next && healed.get(other) !== null)
    const green = observeStep(greenRun, pair.green, isOwn)
    const is = observeStep(now, pair.now, isOwn)
    if (!cause) {
      noise = addNoise(noise, green, is)
      continue
    }
    // The same step in other green runs: what it does there and not here is no matter of the heal.
    const varies = others.flatMap(({ trace, pairs: same }) => {
      const call = same.find((other) => other.green === pair.green)?.now
      return call ? variation(green, observeStep(trace, call, isOwn)) : []
    })
    const known = withVariation(noise, [...varies, ...recorded(cause)])
    const comparison = compareEffects(green, is, history, known)
    const earlier = found.get(cause)
    found.set(cause, earlier ? worse(earlier, comparison) : comparison)
  }
  for (const cause of causes)
    if (!found.has(cause)) found.set(cause, unknown('the step was not found in the trace of the green run'))
  return found
}

/** The fix that changed a call's locator; null where it is what it was, or where it cannot be said whose doing it is. */
const healerOf = ({ green, now }: CallPair, causes: readonly Cause[]): Cause | null => {
  if (now.selector === undefined || green.selector === now.selector) return null
  const exact = causes.find(
    ({ verdict, diagnosis }) =>
      diagnosis.locator?.selector === green.selector || verdict?.winner?.selector === now.selector,
  )
  return exact ?? (causes.length === 1 ? (causes[0] ?? null) : null)
}
