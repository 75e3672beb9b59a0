import { existsSync } from 'node:fs'
import path from 'node:path'
import type { Failure, Result, TestRef } from '../model.ts'
import { plainResult } from './results.ts'

/** A failure that never came to a healer, and why, in a sentence. */
export interface Left {
  readonly failure: Failure
  readonly reason: string
}

/** Failures whose test file is in this checkout, and the others. */
export const splitByPresence = (
  failures: readonly Failure[],
  root: string,
): { readonly here: readonly Failure[]; readonly left: readonly Left[] } => {
  const isHere = ({ test }: Failure): boolean => existsSync(path.resolve(root, test.file))
  return {
    here: failures.filter(isHere),
    left: failures
      .filter((failure) => !isHere(failure))
      .map((failure) => ({
        failure,
        reason: `${failure.test.file || 'Its file'} is not in this checkout; check out the commit that was tested.`,
      })),
  }
}

/** Failures beyond `max_failures`. */
export const tooMany = (failures: readonly Failure[], max: number): readonly Left[] =>
  failures.map((failure) => ({ failure, reason: `Beyond \`max_failures\` (${max}).` }))

const isSame = (a: TestRef, b: TestRef): boolean =>
  a.id === b.id ||
  (a.file === b.file &&
    a.title === b.title &&
    (a.project === undefined || b.project === undefined || a.project === b.project))

/** What a run that broke off did not come to: no failure is missing from a report. */
export const unreached = (
  failures: readonly Failure[],
  results: readonly Result[],
  stage: string,
): readonly Result[] => {
  const known = results.flatMap(({ tests }) => tests)
  return failures
    .filter(({ test }) => !known.some((other) => isSame(test, other)))
    .map((failure) =>
      plainResult(failure, 'skipped', `The run broke off in the stage “${stage}” before it came to this test.`),
    )
}
