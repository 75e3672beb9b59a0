import { realpathSync, statSync } from 'node:fs'
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path'
import { globSync } from 'tinyglobby'

/** Finds files of this machine by paths that another machine wrote down. */
export interface PathResolver {
  /** A source file: path relative to the root with forward slashes, or null where the repository has no such file. */
  source(file: string): string | null
  /** A file beside an artifact: absolute path, or null. Never outside of the root and the artifact's own folders. */
  beside(artifact: string, file: string): string | null
}

const MAX_SEGMENTS = 40
const MAX_INDEXED = 100_000
const IGNORED = ['**/node_modules/**', '**/.git/**']

/** `root` must be absolute. Nothing is read but names; results are remembered. */
export function createPathResolver(root: string): PathResolver {
  const realRoot = realpath(root) ?? root
  const sources = new Map<string, string | null>()
  const attachments = new Map<string, string | null>()
  let index: Map<string, string[]> | null = null

  /** The one file of the repository whose path ends like `segments`, compared from the longest end on. */
  const search = (segments: readonly string[]): string | null => {
    index ??= indexNames(root)
    const named = index.get(segments.at(-1) ?? '') ?? []
    for (let take = segments.length; take >= 1; take--) {
      const end = `/${segments.slice(-take).join('/')}`
      const matches = named.filter((path) => `/${path}`.endsWith(end))
      if (matches.length === 1) return matches[0] ?? null
      if (matches.length > 1) return null
    }
    return null
  }

  const findSource = (file: string): string | null => {
    const segments = splitPath(file)
    if (segments.length === 0) return null
    if (isAbsolute(file)) {
      const own = relative(root, file)
      if (own !== '' && !own.startsWith('..') && !isAbsolute(own) && inside(realRoot, file))
        return own.split(sep).join('/')
    }
    for (let from = 0; from < segments.length; from++) {
      const suffix = segments.slice(from).join('/')
      if (inside(realRoot, join(root, suffix))) return suffix
    }
    return search(segments)
  }

  const findBeside = (artifact: string, file: string): string | null => {
    const segments = splitPath(file)
    if (segments.length === 0) return null
    const bases = foldersAround(root, artifact)
    const allowed = [realRoot, ...bases.map((base) => realpath(base) ?? base)]
    const accept = (path: string): boolean => allowed.some((base) => inside(base, path))
    const direct = isAbsolute(file) ? file : resolve(dirname(artifact), file.split('\\').join('/'))
    if (accept(direct)) return direct
    for (let from = 0; from < segments.length; from++) {
      for (const base of bases) {
        // A bare name is only looked for right beside the artifact: further off, another test's may have the same.
        if (segments.length - from === 1 && base !== bases[0]) continue
        const path = join(base, ...segments.slice(from))
        if (accept(path)) return path
      }
    }
    return null
  }

  return {
    source: (file) => remember(sources, file, () => findSource(file)),
    beside: (artifact, file) =>
      remember(attachments, `${dirname(artifact)}\0${file}`, () => findBeside(artifact, file)),
  }
}

function remember(cache: Map<string, string | null>, key: string, find: () => string | null): string | null {
  const held = cache.get(key)
  if (held !== undefined) return held
  const found = find()
  cache.set(key, found)
  return found
}

/** The artifact's folder and those above it, up to the root; outside of the root only its own folder and the next. */
function foldersAround(root: string, artifact: string): string[] {
  const folders: string[] = []
  let folder = dirname(artifact)
  const within = !relative(root, folder).startsWith('..')
  for (let depth = 0; depth < (within ? 12 : 2); depth++) {
    folders.push(folder)
    if (folder === root || dirname(folder) === folder) break
    folder = dirname(folder)
  }
  return folders
}

/** Segments of a path of any system, without drive, `.` and `..`. */
export function splitPath(file: string): string[] {
  if (file.includes('\0') || file.length > 4_096) return []
  return file
    .replace(/^file:\/\//, '')
    .replace(/^[a-zA-Z]:/, '')
    .split(/[\\/]+/)
    .filter((segment) => segment !== '' && segment !== '.' && segment !== '..')
    .slice(-MAX_SEGMENTS)
}

/** True for a file (links followed) that lies inside of `base`. */
function inside(base: string, path: string): boolean {
  const real = realpath(path)
  if (real === null || !isFile(real)) return false
  const way = relative(base, real)
  return way !== '' && !way.startsWith('..') && !isAbsolute(way)
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false
}

function realpath(path: string): string | null {
  try {
    return realpathSync(path)
  } catch {
    return null
  }
}

function indexNames(root: string): Map<string, string[]> {
  const names = new Map<string, string[]>()
  const paths = globSync('**/*.{ts,tsx,mts,cts,js,jsx,mjs,cjs,py,java,kt,scala,groovy,cs,rb,go,php,feature}', {
    cwd: root,
    ignore: IGNORED,
    followSymbolicLinks: false,
    dot: false,
  })
  for (const path of paths.slice(0, MAX_INDEXED)) {
    const name = path.slice(path.lastIndexOf('/') + 1)
    const same = names.get(name)
    if (same) same.push(path)
    else names.set(name, [path])
  }
  return names
}
