import { kindOf } from '../dom/trace-actions.ts'
import type { TraceAction } from '../dom/trace-types.ts'
import type { SourceLocation } from '../model.ts'
import { calledName } from '../source/callers.ts'
import { placeAt } from '../source/syntax.ts'
import { type Machine, onlyARunTells, type Site, untold } from './machine.ts'

/** Steps of one test that are followed. */
const MAX_STEPS = 1_000

/** What a step may have taken: a source does not tell. */
const LIKELY_MS = 1_500

/** A step as the source makes it. */
export interface SourceStep {
  readonly class: string
  readonly method: string
  readonly params: Readonly<Record<string, unknown>>
  readonly selector?: string
  /** What the author would read in a report. */
  readonly title: string
  readonly apiName: string
  readonly pageId?: string
  /** `acts`: may change the page; `waits`: for what it asks for; `looks`: neither, and is not kept. */
  readonly does: 'acts' | 'waits' | 'looks'
}

/** Whether a call under way is the one that the test failed at. */
export type IsFailing = (sites: readonly Site[], selector: string | undefined) => boolean

/** The call that the test failed at has been come to. */
export class Reached extends Error {
  readonly action: TraceAction
  constructor(action: TraceAction) {
    super('The failing call has been come to.')
    this.name = 'Reached'
    this.action = action
  }
}

export interface Recorder {
  readonly actions: TraceAction[]
  /** Titles of the `test.step`s that are under way. */
  readonly titles: string[]
  /** Keeps a step. Ends the reading at the failing one. */
  record(step: SourceStep): void
}

export const createRecorder = (machine: Machine, isFailing: IsFailing): Recorder => {
  const actions: TraceAction[] = []
  const titles: string[] = []
  const { state } = machine
  return {
    actions,
    titles,
    record(step) {
      const { does, ...rest } = step
      const action: TraceAction = {
        ...rest,
        callId: `source@${actions.length + 1}`,
        steps: [...titles],
        kind: kindOf(step.method, step.params),
        startTime: 0,
        endTime: LIKELY_MS,
        stack: [...machine.sites].reverse().map(placeOf),
        internal: false,
        log: [],
      }
      if (isFailing(machine.sites, step.selector)) {
        if (state.supposed === 0) throw new Reached(action)
        untold(machine, onlyARunTells(state.supposition))
      }
      if (does === 'looks') return
      if (does === 'waits' && (state.supposed > 0 || state.caught > 0)) return
      if (state.isLoading) untold(machine, 'A step is done outside of any test.')
      if (state.supposed > 0) untold(machine, onlyARunTells(state.supposition))
      if (state.caught > 0) untold(machine, 'A step may fail here without the test failing for it.')
      if (actions.length >= MAX_STEPS) untold(machine, `The test has more than ${MAX_STEPS} steps.`)
      if (does === 'acts') state.steps++
      actions.push(action)
    },
  }
}

const placeOf = ({ module, node }: Site): SourceLocation => ({
  file: module.file,
  ...placeAt(module.tree.text, (calledName(node) ?? node).start),
})
