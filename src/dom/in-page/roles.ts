/**
 * ARIA roles as HTML-AAM gives them and as Playwright's `getByRole` sees them: plain containers have none, a `section`
 * or `form` only with an explicit name, `header` and `footer` only outside of sectioning content.
 */
import {
  attribute,
  closestAcross,
  firstChild,
  hasAttribute,
  isElement,
  parentOf,
  referenced,
  tagOf,
  textContent,
} from './access.ts'
import { nativelyDisabled } from './disabled.ts'

const VALID_ROLES = new Set(
  `alert alertdialog application article banner blockquote button caption cell checkbox code columnheader combobox
  complementary contentinfo definition deletion dialog directory document emphasis feed figure form generic grid gridcell
  group heading img insertion link list listbox listitem log main mark marquee math menu menubar menuitem
  menuitemcheckbox menuitemradio meter navigation none note option paragraph presentation progressbar radio radiogroup
  region row rowgroup rowheader scrollbar search searchbox separator slider spinbutton status strong subscript
  superscript switch tab table tablist tabpanel term textbox time timer toolbar tooltip tree treegrid treeitem`.split(
    /\s+/,
  ),
)

const TAG_ROLES: Readonly<Record<string, string>> = {
  article: 'article',
  aside: 'complementary',
  blockquote: 'blockquote',
  button: 'button',
  caption: 'caption',
  code: 'code',
  datalist: 'listbox',
  dd: 'definition',
  del: 'deletion',
  details: 'group',
  dfn: 'term',
  dialog: 'dialog',
  dt: 'term',
  em: 'emphasis',
  fieldset: 'group',
  figure: 'figure',
  h1: 'heading',
  h2: 'heading',
  h3: 'heading',
  h4: 'heading',
  h5: 'heading',
  h6: 'heading',
  hr: 'separator',
  html: 'document',
  ins: 'insertion',
  li: 'listitem',
  main: 'main',
  mark: 'mark',
  math: 'math',
  menu: 'list',
  meter: 'meter',
  nav: 'navigation',
  ol: 'list',
  optgroup: 'group',
  option: 'option',
  output: 'status',
  p: 'paragraph',
  progress: 'progressbar',
  search: 'search',
  strong: 'strong',
  sub: 'subscript',
  sup: 'superscript',
  svg: 'img',
  table: 'table',
  tbody: 'rowgroup',
  textarea: 'textbox',
  tfoot: 'rowgroup',
  thead: 'rowgroup',
  time: 'time',
  tr: 'row',
  ul: 'list',
}

const INPUT_ROLES: Readonly<Record<string, string>> = {
  button: 'button',
  checkbox: 'checkbox',
  file: 'button',
  image: 'button',
  number: 'spinbutton',
  radio: 'radio',
  range: 'slider',
  reset: 'button',
  submit: 'button',
}

const SECTIONING =
  'article:not([role]),aside:not([role]),main:not([role]),nav:not([role]),section:not([role]),' +
  '[role=article],[role=complementary],[role=main],[role=navigation],[role=region]'

/** Children that lose their role with a parent of role `presentation`. */
const BELONGS_TO: Readonly<Record<string, readonly string[]>> = {
  dd: ['dl', 'div'],
  div: ['dl'],
  dt: ['dl', 'div'],
  li: ['ol', 'ul'],
  tbody: ['table'],
  td: ['tr'],
  tfoot: ['table'],
  th: ['tr'],
  thead: ['table'],
  tr: ['thead', 'tbody', 'tfoot', 'table'],
}

const GLOBAL_ATTRIBUTES =
  `aria-atomic aria-busy aria-controls aria-current aria-describedby aria-details aria-dropeffect aria-flowto
  aria-grabbed aria-hidden aria-keyshortcuts aria-live aria-owns aria-relevant`.split(/\s+/)
const UNNAMEABLE = new Set(
  'caption code deletion emphasis generic insertion paragraph presentation strong subscript superscript'.split(' '),
)

const memo = new WeakMap<Element, string>()

/** The role of an element; empty where it has none. */
export function roleOf(element: Element): string {
  let role = memo.get(element)
  if (role === undefined) {
    role = computeRole(element)
    memo.set(element, role)
  }
  return role
}

function computeRole(element: Element): string {
  const explicit = explicitRole(element)
  if (!explicit) return implicitRole(element)
  if (explicit !== 'none' && explicit !== 'presentation') return explicit
  const implicit = implicitRole(element)
  return keepsRole(element, implicit) ? implicit : explicit
}

function explicitRole(element: Element): string {
  const value = attribute(element, 'role')
  if (!value) return ''
  return (
    value
      .toLowerCase()
      .split(' ')
      .find((role) => VALID_ROLES.has(role.trim()))
      ?.trim() ?? ''
  )
}

