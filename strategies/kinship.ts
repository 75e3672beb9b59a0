import type { PageIndex } from '../src/dom/page-index.ts'
import type { ActionKind, Fingerprint, Target } from '../src/model.ts'

/** What an element is for a user. */
export type Kin = 'press' | 'field' | 'choice' | 'picture' | 'heading' | 'row' | 'other'

const CHOICE_ROLES = /^(?:checkbox|radio|switch|menuitemcheckbox|menuitemradio|option)$/
const FIELD_ROLES = /^(?:textbox|searchbox|combobox|spinbutton|slider|listbox)$/
const PRESS_ROLES = /^(?:button|link|tab|menuitem|treeitem)$/

/** Kind of an element from its tag, role and type. */
export function kinOf(tag: string, role: string | undefined, type: string | undefined): Kin {
  if (role !== undefined && CHOICE_ROLES.test(role)) return 'choice'
  if (role !== undefined && FIELD_ROLES.test(role)) return 'field'
  if (role !== undefined && PRESS_ROLES.test(role)) return 'press'
  if (tag === 'input') {
    if (type === 'checkbox' || type === 'radio') return 'choice'
    return type !== undefined && /^(?:button|submit|reset|image)$/.test(type) ? 'press' : 'field'
  }
  if (tag === 'textarea' || tag === 'select') return 'field'
  if (tag === 'button' || tag === 'a' || tag === 'summary') return 'press'
  if (tag === 'img' || tag === 'svg' || role === 'img') return 'picture'
  if (/^h[1-6]$/.test(tag) || role === 'heading') return 'heading'
  return tag === 'tr' || tag === 'li' || role === 'row' || role === 'listitem' ? 'row' : 'other'
}

const kinOfFingerprint = (one: Fingerprint): Kin => kinOf(one.tag, one.role ?? one.attributes.role, one.attributes.type)

export function kinOfElement(page: PageIndex, element: number): Kin {
  const attributes = page.attributes(element)
  const role = page.snapshot?.elements[element]?.role ?? attributes.role
  return kinOf(page.tag(element), role, attributes.type)
}

/** What an action asks of its element; undefined where any will do. */
const NEEDS: Partial<Record<ActionKind, readonly Kin[]>> = {
  fill: ['field', 'other'],
  select: ['field', 'press'],
  check: ['choice', 'other'],
}

/**
 * How well an element is the same kind of thing as the lost one, and fit for the action, in (0, 1]: 1 for the same tag
 * and kind, less for a kind that a redesign may turn it into (a link into a button), little for something else.
 */
export function kinship(target: Target, page: PageIndex, element: number): number {
  const { fingerprint, action } = target
  const was = kinOfFingerprint(fingerprint)
  const now = kinOfElement(page, element)
  const needs = NEEDS[action]
  const fit =
    needs !== undefined && !needs.includes(now) ? 0.3 : page.visible(element) || fingerprint.visible === false ? 1 : 0.7
  if (was === now) return fit * (fingerprint.tag === page.tag(element) ? 1 : 0.97)
  if (was === 'other' || now === 'other') return fit * (was === 'press' || now === 'press' ? 0.8 : 0.7)
  return fit * 0.5
}
