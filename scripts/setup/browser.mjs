import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import path from 'node:path'
import { run } from './run.mjs'

const ON_PATH = ['chromium-headless-shell', 'chrome-headless-shell', 'chromium', 'chromium-browser', 'google-chrome']
const VARIABLES = ['PLAYWRIGHT_CHROMIUM_EXECUTABLE_PATH', 'HEALING_BROWSER_PATH']
const ELSEWHERE = ['/opt/google/chrome/chrome', '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome']
const NAMES = new Set(['headless_shell', 'chrome-headless-shell', 'chrome', 'Chromium', 'Google Chrome for Testing'])
const DOWNLOAD_MS = 4 * 60_000

/** Every Chromium that may be here, the likeliest first. */
function candidates() {
  const named = VARIABLES.flatMap((name) => process.env[name] ?? [])
  const folders = (process.env.PATH ?? '').split(path.delimiter).filter((folder) => folder !== '')
  const onPath = ON_PATH.flatMap((name) => folders.map((folder) => path.join(folder, name)))
  return [...named, ...onPath, ...downloaded(), ...ELSEWHERE].filter((file) => existsSync(file))
}

/** What Playwright has downloaded, newest first. */
function downloaded() {
  const set = process.env.PLAYWRIGHT_BROWSERS_PATH
  const standard =
    process.platform === 'darwin'
      ? path.join(homedir(), 'Library', 'Caches', 'ms-playwright')
      : path.join(process.env.XDG_CACHE_HOME ?? path.join(homedir(), '.cache'), 'ms-playwright')
  const cache = set !== undefined && set !== '' && set !== '0' ? set : standard
  if (!existsSync(cache)) return []
  const releases = readdirSync(cache).filter((name) => /^chromium(_headless_shell)?-\d+$/.test(name))
  const byAge = releases.sort((a, b) => Number(b.split('-')[1]) - Number(a.split('-')[1]))
  return byAge.flatMap((name) => executablesIn(path.join(cache, name), 5))
}

function executablesIn(folder, depth) {
  if (depth === 0) return []
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const file = path.join(folder, entry.name)
    if (entry.isDirectory()) return executablesIn(file, depth - 1)
    return NAMES.has(entry.name) ? [file] : []
  })
}

/** Starting it shows whether the libraries it needs are there too. */
async function works(file) {
  return (await run(file, ['--headless', '--no-sandbox', '--version'], { timeoutMs: 15_000 })).ok
}

async function firstWorking() {
  for (const file of candidates()) if (await works(file)) return file
  return null
}

/**
 * The browser that was found last time, if it is still the same and still what we would take; else null.
 *
 * @param {string} noteFile
 */
export function notedBrowser(noteFile) {
  const noted = readNote(noteFile)
  return noted !== null && candidates().includes(noted.file) && stampOf(noted.file) === noted.stamp ? noted.file : null
}

/**
 * A Chromium that starts: one that is here, else one that is installed now. Yields its path, or null with what was tried.
 * What was found is noted in `noteFile`, so that the next call need not start it again.
 *
 * @param {string} root
 * @param {string} noteFile
 * @param {(line: string) => void} say
 */
export async function ensureBrowser(root, noteFile, say) {
  let file = await firstWorking()
  let tried = ''
  for (const step of installers(root)) {
    if (file !== null) break
    say(`${step.title} …`)
    for (const [command, ...args] of step.commands) {
      const result = await run(command, args, { cwd: root, timeoutMs: step.timeoutMs, env: step.env })
      if (!result.ok) tried += `\n${[command, ...args].join(' ')}\n${result.output.trim().slice(-600)}\n`
    }
    file = await firstWorking()
  }
  if (file === null) return { file: null, tried }
  mkdirSync(path.dirname(noteFile), { recursive: true })
  writeFileSync(noteFile, JSON.stringify({ file, stamp: stampOf(file) }))
  return { file }
}

/** Ways to get a browser, the least intrusive first. */
function installers(root) {
  const cli = path.join(root, 'node_modules', 'playwright-core', 'cli.js')
  const steps = []
  if (existsSync(cli))
    steps.push({
      title: 'Downloading Chromium (headless shell)',
      commands: [[process.execPath, cli, 'install', 'chromium-headless-shell']],
      timeoutMs: DOWNLOAD_MS,
      env: process.env,
    })
  if (process.platform !== 'linux' || process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return steps
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const apt = (...names) => ['apt-get', 'install', '-y', '--no-install-recommends', ...names]
  if (existsSync(cli) && downloaded().length > 0)
    steps.push({
      title: 'Installing the libraries that the downloaded Chromium needs',
      commands: [
        ['apt-get', 'update'],
        [process.execPath, cli, 'install-deps', 'chromium-headless-shell'],
      ],
      timeoutMs: DOWNLOAD_MS,
      env,
    })
  steps.push({
    title: 'Installing Chromium with apt-get',
    commands: [['apt-get', 'update'], apt('chromium-headless-shell')],
    timeoutMs: DOWNLOAD_MS,
    env,
  })
  steps.push({
    title: 'Installing the full Chromium with apt-get',
    commands: [apt('chromium')],
    timeoutMs: DOWNLOAD_MS,
    env,
  })
  return steps
}

function stampOf(file) {
  try {
    const { mtimeMs, size } = statSync(file)
    return `${mtimeMs} ${size}`
  } catch {
    return null
  }
}

function readNote(noteFile) {
  try {
    return JSON.parse(readFileSync(noteFile, 'utf8'))
  } catch {
    return null
  }
}
