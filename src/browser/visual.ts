import type { Page } from 'playwright-core'
import { PNG } from 'pngjs'
import { brightnessOf, visualHash } from '../dom/visual-hash.ts'
import type { Snapshot } from '../model.ts'

/** Pages may be endless; what lies further down has no hash. */
const MAX_HEIGHT = 6_000
/** An element that covers most of the screen looks like the page, not like itself. */
const MAX_SHARE = 0.5

/** The same snapshot with the perceptual hash of every visible element that is small enough to have a look of its own. */
export async function addVisualHashes(page: Page, snapshot: Snapshot): Promise<Snapshot> {
  const { width, height } = snapshot.viewport
  const bottom = snapshot.elements.reduce((most, { box }) => Math.max(most, box ? box.y + box.height : 0), height)
  const clip = { x: 0, y: 0, width: Math.max(1, width), height: Math.max(1, Math.min(MAX_HEIGHT, Math.ceil(bottom))) }
  const shot = await page
    .screenshot({ fullPage: true, clip, scale: 'css', animations: 'disabled', caret: 'hide', timeout: 10_000 })
    .catch(() => null)
  if (!shot) return snapshot
  const picture = brightnessOf(PNG.sync.read(shot))
  const elements = snapshot.elements.map((element) => {
    const { box } = element
    if (!element.visible || !box || box.width * box.height > width * height * MAX_SHARE) return element
    const hash = visualHash(picture, box)
    return hash === null ? element : { ...element, visualHash: hash }
  })
  return { ...snapshot, elements }
}
