/**
 * Accessible names after "Accessible Name and Description Computation 1.2" and HTML-AAM, as Playwright's `getByRole`
 * computes them. A name is computed only where one can be: roles named by their content, fields, and what carries a
 * label of its own.
 */
import {
  assignedSlot,
  attribute,
  firstChild,
  hasAttribute,
  isElement,
  isText,
  nextSibling,
  parentOf,
  referenced,
  shadowRoot,
  tagOf,
  textContent,
} from './access.ts'
import { pseudoText } from './pseudo.ts'
import { roleOf } from './roles.ts'
import { fieldValue, hasNoOwnBox, isShownByStyle } from './state.ts'

const words = (text: string) => new Set(text.split(/\s+/))
const FROM_CONTENT = words(`button cell checkbox columnheader gridcell heading link menuitem menuitemcheckbox
  menuitemradio option radio row rowheader switch tab tooltip treeitem`)
const INNER_FROM_CONTENT = words(`caption code contentinfo definition deletion emphasis insertion list listitem mark
  none paragraph presentation region row rowgroup section strong subscript superscript table term time`).add('')
const PROHIBITED = words(`caption code definition deletion emphasis generic insertion mark paragraph presentation strong
  subscript suggestion superscript term time`)
const NATIVELY_NAMED = words('input textarea select meter progress output fieldset figure table img area svg summary')
const VALUE_ROLES = words('progressbar scrollbar slider spinbutton meter')
const PLACEHOLDER_TYPES = words('text password number search tel email url')
const IGNORED = words('style script noscript template')

/** How the walk came here: `self` is the element that is being named, `inner` what lies in it. */
interface Walk {
  readonly visited: Set<Element>
  readonly place: 'self' | 'inner' | 'label' | 'labelledby' | 'native'
  /** Hidden text counts: inside a hidden label, or where the named element itself is hidden. */
  readonly hidden: boolean
}

/** The accessible name with white space collapsed; null where the element cannot have one worth computing. */
export function nameOf(element: Element): string | null {
  const role = roleOf(element)
  const tag = tagOf(element)
  const labelled = hasAttribute(element, 'aria-label') || hasAttribute(element, 'aria-labelledby')
  if (!labelled && !FROM_CONTENT.has(role) && !NATIVELY_NAMED.has(tag) && !hasAttribute(element, 'title')) return null
  if (PROHIBITED.has(role)) return ''
  return flatten(alternative(element, { visited: new Set(), place: 'self', hidden: isHidden(element) }))
}

/** White space as a reader hears it; no-break spaces stay. */
function flatten(text: string): string {
  return text
    .replace(/[\u200b\u00ad]/g, '')
    .replace(/[^\S\u00a0]+/g, ' ')
    .trim()
}

const hiddenMemo = new WeakMap<Element, boolean>()

/** Hidden from assistive technology: by style, by `aria-hidden`, or not slotted. */
function isHidden(element: Element): boolean {
  let hidden = hiddenMemo.get(element)
  if (hidden === undefined) {
    hidden = IGNORED.has(tagOf(element)) || hiddenByStyle(element) || ariaHidden(element)
    hiddenMemo.set(element, hidden)
  }
  return hidden
}

function hiddenByStyle(element: Element): boolean {
  if (isShownByStyle(element)) return false
  const tag = tagOf(element)
  if (tag === 'slot' || (tag === 'option' && Element.prototype.closest.call(element, 'select'))) return false
  if (!hasNoOwnBox(element)) return true
  for (let child = firstChild(element); child; child = nextSibling(child)) {
    if (isElement(child) ? !isHidden(child) : isText(child) && child.data.trim() !== '') return false
  }
  return true
}

const ariaMemo = new WeakMap<Element, boolean>()
function ariaHidden(element: Element): boolean {
  let hidden = ariaMemo.get(element)
  if (hidden === undefined) {
    const parent = parentOf(element)
    hidden = attribute(element, 'aria-hidden')?.toLowerCase() === 'true' || (parent ? ariaHidden(parent) : false)
    ariaMemo.set(element, hidden)
  }
  return hidden
}

