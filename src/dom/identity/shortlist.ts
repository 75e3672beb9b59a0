import type { PageIndex } from '../page-index.ts'
import type { Profile } from './profile.ts'

/** How many elements are compared in full. */
export const SHORTLIST = 64

/** Elements a value may have before it is too common to be worth counting. */
const COMMON = 2000

/**
 * The elements worth a full comparison, in document order: those that share most with the lost one, rare traits
 * counting more. One pass over the page and one over the lists of the traits; nothing here compares letters.
 */
export function shortlist(
  page: PageIndex,
  old: Profile,
  testIdAttributes: readonly string[],
  limit = SHORTLIST,
): number[] {
  if (page.size <= limit) return Array.from({ length: page.size }, (_, i) => i)
  const scores = new Float32Array(page.size)
  const add = (elements: readonly number[], weight: number): void => {
    if (elements.length > COMMON && elements.length > page.size / 4) return
    for (const element of elements) scores[element] = (scores[element] ?? 0) + weight
  }
  addTraits(page, old, testIdAttributes, add)
  const chain = [...old.tags].reverse()
  for (let element = 0; element < page.size; element++) {
    scores[element] = (scores[element] ?? 0) + likeness(page, old, chain, element)
  }
  return best(scores, limit).sort((a, b) => a - b)
}

function addTraits(
  page: PageIndex,
  old: Profile,
  testIdAttributes: readonly string[],
  add: (elements: readonly number[], weight: number) => void,
): void {
  const rare = (weight: number, rarity: number): number => weight * (0.1 + rarity)
  const { attributes } = old.fingerprint
  if (old.testId !== undefined) for (const name of testIdAttributes) add(page.withAttribute(name, old.testId), 5)
  for (const [name, weight] of [
    ['id', 3],
    ['name', 3],
    ['href', 3],
    ['placeholder', 2],
    ['title', 2],
    ['alt', 2],
    ['aria-label', 3],
    ['type', 0.5],
  ] as const) {
    const value = attributes[name]
    if (value !== undefined && value !== '')
      add(page.withAttribute(name, value), rare(weight, page.attributeRarity(name, value)))
  }
  const said = old.text === undefined ? old.captions : [old.text, ...old.captions]
  for (const { text, words } of said.slice(0, 5)) {
    add(page.withTrait('text', text), rare(3, page.rarity('text', text)))
    const counted = new Set(words.slice(0, 20))
    for (const word of counted)
      add(page.withTrait('word', word), rare(3 / Math.sqrt(counted.size), page.rarity('word', word)))
  }
  for (const token of old.classes.slice(0, 12))
    add(page.withTrait('class', token), rare(1.5 / Math.sqrt(old.classes.length), page.rarity('class', token)))
  const named = new Set(old.identifierWords.slice(0, 24))
  for (const word of named) {
    add(page.withTrait('identifierWord', word), rare(1.5 / Math.sqrt(named.size), page.rarity('identifierWord', word)))
  }
  const led = old.href?.words.slice(0, 24) ?? []
  for (const word of led) {
    add(page.withTrait('addressWord', word), rare(1.5 / Math.sqrt(led.length), page.rarity('addressWord', word)))
  }
  if (old.role !== '') add(page.withTrait('role', old.role), 0.5)
}

/** What is cheap to see of every element: its tag, the tags around it, its depth, its place. */
function likeness(page: PageIndex, old: Profile, chain: readonly string[], element: number): number {
  let score = page.tag(element) === old.tag ? 0.8 : 0
  const snapshot = page.snapshot
  const box = snapshot === null ? page.fingerprint(element).box : snapshot.elements[element]?.box
  if (snapshot === null) {
    const path = page.fingerprint(element).idxpath ?? ''
    if (path !== '' && path === old.fingerprint.idxpath) score += 1
  } else {
    let at = page.tree.parents[element] ?? -1
    for (let step = 1; step <= 4 && at >= 0 && chain[step] !== undefined; step++, at = page.tree.parents[at] ?? -1) {
      if (page.tag(at) === chain[step]) score += 0.15
    }
    if (page.tree.depths[element] === chain.length - 1) score += 0.2
  }
  if (box !== undefined && old.box !== undefined) {
    const distance = Math.abs(box.x - old.box.x) + Math.abs(box.y - old.box.y)
    score += 1.2 / (1 + distance / 60)
    if (Math.abs(box.width - old.box.width) + Math.abs(box.height - old.box.height) < 8) score += 0.3
  }
  return score
}

/** Indexes of the highest scores, by one pass for the threshold and one for the choice; ties in document order. */
function best(scores: Float32Array, limit: number): number[] {
  const sorted = Float32Array.from(scores).sort()
  const least = sorted[sorted.length - limit] ?? 0
  const chosen: number[] = []
  for (let element = 0; element < scores.length; element++) if ((scores[element] ?? 0) > least) chosen.push(element)
  for (let element = 0; element < scores.length && chosen.length < limit; element++) {
    if (scores[element] === least) chosen.push(element)
  }
  return chosen
}
