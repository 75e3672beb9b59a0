import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bundle } from '../../scripts/build/bundle.ts'
import { compareFolders } from '../../scripts/build.ts'
import { findBrowsers } from '../../src/browser/find-browser.ts'
import { sampleReport, sampleResult } from '../support/reports.ts'

const run = promisify(execFile)
const root = path.resolve(import.meta.dirname, '../..')
let work = ''
/** The bundle, copied to where there is no `node_modules` above it. */
let elsewhere = ''

beforeAll(async () => {
  work = await mkdtemp(path.join(tmpdir(), 'self-heal-dist-'))
  elsewhere = path.join(work, 'elsewhere')
  await bundle(root, path.join(work, 'dist'))
  await cp(path.join(work, 'dist'), elsewhere, { recursive: true })
})
afterAll(() => rm(work, { recursive: true, force: true }))

function chromiumPath(): string {
  const [found] = findBrowsers({ env: process.env })
  return found?.kind === 'executable' ? found.path : ''
}

/** Files that Node reads before the first line of `entry` runs: static imports, and theirs. */
async function loadedWith(entry: string): Promise<string[]> {
  const seen = new Set<string>()
  const queue = [entry]
  for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
    if (seen.has(file)) continue
    seen.add(file)
    const code = await readFile(path.join(elsewhere, file), 'utf8')
    for (const [, chunk] of code.matchAll(/(?:from|import)\s*"\.\/(chunk-[A-Z0-9]+\.js)"/g)) queue.push(chunk ?? '')
  }
  return [...seen]
}

describe('the built action', () => {
  it('is the same, byte for byte, when it is built again into another folder', async () => {
    const again = path.join(work, 'deeper', 'again')
    await bundle(root, again)
    expect(await compareFolders(elsewhere, again)).toEqual([])
  })

  it('is told apart from a build of other sources', async () => {
    const changed = path.join(work, 'changed')
    await cp(elsewhere, changed, { recursive: true })
    await writeFile(path.join(changed, 'cli.js'), 'tampered')
    await writeFile(path.join(changed, 'extra.js'), '')
    await rm(path.join(changed, 'licenses.txt'))
    expect(await compareFolders(changed, elsewhere)).toEqual([
      'cli.js differs',
      'extra.js is not built from the sources any more',
      'licenses.txt is missing',
    ])
  })

  it('runs its command line from another folder, with no packages around it', async () => {
    const cli = path.join(elsewhere, 'cli.js')
    const { version } = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8')) as { version: string }
    expect((await run(process.execPath, [cli, '--version'], { cwd: work })).stdout).toBe(`${version}\n`)
    expect((await run(process.execPath, [cli, 'heal', '--help'], { cwd: work })).stdout).toContain(
      '--artifacts <glob...>',
    )
  })

  it('reads a report that an earlier run left', async () => {
    const cli = path.join(elsewhere, 'cli.js')
    const repo = path.join(work, 'repo')
    await mkdir(path.join(repo, 'self-heal-report'), { recursive: true })
    await run('git', ['init', '-q', repo])
    const file = path.join(repo, 'self-heal-report', 'healing-report.json')
    const report = sampleReport()
    await writeFile(file, JSON.stringify(report))
    const { signature, affected } = sampleResult().diagnosis
    const told = await run(process.execPath, [cli, 'explain', signature], { cwd: repo })
    expect(told.stdout).toContain(affected)
    await writeFile(file, JSON.stringify({ ...report, summary: 'all is well' }))
    await expect(run(process.execPath, [cli, 'explain', signature], { cwd: repo })).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringContaining('/summary must be object'),
    })
  })

  it('can be started as a program', async () => {
    const cli = path.join(elsewhere, 'cli.js')
    expect((await readFile(cli, 'utf8')).split('\n')[0]).toBe('#!/usr/bin/env node')
    expect((await stat(cli)).mode & 0o111).toBe(0o111)
  })

  it('loads neither browser driver nor parsers before they are needed', async () => {
    const files = await loadedWith('cli.js')
    const sizes = await Promise.all(files.map(async (file) => (await stat(path.join(elsewhere, file))).size))
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(800_000)
    for (const file of files) {
      const code = await readFile(path.join(elsewhere, file), 'utf8')
      expect(code).not.toContain('chromium_headless_shell')
      expect(code).not.toContain('ts_parser_new')
    }
  })

  it('drives a browser and parses TypeScript from another folder', async () => {
    const probed = path.join(work, 'probed')
    await bundle(root, probed, { probe: '__tests__/support/bundle-probe.ts' })
    const { stdout } = await run(process.execPath, [path.join(probed, 'probe.js'), chromiumPath()], { cwd: work })
    expect(JSON.parse(stdout)).toEqual({ text: 'Buy', type: 'lexical_declaration', errors: false })
  })

  it('brings the licences of everything in it', async () => {
    const text = await readFile(path.join(elsewhere, 'licenses.txt'), 'utf8')
    for (const name of [
      'playwright-core',
      'web-tree-sitter',
      '@vscode/tree-sitter-wasm',
      '@actions/core',
      'commander',
      'dom-accessibility-api',
    ])
      expect(text).toMatch(new RegExp(`^${name} \\d+\\.\\d+\\.\\d+ \\(`, 'm'))
    expect((await readdir(elsewhere)).filter((name) => name.endsWith('.map'))).toEqual([])
  })

  it('names no folder of the machine it was built on', async () => {
    for (const name of (await readdir(elsewhere)).filter((file) => /\.(js|txt|json)$/.test(file)))
      expect((await readFile(path.join(elsewhere, name), 'utf8')).includes(root), name).toBe(false)
  })
})
