import type { Target } from '../../model.ts'
import { actionFit, obstacleTo, representative } from './action-fit.ts'
import { explain } from './explain.ts'
import { atBaseRate, type Coefficients, calibrate } from './model.ts'
import type { IdentityDecision, RankedCandidate, Ranking } from './ranking.ts'
import { type Look, massOf } from './scene.ts'
import { hasFreeTwin, TWIN } from './twins.ts'

const MOST_CANDIDATES = 20
/** The best must be at least this far ahead of the second best. */
const LEAST_MARGIN = 0.3
const SURELY_ABSENT = 0.8

/** Why what may be a newcomer in the place is left to a human: only a commit can tell. */
const NAMELESS = 'Nothing that names it survived.'

/** What the competition ended in. */
export interface Outcome {
  readonly target: Target
  readonly look: Look
  readonly features: readonly (readonly Float64Array[])[]
  readonly weights: Float64Array
  /** By comparison. */
  readonly probabilities: readonly number[]
  readonly odds: readonly number[]
  /** How free other old elements leave each; null where too little is known of the old page to tell a newcomer. */
  readonly rooms: readonly number[] | null
  readonly threshold: number
  readonly coefficients: Coefficients
  readonly absentRate: number
}

/** Puts things in order, names for each the element the action needs, and says whether the best may be taken. */
export function decide(outcome: Outcome): Ranking {
  const { look, probabilities, coefficients } = outcome
  const masses = look.comparisons.map(({ same }) => massOf(same, probabilities))
  const order = masses
    .map((_, i) => i)
    .sort((a, b) => {
      const gap = (masses[b] ?? 0) - (masses[a] ?? 0)
      return Math.abs(gap) > 1e-12 ? gap : (probabilities[b] ?? 0) - (probabilities[a] ?? 0)
    })
  const best = order[0]
  const raw = best === undefined ? 0 : Math.min(1, masses[best] ?? 0)
  const confidence = best === undefined ? 0 : calibrate(raw, coefficients.calibration)
  const rest = raw >= 1 ? 0 : (1 - confidence) / (1 - raw)
  const left = Math.max(0, 1 - probabilities.reduce((a, b) => a + b, 0))
  const mine = new Set(best === undefined ? [] : look.comparisons[best]?.same)
  const calibrated = (i: number): number =>
    (probabilities[i] ?? 0) * (mine.has(i) ? confidence / Math.max(raw, 1e-12) : rest)
  const moved = atBaseRate(
    outcome.absentRate,
    look.comparisons.map(({ named }, i) => ({ named, probability: calibrated(i) })),
    best === undefined ? 1 : Math.min(1, left * rest),
  )
  const candidates: RankedCandidate[] = []
  const taken = new Set<number>()
  for (const i of order) {
    if (taken.has(i) || candidates.length >= MOST_CANDIDATES) continue
    for (const j of look.comparisons[i]?.same ?? []) taken.add(j)
    candidates.push(candidateAt(outcome, i, calibrated, moved.factor))
  }
  candidates.sort((a, b) => b.probability - a.probability)
  const { absent } = moved
  const margin = (candidates[0]?.probability ?? 0) - (candidates[1]?.probability ?? 0)
  const { decision, reason } = judge(outcome, candidates[0], absent, margin)
  return { candidates, absent, decision, margin, reason }
}

function candidateAt(
  outcome: Outcome,
  position: number,
  calibrated: (position: number) => number,
  factor: (named: boolean) => number,
): RankedCandidate {
  const { target, look, features, weights, probabilities, odds, rooms } = outcome
  const same = look.comparisons[position]?.same ?? [position]
  const chosen = representative(
    target.action,
    look.old,
    same.map((j) => ({
      now: look.comparisons[j]?.now ?? look.old,
      likeness: probabilities[j] ?? 0,
      position: j,
    })),
  )
  const at = chosen?.position ?? position
  const named = same.some((j) => look.comparisons[j]?.named === true)
  const probability = same.reduce((sum, j) => sum + calibrated(j) * factor(look.comparisons[j]?.named === true), 0)
  const sameThing = same.map((j) => look.comparisons[j]?.element ?? 0)
  return {
    element: look.comparisons[at]?.element ?? 0,
    probability: Math.min(1, probability),
    score: Math.log(Math.max(odds[at] ?? 0, 1e-12)),
    named,
    twin: rooms !== null && hasFreeTwin(look, look.comparisons[at]?.now ?? look.old, sameThing, rooms),
    evidence: explain(look.old, look.comparisons[at], features[at] ?? [], weights),
    sameThing,
  }
}

function judge(
  { target, look, threshold }: Outcome,
  best: RankedCandidate | undefined,
  absent: number,
  margin: number,
): { decision: IdentityDecision; reason: string } {
  if (best === undefined) return { decision: 'absent', reason: 'The page has no element to choose from.' }
  const percent = (p: number): string => `${Math.round(p * 100)} %`
  if (best.probability > threshold) {
    const now = look.comparisons.find(({ element }) => element === best.element)?.now
    const obstacle = now === undefined ? null : obstacleTo(target.action, look.old, now)
    if (obstacle !== null)
      return { decision: 'needs_human', reason: `The likeliest element cannot be used: ${obstacle}.` }
    if (now !== undefined && actionFit(target.action, now) < 0.5) {
      return { decision: 'needs_human', reason: `The likeliest element does not suit the action (${target.action}).` }
    }
    if (margin < LEAST_MARGIN) return { decision: 'needs_human', reason: 'Two elements are about equally likely.' }
    if (!best.named) return { decision: 'needs_human', reason: NAMELESS }
    if (best.twin) return { decision: 'needs_human', reason: TWIN }
    return { decision: 'accept', reason: `Known again with ${percent(best.probability)} confidence.` }
  }
  if (absent > SURELY_ABSENT) {
    return { decision: 'absent', reason: `Nothing on the page is enough like it: gone with ${percent(absent)}.` }
  }
  return {
    decision: 'needs_human',
    reason: `The likeliest element has ${percent(best.probability)}, gone ${percent(absent)}: too close to say.`,
  }
}
