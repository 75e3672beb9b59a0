import { accessSync, constants, readdirSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'
import { Fault } from '../fault.ts'

/** A Chromium that could be used, and how it was found. */
export type BrowserChoice =
  | { readonly kind: 'executable'; readonly path: string; readonly source: string }
  | { readonly kind: 'cdp'; readonly endpoint: string; readonly source: string }
  | { readonly kind: 'server'; readonly endpoint: string; readonly source: string }

export interface BrowserSearch {
  /** Input `browser_path`. */
  readonly browserPath?: string | null
  /** Input `browser_endpoint`: CDP (`http:`, or `ws:` with `/devtools/`) or a Playwright server (`ws:`). */
  readonly browserEndpoint?: string | null
  /** Folders whose `node_modules` may hold browsers, the repository's root first. */
  readonly roots?: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
}

const REMEDY =
  'Install one (`npx playwright install chromium`), or name one with `browser_path` or `browser_endpoint`, or set ' +
  'PLAYWRIGHT_CHROMIUM_EXECUTABLE_PATH.'
const ON_PATH = ['chromium-headless-shell', 'chrome-headless-shell', 'chromium', 'chromium-browser', 'google-chrome']
const EXECUTABLES = new Set([
  'chrome-headless-shell',
  'headless_shell',
  'chrome',
  'Chromium',
  'Google Chrome for Testing',
])
const CHANNELS: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  linux: ['/opt/google/chrome/chrome', '/usr/bin/microsoft-edge'],
  darwin: ['/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'],
  win32: ['C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe'],
}

/**
 * All Chromiums that could serve, best first: what the user named, what the workspace's own Playwright installed, what
 * the machine has. Throws a `Fault` where a named one does not exist, or where there is none at all.
 */
export function findBrowsers(search: BrowserSearch): BrowserChoice[] {
  const endpoint = search.browserEndpoint?.trim()
  if (endpoint) return [fromEndpoint(endpoint)]
  const named = search.browserPath?.trim()
  if (named) {
    if (isExecutable(named)) return [{ kind: 'executable', path: named, source: 'input browser_path' }]
    throw new Fault({ message: `browser_path names ${named}, which is no program.`, remedy: REMEDY, subject: named })
  }
  const found: BrowserChoice[] = []
  const add = (path: string, source: string) => {
    if (isExecutable(path) && !found.some((one) => one.kind === 'executable' && one.path === path))
      found.push({ kind: 'executable', path, source })
  }
  const fromEnv = search.env.PLAYWRIGHT_CHROMIUM_EXECUTABLE_PATH
  if (fromEnv) add(fromEnv, 'PLAYWRIGHT_CHROMIUM_EXECUTABLE_PATH')
  for (const folder of browserFolders(search)) for (const path of installedIn(folder)) add(path, folder)
  for (const name of ON_PATH)
    for (const folder of (search.env.PATH ?? '').split(delimiter)) if (folder) add(join(folder, name), 'PATH')
  for (const path of CHANNELS[process.platform] ?? []) add(path, 'the machine')
  if (found.length === 0) throw new Fault({ message: 'No Chromium was found.', remedy: REMEDY })
  return found
}

function fromEndpoint(endpoint: string): BrowserChoice {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : null
  const source = 'input browser_endpoint'
  if (url && /^https?:$/.test(url.protocol)) return { kind: 'cdp', endpoint, source }
  if (url && /^wss?:$/.test(url.protocol))
    return { kind: url.pathname.includes('/devtools/') ? 'cdp' : 'server', endpoint, source }
  throw new Fault({
    message: 'browser_endpoint is no address of a browser.',
    remedy: 'Give http(s)://… or ws(s)://…/devtools/… for CDP, or the ws(s)://… address of a Playwright server.',
  })
}

/** Where Playwright keeps browsers: one place for all of a machine, or inside of the package. */
function browserFolders({ env, roots = [] }: BrowserSearch): string[] {
  const path = env.PLAYWRIGHT_BROWSERS_PATH
  const local = roots.map((root) => join(root, 'node_modules', 'playwright-core', '.local-browsers'))
  if (path && path !== '0') return [path, ...local]
  const home = env.HOME ?? homedir()
  const cache =
    process.platform === 'darwin'
      ? join(home, 'Library', 'Caches')
      : process.platform === 'win32'
        ? (env.LOCALAPPDATA ?? join(home, 'AppData', 'Local'))
        : (env.XDG_CACHE_HOME ?? join(home, '.cache'))
  return [...local, join(cache, 'ms-playwright')]
}

/** Chromiums in a folder of browsers: the headless shell before the full one, later revisions before earlier ones. */
function installedIn(folder: string): string[] {
  const revision = (name: string) => Number(/-(\d+)$/.exec(name)?.[1] ?? 0)
  const isShell = (name: string) => (name.includes('headless') ? 1 : 0)
  return list(folder)
    .filter((name) => /^chromium(?:_headless_shell)?-\d+$/.test(name))
    .sort((a, b) => isShell(b) - isShell(a) || revision(b) - revision(a))
    .flatMap((name) => findPrograms(join(folder, name), 5))
}

function findPrograms(folder: string, depth: number): string[] {
  const names = list(folder).slice(0, 500)
  const here = names.filter((name) => EXECUTABLES.has(name.replace(/\.exe$/, ''))).map((name) => join(folder, name))
  const programs = here.filter(isExecutable)
  if (programs.length > 0 || depth === 0) return programs.slice(0, 1)
  const inner = names.filter((name) => /^chrome|^Chromium|^Google Chrome|^Contents$|^MacOS$/.test(name))
  return inner.flatMap((name) => findPrograms(join(folder, name), depth - 1)).slice(0, 1)
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}
