import type { Fingerprint, Snapshot } from '../model.ts'
import { describeElement, pathsOf, surroundingsOf } from './fingerprint.ts'
import { addressOf } from './identity/address.ts'
import { stableClasses } from './identity/generated.ts'
import { identifierWords, normalise, wordsOf } from './text.ts'
import { type PageTree, treeOfPaths, treeOfSnapshot } from './tree.ts'

const NONE: readonly number[] = []
/** Most elements of the same names whose paths are looked at. */
const MOST_TWINS = 32

/** What a value is looked up as, and how its rarity is counted. */
export type Trait = 'tag' | 'role' | 'class' | 'text' | 'word' | 'identifierWord' | 'addressWord' | 'addressParam'

/**
 * One page state, prepared once for all targets and all strategies. Elements are named by their index in the snapshot
 * (or in the list of fingerprints). Tables are built at first use, each in time linear in the page.
 */
export interface PageIndex {
  readonly size: number
  /** The snapshot it was made of; null for a flat list of fingerprints. */
  readonly snapshot: Snapshot | null
  readonly tree: PageTree
  /** Everything known of an element; computed at first use. */
  fingerprint(element: number): Fingerprint
  tag(element: number): string
  attributes(element: number): Readonly<Record<string, string>>
  /** Text of an element as the tables see it, normalised: its accessible name, or its text where it is not a container. */
  shortText(element: number): string
  /** False only where the page says so. */
  visible(element: number): boolean
  enabled(element: number): boolean
  /** Elements whose attribute has exactly this value, in document order. */
  withAttribute(name: string, value: string): readonly number[]
  withId(id: string): readonly number[]
  /**
   * Elements by trait, in document order: lower-case tag, role, stable class token, whole normalised text, one
   * normalised word of text, one word of an identifier (id, name, test id, class), one word of a link's target, one of
   * its parameters as written.
   */
  withTrait(trait: Trait, value: string): readonly number[]
  /**
   * The one element that still has everything that names a fingerprint: tag, id, name, type, classes, link target and
   * text. Where several have, the one among them that stands at its path. Undefined where there is none, more than one, or
   * nothing that names it.
   */
  twinOf(fingerprint: Fingerprint): number | undefined
  /** How rare a value is on this page, in [0, 1]: 1 for none or a single element, 0 for what every element has. */
  rarity(trait: Trait, value: string): number
  attributeRarity(name: string, value: string): number
}

interface Source {
  readonly size: number
  readonly snapshot: Snapshot | null
  readonly tree: PageTree
  readonly fingerprint: (element: number) => Fingerprint
  readonly idxpath: (element: number) => string | undefined
  readonly tag: (element: number) => string
  readonly attributes: (element: number) => Readonly<Record<string, string>>
  readonly role: (element: number) => string | undefined
  readonly shortText: (element: number) => string
  readonly visible: (element: number) => boolean
  readonly enabled: (element: number) => boolean
}

/** Prepares a snapshot. Costs linear time; fingerprints are made one by one as they are asked for. */
export function indexPage(snapshot: Snapshot): PageIndex {
  const { elements } = snapshot
  const tree = treeOfSnapshot(snapshot)
  const around = once(() => surroundingsOf(snapshot, tree))
  const fingerprints = new Map<number, Fingerprint>()
  return makeIndex({
    size: elements.length,
    snapshot,
    tree,
    fingerprint(element) {
      let found = fingerprints.get(element)
      if (found === undefined) {
        found = describeElement(around(), element)
        fingerprints.set(element, found)
      }
      return found
    },
    idxpath: (element) => pathsOf({ snapshot, tree }, element).idxpath,
    tag: (element) => elements[element]?.tag ?? '',
    attributes: (element) => elements[element]?.attributes ?? {},
    role: (element) => elements[element]?.role ?? elements[element]?.attributes.role,
    shortText(element) {
      const self = elements[element]
      if (self === undefined) return ''
      if (self.name !== undefined && self.name !== '') return normalise(self.name)
      let text = self.ownText
      if ((tree.sizes[element] ?? 0) <= 12) {
        for (const inner of tree.descendants(element)) text += ` ${elements[inner]?.ownText ?? ''}`
      }
      return normalise(text)
    },
    visible: (element) => elements[element]?.visible !== false,
    enabled: (element) => elements[element]?.enabled !== false,
  })
}

/** Prepares a flat list of fingerprints; what contains what is read from their indexed paths where they have them. */
export function indexFingerprints(fingerprints: readonly Fingerprint[]): PageIndex {
  const at = (element: number): Fingerprint => {
    const found = fingerprints[element]
    if (found === undefined) {
      throw new RangeError(`Element ${element} is not on the page, which has ${fingerprints.length} elements`)
    }
    return found
  }
  return makeIndex({
    size: fingerprints.length,
    snapshot: null,
    tree: treeOfPaths(fingerprints),
    fingerprint: at,
    idxpath: (element) => fingerprints[element]?.idxpath,
    tag: (element) => fingerprints[element]?.tag ?? '',
    attributes: (element) => fingerprints[element]?.attributes ?? {},
    role: (element) => fingerprints[element]?.role ?? fingerprints[element]?.attributes.role,
    shortText(element) {
      const self = fingerprints[element]
      return self === undefined ? '' : shortTextOf(self)
    },
    visible: (element) => fingerprints[element]?.visible !== false,
    enabled: (element) => fingerprints[element]?.enabled !== false,
  })
}

