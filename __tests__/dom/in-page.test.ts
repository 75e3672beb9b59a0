import { expect, it } from 'vitest'
import { isCurrent } from '../../scripts/build-in-page.ts'

it('the collector that pages are given is built from its sources as they are', async () => {
  expect(await isCurrent(), 'run `npx node scripts/build-in-page.ts`').toBe(true)
})
