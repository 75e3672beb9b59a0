/**
 * Runs inside a page, in one frame. It is bundled into one string (`scripts/build-in-page.ts`) and evaluated there, so
 * it may import nothing but its neighbours.
 */
import type { CollectRequest, FrameRows, Row } from '../in-page-types.ts'
import { attributes, firstChild, isElement, isText, nextSibling, shadowRoot, tagOf } from './access.ts'
import { nameOf } from './names.ts'
import { roleOf } from './roles.ts'
import { boxOf, fieldValue, isEditable, isEnabled, isSecret, isVisible, MASK } from './state.ts'

/** What stays in the page so that elements found by a locator can be told by index. */
interface Registry {
  readonly frame: number
  readonly indexes: Map<Element, number>
  readonly elements: Element[]
}

const SILENT = new Set(['script', 'style', 'noscript', 'template'])
const MAX_ATTRIBUTES = 64

function collapse(text: string, max: number): string {
  const collapsed = text.replace(/\s+/g, ' ').trim()
  return collapsed.length > max ? collapsed.slice(0, max) : collapsed
}

const round = (n: number) => Math.round(n * 100) / 100

export function collect(request: CollectRequest): string {
  const rows: Row[] = []
  const indexes = new Map<Element, number>()
  const elements: Element[] = []
  let target = -1
  let truncated = false

  /** `srcdoc` is left out: it is the whole page of a frame, which is collected itself. */
  const readAttributes = (element: Element): string[] => {
    const list = attributes(element)
    const pairs: string[] = []
    for (let at = 0; at < list.length && pairs.length < MAX_ATTRIBUTES * 2; at++) {
      const one = list[at]
      if (!one || one.name.startsWith('__playwright_')) continue
      const isMasked = one.name === 'value' && one.value !== '' && isSecret(element)
      const value = isMasked ? MASK : one.name === 'srcdoc' ? '' : one.value
      pairs.push(one.name.slice(0, 128).toLowerCase(), value.slice(0, request.maxAttribute))
    }
    return pairs
  }

  const ownText = (element: Element, tag: string): string => {
    if (SILENT.has(tag)) return ''
    let text = ''
    for (let child = firstChild(element); child; child = nextSibling(child)) {
      if (isText(child)) text += text ? ` ${child.data}` : child.data
      if (text.length > request.maxText * 20) break
    }
    return text && collapse(text, request.maxText)
  }

  const add = (element: Element, parent: number, inShadow: boolean): number => {
    const index = rows.length
    const tag = tagOf(element)
    const box = boxOf(element)
    const visible = isVisible(element, box)
    const enabled = isEnabled(element)
    const editable = isEditable(element, enabled)
    const name = nameOf(element)
    const value = fieldValue(element)
    const flags =
      (visible ? 1 : 0) | (enabled ? 2 : 0) | (editable === null ? 0 : 4) | (editable ? 8 : 0) | (inShadow ? 16 : 0)
    rows.push([
      parent,
      tag,
      readAttributes(element),
      ownText(element, tag),
      roleOf(element),
      name === null ? null : collapse(name, request.maxText),
      value === null ? null : value.slice(0, request.maxText),
      box && [round(box.x), round(box.y), round(box.width), round(box.height)],
      flags,
    ])
    indexes.set(element, index)
    elements.push(element)
    if (target < 0 && request.target) {
      const mark = element.getAttribute(request.target.attribute)
      if (mark !== null && (request.target.value === undefined || mark === request.target.value)) target = index
    }
    return index
  }

  /** A stack of our own: a page can be nested deeper than the call stack is. */
  const stack: [node: ChildNode | null, parent: number, inShadow: boolean][] = [[document.documentElement, -1, false]]
  while (stack.length > 0) {
    const top = stack[stack.length - 1]
    const node = top?.[0]
    if (!top || !node) {
      stack.pop()
      continue
    }
    top[0] = top[1] < 0 ? null : nextSibling(node)
    if (!isElement(node)) continue
    if (rows.length >= request.maxElements) {
      truncated = true
      break
    }
    const index = add(node, top[1], top[2])
    stack.push([firstChild(node), index, false])
    const root = shadowRoot(node)
    if (root) stack.push([firstChild(root), index, true])
  }

  remember({ frame: request.frame, indexes, elements })
  return stringify({
    url: location.href,
    title: document.title,
    viewport: [innerWidth, innerHeight],
    scroll: [round(scrollX), round(scrollY)],
    truncated,
    target,
    rows,
  })
}

function remember(registry: Registry): void {
  Object.defineProperty(globalThis, Symbol.for('self-heal.registry'), {
    value: registry,
    configurable: true,
    enumerable: false,
  })
}

/** Some old libraries give arrays a `toJSON` that would turn them into strings. */
function stringify(rows: FrameRows): string {
  const broken = Object.getOwnPropertyDescriptor(Array.prototype, 'toJSON')
  if (broken?.configurable) Reflect.deleteProperty(Array.prototype, 'toJSON')
  try {
    return JSON.stringify(rows)
  } finally {
    if (broken?.configurable) Object.defineProperty(Array.prototype, 'toJSON', broken)
  }
}
