import { gapBetween } from '../neighbours.ts'
import type { PageIndex } from '../page-index.ts'
import { editSimilarity, wordCoverage, wordOverlap } from '../text.ts'
import { areAntonyms, areRivals, semanticSimilarity } from '../vocabulary.ts'
import type { Address } from './address.ts'
import type { Kind, Profile, Said } from './profile.ts'

/** Independent ways to know an element again. Cues of one group tend to change together; two groups do not. */
export const GROUPS = ['attributes', 'text', 'neighbourhood', 'structure', 'geometry', 'look'] as const
export type Group = (typeof GROUPS)[number]

/** How far two elements agree in one respect: 1 equal, 0 nothing in common, undefined where either side is silent. */
export interface Cue {
  readonly name: string
  readonly group: Group
  /** What is compared, as a reviewer would say it. */
  readonly words: string
  /** Agreement up to this is what any two elements have by chance. */
  readonly chance: number
  /** True where the old element had it, so that its loss says something. */
  readonly had?: (old: Profile) => boolean
  readonly compare: (old: Profile, now: Profile, page: PageIndex) => number | undefined
}

const sameOrUnknown = (a: string | undefined, b: string | undefined): number | undefined =>
  a === undefined || b === undefined ? undefined : a === b ? 1 : 0

/** Agreement that any two texts have by chance. */
const BY_CHANCE = 0.3

/**
 * Closeness of two texts in [0, 1]: by letters, by rare words, by containment, by meaning. Opposites share nothing, and
 * members of one series ("Digit 4 of 6", "Digit 5 of 6") only what is chance, however alike they are spelt.
 */
export function compareSaid(a: Said, b: Said, page: PageIndex): number {
  if (a.text === b.text) return 1
  const weight = (word: string): number => 0.1 + page.rarity('word', word)
  const overlap = a.words.length === 0 ? 0 : wordOverlap(a.words, b.words, weight)
  const bare = overlap === 1 && a.words.length === b.words.length ? 0.97 : overlap
  const short = a.text.length <= 60 && b.text.length <= 60
  if (short && bare < 0.97 && areAntonyms(a.text, b.text)) return 0
  let best = Math.max(bare, editSimilarity(a.text, b.text) * 0.95)
  const [part, whole] = a.words.length <= b.words.length ? [a.words, b.words] : [b.words, a.words]
  if (part.length > 0)
    best = Math.max(best, wordCoverage(part, whole, weight) * (0.55 + (0.3 * part.length) / whole.length))
  if (short && best < 0.9) best = Math.max(best, semanticSimilarity(a.text, b.text) * 0.9)
  return short && best > BY_CHANCE && bare < 0.97 && areRivals(a.text, b.text) ? BY_CHANCE : best
}

function compareIdentifiers(
  a: string,
  b: string,
  left: readonly string[],
  right: readonly string[],
  page: PageIndex,
): number {
  if (a === b) return 1
  const words = wordOverlap(left, right, (word) => 0.2 + page.rarity('identifierWord', word))
  return Math.min(0.95, Math.max(words, editSimilarity(a.toLowerCase(), b.toLowerCase()) * 0.8))
}

function compareAddresses(a: Address, b: Address, page: PageIndex): number {
  if (a.full === b.full) return 1
  const host = a.host === b.host || a.host === '' || b.host === '' ? 1 : 0
  const [fewer, more] = a.params.length <= b.params.length ? [a.params, b.params] : [b.params, a.params]
  const added = fewer.every((param) => more.includes(param))
  if (a.path === b.path && a.path.length > 1) return 0.7 + (added ? 0.17 : 0.05) + host * 0.1
  const weight = (word: string): number => 0.1 + page.rarity('addressWord', word)
  const words = wordOverlap(a.words, b.words, weight)
  const [part, whole] = a.words.length <= b.words.length ? [a.words, b.words] : [b.words, a.words]
  const inside = wordCoverage(part, whole, weight) * (0.4 + (0.3 * part.length) / Math.max(whole.length, 1))
  const told = fewer.some((param) => TELLING.test(param) && more.includes(param) && isOnly(page, param)) ? 0.8 : 0
  return Math.min(0.85, Math.max(words * 0.9, inside, told, editSimilarity(a.path, b.path) * 0.7) + host * 0.05)
}

/** A parameter with a value of three characters or more; shorter ones are switches. */
const TELLING = /=.{3}/

/** True for a parameter that a single link of the page has: it says which one of them it is, wherever that leads now. */
const isOnly = (page: PageIndex, param: string): boolean => page.withTrait('addressParam', param).length === 1

