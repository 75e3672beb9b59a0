import type { SourceLocation } from '../model.ts'
import type { Trace, TraceAction, TracePage } from './trace-types.ts'

/**
 * The action that the test failed on. Where several failed (soft assertions, errors that the test caught), it is the
 * one that the last reported error points at, else the last one. A call that never came back because the test's own
 * time ran out counts as failed. Null for a test that failed outside of any call.
 */
export function failingAction(trace: Trace): TraceAction | null {
  return failingActions(trace).at(-1) ?? null
}

/** All actions that reported errors point at, in order; one per error. */
export function failingActions(trace: Trace): TraceAction[] {
  const failed = trace.actions.filter((action) => !action.internal && (action.error || isPending(action)))
  const blamed = trace.errors.flatMap((error) => {
    const matches = failed.filter((action) => sharesFrame(action.stack, error.stack))
    return matches.length > 0 ? [pickLast(matches)] : []
  })
  const distinct = failed.filter((action) => blamed.includes(action))
  if (distinct.length > 0) return distinct
  const last = failed.length > 0 ? pickLast(failed) : undefined
  return last ? [last] : []
}

/** Calls with an element come before steps without; the later one wins. */
function pickLast(actions: readonly TraceAction[]): TraceAction {
  const withElement = actions.filter((action) => action.selector !== undefined)
  return (withElement.at(-1) ?? actions.at(-1)) as TraceAction
}

function isPending(action: TraceAction): boolean {
  return action.endTime === null && action.class !== 'Test'
}

/** An error's innermost frame is the call's own, or (`expect(…).toPass`) one that the call was made from. */
function sharesFrame(stack: readonly SourceLocation[], error: readonly SourceLocation[]): boolean {
  const top = error[0]
  return top !== undefined && stack.some((frame) => frame.file === top.file && frame.line === top.line)
}

/**
 * Name of the snapshot that shows the page as it was when the action failed: after it, else the next one taken of the
 * same page (the runner's own screenshot leaves one), else while or before it, else the last one taken before. Null where
 * there is none. A test stopped by its own time limit leaves nothing after the failing call was made; its page may then
 * be older than the failure.
 */
export function snapshotAtFailure(trace: Trace, action: TraceAction): string | null {
  if (action.afterSnapshot !== undefined) return action.afterSnapshot
  const own = action.inputSnapshot ?? action.beforeSnapshot ?? null
  const position = trace.snapshots.findIndex((each) => each.name === own)
  const later = trace.snapshots.slice(position + 1).find((each) => isLater(each, action))
  if (later ?? own) return later?.name ?? own
  return trace.snapshots.findLast((each) => each.timestamp <= (action.endTime ?? action.startTime))?.name ?? null
}

function isLater(snapshot: Trace['snapshots'][number], action: TraceAction): boolean {
  if (action.pageId !== undefined && snapshot.pageId !== action.pageId) return false
  return snapshot.timestamp > action.startTime && snapshot.name !== action.beforeSnapshot
}

/** The page on which a call's element is marked. */
export interface TracedTarget {
  readonly snapshot: string
  readonly page: TracePage
  /** `input` shows the element just before the input, `after` what the call left behind. */
  readonly phase: 'input' | 'after'
  /** CSS selector of the element, to be tried in every frame. */
  readonly marker: string
}

/** Finds the snapshot that shows the element an action was aimed at. Null where the call never had one. */
export function findTargetInTrace(trace: Trace, action: TraceAction): TracedTarget | null {
  for (const phase of ['input', 'after'] as const) {
    const snapshot = phase === 'input' ? action.inputSnapshot : action.afterSnapshot
    const page = snapshot === undefined ? null : trace.frameHtml(snapshot)
    if (snapshot !== undefined && page && page.targets > 0) return { snapshot, page, phase, marker: page.targetMarker }
  }
  return null
}
