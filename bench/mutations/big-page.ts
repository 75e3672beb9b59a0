import type { Snapshot } from '../../src/model.ts'
import { append, cloneNode, freeze, type Node, newNode, thaw, walk } from './dom.ts'
import { pageNames, readPage } from './pages.ts'
import { type Random, randomOf } from './random.ts'

/**
 * A page of a given number of elements, made of the benchmark's pages one below the other until it is full. Every copy
 * has ids, names and texts of its own, as the parts of a large page have. Another `seed` changes a tenth of it.
 */
export function growPage(size: number, seed: number): Snapshot {
  const random = randomOf(seed)
  const parts = pageNames().map((name) => thaw(readPage(name)).page.root)
  const root = newNode({ tag: 'html' })
  const body = newNode({ tag: 'body' })
  append(root, body)
  let count = 2
  let below = 0
  for (let copy = 0; count < size; copy++) {
    const part = parts[copy % parts.length]
    const source = [...walk(part ?? root)].find((node) => node.tag === 'body')
    if (source === undefined) continue
    const section = cloneNode(source)
    section.tag = 'section'
    const round = Math.floor(copy / parts.length)
    let bottom = below
    for (const node of walk(section)) {
      count++
      if (round > 0) distinguish(node, round)
      if (seed > 1 && random.chance(0.1)) alter(node, random)
      if (node.box === undefined) continue
      node.box = { ...node.box, y: node.box.y + below }
      bottom = Math.max(bottom, node.box.y + node.box.height)
    }
    below = bottom
    append(body, section)
  }
  const { snapshot } = freeze({
    root,
    url: 'http://demo.test/big',
    title: 'Big',
    viewport: { width: 1280, height: 800 },
  })
  return cut(snapshot, size)
}

function distinguish(node: Node, round: number): void {
  for (const name of ['id', 'name', 'for', 'aria-labelledby', 'aria-controls']) {
    if (node.attributes[name]) node.attributes[name] = `${node.attributes[name]}-${round}`
  }
  if (node.ownText.length > 3) node.ownText = `${node.ownText} ${round}`
  if (node.name && node.name.length > 3) node.name = `${node.name} ${round}`
}

function alter(node: Node, random: Random): void {
  if (node.attributes.id && random.chance(0.5)) node.attributes.id = `x-${node.attributes.id}`
  if (node.attributes.class && random.chance(0.5)) node.attributes.class = `css-${random.int(10_000, 99_999)}a`
  if (node.ownText && random.chance(0.3)) node.ownText = `${node.ownText} now`
}

/** The first `size` elements; parents come before their children, so that nothing loses its parent. */
function cut(snapshot: Snapshot, size: number): Snapshot {
  const elements = snapshot.elements.slice(0, size)
  return { ...snapshot, elements, frames: snapshot.frames.filter(({ owner }) => owner < size) }
}
