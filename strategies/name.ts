import { identifierWords } from '../src/dom/text.ts'
import { cssString, escapeIdentifier } from '../src/locators/playwright-selector.ts'
import { askedOf } from './asked.ts'
import { Ballot } from './ballot.ts'
import type { Strategy } from './contract.ts'
import { attributeStep } from './pinpoint.ts'

/** The name a field is sent under. Radio buttons and boxes share one and are told apart by their value. */
export const name: Strategy = {
  name: 'name',
  priority: 90,
  prior: 0.95,
  propose(target, page) {
    const ballot = new Ballot(target, page)
    const own = target.fingerprint.attributes
    const names = new Set([own.name ?? '', ...askedOf(target).names])
    for (const value of [...names].slice(0, 4)) {
      if (value === '') continue
      const same = page.withAttribute('name', value)
      for (const element of same.slice(0, 400)) {
        const now = page.attributes(element)
        const sameValue = own.value !== undefined && now.value === own.value
        const alone = same.length === 1
        const strength = alone || sameValue ? 1 : own.value === undefined ? 0.9 / Math.sqrt(same.length) : 0.3
        const step =
          alone || now.value === undefined
            ? attributeStep(page, element, 'name')
            : {
                kind: 'css' as const,
                value: `${escapeIdentifier(page.tag(element))}[name=${cssString(value)}][value=${cssString(now.value)}]`,
              }
        ballot.add(
          element,
          strength,
          `same name "${value}"${sameValue && !alone ? ` and value "${own.value}"` : ''}`,
          step,
        )
      }
      const words = identifierWords(value)
      const sharing = new Set(words.flatMap((word) => page.withTrait('identifierWord', word).slice(0, 200)))
      for (const element of sharing) {
        const other = page.attributes(element).name
        if (other === undefined || other === value) continue
        const now = identifierWords(other)
        const tail = now.length > 1 && words.length > 1 && now.at(-1) === words.at(-1)
        if (now.join(' ') === words.join(' '))
          ballot.add(element, 0.9, `name "${value}" written "${other}"`, attributeStep(page, element, 'name'))
        else if (tail)
          ballot.add(element, 0.5, `name "${other}" ends as "${value}" did`, attributeStep(page, element, 'name'))
      }
      ballot.addAll(page.withId(value), 0.7, `name "${value}" is now its id`, () => null)
    }
    return ballot.witnesses()
  },
}
