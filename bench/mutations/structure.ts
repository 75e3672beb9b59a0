import type { Box } from '../../src/model.ts'
import { ancestorsOf, append, cloneNode, detach, insertAt, type Node, newNode, replaceWith, walk } from './dom.ts'
import type { Mutation, Scene } from './scene.ts'
import { labelOf } from './texts.ts'

/** Moves the boxes of a node and all that is in it. */
export function shift(node: Node, dx: number, dy: number): void {
  for (const one of walk(node)) {
    if (one.box !== undefined) one.box = { ...one.box, x: one.box.x + dx, y: one.box.y + dy }
  }
}

/** Containers of the page that could take one more child: visible, with some children, not inside the target. */
function containers({ page, target }: Scene): Node[] {
  const list: Node[] = []
  const inside = new Set(walk(target))
  const around = new Set(ancestorsOf(target))
  for (const one of walk(page.root)) {
    if (inside.has(one) || around.has(one) || one.box === undefined || !one.visible) continue
    if (/^(?:div|section|form|main|header|footer|aside|nav|article|td|li|p)$/.test(one.tag) && one.children.length >= 2)
      list.push(one)
  }
  return list
}

const TAGS: Readonly<Record<string, readonly [tag: string, role: string | undefined][]>> = {
  a: [
    ['button', 'button'],
    ['div', undefined],
  ],
  button: [
    ['a', 'link'],
    ['div', 'button'],
    ['input', 'button'],
  ],
  div: [
    ['section', undefined],
    ['button', 'button'],
    ['article', 'article'],
  ],
  span: [
    ['b', undefined],
    ['button', 'button'],
    ['div', undefined],
  ],
  h2: [['h3', 'heading']],
  h3: [['h2', 'heading']],
  h4: [['h5', 'heading']],
  h1: [['h2', 'heading']],
  input: [['textarea', 'textbox']],
  p: [['div', undefined]],
  td: [['div', undefined]],
  li: [['div', undefined]],
}

function changeTag({ target, random }: Scene): boolean {
  const ways = (TAGS[target.tag] ?? []).filter(([tag]) => tag !== 'input' || target.children.length === 0)
  if (
    ways.length === 0 ||
    (target.tag === 'input' && !/^(?:text|email|search|tel|url|)$/.test(target.attributes.type ?? ''))
  )
    return false
  const [tag, role] = random.pick(ways)
  if (target.attributes.role === undefined) target.role = role
  if (tag === 'a') target.attributes.href = '#'
  if (tag === 'div' && role === 'button') target.attributes.role = 'button'
  if (tag === 'input') {
    target.attributes.type = 'button'
    target.attributes.value = target.ownText
    target.ownText = ''
  }
  if (target.tag === 'a') delete target.attributes.href
  if (target.tag === 'input') delete target.attributes.type
  target.tag = tag
  return true
}

/** Puts a node of its own around another. */
function wrapIn(node: Node, wrapper: Node): void {
  replaceWith(node, wrapper)
  append(wrapper, node)
}

const wrapperFor = (node: Node, tag: string, attributes: Record<string, string> = {}): Node =>
  newNode({ tag, attributes, visible: node.visible, ...(node.box === undefined ? {} : { box: { ...node.box } }) })

