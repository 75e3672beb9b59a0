import { type Attributes, isHidden, isLive, roleOf, type State, statesOf } from './accessible-roles.ts'

export type { State } from './accessible-roles.ts'

/** One element as assistive technology is told of it. */
export interface Accessible {
  readonly role: string
  /** Accessible name; of live regions, rows and items their text. White space collapsed, cut. */
  readonly name: string
  /** Only those that the element has at all. */
  readonly states: Readonly<Partial<Record<State, boolean>>>
  /** Changes of it are read out: a status, an alert, a log. */
  readonly live: boolean
  /** The element that the trace marks as what its call was aimed at. */
  readonly isTarget: boolean
}

const LIMITS = { characters: 8 * 1024 * 1024, elements: 10_000, depth: 1_000, text: 400, name: 120 } as const
/** A tag with its attributes, or a stretch of text. The trace reader escapes angle brackets in texts and values. */
const PIECE = /<(\/?)([A-Za-z][^\s<>/]*)([^<>]*)>|([^<>]+)/g
const ATTRIBUTE = /\s([^\s"'=<>]+)="([^"]*)"/g
const REFERENCE = /\saria-labelledby="([^"]*)"/g
const TARGET = '__playwright_target__'
const VOID = new Set('area base br col embed hr img input link meta param source track wbr'.split(' '))
const UNSEEN = new Set(['style', 'script', 'title', 'x-noscript'])
/** Their text is a value or a choice of values, and no name of anything around. */
const MUTE = new Set(['textarea', 'select', 'svg'])
/** Elements within a sentence: what stands in them belongs to the word before. */
const INLINE = new Set('a abbr b bdi code em i kbd mark s small span strong sub sup u'.split(' '))
const NONE: Attributes = new Map()

/** An element whose end has not come yet, and what was said in it. */
interface Open {
  readonly tag: string
  readonly hidden: boolean
  readonly mute: boolean
  readonly attributes: Attributes
  text: string
}

interface Draft {
  readonly role: string
  readonly states: Accessible['states']
  readonly element: Open
  /** The `label` around it. */
  readonly label: Open | undefined
}

const ENTITIES: Readonly<Record<string, string>> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"' }
const decode = (text: string): string => text.replace(/&(?:amp|lt|gt|quot);/g, (entity) => ENTITIES[entity] ?? entity)

const attributesOf = (text: string): Attributes => {
  if (!text.includes('=')) return NONE
  const found = new Map<string, string>()
  for (const [, name = '', value = ''] of text.matchAll(ATTRIBUTE)) found.set(name.toLowerCase(), decode(value))
  return found
}

const say = (stack: readonly Open[], text: string): void => {
  for (let at = stack.length - 1; at >= 0; at--) {
    const open = stack[at]
    if (!open || open.mute) return
    if (open.text.length < LIMITS.text) open.text += text.slice(0, LIMITS.text)
  }
}

/**
 * What the accessibility tree of a page holds, in document order, read in one pass from the HTML that the trace reader
 * writes. Generic elements and their text are not among it.
 */
export const accessiblesOf = (html: string): readonly Accessible[] => {
  const page = html.slice(0, LIMITS.characters)
  const drafts: Draft[] = []
  const labels = new Map<string, Open>()
  const named = new Map<string, Open>()
  const wanted = new Set([...page.matchAll(REFERENCE)].flatMap(([, ids = '']) => ids.split(/\s+/)))
  const stack: Open[] = []
  for (const [, slash, name = '', rest = '', text] of page.matchAll(PIECE)) {
    const top = stack.at(-1)
    if (text !== undefined) {
      if (top && !top.hidden) say(stack, decode(text))
      continue
    }
    const tag = name.toLowerCase()
    if (slash === '/') {
      const from = stack.findLastIndex((open) => open.tag === tag)
      if (from >= 0) stack.length = from
      if (!INLINE.has(tag)) say(stack, ' ')
      continue
    }
    const attributes = attributesOf(rest)
    const hidden = top?.hidden === true || UNSEEN.has(tag) || isHidden(attributes)
    const element: Open = { tag, hidden, mute: hidden || MUTE.has(tag), attributes, text: '' }
    if (!hidden) {
      say(stack, tag === 'img' ? ` ${attributes.get('alt') ?? ''} ` : INLINE.has(tag) ? '' : ' ')
      const label = stack.findLast((open) => open.tag === 'label')
      const field = tag === 'label' ? attributes.get('for') : undefined
      if (field !== undefined) labels.set(field, element)
      const role = drafts.length < LIMITS.elements ? roleOf(tag, attributes) : null
      const states =
        role === null ? {} : statesOf(tag, role, attributes, top?.tag === 'details' ? top.attributes : null)
      if (role !== null) drafts.push({ role, states, element, label })
    }
    const id = attributes.get('id')
    if (id !== undefined && wanted.has(id) && !named.has(id)) named.set(id, element)
    if (!VOID.has(tag) && stack.length < LIMITS.depth) stack.push(element)
  }
  return drafts.map((draft) => ({
    role: draft.role,
    name: nameOf(draft, labels, named).replace(/\s+/g, ' ').trim().slice(0, LIMITS.name),
    states: draft.states,
    live: isLive(draft.role),
    isTarget: draft.element.attributes.has(TARGET),
  }))
}

/** A short form of the computation of accessible names: what a name is from first, the text last. */
const nameOf = (
  { role, element, label }: Draft,
  labels: ReadonlyMap<string, Open>,
  named: ReadonlyMap<string, Open>,
): string => {
  const { attributes, tag, text } = element
  if (isLive(role)) return text
  const by = (attributes.get('aria-labelledby') ?? '')
    .split(/\s+/)
    .map((id) => named.get(id)?.text ?? '')
    .join(' ')
  const isField = tag === 'input' || tag === 'select' || tag === 'textarea'
  const own = isField
    ? [
        labels.get(attributes.get('id') ?? '')?.text,
        label?.text,
        role === 'button' ? attributes.get('value') : attributes.get('placeholder'),
      ]
    : role === 'dialog' || role === 'alertdialog'
      ? []
      : [text]
  const last = [attributes.get('title'), isField ? attributes.get('name') : undefined]
  const names = [by, attributes.get('aria-label'), ...own, ...last]
  return names.find((one) => one !== undefined && one.trim() !== '') ?? ''
}
