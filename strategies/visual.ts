import { boxOverlap } from '../src/dom/neighbours.ts'
import type { PageIndex } from '../src/dom/page-index.ts'
import { hammingDistance, parseHash } from '../src/dom/visual-hash.ts'
import type { Box, Fingerprint } from '../src/model.ts'
import { Ballot } from './ballot.ts'
import type { Strategy } from './contract.ts'

/** Bits of 64 in which two pictures of one thing may differ; pictures of two things differ in 32 on average. */
const MAX_DISTANCE = 16

/**
 * What the element looked like: the perceptual hash of its picture, and its shape. Where one of the two pages was not
 * pictured, only box and shape are left, and say little.
 */
export const visual: Strategy = {
  name: 'visual',
  priority: 40,
  prior: 0.5,
  propose(target, page) {
    const ballot = new Ballot(target, page)
    const was = target.fingerprint
    const hash = was.visualHash === undefined ? null : parseHash(was.visualHash)
    if (hash === null) byBox(ballot, page, was)
    else byPicture(ballot, page, was, hash)
    return ballot.witnesses()
  },
}

interface Pictures {
  /** Elements that have a picture, and the two halves of their hashes. */
  readonly elements: readonly number[]
  readonly high: Uint32Array
  readonly low: Uint32Array
}

const known = new WeakMap<PageIndex, Pictures>()

function picturesOf(page: PageIndex): Pictures {
  const found = known.get(page)
  if (found !== undefined) return found
  const elements: number[] = []
  const high: number[] = []
  const low: number[] = []
  for (let element = 0; element < page.size; element++) {
    const text =
      page.snapshot === null ? page.fingerprint(element).visualHash : page.snapshot.elements[element]?.visualHash
    const hash = text === undefined ? null : parseHash(text)
    if (hash === null) continue
    elements.push(element)
    high.push(hash.high)
    low.push(hash.low)
  }
  const made = { elements, high: Uint32Array.from(high), low: Uint32Array.from(low) }
  known.set(page, made)
  return made
}

/** How alike two boxes are in width and height, in [0, 1]. */
function shapeLikeness(a: Box | undefined, b: Box | undefined): number {
  if (a === undefined || b === undefined || a.width <= 0 || a.height <= 0 || b.width <= 0 || b.height <= 0) return 0.5
  const width = Math.min(a.width, b.width) / Math.max(a.width, b.width)
  const height = Math.min(a.height, b.height) / Math.max(a.height, b.height)
  return Math.sqrt(width * height)
}

const boxOf = (page: PageIndex, element: number): Box | undefined =>
  page.snapshot === null ? page.fingerprint(element).box : page.snapshot.elements[element]?.box

function byPicture(ballot: Ballot, page: PageIndex, was: Fingerprint, hash: { high: number; low: number }): void {
  const { elements, high, low } = picturesOf(page)
  const alike: { element: number; distance: number }[] = []
  for (const [i, element] of elements.entries()) {
    const distance = hammingDistance(hash, { high: high[i] ?? 0, low: low[i] ?? 0 })
    if (distance <= MAX_DISTANCE) alike.push({ element, distance })
  }
  alike.sort((a, b) => a.distance - b.distance)
  const twins = alike.filter((one) => one.distance <= (alike[0]?.distance ?? 0) + 2).length
  for (const { element, distance } of alike.slice(0, 60)) {
    const look = 1 - distance / (MAX_DISTANCE + 8)
    const shape = shapeLikeness(was.box, boxOf(page, element))
    const strength = (look * (0.4 + 0.6 * shape)) / (1 + 0.2 * Math.log2(Math.max(1, twins)))
    ballot.add(element, strength, `looks the same but for ${distance} of 64 bits of its picture`, null)
  }
}

/** Without pictures: what covers the same place and has the same shape. */
function byBox(ballot: Ballot, page: PageIndex, was: Fingerprint): void {
  if (was.box === undefined || was.box.width <= 0) return
  const near: { element: number; strength: number }[] = []
  for (let element = 0; element < page.size; element++) {
    const box = boxOf(page, element)
    if (box === undefined || !page.visible(element)) continue
    const overlap = boxOverlap(was.box, box)
    if (overlap < 0.5 || (was.isButton === true && page.tree.children[element]?.length !== 0 && overlap < 0.7)) continue
    near.push({ element, strength: 0.4 * overlap * shapeLikeness(was.box, box) })
  }
  near.sort((a, b) => b.strength - a.strength)
  for (const { element, strength } of near.slice(0, 60))
    ballot.add(element, strength, 'covers the place where it stood', null)
}
