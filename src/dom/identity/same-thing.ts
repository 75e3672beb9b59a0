import { boxOverlap } from '../neighbours.ts'
import type { PageIndex } from '../page-index.ts'

/** Overlap of boxes from which an element and what is around or in it are the same thing for a user. */
export const SAME_BOX = 0.85

/**
 * True where two elements are the same thing for a user: one holds the other and their boxes overlap by 85 % or more
 * (intersection over union). Without boxes: where one is the parent of the other.
 */
export function areSameThing(page: PageIndex, a: number, b: number): boolean {
  if (a === b) return true
  const { tree } = page
  if (!tree.contains(a, b) && !tree.contains(b, a)) return false
  const left = boxAt(page, a)
  const right = boxAt(page, b)
  if (left === undefined || right === undefined) return areOneLevelApart(page, a, b)
  return boxOverlap(left, right) >= SAME_BOX
}

function boxAt(page: PageIndex, element: number) {
  return page.snapshot === null ? page.fingerprint(element).box : page.snapshot.elements[element]?.box
}

/** Flat lists may leave out elements in between, so that the paths count where both are known. */
function areOneLevelApart(page: PageIndex, a: number, b: number): boolean {
  const { parents } = page.tree
  if (parents[a] !== b && parents[b] !== a) return false
  if (page.snapshot !== null) return true
  const depth = (element: number): number => (page.fingerprint(element).idxpath ?? '').split('/').length
  return Math.abs(depth(a) - depth(b)) === 1
}

/**
 * True where the probabilities of two elements may be added: they are the same thing, and where no boxes show it, the
 * inner one is all that the outer one holds. Entries of one list never become one through the list around them.
 */
export function areOneThing(page: PageIndex, a: number, b: number): boolean {
  if (a === b) return true
  if (!areSameThing(page, a, b)) return false
  if (boxAt(page, a) !== undefined && boxAt(page, b) !== undefined) return true
  const outer = page.tree.contains(a, b) ? a : b
  return page.tree.children[outer]?.length === 1
}
