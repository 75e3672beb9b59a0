import { editSimilarity, identifierWords, normalise, wordsOf } from '../dom/text.ts'
import { areAntonyms, semanticSimilarity } from '../dom/vocabulary.ts'
import type { Fingerprint } from '../model.ts'

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

const areNamesRelated = (a: string, b: string): boolean => {
  const [left, right] = [normalise(a), normalise(b)]
  if (left === right) return true
  if (areAntonyms(left, right)) return false
  const tellWords = (text: string) =>
    new Set(
      wordsOf(text)
        .concat(identifierWords(text))
        .filter((word) => word.length > 2 && !COMMON.has(word)),
    )
  const [mine, theirs] = [tellWords(a), tellWords(b)]
  const shared = [...mine].filter((word) => theirs.has(word)).length
  if (shared > 0 && shared / Math.min(mine.size, theirs.size) >= RELATED) return true
  return editSimilarity(left, right) >= 0.75 || semanticSimilarity(left, right) >= RELATED
}

const namesOf = (fingerprint: Fingerprint, testIdAttributes: readonly string[]): readonly string[] => {
  const { attributes } = fingerprint
  const coded = [...testIdAttributes, ...NAMING].map((attribute) => attributes[attribute])
  const said = [fingerprint.name, fingerprint.label, fingerprint.ownText, fingerprint.text]
  return [...coded, ...said].filter(
    (name): name is string => name !== undefined && /\p{L}/u.test(name) && name.length <= 200,
  )
}

/**
 * Whether anything survives by which code or people call the element: the same name, a rewording of it, or the same words
 * in another attribute. True as well where it never had a name: then place and look are all it ever was.
 */
export const keepsName = (old: Fingerprint, next: Fingerprint, testIdAttributes: readonly string[]): boolean => {
  const before = namesOf(old, testIdAttributes)
  if (before.length === 0) return true
  const after = namesOf(next, testIdAttributes)
  return before.some((name) => after.some((other) => areNamesRelated(name, other)))
}
