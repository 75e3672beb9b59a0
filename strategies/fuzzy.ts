import { isGeneratedId, stableClasses, stableId } from '../src/dom/identity/generated.ts'
import type { PageIndex } from '../src/dom/page-index.ts'
import { identifierWords } from '../src/dom/text.ts'
import { areAntonyms, areRivals, expandAbbreviation, stemWord, wordForms } from '../src/dom/vocabulary.ts'
import type { LocatorStep, Target } from '../src/model.ts'
import { askedOf } from './asked.ts'
import { Ballot } from './ballot.ts'
import type { Strategy } from './contract.ts'
import { attributeStep, classStep, idStep, testIdStep } from './pinpoint.ts'
import { spelledLike } from './trigrams.ts'

const MAX_HOLDERS = 200
const MAX_NAMES = 6
/** Below it two identifiers are different names. */
const MIN_LIKENESS = 0.5

/** Words that say what kind of element it is rather than which one. */
const KIND_WORDS = new Set(
  'button link input field form label text box icon image wrapper container item list menu checkbox radio select dropdown area section element control component view panel header footer row cell column main primary secondary new test'.split(
    ' ',
  ),
)

/**
 * Renamed identifiers: `btn-submit` is `submit-button`, `usrName` is `user_name`. Compares words free of order,
 * abbreviation and ending, and, where words were run together, letters by threes.
 */
export const fuzzy: Strategy = {
  name: 'fuzzy',
  priority: 30,
  prior: 0.4,
  propose(target, page) {
    const ballot = new Ballot(target, page)
    for (const name of identifiersOf(target)) {
      const words = canonical(name)
      for (const element of sharingWords(page, name)) {
        for (const [attribute, value] of identifiersIn(page, element)) {
          if (value === name) continue
          const likeness = compareWords(words, canonical(value))
          if (likeness < MIN_LIKENESS || contradict(name, value)) continue
          ballot.add(
            element,
            0.9 * likeness,
            `"${name}" is much the same as ${attribute} "${value}"`,
            stepOf(page, element, attribute),
          )
        }
      }
      for (const { element, attribute, value, likeness } of spelledLike(page, name)) {
        if (contradict(name, value)) continue
        ballot.add(
          element,
          0.8 * likeness,
          `"${name}" is spelt much like ${attribute} "${value}"`,
          stepOf(page, element, attribute),
        )
      }
    }
    return ballot.witnesses()
  },
}

function identifiersOf(target: Target): string[] {
  const own = target.fingerprint.attributes
  const asked = askedOf(target)
  const names = [
    ...asked.testIds,
    ...target.testIdAttributes.map((name) => own[name]),
    ...asked.ids,
    own.id,
    ...asked.names,
    own.name,
    ...asked.classes,
  ].filter((one): one is string => one !== undefined && one !== '' && one.length <= 120)
  const lasting = names.map((one) => (isGeneratedId(one) ? stableId(one) : one)).filter((one) => one.length >= 3)
  const classes = lasting.length > 0 ? [] : stableClasses(own.class).filter((one) => one.length >= 4)
  return [...new Set([...lasting, ...classes])].slice(0, MAX_NAMES)
}

const MAX_MEMO = 20_000
/** Pages repeat their identifiers and targets share pages; emptied when full. */
const memo = new Map<string, readonly string[]>()

/** Words of an identifier in their long form and without endings. */
function canonical(name: string): readonly string[] {
  const known = memo.get(name)
  if (known !== undefined) return known
  const words = [...new Set(identifierWords(name).map((word) => stemWord(expandAbbreviation(word))))]
  if (memo.size >= MAX_MEMO) memo.clear()
  memo.set(name, words)
  return words
}

const weigh = (word: string): number => (KIND_WORDS.has(word) ? 0.3 : /^\d+$/.test(word) ? 0.6 : 1)

/** Weighted overlap of two sets of words, in [0, 1]; 0 where only words of kind are shared. */
function compareWords(a: readonly string[], b: readonly string[]): number {
  let shared = 0
  let all = 0
  let telling = false
  for (const word of a) {
    all += weigh(word)
    if (!b.includes(word)) continue
    shared += weigh(word)
    telling ||= weigh(word) >= 1
  }
  for (const word of b) if (!a.includes(word)) all += weigh(word)
  return telling ? shared / all : 0
}

function contradict(a: string, b: string): boolean {
  const left = identifierWords(a).join(' ')
  const right = identifierWords(b).join(' ')
  return areAntonyms(left, right) || areRivals(left, right)
}

function sharingWords(page: PageIndex, name: string): ReadonlySet<number> {
  const found = new Set<number>()
  for (const word of identifierWords(name)) {
    if (KIND_WORDS.has(stemWord(expandAbbreviation(word)))) continue
    for (const form of wordForms(word)) {
      const holders = page.withTrait('identifierWord', form)
      if (holders.length <= MAX_HOLDERS) for (const element of holders) found.add(element)
    }
  }
  return found
}

function identifiersIn(page: PageIndex, element: number): [attribute: string, value: string][] {
  const own = page.attributes(element)
  const found: [string, string][] = []
  for (const [attribute, value] of Object.entries(own)) {
    if (attribute === 'id' || attribute === 'name' || attribute === 'for' || /^data-(?:test|cy|qa)/.test(attribute))
      found.push([attribute, value])
    if (attribute === 'class') for (const token of stableClasses(value).slice(0, 12)) found.push(['class', token])
  }
  return found
}

function stepOf(page: PageIndex, element: number, attribute: string): LocatorStep | null {
  if (attribute === 'id') return idStep(page, element)
  if (attribute === 'class') return classStep(page, element)
  return testIdStep(page, element, [attribute]) ?? attributeStep(page, element, attribute)
}
