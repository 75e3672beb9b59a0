import jpeg from 'jpeg-js'
import type { ElementHandle, Page } from 'playwright-core'
import { PNG } from 'pngjs'
import type { Snapshot } from '../model.ts'

const PADDING = 48
const MAX_WIDTH = 720
const MAX_HEIGHT = 420
/** Pictures end up in reports, many of them in one file. */
const MAX_BYTES = 60_000
const FRAME = [214, 40, 40] as const
const THICKNESS = 2

interface Area {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/**
 * The element with a frame around it and a part of its surroundings, as a `data:` URL of at most some 60 kB; null where
 * it has no box to be seen.
 */
export async function framePicture(page: Page, element: ElementHandle): Promise<string | null> {
  try {
    await element.scrollIntoViewIfNeeded({ timeout: 1_000 }).catch(() => undefined)
    const box = await element.boundingBox()
    const viewport = page.viewportSize() ?? { width: 1280, height: 720 }
    const clip = box && crop(box, viewport)
    if (!box || !clip) return null
    const shot = await page.screenshot({ clip, scale: 'css', animations: 'disabled', caret: 'hide', timeout: 5_000 })
    const picture = PNG.sync.read(shot)
    drawFrame(picture, { x: box.x - clip.x, y: box.y - clip.y, width: box.width, height: box.height })
    return encode(picture)
  } catch {
    return null
  }
}

/**
 * The same, cut out of a picture of the whole page. Null where the page's picture does not show it as a user would see
 * it: an element that sticks out of what holds it may have to be scrolled to.
 */
export function frameWithin(whole: PNG, { elements }: Snapshot, index: number): string | null {
  const element = elements[index]
  const box = element?.visible ? element.box : undefined
  const clip = box && crop(box, whole)
  if (!box || !clip || !holds({ x: 0, y: 0, width: whole.width, height: whole.height }, box)) return null
  for (let at = element?.parent ?? -1; at >= 0; at = elements[at]?.parent ?? -1) {
    const around = elements[at]
    if (around?.box && !/^(?:html|body)$/.test(around.tag) && !holds(around.box, box)) return null
  }
  const picture = new PNG({ width: clip.width, height: clip.height })
  PNG.bitblt(whole, picture, clip.x, clip.y, clip.width, clip.height, 0, 0)
  drawFrame(picture, { x: box.x - clip.x, y: box.y - clip.y, width: box.width, height: box.height })
  return encode(picture)
}

/** Whether a box lies within another, give or take a pixel. */
const holds = (outer: Area, inner: Area): boolean =>
  inner.x >= outer.x - 1 &&
  inner.y >= outer.y - 1 &&
  inner.x + inner.width <= outer.x + outer.width + 1 &&
  inner.y + inner.height <= outer.y + outer.height + 1

/** The part of the viewport to show; null where none of the box is in it. */
export function crop(box: Area, viewport: { width: number; height: number }): Area | null {
  const left = Math.max(0, Math.floor(box.x - PADDING))
  const top = Math.max(0, Math.floor(box.y - PADDING))
  const right = Math.min(viewport.width, Math.ceil(box.x + box.width + PADDING), left + MAX_WIDTH)
  const bottom = Math.min(viewport.height, Math.ceil(box.y + box.height + PADDING), top + MAX_HEIGHT)
  if (box.width <= 0 || box.height <= 0 || right - left < 1 || bottom - top < 1) return null
  return { x: left, y: top, width: right - left, height: bottom - top }
}

function drawFrame(picture: PNG, box: Area): void {
  const left = Math.round(box.x) - THICKNESS - 1
  const top = Math.round(box.y) - THICKNESS - 1
  const right = Math.round(box.x + box.width) + THICKNESS
  const bottom = Math.round(box.y + box.height) + THICKNESS
  for (let y = Math.max(0, top); y <= Math.min(picture.height - 1, bottom); y++) {
    const isEdge = y < top + THICKNESS || y > bottom - THICKNESS
    for (let x = Math.max(0, left); x <= Math.min(picture.width - 1, right); x++) {
      if (!isEdge && x >= left + THICKNESS && x <= right - THICKNESS) continue
      picture.data.set([...FRAME, 255], (y * picture.width + x) * 4)
    }
  }
}

function encode(picture: PNG): string {
  const png = PNG.sync.write(picture, { deflateLevel: 9 })
  if (png.length <= MAX_BYTES) return `data:image/png;base64,${png.toString('base64')}`
  for (const quality of [75, 50]) {
    const { data } = jpeg.encode(picture, quality)
    if (data.length <= MAX_BYTES || quality === 50) return `data:image/jpeg;base64,${data.toString('base64')}`
  }
  return ''
}
