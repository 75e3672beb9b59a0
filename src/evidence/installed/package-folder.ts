import { lstatSync, readdirSync, readFileSync, realpathSync } from 'node:fs'
import { join, sep } from 'node:path'

/** The source of an installed package, read but never run. */
export interface PackageSource {
  readonly name: string
  /** Null where nothing tells. */
  readonly version: string | null
  /** Where it lies, links resolved. */
  readonly folder: string
  /** Paths of sources below the folder of the package, with forward slashes. */
  readonly files: readonly string[]
  /** Texts in which the package tells of its changes: changelogs, descriptions. By path, as for `files`. */
  readonly notes: readonly string[]
  /** The text of a file; null where it is too long, or the package has been read as far as it may be. */
  read(file: string): string | null
}

const LIMITS = { files: 4_000, depth: 12, file: 1_000_000, bytes: 64_000_000, entries: 40_000 } as const
const SKIPPED =
  /^(?:\..*|__pycache__|node_modules|tests?|__tests__|docs?|examples?|benchmarks?|locales?|vendor|_vendor)$/
const CHANGES =
  /^(?:change(?:s|log)|history|news|releases?|migrat\w{0,10}|upgrad\w{0,10}|readme)[\w.-]{0,40}\.(?:md|rst|txt)$/i

export interface FolderRequest {
  /** The folder of the package, or its only file. */
  readonly path: string
  readonly name: string
  readonly version: string | null
  readonly isSource: (name: string) => boolean
  /** Further files that tell of the package, wherever they lie. */
  readonly about?: readonly string[]
}

/**
 * Reads the folder of a package, as far as the limits go. Links within it are not followed, so that nothing outside of it
 * is ever read.
 */
export const openPackage = ({ path, name, version, isSource, about = [] }: FolderRequest): PackageSource | null => {
  let root: string
  let isFile: boolean
  try {
    root = realpathSync(path)
    isFile = lstatSync(root).isFile()
  } catch {
    return null
  }
  const { files, notes } = isFile ? { files: [''], notes: [] } : listed(root, isSource)
  const known = new Set([...files, ...notes, ...about])
  const texts = new Map<string, string | null>()
  let left: number = LIMITS.bytes
  const load = (file: string): string | null => {
    try {
      const whole = about.includes(file) ? file : file === '' ? root : join(root, ...file.split('/'))
      const found = lstatSync(whole)
      if (!found.isFile() || found.size > LIMITS.file || found.size > left) return null
      left -= found.size
      return readFileSync(whole, 'utf8')
    } catch {
      return null
    }
  }
  return {
    name,
    version,
    folder: root,
    files,
    notes: [...notes, ...about],
    read(file) {
      if (!texts.has(file)) texts.set(file, known.has(file) ? load(file) : null)
      return texts.get(file) ?? null
    },
  }
}

/** Sources and notes below a folder, the nearest first. */
const listed = (root: string, isSource: FolderRequest['isSource']) => {
  const files: string[] = []
  const notes: string[] = []
  const folders: { readonly path: string; readonly depth: number }[] = [{ path: '', depth: 0 }]
  let seen = 0
  for (let next = folders.shift(); next !== undefined; next = folders.shift()) {
    const { path, depth } = next
    let entries: readonly import('node:fs').Dirent[]
    try {
      entries = readdirSync(join(root, ...path.split('/').filter(Boolean)), { withFileTypes: true })
    } catch {
      continue
    }
    for (const entry of entries) {
      if (++seen > LIMITS.entries || files.length >= LIMITS.files) return { files, notes }
      if (entry.name.includes(sep) || entry.name.includes('\\')) continue
      const below = path === '' ? entry.name : `${path}/${entry.name}`
      if (entry.isDirectory() && depth < LIMITS.depth && !SKIPPED.test(entry.name))
        folders.push({ path: below, depth: depth + 1 })
      if (entry.isFile() && isSource(entry.name)) files.push(below)
      if (entry.isFile() && depth === 0 && CHANGES.test(entry.name)) notes.push(below)
    }
  }
  return { files, notes }
}
