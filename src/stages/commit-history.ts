import { readCommitChanges } from '../evidence/commits.ts'
import type { History } from '../evidence/weigh.ts'
import type { Run } from './run.ts'

/** What the product's commits changed, read once and only if a failure asks. `tests` are left out of it. */
export const historyReader = (run: Run, from: string | null, tests: readonly string[]): (() => Promise<History>) => {
  let read: Promise<History> | null = null
  return () => {
    read ??= readSince(run, from, tests)
    return read
  }
}

/** A green commit that is not in the clone says nothing; then the newest commits have to do. */
const readSince = async (run: Run, from: string | null, tests: readonly string[]): Promise<History> => {
  const shallow = await run.reach(from)
  if (shallow) run.report(shallow)
  const { changes, problem } = await readCommitChanges({ root: run.config.root, from, to: 'HEAD', tests })
  if (problem) run.report(problem)
  if (problem && changes.length === 0) return from === null ? null : readSince(run, null, tests)
  return changes
}
