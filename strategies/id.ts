import { isGeneratedId, stableId } from '../src/dom/identity/generated.ts'
import { identifierWords } from '../src/dom/text.ts'
import { askedOf } from './asked.ts'
import { Ballot } from './ballot.ts'
import type { Strategy } from './contract.ts'
import { idStep } from './pinpoint.ts'

/**
 * The id: the same, the same but for a generated part (`input-x7gh2-email`, `input-k31fa-email`), the same words in
 * another spelling, or moved into `name` or `for`. Ids that are generated throughout say nothing.
 */
export const id: Strategy = {
  name: 'id',
  priority: 95,
  prior: 0.98,
  propose(target, page) {
    const ballot = new Ballot(target, page)
    const ids = new Set([target.fingerprint.attributes.id ?? '', ...askedOf(target).ids])
    for (const value of [...ids].slice(0, 4)) {
      const kept = stableId(value)
      const words = identifierWords(kept)
      if (value === '' || kept === '') continue
      const generated = isGeneratedId(value)
      ballot.addAll(page.withId(value), generated ? 0.6 : 1, `same id "${value}"`, (element) => idStep(page, element))
      // The rarest word leads to those that may be the same id in another form.
      const rarest = words.reduce<string>(
        (best, word) =>
          best === '' || page.withTrait('identifierWord', word).length < page.withTrait('identifierWord', best).length
            ? word
            : best,
        '',
      )
      for (const element of page.withTrait('identifierWord', rarest).slice(0, 200)) {
        const other = page.attributes(element).id
        if (other === undefined || other === value) continue
        if (stableId(other) === kept)
          ballot.add(element, 0.85, `id "${value}" but for its generated part`, idStep(page, element))
        else if (identifierWords(other).join(' ') === words.join(' '))
          ballot.add(element, 0.9, `id "${value}" written "${other}"`, idStep(page, element))
      }
      if (generated) continue
      ballot.addAll(page.withAttribute('name', value), 0.75, `id "${value}" is now its name`, () => null)
      for (const attribute of target.testIdAttributes)
        ballot.addAll(page.withAttribute(attribute, value), 0.75, `id "${value}" is now its ${attribute}`, () => null)
    }
    return ballot.witnesses()
  },
}
