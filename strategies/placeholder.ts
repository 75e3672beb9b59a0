import { editSimilarity, normalise, wordOverlap, wordsOf } from '../src/dom/text.ts'
import type { LocatorStep } from '../src/model.ts'
import { askedOf } from './asked.ts'
import { Ballot } from './ballot.ts'
import type { Strategy } from './contract.ts'

/** The hint in an empty field: the same, one like it, or turned into the field's label. */
export const placeholder: Strategy = {
  name: 'placeholder',
  priority: 70,
  prior: 0.82,
  propose(target, page) {
    const ballot = new Ballot(target, page)
    const hints = new Set([target.fingerprint.attributes.placeholder ?? '', ...askedOf(target).placeholders])
    hints.delete('')
    if (hints.size === 0) return []
    const step = (element: number): LocatorStep | null => {
      const value = page.attributes(element).placeholder
      return value === undefined || value === '' ? null : { kind: 'placeholder', value, exact: true }
    }
    const fields = ['input', 'textarea'].flatMap((tag) => page.withTrait('tag', tag)).slice(0, 2_000)
    for (const hint of [...hints].slice(0, 3)) {
      const wanted = normalise(hint)
      const words = wordsOf(wanted)
      ballot.addAll(page.withAttribute('placeholder', hint), 1, `same placeholder "${hint}"`, step)
      for (const element of fields) {
        const now = page.attributes(element).placeholder
        if (now === undefined || now === '' || now === hint) continue
        const other = normalise(now)
        if (bare(other) === bare(wanted)) {
          ballot.add(element, 0.97, `placeholder "${now}" but for its signs`, step(element))
          continue
        }
        const overlap = wordOverlap(words, wordsOf(other), (word) => 0.2 + page.rarity('word', word))
        const near = Math.max(overlap, editSimilarity(wanted, other) - 0.1)
        if (near > 0.5) ballot.add(element, 0.8 * near, `placeholder "${now}", nearly as it was`, step(element))
      }
      ballot.addAll(page.withTrait('text', wanted), 0.7, `its placeholder "${hint}" is now its label`, () => null)
    }
    return ballot.witnesses()
  },
}

const bare = (text: string): string => text.replace(/[\p{P}\p{S}\s]+/gu, '')
