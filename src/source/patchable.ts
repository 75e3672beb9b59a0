import { execFile } from 'node:child_process'
import { lstat, realpath } from 'node:fs/promises'
import { join, posix } from 'node:path'
import { promisify } from 'node:util'
import picomatch from 'picomatch'
import { type ImportGraph, importGraph } from './import-graph.ts'
import type { ReadFile } from './modules.ts'

const run = promisify(execFile)

export interface PatchableOptions {
  /** Absolute path of the repository, or of the part of it that holds the suite. */
  readonly root: string
  /** Failing test files, relative to the root. */
  readonly tests: readonly string[]
  /** Where given, what may be patched instead of what the tests import. */
  readonly testGlobs: readonly string[]
  /** Folder of the built app, absolute or relative to the root; never patched. */
  readonly appDir: string | null
  readonly readFile: ReadFile
  /** True for suites without a browser, which import the product itself: only what lies with the tests is theirs. */
  readonly isCodeSuite?: boolean
}

export interface Patchable {
  /** Files that may be patched, relative to the root. */
  readonly files: readonly string[]
  /** Why a file may not be patched, in words; null where it may. */
  refusal(file: string): string | null
  /** A test file and all it imports. */
  importsOf(file: string): Promise<readonly string[]>
}

const TEST_NAME =
  /(?:^|\/)[^/]*[._-](?:spec|test|tests|e2e|cy|it|setup|teardown)\.[cm]?[jt]sx?$|(?:^|\/)(?:playwright|cypress|vitest|jest|wdio)[\w.-]*\.config\.[cm]?[jt]s$/
const TEST_PACKAGE =
  /^(?:@playwright\/|playwright|cypress|vitest|jest|@jest\/|@testing-library\/|webdriverio|@wdio\/|selenium-webdriver|node:test|mocha|chai)/

/**
 * What a patch may touch: files of the repository that git tracks, that are no links, that the failing tests import, and
 * that nothing of the product imports; or those that `test_globs` names. Never workflows, never git's own files.
 */
