import type { Trace, TraceAction } from '../dom/trace-types.ts'

/** Calls of the author on elements and pages, in the order in which they began. */
const authored = (trace: Trace): readonly TraceAction[] =>
  trace.actions.filter((action) => !action.internal && (action.selector !== undefined || action.kind === 'navigate'))

const line = (action: TraceAction): string => {
  const frame = action.stack[0]
  return frame ? `${frame.file.split(/[\\/]/).slice(-2).join('/')}:${frame.line}` : ''
}

/**
 * The call of a green run that did what the failed call of the same test wanted to do: the same selector, as often
 * called before; or, where an earlier heal changed the selector or the file, the call at the same place in the run.
 */
export const findCounterpart = (failedTrace: Trace, failed: TraceAction, green: Trace): TraceAction | null => {
  const before = authored(failedTrace)
  const position = before.indexOf(failed)
  const calls = authored(green)
  if (failed.selector !== undefined) {
    const same = calls.filter((call) => call.selector === failed.selector && call.method === failed.method)
    const earlier = before
      .slice(0, Math.max(0, position))
      .filter((call) => call.selector === failed.selector && call.method === failed.method)
    const found = same[earlier.length] ?? same.at(-1)
    if (found) return found
  }
  const sameLine = calls.filter(
    (call) => line(call) !== '' && line(call) === line(failed) && call.method === failed.method,
  )
  if (sameLine.length === 1) return sameLine[0] ?? null
  const atPosition = position >= 0 ? calls[position] : undefined
  return atPosition && atPosition.method === failed.method && line(atPosition) === line(failed) ? atPosition : null
}

/** Any call of another green test on the same selector: second best, since its page may be another. */
export const findSameSelector = (failed: TraceAction, green: Trace): TraceAction | null =>
  authored(green).find((call) => failed.selector !== undefined && call.selector === failed.selector) ?? null

/** Snapshots of a call in the order in which they are likely to hold its target. */
export const targetSnapshots = (action: TraceAction): readonly string[] =>
  [
    action.inputSnapshot,
    action.kind === 'expect' ? action.afterSnapshot : action.beforeSnapshot,
    action.beforeSnapshot,
    action.afterSnapshot,
  ]
    .filter((name): name is string => name !== undefined)
    .filter((name, at, all) => all.indexOf(name) === at)