const KIN: Readonly<Record<Kind, readonly Kind[]>> = {
  link: ['item', 'text'],
  button: ['item', 'text'],
  field: ['choice'],
  choice: ['field', 'button'],
  heading: ['text', 'box'],
  picture: ['link', 'text', 'button'],
  item: ['link', 'box', 'text', 'button'],
  text: ['link', 'box', 'item', 'heading', 'button'],
  box: ['text', 'item'],
}

const isPressed = (kind: Kind): boolean => kind === 'link' || kind === 'button'

function compareKinds(a: Profile, b: Profile): number {
  if (a.tag === b.tag) return a.kind === b.kind ? 1 : 0.6
  if (a.kind === b.kind) return 0.8
  if (isPressed(a.kind) && isPressed(b.kind)) return 0.6
  return KIN[a.kind].includes(b.kind) || KIN[b.kind].includes(a.kind) ? 0.4 : 0
}

/** Longest common subsequence of two paths over the longer length, counted from the element outwards. */
export function alignPaths(a: readonly string[], b: readonly string[]): number {
  if (a.length === 0 || b.length === 0) return 0
  let row = new Uint8Array(b.length + 1)
  let next = new Uint8Array(b.length + 1)
  for (let i = 1; i <= a.length; i++) {
    const step = a[i - 1]
    for (let j = 1; j <= b.length; j++) {
      next[j] = step === b[j - 1] ? (row[j - 1] ?? 0) + 1 : Math.max(row[j] ?? 0, next[j - 1] ?? 0)
    }
    ;[row, next] = [next, row]
  }
  return (row[b.length] ?? 0) / Math.max(a.length, b.length)
}

/** Equal steps at the end of two paths, over the longer length. */
function commonEnd(a: readonly string[], b: readonly string[]): number {
  let same = 0
  while (same < a.length && same < b.length && a[a.length - 1 - same] === b[b.length - 1 - same]) same++
  return same / Math.max(a.length, b.length, 1)
}

function bestCaption(old: Profile, now: Profile, page: PageIndex): number | undefined {
  const mine = old.text === undefined ? old.captions : [...old.captions, old.text]
  const yours = now.text === undefined ? now.captions : [...now.captions, now.text]
  if (old.captions.length + now.captions.length === 0 || mine.length === 0 || yours.length === 0) return undefined
  let best = 0
  for (const a of mine) {
    for (const b of yours) if (a !== old.text || b !== now.text) best = Math.max(best, compareSaid(a, b, page))
  }
  return best
}

function compareWordLists(a: readonly string[] | undefined, b: readonly string[] | undefined, page: PageIndex) {
  if (a === undefined || b === undefined || a.length === 0 || b.length === 0) return undefined
  return wordOverlap(a, b, (word) => 0.1 + page.rarity('word', word))
}

const compareTexts = (a: Said | undefined, b: Said | undefined, page: PageIndex): number | undefined =>
  a === undefined || b === undefined ? undefined : compareSaid(a, b, page)

/** True for a text without a letter, such as a number of items: it says what is there now, not what it is called. */
const isCounter = (said: Said | undefined): boolean => said !== undefined && !/\p{L}/u.test(said.text)

function compareClasses(old: Profile, now: Profile, page: PageIndex): number | undefined {
  if (old.classes.length === 0 || now.classes.length === 0) return undefined
  const whole = wordOverlap(old.classes, now.classes, (token) => 0.2 + page.rarity('class', token))
  return whole === 1
    ? 1
    : Math.max(
        whole,
        0.8 *
          wordOverlap(old.identifierWords, now.identifierWords, (word) => 0.1 + page.rarity('identifierWord', word)),
      )
}

function compareHashes(a: string | undefined, b: string | undefined): number | undefined {
  if (a === undefined || b === undefined || !/^[0-9a-f]{16}$/i.test(a) || !/^[0-9a-f]{16}$/i.test(b)) return undefined
  let bits = BigInt(`0x${a}`) ^ BigInt(`0x${b}`)
  let differing = 0
  for (; bits > 0n; bits &= bits - 1n) differing++
  return Math.max(0, 1 - differing / 32)
}

function comparePlaces(old: Profile, now: Profile): number | undefined {
  if (old.box === undefined || now.box === undefined) return undefined
  const a = old.box
  const b = now.box
  const distance = Math.hypot((a.x - b.x) / 2, a.y - b.y)
  return Math.exp(-(0.5 * distance + 0.5 * gapBetween(a, b)) / 120)
}

