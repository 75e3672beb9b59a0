import type { ElementHandle, Page } from 'playwright-core'
import { PNG } from 'pngjs'
import { brightnessOf, visualHash } from '../dom/visual-hash.ts'
import type { Snapshot } from '../model.ts'

/** Around the element, and the largest picture, in CSS pixels. */
const MARGIN = 48
const LARGEST = { width: 640, height: 320 }
const SHOT_MS = 5_000
/** Page height that is hashed; a taller page is looked at from the top only. */
const MAX_HEIGHT = 4_000
const MAX_BYTES = 96 * 1024
/** Elements larger than this share of the page are surroundings, not things with a look of their own. */
const MAX_SHARE = 0.25

/** Pictures of the page are cut to the element with some of what is around it, and the element is framed. */
export const pictureOf = async (page: Page, element: ElementHandle | null): Promise<string | null> => {
  if (!element) return null
  try {
    await element.scrollIntoViewIfNeeded({ timeout: SHOT_MS }).catch(() => undefined)
    const box = await element.boundingBox()
    if (!box || box.width < 1 || box.height < 1) return null
    const viewport = page.viewportSize() ?? { width: 1280, height: 720 }
    const x = Math.max(0, box.x - MARGIN)
    const y = Math.max(0, box.y - MARGIN)
    const width = Math.min(viewport.width - x, box.width + 2 * MARGIN, LARGEST.width)
    const height = Math.min(viewport.height - y, box.height + 2 * MARGIN, LARGEST.height)
    if (width < 1 || height < 1) return null
    await page.evaluate(drawFrame, box)
    try {
      const bytes = await page.screenshot({
        type: 'jpeg',
        quality: 70,
        clip: { x, y, width, height },
        timeout: SHOT_MS,
        animations: 'disabled',
      })
      return bytes.length > MAX_BYTES ? null : `data:image/jpeg;base64,${bytes.toString('base64')}`
    } finally {
      await page.evaluate(eraseFrame).catch(() => undefined)
    }
  } catch {
    // A picture is an extra for the reader; a page that cannot be pictured is healed all the same.
    return null
  }
}

interface Drawing {
  readonly document: {
    createElement(tag: string): { id: string; style: { cssText: string }; remove(): void }
    getElementById(id: string): { remove(): void } | null
    readonly documentElement: { appendChild(child: unknown): void }
  }
}

/** Runs in the page. */
const drawFrame = (box: { x: number; y: number; width: number; height: number }): void => {
  const { document } = globalThis as typeof globalThis & Drawing
  const frame = document.createElement('div')
  frame.id = 'self-heal-frame'
  frame.style.cssText = `position:fixed;left:${box.x - 4}px;top:${box.y - 4}px;width:${box.width + 8}px;height:${box.height + 8}px;box-sizing:border-box;border:3px solid #d6336c;border-radius:4px;z-index:2147483647;pointer-events:none`
  document.documentElement.appendChild(frame)
}

/** Runs in the page. */
const eraseFrame = (): void => {
  const { document } = globalThis as typeof globalThis & Drawing
  document.getElementById('self-heal-frame')?.remove()
}

/** Adds to each visible element the hash of what it looks like; the snapshot as it is where the page cannot be pictured. */
export const withVisualHashes = async (page: Page, snapshot: Snapshot): Promise<Snapshot> => {
  const picture = await screenshot(page)
  if (!picture) return snapshot
  const table = brightnessOf(picture)
  const largest = picture.width * picture.height * MAX_SHARE
  const elements = snapshot.elements.map((element) => {
    const { box } = element
    if (!element.visible || !box || box.width * box.height > largest || box.y > picture.height) return element
    const hash = visualHash(table, box)
    return hash === null ? element : { ...element, visualHash: hash }
  })
  return { ...snapshot, elements }
}

const screenshot = async (page: Page): Promise<PNG | null> => {
  try {
    const size = page.viewportSize() ?? { width: 1280, height: 720 }
    const bytes = await page.screenshot({
      type: 'png',
      fullPage: true,
      clip: { x: 0, y: 0, width: size.width, height: MAX_HEIGHT },
      timeout: SHOT_MS,
      animations: 'disabled',
      caret: 'hide',
    })
    return PNG.sync.read(bytes)
  } catch {
    // Hashes are one cue of many; without them the others decide.
    return null
  }
}
