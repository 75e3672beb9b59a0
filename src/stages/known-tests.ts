import type { LastRun } from '../artifacts/types.ts'
import type { Failure, Problem, TestRef } from '../model.ts'
import type { ListedTest } from '../runner/playwright-outcomes.ts'

/** A suite's tests as Playwright lists them, and the same as the engine names them, in one order. */
export interface KnownTests {
  readonly listed: readonly Pick<ListedTest, 'id'>[]
  readonly refs: readonly TestRef[]
}

/** A test of which nothing is known but that it failed. */
export const bareFailure = (test: TestRef, artifact: string): Failure => ({
  test,
  errors: [],
  attachments: [],
  attempts: ['failed'],
  durationMs: 0,
  artifact,
})

/**
 * The tests that a `.last-run.json` means: it names them by Playwright's own ids, which the suite's listing holds as
 * well. Ids that the suite does not have become a problem.
 */
export const failuresOf = (
  lastRun: LastRun,
  tests: KnownTests,
): { readonly failures: readonly Failure[]; readonly problem: Problem | null } => {
  const byId = new Map(
    tests.listed.flatMap(({ id }, at) => {
      const ref = tests.refs[at]
      return id !== undefined && ref ? [[id, ref] as const] : []
    }),
  )
  const found = lastRun.failedTests.map((id) => byId.get(id))
  const failures = found.flatMap((test) => (test ? [bareFailure(test, lastRun.path)] : []))
  const missing = found.length - failures.length
  const problem =
    missing === 0
      ? null
      : {
          message: `${lastRun.path}: ${missing} of ${found.length} failed tests are not in the suite that is checked out here.`,
          remedy: 'Check out the commit that was tested; tests that were renamed or moved since are not found.',
          subject: lastRun.path,
        }
  return { failures, problem }
}

/**
 * Failures as the suite itself names their tests: a report may leave the project out that the suite's names hold, or
 * hold one that they leave out. A failure that fits no test, or several of different projects, stays as it is.
 */
export const namedAsInSuite = (failure: Failure, refs: readonly TestRef[]): TestRef => {
  const { test } = failure
  const alike = refs.filter((ref) => ref.title === test.title && ref.file === test.file)
  const fitting = alike.filter(({ project }) => test.project === undefined || project === test.project)
  return (fitting.length === 1 ? fitting[0] : alike.length === 1 ? alike[0] : undefined) ?? test
}
