import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { asRecord } from './dom/trace-lines.ts'
import { BUCKETS, bucketOf, checkedBucket, mergeBucket, type RecordedTest } from './evidence/store-buckets.ts'
import type { GitHubClient } from './github/client.ts'
import { explain } from './github/errors.ts'
import { MEMORY_BRANCH, type MemoryTexts, readMemory, updateMemory } from './github/memory.ts'
import type { ActionRun } from './github/run.ts'
import type { Problem } from './model.ts'

/** The commit at which the baseline was last recorded. */
const LAST_RUN = 'baseline/last-run.json'
/** At most 8 MB in one commit. */
const BUCKETS_AT_ONCE = 32
const OID = /^[0-9a-f]{40}$/

/** A baseline that was brought here from the memory branch. */
export interface Recalled {
  /** Folder that holds it, in the form of the local store. */
  readonly folder: string
  readonly steps: number
  /** The green commit at which it was last recorded, where that is known. */
  readonly commit: string | null
}

/**
 * Writes the baseline of the memory branch into `folder`, a folder of our own; null where there is none. Each line is read
 * and written anew: whoever can push to the repository can write there.
 */
export const recallBaseline = async (client: GitHubClient, folder: string): Promise<Recalled | null> => {
  const texts = await readMemory(client, [...BUCKETS, LAST_RUN])
  const checked = BUCKETS.map((name) => [name, checkedBucket(texts.get(name) ?? null)] as const)
  const steps = checked.reduce((sum, [, bucket]) => sum + bucket.steps, 0)
  if (steps === 0) return null
  await mkdir(folder, { recursive: true })
  for (const [name, bucket] of checked)
    if (bucket.steps > 0) await writeFile(path.join(folder, path.basename(name)), bucket.text)
  return { folder, steps, commit: readLastRun(texts.get(LAST_RUN) ?? null).commit }
}

/** Puts recorded tests onto the memory branch, beside those that are there. Returns the commit, null where all was known. */
export const rememberBaseline = async (
  client: GitHubClient,
  recorded: readonly RecordedTest[],
  at: { readonly commit: string; readonly day: string; readonly run: number },
): Promise<string | null> => {
  const byBucket = Map.groupBy(recorded, ({ test }) => bucketOf(test))
  const names = [...byBucket.keys()].sort()
  const message = `Record ${recorded.length} tests of ${at.commit.slice(0, 7)}`
  // A run that ends after a newer one does not turn the commit back.
  const lastRun = `${JSON.stringify({ v: 1, commit: at.commit, run: at.run })}\n`
  let last: string | null = null
  // A large baseline goes in several commits: one request can carry only so much.
  for (let start = 0; start < names.length; start += BUCKETS_AT_ONCE) {
    const own = names.slice(start, start + BUCKETS_AT_ONCE)
    const isLast = start + BUCKETS_AT_ONCE >= names.length
    const merge = (now: MemoryTexts): MemoryTexts =>
      new Map([
        ...own.map(
          (name) => [name, mergeBucket(now.get(name) ?? null, byBucket.get(name) ?? [], at.day) || null] as const,
        ),
        ...(isLast && readLastRun(now.get(LAST_RUN) ?? null).run <= at.run ? [[LAST_RUN, lastRun] as const] : []),
      ])
    last = (await updateMemory(client, { paths: isLast ? [...own, LAST_RUN] : own, message, merge })) ?? last
  }
  return last
}

/** What a run that heals knows from the memory branch; whatever goes wrong is a problem, and healing goes on without. */
export const recallFor = async ({
  io,
  client,
}: ActionRun): Promise<{ readonly recalled: Recalled | null; readonly problems: readonly Problem[] }> => {
  if (client === null) return { recalled: null, problems: [] }
  try {
    const recalled = await recallBaseline(client, path.join(await io.makeFolder(), 'baseline'))
    if (recalled) io.host.info(`Baseline: ${recalled.steps} steps are recorded on the branch ${MEMORY_BRANCH}.`)
    return { recalled, problems: [] }
  } catch (error) {
    const { problem } = explain(error, { what: `reading the branch ${MEMORY_BRANCH}`, needs: { contents: 'read' } })
    const message = `Going on without the baseline of the branch ${MEMORY_BRANCH}. ${problem.message}`
    return { recalled: null, problems: [{ ...problem, message }] }
  }
}

const readLastRun = (text: string | null): { readonly commit: string | null; readonly run: number } => {
  try {
    const { commit, run } = asRecord(text === null || text.length > 1_000 ? null : JSON.parse(text))
    return {
      commit: typeof commit === 'string' && OID.test(commit) ? commit : null,
      run: Number.isSafeInteger(run) ? Number(run) : 0,
    }
  } catch {
    return { commit: null, run: 0 }
  }
}
