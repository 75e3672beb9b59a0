import type { Attachment, Failure, TestRef } from '../model.ts'
import type { TestOutcome, TraceFile } from './types.ts'

export interface Merged {
  readonly failures: readonly Failure[]
  readonly passed: readonly TestRef[]
  readonly traces: readonly TraceFile[]
}

/**
 * One entry per test, however many artifacts tell of it: the richest report is the base, the others fill its gaps. A
 * failure in any report counts, so that a green report of another run does not hide it.
 */
export function mergeOutcomes(tests: readonly TestOutcome[], loose: readonly TraceFile[]): Merged {
  const groups = groupTests(joinTries(tests))
  const manyProjects = new Set(tests.flatMap((test) => test.project ?? [])).size > 1
  const failures: Failure[] = []
  const passed: TestRef[] = []
  const traces = new Map<string, TraceFile>()
  for (const group of groups) {
    const ref = makeRef(group, manyProjects)
    const failing = group.filter((test) => test.outcome === 'failed' || test.outcome === 'flaky')
    if (failing.length > 0) failures.push(makeFailure(ref, failing))
    else if (group.some((test) => test.outcome === 'passed')) passed.push(ref)
    for (const test of group) for (const trace of test.traces) addTrace(traces, { ...trace, testId: ref.id })
  }
  for (const trace of loose) addTrace(traces, trace)
  return { failures, passed, traces: [...traces.values()] }
}

/** Traces that lie about by themselves, one for each try of a test, make one outcome. */
function joinTries(tests: readonly TestOutcome[]): TestOutcome[] {
  const tries = Map.groupBy(
    tests.filter((test) => test.lone),
    (test) => `${test.lone?.folder}\0${test.file}\0${test.title}`,
  )
  const joined = [...tries.values()].map((group) => {
    const sorted = [...group].sort((a, b) => (a.lone?.attempt ?? 0) - (b.lone?.attempt ?? 0))
    const failed = sorted.findLast((test) => test.outcome === 'failed')
    const base = failed ?? (sorted[0] as TestOutcome)
    const passed = sorted.at(-1)?.outcome === 'passed'
    return {
      ...base,
      outcome: failed ? (passed ? ('flaky' as const) : ('failed' as const)) : base.outcome,
      attempts: sorted.flatMap((test) => test.attempts),
      attachments: sorted.flatMap((test) => test.attachments),
      traces: sorted.flatMap((test) => test.traces),
    }
  })
  return [...tests.filter((test) => !test.lone), ...joined]
}

/** Where a report and a trace found by itself speak of the same file, the one that knows its test wins. */
function addTrace(traces: Map<string, TraceFile>, trace: TraceFile): void {
  const key = `${trace.path}\0${trace.entry ?? ''}`
  const held = traces.get(key)
  traces.set(key, held ? { ...trace, ...definedOf(held) } : trace)
}

function definedOf<T extends object>(value: T): Partial<T> {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as Partial<T>
}

/** Reports of one test agree on title and project (where given); files may be absolute in one and relative in another. */
function groupTests(tests: readonly TestOutcome[]): TestOutcome[][] {
  const byTitle = new Map<string, TestOutcome[][]>()
  const groups: TestOutcome[][] = []
  for (const test of [...tests].sort((a, b) => richness(b) - richness(a))) {
    const same = byTitle.get(test.title) ?? []
    byTitle.set(test.title, same)
    const fits = same.filter((group) => isSameTest(group[0], test))
    const group = fits.length === 1 || (fits.length > 1 && test.project !== undefined) ? fits[0] : undefined
    if (group) {
      group.push(test)
    } else if (fits.length === 0) {
      const fresh = [test]
      same.push(fresh)
      groups.push(fresh)
    }
    // Else: a report without projects of a test that runs in several. Those that know the project say it better.
  }
  const order = new Map(tests.map((test, index) => [test, index]))
  const first = (group: readonly TestOutcome[]): number => Math.min(...group.map((test) => order.get(test) ?? 0))
  return groups.sort((a, b) => first(a) - first(b))
}

function isSameTest(a: TestOutcome | undefined, b: TestOutcome): boolean {
  if (!a || (a.project !== undefined && b.project !== undefined && a.project !== b.project)) return false
  return a.file === b.file || endsLike(a.file, b.file) || endsLike(b.file, a.file)
}

function endsLike(long: string, short: string): boolean {
  const normal = (path: string): string => path.split('\\').join('/')
  return short !== '' && normal(long).endsWith(`/${normal(short)}`)
}

function richness(test: TestOutcome): number {
  const framed = test.errors.some((error) => error.stack.length > 0)
  return (
    (test.resolved ? 8 : 0) +
    // Only structured reports know the line; JUnit prints all errors of all tries into one text.
    (test.line === undefined ? 0 : 12) +
    (test.errors.length > 0 ? 8 : 0) +
    (framed ? 16 : 0) +
    Math.min(4, test.attachments.length) +
    Math.min(4, test.attempts.length) +
    (test.project === undefined ? 0 : 2)
  )
}

function makeRef(group: readonly TestOutcome[], manyProjects: boolean): TestRef {
  const known = <T>(read: (test: TestOutcome) => T | undefined): T | undefined =>
    group.map(read).find((value) => value !== undefined)
  const base = group.find((test) => test.resolved) ?? group[0]
  const file = base?.file ?? ''
  const title = base?.title ?? ''
  const project = known((test) => test.project)
  const id = `${file} › ${title}${manyProjects && project !== undefined ? ` [${project}]` : ''}`
  const framework = known((test) => (test.framework === 'unknown' ? undefined : test.framework)) ?? 'unknown'
  return { id, title, file, line: known((test) => test.line), framework, project }
}

/** `failing` is sorted richest first. */
function makeFailure(test: TestRef, failing: readonly TestOutcome[]): Failure {
  const best = failing[0] as TestOutcome
  const attempts = failing.map((each) => each.attempts).reduce((a, b) => (b.length > a.length ? b : a))
  return {
    test,
    errors: failing.find((each) => each.errors.length > 0)?.errors ?? [],
    attachments: distinct(failing.flatMap((each) => each.attachments)),
    attempts,
    durationMs: Math.max(...failing.map((each) => each.durationMs)),
    stdout: failing.find((each) => each.stdout !== undefined)?.stdout,
    stderr: failing.find((each) => each.stderr !== undefined)?.stderr,
    artifact: best.artifact,
    ...failing.find((each) => each.beyond !== undefined)?.beyond,
  }
}

function distinct(attachments: readonly Attachment[]): Attachment[] {
  return [...new Map(attachments.map((each) => [`${each.path}\0${each.entry ?? ''}`, each])).values()]
}