function compareSizes(old: Profile, now: Profile): number | undefined {
  if (old.box === undefined || now.box === undefined) return undefined
  const ratio = (a: number, b: number): number => (Math.min(a, b) + 4) / (Math.max(a, b) + 4)
  return ratio(old.box.width, now.box.width) * ratio(old.box.height, now.box.height)
}

/** All cues, in a fixed order: the coefficients are stored by name. */
export const CUES: readonly Cue[] = [
  {
    name: 'testId',
    group: 'attributes',
    words: 'test id',
    chance: 0.3,
    had: (old) => old.testId !== undefined,
    compare: (old, now, page) =>
      old.testId === undefined || now.testId === undefined
        ? undefined
        : compareIdentifiers(old.testId, now.testId, old.identifierWords, now.identifierWords, page),
  },
  {
    name: 'id',
    group: 'attributes',
    words: 'id',
    chance: 0.3,
    had: (old) => old.id !== undefined && !old.idGenerated,
    compare: (old, now, page) =>
      old.id === undefined || now.id === undefined || (old.idGenerated && now.idGenerated && old.id !== now.id)
        ? undefined
        : compareIdentifiers(old.id, now.id, old.idWords, now.idWords, page),
  },
  {
    name: 'formName',
    group: 'attributes',
    words: 'name attribute',
    chance: 0.3,
    had: (old) => old.formName !== undefined,
    compare: (old, now) =>
      old.formName === undefined || now.formName === undefined ? undefined : editSimilarity(old.formName, now.formName),
  },
  {
    name: 'href',
    group: 'attributes',
    words: 'link target',
    chance: 0.3,
    had: (old) => old.href !== undefined,
    compare: (old, now, page) =>
      old.href === undefined || now.href === undefined ? undefined : compareAddresses(old.href, now.href, page),
  },
  {
    name: 'class',
    group: 'attributes',
    words: 'classes',
    chance: 0.1,
    had: (old) => old.classes.length > 0,
    compare: compareClasses,
  },
  {
    name: 'type',
    group: 'structure',
    words: 'type',
    chance: 0,
    compare: (old, now) => sameOrUnknown(old.type, now.type),
  },
  { name: 'kind', group: 'structure', words: 'kind of element', chance: 0, compare: compareKinds },
  {
    name: 'text',
    group: 'text',
    words: 'text',
    chance: 0.3,
    had: (old) => old.text !== undefined,
    compare: (old, now, page) =>
      isCounter(old.text) !== isCounter(now.text) ? undefined : compareTexts(old.text, now.text, page),
  },
  { name: 'caption', group: 'text', words: 'label, title or accessible name', chance: 0.3, compare: bestCaption },
  {
    name: 'heading',
    group: 'neighbourhood',
    words: 'heading above',
    chance: 0.3,
    compare: (old, now, page) => compareTexts(old.heading, now.heading, page),
  },
  {
    name: 'rowKey',
    group: 'neighbourhood',
    words: 'row or card',
    chance: 0.3,
    compare: (old, now, page) => compareTexts(old.rowKey, now.rowKey, page),
  },
  {
    name: 'near',
    group: 'neighbourhood',
    words: 'texts close by',
    chance: 0.05,
    compare: (old, now, page) => compareWordLists(old.near, now.near, page),
  },
  {
    name: 'ancestors',
    group: 'structure',
    words: 'named elements around it',
    chance: 0,
    compare: (old, now) =>
      old.ancestorNames.length === 0 || now.ancestorNames.length === 0
        ? undefined
        : wordOverlap(old.ancestorNames, now.ancestorNames, () => 1),
  },
  {
    name: 'path',
    group: 'structure',
    words: 'path',
    chance: 0.4,
    compare: (old, now) =>
      old.tags.length === 0 || now.tags.length === 0 ? undefined : alignPaths(old.tags, now.tags),
  },
  {
    name: 'place',
    group: 'structure',
    words: 'place in the tree',
    chance: 0.1,
    compare: (old, now) =>
      old.steps.length === 0 || now.steps.length === 0
        ? undefined
        : 0.5 * alignPaths(old.steps, now.steps) + 0.5 * commonEnd(old.steps, now.steps),
  },
  { name: 'location', group: 'geometry', words: 'place on the page', chance: 0, compare: comparePlaces },
  { name: 'size', group: 'geometry', words: 'size and shape', chance: 0.2, compare: compareSizes },
  {
    name: 'look',
    group: 'look',
    words: 'picture',
    chance: 0.3,
    compare: (old, now) => compareHashes(old.fingerprint.visualHash, now.fingerprint.visualHash),
  },
]
