import { createHash, randomUUID } from 'node:crypto'
import {
  closeSync,
  constants,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

/** One file that is changed for a while. Paths are relative to the root. */
export interface Entry {
  readonly path: string
  /** `link`: the original itself lies in the journal. `copy`: its bytes do. `created`: there was no such file. */
  readonly kind: 'link' | 'copy' | 'created'
  readonly backup: string
  readonly mode: number
  /** Seconds, for copies. */
  readonly atime: number
  readonly mtime: number
  readonly before: string
  readonly after: string
}

export interface Manifest {
  readonly root: string
  readonly pid: number
  /** Tells a process from a later one with the same pid; empty where the system does not say. */
  readonly started: string
  readonly sequence: number
  readonly entries: readonly Entry[]
}

const MANIFEST = 'manifest.json'

export const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

/** The folders that journals of a root may lie in: its git directory, or a private temporary folder. */
export function journalHomes(root: string): string[] {
  const homes: string[] = []
  const gitDir = findGitDir(root)
  if (gitDir) homes.push(join(gitDir, 'self-heal', 'journal'))
  const key = digest(Buffer.from(realpathSync(root))).slice(0, 16)
  homes.push(join(tmpdir(), `self-heal-${process.getuid?.() ?? 'user'}`, key, 'journal'))
  return homes
}

function findGitDir(root: string): string | null {
  const dotGit = join(root, '.git')
  try {
    if (lstatSync(dotGit).isDirectory()) return dotGit
    const pointer = /^gitdir:\s*(.+)$/m.exec(readFileSync(dotGit, 'utf8'))?.[1]
    const target = pointer ? resolve(root, pointer.trim()) : null
    return target && statSync(target).isDirectory() ? target : null
  } catch {
    return null
  }
}

/** A new journal folder in the first home that can be written. */
export function makeJournal(root: string): string {
  let reason: unknown
  for (const home of journalHomes(root)) {
    try {
      mkdirSync(home, { recursive: true, mode: 0o700 })
      if (process.getuid && statSync(home).uid !== process.getuid()) continue
      const folder = join(home, randomUUID())
      mkdirSync(folder, { mode: 0o700 })
      syncFolder(home)
      return folder
    } catch (error) {
      reason = error
    }
  }
  throw reason instanceof Error ? reason : new Error('no folder for the journal can be written')
}

export function writeDurably(path: string, bytes: Uint8Array, mode = 0o600): void {
  const fd = openSync(
    path,
    constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | (constants.O_NOFOLLOW ?? 0),
    mode,
  )
  try {
    let at = 0
    while (at < bytes.length) at += writeSync(fd, bytes, at)
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}

/** Makes names in a folder durable; systems that cannot sync folders do not need it. */
export function syncFolder(folder: string): void {
  let fd: number | undefined
  try {
    fd = openSync(folder, 'r')
    fsyncSync(fd)
  } catch {
    // Not possible on Windows.
  } finally {
    if (fd !== undefined) closeSync(fd)
  }
}

export function writeManifest(folder: string, manifest: Manifest): void {
  const draft = join(folder, `${MANIFEST}.draft`)
  rmSync(draft, { force: true })
  writeDurably(draft, Buffer.from(JSON.stringify(manifest)))
  renameSync(draft, join(folder, MANIFEST))
  syncFolder(folder)
}

/** From here on there is nothing left to restore; what else lies in the folder is rubbish. */
export function closeJournal(folder: string): void {
  try {
    unlinkSync(join(folder, MANIFEST))
  } catch {
    // It had none yet.
  }
  rmSync(folder, { recursive: true, force: true })
}

export function readManifest(folder: string): Manifest | null {
  try {
    const read: unknown = JSON.parse(readFileSync(join(folder, MANIFEST), 'utf8'))
    return isManifest(read) ? read : null
  } catch {
    return null
  }
}

function isManifest(read: unknown): read is Manifest {
  if (typeof read !== 'object' || read === null || !('entries' in read) || !Array.isArray(read.entries)) return false
  return 'root' in read && typeof read.root === 'string' && 'pid' in read && typeof read.pid === 'number'
}

/** All journals of a root, the newest first, so that files patched twice end as they were at first. */
export function listJournals(root: string): { folder: string; manifest: Manifest | null }[] {
  const found = journalHomes(root).flatMap((home) => {
    let names: string[] = []
    try {
      names = readdirSync(home)
    } catch {
      // No journal was ever kept here.
    }
    return names.map((name) => ({ folder: join(home, name), manifest: readManifest(join(home, name)) }))
  })
  return found.sort((a, b) => (b.manifest?.sequence ?? 0) - (a.manifest?.sequence ?? 0))
}

/** What tells this process from another with the same pid. */
export function processStart(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
  } catch {
    return ''
  }
}

/** Whether a process is still the one it was. */
export function isAlive({ pid, started }: Pick<Manifest, 'pid' | 'started'>): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) return false
  }
  return started === processStart(pid)
}
