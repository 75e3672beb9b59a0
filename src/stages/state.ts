import type { OpenTrace } from '../artifacts/open-trace.ts'
import type { LostElement } from '../evidence/lost-element.ts'
import type { Trouble } from '../evidence/troubles.ts'
import type { Verdict } from '../healers/contract.ts'
import type {
  BaselineSource,
  Diagnosis,
  EffectsVerdict,
  Evidence,
  Failure,
  LocatorSource,
  Pictures,
  TestRef,
} from '../model.ts'
import type { SourceSteps } from '../steps/read-steps.ts'
import { namedAsInSuite } from './known-tests.ts'

export interface TestRun {
  readonly passed: boolean
  readonly durationMs: number
  /** Trace of the run; there until the re-runs' folder is removed. */
  readonly tracePath?: string
}

/** What is kept of one run of a test. */
export const runOf = ({ passed, durationMs, tracePath }: TestRun): TestRun => ({
  passed,
  durationMs,
  ...(tracePath === undefined ? {} : { tracePath }),
})

/** What the healed step does, compared with what it did when its test was last green. */
export interface JudgedEffects {
  readonly verdict: EffectsVerdict
  /** The runs that were compared. */
  readonly runs: readonly TestRun[]
  /** Both sides, in a sentence. */
  readonly reason: string
}

/** How fast a test was when it was green, in milliseconds. */
export interface Pace {
  readonly testMs: number
  readonly slowestActionMs: number
}

/** One failing test on its way through the rounds. */
export interface Case {
  readonly test: TestRef
  /** As the artifacts, and later each run, report it. */
  failure: Failure
  /** Set where it fails at another place than was reported: both, in words. */
  elsewhere?: string
  /** Whether the reported run tried it more than once, and it failed every time. */
  readonly isRepeated: boolean
  /** Trace of the run that `failure` is about; see `takeTrace`. */
  trace: OpenTrace | null
  /** Without a trace: what its source says of the steps before the failure. */
  steps?: SourceSteps | null
  /** How long the test took when it was green; null where nothing tells, or where it has become slower since. */
  greenMs: number | null
  /** The longest that one of its actions took then, in milliseconds. */
  slowestActionMs: number | null
  /** `open`: fails and may be healed; `stopped`: fails for a cause that is not healed. */
  state: 'open' | 'passed' | 'flaky' | 'stopped'
  /** Signature of what it fails for now. */
  cause: string | null
  /** Signatures healed on the way, in order. */
  readonly trail: string[]
  /** Runs with the files as they are now; emptied where they change. */
  runs: TestRun[]
}

/** One broken thing: every test that failed for it, and what became of it. */
export interface Cause {
  readonly signature: string
  diagnosis: Diagnosis
  readonly cases: Set<Case>
  /** The test it was first seen in, as it failed then: what a second look starts from. */
  readonly first: Case
  /** Every place in the source that builds the broken locator. */
  readonly sources: LocatorSource[]
  /** Those of `sources` that no fix changes yet. */
  unhealed: LocatorSource[]
  lost: LostElement | null
  baseline: BaselineSource
  verdict: Verdict | null
  /** Elements that a verification refuted, by what the evidence calls them. */
  readonly refuted: number[]
  attempts: number
  /** `fixed`: its edits are in the patch set. */
  state: 'open' | 'fixed' | 'closed'
  pictures: Pictures
  /** What went wrong in the product before its tests failed. */
  troubles: readonly Trouble[]
  /** What was found out after the verdict: live checks, guard, verification. */
  readonly notes: Evidence[]
  /** Set where an answer of the project's own, or of the fallback, proved wrong: it is not asked again. */
  withoutOwn?: boolean
  /** Set where the outcome says nothing of the next time: it is not remembered. */
  inconclusive?: boolean
  /** Set where an earlier run's outcome was taken over: nothing was looked at. */
  isRecalled?: boolean
  /** Null until its tests have passed with all fixes. */
  effects: JudgedEffects | null
}

/** @param suite the tests of the suite, by whose names a re-run will speak of them */
export const openCase = (failure: Failure, pace: Pace | null, suite: readonly TestRef[] = []): Case => ({
  test: namedAsInSuite(failure, suite),
  failure,
  isRepeated: failure.attempts.length > 1 && failure.attempts.every((outcome) => outcome !== 'passed'),
  trace: null,
  greenMs: pace?.testMs ?? null,
  slowestActionMs: pace?.slowestActionMs ?? null,
  state: 'open',
  cause: null,
  trail: [],
  runs: [],
})

/** Takes over the trace of a test's newest run. The archive behind the one before is closed: nothing asks it any more. */
export const takeTrace = (one: Case, trace: OpenTrace | null): void => {
  one.trace?.close()
  one.trace = trace
}

export const openCause = (diagnosis: Diagnosis, first: Case): Cause => ({
  signature: diagnosis.signature,
  diagnosis,
  cases: new Set(),
  first: { ...first },
  sources: [],
  unhealed: [],
  lost: null,
  baseline: 'none',
  verdict: null,
  refuted: [],
  attempts: 0,
  state: 'open',
  pictures: { before: null, after: null },
  troubles: [],
  notes: first.elsewhere === undefined ? [] : [{ kind: 'measurement', for: false, weight: 0.1, text: first.elsewhere }],
  effects: null,
})

/** The same locator may be written at several places; each wants its own edit, and one more reopens a fix. */
export const noteSource = (cause: Cause, { failureType, locator }: Diagnosis): void => {
  const source = locator?.source
  if (
    !source ||
    // What an assertion looks at is there; what it expects is wrong.
    failureType === 'assertion_mismatch' ||
    cause.sources.some(({ file, start, end }) => file === source.file && start === source.start && end === source.end)
  )
    return
  cause.sources.push(source)
  cause.unhealed.push(source)
  if (cause.state === 'fixed') cause.state = 'open'
}
