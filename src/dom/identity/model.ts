import stored from './coefficients.json' with { type: 'json' }
import { CONTEXT_FEATURES } from './context.ts'
import { FEATURES } from './features.ts'

/** Fitted numbers of the identity model. `npm run fit` reproduces the stored ones. */
export interface Coefficients {
  /** Weights by feature name where nothing is known of the rest of the old page; what is not named weighs nothing. */
  readonly alone: Readonly<Record<string, number>>
  /** Weights where other elements of the old page are known. */
  readonly together: Readonly<Record<string, number>>
  /**
   * Last step (beta calibration, Kull et al. 2017): log-odds of the confidence are
   * `offset + present × ln p − absent × ln(1 − p)`.
   */
  readonly calibration: { readonly offset: number; readonly present: number; readonly absent: number }
}

/**
 * Share of lost elements that are gone. The model was fitted, and is calibrated, where every second one is; of locators
 * that break in life most belong to elements that are still there, and one in five is a cautious guess at the rest.
 */
export const ABSENT_RATE = { fitted: 0.5, life: 0.2 } as const

/** Something an element may be today, at the base rate of the fit. */
export interface Chance {
  readonly probability: number
  /** Whether a name of the lost element survives on it. */
  readonly named: boolean
}

/**
 * Probabilities given at the base rate of the fit, moved to another one by Bayes' rule. What keeps no name gains nothing by
 * a kinder rate: the pairs of the fit lie years apart, and between two commits a newcomer in the place is likelier than an
 * element renamed in every respect.
 *
 * @param chances one for each element
 */
export function atBaseRate(
  rate: number,
  chances: readonly Chance[],
  absent: number,
): { readonly factor: (named: boolean) => number; readonly absent: number } {
  const odds = ((1 - rate) / rate) * (ABSENT_RATE.fitted / (1 - ABSENT_RATE.fitted))
  const nameless = Math.min(1, odds)
  const total = chances.reduce((sum, { probability, named }) => sum + probability * (named ? odds : nameless), absent)
  return {
    factor: (named) => (total > 0 ? (named ? odds : nameless) / total : 0),
    absent: total > 0 ? absent / total : 1,
  }
}

/** The coefficients that ship. */
export const COEFFICIENTS: Coefficients = stored

/** Names of the features each set of weights is for, in order. */
export const FEATURE_NAMES: Readonly<Record<'alone' | 'together', readonly string[]>> = {
  alone: FEATURES,
  together: [...FEATURES, ...CONTEXT_FEATURES],
}

const vectors = new WeakMap<Readonly<Record<string, number>>, Float64Array>()

/** Weights as a vector in the order of `names`; made once per set of weights. */
export function weightsOf(weights: Readonly<Record<string, number>>, names: readonly string[]): Float64Array {
  let vector = vectors.get(weights)
  if (vector === undefined) {
    vector = Float64Array.from(names, (name) => weights[name] ?? 0)
    vectors.set(weights, vector)
  }
  return vector
}

/** Weighted sum of features: log-odds of an element against "gone", before all compete. */
export function scoreOf(weights: Float64Array, ...parts: readonly Float64Array[]): number {
  let score = 0
  let k = 0
  for (const part of parts) for (const x of part) score += x * (weights[k++] ?? 0)
  return Math.max(-40, Math.min(40, score))
}

/** Probabilities of a softmax over the scores and "gone", whose score is 0. */
export function softmaxWithAbsent(scores: readonly number[]): {
  readonly probabilities: number[]
  readonly absent: number
} {
  const top = Math.max(0, ...scores)
  const odds = scores.map((score) => Math.exp(score - top))
  const all = odds.reduce((a, b) => a + b, Math.exp(-top))
  return { probabilities: odds.map((x) => x / all), absent: Math.exp(-top) / all }
}

/** The confidence that a probability of the model has proved to deserve. */
export function calibrate(probability: number, { offset, present, absent }: Coefficients['calibration']): number {
  const p = Math.min(1 - 1e-6, Math.max(1e-6, probability))
  return 1 / (1 + Math.exp(-(offset + present * Math.log(p) - absent * Math.log(1 - p))))
}
