import fc from 'fast-check'
import type { Browser, Page, Locator as PlaywrightLocator } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { toSelector } from '../../../src/locators/playwright-selector.ts'
import { writeLocator } from '../../../src/locators/playwright-write.ts'
import { locators } from '../../locators/arbitrary-locator.ts'
import { startChromium } from '../support/chromium.ts'

let browser: Browser
let page: Page

beforeAll(async () => {
  browser = await startChromium()
  page = await browser.newPage()
})
afterAll(async () => browser?.close())

/** What Playwright itself makes of a locator written as source. */
function selectorOf(code: string): unknown {
  const locator: PlaywrightLocator & { _selector?: unknown } = new Function('page', `return ${code}`)(page)
  return locator._selector
}

it('the selector of a locator is the one Playwright builds for it, letter by letter', () => {
  fc.assert(
    fc.property(locators, (locator) => {
      expect(toSelector(locator)).toBe(selectorOf(writeLocator(locator)))
    }),
    { numRuns: 1500 },
  )
})

it.each([
  `page.frameLocator('#pay').getByText('x')`,
  `page.getByTitle('f').contentFrame().locator('a')`,
  `page.frameLocator('iframe').nth(1).getByText('x')`,
])('so is that of %s', async (code) => {
  const { playwright } = await import('../../../src/locators/playwright.ts')
  expect(toSelector((await playwright.parse(code))?.locator ?? [])).toBe(selectorOf(code))
})
