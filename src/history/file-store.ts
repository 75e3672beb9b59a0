import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { appendFile, lstat, mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import type { Problem } from '../model.ts'
import { EMPTY, type History, type HistoryEvent } from './events.ts'
import { add, keyOf, shrink } from './merge.ts'
import { MAX_BYTES, type ReadHistory, readHistory, writeHistory } from './read.ts'
import type { HistoryStore } from './store.ts'

export const HISTORY_FILE = '.healing_history.json'

const LOCK = { waitMs: 25, patienceMs: 10_000, staleMs: 15_000 } as const
const MAX_TRIES = 5

const run = promisify(execFile)
const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''

/**
 * The history in a file at the repository's root. Writers take turns by a lock file and replace the file in one step, so
 * that a reader sees the old text or the new one; a file that is damaged all the same is set aside, never written over.
 */
export const fileStore = (root: string): HistoryStore => {
  const file = path.join(root, HISTORY_FILE)
  return {
    async load() {
      try {
        const { history, damage } = await readFrom(file)
        return { history, problems: damage === null ? [] : [damaged(file, damage)] }
      } catch (error) {
        return { history: EMPTY, problems: [unusable(file, error)] }
      }
    },
    async add(events) {
      if (events.length === 0) return []
      const problems: Problem[] = []
      try {
        for (let tries = 0; tries < MAX_TRIES; tries++) {
          await withLock(`${file}.lock`, async () => {
            const { history, damage } = await readFrom(file)
            if (damage !== null) problems.push(await setAside(file, damage))
            await replace(file, writeHistory(shrink(add(history, events))))
          })
          // A lock can be lost to one who takes its holder for dead: what counts is what stands in the file.
          if (holdsAll((await readFrom(file)).history, events)) break
        }
        await ignore(root)
      } catch (error) {
        problems.push(unusable(file, error))
      }
      return problems
    },
  }
}

const holdsAll = (history: History, events: readonly HistoryEvent[]): boolean => {
  const kept = new Set(shrink(add(history, events)).events.map(keyOf))
  const held = new Set(history.events.map(keyOf))
  return events.every((event) => held.has(keyOf(event)) || !kept.has(keyOf(event)))
}

const readFrom = async (file: string): Promise<ReadHistory> => {
  const stats = await lstat(file).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return null
    throw error
  })
  if (stats === null) return { history: EMPTY, damage: null }
  // Through a link we would read and write outside of the repository.
  if (!stats.isFile()) throw new Error('it is a link or a folder')
  if (stats.size > MAX_BYTES) return { history: EMPTY, damage: `it has ${stats.size} bytes, more than ${MAX_BYTES}` }
  return readHistory(await readFile(file, 'utf8'))
}

const replace = async (file: string, text: string): Promise<void> => {
  const fresh = `${file}.${process.pid}-${randomUUID().slice(0, 8)}.tmp`
  try {
    const handle = await open(fresh, 'wx', 0o644)
    try {
      await handle.writeFile(text)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(fresh, file)
  } catch (error) {
    await rm(fresh, { force: true })
    throw error
  }
}

const withLock = async (lock: string, work: () => Promise<void>): Promise<void> => {
  const end = Date.now() + LOCK.patienceMs
  for (;;) {
    try {
      await writeFile(lock, `${process.pid}\n`, { flag: 'wx' })
      break
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error
    }
    const stats = await lstat(lock).catch(() => null)
    // Nobody holds it so long: its writer was killed.
    if (stats && Date.now() - stats.mtimeMs > LOCK.staleMs) await rm(lock, { force: true })
    else if (Date.now() > end) throw new Error(`another process holds ${path.basename(lock)}`)
    else await wait(LOCK.waitMs + Math.random() * LOCK.waitMs)
  }
  try {
    await work()
  } finally {
    await rm(lock, { force: true })
  }
}

/** Keeps a damaged file under another name: what it holds may still be read by a person. */
const setAside = async (file: string, damage: string): Promise<Problem> => {
  const kept = `${file}.damaged-${new Date().toISOString().replaceAll(/[:.]/g, '-')}`
  await rename(file, kept)
  return {
    message: `${path.basename(file)} was damaged (${damage}); it is kept as ${path.basename(kept)}, and what of it can be read goes on.`,
    remedy: 'Remove the kept file, or repair it and put its entries back.',
    subject: path.basename(file),
  }
}

const damaged = (file: string, damage: string): Problem => ({
  message: `${path.basename(file)} is damaged: ${damage}. What of it can be read is used.`,
  remedy: 'Nothing is to be done: it is set aside when the next attempt is remembered.',
  subject: path.basename(file),
})

const unusable = (file: string, error: unknown): Problem => ({
  message: `${path.basename(file)} cannot be used: ${error instanceof Error ? error.message : String(error)}.`,
  remedy: 'Nothing is remembered until it can be read and written; healing goes on without it.',
  subject: path.basename(file),
})

/** Has git pass over the history where the project does not say so itself; nothing that is tracked changes. */
const ignore = async (root: string): Promise<void> => {
  const quiet = ['-c', 'core.fsmonitor=false']
  try {
    await run('git', [...quiet, 'check-ignore', '--quiet', HISTORY_FILE], { cwd: root })
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 1)) return
    const { stdout } = await run('git', [...quiet, 'rev-parse', '--git-path', 'info/exclude'], { cwd: root })
    const exclude = path.resolve(root, stdout.trim())
    await mkdir(path.dirname(exclude), { recursive: true })
    await appendFile(exclude, `\n${HISTORY_FILE}*\n`)
  }
}
