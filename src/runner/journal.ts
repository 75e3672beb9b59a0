import {
  chmodSync,
  linkSync,
  lstatSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { Fault } from '../fault.ts'
import { resolveInside } from './inside.ts'
import {
  closeJournal,
  digest,
  type Entry,
  isAlive,
  listJournals,
  type Manifest,
  makeJournal,
  processStart,
  syncFolder,
  writeDurably,
  writeManifest,
} from './journal-store.ts'

/** New content for a file, for as long as the journal is open. */
export interface PatchedFile {
  /** Relative to the root. */
  readonly path: string
  readonly content: string
  /** What the file held when the patch was made; null where there must be none. The patch is refused otherwise. */
  readonly before?: string | null
}

let sequence = Date.now()

/**
 * Runs `fn` with `files` changed in the checkout, and puts every byte, mode and time back on any exit: a return, a
 * throw, `process.exit`, a signal. After a kill that allows no such thing, `recoverJournal` at the next start does it.
 * Rejects with a `Fault`, nothing changed, where a file is not what was analysed, is a symlink or lies outside of root.
 */
export async function withPatchedFiles<T>(
  root: string,
  files: readonly PatchedFile[],
  fn: () => Promise<T> | T,
): Promise<T> {
  if (files.length === 0) return fn()
  let undo = () => {}
  // Listening begins before the first byte changes: a signal in between would end the program with nothing put back.
  const stopListening = onSuddenEnd(() => undo())
  try {
    undo = patch(root, files)
    return await fn()
  } finally {
    stopListening()
    undo()
  }
}

/** Puts back what a run that was killed left changed. Journals of runs that are still at work are left alone. */
export function recoverJournal(root: string): { restored: string[]; conflicts: { path: string; original: string }[] } {
  const restored: string[] = []
  const conflicts: { path: string; original: string }[] = []
  for (const { folder, manifest } of listJournals(root)) {
    if (manifest && isAlive(manifest)) continue
    if (!manifest) {
      if (isOld(folder)) closeJournal(folder)
      continue
    }
    let isClear = true
    for (const entry of manifest.entries) {
      const path = join(root, entry.path)
      if (wasEditedSince(path, entry)) {
        isClear = false
        conflicts.push({ path: entry.path, original: join(folder, entry.backup) })
      } else if (restore(root, folder, entry)) restored.push(entry.path)
    }
    if (isClear) closeJournal(folder)
  }
  return { restored, conflicts }
}

/** A journal without a manifest has changed nothing yet; its maker may be about to write it. */
function isOld(folder: string): boolean {
  try {
    return Date.now() - statSync(folder).mtimeMs > 60_000
  } catch {
    return false
  }
}

/** True where somebody has edited the file since the run was killed; their work is not thrown away. */
function wasEditedSince(path: string, entry: Entry): boolean {
  if (entry.kind !== 'link') return false
  try {
    const now = digest(readFileSync(path))
    return now !== entry.before && now !== entry.after
  } catch {
    return false
  }
}

/** Applies the files and returns what undoes it; synchronous, so that a signal finds all or nothing of a step. */
function patch(root: string, files: readonly PatchedFile[]): () => void {
  const targets = files.map((file) => inspect(root, file))
  const folder = makeJournal(root)
  const done = () => closeJournal(folder)
  let entries: Entry[]
  try {
    entries = targets.map((target, at) => backUp(folder, target, at))
    const own = { root, pid: process.pid, started: processStart(process.pid), sequence: sequence++ }
    writeManifest(folder, { ...own, entries } satisfies Manifest)
  } catch (error) {
    done()
    throw new Fault(
      { message: `The files to patch could not be backed up: ${said(error)}.`, remedy: 'Check free space and rights.' },
      { cause: error },
    )
  }
  let isUndone = false
  const undo = () => {
    if (isUndone) return
    isUndone = true
    for (const entry of [...entries].reverse()) restore(root, folder, entry)
    done()
  }
  try {
    entries.forEach((entry, at) => {
      apply(root, folder, entry, Buffer.from(files[at]?.content ?? ''), at)
    })
  } catch (error) {
    undo()
    throw new Fault(
      { message: `The patched files could not be written: ${said(error)}.`, remedy: 'Check free space and rights.' },
      { cause: error },
    )
  }
  return undo
}

interface Inspected {
  readonly path: string
  readonly full: string
  readonly bytes: Buffer | null
  readonly after: string
}

function inspect(root: string, file: PatchedFile): Inspected {
  const full = resolveInside(root, file.path)
  const after = digest(Buffer.from(file.content))
  const stat = lstatSync(full, { throwIfNoEntry: false })
  if (!stat) {
    if (file.before === null) return { path: file.path, full, bytes: null, after }
    throw refusal(file.path, 'does not exist')
  }
  if (file.before === null) throw refusal(file.path, 'exists already')
  if (!stat.isFile()) throw refusal(file.path, 'is not a regular file')
  const bytes = readFileSync(full)
  if (file.before !== undefined && !bytes.equals(Buffer.from(file.before)))
    throw refusal(file.path, 'is no longer what was analysed')
  return { path: file.path, full, bytes, after }
}

function refusal(path: string, why: string): Fault {
  return new Fault({
    message: `${path} ${why}, so it was not patched.`,
    remedy: 'Commit or undo the changes to it and run again.',
    subject: path,
  })
}

function backUp(folder: string, target: Inspected, at: number): Entry {
  const backup = `${at}.original`
  const { path, after } = target
  if (!target.bytes) return { path, kind: 'created', backup, mode: 0, atime: 0, mtime: 0, before: '', after }
  const stat = lstatSync(target.full)
  const entry = { path, backup, mode: stat.mode & 0o7777, atime: stat.atimeMs / 1000, mtime: stat.mtimeMs / 1000 }
  const before = digest(target.bytes)
  try {
    linkSync(target.full, join(folder, backup))
    return { ...entry, kind: 'link', before, after }
  } catch {
    writeDurably(join(folder, backup), target.bytes)
    return { ...entry, kind: 'copy', before, after }
  }
}

/** With the original itself safe in the journal, a new file takes its place in one step. */
function apply(root: string, folder: string, entry: Entry, content: Buffer, at: number): void {
  const full = resolveInside(root, entry.path)
  if (entry.kind === 'copy') {
    writeFileSync(full, content)
    return
  }
  if (entry.kind === 'created') {
    writeDurably(full, content, 0o644)
    return
  }
  const draft = join(folder, `${at}.patched`)
  writeDurably(draft, content, entry.mode)
  chmodSync(draft, entry.mode)
  renameSync(draft, full)
}

/** True where something had to be done. Runs any number of times with the same end. */
function restore(root: string, folder: string, entry: Entry): boolean {
  const full = join(root, entry.path)
  const backup = join(folder, entry.backup)
  if (entry.kind === 'created') {
    const existed = lstatSync(full, { throwIfNoEntry: false }) !== undefined
    rmSync(full, { force: true })
    return existed
  }
  const saved = lstatSync(backup, { throwIfNoEntry: false })
  if (!saved) return false
  if (entry.kind === 'link') {
    const now = lstatSync(full, { throwIfNoEntry: false })
    // Renaming one name of a file over another name of the same file does nothing and keeps both.
    if (now && now.ino === saved.ino && now.dev === saved.dev) unlinkSync(backup)
    else renameSync(backup, full)
    syncFolder(dirname(full))
    return now?.ino !== saved.ino
  }
  const bytes = readFileSync(backup)
  writeFileSync(full, bytes)
  truncateSync(full, bytes.length)
  chmodSync(full, entry.mode)
  utimesSync(full, entry.atime, entry.mtime)
  return true
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
const open = new Set<() => void>()
let isListening = false

/**
 * Undoes before the process goes away by itself or by a signal. The handlers stay once they are there: a signal that
 * came in while one is taken away would be lost.
 */
function onSuddenEnd(undo: () => void): () => void {
  open.add(undo)
  if (!isListening) {
    isListening = true
    process.on('exit', undoAll)
    for (const signal of SIGNALS) {
      const handler = () => {
        undoAll()
        if (process.listenerCount(signal) > 1) return
        process.removeListener(signal, handler)
        process.kill(process.pid, signal)
      }
      process.on(signal, handler)
    }
  }
  return () => open.delete(undo)
}

/** The last patch first, so that files patched twice end as they were at first. */
function undoAll(): void {
  for (const undo of [...open].reverse()) undo()
}

const said = (error: unknown) => (error instanceof Error ? error.message : String(error))
