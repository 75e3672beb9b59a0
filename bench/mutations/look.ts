import { ancestorsOf, type Node, walk } from './dom.ts'
import { type Random, repaint } from './random.ts'
import type { Mutation, Scene } from './scene.ts'
import { shift } from './structure.ts'

const hash = (random: Random): string =>
  Array.from({ length: 5 }, () => 'abcdefghijkmnpqrstuvwxyz23456789'[random.int(0, 31)]).join('')

/** A class as a build tool writes it. */
const hashed = (random: Random): string =>
  random.pick([
    `css-${hash(random)}${random.int(10, 99)}`,
    `sc-${hash(random)}-${random.int(0, 9)}`,
    `_${hash(random)}${random.int(1, 9)}`,
  ])

function eachClass(scene: Scene, change: (token: string) => string): boolean {
  const { target } = scene
  if (!target.attributes.class) return false
  target.attributes.class = target.attributes.class
    .split(/\s+/)
    .map(change)
    .filter((one) => one !== '')
    .join(' ')
  return true
}

export const LOOK_MUTATIONS: readonly Mutation[] = [
  { kind: 'hash-classes', apply: (scene) => eachClass(scene, () => hashed(scene.random)) },
  {
    kind: 'hash-all-classes',
    apply({ page, random }) {
      const known = new Map<string, string>()
      let changed = false
      for (const one of walk(page.root)) {
        if (!one.attributes.class) continue
        changed = true
        one.attributes.class = one.attributes.class
          .split(/\s+/)
          .map((token) => {
            const found = known.get(token) ?? hashed(random)
            known.set(token, found)
            return found
          })
          .join(' ')
      }
      return changed
    },
  },
  {
    kind: 'rename-classes',
    apply: (scene) =>
      eachClass(scene, (token) => (scene.random.chance(0.6) ? `ui-${token.length}${token.slice(0, 2)}` : token)),
  },
  {
    kind: 'drop-classes',
    apply({ target }) {
      if (!target.attributes.class) return false
      delete target.attributes.class
      return true
    },
  },
  {
    kind: 'resize',
    apply({ target, random }) {
      if (target.box === undefined) return false
      const { box } = target
      target.box = {
        ...box,
        width: box.width * (0.6 + random.next() * 0.9),
        height: box.height * (0.7 + random.next() * 0.8),
      }
      return true
    },
  },
  {
    kind: 'repaint',
    apply({ page, random }) {
      let painted = 0
      for (const one of walk(page.root)) {
        if (one.visualHash === undefined) continue
        one.visualHash = repaint(one.visualHash, random.int(2, 14), random)
        painted++
      }
      return painted > 0
    },
  },
  {
    kind: 'shift-boxes',
    apply({ page, random, target }) {
      const dx = random.int(-200, 200)
      const dy = random.int(20, 600)
      const from = (target.box?.y ?? 0) - random.int(0, 300)
      for (const one of walk(page.root)) {
        if (one.box !== undefined && one.box.y >= from) one.box = { ...one.box, x: one.box.x + dx, y: one.box.y + dy }
      }
      return true
    },
  },
]

/** Gives a target another look and place, and everything around it other classes. */
export function stripLook({ target, random }: Scene): void {
  for (const one of [target, ...walk(target), ...nearest(target, 4)]) {
    if (one.attributes.class) one.attributes.class = hashed(random)
    delete one.attributes.style
    if (one.visualHash !== undefined) one.visualHash = repaint(one.visualHash, 40, random)
  }
  if (target.box !== undefined) {
    const { box } = target
    target.box = { ...box, width: box.width * 1.7 + 20, height: box.height * 1.4 + 6 }
    shift(target, random.int(100, 400), random.int(200, 900))
  }
}

function nearest(node: Node, levels: number): Node[] {
  return [...ancestorsOf(node)].slice(0, levels)
}
