/** One answer of a healer: how sure it was of its best candidate, and what came of it. */
export interface Answer {
  readonly site: string
  readonly confidence: number
  /** True where the best candidate was the right one; always false where the element was removed. */
  readonly right: boolean
  readonly accepted: boolean
  readonly removed: boolean
  readonly ms: number
}

export interface Scores {
  readonly pairs: number
  readonly top1: number
  readonly accepted: number
  readonly correct: number
  readonly wrong: number
  readonly abstained: number
  readonly negatives: number
  readonly refused: number
  readonly ece: number
  readonly brier: number
  readonly p50Ms: number
}

/** Counts and calibration as the contract defines them. */
export function scoreAnswers(answers: readonly Answer[]): Scores {
  const present = answers.filter(({ removed }) => !removed)
  const gone = answers.filter(({ removed }) => removed)
  const taken = present.filter(({ accepted }) => accepted)
  const correct = taken.filter(({ right }) => right).length
  const times = answers.map(({ ms }) => ms).sort((a, b) => a - b)
  return {
    pairs: present.length,
    top1: present.filter(({ right }) => right).length,
    accepted: taken.length,
    correct,
    wrong: taken.length - correct,
    abstained: present.length - taken.length,
    negatives: gone.length,
    refused: gone.filter(({ accepted }) => !accepted).length,
    ece: round(calibrationError(answers)),
    brier: round(brierScore(answers)),
    p50Ms: round(times[times.length >> 1] ?? 0),
  }
}

const round = (x: number): number => Math.round(x * 10_000) / 10_000

type Weigh = (answer: Answer) => number
const evenly: Weigh = () => 1

/** Weights under which `share` of all tries are of removed elements. */
export function withAbsentShare(answers: readonly Answer[], share: number): Weigh {
  const gone = answers.filter(({ removed }) => removed).length
  const present = answers.length - gone
  return ({ removed }) => (removed ? share / Math.max(gone, 1) : (1 - share) / Math.max(present, 1))
}

/** Expected calibration error: mean gap between confidence and share of right answers over 10 equally wide bins. */
export function calibrationError(answers: readonly Answer[], weigh: Weigh = evenly): number {
  const bins = binsOf(answers, weigh)
  const all = bins.reduce((sum, { weight }) => sum + weight, 0)
  return all === 0 ? 0 : bins.reduce((sum, { confidence, right }) => sum + Math.abs(confidence - right), 0) / all
}

export interface Bin {
  readonly weight: number
  /** Sums, not means, over the bin. */
  readonly confidence: number
  readonly right: number
}

/** Ten bins of confidence with their sums. */
export function binsOf(answers: readonly Answer[], weigh: Weigh = evenly): Bin[] {
  const bins = Array.from({ length: 10 }, () => ({ weight: 0, confidence: 0, right: 0 }))
  for (const answer of answers) {
    const bin = bins[Math.min(9, Math.floor(answer.confidence * 10))]
    if (bin === undefined) continue
    const weight = weigh(answer)
    bin.weight += weight
    bin.confidence += weight * answer.confidence
    if (answer.right) bin.right += weight
  }
  return bins
}

/** Mean squared gap between confidence and outcome. */
export function brierScore(answers: readonly Answer[], weigh: Weigh = evenly): number {
  let sum = 0
  let all = 0
  for (const answer of answers) {
    const weight = weigh(answer)
    sum += weight * (answer.confidence - (answer.right ? 1 : 0)) ** 2
    all += weight
  }
  return all === 0 ? 0 : sum / all
}

/** 95 % bootstrap interval of the calibration error, tries drawn with replacement; seeded, so that it is repeatable. */
export function calibrationInterval(answers: readonly Answer[], draws = 500, seed = 7): [number, number] {
  const random = randomFrom(seed)
  const errors: number[] = []
  for (let draw = 0; draw < draws; draw++) {
    errors.push(calibrationError(answers.map(() => answers[Math.floor(random() * answers.length)] as Answer)))
  }
  errors.sort((a, b) => a - b)
  return [errors[Math.floor(draws * 0.025)] ?? 0, errors[Math.floor(draws * 0.975)] ?? 0]
}

/** A small seeded generator of numbers in [0, 1) (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}
