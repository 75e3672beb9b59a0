import type { PageIndex } from '../src/dom/page-index.ts'

/** An element with an identifier that is spelt like another. */
export interface Spelling {
  readonly element: number
  readonly attribute: string
  readonly value: string
  /** Dice coefficient of the trigrams, in [0, 1]. */
  readonly likeness: number
}

interface Entry {
  readonly attribute: string
  readonly value: string
  readonly letters: string
  readonly elements: number[]
}

const MIN_LIKENESS = 0.5
const MAX_LENGTH = 64
const MAX_ENTRIES = 20_000
const MAX_SPELLINGS = 12

const known = new WeakMap<PageIndex, readonly Entry[]>()

/** Distinct identifiers of a page with the elements that have them; made once per page. */
function entriesOf(page: PageIndex): readonly Entry[] {
  const found = known.get(page)
  if (found !== undefined) return found
  const entries = new Map<string, Entry>()
  for (let element = 0; element < page.size && entries.size < MAX_ENTRIES; element++) {
    const own = page.attributes(element)
    for (const attribute in own) {
      if (attribute !== 'id' && attribute !== 'name' && !/^data-(?:test|cy|qa)/.test(attribute)) continue
      const value = own[attribute] ?? ''
      if (value.length < 3 || value.length > MAX_LENGTH) continue
      const key = `${attribute} ${value}`
      const entry = entries.get(key)
      if (entry === undefined) entries.set(key, { attribute, value, letters: lettersOf(value), elements: [element] })
      else entry.elements.push(element)
    }
  }
  const made = [...entries.values()]
  known.set(page, made)
  return made
}

const lettersOf = (value: string): string => value.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '')

/** Elements whose id, name or test id is spelt like `name`, the likest first; the same spelling is not meant. */
export function spelledLike(page: PageIndex, name: string): readonly Spelling[] {
  const letters = lettersOf(name.slice(0, MAX_LENGTH))
  if (letters.length < 4) return []
  const grams = new Set<string>()
  for (let i = 0; i + 3 <= letters.length; i++) grams.add(letters.slice(i, i + 3))
  const found: Spelling[] = []
  for (const { attribute, value, letters: other, elements } of entriesOf(page)) {
    const count = other.length - 2
    if (value === name || count < 1 || Math.min(count, grams.size) * 2 < MIN_LIKENESS * (count + grams.size)) continue
    let shared = 0
    for (let i = 0; i < count; i++) if (grams.has(other.slice(i, i + 3))) shared++
    const likeness = (2 * Math.min(shared, grams.size)) / (grams.size + count)
    if (likeness < MIN_LIKENESS || numbersOf(value) !== numbersOf(name)) continue
    for (const element of elements.slice(0, 20))
      found.push({ element, attribute, value, likeness: likeness / Math.sqrt(elements.length) })
  }
  return found.sort((a, b) => b.likeness - a.likeness || a.element - b.element).slice(0, MAX_SPELLINGS)
}

/** `row-1` and `row-2` are spelt alike and are two rows. */
const numbersOf = (value: string): string => value.match(/\d+/g)?.join(' ') ?? ''