/** A focusable element or one with global ARIA attributes stays what it is in spite of `role=none`. */
function keepsRole(element: Element, role: string): boolean {
  if (GLOBAL_ATTRIBUTES.some((name) => hasAttribute(element, name))) return true
  if (!UNNAMEABLE.has(role) && (hasAttribute(element, 'aria-label') || hasAttribute(element, 'aria-labelledby')))
    return true
  if (role !== 'generic' && hasAttribute(element, 'aria-roledescription')) return true
  return !nativelyDisabled(element) && (nativelyFocusable(element) || hasTabIndex(element))
}

function nativelyFocusable(element: Element): boolean {
  const tag = tagOf(element)
  if (tag === 'a' || tag === 'area') return hasAttribute(element, 'href')
  if (tag === 'input') return !(element as HTMLInputElement).hidden
  return tag === 'button' || tag === 'details' || tag === 'select' || tag === 'textarea'
}

function hasTabIndex(element: Element): boolean {
  return !Number.isNaN(Number(attribute(element, 'tabindex') ?? Number.NaN))
}

function implicitRole(element: Element): string {
  const own = roleByTag(element)
  if (!own) return ''
  for (let at = element; ; ) {
    const parent = parentOf(at)
    if (!parent || !BELONGS_TO[tagOf(at)]?.includes(tagOf(parent))) return own
    const given = explicitRole(parent)
    if ((given === 'none' || given === 'presentation') && !keepsRole(parent, given)) return given
    at = parent
  }
}

const isNamed = (element: Element): boolean =>
  hasAttribute(element, 'aria-label') || hasAttribute(element, 'aria-labelledby')

function roleByTag(element: Element): string {
  const tag = tagOf(element)
  const fixed = TAG_ROLES[tag]
  if (fixed) return fixed
  switch (tag) {
    case 'a':
    case 'area':
      return hasAttribute(element, 'href') ? 'link' : ''
    case 'form':
      return isNamed(element) ? 'form' : ''
    case 'section':
      return isNamed(element) ? 'region' : ''
    case 'header':
      return closestAcross(element, SECTIONING) ? '' : 'banner'
    case 'footer':
      return closestAcross(element, SECTIONING) ? '' : 'contentinfo'
    case 'img':
      return isDecorative(element) ? 'presentation' : 'img'
    case 'input':
      return inputRole(element as HTMLInputElement)
    case 'select': {
      const select = element as HTMLSelectElement
      return select.multiple || select.size > 1 ? 'listbox' : 'combobox'
    }
    case 'td':
      return cellRole(element)
    case 'th':
      return headerRole(element)
    default:
      return ''
  }
}

function isDecorative(image: Element): boolean {
  return (
    attribute(image, 'alt') === '' &&
    !attribute(image, 'title') &&
    !isNamed(image) &&
    !hasTabIndex(image) &&
    !GLOBAL_ATTRIBUTES.some((name) => hasAttribute(image, name))
  )
}

function inputRole(input: HTMLInputElement): string {
  const type = input.type.toLowerCase()
  if (type === 'hidden') return ''
  const fixed = INPUT_ROLES[type]
  if (fixed) return fixed
  if (!['email', 'search', 'tel', 'text', 'url', ''].includes(type)) return 'textbox'
  const list = referenced(input, attribute(input, 'list'))[0]
  if (list && tagOf(list) === 'datalist') return 'combobox'
  return type === 'search' ? 'searchbox' : 'textbox'
}

function cellRole(cell: Element): string {
  const table = closestAcross(cell, 'table')
  const role = table ? explicitRole(table) : ''
  return role === 'grid' || role === 'treegrid' ? 'gridcell' : 'cell'
}

function headerRole(cell: Element): string {
  const scope = attribute(cell, 'scope')
  if (scope === 'col' || scope === 'colgroup') return 'columnheader'
  if (scope === 'row' || scope === 'rowgroup') return 'rowheader'
  const before = cell.previousElementSibling
  const after = cell.nextElementSibling
  if (!before && !after) {
    const table = closestAcross(cell, 'table')
    return table instanceof HTMLTableElement && table.rows.length <= 1 ? '' : 'columnheader'
  }
  const isHeader = (one: Element | null) => one !== null && tagOf(one) === 'th'
  if (isHeader(before) && isHeader(after)) return 'columnheader'
  return isFilledCell(before) || isFilledCell(after) ? 'rowheader' : 'columnheader'
}

function isFilledCell(cell: Element | null): boolean {
  if (!cell || tagOf(cell) !== 'td') return false
  if (textContent(cell)?.trim()) return true
  for (let child = firstChild(cell); child; child = child.nextSibling) if (isElement(child)) return true
  return false
}
