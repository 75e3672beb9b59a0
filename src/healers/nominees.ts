import type { RankedCandidate } from '../dom/identity/ranking.ts'
import type { PageIndex } from '../dom/page-index.ts'
import { normalise } from '../dom/text.ts'
import { successorsOf } from '../evidence/explain.ts'
import { NAMING } from '../evidence/value-pairs.ts'
import type { History } from '../evidence/weigh.ts'
import type { Fingerprint } from '../model.ts'

/**
 * Elements that have what a commit renamed a value of the lost element to. Where the locator is all that is known of it,
 * every element is about as unlike it as any other, and the ranking alone would not bring the right one up for judgement.
 *
 * @param ranked candidates of the ranking, which keep their probability
 */
export const nominees = (
  old: Fingerprint,
  page: PageIndex,
  ranked: readonly RankedCandidate[],
  history: History,
  testIdAttributes: readonly string[],
): readonly RankedCandidate[] => {
  if (history === null) return []
  const found: number[] = []
  const add = (elements: readonly number[]): void => {
    const outer = elements.filter((element) => !isInside(page, element, elements))
    // Of several with the same new name, as in the rows of a table, nothing tells here which it was.
    if (outer.length === 1) found.push(...outer)
  }
  for (const [attribute, what] of [...testIdAttributes.map((one) => [one, 'test id'] as const), ...NAMING]) {
    const value = old.attributes[attribute]
    if (value) for (const fresh of successorsOf(what, value, history)) add(page.withAttribute(attribute, fresh))
  }
  for (const text of new Set([old.ownText || old.text, old.name, old.label])) {
    if (!text) continue
    for (const fresh of successorsOf('text', text, history)) {
      add(page.withTrait('text', normalise(fresh)))
      add(page.withAttribute('aria-label', fresh))
    }
  }
  return [...new Set(found)].map(
    (element) =>
      ranked.find(({ sameThing }) => sameThing.includes(element)) ?? {
        element,
        probability: 0,
        score: Number.NEGATIVE_INFINITY,
        named: false,
        twin: false,
        evidence: [],
        sameThing: [element],
      },
  )
}

/** Whether another of the elements is around this one: the link and the words in it are one thing. */
const isInside = ({ tree }: PageIndex, element: number, elements: readonly number[]): boolean => {
  for (let at = tree.parents[element] ?? -1; at >= 0; at = tree.parents[at] ?? -1)
    if (elements.includes(at)) return true
  return false
}
