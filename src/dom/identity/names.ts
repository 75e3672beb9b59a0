import { editDistance, identifierWords, normalise, wordsOf } from '../text.ts'
import { areAntonyms, areRivals, semanticSimilarity } from '../vocabulary.ts'
import type { Profile } from './profile.ts'

/** Attributes by which authors of a page name an element, for code or for people. */
const NAMING = ['id', 'name', 'href', 'placeholder', 'title', 'alt', 'aria-label', 'for', 'value'] as const
/** Words that stand in the names of the most different things. */
const COMMON = new Set(
  'a an and add all by for from go in my new now of on or our please see the this to with you your button link input field item box'.split(
    ' ',
  ),
)
/** Closeness from which two names are held for the same one reworded. */
const RELATED = 0.5
/** Share of letters that may differ between two spellings of one name. */
const MISSPELT = 0.25
const LONGEST = 200

interface Name {
  readonly text: string
  /** Words that tell something. */
  readonly words: ReadonlySet<string>
  /** Said to people, so that its meaning counts. */
  readonly said: boolean
}

const known = new WeakMap<Profile, readonly Name[]>()

/**
 * Whether anything survives by which code or people call the element: the same name, a rewording of it, or the same words
 * in another attribute. True as well where it never had a name: then place and look are all it ever was.
 */
export function keepsName(old: Profile, now: Profile): boolean {
  const before = namesOf(old)
  if (before.length === 0) return true
  const after = namesOf(now)
  return before.some((name) => after.some((other) => areRelated(name, other)))
}

/** True where code or people call an element anything; a number is no name. */
export const hasName = (profile: Profile): boolean => namesOf(profile).length > 0

function namesOf(profile: Profile): readonly Name[] {
  let names = known.get(profile)
  if (names === undefined) {
    names = makeNames(profile)
    known.set(profile, names)
  }
  return names
}

function makeNames({ fingerprint, testId }: Profile): Name[] {
  const { attributes, name, label, ownText, text } = fingerprint
  const names = new Map<string, Name>()
  const add = (value: string | undefined, said: boolean): void => {
    if (value === undefined || value.length > LONGEST || !/\p{L}/u.test(value)) return
    const plain = normalise(value)
    if (names.get(plain)?.said === true || (names.has(plain) && !said)) return
    const words = [...wordsOf(value), ...identifierWords(value)].filter((word) => word.length > 2 && !COMMON.has(word))
    names.set(plain, { text: plain, words: new Set(words), said })
  }
  for (const value of [name, label, ownText, text]) add(value, true)
  add(testId, false)
  for (const attribute of NAMING)
    add(attributes[attribute], /^(?:placeholder|title|alt|aria-label|value)$/.test(attribute))
  return [...names.values()]
}

function areRelated(a: Name, b: Name): boolean {
  if (a.text === b.text) return true
  const fewer = Math.min(a.words.size, b.words.size)
  let shared = 0
  if (fewer > 0) for (const word of a.words) if (b.words.has(word)) shared++
  const alike = (shared > 0 && shared / fewer >= RELATED) || areSpeltAlike(a.text, b.text)
  // What differs in its number names another one of a series.
  if (alike) return !areAntonyms(a.text, b.text) && !areRivals(a.text, b.text)
  return a.said && b.said && semanticSimilarity(a.text, b.text) >= RELATED
}

function areSpeltAlike(a: string, b: string): boolean {
  const long = Math.max(a.length, b.length)
  if (long > 96 || Math.min(a.length, b.length) < long * (1 - MISSPELT)) return false
  const most = Math.floor(long * MISSPELT)
  return editDistance(a, b, most) <= most
}
