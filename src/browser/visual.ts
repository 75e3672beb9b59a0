import type { PNG } from 'pngjs'
import { brightnessOf, visualHash } from '../dom/visual-hash.ts'
import type { Snapshot } from '../model.ts'
import type { PageArea } from './photograph.ts'

/** Pages may be endless; what lies further down is in no picture. */
const MAX_HEIGHT = 6_000
/** An element that covers most of the screen looks like the page, not like itself. */
const MAX_SHARE = 0.5

/** The part of a page that is pictured: from its top down to its lowest element. */
export function pictured({ viewport, elements }: Snapshot): PageArea {
  const bottom = elements.reduce((most, { box }) => Math.max(most, box ? box.y + box.height : 0), viewport.height)
  const height = Math.max(1, Math.min(MAX_HEIGHT, Math.ceil(bottom)))
  return { x: 0, y: 0, width: Math.max(1, viewport.width), height }
}

/** The same snapshot with the perceptual hash of every visible element that is small enough to have a look of its own. */
export function addVisualHashes(snapshot: Snapshot, picture: PNG): Snapshot {
  const { width, height } = snapshot.viewport
  const brightness = brightnessOf(picture)
  const elements = snapshot.elements.map((element) => {
    const { box } = element
    if (!element.visible || !box || box.width * box.height > width * height * MAX_SHARE) return element
    const hash = visualHash(brightness, box)
    return hash === null ? element : { ...element, visualHash: hash }
  })
  return { ...snapshot, elements }
}
