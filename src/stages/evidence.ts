import { type OpenTrace, openTrace } from '../artifacts/open-trace.ts'
import type { TraceFile } from '../artifacts/types.ts'
import type { BrowserSession } from '../browser/launch.ts'
import { TEST_ID_ATTRIBUTES } from '../dom/fingerprint.ts'
import { failingAction, snapshotAtFailure, type Trace, type TraceAction } from '../dom/trace.ts'
import { findCounterpart, findSameSelector } from '../evidence/counterpart.ts'
import { fromLocator } from '../evidence/from-locator.ts'
import { indexed } from '../evidence/indexed.ts'
import { asLost, type LostElement, type SeenElement, seeElement } from '../evidence/lost-element.ts'
import type { BaselineStore } from '../evidence/store.ts'
import type { StoredStep } from '../evidence/stored-step.ts'
import { type Trouble, troublesOf } from '../evidence/troubles.ts'
import type { BaselineSource, Target, TestRef } from '../model.ts'
import type { GreenTraces } from './collect.ts'
import { failedCall, testIdAttributeOf } from './diagnose.ts'
import type { FailingPage } from './failing-page.ts'
import type { Run } from './run.ts'
import type { Case, Cause, Pace } from './state.ts'

/** Green traces are opened once and looked at by every failure of their test. */
export interface Evidence {
  /** What the lost element was, and how that is known. */
  lost(cause: Cause): Promise<{ readonly element: LostElement | null; readonly source: BaselineSource }>
  /** The page as one of the cause's tests left it when it failed; null where no trace shows it. */
  page(cause: Cause): Promise<FailingPage | null>
  /** What went wrong in the product before a cause's test failed, and did not when it was green. */
  troubles(cause: Cause): Promise<readonly Trouble[]>
  /** The trace of a test's own last green run, opened; null where there is none. */
  green(one: Pick<Case, 'test'>): Promise<Trace | null>
  /** Traces of a few more green runs of a test, opened: what differs between them varies by itself. */
  moreGreen(one: Pick<Case, 'test'>): Promise<readonly Trace[]>
  /** What was recorded of a cause's step when its test was green; null where nothing was. */
  stored(one: Case, cause: Cause): StoredStep | null
  /** How fast a test was when it was green; null where no trace tells. */
  pace(one: Pick<Case, 'test'>): Promise<Pace | null>
  /**
   * Looks at the green pages of tests that failed, by the traces of the failed run, until the signal says that there is
   * something better to do. Never rejects.
   */
  warmUp(tests: readonly TestRef[], failed: ReadonlyMap<string, TraceFile>, enough: AbortSignal): Promise<void>
  /** Closes the green traces. */
  close(): Promise<void>
}

/** The call of a green run that did what a failed one wanted to do. */
interface Counterpart {
  readonly trace: Trace
  readonly action: TraceAction
  readonly source: BaselineSource
}

/** Traces of other tests that are searched for a selector where a test has no green trace of its own. */
const MAX_SEARCHED = 20
/** Further green runs of a test that are compared with its last one. */
const MAX_MORE = 4

