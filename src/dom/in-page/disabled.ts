import { closest, hasAttribute, tagOf } from './access.ts'

const FORM_CONTROLS = new Set(['button', 'input', 'select', 'textarea', 'option', 'optgroup'])

/** Disabled by HTML itself: its own attribute, or that of the group or fieldset around it. */
export function nativelyDisabled(element: Element): boolean {
  const tag = tagOf(element)
  if (!FORM_CONTROLS.has(tag)) return false
  if (hasAttribute(element, 'disabled')) return true
  if (tag === 'option' && closest(element, 'optgroup[disabled]')) return true
  const fieldset = closest(element, 'fieldset[disabled]')
  if (!fieldset) return false
  const legend = Element.prototype.querySelector.call(fieldset, ':scope > legend')
  return !legend?.contains(element)
}
