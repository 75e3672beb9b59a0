import { normalise } from '../src/dom/text.ts'
import type { LocatorStep } from '../src/model.ts'
import { askedOf } from './asked.ts'
import { Ballot } from './ballot.ts'
import type { Strategy } from './contract.ts'

const KINDS: readonly { readonly attribute: string; readonly kind: 'title' | 'altText'; readonly worth: number }[] = [
  { attribute: 'title', kind: 'title', worth: 1 },
  { attribute: 'alt', kind: 'altText', worth: 1 },
  // What component libraries keep a tooltip in until it is shown.
  { attribute: 'data-original-title', kind: 'title', worth: 0.95 },
  { attribute: 'data-bs-original-title', kind: 'title', worth: 0.95 },
  { attribute: 'data-tooltip', kind: 'title', worth: 0.9 },
  { attribute: 'data-title', kind: 'title', worth: 0.9 },
]

/** Tooltips and picture texts: the same in the same attribute, in a sister attribute, or as the name of a picture in it. */
export const title: Strategy = {
  name: 'title',
  priority: 65,
  prior: 0.78,
  propose(target, page) {
    const ballot = new Ballot(target, page)
    const own = target.fingerprint.attributes
    const values = new Set([...KINDS.map(({ attribute }) => own[attribute] ?? ''), ...askedOf(target).titles])
    values.delete('')
    for (const value of [...values].slice(0, 4)) {
      const shown = value.slice(0, 80)
      for (const { attribute, worth } of KINDS) {
        const same = own[attribute] === value || own[attribute] === undefined
        const step = (element: number): LocatorStep | null => stepOf(page.attributes(element))
        ballot.addAll(
          page.withAttribute(attribute, value),
          same ? worth : 0.9 * worth,
          `same ${attribute} "${shown}"`,
          step,
        )
      }
      for (const element of page.withTrait('tag', 'title').slice(0, 500)) {
        // The text of an <svg><title> is the tooltip of whatever the picture stands in.
        if (page.shortText(element) !== normalise(value)) continue
        const picture = page.tree.parents[element] ?? -1
        const around = picture < 0 ? -1 : (page.tree.parents[picture] ?? -1)
        if (picture >= 0) ballot.add(picture, 0.8, `its picture is titled "${shown}"`, null)
        if (around >= 0) ballot.add(around, 0.85, `its picture is titled "${shown}"`, null)
      }
      ballot.addAll(
        page.withAttribute('aria-label', value),
        0.85,
        `its title "${shown}" is now its aria-label`,
        () => null,
      )
      const named = page
        .withTrait('text', normalise(value))
        .filter((element) => page.attributes(element).title === undefined)
      ballot.addAll(named, 0.7, `its title "${shown}" is now its name`, () => null)
    }
    return ballot.witnesses()
  },
}

function stepOf(attributes: Readonly<Record<string, string>>): LocatorStep | null {
  for (const [attribute, kind] of [
    ['title', 'title'],
    ['alt', 'altText'],
  ] as const) {
    const value = attributes[attribute]
    if (value !== undefined && value !== '' && value.length <= 120) return { kind, value, exact: true }
  }
  return null
}