export const gatherEvidence = (
  run: Run,
  green: GreenTraces,
  store: BaselineStore,
  session: () => Promise<BrowserSession>,
): Evidence => {
  const opened = new Map<TraceFile, Promise<OpenTrace | null>>()
  const open = (file: TraceFile): Promise<OpenTrace | null> => {
    let trace = opened.get(file)
    if (!trace) {
      trace = openTrace(file).catch((error: unknown) => {
        run.report(unreadable(file, error))
        return null
      })
      opened.set(file, trace)
    }
    return trace
  }

  const seen = new Map<TraceAction, Promise<SeenElement | null>>()
  const see = (trace: Trace, action: TraceAction): Promise<SeenElement | null> => {
    let element = seen.get(action)
    if (!element) {
      element = session().then((browser) => seeElement(browser, trace, action))
      element.catch(() => seen.delete(action))
      seen.set(action, element)
    }
    return element
  }

  const ofTest = async ({ test }: Pick<Case, 'test'>): Promise<Trace | null> => {
    const file = green.of(test)
    return file ? open(file) : null
  }

  const own = async (one: Case, action: TraceAction): Promise<Counterpart | null> => {
    const file = green.of(one.test)
    const trace = file ? await open(file) : null
    const found = trace && (one.trace ? findCounterpart(one.trace, action, trace) : findSameSelector(action, trace))
    return file && trace && found ? { trace, action: found, source: green.source(file) } : null
  }

  const lookUpEarly = async (test: TestRef, file: TraceFile | undefined): Promise<void> => {
    const trace = file ? await ofTest({ test }) : null
    if (!file || !trace) return
    const before = await openTrace(file)
    try {
      const action = failingAction(before)
      const found = action ? findCounterpart(before, action, trace) : null
      if (found) await see(trace, found)
    } finally {
      before.close()
    }
  }

  const others = async (action: TraceAction): Promise<Counterpart | null> => {
    for (const file of green.all.slice(0, MAX_SEARCHED)) {
      const trace = await open(file)
      const found = trace ? findSameSelector(action, trace) : null
      if (trace && found) return { trace, action: found, source: green.source(file) }
    }
    return null
  }

  const fromStore = (cause: Cause, attributes: readonly string[]): LostElement | null => {
    const { locator } = cause.diagnosis
    const steps = locator?.source?.steps.map(({ step }) => step)
    const [first] = [...cause.cases].flatMap((one) => {
      const step = storedStep(store, one, locator?.selector)
      return step ? [step] : []
    })
    const found = first ?? (locator ? store.any(locator.selector) : null)
    if (!found || !locator) return null
    const target: Target = {
      fingerprint: found.fingerprint,
      action: locator.action,
      testIdAttributes: attributes,
      ...(steps ? { locator: steps } : {}),
    }
    return { target, others: [], matches: found.matches, picture: null }
  }

  return {
    async lost(cause) {
      const { locator } = cause.diagnosis
      if (!locator) return { element: null, source: 'none' }
      const steps = locator.source?.steps.map(({ step }) => step) ?? null
      const attributes = testIdAttributes(cause)
      for (const find of [own, (_: Case, action: TraceAction) => others(action)]) {
        for (const one of cause.cases) {
          const failed = failedCall(one)
          const counterpart = failed ? await find(one, failed) : null
          if (!counterpart) continue
          const wanted = { action: locator.action, locator: steps, testIdAttributes: attributes }
          const seen = await see(counterpart.trace, counterpart.action)
          if (seen) return { element: asLost(seen, wanted), source: counterpart.source }
        }
        // A test's own recorded step tells more than another test's page.
        const stored = find === own ? fromStore(cause, attributes) : null
        if (stored) return { element: stored, source: 'store' }
      }
      const target = fromLocator(locator, attributes)
      return { element: target ? { target, others: [], matches: 1, picture: null } : null, source: 'none' }
    },

    async page(cause) {
      for (const one of cause.cases) {
        const failed = failedCall(one)
        if (!one.trace || !failed) continue
        const snapshot = snapshotAtFailure(one.trace, failed)
        const document = snapshot === null ? null : one.trace.frameHtml(snapshot)
        if (!document) continue
        const view = await (await session()).sharedTracePage(document, one.trace)
        const isEarly = snapshot === failed.beforeSnapshot || snapshot === failed.inputSnapshot
        return { view, index: indexed(await view.collect({ visual: true })), isEarly }
      }
      return null
    },

    async troubles({ cases }) {
      for (const one of cases) {
        const failed = one.trace && failingAction(one.trace)
        if (one.trace && failed) return troublesOf(one.trace, failed, await ofTest(one))
      }
      return []
    },

    green: ofTest,

    async moreGreen({ test }) {
      const traces = await Promise.all(green.others(test).slice(-MAX_MORE).map(open))
      return traces.filter((trace) => trace !== null)
    },

    stored: (one, cause) => storedStep(store, one, cause.diagnosis.locator?.selector),

    async pace(one) {
      const actions = (await ofTest(one))?.actions ?? []
      const [first] = actions
      if (!first) return null
      const ends = actions.map(({ endTime, startTime }) => endTime ?? startTime)
      // Limits of calls hold for nothing else: a navigation takes the time it takes.
      const own = actions.filter(
        ({ internal, selector, kind }) => !internal && (selector !== undefined || kind === 'expect'),
      )
      return {
        testMs: Math.max(...ends) - first.startTime,
        slowestActionMs: Math.max(0, ...own.map(({ endTime, startTime }) => (endTime ?? startTime) - startTime)),
      }
    },

    async warmUp(tests, failed, enough) {
      for (const test of tests) {
        if (enough.aborted) return
        await lookUpEarly(test, failed.get(test.id)).catch(() => undefined)
      }
    },

    async close() {
      for (const trace of await Promise.all(opened.values())) trace?.close()
      opened.clear()
    },
  }
}

/** The recorded step of a test on a selector; of several the one that its failing run had come to. */
const storedStep = (store: BaselineStore, one: Case, selector: string | undefined): StoredStep | null => {
  if (selector === undefined) return null
  const failed = failedCall(one)
  const before = one.trace?.actions.filter((action) => failed && action.startTime < failed.startTime)
  const used = (before ?? one.steps?.actions ?? []).filter((action) => !action.internal && action.selector === selector)
  return store.of(one.test.id, selector, used.length)
}

/** The project's own attribute, as its traces know it, before those that are common. */
const testIdAttributes = (cause: Cause): readonly string[] => {
  const own = [...cause.cases].map(testIdAttributeOf).find((name) => name !== undefined)
  return own ? [own, ...TEST_ID_ATTRIBUTES.filter((name) => name !== own)] : TEST_ID_ATTRIBUTES
}

const unreadable = (file: TraceFile, error: unknown) => ({
  message: `The trace ${file.path} could not be read: ${error instanceof Error ? error.message : String(error)}`,
  remedy:
    error instanceof Error && 'remedy' in error && typeof error.remedy === 'string'
      ? error.remedy
      : 'Run the tests again with `trace: on` and keep the folder whole.',
  subject: file.path,
})