export const STRUCTURE_MUTATIONS: readonly Mutation[] = [
  { kind: 'change-tag', apply: changeTag },
  {
    kind: 'wrap',
    apply({ target, random }) {
      const levels = random.int(1, 3)
      let node: Node = target
      for (let i = random.int(0, 2); i > 0 && node.parent?.parent; i--) node = node.parent
      if (node.parent === null || node.tag === 'body' || node.tag === 'html') return false
      for (let i = 0; i < levels; i++) wrapIn(node, wrapperFor(node, random.pick(['div', 'span', 'section'])))
      return true
    },
  },
  {
    kind: 'unwrap',
    apply({ target }) {
      const { parent } = target
      if (
        parent?.parent == null ||
        parent.tag === 'body' ||
        parent.ownText !== '' ||
        parent.tag === 'iframe' ||
        target.inShadow
      )
        return false
      const place = parent.parent.children.indexOf(parent)
      for (const [i, child] of [...parent.children].entries()) {
        detach(child)
        insertAt(parent.parent, place + i, child)
      }
      detach(parent)
      return true
    },
  },
  {
    kind: 'move',
    apply(scene) {
      const { target, random } = scene
      const places = containers(scene)
      if (places.length === 0 || target.parent === null || target.inShadow) return false
      const to = random.pick(places)
      detachWhole(target)
      insertAt(to, random.int(0, to.children.length), target)
      if (target.box !== undefined && to.box !== undefined)
        shift(target, to.box.x + 8 - target.box.x, to.box.y + 8 - target.box.y)
      return true
    },
  },
  {
    kind: 'reorder',
    apply({ target, random }) {
      // The first ancestor that has siblings is what a redesign shuffles: rows, cards, menu items.
      let node: Node | null = target
      while (node !== null && (node.parent?.children.length ?? 0) < 2) node = node.parent
      const { parent } = node ?? { parent: null }
      if (parent === null || parent.tag === 'html') return false
      const boxes = parent.children.map((one) => one.box)
      const before = [...parent.children]
      parent.children = random.shuffle(before)
      for (const [i, one] of parent.children.entries()) {
        const to: Box | undefined = boxes[i]
        if (one.box !== undefined && to !== undefined) shift(one, to.x - one.box.x, to.y - one.box.y)
      }
      return parent.children.some((one, i) => one !== before[i])
    },
  },
  {
    kind: 'insert-siblings',
    apply({ target, random }) {
      let node: Node = target
      for (let i = random.int(0, 3); i > 0 && node.parent?.parent?.parent; i--) node = node.parent
      if (node.parent === null || node.tag === 'body') return false
      const height = node.box?.height ?? 20
      const place = node.parent.children.indexOf(node)
      for (let i = random.int(1, 3); i > 0; i--) {
        const added = newNode({
          tag: node.tag,
          attributes: { class: 'notice' },
          ownText: 'What is new',
          ...(node.box === undefined ? {} : { box: { ...node.box } }),
        })
        insertAt(node.parent, place, added)
      }
      for (const one of node.parent.children.slice(place + 1)) shift(one, 0, height)
      return true
    },
  },
  {
    kind: 'into-iframe',
    apply({ target, random }) {
      const section = sectionOf(target)
      if (section === null) return false
      const frame = wrapperFor(section, 'iframe', {
        title: 'Embedded',
        name: `embed-${random.int(1, 9)}`,
        src: '/embed',
      })
      frame.frameName = frame.attributes.name ?? ''
      replaceWith(section, frame)
      const html = wrapperFor(section, 'html')
      const body = wrapperFor(section, 'body')
      append(frame, html)
      append(html, body)
      append(body, section)
      return true
    },
  },
  {
    kind: 'into-shadow',
    apply({ target, random }) {
      const section = random.chance(0.5) ? target : sectionOf(target)
      if (section === null || section.inShadow || section.parent === null) return false
      wrapIn(section, wrapperFor(section, `x-${random.pick(['card', 'panel', 'control'])}`))
      section.inShadow = true
      return true
    },
  },
]

/** A part of the page around a target that could live on its own; null where there is none short of the body. */
function sectionOf(target: Node): Node | null {
  let section: Node | null = null
  for (const up of ancestorsOf(target)) {
    if (/^(?:body|html|iframe)$/.test(up.tag) || up.inShadow || /^(?:tr|tbody|thead|table|ul|ol|select)$/.test(up.tag))
      break
    section = up
    if (up.children.length >= 3) break
  }
  return section
}

/** Takes a node out, and the wrappers that were only there for it. */
export function detachWhole(target: Node): void {
  let node = target
  for (let up = node.parent; up?.parent; up = node.parent) {
    if (up.children.length > 1 || up.ownText !== '' || /^(?:body|html|main|form|td|iframe)$/.test(up.tag)) break
    node = up
  }
  detach(node)
  if (node !== target) detach(target)
}

/**
 * Puts a copy of the target right after or before it, with a copy of its label where it has one. The copy has neither
 * identifiers nor words yet.
 */
export function insertLookAlike({ page, target, random }: Scene): Node | null {
  const label = labelOf({ page, target })
  const around = label !== null && [...ancestorsOf(target)].includes(label) ? label : null
  const unit = around ?? target
  if (unit.parent === null) return null
  const copied = cloneNode(unit)
  const inner = [...walk(unit)].indexOf(target)
  const copy = [...walk(copied)][inner]
  if (copy === undefined) return null
  const after = random.chance(0.5)
  const place = unit.parent.children.indexOf(unit) + (after ? 1 : 0)
  insertAt(unit.parent, place, copied)
  if (label !== null && around === null) {
    const own = cloneNode(label)
    const id = `f${random.int(100, 999)}x`
    own.attributes.for = id
    copy.attributes.id = id
    insertAt(unit.parent, place, own)
  } else delete copy.attributes.id
  const { box } = unit
  if (box !== undefined) {
    const [dx, dy] = box.width < 400 ? [box.width + 8, 0] : [0, box.height + 8]
    shift(after ? copied : unit, dx, dy)
  }
  return copy
}

/** Removes an element, its label with it. */
export function removeWhole({ page, target }: Pick<Scene, 'page' | 'target'>): void {
  const label = labelOf({ page, target })
  if (label !== null && ![...ancestorsOf(target)].includes(label)) detachWhole(label)
  detachWhole(label !== null && label.children.length <= 3 && [...ancestorsOf(target)].includes(label) ? label : target)
}
