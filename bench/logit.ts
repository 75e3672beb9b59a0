/** One choice to learn from: features of every option, and which of them are right (none: the element was gone). */
export interface Choice {
  readonly options: readonly Float64Array[]
  readonly right: readonly number[]
  readonly weight: number
}

export interface Prior {
  /** What each weight is pulled towards, and how strongly. */
  readonly mean: Float64Array
  readonly strength: Float64Array
  /** Weights that may not fall below zero, so that more agreement never speaks against. */
  readonly rising: readonly boolean[]
}

/** Gradient and value of the penalty-free negative log-likelihood of a conditional logit with "gone" at score 0. */
function slope(choices: readonly Choice[], weights: Float64Array, gradient: Float64Array): number {
  gradient.fill(0)
  let loss = 0
  for (const { options, right, weight } of choices) {
    const scores = new Float64Array(options.length)
    let top = 0
    for (let i = 0; i < options.length; i++) {
      const option = options[i] as Float64Array
      let score = 0
      for (let k = 0; k < weights.length; k++) score += (option[k] as number) * (weights[k] as number)
      scores[i] = score
      if (score > top) top = score
    }
    let all = Math.exp(-top)
    for (let i = 0; i < scores.length; i++) all += scores[i] = Math.exp((scores[i] as number) - top)
    let hit = right.length === 0 ? Math.exp(-top) : 0
    for (const i of right) hit += scores[i] as number
    hit = Math.max(hit, 1e-300)
    loss -= weight * Math.log(hit / all)
    for (let i = 0; i < options.length; i++) {
      const pull = (weight * (scores[i] as number)) / all
      if (pull > 1e-9) addTo(gradient, options[i] as Float64Array, pull)
    }
    for (const i of right) addTo(gradient, options[i] as Float64Array, (-weight * (scores[i] as number)) / hit)
  }
  return loss
}

function addTo(sum: Float64Array, row: Float64Array, factor: number): void {
  for (let k = 0; k < sum.length; k++) sum[k] = (sum[k] as number) + factor * (row[k] as number)
}

/** Most likely weights given the choices and the prior, by projected gradient steps (Adam). Deterministic. */
export function fitLogit(
  all: readonly Choice[],
  prior: Prior,
  start: Float64Array = prior.mean,
  steps = 300,
): Float64Array {
  const seen = prior.mean.map((_, k) => (all.some(({ options }) => options.some((option) => option[k] !== 0)) ? 1 : 0))
  const used = [...seen.keys()].filter((k) => seen[k] === 1)
  const choices = all.map((choice) => ({ ...choice, options: choice.options.map((option) => pick(option, used)) }))
  const fitted = descend(choices, narrow(prior, used), pick(start, used), steps)
  const weights = Float64Array.from(prior.mean)
  for (const [i, k] of used.entries()) weights[k] = fitted[i] as number
  return weights
}

const pick = (row: Float64Array, used: readonly number[]): Float64Array =>
  Float64Array.from(used, (k) => row[k] as number)

/** Features that no option has keep what was believed of them: only the others are fitted. */
function narrow(prior: Prior, used: readonly number[]): Prior {
  return {
    mean: pick(prior.mean, used),
    strength: pick(prior.strength, used),
    rising: used.map((k) => prior.rising[k] === true),
  }
}

function descend(choices: readonly Choice[], prior: Prior, start: Float64Array, steps: number): Float64Array {
  const size = prior.mean.length
  const weights = Float64Array.from(start)
  const gradient = new Float64Array(size)
  const mean = new Float64Array(size)
  const square = new Float64Array(size)
  for (let step = 1; step <= steps; step++) {
    slope(choices, weights, gradient)
    const rate = 0.15 * (step < steps * 0.6 ? 1 : step < steps * 0.85 ? 0.3 : 0.08)
    for (let k = 0; k < size; k++) {
      const g =
        (gradient[k] as number) + (prior.strength[k] as number) * ((weights[k] as number) - (prior.mean[k] as number))
      mean[k] = 0.9 * (mean[k] as number) + 0.1 * g
      square[k] = 0.99 * (square[k] as number) + 0.01 * g * g
      const push = (mean[k] as number) / (1 - 0.9 ** step)
      const next =
        (weights[k] as number) - (rate * push) / (Math.sqrt((square[k] as number) / (1 - 0.99 ** step)) + 1e-8)
      weights[k] = prior.rising[k] === true ? Math.max(0, next) : next
    }
  }
  return weights
}

/** Offset and slope of a logistic curve from log-odds to outcomes, lightly held at 0 and 1 (Platt's scaling). */
export function fitLogistic(
  points: readonly { readonly x: number; readonly right: boolean; readonly weight: number }[],
) {
  let offset = 0
  let slopeOf = 1
  for (let step = 0; step < 100; step++) {
    let [g0, g1, h00, h01, h11] = [offset * 0.5, (slopeOf - 1) * 2, 0.5, 0, 2]
    for (const { x, right, weight } of points) {
      const p = 1 / (1 + Math.exp(-(offset + slopeOf * x)))
      const gap = weight * (p - (right ? 1 : 0))
      const bend = weight * Math.max(p * (1 - p), 1e-9)
      g0 += gap
      g1 += gap * x
      h00 += bend
      h01 += bend * x
      h11 += bend * x * x
    }
    const det = h00 * h11 - h01 * h01
    offset -= (h11 * g0 - h01 * g1) / det
    slopeOf -= (h00 * g1 - h01 * g0) / det
  }
  return { offset, slope: Math.max(0.1, slopeOf) }
}
