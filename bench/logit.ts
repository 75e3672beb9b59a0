/** One choice to learn from: features of every option, and which of them are right (none: the element was gone). */
export interface Choice {
  readonly options: readonly Float64Array[]
  readonly right: readonly number[]
  readonly weight: number
  /** What is known of each option's score beside its features: how free others leave it. None: 0. */
  readonly given?: readonly number[]
}

export interface Prior {
  /** What each weight is pulled towards, and how strongly. */
  readonly mean: Float64Array
  readonly strength: Float64Array
  /** Weights that may not fall below zero, so that more agreement never speaks against. */
  readonly rising: readonly boolean[]
}

/** All choices as one matrix, a row per option, so that a pass over it is fast. */
interface Table {
  readonly width: number
  readonly rows: Float64Array
  readonly given: Float64Array
  /** First row of every choice, and one past the last. */
  readonly starts: Int32Array
  readonly right: Uint8Array
  readonly weights: Float64Array
}

/** Share of answers that are wrong, or beyond anyone. */
const NOISE = 0.01

/** Options kept of every choice; the rest is so unlikely that it would not move the fit. */
const KEPT = 64

function tableOf(choices: readonly Choice[], used: readonly number[], start: Float64Array): Table {
  const kept = choices.map(({ options, right, given }) => {
    const scored = options.map((option, i) => ({
      i,
      score: right.includes(i) ? Number.POSITIVE_INFINITY : dot(option, start) + (given?.[i] ?? 0),
    }))
    scored.sort((a, b) => b.score - a.score)
    return scored.slice(0, KEPT).map(({ i }) => i)
  })
  const starts = new Int32Array(choices.length + 1)
  for (const [c, list] of kept.entries()) starts[c + 1] = (starts[c] ?? 0) + list.length
  const total = starts[choices.length] ?? 0
  const rows = new Float64Array(total * used.length)
  const right = new Uint8Array(total)
  const known = new Float64Array(total)
  let row = 0
  for (const [c, { options, right: hits, given }] of choices.entries()) {
    for (const i of kept[c] ?? []) {
      const option = options[i] as Float64Array
      for (const [k, feature] of used.entries()) rows[row * used.length + k] = option[feature] as number
      known[row] = given?.[i] ?? 0
      right[row++] = hits.includes(i) ? 1 : 0
    }
  }
  return {
    width: used.length,
    rows,
    given: known,
    starts,
    right,
    weights: Float64Array.from(choices, ({ weight }) => weight),
  }
}

function dot(row: Float64Array, weights: Float64Array): number {
  let sum = 0
  for (let k = 0; k < row.length; k++) sum += (row[k] as number) * (weights[k] as number)
  return sum
}

