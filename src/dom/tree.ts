import type { Fingerprint, Snapshot } from '../model.ts'
import { squash } from './text.ts'

/**
 * Parents, children and nesting of the elements of a page, shadow roots and frames included. Elements are named by
 * their index. All of it is linear in the number of elements and free of recursion.
 */
export interface PageTree {
  readonly size: number
  /** Index of the parent, -1 for a root. */
  readonly parents: Int32Array
  readonly children: readonly (readonly number[])[]
  /** Number of descendants. */
  readonly sizes: Int32Array
  /** 0 for a root. */
  readonly depths: Int32Array
  /** True where `ancestor` contains `element`; no element contains itself. */
  contains(ancestor: number, element: number): boolean
  /** All descendants in document order, the element itself not among them; at most `limit`. */
  descendants(element: number, limit?: number): number[]
}

const NO_CHILDREN: readonly number[] = []

/** The tree of a snapshot. Parents that do not exist, or that would close a circle, count as none. */
export function treeOfSnapshot(snapshot: Snapshot): PageTree {
  const size = snapshot.elements.length
  const parents = new Int32Array(size).fill(-1)
  for (let i = 0; i < size; i++) {
    const parent = snapshot.elements[i]?.parent ?? -1
    if (parent >= 0 && parent < i) parents[i] = parent
  }
  return buildTree(parents)
}

/**
 * The tree of a flat list of fingerprints, from their indexed paths: the parent is the nearest listed element whose path
 * is a prefix. Elements without a path are roots.
 */
export function treeOfPaths(fingerprints: readonly Fingerprint[]): PageTree {
  const byPath = new Map<string, number>()
  for (const [i, { idxpath }] of fingerprints.entries()) {
    if (idxpath !== undefined && idxpath !== '' && !byPath.has(idxpath)) byPath.set(idxpath, i)
  }
  const parents = new Int32Array(fingerprints.length).fill(-1)
  for (const [i, { idxpath = '' }] of fingerprints.entries()) {
    for (let end = idxpath.lastIndexOf('/'); end > 0; end = idxpath.lastIndexOf('/', end - 1)) {
      const parent = byPath.get(idxpath.slice(0, end))
      if (parent !== undefined) {
        parents[i] = parent
        break
      }
    }
  }
  return buildTree(parents)
}

function buildTree(parents: Int32Array): PageTree {
  const size = parents.length
  const children: number[][] = new Array(size)
  const roots: number[] = []
  for (let i = 0; i < size; i++) {
    const parent = parents[i] ?? -1
    if (parent < 0) roots.push(i)
    else {
      const list = children[parent]
      if (list === undefined) children[parent] = [i]
      else list.push(i)
    }
  }
  const entered = new Int32Array(size).fill(-1)
  const left = new Int32Array(size).fill(-1)
  const depths = new Int32Array(size)
  const order = new Int32Array(size)
  const stack = roots.reverse()
  let clock = 0
  while (stack.length > 0) {
    const element = stack.pop() ?? 0
    order[clock] = element
    entered[element] = clock++
    const parent = parents[element] ?? -1
    depths[element] = parent < 0 ? 0 : (depths[parent] ?? 0) + 1
    const list = children[element]
    if (list !== undefined) for (let k = list.length - 1; k >= 0; k--) stack.push(list[k] ?? 0)
  }
  const sizes = new Int32Array(size)
  for (let k = clock - 1; k >= 0; k--) {
    const element = order[k] ?? 0
    left[element] = (entered[element] ?? 0) + (sizes[element] ?? 0)
    const parent = parents[element] ?? -1
    if (parent >= 0) sizes[parent] = (sizes[parent] ?? 0) + (sizes[element] ?? 0) + 1
  }
  for (let i = 0; i < size; i++) children[i] ??= NO_CHILDREN as number[]
  return {
    size,
    parents,
    children,
    sizes,
    depths,
    contains(ancestor, element) {
      const at = entered[element] ?? -1
      return at > (entered[ancestor] ?? size) && at <= (left[ancestor] ?? -1)
    },
    descendants(element, limit = size) {
      const start = (entered[element] ?? 0) + 1
      return Array.from(order.subarray(start, Math.min((left[element] ?? -1) + 1, start + limit)))
    },
  }
}

/** Visible text of an element and what is in it, in document order; looks at no more than 400 descendants. */
export function subtreeText(snapshot: Snapshot, tree: PageTree, element: number): string {
  const shown = snapshot.elements[element]?.visible === true
  let text = snapshot.elements[element]?.ownText ?? ''
  for (const inner of tree.descendants(element, 400)) {
    const part = snapshot.elements[inner]
    if (part === undefined || part.ownText === '' || (shown && !part.visible)) continue
    text += ` ${part.ownText}`
    if (text.length > 600) break
  }
  return squash(text)
}
