import type { Evidence, Fingerprint } from '../model.ts'
import type { TokenChange } from '../source/changes.ts'
import { type Explanation, explainRemoval, explainRename } from './explain.ts'
import { keptValues, tellingValues, valuePairs } from './value-pairs.ts'

/**
 * Likelihood ratios: how many times more often a finding comes with the same element than with none. That the source
 * turned one token into the other, with all around it as it was, is all but the proof; that both share a commit and a
 * file often happens by chance. Everything around changing with it is what a replacement looks like. A history that is
 * known and explains nothing speaks, weakly, against an intended change; a deletion for good speaks strongly for absence.
 */
const RATIO: Readonly<Record<Explanation, number>> = { renamed: 1_000, 'same-commit': 1.5, replaced: 0.5, none: 0.7 }
const REMOVED = 20
/**
 * All that names the candidate is what named the lost element, and no commit took any of it out of the source. Whoever
 * removes an element removes its words with it, unless they also stand elsewhere.
 */
const STAYED = 8
/** What the source proves of the likeliest such candidate is not outweighed by a page that changed beyond all that was fitted. */
const LEAST_PROVEN = 0.08
/** No finding beside the page makes anything certain that was not so before. */
const CEILING = 0.995
/** From here on a candidate that keeps a name is known, and values that went were only some of its names. */
const KNOWN = 0.5

/** What is known of the product's commits: null where no history could be read. */
export type History = readonly TokenChange[] | null

export interface Candidate {
  readonly fingerprint: Fingerprint
  /** As the identity score gives it. */
  readonly probability: number
  /** Whether a name of the lost element survives on it. */
  readonly named: boolean
}

export interface WeighedCandidate {
  readonly confidence: number
  /** Whether a name of the lost element survives on it, as it was or renamed by a commit. */
  readonly isNamed: boolean
  readonly evidence: readonly Evidence[]
}

export interface Weighed {
  /** In the order in which they were given. */
  readonly candidates: readonly WeighedCandidate[]
  readonly absent: number
  /** What speaks for absence. */
  readonly evidence: readonly Evidence[]
}

interface Findings {
  readonly ratio: number
  readonly isProven: boolean
  readonly isNamed: boolean
  readonly evidence: readonly Evidence[]
}

/** Label, name and text of an element are often one and the same change of the source. */
const distinct = (evidence: readonly Evidence[]): readonly Evidence[] => {
  const tail = ({ text }: Evidence): string => text.slice(text.indexOf('“'))
  return evidence.filter((one, at) => evidence.findIndex((other) => tail(other) === tail(one)) === at)
}

/** What to make of a candidate with every name as it was: whether the source still holds them all. */
const stayed = (
  old: Fingerprint,
  candidate: Fingerprint,
  isNamed: boolean,
  history: History,
  testIdAttributes: readonly string[],
): Findings => {
  const nothing = { ratio: 1, isProven: false, isNamed, evidence: [] }
  const kept = keptValues(old, candidate, testIdAttributes)
  const [first] = kept
  if (!first || history === null || history.length === 0) return nothing
  if (kept.some(({ what, value }) => explainRemoval(what, value, history) !== null)) return nothing
  const text = `It has every name it had, and no commit took the ${first.what} “${first.value}” away`
  return { ...nothing, ratio: STAYED, evidence: [{ kind: 'commit', for: true, weight: 0.4, text }] }
}

const findingsOn = (
  old: Fingerprint,
  { fingerprint, named }: Candidate,
  history: History,
  testIdAttributes: readonly string[],
): Findings => {
  const pairs = valuePairs(old, fingerprint, testIdAttributes)
  const [first] = pairs
  if (!first) return stayed(old, fingerprint, named, history, testIdAttributes)
  const found = history === null ? [] : pairs.map((pair) => explainRename(pair, history))
  const best =
    (['renamed', 'same-commit', 'replaced'] as const).find((one) => found.some((each) => each.explanation === one)) ??
    'none'
  const isProven = best === 'renamed'
  const isNamed = isProven || named
  const evidence = found.flatMap((one) => (one.evidence && one.explanation === best ? [one.evidence] : []))
  if (history !== null && best === 'none') {
    const text = `No commit explains why the ${first.what} “${first.old}” became “${first.new}”`
    evidence.push({ kind: 'commit', for: false, weight: 0.2, text })
  }
  if (!isNamed) {
    const text = 'Nothing that names it survived: it stands where the old one stood, as a newcomer in its place would'
    evidence.push({ kind: 'identity', for: false, weight: 0.7, text })
  }
  return { ratio: history === null ? 1 : RATIO[best], isProven, isNamed, evidence: distinct(evidence) }
}

/** The commit that deleted one of the values by which the element was known, for good. */
const removalOf = (old: Fingerprint, history: History, testIdAttributes: readonly string[]): Evidence | null => {
  if (history === null) return null
  for (const { what, value } of tellingValues(old, testIdAttributes)) {
    const evidence = explainRemoval(what, value, history)
    if (evidence) return evidence
  }
  return null
}

/**
 * Moves the probabilities of all candidates, and of absence, by what the product's commits say: Bayes' rule over
 * all of them at once, so that what is true of several candidates alike does not tell them apart.
 *
 * @param candidates the likeliest ones, best first; the rest of the probability keeps its share
 * @param absent probability that the element is gone, as the identity score gives it
 */
export const weighCandidates = (
  old: Fingerprint,
  candidates: readonly Candidate[],
  absent: number,
  history: History,
  testIdAttributes: readonly string[],
): Weighed => {
  const findings = candidates.map((candidate) => findingsOn(old, candidate, history, testIdAttributes))
  const proven = findings.findIndex(({ isProven }) => isProven)
  const masses = candidates.map(({ probability }, at) => {
    const found = findings[at]
    const prior = at === proven ? Math.max(probability, LEAST_PROVEN) : probability
    return prior * (found?.ratio ?? 1)
  })
  const known = candidates.reduce((sum, { probability }) => sum + probability, 0) + absent
  const rest = Math.max(0, 1 - known)
  const confidencesFor = (gone: number): { readonly confidences: readonly number[]; readonly absent: number } => {
    const total = masses.reduce((sum, mass) => sum + mass, 0) + rest + gone
    const share = (mass: number) => (total > 0 ? mass / total : 0)
    const confidences = masses.map((mass, at) =>
      Math.min(share(mass), Math.max(CEILING, candidates[at]?.probability ?? 0)),
    )
    return { confidences, absent: share(gone) }
  }
  const plain = confidencesFor(absent)
  const best = plain.confidences.indexOf(Math.max(...plain.confidences))
  const isKnown = best >= 0 && findings[best]?.isNamed === true && (plain.confidences[best] ?? 0) > KNOWN
  const removal = isKnown ? null : removalOf(old, history, testIdAttributes)
  const final = removal ? confidencesFor(absent * REMOVED) : plain
  return {
    candidates: findings.map(({ isNamed, evidence }, at) => ({
      confidence: final.confidences[at] ?? 0,
      isNamed,
      evidence,
    })),
    absent: final.absent,
    evidence: removal ? [removal] : [],
  }
}
