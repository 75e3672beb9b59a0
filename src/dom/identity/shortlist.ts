import type { PageIndex } from '../page-index.ts'
import { layoutOf } from './layout.ts'
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
  addLikeness(page, old, scores)
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
function addLikeness(page: PageIndex, old: Profile, scores: Float32Array): void {
  const { tags, tagIds, boxes } = layoutOf(page)
  const { parents, depths } = page.tree
  const idOf = (tag: string | undefined): number => (tag === undefined ? -1 : (tagIds.get(tag) ?? -2))
  const own = idOf(old.tag)
  const depth = old.tags.length - 1
  const chain = [1, 2, 3, 4].map((step) => idOf(old.tags[depth - step]))
  const flat = page.snapshot === null
  const path = old.fingerprint.idxpath ?? ''
  const box = old.box
  for (let element = 0; element < page.size; element++) {
    let score = tags[element] === own ? 0.8 : 0
    if (flat) {
      if (path !== '' && page.fingerprint(element).idxpath === path) score += 1
    } else {
      let at = parents[element] ?? -1
      for (let step = 0; step < 4 && at >= 0 && chain[step] !== -1; step++, at = parents[at] ?? -1) {
        if (tags[at] === chain[step]) score += 0.15
      }
      if (depths[element] === depth) score += 0.2
    }
    const left = boxes[element * 4] as number
    if (box !== undefined && !Number.isNaN(left)) {
      const distance = Math.abs(left - box.x) + Math.abs((boxes[element * 4 + 1] as number) - box.y)
      score += 1.2 / (1 + distance / 60)
      const growth =
        Math.abs((boxes[element * 4 + 2] as number) - box.width) +
        Math.abs((boxes[element * 4 + 3] as number) - box.height)
      if (growth < 8) score += 0.3
    }
    scores[element] = (scores[element] as number) + score
  }
}

/** Indexes of the highest scores, by one pass for the threshold and one for the choice; ties in document order. */
function best(scores: Float32Array, limit: number): number[] {
  const least = nthLargest(Float32Array.from(scores), limit)
  const chosen: number[] = []
  for (let element = 0; element < scores.length; element++)
    if ((scores[element] as number) > least) chosen.push(element)
  for (let element = 0; element < scores.length && chosen.length < limit; element++) {
    if (scores[element] === least) chosen.push(element)
  }
  return chosen
}

/** The n-th largest value, by partition around a middle one; the list is left in disorder. */
function nthLargest(list: Float32Array, n: number): number {
  const wanted = list.length - n
  let low = 0
  let high = list.length - 1
  while (low < high) {
    const pivot = list[(low + high) >> 1] as number
    let i = low
    let j = high
    while (i <= j) {
      while ((list[i] as number) < pivot) i++
      while ((list[j] as number) > pivot) j--
      if (i > j) break
      const kept = list[i] as number
      list[i++] = list[j] as number
      list[j--] = kept
    }
    if (wanted <= j) high = j
    else if (wanted >= i) low = i
    else break
  }
  return list[wanted] ?? 0
}