function makeIndex(source: Source): PageIndex {
  const { size, attributes } = source
  const texts: (string | undefined)[] = new Array(size)
  const shortText = (element: number): string => (texts[element] ??= source.shortText(element))
  const byAttribute = once(() => tabulateAttributes(size, attributes))
  const traits: Record<Trait, () => Map<string, number[]>> = {
    tag: once(() => tabulate(size, (i) => [source.tag(i)])),
    role: once(() => tabulate(size, (i) => [source.role(i) ?? ''])),
    class: once(() => tabulate(size, (i) => stableClasses(attributes(i).class))),
    text: once(() => tabulate(size, (i) => [shortText(i)])),
    word: once(() => tabulate(size, (i) => wordsOf(shortText(i), 40))),
    identifierWord: once(() => tabulate(size, (i) => identifierWordsOf(attributes(i)))),
    addressWord: once(() => tabulate(size, (i) => addressOf(attributes(i).href)?.words ?? [])),
    addressParam: once(() => tabulate(size, (i) => addressOf(attributes(i).href)?.params ?? [])),
  }

  const withAttribute = (name: string, value: string): readonly number[] => byAttribute().get(name)?.get(value) ?? NONE
  const signatures = once(() => tabulate(size, (i) => [signatureOf(source.tag(i), attributes(i), shortText(i))]))
  const withTrait = (trait: Trait, value: string): readonly number[] => traits[trait]().get(value) ?? NONE

  return {
    size,
    snapshot: source.snapshot,
    tree: source.tree,
    fingerprint: source.fingerprint,
    tag: source.tag,
    attributes,
    shortText,
    visible: source.visible,
    enabled: source.enabled,
    withAttribute,
    withId: (id) => withAttribute('id', id),
    withTrait,
    twinOf(fingerprint) {
      const found = signatures().get(signatureOf(fingerprint.tag, fingerprint.attributes, shortTextOf(fingerprint)))
      if (found === undefined || found.length < 2) return found?.[0]
      const { idxpath } = fingerprint
      return idxpath === undefined
        ? undefined
        : found.slice(0, MOST_TWINS).find((one) => source.idxpath(one) === idxpath)
    },
    rarity: (trait, value) => rarityOf(withTrait(trait, value).length, size),
    attributeRarity: (name, value) => rarityOf(withAttribute(name, value).length, size),
  }
}

const shortTextOf = ({ name, ownText, text }: Fingerprint): string => normalise(name || ownText || text || '')

/** Empty for an element that nothing names. */
function signatureOf(tag: string, attributes: Readonly<Record<string, string>>, text: string): string {
  const { id = '', name = '', type = '', href = '' } = attributes
  if (text === '' && id === '' && name === '' && href === '') return ''
  return [tag, id, name, type, href, attributes.class ?? '', text].join('\u0000')
}

/** Inverse document frequency scaled to [0, 1]: log(size / count) / log(size). */
export function rarityOf(count: number, size: number): number {
  if (count <= 1 || size <= 1) return 1
  return Math.max(0, Math.log(size / count) / Math.log(size))
}

/** Words of everything that names an element for code: id, name, test ids and classes. */
export function identifierWordsOf(attributes: Readonly<Record<string, string>>): string[] {
  const words: string[] = []
  for (const [name, value] of Object.entries(attributes)) {
    if (name === 'id' || name === 'name' || /^data-(?:test|cy|qa)/.test(name)) words.push(...identifierWords(value))
    else if (name === 'class') for (const token of stableClasses(value)) words.push(...identifierWords(token))
    if (words.length > 80) break
  }
  return words
}

function tabulate(size: number, keysOf: (element: number) => readonly string[]): Map<string, number[]> {
  const table = new Map<string, number[]>()
  for (let element = 0; element < size; element++) {
    for (const key of keysOf(element)) {
      if (key === '') continue
      const list = table.get(key)
      if (list === undefined) table.set(key, [element])
      else if (list[list.length - 1] !== element) list.push(element)
    }
  }
  return table
}

/** Elements by attribute and value, all attributes in one pass. */
function tabulateAttributes(size: number, attributes: Source['attributes']): Map<string, Map<string, number[]>> {
  const tables = new Map<string, Map<string, number[]>>()
  for (let element = 0; element < size; element++) {
    const own = attributes(element)
    for (const name in own) {
      const value = own[name]
      if (value === undefined || value === '' || !Object.hasOwn(own, name)) continue
      let table = tables.get(name)
      if (table === undefined) {
        table = new Map()
        tables.set(name, table)
      }
      const list = table.get(value)
      if (list === undefined) table.set(value, [element])
      else list.push(element)
    }
  }
  return tables
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}
