import type { History } from '../evidence/weigh.ts'
import type { CodeView } from '../healers/contract.ts'
import type { FailureType } from '../model.ts'
import type { PatchSet } from '../source/patch-set.ts'
import type { Evidence } from './evidence.ts'
import type { LiveCheck } from './live.ts'
import type { Rerunner } from './rerun.ts'
import type { Run } from './run.ts'
import type { Case, Cause } from './state.ts'

/** What all rounds of a run share. */
export interface Ground {
  readonly run: Run
  readonly cases: readonly Case[]
  /** Ids of tests that failed in the run and are not healed now: they say nothing of a fix. */
  readonly failing?: readonly string[]
  readonly causes: Map<string, Cause>
  readonly patches: PatchSet
  readonly evidence: Evidence
  readonly history: () => Promise<History>
  /** Why a file may not be patched; null where it may. */
  readonly mayPatch: (file: string) => string | null
  /** The failing tests and what they import: where constants and helpers are used. */
  readonly files: readonly string[]
  /** Null where nothing may be run: then every fix stays a proposal. */
  readonly rerunner: Rerunner | null
  readonly live: LiveCheck
  /** Sees the checkout, for failures that are no locator's; absent where only locators are healed. */
  readonly code?: () => Promise<CodeView>
  /** Failure types that are healed by what the checkout says; all of them where it is not given. */
  readonly byCode?: readonly FailureType[]
}

/** Whether failures of a type are healed by what the checkout says, and not by what a page shows. */
export const isByCode = ({ code, byCode }: Pick<Ground, 'code' | 'byCode'>, failureType: FailureType): boolean =>
  code !== undefined && (byCode?.includes(failureType) ?? true)
