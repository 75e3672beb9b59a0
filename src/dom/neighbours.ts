import type { Box, Snapshot } from '../model.ts'
import type { PageTree } from './tree.ts'

const CELL = 128
/** Greatest gap between two boxes that still counts as close by, in CSS pixels. */
const REACH = 64
const MAX_NEIGHBOURS = 12
const MAX_LOOKED_AT = 400

/** Text-bearing elements of a page by place, so that the texts close to an element are found without a search. */
export interface Neighbours {
  /** Texts close to the element, its own and its ancestors' not among them, in document order. */
  textNear(element: number): string
}

/** True for a box whose numbers a page can have; anything else would not fit on a grid. */
export function isPlaced(box: Box | undefined): box is Box {
  return box !== undefined && [box.x, box.y, box.width, box.height].every((x) => Math.abs(x) < 1e7)
}

/** Empty distance between two boxes: 0 where they touch or overlap. */
export function gapBetween(a: Box, b: Box): number {
  const dx = Math.max(0, a.x - (b.x + b.width), b.x - (a.x + a.width))
  const dy = Math.max(0, a.y - (b.y + b.height), b.y - (a.y + a.height))
  return Math.hypot(dx, dy)
}

/** Overlap of two boxes as intersection over union, in [0, 1]. */
export function boxOverlap(a: Box, b: Box): number {
  const w = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x)
  const h = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y)
  if (w <= 0 || h <= 0) return 0
  const shared = w * h
  const all = a.width * a.height + b.width * b.height - shared
  return all <= 0 ? 0 : shared / all
}

/** Places every visible text of a snapshot on a grid. */
export function placeNeighbours(snapshot: Snapshot, tree: PageTree): Neighbours {
  const grid = new Map<string, number[]>()
  for (const element of snapshot.elements) {
    if (!element.visible || element.ownText === '' || !isPlaced(element.box)) continue
    const { x, y, width, height } = element.box
    const cells: string[] = []
    const right = Math.min(x + width, x + CELL * 5)
    const bottom = Math.min(y + height, y + CELL * 5)
    for (let cx = Math.floor(x / CELL); cx * CELL <= right; cx++) {
      for (let cy = Math.floor(y / CELL); cy * CELL <= bottom; cy++) cells.push(`${cx},${cy}`)
    }
    for (const cell of cells) {
      const list = grid.get(cell)
      if (list === undefined) grid.set(cell, [element.index])
      else list.push(element.index)
    }
  }

  return {
    textNear(element) {
      const self = snapshot.elements[element]
      if (self === undefined) return ''
      const near = isPlaced(self.box) ? nearOnGrid(self.box, element) : siblingsOf(tree, element)
      return near
        .sort((a, b) => a - b)
        .map((i) => snapshot.elements[i]?.ownText.slice(0, 80) ?? '')
        .filter((text) => text !== '')
        .join(' ')
        .slice(0, 500)
    },
  }

  function nearOnGrid(box: Box, element: number): number[] {
    const found = new Map<number, number>()
    const right = Math.min(box.x + box.width, box.x + CELL * 5) + REACH
    const bottom = Math.min(box.y + box.height, box.y + CELL * 5) + REACH
    let looked = 0
    for (let cx = Math.floor((box.x - REACH) / CELL); cx * CELL <= right; cx++) {
      for (let cy = Math.floor((box.y - REACH) / CELL); cy * CELL <= bottom; cy++) {
        for (const other of grid.get(`${cx},${cy}`) ?? []) {
          if (looked++ > MAX_LOOKED_AT) break
          const place = snapshot.elements[other]?.box
          if (place === undefined || other === element || found.has(other)) continue
          if (tree.contains(element, other) || tree.contains(other, element)) continue
          const gap = gapBetween(box, place)
          if (gap <= REACH) found.set(other, gap)
        }
      }
    }
    return [...found.entries()]
      .sort((a, b) => a[1] - b[1] || a[0] - b[0])
      .slice(0, MAX_NEIGHBOURS)
      .map(([other]) => other)
  }
}

function siblingsOf(tree: PageTree, element: number): number[] {
  const siblings = tree.children[tree.parents[element] ?? -1] ?? []
  const at = siblings.indexOf(element)
  return siblings.slice(Math.max(0, at - 3), at + 4).filter((other) => other !== element)
}
