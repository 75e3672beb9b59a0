import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { toHtml } from '../../src/report/index.ts'
import { withTexts } from '../support/arbitraries.ts'
import { HOSTILE, sampleReport } from '../support/reports.ts'
import { startChromium } from './support/chromium.ts'

let browser: Browser
let folder = ''

beforeAll(async () => {
  browser = await startChromium()
  folder = await mkdtemp(path.join(tmpdir(), 'self-heal-page-'))
})
afterAll(async () => {
  await browser.close()
  await rm(folder, { recursive: true, force: true })
})

/** Opens a report as a file; what the page asks for, says and trips over is kept. */
async function open(html: string, hash = ''): Promise<{ page: Page; requests: string[]; errors: string[] }> {
  const file = path.join(folder, `${Math.random()}.html`)
  await writeFile(file, html)
  const page = await browser.newPage()
  const requests: string[] = []
  const errors: string[] = []
  page.on('request', (request) => requests.push(request.url().slice(0, 40)))
  page.on('pageerror', (error) => errors.push(error.message))
  page.on('console', (message) => errors.push(message.text()))
  page.on('dialog', (dialog) => {
    errors.push(`dialog ${dialog.message()}`)
    void dialog.dismiss()
  })
  await page.goto(pathToFileURL(file).href + hash)
  return { page, requests, errors }
}

const visibleCards = (page: Page) => page.locator('.card:visible')

describe('the report in a browser', () => {
  it('asks for nothing, and nothing in it is refused by its own policy', async () => {
    const { page, requests, errors } = await open(toHtml(sampleReport()))
    expect(requests.filter((url) => !url.startsWith('file:') && !url.startsWith('data:'))).toEqual([])
    expect(requests.filter((url) => url.startsWith('file:'))).toHaveLength(1)
    expect(errors).toEqual([])
    expect(await page.evaluate("getComputedStyle(document.querySelector('.share')).height")).toBe('10px')
    await page.close()
  })

  it('filters by status and by words', async () => {
    const { page } = await open(toHtml(sampleReport()))
    expect(await visibleCards(page).count()).toBe(8)
    await page.getByLabel('Healed').uncheck()
    expect(await visibleCards(page).count()).toBe(5)
    await page.getByLabel('Search').fill('VOUCHER cart')
    expect(await visibleCards(page).count()).toBe(1)
    await page.getByLabel('Search').fill('nothing like it')
    expect(await page.getByRole('status').textContent()).toBe('No result matches the filter.')
    await page.close()
  })

  it('filters where there is one status only', async () => {
    const { page } = await open(toHtml(sampleReport(sampleReport().results.slice(0, 1))))
    await page.getByLabel('Healed').uncheck()
    expect(await visibleCards(page).count()).toBe(0)
    await page.close()
  })

  it('opens the result that a link names, and shows its pictures', async () => {
    const { page } = await open(toHtml(sampleReport()), '#3f9a01c27be4')
    const card = page.locator('[id="3f9a01c27be4"]')
    expect(await card.locator('details').first().getAttribute('open')).toBe('')
    await card.locator('img').first().scrollIntoViewIfNeeded()
    await expect
      .poll(() =>
        card
          .locator('img')
          .first()
          .evaluate((node) => Reflect.get(node, 'naturalWidth')),
      )
      .toBe(320)
    await page.close()
  })

  it('opens and closes all', async () => {
    const { page } = await open(toHtml(sampleReport()))
    await page.getByRole('button', { name: 'Open all' }).click()
    expect(await page.locator('.card > details[open]').count()).toBe(8)
    await page.getByRole('button', { name: 'Close all' }).click()
    expect(await page.locator('.card > details[open]').count()).toBe(0)
    await page.close()
  })

  it('runs nothing of what a hostile page wrote into it', async () => {
    const report = withTexts((text) => `${text} ${HOSTILE.join(' ')} <script>document.title='owned'</script>`)
    const { page, requests, errors } = await open(toHtml(report))
    expect(errors).toEqual([])
    expect(requests.filter((url) => !url.startsWith('file:') && !url.startsWith('data:'))).toEqual([])
    expect(await page.title()).toMatch(/^Self-heal: /)
    expect(await visibleCards(page).count()).toBe(8)
    await page.close()
  })

  it.each(['light', 'dark'] as const)('has readable contrast in the %s scheme', async (colorScheme) => {
    const { page } = await open(toHtml(sampleReport()))
    await page.emulateMedia({ colorScheme })
    await page.getByRole('button', { name: 'Open all' }).click()
    const weak = await page.evaluate(CONTRAST)
    expect(weak).toEqual([])
    await page.close()
  })

  it('reads without JavaScript', async () => {
    const context = await browser.newContext({ javaScriptEnabled: false })
    const page = await context.newPage()
    const file = path.join(folder, 'plain.html')
    await writeFile(file, toHtml(sampleReport()))
    await page.goto(pathToFileURL(file).href)
    expect(await page.getByText('The field is gone and nothing on the page took its place').isVisible()).toBe(true)
    expect(await page.locator('#filter').isVisible()).toBe(false)
    await context.close()
  })
})

/** Texts whose contrast with what lies behind them is below 4.5 : 1 (WCAG 2, 1.4.3). */
const CONTRAST = `(() => {
  const parse = (color) => (color.match(/[\\d.]+/g) ?? []).map(Number)
  const luminance = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((c) => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
    return 0.2126 * x + 0.7152 * y + 0.0722 * z
  }
  const behind = (node) => {
    for (; node; node = node.parentElement) {
      const color = parse(getComputedStyle(node).backgroundColor)
      if (color.length === 3 || color[3] === 1) return color
    }
    return [255, 255, 255]
  }
  const weak = []
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  while (walker.nextNode()) {
    const node = walker.currentNode.parentElement
    if (!walker.currentNode.data.trim() || !node.checkVisibility() || node.closest('script, style')) continue
    const [a, b] = [luminance(parse(getComputedStyle(node).color)), luminance(behind(node))].sort((x, y) => y - x)
    const ratio = (a + 0.05) / (b + 0.05)
    if (ratio < 4.5) weak.push(node.className + ' ' + walker.currentNode.data.trim().slice(0, 30) + ' ' + ratio.toFixed(2))
  }
  return [...new Set(weak)]
})()`
