/**
 * What the words of a user interface mean: synonyms, opposites, rivals. A curated table with an antonym veto; it beat
 * the packaged embeddings tried, which hold "Sign in" for nearer to "Sign out" than to "Log in".
 */
import {
  differByNegation,
  interpret,
  type Meaning,
  opposeConcepts,
  otherDeeds,
  phrasesFor,
  relateConcepts,
  rivalConcepts,
  shareConcept,
  type Unit,
} from './vocabulary/interpret.ts'

export { expandAbbreviation, stemWord, wordForms } from './vocabulary/interpret.ts'

/** Labels with more words than this are prose; single words in prose do not turn its meaning round. */
const LABEL_UNITS = 8

const sameUnit = (a: Unit, b: Unit): boolean =>
  a.negated === b.negated && (a.stem === b.stem || shareConcept(a.concepts, b.concepts))

/** Units of each side that have no equal on the other. */
function unmatched(a: Meaning, b: Meaning): [readonly Unit[], readonly Unit[]] {
  return [
    a.units.filter((unit) => !b.units.some((other) => sameUnit(unit, other))),
    b.units.filter((unit) => !a.units.some((other) => sameUnit(unit, other))),
  ]
}

function sayTheSame(a: Meaning, b: Meaning): boolean {
  if (a.words === '' || b.words === '') return false
  if (a.words === b.words || shareConcept(a.concepts, b.concepts)) return true
  if (a.units.length === 0 || a.units.length > LABEL_UNITS) return false
  const [leftA, leftB] = unmatched(a, b)
  const heavy = (units: readonly Unit[]): boolean => units.some((unit) => unit.weight > 0.25)
  return !heavy(leftA) && !heavy(leftB) && heavy(a.units) && heavy(b.units)
}

function opposeUnits(a: Unit, b: Unit): boolean {
  if (a.negated !== b.negated) return a.stem === b.stem || shareConcept(a.concepts, b.concepts)
  return opposeConcepts(a.concepts, b.concepts) || differByNegation(a.stem, b.stem)
}

function sayOpposites(a: Meaning, b: Meaning): boolean {
  if (a.words === b.words || shareConcept(a.concepts, b.concepts)) return false
  if (opposeConcepts(a.concepts, b.concepts)) return true
  if (a.units.length > LABEL_UNITS || b.units.length > LABEL_UNITS) return false
  const [leftA, leftB] = unmatched(a, b)
  return leftA.some((x) => leftB.some((y) => opposeUnits(x, y)))
}

const isNumber = (unit: Unit): boolean => /^\p{N}+$/u.test(unit.stem)

function areSiblings(a: Meaning, b: Meaning): boolean {
  if (a.words === b.words || shareConcept(a.concepts, b.concepts)) return false
  if (rivalConcepts(a.concepts, b.concepts)) return true
  if (a.units.length > LABEL_UNITS || b.units.length > LABEL_UNITS) return false
  const [leftA, leftB] = unmatched(a, b)
  if (leftA.length === 0 || leftB.length === 0) return false
  if (leftA.every(isNumber) && leftB.every(isNumber)) return a.units.length > leftA.length || leftA.length === 1
  return leftA.some((x) => leftB.some((y) => rivalConcepts(x.concepts, y.concepts)))
}

/** True where two labels say the same to a user: "Sign in" and "Log in", "Add to cart" and "Add to basket". */
export function areSynonyms(a: string, b: string): boolean {
  const [left, right] = [interpret(a), interpret(b)]
  return sayTheSame(left, right) && !sayOpposites(left, right)
}

/** True where one label undoes or excludes the other: "Sign in" and "Sign out", "First name" and "Last name". */
export function areAntonyms(a: string, b: string): boolean {
  return sayOpposites(interpret(a), interpret(b))
}

/**
 * True where two labels name different members of one set, as they stand side by side on a page: "Email" and "Phone",
 * "Monday" and "Tuesday", "Page 1" and "Page 2". Opposites are not asked here.
 */
export function areRivals(a: string, b: string): boolean {
  return areSiblings(interpret(a), interpret(b))
}

/**
 * True where two labels announce deeds with different outcomes, opposites included: "Delete file" and "Archive file", "Accept"
 * and "Decline". Rewording is none: "Delete file" and "Remove file".
 */
export function announceOtherDeeds(a: string, b: string): boolean {
  const [left, right] = [interpret(a), interpret(b)]
  if (sayOpposites(left, right)) return true
  if (left.words === right.words || shareConcept(left.concepts, right.concepts)) return false
  if (left.units.length > LABEL_UNITS || right.units.length > LABEL_UNITS) return false
  if (otherDeeds(left.concepts, right.concepts)) return true
  const [onlyLeft, onlyRight] = unmatched(left, right)
  return onlyLeft.some((x) => onlyRight.some((y) => otherDeeds(x.concepts, y.concepts)))
}

/** How well one unit is answered by the best unit of the other side: 1 same word, .9 synonym, .5 related, 0 none. */
function answer(unit: Unit, others: readonly Unit[]): number {
  let best = 0
  for (const other of others) {
    if (unit.negated !== other.negated) continue
    if (unit.stem === other.stem) return 1
    if (best < 0.9 && shareConcept(unit.concepts, other.concepts)) best = 0.9
    else if (best < 0.5 && relateConcepts(unit.concepts, other.concepts)) best = 0.5
  }
  return best
}

function overlap(a: Meaning, b: Meaning): number {
  let shared = 0
  let total = 0
  for (const [units, others] of [
    [a.units, b.units],
    [b.units, a.units],
  ] as const) {
    for (const unit of units) {
      shared += unit.weight * answer(unit, others)
      total += unit.weight
    }
  }
  return total === 0 ? 0 : shared / total
}

/**
 * How near two labels are in meaning, in [0, 1], symmetric: 1 the same words, .95 synonyms, around .5 half of the words
 * in common or a related meaning, at most .25 for rivals, 0 for opposites and where nothing is in common.
 */
export function semanticSimilarity(a: string, b: string): number {
  const [left, right] = [interpret(a), interpret(b)]
  if (left.words === '' || right.words === '') return 0
  if (left.words === right.words) return 1
  if (sayOpposites(left, right)) return 0
  if (sayTheSame(left, right)) return 0.95
  const words = Math.max(overlap(left, right) * 0.9, relateConcepts(left.concepts, right.concepts) ? 0.55 : 0)
  return areSiblings(left, right) ? Math.min(words, 0.25) : words
}

/**
 * Phrases and symbols that may say what a label says, or say a part of it: where to look for it on a page, without
 * reading every label of the page. At most 200.
 */
export function paraphrases(label: string): readonly string[] {
  const meaning = interpret(label)
  const concepts = new Set([
    ...meaning.concepts,
    ...meaning.units.filter((unit) => unit.weight > 0.25).flatMap((unit) => unit.concepts),
  ])
  return [...new Set([...concepts].slice(0, 16).flatMap(phrasesFor))].slice(0, 200)
}
