import { ancestorsOf, type Node, textOf, updateNames, walk } from './dom.ts'
import { type Random, repaint } from './random.ts'
import type { Mutation, Scene } from './scene.ts'
import { OTHER_LABELS, rewordings } from './words.ts'

/** The descendant that holds the longest piece of a node's own words; null for one without words. */
function speakerOf(node: Node): Node | null {
  let best: Node | null = null
  for (const one of walk(node)) if (one.ownText.length > (best?.ownText.length ?? 0)) best = one
  return best
}

/** Writes a new text into a node; the other pieces of text in it go. */
export function writeText(node: Node, text: string, random: Random): void {
  const speaker = speakerOf(node) ?? node
  const old = speaker.ownText
  for (const one of walk(node)) {
    if (one === speaker || one.ownText === '') continue
    updateNames(one, one.ownText, '')
    one.ownText = ''
  }
  speaker.ownText = text
  repaintAround(node, speaker, random)
  updateNames(speaker, old, text)
  if (node.name !== undefined && node.name !== '' && node.attributes['aria-label'] === undefined) node.name = text
}

/** Other letters make another picture: much of it in the text itself, less in what is around it. */
function repaintAround(node: Node, speaker: Node, random: Random): void {
  for (const one of new Set([speaker, node])) {
    if (one.visualHash === undefined) continue
    one.visualHash = repaint(one.visualHash, one === speaker ? random.int(10, 26) : random.int(6, 18), random)
  }
}

/** The label element of a field, by `for` or around it. */
export function labelOf({ page, target }: Pick<Scene, 'page' | 'target'>): Node | null {
  const { id } = target.attributes
  if (id) for (const one of walk(page.root)) if (one.tag === 'label' && one.attributes.for === id) return one
  for (const one of ancestorsOf(target)) if (one.tag === 'label') return one
  return null
}

function changeSpeaking(kind: string, attribute: string): Mutation {
  return {
    kind,
    apply({ target, random }) {
      const old = target.attributes[attribute]
      if (!old) return false
      const ways = rewordings(old)
      const now = ways.length > 0 && random.chance(0.6) ? random.pick(ways) : random.pick(OTHER_LABELS)
      target.attributes[attribute] = now
      if (target.name === old) target.name = now
      return true
    },
  }
}

/** Changes what a target is called, by text or, for fields, by label; null where it is called nothing. */
function callIt(scene: Scene, say: (old: string) => string | null): boolean {
  const { target, random } = scene
  const label = labelOf(scene)
  const text = textOf(target)
  if (text !== '' && text.length <= 80) {
    const now = say(text)
    if (now === null) return false
    writeText(target, now, random)
    return true
  }
  if (label !== null && target.name !== undefined) {
    const now = say(textOf(label))
    if (now === null) return false
    writeText(label, now, random)
    if (target.attributes['aria-label'] === undefined) target.name = now
    return true
  }
  return false
}

const extend = (text: string, seed: number): string => {
  const ways = [
    `${text} now`,
    `Your ${text.toLowerCase()}`,
    `${text} →`,
    `${text}…`,
    `${text} (${(seed % 9) + 1})`,
    `${text} here`,
    `${text}:`,
    text.toUpperCase(),
  ]
  return ways[seed % ways.length] ?? text
}

export const TEXT_MUTATIONS: readonly Mutation[] = [
  {
    kind: 'reword-synonym',
    apply(scene) {
      return callIt(scene, (old) => {
        const ways = rewordings(old)
        return ways.length === 0 ? null : scene.random.pick(ways)
      })
    },
  },
  { kind: 'reword-other', apply: (scene) => callIt(scene, () => scene.random.pick(OTHER_LABELS)) },
  {
    kind: 'reword-slightly',
    apply(scene) {
      return callIt(scene, (old) => (old.length < 2 ? null : extend(old, scene.random.int(0, 7))))
    },
  },
  changeSpeaking('change-aria-label', 'aria-label'),
  changeSpeaking('change-placeholder', 'placeholder'),
  changeSpeaking('change-title', 'title'),
  {
    kind: 'change-neighbours',
    apply({ target, random }) {
      const near = new Set<Node>()
      for (const up of [target.parent, target.parent?.parent ?? null]) {
        if (up === null) continue
        let inside = 0
        for (const one of walk(up)) {
          if (inside++ > 40) break
          if (one.ownText !== '' && one !== target && !isInside(one, target) && one.tag !== 'label') near.add(one)
        }
      }
      for (const one of near) {
        const old = one.ownText
        one.ownText = random.pick(OTHER_LABELS)
        updateNames(one, old, one.ownText)
      }
      return near.size > 0
    },
  },
]

const isInside = (node: Node, around: Node): boolean => {
  for (const up of ancestorsOf(node)) if (up === around) return true
  return false
}

/** Takes every word off a target that was its own, and gives it others. */
export function stripTexts(scene: Scene): void {
  const { target, random } = scene
  const label = labelOf(scene)
  const now = random.pick(OTHER_LABELS)
  if (label !== null) writeText(label, random.pick(OTHER_LABELS), random)
  for (const name of ['aria-label', 'placeholder', 'title', 'alt']) {
    if (target.attributes[name] !== undefined) target.attributes[name] = random.pick(OTHER_LABELS)
  }
  for (const one of walk(target)) {
    for (const name of ['aria-label', 'title', 'alt']) delete one.attributes[name]
  }
  if (textOf(target) !== '') writeText(target, now, random)
  if (target.name !== undefined) target.name = label === null ? now : textOf(label)
  if (target.value !== undefined) target.value = ''
}
