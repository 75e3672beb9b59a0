import type { Trace, TraceAction } from '../dom/trace-types.ts'
import { authoredCalls } from './step-effects.ts'

/** One call of a test in two of its runs. */
export interface CallPair {
  readonly green: TraceAction
  readonly now: TraceAction
}

/** Calls of a run that are looked at; longer runs are paired by their beginning. */
const MAX_CALLS = 1_500

const lineOf = (action: TraceAction): string => {
  const frame = action.stack[0]
  return frame ? `${frame.file.split(/[\\/]/).slice(-2).join('/')}:${frame.line}` : ''
}

const areAlike = (green: TraceAction, now: TraceAction): boolean =>
  green.method === now.method &&
  (green.selector === now.selector || (lineOf(green) !== '' && lineOf(green) === lineOf(now)))

/**
 * Pairs the author's calls of two runs of one test: the longest sequence that both have in one order, by selector or by
 * line. Runs with as many calls of the same methods are paired as they stand, whatever the lines say.
 */
export const pairCalls = (green: Trace, now: Trace): readonly CallPair[] => {
  const left = authoredCalls(green).slice(0, MAX_CALLS)
  const right = authoredCalls(now).slice(0, MAX_CALLS)
  if (left.length === right.length && left.every(({ method }, at) => method === right[at]?.method)) {
    return left.flatMap((call, at) => (right[at] ? [{ green: call, now: right[at] }] : []))
  }
  const width = right.length + 1
  const best = new Uint16Array((left.length + 1) * width)
  const at = (i: number, j: number) => best[i * width + j] ?? 0
  const alike = (i: number, j: number) => {
    const [a, b] = [left[i], right[j]]
    return a !== undefined && b !== undefined && areAlike(a, b)
  }
  for (let i = left.length - 1; i >= 0; i--) {
    for (let j = right.length - 1; j >= 0; j--) {
      best[i * width + j] = alike(i, j) ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1))
    }
  }
  const pairs: CallPair[] = []
  for (let i = 0, j = 0; i < left.length && j < right.length; ) {
    const [a, b] = [left[i], right[j]]
    if (a && b && alike(i, j)) {
      pairs.push({ green: a, now: b })
      i++
      j++
    } else if (at(i + 1, j) >= at(i, j + 1)) i++
    else j++
  }
  return pairs
}
