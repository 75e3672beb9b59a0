import { indexPage, type PageIndex } from '../dom/page-index.ts'
import type { Snapshot } from '../model.ts'

const indexes = new WeakMap<Snapshot, PageIndex>()

/** The index of a snapshot, made once: pages are shared by all causes that meet them in the same state. */
export const indexed = (snapshot: Snapshot): PageIndex => {
  let index = indexes.get(snapshot)
  if (!index) {
    index = indexPage(snapshot)
    indexes.set(snapshot, index)
  }
  return index
}
