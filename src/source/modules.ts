import { posix } from 'node:path'

/** Reads a file of the repository by its path from the root; null where there is none, or it may not be read. */
export type ReadFile = (path: string) => string | null

const EXTENSIONS = ['.ts', '.tsx', '.mts', '.cts', '.js', '.jsx', '.mjs', '.cjs', '.d.ts']
const MAX_CONFIGS = 8

/**
 * Finds the file an import means: relative with or without extension (`./a.js` may be `a.ts`), a folder's index, a
 * path alias or `baseUrl` of the nearest tsconfig, or `#…` of the nearest package.json. Null for packages.
 */
export function resolveImport(from: string, specifier: string, readFile: ReadFile): string | null {
  if (specifier.length > 1_000 || specifier.includes('\0')) return null
  if (specifier.startsWith('.')) return probe(posix.join(posix.dirname(from), specifier), readFile)
  for (const target of aliasTargets(from, specifier, readFile)) {
    const found = probe(target, readFile)
    if (found !== null) return found
  }
  return null
}

function probe(target: string, readFile: ReadFile): string | null {
  if (target.startsWith('..') || target.startsWith('/')) return null
  const stem = target.replace(/\.([mc]?)jsx?$/, '')
  const candidates = [
    target,
    ...(stem === target ? [] : ['.ts', '.tsx', '.mts', '.cts'].map((extension) => stem + extension)),
    ...EXTENSIONS.map((extension) => target + extension),
    ...EXTENSIONS.map((extension) => posix.join(target, `index${extension}`)),
  ]
  return candidates.find((path) => /\.[cm]?[jt]sx?$/.test(path) && readFile(path) !== null) ?? null
}

interface Aliases {
  readonly baseUrl: string | null
  readonly folder: string
  readonly paths: Readonly<Record<string, unknown>>
}

function aliasTargets(from: string, specifier: string, readFile: ReadFile): string[] {
  const targets: string[] = []
  for (const folder of foldersUpTo(posix.dirname(from))) {
    for (const name of ['tsconfig.json', 'jsconfig.json', 'tsconfig.base.json']) {
      const aliases = readAliases(posix.join(folder, name), readFile, 0)
      if (aliases !== null) targets.push(...expand(aliases, specifier))
    }
    const imports = specifier.startsWith('#')
      ? readObject(readJson(posix.join(folder, 'package.json'), readFile), 'imports')
      : null
    if (imports !== null) targets.push(...expand({ baseUrl: null, folder, paths: imports }, specifier))
  }
  return targets
}

function foldersUpTo(folder: string): string[] {
  const folders = [folder]
  for (let here = folder; here !== '.' && here !== '/' && folders.length < 32; ) {
    here = posix.dirname(here)
    folders.push(here)
  }
  return folders
}

function expand({ baseUrl, folder, paths }: Aliases, specifier: string): string[] {
  const targets: string[] = []
  for (const [pattern, values] of Object.entries(paths)) {
    const star = pattern.indexOf('*')
    const prefix = star < 0 ? pattern : pattern.slice(0, star)
    const suffix = star < 0 ? '' : pattern.slice(star + 1)
    const fits = star < 0 ? specifier === pattern : specifier.startsWith(prefix) && specifier.endsWith(suffix)
    if (!fits) continue
    const middle = star < 0 ? '' : specifier.slice(prefix.length, specifier.length - suffix.length)
    for (const value of Array.isArray(values) ? values : [values])
      if (typeof value === 'string')
        targets.push(
          posix.join(
            baseUrl ?? folder,
            value.replace('*', () => middle),
          ),
        )
  }
  if (baseUrl !== null) targets.push(posix.join(baseUrl, specifier))
  return targets
}

function readAliases(config: string, readFile: ReadFile, depth: number): Aliases | null {
  const json = readJson(config, readFile)
  if (json === null || depth > MAX_CONFIGS) return null
  const folder = posix.dirname(config)
  const options = readObject(json, 'compilerOptions') ?? {}
  const parents = typeof json.extends === 'string' ? [json.extends] : Array.isArray(json.extends) ? json.extends : []
  const inherited = parents
    .filter((each): each is string => typeof each === 'string' && each.startsWith('.'))
    .map((each) => posix.join(folder, each))
    .map((path) => readAliases(path.endsWith('.json') ? path : `${path}.json`, readFile, depth + 1))
    .findLast((each) => each !== null)
  const paths = readObject(options, 'paths')
  const baseUrl = typeof options.baseUrl === 'string' ? posix.join(folder, options.baseUrl) : null
  if (paths !== null) return { baseUrl: baseUrl ?? inherited?.baseUrl ?? null, folder, paths }
  return {
    folder: inherited?.folder ?? folder,
    paths: inherited?.paths ?? {},
    baseUrl: baseUrl ?? inherited?.baseUrl ?? null,
  }
}

function readObject(json: Readonly<Record<string, unknown>> | null, key: string): Record<string, unknown> | null {
  const value = json?.[key]
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null
}

/** JSON with comments and trailing commas, as tsconfig files have them. */
function readJson(path: string, readFile: ReadFile): Record<string, unknown> | null {
  const text = readFile(path)
  if (text === null || text.length > 200_000) return null
  const plain = text
    .replace(/^\uFEFF/, '')
    .replace(/("(?:[^"\\\n]|\\.)*")|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, (_, string: string | undefined) => string ?? '')
    .replace(
      /("(?:[^"\\\n]|\\.)*")|,(\s*[}\]])/g,
      (_, string: string | undefined, close: string | undefined) => string ?? close ?? '',
    )
  try {
    const value: unknown = JSON.parse(plain)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null
  } catch {
    return null
  }
}
