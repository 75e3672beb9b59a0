import type { PageIndex } from '../src/dom/page-index.ts'
import { editSimilarity, normalise, wordCoverage, wordOverlap, wordsOf } from '../src/dom/text.ts'
import type { LocatorStep } from '../src/model.ts'
import { askedOf } from './asked.ts'
import { Ballot } from './ballot.ts'
import type { Strategy } from './contract.ts'
import { textStep } from './pinpoint.ts'

/** Longest list of elements that one word leads to; commoner words are skipped. */
const MAX_SHARED = 120

/** Words without which a label still says the same; digits in brackets are counters. */
const plain = (text: string): string =>
  normalise(text)
    .replace(/[([]\s*[\d.,]+\+?\s*[)\]]/g, '')
    .replace(/[\p{P}\p{S}]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim()

/**
 * Visible text: the same, the same but for punctuation and counters, one within the other, or with most of its rare
 * words. Meaning is the business of `semantic`: here only letters and words count.
 */
export const text: Strategy = {
  name: 'text',
  priority: 75,
  prior: 0.85,
  propose(target, page) {
    const ballot = new Ballot(target, page)
    const { fingerprint } = target
    const texts = new Set(
      [fingerprint.text ?? '', fingerprint.ownText ?? '', ...askedOf(target).texts].filter((one) => one.trim() !== ''),
    )
    for (const value of [...texts].slice(0, 4)) collect(ballot, page, value)
    return ballot.witnesses()
  },
}

function collect(ballot: Ballot, page: PageIndex, value: string): void {
  const wanted = normalise(value)
  const shown = value.trim().slice(0, 80)
  const step = (element: number): LocatorStep | null => textStep(page, element)
  ballot.addAll(page.withTrait('text', wanted), 1, `same text "${shown}"`, step)
  const words = wordsOf(wanted, 24)
  const bare = plain(wanted)
  const weight = (word: string): number => 0.05 + page.rarity('word', word)
  for (const element of holdersOfRareWords(page, words)) {
    const now = page.shortText(element)
    if (now === wanted) continue
    const said = now.slice(0, 80)
    if (bare !== '' && plain(now) === bare) {
      ballot.add(element, 0.95, `text "${said}" but for its signs`, step(element))
      continue
    }
    const others = wordsOf(now, 40)
    const overlap = wordOverlap(words, others, weight)
    const within = wordCoverage(words, others, weight)
    const letters = words.length <= 4 ? editSimilarity(wanted, now) : 0
    const grown =
      0.4 + 0.6 * Math.min(1, words.length / Math.max(1, others.length), others.length / Math.max(1, words.length))
    // What holds many elements holds many words by chance.
    const inner = (page.tree.sizes[element] ?? 0) > 3 ? 0.85 : 1
    const near = inner * Math.max(overlap, within * grown, 0.9 * letters)
    if (near > 0.35) ballot.add(element, 0.85 * near, `text "${said}" shares its rarer words`, step(element))
  }
}

/** Elements with the rarest words of a text, and with words that differ from them by a letter or an ending. */
function holdersOfRareWords(page: PageIndex, words: readonly string[]): ReadonlySet<number> {
  const found = new Set<number>()
  const rarest = [...new Set(words)]
    .map((word) => ({ word, holders: page.withTrait('word', word) }))
    .filter(({ holders }) => holders.length > 0 && holders.length <= MAX_SHARED)
    .sort((a, b) => a.holders.length - b.holders.length)
  for (const { holders } of rarest.slice(0, 5)) for (const element of holders) found.add(element)
  return found
}
