/**
 * Takes the snapshots that `mutations` and `speed` work on: fetches the packages of `sources.ts` from the npm registry,
 * opens their demo pages in Chromium with everything else switched off, and writes `<name>.json.gz` beside this file.
 *
 *     npx node bench/pages/collect.ts [name…]
 */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { type Browser, chromium } from 'playwright-core'
import { PNG } from 'pngjs'
import { collectSnapshot } from '../../src/dom/collect.ts'
import { brightnessOf, visualHash } from '../../src/dom/visual-hash.ts'
import type { Snapshot, SnapshotElement } from '../../src/model.ts'
import { PACKAGES, type PageSource, SOURCES } from './sources.ts'

const HERE = import.meta.dirname
const VIEWPORT = { width: 1280, height: 800 }
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.css': 'text/css',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.woff2': 'font/woff2',
}

/** Downloads a package as npm packs it, once per run, and gives the folder of its files. */
function fetchPackage(folder: string, name: string): string {
  const found = PACKAGES.find((one) => one.name === name)
  if (found === undefined) throw new Error(`The page needs the package ${name}, which sources.ts does not list`)
  const target = path.join(folder, name.replace('/', '+'))
  if (existsSync(target)) return path.join(target, 'package')
  mkdirSync(target)
  execFileSync('npm', ['pack', '--silent', '--ignore-scripts', `${name}@${found.version}`], { cwd: target })
  const tarball = readdirSync(target).find((one) => one.endsWith('.tgz')) ?? ''
  execFileSync('tar', ['-xzf', tarball], { cwd: target })
  return path.join(target, 'package')
}

async function snapshotOf(browser: Browser, source: PageSource, folder: string): Promise<Snapshot> {
  const roots = new Map(source.packages.map((name) => [name, fetchPackage(folder, name)]))
  const main = path.join(roots.get(source.packages[0] ?? '') ?? '', source.root)
  const resolve = (url: string): string => {
    const inside = /^\/?~((?:@[^/]+\/)?[^/]+)\/(.*)$/.exec(url)
    return inside ? path.join(roots.get(inside[1] ?? '') ?? main, inside[2] ?? '') : path.join(main, url)
  }
  const page = await browser.newPage({ viewport: VIEWPORT, deviceScaleFactor: 1, reducedMotion: 'reduce' })
  await page.clock.install({ time: new Date('2026-06-10T09:00:00Z') })
  await page.route('**/*', async (route) => {
    const url = new URL(route.request().url())
    if (url.hostname !== 'demo.test') return route.abort()
    const wanted = decodeURIComponent(url.pathname).slice(1)
    if (source.html !== undefined && wanted === source.path) {
      const body = source.html((one) => readFileSync(resolve(one), 'utf8'))
      return route.fulfill({ contentType: 'text/html', body })
    }
    const found = resolve(wanted)
    if (!existsSync(found)) return route.fulfill({ status: 404, body: '' })
    return route.fulfill({
      contentType: TYPES[path.extname(found)] ?? 'application/octet-stream',
      body: readFileSync(found),
    })
  })
  await page.goto(`http://demo.test/${source.path}`, { waitUntil: 'load' })
  await page.clock.runFor(source.settleMs ?? 500)
  await page.waitForTimeout(source.settleMs ?? 500)
  const snapshot = await collectSnapshot(page, { maxAttribute: 300 })
  const picture = brightnessOf(PNG.sync.read(await page.screenshot({ fullPage: true, animations: 'disabled' })))
  await page.close()
  const elements = snapshot.elements.map((one): SnapshotElement => {
    const hash = one.visible && one.box !== undefined ? visualHash(picture, one.box) : null
    return hash === null ? one : { ...one, visualHash: hash }
  })
  return { ...snapshot, elements }
}

async function main(names: readonly string[]): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'bench-pages-'))
  const executablePath = process.env.SELF_HEAL_BROWSER ?? '/usr/bin/chromium-headless-shell'
  const browser = await chromium.launch({
    ...(existsSync(executablePath) ? { executablePath } : { channel: 'chrome' }),
    args: [
      '--no-sandbox',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
      '--disable-quic',
    ],
  })
  try {
    for (const source of SOURCES) {
      if (names.length > 0 && !names.includes(source.name)) continue
      const snapshot = await snapshotOf(browser, source, folder)
      const packed = gzipSync(JSON.stringify(snapshot), { level: 9 })
      writeFileSync(path.join(HERE, `${source.name}.json.gz`), packed)
      const { elements, frames } = snapshot
      const pictured = elements.filter((one) => one.visualHash !== undefined).length
      console.log(
        `${source.name}: ${elements.length} elements, ${frames.length} frame(s), ${pictured} pictured, ${packed.length} bytes`,
      )
    }
  } finally {
    await browser.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

await main(process.argv.slice(2))
