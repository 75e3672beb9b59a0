import type { EngineConfig, EngineIo, OutsideHealers, ProgressEvent } from '../engine.ts'
import type { Fallback } from '../healers/contract.ts'
import { type Problem, STAGES, type Stage } from '../model.ts'
import { deepen } from '../runner/deepen.ts'
import type { OwnExtensions } from './extensions.ts'
import type { Memory } from './memory.ts'

/** What every stage of one run shares: the settings, the clock and the list of what went wrong. */
export interface Run {
  readonly config: EngineConfig
  readonly env: Readonly<Record<string, string | undefined>>
  /** Aborts when the caller does or when `timeout_minutes` are over. */
  readonly signal: AbortSignal
  readonly startedAt: Date
  /** Custom healers in another process, where there are any. */
  readonly outside?: OutsideHealers
  readonly problems: readonly Problem[]
  /** What is remembered of earlier runs; absent where nothing is. */
  readonly memory?: Memory
  /** What the project adds to the engine; absent where it adds nothing. */
  readonly own?: OwnExtensions
  /** Asked last, where every healer is silent. */
  readonly fallback?: Fallback
  /** The stage that ran last. */
  reached(): Stage
  /** Runs one stage and adds its time to that stage's; a stage may run in several rounds. */
  stage<T>(stage: Stage, text: string, work: () => Promise<T>): Promise<T>
  step(stage: Stage, text: string, done?: number, total?: number): void
  report(problem: Problem): void
  /**
   * Fetches what a shallow clone lacks of the history since a commit, or, where none is known, enough to look back. The
   * problem is set where it does not reach.
   */
  reach(commit: string | null): Promise<Problem | null>
  timings(): Readonly<Record<Stage, number>>
  elapsedMs(): number
}

export interface Clock {
  /** Milliseconds, monotonic. */
  now(): number
}

export const startRun = (config: EngineConfig, io: EngineIo, clock: Clock = performance): Run => {
  const limit = AbortSignal.timeout(config.timeoutMinutes * 60_000)
  const signal = io.signal ? AbortSignal.any([io.signal, limit]) : limit
  const begun = clock.now()
  const spent: Record<Stage, number> = {
    collect: 0,
    diagnose: 0,
    reproduce: 0,
    evidence: 0,
    heal: 0,
    guard: 0,
    verify: 0,
    report: 0,
    deliver: 0,
  }
  const problems: Problem[] = [...(config.problems ?? [])]
  let last: Stage = STAGES[0]
  const progress = (event: ProgressEvent) => io.progress(event)
  const reached = new Map<string | null, Promise<Problem | null>>()
  const fetchUpTo = async (commit: string | null): Promise<Problem | null> => {
    const { fetched, problem } = await deepen({
      root: config.root,
      env: io.env,
      signal,
      commit,
      ...(io.gitSettings ? { credentials: io.gitSettings } : {}),
    })
    if (fetched) progress({ stage: last, kind: 'step', text: 'Fetched more of the history of a shallow clone' })
    return problem
  }
  return {
    config,
    env: io.env,
    signal,
    startedAt: new Date(),
    ...(io.outside ? { outside: io.outside } : {}),
    problems,
    reached: () => last,
    async stage(stage, text, work) {
      // A run that is stopped still says how far it came.
      if (stage !== 'report') {
        signal.throwIfAborted()
        last = stage
      }
      const start = clock.now()
      progress({ stage, kind: 'start', text })
      try {
        return await work()
      } finally {
        spent[stage] += clock.now() - start
        progress({ stage, kind: 'end', text })
      }
    },
    step: (stage, text, done, total) =>
      progress({
        stage,
        kind: 'step',
        text,
        ...(done === undefined ? {} : { done }),
        ...(total === undefined ? {} : { total }),
      }),
    reach(commit) {
      const known = reached.get(commit) ?? fetchUpTo(commit)
      reached.set(commit, known)
      return known
    },
    report(problem) {
      if (!problems.some((known) => known.message === problem.message)) problems.push(problem)
    },
    timings: () =>
      Object.fromEntries(STAGES.map((stage) => [stage, Math.round(spent[stage])])) as Record<Stage, number>,
    elapsedMs: () => Math.round(clock.now() - begun),
  }
}
