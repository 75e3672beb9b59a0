import type { FailureType } from '../model.ts'
import type { Healer } from './contract.ts'
import { selectorNotFound } from './selector-not-found.ts'

/** One healer per failure type. A new one is a file beside these and a line here. */
export const HEALERS: readonly Healer[] = [selectorNotFound]

export const healerFor = (failureType: FailureType): Healer | null =>
  HEALERS.find((healer) => healer.failureType === failureType) ?? null
