import { english } from './en.ts'
import type { LanguagePack } from './language.ts'
import { OPPOSITES, OTHER_DEEDS, RELATED, RIVALS } from './meaning.ts'
import { SYMBOLS } from './symbols.ts'

/** Languages known; a label may come from any of them. Another language is one more pack here. */
const PACKS: readonly LanguagePack[] = [english]

/** Labels are short: what lies beyond is not read, so that a text of megabytes costs as much as a long label. */
const MAX_CHARS = 200
const MAX_WORDS = 24
const MAX_MEMO = 20_000

/** A word or fixed phrase of a label with the concepts it may stand for. */
export interface Unit {
  readonly stem: string
  readonly concepts: readonly string[]
  /** How much it says: 1 for a word with meaning, less for fillers and particles. */
  readonly weight: number
  readonly negated: boolean
}

/** What a label says: as a whole, and word by word. */
export interface Meaning {
  /** Words in lower case, joined by single spaces; symbols as they are where there are no words. */
  readonly words: string
  readonly concepts: readonly string[]
  readonly units: readonly Unit[]
}

interface Lexicon {
  readonly phrases: ReadonlyMap<string, readonly string[]>
  readonly whole: ReadonlyMap<string, readonly string[]>
  readonly loose: ReadonlyMap<string, readonly string[]>
  readonly stop: ReadonlySet<string>
  readonly fillers: ReadonlySet<string>
  readonly negations: ReadonlySet<string>
  readonly longest: number
}

function push(map: Map<string, string[]>, key: string, concept: string): void {
  const list = map.get(key)
  if (!list) map.set(key, [concept])
  else if (!list.includes(concept)) list.push(concept)
}

const stemOf = (word: string): string => {
  for (const pack of PACKS) {
    const stem = pack.stem(word)
    if (stem !== word) return stem
  }
  return word
}

function buildLexicon(): Lexicon {
  const split = (pick: (pack: LanguagePack) => string) => new Set(PACKS.flatMap((pack) => pick(pack).split('|')))
  const stop = split((pack) => pack.stopWords)
  const fillers = split((pack) => pack.fillers)
  const phrases = new Map<string, string[]>()
  const whole = new Map<string, string[]>()
  const loose = new Map<string, string[]>()
  let longest = 1
  for (const pack of PACKS) {
    for (const [concept, list] of Object.entries(pack.concepts)) {
      for (const phrase of list.split('|')) {
        const alone = phrase.startsWith('=')
        const words = phrase.slice(alone ? 1 : 0).split(' ')
        push(alone ? whole : phrases, words.map(stemOf).join(' '), concept)
        longest = Math.max(longest, words.length)
        const content = words.filter((word) => !stop.has(word) && !fillers.has(word))
        if (content.length > 1) push(loose, content.map(stemOf).join(' '), concept)
      }
    }
  }
  return { phrases, whole, loose, stop, fillers, negations: split((pack) => pack.negations), longest }
}

const lexicon = buildLexicon()