/** What an element adds to the names around it: a cell to its row, a button to its cell. Computed once. */
const innerMemo = new WeakMap<Element, string>()

function alternative(element: Element, walk: Walk): string {
  if (walk.place !== 'inner' || walk.hidden || walk.visited.has(element)) return compute(element, walk)
  let text = innerMemo.get(element)
  if (text === undefined) {
    text = compute(element, walk)
    innerMemo.set(element, text)
  }
  walk.visited.add(element)
  return text
}

function compute(element: Element, walk: Walk): string {
  const { visited, place } = walk
  if (visited.has(element)) return ''
  if (IGNORED.has(tagOf(element)) || (!walk.hidden && isHidden(element))) {
    visited.add(element)
    return ''
  }
  const role = roleOf(element)
  const labelledBy = place === 'labelledby' ? [] : referenced(element, attribute(element, 'aria-labelledby'))
  if (labelledBy.length > 0) {
    const name = labelledBy
      .map((one) => alternative(one, { visited, place: 'labelledby', hidden: walk.hidden || isHidden(one) }))
      .join(' ')
    if (name.trim()) return name
  }
  if (place !== 'self' && place !== 'native') {
    const embedded = embeddedValue(element, role, walk)
    if (embedded !== null) {
      visited.add(element)
      return embedded
    }
  }
  const label = attribute(element, 'aria-label')
  if (label?.trim()) {
    visited.add(element)
    return label
  }
  const isPresentation = role === 'presentation' || role === 'none'
  if (!isPresentation) {
    const native = nativeName(element, walk, labelledBy.length > 0)
    if (native !== null) {
      visited.add(element)
      return native
    }
  }
  if (takesContent(element, role, walk)) {
    visited.add(element)
    const text = contentText(element, { ...walk, place: place === 'self' ? 'inner' : place })
    if (place === 'self' ? text.trim() : text) return text
  }
  visited.add(element)
  const title = attribute(element, 'title')
  return !isPresentation && title?.trim() ? title : ''
}

function takesContent(element: Element, role: string, walk: Walk): boolean {
  if (FROM_CONTENT.has(role) || tagOf(element) === 'summary') return true
  if (walk.place === 'inner') return INNER_FROM_CONTENT.has(role)
  return walk.place !== 'self'
}

/** The value of a field that stands inside the text that names something else. */
function embeddedValue(element: Element, role: string, walk: Walk): string | null {
  if (role === 'textbox' || role === 'searchbox') return fieldValue(element) ?? textContent(element) ?? ''
  if (role === 'combobox' || role === 'listbox') {
    if (tagOf(element) === 'select' || tagOf(element) === 'input') return fieldValue(element) ?? ''
    const chosen = Element.prototype.querySelectorAll.call(element, '[role=option][aria-selected="true" i]')
    return [...chosen].map((one) => alternative(one, walk)).join(' ')
  }
  if (VALUE_ROLES.has(role))
    return (
      attribute(element, 'aria-valuetext') ?? attribute(element, 'aria-valuenow') ?? attribute(element, 'value') ?? ''
    )
  return role === 'menu' ? '' : null
}

