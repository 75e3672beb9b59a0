/**
 * Brings what tests and demo need and a new machine lacks: the packages, the fixture's packages, a Chromium. Plain
 * Node ≥ 20 without any package, because it runs before there are any; silent and quick where everything is there.
 */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { ensureBrowser, notedBrowser } from './setup/browser.mjs'
import { install, isInstalled } from './setup/packages.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const cache = path.join(root, '.cache')
const lock = path.join(cache, 'setup.lock')
const say = (line) => console.error(`setup: ${line}`)

/** Two runs at once would install over each other. The lock names its owner, so that one left by a killed run is seen. */
async function locked(fn) {
  mkdirSync(cache, { recursive: true })
  while (!takeLock()) await wait(500)
  try {
    return await fn()
  } finally {
    rmSync(lock, { force: true })
  }
}

function takeLock() {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' })
    return true
  } catch (error) {
    if (error.code !== 'EEXIST') throw error
  }
  if (!ownerLives()) rmSync(lock, { force: true })
  return false
}

function ownerLives() {
  try {
    process.kill(Number(readFileSync(lock, 'utf8')), 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

async function ensurePackages(folder, name) {
  if (!existsSync(path.join(folder, 'package-lock.json')) || isInstalled(folder)) return true
  return locked(async () => {
    if (isInstalled(folder)) return true
    say(`installing ${name} …`)
    const begun = performance.now()
    const { ok, output } = await install(folder)
    if (ok) say(`installed ${name} in ${((performance.now() - begun) / 1000).toFixed(0)} s`)
    else
      say(
        `npm ci failed in ${folder}. Is the package registry reachable (npm config get registry)?\n${essence(output)}`,
      )
    return ok
  })
}

/** What npm complains of first; its usage text comes after that. */
function essence(output) {
  const lines = output.trim().split('\n')
  const errors = lines.filter((line) => line.startsWith('npm error'))
  return (errors.length > 0 ? errors : lines).slice(0, 20).join('\n')
}

async function ensureChromium() {
  const note = path.join(cache, 'browser.json')
  if (notedBrowser(note) !== null) return true
  const found = await locked(() => ensureBrowser(root, note, say))
  if (found.file !== null) return true
  say(
    `there is no Chromium and none could be installed.
Install one (Debian: apt-get install chromium-headless-shell; anywhere: npx playwright-core install chromium-headless-shell),
or set PLAYWRIGHT_CHROMIUM_EXECUTABLE_PATH to the executable of one.${found.tried ? `\nWhat was tried:${found.tried}` : ''}`,
  )
  return false
}

const packages = await ensurePackages(root, 'the packages of package-lock.json')
if (!packages) process.exit(1)
const fixture = await ensurePackages(path.join(root, 'fixtures', 'shop'), "the fixture's packages")
const browser = await ensureChromium()
// The fast tests need neither fixture nor browser: they may run, and the message above says what is missing.
if (process.env.npm_lifecycle_event !== 'pretest' && !(fixture && browser)) process.exit(1)