/** Words of a text in lower case, letters and digits of any script; `(3)` and the like are counters and left out. */
function splitWords(text: string): string[] {
  const plain = text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/\(\s*[\d.,]+\+?\s*\)/g, ' ')
    .replace(/’/g, "'")
  return (plain.match(/[\p{L}\p{M}\p{N}]+(?:'\p{L}+)?/gu) ?? []).slice(0, MAX_WORDS)
}

function weighWord(word: string): number {
  if (lexicon.fillers.has(word)) return 0.25
  return /^[a-z]{1,2}$/.test(word) ? 0.4 : 1
}

function readUnits(words: readonly string[]): Unit[] {
  const stems = words.map(stemOf)
  const units: Unit[] = []
  let negated = false
  for (let at = 0; at < words.length; ) {
    let taken = 0
    for (let length = Math.min(lexicon.longest, words.length - at); length > 0 && !taken; length--) {
      const key = stems.slice(at, at + length).join(' ')
      const concepts = lexicon.phrases.get(key)
      if (!concepts || (length === 1 && lexicon.stop.has(words[at] ?? ''))) continue
      units.push({ stem: key, concepts, weight: length > 1 ? 1.5 : weighWord(words[at] ?? ''), negated })
      taken = length
    }
    const word = words[at] ?? ''
    if (taken > 0) negated = false
    else if (lexicon.negations.has(word)) negated = true
    else if (!lexicon.stop.has(word)) {
      units.push({ stem: stems[at] ?? word, concepts: [], weight: weighWord(word), negated })
      negated = false
    }
    at += Math.max(1, taken)
  }
  return units
}

const NOTHING: Meaning = { words: '', concepts: [], units: [] }

function readMeaning(text: string): Meaning {
  const symbols = [...text.replace(/\s|\uFE0E|\uFE0F/g, '')]
  const symbol = symbols.length === 1 ? SYMBOLS.get(symbols[0] ?? '') : undefined
  if (symbol) {
    return {
      words: symbols[0] ?? '',
      concepts: [symbol],
      units: [{ stem: symbols[0] ?? '', concepts: [symbol], weight: 1, negated: false }],
    }
  }
  const words = splitWords(text)
  if (words.length === 0) return symbols.length === 0 ? NOTHING : { ...NOTHING, words: symbols.join('') }
  const key = words.map(stemOf).join(' ')
  const content = words.filter((word) => !lexicon.stop.has(word) && !lexicon.fillers.has(word))
  const exact = [...(lexicon.phrases.get(key) ?? []), ...(lexicon.whole.get(key) ?? [])]
  const concepts = exact.length > 0 ? exact : (lexicon.loose.get(content.map(stemOf).join(' ')) ?? [])
  const units = readUnits(words)
  const kept = units.length > 0 ? units : words.map((word) => ({ stem: word, concepts, weight: 1, negated: false }))
  return { words: words.join(' '), concepts, units: kept }
}

/** Meanings of labels already read; a pure memo, emptied when full so that its size stays bounded. */
const memo = new Map<string, Meaning>()

/** What a label says, from its first 200 characters. */
export function interpret(text: string): Meaning {
  const cut = text.length > MAX_CHARS ? text.slice(0, MAX_CHARS) : text
  const known = memo.get(cut)
  if (known) return known
  const meaning = readMeaning(cut)
  if (memo.size >= MAX_MEMO) memo.clear()
  memo.set(cut, meaning)
  return meaning
}

function pairsOf(pairs: readonly (readonly [string, string])[]): ReadonlySet<string> {
  const set = new Set<string>()
  for (const [left, right] of pairs) {
    for (const a of left.split('|')) {
      for (const b of right.split('|')) set.add(`${a} ${b}`).add(`${b} ${a}`)
    }
  }
  return set
}

const opposites = pairsOf(OPPOSITES)
const related = pairsOf(RELATED)
const setsOf = (lists: readonly string[]): readonly ReadonlySet<string>[] =>
  lists.map((list) => new Set(list.split('|')))
const rivalSets = setsOf(RIVALS)
const deedSets = setsOf(OTHER_DEEDS)
const knownKeys = new Set(PACKS.flatMap((pack) => Object.keys(pack.concepts)))

/** Concept keys that `meaning.ts` names and no language pack knows: a slip of the pen, kept empty by a test. */
export function danglingConcepts(): string[] {
  const named = [...OPPOSITES, ...RELATED].flatMap((pair) => pair.flatMap((side) => side.split('|')))
  return [...named, ...[...RIVALS, ...OTHER_DEEDS].flatMap((set) => set.split('|')), ...SYMBOLS.values()].filter(
    (key) => !knownKeys.has(key),
  )
}

const some = (a: readonly string[], b: readonly string[], holds: (x: string, y: string) => boolean): boolean =>
  a.some((x) => b.some((y) => holds(x, y)))

export const shareConcept = (a: readonly string[], b: readonly string[]): boolean => a.some((x) => b.includes(x))
export const opposeConcepts = (a: readonly string[], b: readonly string[]): boolean =>
  !shareConcept(a, b) && some(a, b, (x, y) => opposites.has(`${x} ${y}`))
export const relateConcepts = (a: readonly string[], b: readonly string[]): boolean =>
  some(a, b, (x, y) => related.has(`${x} ${y}`))
const standApart = (sets: readonly ReadonlySet<string>[], a: readonly string[], b: readonly string[]): boolean =>
  !shareConcept(a, b) && sets.some((set) => a.some((x) => set.has(x)) && b.some((y) => set.has(y)))
export const rivalConcepts = (a: readonly string[], b: readonly string[]): boolean => standApart(rivalSets, a, b)
export const otherDeeds = (a: readonly string[], b: readonly string[]): boolean => standApart(deedSets, a, b)

/** True for two words of which one is the other with a negating prefix: "follow", "unfollow". */
export function differByNegation(a: string, b: string): boolean {
  for (const pack of PACKS) {
    const rootA = pack.withoutNegatingPrefix(a)
    const rootB = pack.withoutNegatingPrefix(b)
    if (rootA !== null && rootB === null && pack.stem(rootA) === pack.stem(b)) return true
    if (rootB !== null && rootA === null && pack.stem(rootB) === pack.stem(a)) return true
  }
  return false
}

const phrasesOf = new Map<string, string[]>()
for (const pack of PACKS) {
  for (const [concept, list] of Object.entries(pack.concepts)) {
    const known = phrasesOf.get(concept) ?? []
    phrasesOf.set(concept, [...known, ...list.split('|').map((phrase) => phrase.replace(/^=/, ''))])
  }
}
for (const [symbol, concept] of SYMBOLS) phrasesOf.get(concept)?.push(symbol)

/** All phrases and symbols that stand for a concept, in every language known. */
export const phrasesFor = (concept: string): readonly string[] => phrasesOf.get(concept) ?? []

const shortForms = new Map<string, string[]>()
for (const pack of PACKS) for (const [short, long] of Object.entries(pack.abbreviations)) push(shortForms, long, short)

/** A word of an identifier in all forms it is commonly found in, itself first: `btn`, `button`, `bttn`, `buttons`. */
export function wordForms(word: string): readonly string[] {
  const long = expandAbbreviation(word)
  const stem = stemOf(long)
  return [...new Set([word, long, stem, `${stem}s`, ...(shortForms.get(long) ?? []), ...(shortForms.get(stem) ?? [])])]
}

/** The long form of a short word as identifiers use it (`btn` → `button`), or the word itself. */
export function expandAbbreviation(word: string): string {
  for (const pack of PACKS) {
    const long = Object.hasOwn(pack.abbreviations, word) ? pack.abbreviations[word] : undefined
    if (long !== undefined) return long
  }
  return word
}

/** The word without its inflection, by the languages known. */
export const stemWord = stemOf
