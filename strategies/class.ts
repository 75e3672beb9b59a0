import { stableClasses } from '../src/dom/identity/generated.ts'
import { wordOverlap } from '../src/dom/text.ts'
import { askedOf } from './asked.ts'
import { Ballot } from './ballot.ts'
import type { Strategy } from './contract.ts'
import { classStep } from './pinpoint.ts'

/** Classes shared by more elements than this lead nowhere. */
const MAX_SHARED = 150

/**
 * Class tokens, hashes taken off (`Button_primary__x7Gh2` is `Button_primary`) and weighted by their rarity on the page:
 * a class that every card has says nothing of which card it is.
 */
export const className: Strategy = {
  name: 'class',
  priority: 60,
  prior: 0.7,
  propose(target, page) {
    const ballot = new Ballot(target, page)
    const old = stableClasses([target.fingerprint.attributes.class ?? '', ...askedOf(target).classes].join(' '))
    const leads = old
      .map((token) => ({ token, holders: page.withTrait('class', token) }))
      .filter(({ holders }) => holders.length > 0 && holders.length <= MAX_SHARED)
      .sort((a, b) => a.holders.length - b.holders.length)
    const seen = new Set<number>()
    for (const { token, holders } of leads.slice(0, 4)) {
      for (const element of holders) {
        if (seen.has(element)) continue
        seen.add(element)
        const now = stableClasses(page.attributes(element).class)
        const overlap = wordOverlap(old, now, (one) => 0.05 + page.rarity('class', one))
        const rare = page.rarity('class', token)
        const strength = overlap * (0.4 + 0.6 * rare ** 2) * (page.tag(element) === target.fingerprint.tag ? 1 : 0.8)
        if (strength > 0.1) ballot.add(element, strength, `shares its class "${token}"`, classStep(page, element))
      }
    }
    return ballot.witnesses()
  },
}
