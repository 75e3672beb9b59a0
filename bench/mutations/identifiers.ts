import { identifierWords } from '../../src/dom/text.ts'
import type { Random } from './random.ts'
import type { Mutation, Scene } from './scene.ts'

/** Attributes that tests take for test ids on the pages of this benchmark. */
export const TEST_IDS: readonly string[] = ['data-testid', 'data-test', 'data-cy', 'data-qa']

const SHORT: Readonly<Record<string, string>> = {
  button: 'btn',
  navigation: 'nav',
  message: 'msg',
  password: 'pwd',
  number: 'num',
  quantity: 'qty',
  description: 'desc',
  user: 'usr',
  address: 'addr',
  previous: 'prev',
  select: 'sel',
  input: 'inp',
  label: 'lbl',
  image: 'img',
}
const LONG = new Map(Object.entries(SHORT).map(([long, short]) => [short, long]))
const UNRELATED = [
  'alpha',
  'harbour',
  'node',
  'block',
  'widget',
  'part',
  'kite',
  'slot',
  'unit',
  'piece',
  'item',
  'elm',
]

/** The same words written otherwise: `buyNow` as `buy-now`, `btn-submit` as `submit-button`. */
function respell(value: string, random: Random): string {
  const words = identifierWords(value)
  if (words.length === 0) return `${value}-x`
  const other = words.map((word) => (random.chance(0.5) ? (SHORT[word] ?? LONG.get(word) ?? word) : word))
  const ordered = other.length > 1 && random.chance(0.3) ? [...other.slice(1), other[0] ?? ''] : other
  const camel = ordered.map((word, i) => (i === 0 ? word : word.charAt(0).toUpperCase() + word.slice(1))).join('')
  const written = random.pick([ordered.join('-'), ordered.join('_'), camel])
  return written === value ? `${ordered.join('.')}` : written
}

const another = (random: Random): string => `${random.pick(UNRELATED)}-${random.pick(UNRELATED)}${random.int(2, 99)}`
const generated = (random: Random): string => `:r${random.int(10, 999).toString(36)}:`

/** A new value for an identifier, from a mere respelling to something unrelated. */
export function rename(value: string, random: Random): string {
  const way = random.next()
  if (way < 0.35) return respell(value, random)
  if (way < 0.5) return `${value}-v2`
  if (way < 0.6) return generated(random)
  return another(random)
}

function renameAttribute(kind: string, names: readonly string[]): Mutation {
  return {
    kind,
    apply({ target, random, page }: Scene) {
      const held = names.filter((name) => target.attributes[name])
      for (const name of held) {
        const old = target.attributes[name] ?? ''
        const now = rename(old, random)
        target.attributes[name] = now
        // What refers to an id follows it.
        if (name === 'id') relink(page.root, old, now)
      }
      return held.length > 0
    },
  }
}

function relink(node: Scene['target'], old: string, now: string): void {
  for (const name of ['for', 'aria-labelledby', 'aria-controls', 'aria-describedby', 'list']) {
    const value = node.attributes[name]
    if (value?.split(/\s+/).includes(old)) {
      node.attributes[name] = value
        .split(/\s+/)
        .map((one) => (one === old ? now : one))
        .join(' ')
    }
  }
  for (const child of node.children) relink(child, old, now)
}

/** Attributes that say nothing of who an element is, and are kept. */
const KEPT = new Set(['type', 'class', 'role', 'style', 'd', 'viewbox', 'width', 'height', 'colspan'])

export const IDENTIFIER_MUTATIONS: readonly Mutation[] = [
  renameAttribute('rename-test-id', TEST_IDS),
  renameAttribute('rename-id', ['id']),
  renameAttribute('rename-name', ['name']),
  {
    kind: 'change-href',
    apply({ target, random }) {
      if (target.attributes.href === undefined) return false
      target.attributes.href = `/${random.pick(UNRELATED)}/${random.int(1, 99)}`
      return true
    },
  },
  {
    kind: 'move-test-id',
    apply({ target, random }) {
      const from = TEST_IDS.find((name) => target.attributes[name])
      if (from === undefined) return false
      const to = random.pick(TEST_IDS.filter((name) => name !== from))
      target.attributes[to] = target.attributes[from] ?? ''
      delete target.attributes[from]
      return true
    },
  },
  {
    kind: 'drop-attributes',
    apply({ target, random, page }) {
      const names = Object.keys(target.attributes).filter((name) => !KEPT.has(name))
      const dropped = names.filter(() => random.chance(0.5))
      for (const name of dropped) {
        if (name === 'id') relink(page.root, target.attributes.id ?? '', '')
        if (name === 'aria-label' && target.name === target.attributes[name]) target.name = ''
        delete target.attributes[name]
      }
      return dropped.length > 0
    },
  },
]

/** Takes every identifier off, for a target that keeps nothing of itself. */
export function stripIdentifiers({ target, random }: Pick<Scene, 'target' | 'random'>): void {
  for (const name of Object.keys(target.attributes)) {
    if (KEPT.has(name)) continue
    if (name === 'href') target.attributes.href = `/${another(random)}`
    else delete target.attributes[name]
  }
}
