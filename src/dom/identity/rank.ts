import type { Target } from '../../model.ts'
import type { PageIndex } from '../page-index.ts'
import { compareAll, featuresOf } from './features.ts'
import { COEFFICIENTS, type Coefficients, weightsOf } from './model.ts'
import { profileOf } from './profile.ts'
import type { RankedCandidate, Ranking } from './ranking.ts'
import { shortlist } from './shortlist.ts'

export interface RankOptions {
  /** A best candidate is accepted only above this probability. */
  readonly threshold?: number
  readonly coefficients?: Coefficients
}

/**
 * Says which element of a page the lost one is now, or that it is gone. `others` are further elements of the same old
 * page, which claim their own places on today's.
 */
export function rankCandidates(
  target: Target,
  page: PageIndex,
  _others: readonly Target[] = [],
  options: RankOptions = {},
): Ranking {
  const { threshold = 0.8, coefficients = COEFFICIENTS } = options
  const { testIdAttributes } = target
  const old = profileOf(target.fingerprint, testIdAttributes)
  const list = shortlist(page, old, testIdAttributes)
  const comparisons = compareAll(old, list, (element) => profileOf(page.fingerprint(element), testIdAttributes), page)
  const weights = weightsOf(coefficients)
  const scores = comparisons.map((comparison) =>
    featuresOf(old, comparison).reduce((sum, x, k) => sum + x * (weights[k] ?? 0), 0),
  )
  const top = Math.max(0, ...scores)
  const odds = scores.map((score) => Math.exp(score - top))
  const all = odds.reduce((a, b) => a + b, Math.exp(-top))
  const absent = Math.exp(-top) / all
  const candidates: RankedCandidate[] = []
  const taken = new Set<number>()
  const mass = comparisons.map(({ same }) => same.reduce((sum, j) => sum + (odds[j] ?? 0) / all, 0))
  const order = mass
    .map((_, i) => i)
    .sort((a, b) => (mass[b] ?? 0) - (mass[a] ?? 0) || (scores[b] ?? 0) - (scores[a] ?? 0))
  for (const i of order) {
    if (taken.has(i) || candidates.length >= 20) continue
    const { element, same } = comparisons[i] ?? { element: 0, same: [] }
    for (const j of same) taken.add(j)
    candidates.push({
      element,
      probability: mass[i] ?? 0,
      score: scores[i] ?? 0,
      evidence: [],
      sameThing: same.map((j) => comparisons[j]?.element ?? 0),
    })
  }
  const best = candidates[0]?.probability ?? 0
  const margin = best - (candidates[1]?.probability ?? 0)
  const decision = best > threshold ? 'accept' : absent > 0.8 ? 'absent' : 'needs_human'
  return { candidates, absent, decision, margin, reason: '' }
}
