import type { PageIndex } from '../src/dom/page-index.ts'

/** Steps of an indexed path: `/html[1]/body[1]` gives `html[1]`, `body[1]`; in lower case. */
export const pathOf = (idxpath: string): readonly string[] =>
  idxpath
    .slice(0, 8_000)
    .toLowerCase()
    .split('/')
    .filter((step) => step !== '')

const known = new WeakMap<PageIndex, (element: number) => readonly string[]>()

/** Indexed path of every element of a page, restarting at every frame; made once per page and element. */
export function placesOf(page: PageIndex): (element: number) => readonly string[] {
  const found = known.get(page)
  if (found !== undefined) return found
  const paths: (readonly string[] | undefined)[] = new Array(page.size)
  const make =
    page.snapshot === null ? (element: number) => pathOf(page.fingerprint(element).idxpath ?? '') : fromTree(page)
  const places = (element: number): readonly string[] => {
    paths[element] ??= make(element)
    return paths[element] ?? []
  }
  known.set(page, places)
  return places
}

function fromTree(page: PageIndex): (element: number) => readonly string[] {
  const steps: string[] = new Array(page.size)
  const roots = new Uint8Array(page.size)
  const count = new Map<string, number>()
  for (let parent = 0; parent < page.size; parent++) {
    if ((page.tree.parents[parent] ?? -1) < 0) {
      steps[parent] = `${page.tag(parent)}[1]`
      roots[parent] = 1
    }
    count.clear()
    for (const child of page.tree.children[parent] ?? []) {
      const tag = page.tag(child)
      const place = (count.get(tag) ?? 0) + 1
      count.set(tag, place)
      steps[child] = `${tag}[${place}]`
      if (page.snapshot?.elements[child]?.frame !== page.snapshot?.elements[parent]?.frame) roots[child] = 1
    }
  }
  return (element) => {
    const path: string[] = []
    for (let at = element; at >= 0 && path.length < 256; at = page.tree.parents[at] ?? -1) {
      path.push(steps[at] ?? '')
      if (roots[at] === 1) break
    }
    return path.reverse()
  }
}
