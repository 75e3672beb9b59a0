import type { FailureType } from '../model.ts'
import { apiChanged } from './api-changed.ts'
import { assertionMismatch } from './assertion-mismatch.ts'
import type { Healer } from './contract.ts'
import { connectionError, permissionDenied } from './environment.ts'
import { fieldRenamed } from './field-renamed.ts'
import { resourceNotFound } from './resource-not-found.ts'
import { selectorNotFound } from './selector-not-found.ts'
import { timeout } from './timeout.ts'

/** One healer per failure type. A new one is a file beside these and a line here. */
export const HEALERS: readonly Healer[] = [
  selectorNotFound,
  fieldRenamed,
  resourceNotFound,
  apiChanged,
  assertionMismatch,
  timeout,
  permissionDenied,
  connectionError,
]

export const healerFor = (failureType: FailureType): Healer | null =>
  HEALERS.find((healer) => healer.failureType === failureType) ?? null
