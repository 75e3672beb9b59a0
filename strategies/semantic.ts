import type { PageIndex } from '../src/dom/page-index.ts'
import { normalise, wordsOf } from '../src/dom/text.ts'
import { areRivals, paraphrases, semanticSimilarity } from '../src/dom/vocabulary.ts'
import type { LocatorStep, Target } from '../src/model.ts'
import { askedOf } from './asked.ts'
import { Ballot } from './ballot.ts'
import type { Strategy } from './contract.ts'
import { roleStep, textStep } from './pinpoint.ts'

/** Labels with more letters are prose. */
const MAX_LABEL = 80
const MAX_HOLDERS = 60
const MAX_LABELS = 3
const MAX_FOUND = 400

/** Attributes that hold words for people. */
const SPEAKING = ['aria-label', 'placeholder', 'title', 'alt', 'value'] as const

/**
 * Meaning: "Sign in" may be "Log in" today and is never "Sign out". Looks the label up in a table of phrases, asks the
 * page for each paraphrase, and leaves out whatever says the opposite.
 */
export const semantic: Strategy = {
  name: 'semantic',
  priority: 35,
  prior: 0.45,
  propose(target, page) {
    const ballot = new Ballot(target, page)
    for (const label of labelsOf(target)) {
      for (const element of spokenFor(page, label)) {
        const [said, likeness] = likest(page, element, label)
        const quoted = normalise(said).includes(normalise(label))
        // The same words, alone or among others, are the business of `text`.
        if (likeness < 0.5 || (quoted && (likeness < 0.9 || said.length === label.length))) continue
        const step: LocatorStep | null = roleStep(page, element) ?? textStep(page, element)
        ballot.add(element, 0.95 * likeness, `"${said.slice(0, 80)}" means what "${label}" meant`, step)
      }
    }
    return ballot.witnesses()
  },
}

function labelsOf(target: Target): string[] {
  const { fingerprint: was } = target
  const asked = askedOf(target)
  const labels = [asked.accessibleName, ...asked.texts, ...asked.labels, was.name, was.label, was.text, was.ownText]
  const spoken = SPEAKING.map((name) => was.attributes[name])
  const all = [...labels, ...spoken].filter(
    (one): one is string => one !== undefined && one.trim() !== '' && one.length <= MAX_LABEL,
  )
  return [...new Map(all.map((one) => [normalise(one), one.trim()])).values()].slice(0, MAX_LABELS)
}

/** Elements that show a paraphrase of the label or a part of one. */
function spokenFor(page: PageIndex, label: string): ReadonlySet<number> {
  const found = new Set<number>()
  const asked = new Set<string>()
  for (const phrase of paraphrases(label)) {
    for (const element of page.withTrait('text', phrase)) if (found.size < MAX_FOUND) found.add(element)
    for (const name of SPEAKING) {
      for (const form of [phrase, phrase.charAt(0).toUpperCase() + phrase.slice(1)])
        for (const element of page.withAttribute(name, form)) if (found.size < MAX_FOUND) found.add(element)
    }
    const rarest = wordsOf(phrase, 6)
      .map((word) => ({ word, holders: page.withTrait('word', word) }))
      .sort((a, b) => a.holders.length - b.holders.length)[0]
    if (rarest === undefined || rarest.holders.length > MAX_HOLDERS || asked.has(rarest.word)) continue
    asked.add(rarest.word)
    for (const element of rarest.holders) if (found.size < MAX_FOUND) found.add(element)
  }
  return found
}

/** The text of an element that is nearest in meaning to a label; 0 where any of its texts says the opposite. */
function likest(page: PageIndex, element: number, label: string): [said: string, likeness: number] {
  const attributes = page.attributes(element)
  let best: [string, number] = ['', 0]
  for (const text of [page.shortText(element), ...SPEAKING.map((name) => attributes[name] ?? '')]) {
    if (text === '' || text.length > MAX_LABEL) continue
    const likeness = semanticSimilarity(label, text)
    if (likeness === 0 && areRivals(label, text)) return ['', 0]
    if (likeness > best[1]) best = [text, likeness]
  }
  return best
}
