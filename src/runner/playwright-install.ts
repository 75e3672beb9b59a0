import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { Fault } from '../fault.ts'

/** The user's own Playwright Test. */
export interface PlaywrightInstall {
  /** Absolute path of its command line, to be run with node. */
  readonly cli: string
  readonly version: string
}

const CONFIG_NAME = /^playwright(?:\.[\w-]+)?\.config\.[cm]?[jt]s$/
const STANDARD_NAMES = ['ts', 'js', 'mts', 'mjs', 'cts', 'cjs'].map((ext) => `playwright.config.${ext}`)
const SKIPPED = new Set(['node_modules', '.git', 'dist', 'build', 'coverage', 'test-results', 'playwright-report'])

/** Folders from `from` outwards, `from` first; up to the root of the file system where no `root` is given. */
export function foldersUpwards(from: string, root?: string): string[] {
  const folders: string[] = []
  for (let at = resolve(from); ; at = dirname(at)) {
    folders.push(at)
    if (at === dirname(at) || (root !== undefined && at === resolve(root))) return folders
  }
}

/** The Playwright Test that node would find from a folder. Throws a `Fault` where there is none. */
export function findPlaywright(from: string): PlaywrightInstall {
  for (const folder of foldersUpwards(from)) {
    for (const name of ['@playwright/test', 'playwright']) {
      const home = join(folder, 'node_modules', name)
      const version = readVersion(join(home, 'package.json'))
      if (version && existsSync(join(home, 'cli.js'))) return { cli: join(home, 'cli.js'), version }
    }
  }
  throw new Fault({
    message: `No installed @playwright/test was found from ${from} upwards.`,
    remedy: 'Install the dependencies first (`npm ci`), or give `test_command`.',
    subject: from,
  })
}

function readVersion(path: string): string | null {
  try {
    const read: unknown = JSON.parse(readFileSync(path, 'utf8'))
    return typeof read === 'object' && read && 'version' in read && typeof read.version === 'string'
      ? read.version
      : null
  } catch {
    return null
  }
}

/** True for `version` at or after `major.minor`. */
export function isAtLeast(version: string, major: number, minor: number): boolean {
  const [a = 0, b = 0] = version.split('.').map(Number)
  return a > major || (a === major && b >= minor)
}

/**
 * The configuration that a test file belongs to: the nearest one above it, the one that a package script names, or the
 * only one nearby in the repository. Null where the project has none, which Playwright allows.
 */
export function findConfig(root: string, testFile?: string): string | null {
  const start = testFile ? dirname(resolve(root, testFile)) : resolve(root)
  const folders = start.startsWith(resolve(root)) ? foldersUpwards(start, root) : [resolve(root)]
  for (const folder of folders)
    for (const name of STANDARD_NAMES) if (isFile(join(folder, name))) return join(folder, name)
  for (const folder of folders) {
    const named = fromScripts(folder)
    if (named) return named
  }
  const nearby = search(resolve(root), 3)
  if (nearby.length <= 1) return nearby[0] ?? null
  const closeness = (config: string) =>
    relative(dirname(config), start)
      .split(sep)
      .filter((part) => part === '..').length
  return nearby.sort((a, b) => closeness(a) - closeness(b) || a.length - b.length)[0] ?? null
}

function fromScripts(folder: string): string | null {
  try {
    const read: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
    if (typeof read !== 'object' || !read || !('scripts' in read) || typeof read.scripts !== 'object') return null
    for (const script of Object.values(read.scripts ?? {})) {
      const match = /playwright\s+test\b.*?(?:-c|--config)[=\s]+["']?([^\s"']+)/.exec(String(script))
      const path = match?.[1] ? resolve(folder, match[1]) : null
      if (path && isFile(path)) return path
      for (const name of path ? STANDARD_NAMES : []) if (path && isFile(join(path, name))) return join(path, name)
    }
  } catch {
    // A folder without a package, or with a broken one.
  }
  return null
}

function search(folder: string, depth: number): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
      if (entry.isFile() && CONFIG_NAME.test(entry.name) && !entry.name.includes('self-heal'))
        return [join(folder, entry.name)]
      const goesDeeper = entry.isDirectory() && depth > 0 && !SKIPPED.has(entry.name)
      return goesDeeper ? search(join(folder, entry.name), depth - 1) : []
    })
  } catch {
    return []
  }
}

/** Where the user's package scripts would run: the nearest folder with a package.json, within the root. */
export function packageFolder(root: string, from: string): string {
  const inside = realpathSync(from).startsWith(realpathSync(root))
  const folders = inside ? foldersUpwards(from, root) : [from]
  return folders.find((folder) => isFile(join(folder, 'package.json'))) ?? resolve(root)
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false
}
