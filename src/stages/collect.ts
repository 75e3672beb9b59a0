import { collectArtifacts } from '../artifacts/index.ts'
import type { Collected, LastRun, TraceFile } from '../artifacts/types.ts'
import { HealFault } from '../engine.ts'
import type { BaselineSource, Failure, Problem, TestRef } from '../model.ts'
import { count } from '../report/words.ts'
import type { ReadFile } from '../source/patch-set.ts'
import { bareFailure } from './known-tests.ts'
import type { Run } from './run.ts'
import { ownShare } from './share.ts'

/** What lies on this machine of the failed run and of the last green one. */
export interface Material {
  readonly failures: readonly Failure[]
  /** Failures beyond `max_failures`. */
  readonly beyond: readonly Failure[]
  /** Traces of failed tests by test id, the last attempt first. */
  readonly failedTraces: ReadonlyMap<string, TraceFile>
  readonly green: GreenTraces
  readonly collected: Collected
  /** Set where Playwright's list of failed tests is all there is: which tests it means only the suite can tell. */
  readonly lastRun: LastRun | null
}

export interface GreenTraces {
  /** The trace of a test's last green run; null where none was kept. */
  of(test: TestRef): TraceFile | null
  /** Traces of further green runs of it, in no order: other runs, repetitions, retries. */
  others(test: TestRef): readonly TraceFile[]
  readonly all: readonly TraceFile[]
  /** Traces that we made ourselves, of an earlier commit; those that were kept come first. */
  add(made: readonly TraceFile[]): void
  source(file: TraceFile): Extract<BaselineSource, 'green-trace' | 'rerun'>
}

/** Reads artifacts and baseline. Rejects with a `HealFault` where there is nothing to read at all. */
export const collect = async (run: Run, readFile: ReadFile): Promise<Material> => {
  const { config } = run
  const collected = await collectArtifacts({ patterns: config.artifacts, root: config.root })
  const baseline =
    config.baseline.length > 0 ? await collectArtifacts({ patterns: config.baseline, root: config.root }) : null
  for (const problem of collected.problems) run.report(problem)
  if (baseline) for (const problem of ofBaseline(baseline, config.root)) run.report(problem)
  const isEmpty = collected.failures.length === 0 && !collected.lastRunOnly && config.onlyTests.length === 0
  const unread = collected.problems.filter(({ subject }) => subject !== undefined)
  if (isEmpty && (collected.scanned.recognised.length === 0 || unread.length > 0))
    throw nothingFound(collected, unread, config.root)
  const named = config.onlyTests.length > 0 ? asked(config.onlyTests, collected.failures) : collected.failures
  const wanted = await ownShare(named, config, readFile)
  const green = greenTraces([...(baseline?.traces ?? []), ...collected.traces])
  const share = config.shard ? ` (share ${config.shard.index}/${config.shard.count} of ${named.length})` : ''
  run.step(
    'collect',
    `${count(wanted.length, 'failed test')}${share}, ${count(green.all.length, 'trace')} of green runs`,
  )
  return {
    failures: wanted.slice(0, config.maxFailures),
    beyond: wanted.slice(config.maxFailures),
    failedTraces: lastAttempts(collected.traces),
    green,
    collected,
    lastRun: collected.lastRunOnly && config.onlyTests.length === 0 ? collected.lastRun : null,
  }
}

/** What could not be read of the green run, and where there is nothing to read, that: healing goes on without it. */
const ofBaseline = ({ problems, scanned }: Collected, root: string): readonly Problem[] => {
  if (scanned.recognised.length > 0) return problems
  const looked = scanned.files === 0 ? 'no file matches' : `none of the ${scanned.files} files that match is one:`
  return [
    ...problems.filter(({ subject }) => subject !== undefined),
    {
      message: `No report or trace of a green run was found in ${root}: ${looked} ${scanned.patterns.join(', ')}.`,
      remedy: 'Correct `baseline`, or leave it away to have the last green commit run here.',
      subject: 'baseline',
    },
  ]
}

/** Tests named by the caller: as the artifacts report them, or, without any, as tests that are to be reproduced. */
const asked = (tests: readonly TestRef[], failures: readonly Failure[]): readonly Failure[] =>
  tests.map((test) => failures.find((failure) => failure.test.id === test.id) ?? bareFailure(test, ''))

/** Nothing was found, or what might have told of failures could not be read: not the same as a green run. */
const nothingFound = (collected: Collected, unread: readonly Problem[], root: string): HealFault => {
  const { patterns, files, nearMisses, recognised } = collected.scanned
  const [first] = unread
  const more = unread.length > 1 ? ` (${unread.length - 1} more files could not be read.)` : ''
  if (first && recognised.length > 0) {
    return new HealFault({
      message: `No failed test was found in ${recognised.length} reports, but this could not be read: ${first.message}${more}`,
      remedy: first.remedy,
      subject: 'artifacts',
    })
  }
  const near = nearMisses.length > 0 ? ` Near misses: ${nearMisses.slice(0, 8).join(', ')}.` : ''
  const looked = files === 0 ? 'no file matches' : `none of the ${files} files that match is one:`
  return new HealFault({
    message: `No test report or trace was found in ${root}: ${looked} ${patterns.join(', ')}.${first ? ` ${first.message}${more}` : near}`,
    remedy: first
      ? first.remedy
      : 'Name the reports in `artifacts`, and run this step in the job whose tests failed, after the tests.',
    subject: 'artifacts',
  })
}

const lastAttempts = (traces: readonly TraceFile[]): ReadonlyMap<string, TraceFile> => {
  const found = new Map<string, TraceFile>()
  for (const trace of traces) {
    if (trace.testId === undefined || trace.outcome === 'passed') continue
    const known = found.get(trace.testId)
    if (!known || (trace.attempt ?? 0) >= (known.attempt ?? 0)) found.set(trace.testId, trace)
  }
  return found
}

const nameOf = (file: string | undefined): string => (file ?? '').split(/[\\/]/).at(-1) ?? ''

const greenTraces = (traces: readonly TraceFile[]): GreenTraces => {
  const all = traces.filter(({ outcome }) => outcome === 'passed')
  const byId = new Map(all.flatMap((trace) => (trace.testId === undefined ? [] : [[trace.testId, trace] as const])))
  const own = new Set<TraceFile>()
  // A file may have moved since: then title and file name tell, where only one trace has them.
  const of = (test: TestRef): TraceFile | null => {
    const exact = byId.get(test.id)
    if (exact) return exact
    const alike = all.filter((trace) => trace.testTitle === test.title && nameOf(trace.testFile) === nameOf(test.file))
    return alike.length === 1 ? (alike[0] ?? null) : null
  }
  return {
    all,
    of,
    others(test) {
      const chosen = of(test)
      return all.filter((trace) => trace !== chosen && trace.testId === test.id)
    },
    add(made) {
      for (const trace of made) {
        own.add(trace)
        all.push(trace)
        if (trace.testId !== undefined && !byId.has(trace.testId)) byId.set(trace.testId, trace)
      }
    },
    source: (file) => (own.has(file) ? 'rerun' : 'green-trace'),
  }
}
