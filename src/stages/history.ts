import { readCommitChanges } from '../evidence/commits.ts'
import type { History } from '../evidence/weigh.ts'
import type { Run } from './run.ts'

/** What the product's commits changed, read once and only if a failure asks. `tests` are left out of it. */
export const historyReader = (run: Run, from: string | null, tests: readonly string[]): (() => Promise<History>) => {
  let read: Promise<History> | null = null
  return () => {
    read ??= readCommitChanges({ root: run.config.root, from, to: 'HEAD', tests }).then(({ changes, problem }) => {
      if (problem) run.report(problem)
      return problem && changes.length === 0 ? null : changes
    })
    return read
  }
}
