import type { Evidence, Fingerprint } from '../model.ts'
import type { TokenChange } from '../source/changes.ts'
import { type Explanation, explainRemoval, explainRename } from './explain.ts'
import { keepsName } from './naming.ts'
import { tellingValues, valuePairs } from './value-pairs.ts'

/**
 * Likelihood ratios: how many times more often a finding comes with the same element than with another one. That the
 * source turned one token into the other, with all around it as it was, is all but the proof; that both share a
 * commit and a file often does. Everything around changing with it is what a replacement looks like. A history that is
 * known and explains nothing speaks, weakly, against an intended change; a deletion for good speaks strongly for absence.
 */
const RATIO: Readonly<Record<Explanation, number>> = { renamed: 1_000, 'same-commit': 1.5, replaced: 0.5, none: 0.7 }
const REMOVED = 20
/**
 * An element of which no name survives (no test id, text, label or the like) stands where the old one stood, which is
 * also what a newcomer in its place does. How many times rarer a complete renaming is than such a newcomer.
 */
const NAMELESS = 0.15

/**
 * The identity score was fitted where every second element is gone. Of locators that break in life most belong to
 * elements that are still there; one in five is a cautious guess at the rest. Odds are moved from the one to the other.
 */
const ABSENT = { fitted: 0.5, assumed: 0.2 } as const
const BASE_RATE = ((1 - ABSENT.assumed) / ABSENT.assumed) * (ABSENT.fitted / (1 - ABSENT.fitted))

/** What the source proves is not outweighed by a page that changed beyond what the score has ever seen. */
const LEAST_PRIOR = 0.02

/** No finding beside the page makes anything certain. */
const CEILING = 0.995

const shift = (probability: number, ratio: number): number => {
  const odds = (probability / Math.max(1e-9, 1 - probability)) * ratio
  return Math.min(Math.max(probability, CEILING), odds / (1 + odds))
}

/** What is known of the product's commits: null where no history could be read. */
export type History = readonly TokenChange[] | null

export interface Beliefs {
  readonly confidence: number
  readonly absent: number
}

export interface Weighed extends Beliefs {
  readonly evidence: readonly Evidence[]
  /** Whether a name of the lost element survives on it, as it was or renamed by a commit. */
  readonly isNamed: boolean
}

/** The rest of the probability keeps its shares when the confidence moves. */
const withConfidence = (prior: Beliefs, confidence: number): Beliefs => {
  const rest = 1 - prior.confidence
  const absent = rest > 1e-9 ? prior.absent * ((1 - confidence) / rest) : 1 - confidence
  return { confidence, absent: Math.min(absent, 1 - confidence) }
}

/** Probabilities as the identity score gives them, for the share of absent elements to be expected. */
export const atBaseRate = (prior: Beliefs): Beliefs => withConfidence(prior, shift(prior.confidence, BASE_RATE))

/**
 * Moves the probability that an element is the lost one by what its names and the product's commits say. Where nothing
 * differs, everything stays as it is; where no history could be read, commits say nothing.
 */
export const weighCandidate = (
  old: Fingerprint,
  candidate: Fingerprint,
  prior: Beliefs,
  history: History,
  testIdAttributes: readonly string[],
): Weighed => {
  const pairs = valuePairs(old, candidate, testIdAttributes)
  if (pairs.length === 0) return { ...prior, evidence: [], isNamed: true }
  const found = history === null ? [] : pairs.map((pair) => explainRename(pair, history))
  const best =
    (['renamed', 'same-commit', 'replaced'] as const).find((one) =>
      found.some(({ explanation }) => explanation === one),
    ) ?? 'none'
  const isNamed = best === 'renamed' || keepsName(old, candidate, testIdAttributes)
  const evidence: Evidence[] = found.flatMap((one) => (one.evidence && one.explanation === best ? [one.evidence] : []))
  const [first] = pairs
  if (history !== null && best === 'none' && first) {
    evidence.push({
      kind: 'commit',
      for: false,
      weight: 0.2,
      text: `No commit explains why the ${first.what} “${first.old}” became “${first.new}”`,
    })
  }
  if (!isNamed) {
    evidence.push({
      kind: 'identity',
      for: false,
      weight: 0.7,
      text: 'Nothing that names it survived: it stands where the old one stood, as a newcomer in its place would',
    })
  }
  const ratio = (history === null ? 1 : RATIO[best]) * (isNamed ? 1 : NAMELESS)
  const start = best === 'renamed' ? Math.max(prior.confidence, LEAST_PRIOR) : prior.confidence
  const beliefs = ratio === 1 ? prior : withConfidence(prior, shift(start, ratio))
  return { ...beliefs, evidence: distinct(evidence), isNamed }
}

const distinct = (evidence: readonly Evidence[]): readonly Evidence[] =>
  evidence.filter((one, at) => evidence.findIndex((other) => tail(other) === tail(one)) === at)

/** Label, name and text of an element are often one and the same change of the source. */
const tail = ({ text }: Evidence): string => text.slice(text.indexOf('“'))

/**
 * Moves the probability that the element is gone by a commit that deleted its values for good. Not to be asked where the
 * best candidate keeps a name: then the values that went were only some of its names.
 */
export const weighAbsence = (
  old: Fingerprint,
  prior: Beliefs,
  history: History,
  testIdAttributes: readonly string[],
): Beliefs & { readonly evidence: readonly Evidence[] } => {
  for (const { what, value } of history === null ? [] : tellingValues(old, testIdAttributes)) {
    const evidence = explainRemoval(what, value, history ?? [])
    if (!evidence) continue
    const absent = shift(prior.absent, REMOVED)
    const rest = 1 - prior.absent
    return { absent, confidence: rest > 1e-9 ? prior.confidence * ((1 - absent) / rest) : 0, evidence: [evidence] }
  }
  return { ...prior, evidence: [] }
}
