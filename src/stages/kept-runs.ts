import { createHash } from 'node:crypto'
import { copyFile, mkdir, readdir, rename, rm, stat, utimes } from 'node:fs/promises'
import path from 'node:path'
import type { TraceFile } from '../artifacts/types.ts'
import type { TestRef } from '../model.ts'
import type { Environment } from '../runner/environment.ts'
import { git } from '../runner/git.ts'

/** Traces of tests that were green on an earlier commit, kept from run to run. */
export interface KeptRuns {
  /** The kept trace of a test on a commit; null where there is none. */
  of(commit: string, test: TestRef): Promise<TraceFile | null>
  /** Keeps traces. Never rejects: a cache that cannot be written costs time, nothing else. */
  keep(commit: string, traces: readonly TraceFile[]): Promise<void>
}

/** Commits that are kept, the last used ones, and bytes of one trace. */
const LIMITS = { commits: 4, bytes: 32 * 1024 * 1024 } as const

/**
 * The folder lies inside of git's own (`.git/self-heal/runs`), where no commit and no clean-up of the work tree reaches.
 *
 * @param means what decides how a commit is built and run: with other commands it is another run
 */
export const keptRuns = async (
  root: string,
  env: Environment,
  means: readonly (string | null)[],
): Promise<KeptRuns> => {
  const said = await git({ root, env, timeoutMs: 15_000 }, ['rev-parse', '--git-common-dir'])
  const folder = said.code === 0 ? path.resolve(root, said.output.trim(), 'self-heal', 'runs') : null
  const key = short(JSON.stringify(means))
  const home = (commit: string) =>
    folder === null || !/^[0-9a-f]{40,64}$/.test(commit) ? null : path.join(folder, commit)
  const nameOf = (test: string) => `${key}-${short(test)}.zip`
  return {
    async of(commit, test) {
      const at = home(commit)
      const file = at === null ? null : path.join(at, nameOf(test.id))
      const held = file === null ? null : await stat(file).catch(() => null)
      if (at === null || file === null || !held?.isFile()) return null
      await utimes(at, new Date(), new Date()).catch(() => undefined)
      return {
        path: file,
        testTitle: test.title,
        testFile: test.file,
        testId: test.id,
        outcome: 'passed',
        mtimeMs: held.mtimeMs,
      }
    },
    async keep(commit, traces) {
      const at = home(commit)
      if (at === null || traces.length === 0) return
      try {
        await mkdir(at, { recursive: true })
        for (const { path: from, testId } of traces) {
          if (testId === undefined || (await stat(from)).size > LIMITS.bytes) continue
          const to = path.join(at, nameOf(testId))
          // A run that is killed meanwhile must leave no half of a trace under its name.
          await copyFile(from, `${to}.part`)
          await rename(`${to}.part`, to)
        }
        await removeOldest(path.dirname(at))
      } catch {
        await rm(at, { recursive: true, force: true }).catch(() => undefined)
      }
    },
  }
}

const short = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 24)

const removeOldest = async (folder: string): Promise<void> => {
  const held = await Promise.all(
    (await readdir(folder)).map(async (name) => ({ name, at: (await stat(path.join(folder, name))).mtimeMs })),
  )
  for (const { name } of held.sort((a, b) => b.at - a.at).slice(LIMITS.commits))
    await rm(path.join(folder, name), { recursive: true, force: true })
}
