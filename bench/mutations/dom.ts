import type { Box, Snapshot, SnapshotElement, SnapshotFrame } from '../../src/model.ts'

/** An element that can be changed. What is in an `iframe` node is a frame of its own. */
export interface Node {
  tag: string
  attributes: Record<string, string>
  ownText: string
  role: string | undefined
  name: string | undefined
  value: string | undefined
  box: Box | undefined
  visible: boolean
  enabled: boolean
  editable: boolean | undefined
  visualHash: string | undefined
  inShadow: boolean
  frameName: string
  children: Node[]
  parent: Node | null
}

export interface Page {
  readonly root: Node
  readonly url: string
  readonly title: string
  readonly viewport: Snapshot['viewport']
}

/** Roles whose accessible name is their content. */
const NAMED_BY_CONTENT =
  /^(?:button|link|heading|row|cell|gridcell|rowheader|columnheader|tab|option|menuitem|treeitem|checkbox|radio|switch|tooltip)$/

/** A snapshot as a tree to change; `nodes[i]` is what `elements[i]` became. */
export function thaw(snapshot: Snapshot): { page: Page; nodes: Node[] } {
  const nodes: Node[] = []
  for (const element of snapshot.elements) {
    const frame = snapshot.frames.find((one) => one.owner === element.index)
    const node = newNode({ ...element, frameName: frame?.name ?? '' })
    nodes.push(node)
    const parent = nodes[element.parent]
    if (parent !== undefined) append(parent, node)
  }
  const root = nodes[0]
  if (root === undefined) throw new RangeError('A page without elements cannot be changed')
  const { url, title, viewport } = snapshot
  return { page: { root, url, title, viewport }, nodes }
}

/** A node that hangs nowhere yet. */
export function newNode(
  of: Partial<Omit<SnapshotElement, 'attributes'>> & {
    tag: string
    attributes?: Readonly<Record<string, string>>
    frameName?: string
  },
): Node {
  return {
    tag: of.tag,
    attributes: { ...of.attributes },
    ownText: of.ownText ?? '',
    role: of.role,
    name: of.name,
    value: of.value,
    box: of.box,
    visible: of.visible ?? true,
    enabled: of.enabled ?? true,
    editable: of.editable,
    visualHash: of.visualHash,
    inShadow: of.inShadow ?? false,
    frameName: of.frameName ?? '',
    children: [],
    parent: null,
  }
}

export function append(parent: Node, node: Node): void {
  node.parent = parent
  parent.children.push(node)
}

export function insertAt(parent: Node, place: number, node: Node): void {
  node.parent = parent
  parent.children.splice(place, 0, node)
}

export function detach(node: Node): void {
  const { parent } = node
  if (parent === null) return
  parent.children.splice(parent.children.indexOf(node), 1)
  node.parent = null
}

export function replaceWith(old: Node, node: Node): void {
  const { parent } = old
  if (parent === null) return
  parent.children[parent.children.indexOf(old)] = node
  node.parent = parent
  old.parent = null
}

/** A copy of a node with all that is in it, hanging nowhere. */
export function cloneNode(node: Node): Node {
  const copy: Node = { ...node, attributes: { ...node.attributes }, children: [], parent: null }
  for (const child of node.children) append(copy, cloneNode(child))
  return copy
}

/** A node and all that is in it, in document order. */
export function* walk(node: Node): Generator<Node> {
  yield node
  for (const child of node.children) yield* walk(child)
}

export function* ancestorsOf(node: Node): Generator<Node> {
  for (let up = node.parent; up !== null; up = up.parent) yield up
}

/** The tree as a snapshot again, with the index of every node. */
export function freeze(page: Page): { snapshot: Snapshot; indexOf: ReadonlyMap<Node, number> } {
  const elements: SnapshotElement[] = []
  const frames: SnapshotFrame[] = [{ url: page.url, name: '', owner: -1 }]
  const indexOf = new Map<Node, number>()
  const visit = (node: Node, parent: number, frame: number): void => {
    const index = elements.length
    indexOf.set(node, index)
    elements.push(toElement(node, index, parent, frame))
    let inner = frame
    if (node.tag === 'iframe' && node.children.length > 0) {
      inner = frames.length
      frames.push({ url: `${page.url}#frame-${inner}`, name: node.frameName, owner: index })
    }
    for (const child of node.children) visit(child, index, inner)
  }
  visit(page.root, -1, 0)
  const { url, title, viewport } = page
  return { snapshot: { url, title, viewport, frames, elements, truncated: false }, indexOf }
}

function toElement(node: Node, index: number, parent: number, frame: number): SnapshotElement {
  return {
    index,
    parent,
    frame,
    tag: node.tag,
    attributes: node.attributes,
    ownText: node.ownText,
    visible: node.visible,
    enabled: node.enabled,
    ...(node.inShadow ? { inShadow: true } : {}),
    ...(node.role === undefined ? {} : { role: node.role }),
    ...(node.name === undefined ? {} : { name: node.name }),
    ...(node.value === undefined ? {} : { value: node.value }),
    ...(node.box === undefined ? {} : { box: node.box }),
    ...(node.editable === undefined ? {} : { editable: node.editable }),
    ...(node.visualHash === undefined ? {} : { visualHash: node.visualHash }),
  }
}

/** Text of a node and all that is in it. */
export function textOf(node: Node): string {
  let text = node.ownText
  for (const child of node.children) if (child.visible) text += ` ${textOf(child)}`
  return text.replace(/\s+/g, ' ').trim()
}

/** Puts a new text in place of an old one wherever the accessible names around a node are made of it. */
export function updateNames(node: Node, old: string, now: string): void {
  for (const one of [node, ...ancestorsOf(node)]) {
    if (one.name === undefined || one.attributes['aria-label'] !== undefined) continue
    if (old !== '' && one.name.includes(old)) one.name = one.name.replace(old, now)
    else if (old === '' && NAMED_BY_CONTENT.test(one.role ?? '') && one.name === '') one.name = now
  }
}
