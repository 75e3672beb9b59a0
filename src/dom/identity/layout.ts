import type { Box } from '../../model.ts'
import type { PageIndex } from '../page-index.ts'

/** Tags, parents and boxes of a page as plain numbers: what one pass over all of its elements can afford to look at. */
export interface Layout {
  /** Number of each element's tag. */
  readonly tags: Int32Array
  readonly tagIds: ReadonlyMap<string, number>
  /** Left, top, width and height of each element one after the other; NaN where there is no box. */
  readonly boxes: Float64Array
}

const layouts = new WeakMap<PageIndex, Layout>()

/** The layout of a page; made once. */
export function layoutOf(page: PageIndex): Layout {
  let layout = layouts.get(page)
  if (layout === undefined) {
    layout = makeLayout(page)
    layouts.set(page, layout)
  }
  return layout
}

function makeLayout(page: PageIndex): Layout {
  const tags = new Int32Array(page.size)
  const tagIds = new Map<string, number>()
  const boxes = new Float64Array(page.size * 4).fill(Number.NaN)
  for (let element = 0; element < page.size; element++) {
    const tag = page.tag(element)
    let id = tagIds.get(tag)
    if (id === undefined) {
      id = tagIds.size
      tagIds.set(tag, id)
    }
    tags[element] = id
    const box = boxAt(page, element)
    if (box !== undefined) boxes.set([box.x, box.y, box.width, box.height], element * 4)
  }
  return { tags, tagIds, boxes }
}

function boxAt(page: PageIndex, element: number): Box | undefined {
  return page.snapshot === null ? page.fingerprint(element).box : page.snapshot.elements[element]?.box
}
