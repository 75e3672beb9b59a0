/**
 * Safe access to the DOM. A form answers `form.attributes` with its input named "attributes", so whatever a form could
 * shadow is taken from the prototypes.
 */

function getter<T>(owner: object, property: string): (target: Node) => T {
  const get = Object.getOwnPropertyDescriptor(owner, property)?.get
  if (!get) throw new Error(`this browser has no ${property}`)
  return (target) => get.call(target) as T
}

export const firstChild = getter<ChildNode | null>(Node.prototype, 'firstChild')
export const nextSibling = getter<ChildNode | null>(Node.prototype, 'nextSibling')
export const parentNode = getter<ParentNode | null>(Node.prototype, 'parentNode')
export const nodeType = getter<number>(Node.prototype, 'nodeType')
export const textContent = getter<string | null>(Node.prototype, 'textContent')
export const attributes = getter<NamedNodeMap>(Element.prototype, 'attributes')
export const localName = getter<string>(Element.prototype, 'localName')
export const shadowRoot = getter<ShadowRoot | null>(Element.prototype, 'shadowRoot')
export const assignedSlot = getter<HTMLSlotElement | null>(Element.prototype, 'assignedSlot')

const proto = Element.prototype
export const attribute = (element: Element, name: string): string | null => proto.getAttribute.call(element, name)
export const hasAttribute = (element: Element, name: string): boolean => proto.hasAttribute.call(element, name)
export const closest = (element: Element, css: string): Element | null => proto.closest.call(element, css)
export const rectOf = (element: Element): DOMRect => proto.getBoundingClientRect.call(element)
export const rendered = (element: Element, options?: CheckVisibilityOptions): boolean =>
  proto.checkVisibility.call(element, options)

export const isElement = (node: Node): node is Element => nodeType(node) === 1
export const isText = (node: Node): node is Text => nodeType(node) === 3

/** Tag in lower case, also for elements of other namespaces. */
export const tagOf = (element: Element): string => localName(element).toLowerCase()

/** The parent element, across the border of a shadow root. */
export function parentOf(element: Element): Element | null {
  const parent = parentNode(element)
  if (!parent) return null
  if (isElement(parent)) return parent
  return parent instanceof ShadowRoot ? parent.host : null
}

/** `closest` across shadow roots. */
export function closestAcross(element: Element, css: string): Element | null {
  for (let at: Element | null = element; at; ) {
    const found = closest(at, css)
    if (found) return found
    const root = at.getRootNode()
    at = root instanceof ShadowRoot ? root.host : null
  }
  return null
}

/** The elements that a list of ids refers to, within the same tree. */
export function referenced(element: Element, ids: string | null): Element[] {
  if (!ids) return []
  const root = Node.prototype.getRootNode.call(element)
  if (!(root instanceof Document || root instanceof ShadowRoot)) return []
  const found = ids
    .split(/\s+/)
    .map((id) => (id ? root.getElementById(id) : null))
    .filter((one) => one !== null)
  return [...new Set(found)]
}
