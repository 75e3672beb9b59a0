import stored from './coefficients.json' with { type: 'json' }
import { FEATURES } from './features.ts'

/** Fitted numbers of the identity model. Reproduce the stored ones with `node bench/fit.ts`. */
export interface Coefficients {
  /** Weight by feature name; a feature that is not named weighs nothing. */
  readonly features: Readonly<Record<string, number>>
}

/** The coefficients that ship. */
export const COEFFICIENTS: Coefficients = stored

/** Weights in the order of `FEATURES`. */
export function weightsOf(coefficients: Coefficients): Float64Array {
  return Float64Array.from(FEATURES, (name) => coefficients.features[name] ?? 0)
}
