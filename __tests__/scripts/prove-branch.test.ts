import { describe, expect, it } from 'vitest'
import { withoutLocators } from '../support/prove-branch.ts'

const same = (before: string, after: string) => withoutLocators(before) === withoutLocators(after)

describe('what a branch may change', () => {
  it.each([
    ["page.getByTestId('buy').click()", "page.getByTestId('order').click()"],
    ["page.getByText('Read').click()", "page.getByRole('button', { name: 'Read', exact: true }).click()"],
    ["page.getByLabel('Code').fill('1')", "page.frameLocator('#card').getByLabel('Code').fill('1')"],
    ["const LABELS = { terms: 'I accept' }", "const LABELS = { terms: 'I agree' }"],
    ["await product.tab('Delivery').click()", "await product.tab('Shipping').click()"],
    ["row.filter({ hasText: 'Mug' }).nth(1)", "row.filter({ hasText: 'Mug' }).first()"],
    ['page.locator(`[data-id="${id}"]`)', 'page.locator(`[data-key="${id}"]`)'],
  ])('locators: %s → %s', (before, after) => expect(same(before, after)).toBe(true))

  it.each([
    ["page.getByTestId('buy').click()", "page.getByTestId('buy').click({ force: true })"],
    ["await expect(page.getByText('a')).toBeVisible()", "await page.getByText('a').isVisible()"],
    ["await expect(page.getByText('a')).toHaveText('a')", "await expect(page.getByText('a')).toHaveText('b')"],
    ["test('sells', async () => {})", "test.skip('sells', async () => {})"],
    ['await save()', 'await page.waitForTimeout(500)\nawait save()'],
  ])('nothing else: %s → %s', (before, after) => expect(same(before, after)).toBe(false))
})
