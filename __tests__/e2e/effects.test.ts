import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Report, Result } from '../../src/model.ts'
import { HAS_PLAYWRIGHT, makeSmallProject, runSmallSuite, type SmallProject } from '../support/small-project.ts'
import { healJson } from '../support/spawn-cli.ts'

if (!HAS_PLAYWRIGHT) console.warn('skipped: fixtures/shop has no installed packages (run `npm ci` in it)')

/** A list of lamps, each of which can be taken off it or put to its top; the script asks the server for both. */
const PAGE = `<!doctype html>
<html lang="en">
  <head><title>Lamps</title></head>
  <body>
    <h1>Your lamps</h1>
    <ul>
      <li id="lamp-17">
        <span>Desk lamp</span>
        <button data-testid="lamp-top">To the top</button>
        <button data-testid="lamp-remove">Take off the list</button>
        <button data-testid="lamp-wish">Forget it</button>
      </li>
      <li id="lamp-18"><span>Floor lamp</span></li>
    </ul>
    <p role="status"></p>
    <script src="/shop.js"></script>
  </body>
</html>
`
const SCRIPT = `const row = document.getElementById('lamp-17')
const say = (text) => (document.querySelector('[role=status]').textContent = text)
const [up, off, wish] = row.querySelectorAll('button')
up.addEventListener('click', async () => {
  await fetch('/lamps/17/place', { method: 'PUT', body: '1' })
  say('On top')
})
off.addEventListener('click', async () => {
  await fetch('/lamps/17', { method: 'DELETE' })
  row.remove()
  say('Gone')
})
wish.addEventListener('click', () => {
  localStorage.removeItem('lamp-17')
  say('Desk lamp forgotten')
})
`
/**
 * All test ids are renamed. The second button now keeps the lamp in an archive, and the third one keeps it as a wish without
 * a word to the server: their tests pass all the same.
 */
const REDESIGN: readonly (readonly [file: string, old: string, next: string])[] = [
  ['site/index.html', 'data-testid="lamp-top"', 'data-testid="lamp-move-up"'],
  ['site/index.html', 'data-testid="lamp-remove"', 'data-testid="lamp-take-off"'],
  ['site/index.html', '>To the top<', '>Up to the top<'],
  ['site/shop.js', "say('On top')", "say('It is first now')"],
  ['site/index.html', 'data-testid="lamp-wish"', 'data-testid="lamp-wishes"'],
  ['site/shop.js', "removeItem('lamp-17')", "setItem('wishes', 'lamp-17')"],
  ['site/shop.js', "say('Desk lamp forgotten')", "say('Desk lamp remembered')"],
  ['site/shop.js', "'/lamps/17', { method: 'DELETE' }", "'/lamps/17/archive', { method: 'POST' }"],
]
const FILES: Readonly<Record<string, string>> = {
  'site/index.html': PAGE,
  'site/shop.js': SCRIPT,
  'tests/lamp.spec.ts': `import { expect, test } from '@playwright/test'

test('puts a lamp to the top', async ({ page }) => {
  await page.goto('/')
  await page.getByTestId('lamp-top').click({ timeout: 1_500 })
  await expect(page.getByRole('status')).not.toBeEmpty()
})

test('takes a lamp off the list', async ({ page }) => {
  await page.goto('/')
  await page.getByTestId('lamp-remove').click({ timeout: 1_500 })
  await expect(page.getByText('Desk lamp')).toHaveCount(0)
})

test('forgets a lamp', async ({ page }) => {
  await page.goto('/')
  await page.getByTestId('lamp-wish').click({ timeout: 1_500 })
  await expect(page.getByRole('status')).toContainText('Desk lamp')
})
`,
}

let project: SmallProject
let kept: string
let report: Report

describe.skipIf(!HAS_PLAYWRIGHT)('a heal is held to what its step did when the test was green', () => {
  beforeAll(async () => {
    project = await makeSmallProject(FILES)
    kept = mkdtempSync(path.join(tmpdir(), 'self-heal-kept-'))
    await runSmallSuite(project, ['--reporter=json', '--trace=on'])
    cpSync(path.join(project.root, 'test-results'), path.join(kept, 'green'), { recursive: true })
    const texts = new Map(Object.entries(FILES))
    for (const [file, old, next] of REDESIGN) texts.set(file, (texts.get(file) ?? '').replace(old, next))
    for (const [file, text] of texts) project.write(file, text)
    project.git('commit', '-qam', 'Keep lamps in an archive')
    await runSmallSuite(project, ['--reporter=blob', '--trace=retain-on-failure'])
    const done = await healJson(['--baseline', path.join(kept, 'green/**')], { cwd: project.root, env: project.env })
    report = done.report
  }, 240_000)
  afterAll(() => {
    project?.dispose()
    rmSync(kept, { recursive: true, force: true })
  })

  const resultOf = (title: string): Result | undefined =>
    report.results.find(({ tests }) => tests.some((test) => test.title === title))
  const effectsOf = (result: Result | undefined) => result?.proposal?.evidence.filter(({ kind }) => kind === 'effects')

  it('and refused where the test passes and the step does something else', () => {
    const result = resultOf('takes a lamp off the list')
    expect(result?.status, JSON.stringify(report.problems)).toBe('needs_human')
    expect(result?.verification?.effects).toBe('different')
    expect(result?.verification?.runs.every(({ passed }) => passed)).toBe(true)
    expect(result?.proposal?.edits).toEqual([])
    const [evidence] = effectsOf(result) ?? []
    expect(evidence?.for).toBe(false)
    expect(evidence?.text).toContain('DELETE /lamps/:id')
    expect(evidence?.text).toContain('POST /lamps/:id/archive')
  })

  it('and refused where nothing is sent, and the page says that something else was done', () => {
    const result = resultOf('forgets a lamp')
    expect(result?.verification?.effects).toBe('different')
    expect(result?.status).toBe('needs_human')
    expect(effectsOf(result)?.[0]?.text).toContain('it said “Desk lamp forgotten” and now says “Desk lamp remembered”')
    expect(result?.proposal?.edits).toEqual([])
  })

  it('and delivered where it does the same, in words that a commit changed and nothing else', () => {
    const result = resultOf('puts a lamp to the top')
    expect(result?.status).toBe('healed')
    expect(result?.verification?.effects).toBe('explained')
    const [evidence] = effectsOf(result) ?? []
    expect(evidence?.for).toBe(true)
    expect(evidence?.text).toMatch(
      /step sends PUT \/lamps\/:id\/place; says “On top”; now it sends PUT \/lamps\/:id\/place; says “It is first now”\. .*site\/shop\.js:\d+ in [0-9a-f]{8} “Keep lamps in an archive”/,
    )
    expect(result?.proposal?.diff).toContain("getByTestId('lamp-move-up')")
    expect(result?.proposal?.diff).not.toContain('lamp-take-off')
  })
})
