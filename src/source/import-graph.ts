import { posix } from 'node:path'
import { type ReadFile, resolveImport } from './modules.ts'
import { importsOfPython } from './python-imports.ts'

/** Who imports whom among the tracked source files, by path from the root. */
export interface ImportGraph {
  readonly files: readonly string[]
  /** Files a file imports itself. */
  importsOf(file: string): readonly string[]
  /** Packages a file imports itself, as written. */
  packagesOf(file: string): readonly string[]
  /** The files themselves and all they import, directly or not. */
  closure(files: Iterable<string>): Set<string>
}

const SCRIPT = /\.[cm]?[jt]sx?$/
const PYTHON = /\.py$/
const MAX_FILES = 20_000
const MAX_LENGTH = 1_000_000
/** `from '…'`, `import '…'`, `import('…')`, `require('…')`. Text that only looks like one adds an edge, which is harmless. */
const IMPORT = /(?:\bfrom|\bimport|\bimport\s*\(|\brequire\s*\()\s*(['"`])([^'"`\n\\]{1,500})\1/g

/** The import graph of some files; each is read when it is first asked for. */
export function importGraph(tracked: readonly string[], readFile: ReadFile): ImportGraph {
  const files = tracked.filter((file) => SCRIPT.test(file) || PYTHON.test(file)).slice(0, MAX_FILES)
  const exists = new Set(tracked)
  const configs = new Map<string, string | null>()
  const read: ReadFile = (path) => {
    if (!exists.has(path)) return null
    // Resolving asks of sources only whether they are there.
    if (!path.endsWith('.json')) return ''
    const known = configs.get(path)
    if (known !== undefined) return known
    const text = readFile(path)
    configs.set(path, text)
    return text
  }
  const resolved = new Map<string, string | null>()
  const resolve = (from: string, specifier: string): string | null => {
    const key = `${posix.dirname(from)}\0${specifier}`
    const known = resolved.get(key)
    if (known !== undefined) return known
    const target = resolveImport(from, specifier, read)
    resolved.set(key, target)
    return target
  }
  const edges = new Map<string, { files: string[]; packages: string[] }>()
  const edgesOf = (file: string): { files: string[]; packages: string[] } => {
    const known = edges.get(file)
    if (known !== undefined) return known
    const own = { files: [] as string[], packages: [] as string[] }
    edges.set(file, own)
    if (exists.has(file) && PYTHON.test(file)) {
      const found = importsOfPython(file, readFile(file) ?? '', (path) => exists.has(path))
      own.files.push(...found.files)
      own.packages.push(...found.packages)
      return own
    }
    const text = exists.has(file) && SCRIPT.test(file) ? readFile(file) : null
    if (text === null || text.length > MAX_LENGTH) return own
    for (const [, , specifier = ''] of text.matchAll(IMPORT)) {
      const target = resolve(file, specifier)
      if (target !== null) own.files.push(target)
      else own.packages.push(specifier)
    }
    return own
  }
  return {
    files,
    importsOf: (file) => edgesOf(file).files,
    packagesOf: (file) => edgesOf(file).packages,
    closure(starts) {
      const reached = new Set(starts)
      for (const file of reached) for (const target of edgesOf(file).files) reached.add(target)
      return reached
    },
  }
}