/** The name that HTML itself gives; null where HTML has nothing to say and the content decides. */
function nativeName(element: Element, walk: Walk, hasLabelledBy: boolean): string | null {
  const title = () => attribute(element, 'title') ?? ''
  switch (tagOf(element)) {
    case 'input':
      return inputName(element as HTMLInputElement, walk, hasLabelledBy)
    case 'button':
      return hasLabelledBy ? null : labelText(element as HTMLButtonElement, walk)
    case 'output':
      return hasLabelledBy ? null : (labelText(element as HTMLOutputElement, walk) ?? title())
    case 'select':
    case 'meter':
    case 'progress':
      return hasLabelledBy ? null : (labelText(element as HTMLSelectElement, walk) ?? title())
    case 'textarea':
      if (hasLabelledBy) return null
      return labelText(element as HTMLTextAreaElement, walk) ?? (title() || attribute(element, 'placeholder') || '')
    case 'fieldset':
      return hasLabelledBy ? null : (captionText(element, 'legend', walk) ?? title())
    case 'figure':
      return hasLabelledBy ? null : (captionText(element, 'figcaption', walk) ?? title())
    case 'table':
      return captionText(element, 'caption', walk) ?? (attribute(element, 'summary') || null)
    case 'img':
    case 'area':
      return attribute(element, 'alt')?.trim() ? attribute(element, 'alt') : title()
    default:
      return element instanceof SVGElement ? svgTitle(element, walk) : null
  }
}

function inputName(input: HTMLInputElement, walk: Walk, hasLabelledBy: boolean): string | null {
  const title = attribute(input, 'title') ?? ''
  const standard = { submit: 'Submit', reset: 'Reset', button: title }[input.type]
  if (standard !== undefined) return input.value.trim() ? input.value : standard
  if (input.type === 'file') return labelText(input, walk) ?? 'Choose File'
  if (input.type === 'image') return labelText(input, walk) ?? (attribute(input, 'alt')?.trim() || title || 'Submit')
  if (hasLabelledBy) return null
  const placeholder = PLACEHOLDER_TYPES.has(input.type) ? attribute(input, 'placeholder') : ''
  return labelText(input, walk) ?? (title || placeholder || '')
}

type Labelled = Element & { readonly labels: NodeListOf<HTMLLabelElement> | null }

function labelText(element: Labelled, walk: Walk): string | null {
  const labels = element.labels
  if (!labels || labels.length === 0) return null
  return [...labels]
    .map((label) =>
      alternative(label, {
        visited: walk.visited.add(element),
        place: 'label',
        hidden: walk.hidden || isHidden(label),
      }),
    )
    .filter((text) => text !== '')
    .join(' ')
}

function captionText(element: Element, tag: string, walk: Walk): string | null {
  for (let child = firstChild(element); child; child = nextSibling(child)) {
    if (isElement(child) && tagOf(child) === tag)
      return alternative(child, { visited: walk.visited, place: 'native', hidden: walk.hidden || isHidden(child) })
  }
  return null
}

function svgTitle(element: SVGElement, walk: Walk): string | null {
  for (let child = firstChild(element); child; child = nextSibling(child)) {
    if (isElement(child) && tagOf(child) === 'title')
      return alternative(child, { visited: walk.visited, place: 'labelledby', hidden: true })
  }
  return null
}

function contentText(element: Element, walk: Walk): string {
  const parts = [pseudoText(element, '::before')]
  const slotted = element instanceof HTMLSlotElement ? element.assignedNodes() : []
  if (slotted.length > 0) {
    for (const node of slotted) visit(node, walk, parts)
  } else {
    const root = shadowRoot(element)
    for (let child = firstChild(element); child; child = nextSibling(child)) {
      if (isElement(child) ? assignedSlot(child) || root : root) continue
      visit(child, walk, parts)
    }
    for (let child = root ? firstChild(root) : null; child; child = nextSibling(child)) visit(child, walk, parts)
    for (const owned of referenced(element, attribute(element, 'aria-owns'))) visit(owned, walk, parts)
  }
  parts.push(pseudoText(element, '::after'))
  return parts.join('')
}

function visit(node: Node, walk: Walk, parts: string[]): void {
  if (isText(node)) parts.push(node.data)
  if (!isElement(node)) return
  const text = alternative(node, walk)
  if (tagOf(node) === 'br') parts.push(' ')
  else if (text !== '') parts.push(isInline(node) ? text : ` ${text} `)
}

function isInline(element: Element): boolean {
  return getComputedStyle(element).display === 'inline'
}
