import type { PatchSet } from '../source/patch-set.ts'
import type { Left } from './left.ts'
import type { Case, Cause } from './state.ts'

/** How far a run has come; each suite adds its own, and the report is made of it wherever the run ends. */
export interface Progress {
  cases: readonly Case[]
  /** By signature. */
  readonly causes: Map<string, Cause>
  readonly patches: PatchSet
  /** Failures that never came to a healer. */
  readonly left: Left[]
  /** The commit on which tests were run to see what they did when they were green. */
  baselineCommit: string | null
}