/** Gradient of the negative log-likelihood of a conditional logit with "gone" at score 0. */
function slope(
  { width, rows, given, starts, right, weights: shares }: Table,
  weights: Float64Array,
  gradient: Float64Array,
): void {
  gradient.fill(0)
  const scores = new Float64Array(KEPT * 2)
  for (let c = 0; c < shares.length; c++) {
    const from = starts[c] as number
    const to = starts[c + 1] as number
    let top = 0
    for (let r = from; r < to; r++) {
      let score = given[r] as number
      const at = r * width
      for (let k = 0; k < width; k++) score += (rows[at + k] as number) * (weights[k] as number)
      scores[r - from] = score
      if (score > top) top = score
    }
    const gone = Math.exp(-top)
    let all = gone
    let hit = 0
    for (let r = from; r < to; r++) {
      const odds = Math.exp((scores[r - from] as number) - top)
      scores[r - from] = odds
      all += odds
      if (right[r] === 1) hit += odds
    }
    const found = hit > 0
    // A few answers in the data are such that nobody could give them: they pull the less, the more hopeless they are.
    const chance = (found ? hit : gone) / all
    const trust = (shares[c] as number) * (chance / (chance + NOISE))
    for (let r = from; r < to; r++) {
      const odds = scores[r - from] as number
      const pull = odds / all - (found && right[r] === 1 ? odds / hit : 0)
      if (Math.abs(pull) < 1e-9) continue
      const at = r * width
      const factor = pull * trust
      for (let k = 0; k < width; k++) gradient[k] = (gradient[k] as number) + factor * (rows[at + k] as number)
    }
  }
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
  const fitted = descend(tableOf(all, used, start), narrow(prior, used), pick(start, used), steps)
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

function descend(table: Table, prior: Prior, start: Float64Array, steps: number): Float64Array {
  const size = prior.mean.length
  const weights = Float64Array.from(start)
  const gradient = new Float64Array(size)
  const mean = new Float64Array(size)
  const square = new Float64Array(size)
  for (let step = 1; step <= steps; step++) {
    slope(table, weights, gradient)
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

/** Beta calibration: offset and the two slopes, held lightly at 0, 1 and 1; by Newton's steps, cut where they lead too far. */
export function fitCalibration(
  points: readonly { readonly p: number; readonly right: boolean; readonly weight: number }[],
) {
  let at = [0, 1, 1]
  let loss = calibrationLoss(points, at)
  for (let step = 0; step < 60; step++) {
    const gradient = [0.5 * (at[0] as number), 2 * ((at[1] as number) - 1), 2 * ((at[2] as number) - 1)]
    const bends = [
      [0.5, 0, 0],
      [0, 2, 0],
      [0, 0, 2],
    ]
    for (const { p, right, weight } of points) {
      const row = calibrationRow(p)
      const q = sigmoid(row, at)
      for (let k = 0; k < 3; k++) {
        gradient[k] = (gradient[k] as number) + weight * (q - (right ? 1 : 0)) * (row[k] as number)
        for (let l = 0; l < 3; l++) {
          const bend = bends[k] as number[]
          bend[l] = (bend[l] as number) + weight * q * (1 - q) * (row[k] as number) * (row[l] as number)
        }
      }
    }
    const moves = solve(bends, gradient)
    let better = false
    for (let share = 1; share > 1e-4 && !better; share /= 2) {
      const next = at.map((x, k) => x - share * (moves[k] as number))
      const there = calibrationLoss(points, next)
      better = there < loss
      if (better) [at, loss] = [next, there]
    }
    if (!better) break
  }
  const [offset = 0, present = 1, absent = 1] = at
  return { offset, present: Math.max(0.1, present), absent: Math.max(0.1, absent) }
}

const calibrationRow = (p: number): number[] => [1, Math.log(p), -Math.log(1 - p)]

const sigmoid = (row: readonly number[], at: readonly number[]): number =>
  1 / (1 + Math.exp(-row.reduce((sum, x, k) => sum + x * (at[k] as number), 0)))

function calibrationLoss(
  points: readonly { readonly p: number; readonly right: boolean; readonly weight: number }[],
  at: readonly number[],
): number {
  let loss = 0.25 * (at[0] as number) ** 2 + ((at[1] as number) - 1) ** 2 + ((at[2] as number) - 1) ** 2
  for (const { p, right, weight } of points) {
    const q = sigmoid(calibrationRow(p), at)
    loss -= weight * Math.log(Math.max(right ? q : 1 - q, 1e-12))
  }
  return loss
}

/** Solves a small positive definite system by elimination. */
function solve(matrix: readonly (readonly number[])[], vector: readonly number[]): number[] {
  const rows = matrix.map((row, k) => [...row, vector[k] as number])
  const size = rows.length
  for (let k = 0; k < size; k++) {
    const pivot = rows[k] as number[]
    for (let other = 0; other < size; other++) {
      if (other === k) continue
      const row = rows[other] as number[]
      const factor = (row[k] as number) / (pivot[k] as number)
      for (let l = k; l <= size; l++) row[l] = (row[l] as number) - factor * (pivot[l] as number)
    }
  }
  return rows.map((row, k) => (row[size] as number) / (row[k] as number))
}
