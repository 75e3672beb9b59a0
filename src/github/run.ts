import type { EngineConfig, HealEngine, HealOutcome } from '../engine.ts'
import type { Config } from '../inputs.ts'
import type { Problem, TestRef } from '../model.ts'
import type { ClientOptions, GitHubClient } from './client.ts'
import type { Delivery } from './deliver.ts'
import type { EventContext, FailingCommit } from './event.ts'
import type { Host } from './host.ts'

/** Everything from outside that a run on GitHub touches. */
export interface ActionIo {
  readonly env: Readonly<Record<string, string | undefined>>
  /** The parsed file at `GITHUB_EVENT_PATH`. */
  readonly payload: unknown
  readonly host: Host
  readonly heal: HealEngine
  connect(options: ClientOptions): GitHubClient
  /** A new folder of our own for downloads. */
  makeFolder(): Promise<string>
  readonly signal?: AbortSignal
}

/** What one run knows from its start on. */
export interface ActionRun {
  readonly io: ActionIo
  readonly context: EventContext
  readonly config: Config
  readonly token: string | null
  /** Null where there is no token. */
  readonly client: GitHubClient | null
}

/** What to heal, and how a person narrowed it down. */
export interface HealOrder {
  readonly failing: FailingCommit
  /** Run whose artifacts are to be downloaded; null where they lie in the workspace. */
  readonly artifactsOf: number | null
  /** A run of the workflow of the tests, where that is not this run's; its artifacts are not downloaded. */
  readonly testedBy?: number
  /** The commit on which the tests were green when they were healed before; used where nothing newer is known. */
  readonly greenBefore?: string
  /** The workflow whose last green run serves as baseline; null: that of this run. */
  readonly workflowId: number | null
  readonly onlySignatures: readonly string[]
  readonly onlyTests: readonly TestRef[]
  /** Asked for anew by a person: what was refused on this commit is tried again. */
  readonly anew: boolean
  /** Candidates that a person chose. */
  readonly chosen?: EngineConfig['chosen']
}

export interface Healed {
  readonly outcome: HealOutcome
  readonly delivery: Delivery | null
}

/** Heals one failing commit and delivers; null where that must not be done. */
export type Healer = (run: ActionRun, order: HealOrder) => Promise<Healed | null>

/** Says a problem in the log. */
export function tellProblem(host: Host, problem: Problem): void {
  host.info(`${problem.message} ${problem.remedy}`)
}
