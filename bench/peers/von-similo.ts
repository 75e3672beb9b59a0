import { areSameThing } from '../../src/dom/identity/same-thing.ts'
import type { PageIndex } from '../../src/dom/page-index.ts'
import type { Fingerprint } from '../../src/model.ts'
import type { Peer } from './peer.ts'
import { PROPERTIES } from './similo.ts'

/** Visually overlapping nodes: the best of every property over all of them; equal visible text counts double. */
function scoreThing(old: Fingerprint, things: readonly Fingerprint[]): number {
  let sum = 0
  let all = 0
  for (const { name, weight, compare } of PROPERTIES) {
    if (compare(old, old) === undefined) continue
    const best = Math.max(0, ...things.map((thing) => compare(old, thing) ?? 0))
    const double = name === 'visible text' && best === 1 ? 2 : 1
    all += weight * (name === 'visible text' ? 2 : 1)
    sum += weight * best * double
  }
  return all === 0 ? 0 : sum / all
}

function thingsAt(page: PageIndex, element: number): Fingerprint[] {
  const things = [element]
  for (let at = page.tree.parents[element] ?? -1; at >= 0; at = page.tree.parents[at] ?? -1) {
    if (!areSameThing(page, element, at)) break
    things.push(at)
  }
  for (const inner of page.tree.descendants(element, 30)) if (areSameThing(page, element, inner)) things.push(inner)
  return things.map((i) => page.fingerprint(i))
}

/** Two elements of one thing share a score, so that the lead is asked of different things only: no lead is asked. */
export const vonSimilo: Peer = {
  name: 'VON Similo',
  source: 'Nass, Alégroth, Feldt, Coppola: Robust web element identification for evolving applications, 2023',
  score: (old, page) => Array.from({ length: page.size }, (_, i) => scoreThing(old, thingsAt(page, i))),
  accept: 0.6,
  lead: 0,
}
