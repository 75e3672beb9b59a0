import type { PageIndex } from '../dom/page-index.ts'

const MAX_ANCESTORS = 24

/** The elements around an element, the nearest first; at most 24, across frames and shadow roots. */
export function ancestorsOf({ tree }: PageIndex, element: number): number[] {
  const found: number[] = []
  for (let at = tree.parents[element] ?? -1; at >= 0 && found.length < MAX_ANCESTORS; at = tree.parents[at] ?? -1)
    found.push(at)
  return found
}
