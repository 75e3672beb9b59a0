import { normalise } from '../src/dom/text.ts'
import type { LocatorStep } from '../src/model.ts'
import { askedOf } from './asked.ts'
import { Ballot } from './ballot.ts'
import type { Strategy } from './contract.ts'
import { attributeStep, sameText } from './pinpoint.ts'

/** Attributes whose value describes or wires an element for assistive technology, with how much one in common says. */
const ATTRIBUTES: Readonly<Record<string, number>> = {
  'aria-label': 1,
  'aria-roledescription': 0.6,
  'aria-description': 0.8,
  'aria-placeholder': 0.9,
  'aria-valuetext': 0.5,
  'aria-keyshortcuts': 0.9,
  'aria-controls': 0.85,
  'aria-labelledby': 0.85,
  'aria-describedby': 0.8,
  'aria-details': 0.7,
  'aria-owns': 0.8,
  'aria-activedescendant': 0.5,
  'aria-errormessage': 0.7,
  'aria-current': 0.4,
  'aria-haspopup': 0.3,
  'aria-level': 0.2,
  'aria-posinset': 0.3,
}

/**
 * ARIA attributes, and where their text went: an `aria-label` that became the visible text or the label of the element,
 * references (`aria-controls`, `aria-labelledby`) that still lead to the same place.
 */
export const aria: Strategy = {
  name: 'aria',
  priority: 85,
  prior: 0.93,
  propose(target, page) {
    const ballot = new Ballot(target, page)
    const own = target.fingerprint.attributes
    const step = (element: number): LocatorStep | null => {
      const label = page.attributes(element)['aria-label']
      return label !== undefined && label !== '' && label.length <= 80
        ? { kind: 'label', value: label, exact: true }
        : null
    }
    for (const [attribute, worth] of Object.entries(ATTRIBUTES)) {
      const value = own[attribute]
      if (value === undefined || value === '') continue
      const same = page.withAttribute(attribute, value)
      const rare = page.attributeRarity(attribute, value)
      ballot.addAll(same, worth * (0.5 + 0.5 * rare), `same ${attribute} "${value.slice(0, 80)}"`, (element) =>
        attribute === 'aria-label' ? step(element) : attributeStep(page, element, attribute),
      )
    }
    const labels = new Set([own['aria-label'] ?? '', ...askedOf(target).labels])
    for (const label of [...labels].slice(0, 4)) {
      const wanted = normalise(label)
      if (wanted === '') continue
      ballot.addAll(page.withTrait('text', wanted), 0.9, `named "${label.slice(0, 80)}" as its label was`, step)
    }
    const computed = target.fingerprint.name
    if (computed !== undefined && computed !== '' && !labels.has(computed)) {
      // What had its name from its content may have it from an aria-label today.
      for (const element of page.withTrait('text', normalise(computed)).slice(0, 200)) {
        const label = page.attributes(element)['aria-label']
        if (sameText(label, computed))
          ballot.add(element, 0.9, `aria-label "${computed}" is the name it had`, step(element))
      }
    }
    return ballot.witnesses()
  },
}
