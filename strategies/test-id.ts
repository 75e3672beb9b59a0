import { TEST_ID_ATTRIBUTES } from '../src/dom/fingerprint.ts'
import { isGeneratedId } from '../src/dom/identity/generated.ts'
import { identifierWords } from '../src/dom/text.ts'
import { askedOf } from './asked.ts'
import { Ballot } from './ballot.ts'
import type { Strategy } from './contract.ts'
import { testIdStep } from './pinpoint.ts'

/**
 * Test ids: the same value in the same attribute, in another test-id attribute (a suite that moved from `data-cy` to
 * `data-testid`), the same words written otherwise (`buyNow`, `buy-now`), or the value moved to `id` or `name`.
 */
export const testId: Strategy = {
  name: 'testId',
  priority: 100,
  prior: 0.995,
  propose(target, page) {
    const ballot = new Ballot(target, page)
    const attributes = [...new Set([...target.testIdAttributes, ...TEST_ID_ATTRIBUTES])]
    const own = target.fingerprint.attributes
    const asked = askedOf(target).testIds.map((value) => [target.testIdAttributes[0] ?? 'data-testid', value] as const)
    const held = attributes.flatMap((name) => (own[name] ? [[name, own[name]] as const] : []))
    for (const [name, value] of [...held, ...asked].slice(0, 8)) {
      if (isGeneratedId(value)) continue
      const step = (element: number) => testIdStep(page, element, attributes)
      ballot.addAll(page.withAttribute(name, value), 1, `same ${name} "${value}"`, step)
      for (const other of attributes) {
        if (other === name) continue
        ballot.addAll(page.withAttribute(other, value), 0.97, `${name} "${value}" is now ${other}`, step)
      }
      const words = identifierWords(value)
      for (const element of page.withTrait('identifierWord', words[0] ?? '').slice(0, 200)) {
        const spelt = attributes.find((other) => sameWords(words, page.attributes(element)[other]))
        if (spelt)
          ballot.add(element, 0.93, `${name} "${value}" written "${page.attributes(element)[spelt]}"`, step(element))
      }
      for (const other of ['id', 'name']) {
        ballot.addAll(page.withAttribute(other, value), 0.75, `${name} "${value}" is now its ${other}`, () => null)
      }
    }
    return ballot.witnesses()
  },
}

function sameWords(words: readonly string[], value: string | undefined): boolean {
  if (value === undefined) return false
  const others = identifierWords(value)
  return words.length > 0 && words.length === others.length && words.every((word, i) => word === others[i])
}