export async function patchableFiles(options: PatchableOptions): Promise<Patchable> {
  const tracked = await trackedFiles(options.root)
  const graph = importGraph([...tracked.keys()], options.readFile)
  const wanted = options.testGlobs.length > 0 ? globbed(options.testGlobs, tracked) : graph.closure(options.tests)
  const app = options.testGlobs.length > 0 ? new Set<string>() : appFiles(graph, options)
  const built = options.appDir === null ? null : relativeFolder(options.root, options.appDir)
  const refusals = new Map<string, string | null>()
  const links = await linkedFiles(
    options.root,
    [...wanted].filter((file) => tracked.has(file)),
  )
  const changed = await changedFiles(options.root)
  const judge = (file: string): string | null => {
    if (
      file === '' ||
      file.startsWith('/') ||
      /^[a-z]:/i.test(file) ||
      file.includes('\\') ||
      file.includes('\0') ||
      posix.normalize(file) !== file ||
      file.startsWith('..')
    )
      return `${file} does not lie in the repository.`
    if (/(?:^|\/)\.(?:git|github|gitlab|circleci|husky)(?:\/|$)/i.test(file))
      return `${file} steers automation, and is never patched.`
    if (/(?:^|\/)node_modules\//.test(file)) return `${file} is an installed package.`
    const mode = tracked.get(file)
    if (mode === undefined) return `${file} is not tracked by git.`
    if (!mode.startsWith('100') || links.has(file))
      return `${file} is a link, and patches are never written through links.`
    if (changed.has(file))
      return `${file} has changes that are not committed; a patch could run them over. Commit or undo them and heal again.`
    if (built !== null && (file === built || file.startsWith(`${built}/`))) return `${file} belongs to the built app.`
    if (!wanted.has(file))
      return options.testGlobs.length > 0
        ? `${file} is not among test_globs (${options.testGlobs.join(', ')}).`
        : `${file} is not imported by a failing test.`
    return app.has(file)
      ? `${file} is imported by the product, too; patches only change tests. Name it in test_globs if it is none of the product.`
      : null
  }
  const refusal = (file: string): string | null => {
    const known = refusals.get(file)
    if (known !== undefined) return known
    const reason = judge(file)
    refusals.set(file, reason)
    return reason
  }
  return {
    files: [...wanted].filter((file) => refusal(file) === null).sort(),
    refusal,
    importsOf: async (file) => [...graph.closure([file])],
  }
}

/** Files git tracks below the root, with their modes. Hooks and monitors of the repository are not run. */
async function trackedFiles(root: string): Promise<Map<string, string>> {
  const args = ['-c', 'core.fsmonitor=false', '-c', 'core.hooksPath=/dev/null', 'ls-files', '-z', '--stage']
  const { stdout } = await run('git', args, { cwd: root, maxBuffer: 256 * 1024 * 1024, timeout: 60_000 }).catch(
    (cause: unknown) => {
      throw new Error(
        `${root} is no git repository, or git is not installed: which files may be patched cannot be told.`,
        { cause },
      )
    },
  )
  const files = new Map<string, string>()
  for (const entry of stdout.split('\0')) {
    const [, mode, path] = /^(\d{6}) [0-9a-f]+ \d\t([\s\S]+)$/.exec(entry) ?? []
    if (mode !== undefined && path !== undefined) files.set(path, mode)
  }
  return files
}

/** Tracked files that are not as the commit has them: a patch is made against the commit, and for it. */
async function changedFiles(root: string): Promise<Set<string>> {
  const args = ['-c', 'core.fsmonitor=false', '-c', 'core.hooksPath=/dev/null', '--no-optional-locks']
  const diff = ['diff', '--name-only', '-z', '--no-renames', '--no-ext-diff', '--no-textconv', '--relative', 'HEAD']
  const { stdout } = await run('git', [...args, ...diff], {
    cwd: root,
    maxBuffer: 256 * 1024 * 1024,
    timeout: 60_000,
  }).catch((cause: unknown) => {
    throw new Error(`git could not tell which files of ${root} have changed.`, { cause })
  })
  return new Set(stdout.split('\0').filter((file) => file !== ''))
}

/** Files that are links on disk, or lie behind one, whatever git says of them. */
async function linkedFiles(root: string, files: readonly string[]): Promise<Set<string>> {
  const base = await realpath(root)
  const linked = new Set<string>()
  for (const file of files) {
    try {
      const path = join(base, file)
      if ((await lstat(path)).isSymbolicLink() || (await realpath(path)) !== path) linked.add(file)
    } catch {
      linked.add(file)
    }
  }
  return linked
}

function globbed(globs: readonly string[], tracked: ReadonlyMap<string, string>): Set<string> {
  const matches = picomatch([...globs], { dot: true })
  return new Set([...tracked.keys()].filter((file) => matches(file)))
}

/**
 * What belongs to the product: sources that no test reaches, what pages and package.json name as entries, and all that
 * these import.
 */
function appFiles(graph: ImportGraph, options: PatchableOptions): Set<string> {
  const suites = pythonSuites(graph.files)
  const isTest = (file: string): boolean =>
    TEST_NAME.test(file) || isPythonTest(file) || graph.packagesOf(file).some((name) => TEST_PACKAGE.test(name))
  const tests = graph.files.filter(isTest)
  const reached = graph.closure([...tests, ...options.tests])
  const entries = graph.files.filter((file) => !reached.has(file) || namedEntries(options.readFile).has(file))
  // Python tests import the product itself: whatever does not lie with the tests is the product's.
  const product = graph.files.filter(
    (file) => file.endsWith('.py') && !isPythonTest(file) && !suites.some((folder) => file.startsWith(folder)),
  )
  const code = options.isCodeSuite
    ? graph.files.filter((file) => SCRIPT_FILE.test(file) && !isTest(file) && !TEST_FOLDER.test(file))
    : []
  return new Set([...graph.closure(entries), ...product, ...code])
}

const SCRIPT_FILE = /\.[cm]?[jt]sx?$/
/** Folders that by their name hold nothing but tests and their helpers. */
const TEST_FOLDER = /(?:^|\/)(?:tests?|__tests__|specs?|e2e|integration|checks|test-(?:utils|helpers)|testing)\//i

const isPythonTest = (file: string): boolean => /(?:^|\/)(?:test_[^/]*|[^/]*_test|conftest)\.py$/.test(file)

/** Folders that hold Python tests, with a slash at the end; the root itself is none. */
function pythonSuites(files: readonly string[]): readonly string[] {
  const folders = files
    .filter((file) => isPythonTest(file) && !file.endsWith('conftest.py') && file.includes('/'))
    .map((file) => file.slice(0, file.lastIndexOf('/') + 1))
  return [...new Set(folders)]
}

function namedEntries(readFile: ReadFile): Set<string> {
  const names: string[] = []
  const page = readFile('index.html')?.slice(0, 200_000) ?? ''
  for (const [, source = ''] of page.matchAll(/<script[^>]*\ssrc=["']([^"']{1,500})["']/gi)) names.push(source)
  try {
    const manifest: unknown = JSON.parse(readFile('package.json') ?? '{}')
    if (typeof manifest === 'object' && manifest !== null)
      for (const [key, value] of Object.entries(manifest))
        if (/^(?:main|module|browser|bin|exports)$/.test(key)) names.push(...textsIn(value))
  } catch {
    // A manifest that cannot be read names no entries.
  }
  return new Set(names.map((name) => posix.normalize(name.replace(/^\//, ''))))
}

/** Paths in `exports` and `bin` stand at any depth. */
function textsIn(value: unknown, depth = 0): string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null && depth < 6
    ? Object.values(value).flatMap((each) => textsIn(each, depth + 1))
    : []
}

function relativeFolder(root: string, folder: string): string | null {
  const plain = posix.normalize(folder.replaceAll('\\', '/')).replace(/\/$/, '')
  if (!plain.startsWith('/')) return plain === '.' ? null : plain.replace(/^\.\//, '')
  const base = posix.normalize(root.replaceAll('\\', '/')).replace(/\/$/, '')
  return plain.startsWith(`${base}/`) ? plain.slice(base.length + 1) : null
}
