import { realpathSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isAlive, processStart } from './journal-store.ts'

const PREFIX = 'self-heal-'
const OWNER = 'owner.json'
/** A worktree without an owner is one that is being made, or one whose run was killed while it was. */
const NAMELESS = 'self-heal-worktree-'
const NAMELESS_MS = 3_600_000

/** Which process something belongs to; `started` tells it from a later one with the same pid. */
export interface Owner {
  readonly pid: number
  readonly started: string
}

export const ourselves = (): Owner => ({ pid: process.pid, started: processStart(process.pid) })

/**
 * A new temporary folder of this run, which says whose it is, so that the next run can remove it where this one is killed.
 *
 * @param kind what it is for, part of its name
 */
export const makeOwnFolder = async (kind: string, root: string): Promise<string> => {
  const folder = await mkdtemp(join(realpathSync(tmpdir()), `${PREFIX}${kind}-`))
  try {
    await writeFile(join(folder, OWNER), JSON.stringify({ ...ourselves(), root: realpathSync(root) }))
    return folder
  } catch (error) {
    await rm(folder, { recursive: true, force: true }).catch(() => undefined)
    throw error
  }
}

/** Removes temporary folders of runs on the same root that are gone. Returns how many. Never rejects. */
export const removeStaleFolders = async (root: string): Promise<number> => {
  let removed = 0
  const base = realpathSync(tmpdir())
  const own = realpathSync(root)
  for (const name of await readdir(base).catch(() => [])) {
    if (!name.startsWith(PREFIX)) continue
    const folder = join(base, name)
    const owner = await readOwner(folder)
    // What a run did in a worktree of its own is of no use to anybody once it is gone.
    const isStale = owner
      ? (owner.root === own || owner.root.startsWith(join(base, NAMELESS))) && !isAlive(owner)
      : name.startsWith(NAMELESS) && (await ageOf(folder)) >= NAMELESS_MS
    if (!isStale) continue
    await rm(folder, { recursive: true, force: true }).catch(() => undefined)
    removed++
  }
  return removed
}

const ageOf = async (folder: string): Promise<number> => {
  const held = await stat(folder).catch(() => null)
  return held ? Date.now() - held.mtimeMs : 0
}

const readOwner = async (folder: string): Promise<(Owner & { readonly root: string }) | null> => {
  try {
    const read: unknown = JSON.parse(await readFile(join(folder, OWNER), 'utf8'))
    if (typeof read !== 'object' || read === null) return null
    const { pid, started, root } = read as Record<string, unknown>
    return typeof pid === 'number' && typeof started === 'string' && typeof root === 'string'
      ? { pid, started, root }
      : null
  } catch {
    return null
  }
}
