/** Visibility, enabled, editable and value of an element, as Playwright's actionability checks see them. */
import {
  attribute,
  firstChild,
  hasAttribute,
  isElement,
  isText,
  nextSibling,
  parentOf,
  rectOf,
  rendered,
  tagOf,
} from './access.ts'
import { nativelyDisabled } from './disabled.ts'
import { roleOf } from './roles.ts'

const ARIA_DISABLED_ROLES = new Set(
  `application button composite gridcell group input link menuitem scrollbar separator tab checkbox columnheader
  combobox grid listbox menu menubar menuitemcheckbox menuitemradio option radio radiogroup row rowheader searchbox
  select slider spinbutton switch tablist textbox toolbar tree treegrid treeitem`.split(/\s+/),
)
const TEXT_INPUTS = new Set(
  'color date datetime-local email month number password range search tel text time url week'.split(' '),
)
const SECRET_AUTOCOMPLETE = /\b(?:current-password|new-password|one-time-code|cc-(?:number|csc|exp\S*))\b/i
export const MASK = '••••••'

const styleMemo = new WeakMap<Element, boolean>()

/** Laid out and not hidden by `visibility`; asked for more than once, because names depend on it too. */
export function isShownByStyle(element: Element): boolean {
  let shown = styleMemo.get(element)
  if (shown === undefined) {
    shown = rendered(element, { visibilityProperty: true })
    styleMemo.set(element, shown)
  }
  return shown
}

/** The box in the coordinates of the frame's viewport; null where the element is not rendered. */
export function boxOf(element: Element): DOMRect | null {
  return isShownByStyle(element) || rendered(element) ? rectOf(element) : null
}

/** Visible as Playwright means it: not hidden by style and with a box that is not empty. */
export function isVisible(element: Element, box: DOMRect | null): boolean {
  if (box) return box.width > 0 && box.height > 0 && isShownByStyle(element)
  return hasNoOwnBox(element) && contentsVisible(element)
}

/** True for `display: contents`, whose children are laid out in its stead. */
export function hasNoOwnBox(element: Element): boolean {
  const parent = parentOf(element)
  if (parent && !rendered(parent) && getComputedStyle(parent).display !== 'contents') return false
  return getComputedStyle(element).display === 'contents'
}

function contentsVisible(element: Element): boolean {
  for (let child = firstChild(element); child; child = nextSibling(child)) {
    if (isElement(child) ? isVisible(child, boxOf(child)) : isText(child) && textHasBox(child)) return true
  }
  return false
}

export function textHasBox(text: Text): boolean {
  const range = document.createRange()
  range.selectNode(text)
  const box = range.getBoundingClientRect()
  return box.width > 0 && box.height > 0
}

export function isEnabled(element: Element): boolean {
  if (nativelyDisabled(element)) return false
  return !ARIA_DISABLED_ROLES.has(roleOf(element)) || !ariaDisabled(element)
}

const disabledMemo = new WeakMap<Element, boolean>()
function ariaDisabled(element: Element): boolean {
  let disabled = disabledMemo.get(element)
  if (disabled === undefined) {
    const value = attribute(element, 'aria-disabled')?.toLowerCase()
    const parent = value === 'true' || value === 'false' ? null : parentOf(element)
    disabled = value === 'true' || (parent !== null && ariaDisabled(parent))
    disabledMemo.set(element, disabled)
  }
  return disabled
}

/** Null where the element is nothing that text could be typed or chosen in. */
export function isEditable(element: Element, enabled: boolean): boolean | null {
  const tag = tagOf(element)
  const isField =
    tag === 'textarea' || tag === 'select' || (tag === 'input' && TEXT_INPUTS.has((element as HTMLInputElement).type))
  if (isField) return enabled && !hasAttribute(element, 'readonly')
  if (!(element instanceof HTMLElement) || !element.isContentEditable) return null
  return enabled && attribute(element, 'aria-readonly')?.toLowerCase() !== 'true'
}

export function isSecret(element: Element): boolean {
  if (tagOf(element) !== 'input') return false
  return (
    attribute(element, 'type')?.toLowerCase() === 'password' ||
    SECRET_AUTOCOMPLETE.test(attribute(element, 'autocomplete') ?? '')
  )
}

/** What a field holds; null for what is no field. Values of secret fields are masked. */
export function fieldValue(element: Element): string | null {
  const value = rawValue(element)
  return value && isSecret(element) ? MASK : value
}

/** A page rebuilt from a trace carries the values that were typed in an attribute of its own. */
function rawValue(element: Element): string | null {
  const tag = tagOf(element)
  if (tag === 'select') return selectedText(element as HTMLSelectElement)
  const isTyped = tag === 'textarea' || (tag === 'input' && TEXT_INPUTS.has((element as HTMLInputElement).type))
  if (!isTyped) return null
  return attribute(element, '__playwright_value_') ?? (element as HTMLInputElement | HTMLTextAreaElement).value
}

function selectedText(select: HTMLSelectElement): string {
  const marked = [...select.options].filter((option) => attribute(option, '__playwright_selected_') === 'true')
  const chosen = marked.length > 0 ? marked : [...select.selectedOptions]
  return chosen.map((option) => option.label).join(', ')
}
