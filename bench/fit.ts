/**
 * Fits the identity model on the pairs of `similo` and `similo-rich` and on made-up changes of real pages, and writes
 * the coefficients that ship, and those of every fold of the cross-validation (a site is one fold, whichever set it
 * comes from; the made-up pages share a few). Takes a few minutes; the same data give the same numbers.
 *
 *   npm run fit -- [--data DIR] [--mutations COUNT] [--dry]     DIR holds `similo/` and `similo-rich/` [../shared/bench]
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { ABSENT_RATE, COEFFICIENTS, type Coefficients, calibrate, FEATURE_NAMES } from '../src/dom/identity/model.ts'
import { lookAround, rankCandidates, roomOf } from '../src/dom/identity/rank.ts'
import { sceneOf } from '../src/dom/identity/scene.ts'
import { type Choice, fitCalibration, fitLogit, type Prior } from './logit.ts'
import { scoreAnswers } from './metrics.ts'
import { fittingTries } from './mutations/tries.ts'
import { priorOf } from './priors.ts'
import { readSimilo } from './similo-data.ts'
import { type Try, triesOf } from './similo-tries.ts'

interface Point {
  readonly fold: string
  readonly set: string
  readonly p: number
  readonly right: boolean
  readonly removed: boolean
  readonly weight: number
}

interface Example {
  readonly set: string
  readonly fold: string
  readonly each: Try
  readonly weight: number
  readonly alone: Choice
  together: Choice
}

const { values } = parseArgs({
  options: {
    data: { type: 'string', default: '../shared/bench' },
    mutations: { type: 'string', default: '1500' },
    dry: { type: 'boolean', default: false },
  },
})
/** Weight of a made-up try beside a real pair: there are as many of either, and a page gives many. */
const MADE_UP = 1 / 3

const started = performance.now()
const log = (text: string): void => console.error(`${((performance.now() - started) / 1000).toFixed(1)} s  ${text}`)
const raw: Coefficients = { ...COEFFICIENTS, calibration: { offset: 0, present: 1, absent: 1 } }

const examples = [
  ...['similo', 'similo-rich'].flatMap((set) =>
    readSimilo(join(values.data, set)).flatMap((site) => [...triesOf(site)].flatMap((each) => exampleOf(each, set, 1))),
  ),
  ...[...fittingTries(Number(values.mutations))].flatMap((each) => exampleOf(each, 'mutations', MADE_UP)),
]
const folds = [...new Set(examples.map(({ fold }) => fold))]
log(`${examples.length} tries of ${folds.length} sites`)

const priors: Readonly<Record<'alone' | 'together', Prior>> = {
  alone: priorOf(FEATURE_NAMES.alone),
  together: priorOf(FEATURE_NAMES.together),
}
const alone = fitLogit(
  examples.map((example) => example.alone),
  priors.alone,
)
log('fitted the model without the rest of the page')
const first: Coefficients = { ...raw, alone: named(alone, FEATURE_NAMES.alone) }
for (const example of examples) example.together = togetherOf(example, first)
const unrivalled = fitLogit(
  examples.map((example) => example.together),
  priors.together,
)
// What others claim more is no lesson about the element itself: the second fit is told how free each place is.
const rough: Coefficients = { ...first, together: named(unrivalled, FEATURE_NAMES.together) }
for (const example of examples) example.together = { ...example.together, given: roomsOf(example, rough) }
const together = fitLogit(
  examples.map((example) => example.together),
  priors.together,
  unrivalled,
)
log('fitted the model with the rest of the page')
const whole: Coefficients = { ...first, together: named(together, FEATURE_NAMES.together) }

const byFold: Record<string, Coefficients> = {}
const points: Point[] = []
for (const fold of folds) {
  const rest = examples.filter((example) => example.fold !== fold)
  const coefficients: Coefficients = {
    alone: named(
      fitLogit(
        rest.map((example) => example.alone),
        priors.alone,
        alone,
        80,
      ),
      FEATURE_NAMES.alone,
    ),
    together: named(
      fitLogit(
        rest.map((example) => example.together),
        priors.together,
        together,
        80,
      ),
      FEATURE_NAMES.together,
    ),
    calibration: raw.calibration,
  }
  byFold[fold] = coefficients
  for (const example of examples.filter((one) => one.fold === fold)) points.push(pointOf(example, coefficients))
}
log('cross-validated by site')
for (const fold of folds) {
  const coefficients = byFold[fold] as Coefficients
  byFold[fold] = {
    ...coefficients,
    calibration: rounded(fitCalibration(points.filter((point) => point.fold !== fold))),
  }
}
for (const set of ['similo', 'similo-rich', 'mutations']) log(summary(set))
const shipped: Coefficients = { ...whole, calibration: rounded(fitCalibration(points)) }
if (!values.dry) {
  writeFileSync(
    new URL('../src/dom/identity/coefficients.json', import.meta.url),
    `${JSON.stringify(shipped, null, 2)}\n`,
  )
  writeFileSync(new URL('./folds.json', import.meta.url), `${JSON.stringify(byFold, null, 1)}\n`)
}
log(`calibration ${JSON.stringify(shipped.calibration)}`)

function exampleOf(each: Try, set: string, weight: number): Example[] {
  const look = sceneOf(each.page, each.target.testIdAttributes).look(each.target.fingerprint)
  const right = look.comparisons.flatMap(({ element }, i) => (each.isRight(element) ? [i] : []))
  if (!each.removed && right.length === 0) return []
  const choice: Choice = { options: look.features, right, weight }
  return [{ set, fold: foldOf(each), each, weight, alone: choice, together: choice }]
}

/** A site of the pairs is a fold of its own; the made-up pages share a few. */
function foldOf({ site }: Try): string {
  const name = site.toLowerCase()
  return name.startsWith('mutations ') ? `mutations ${name.length % 4}` : name
}

function togetherOf({ each, weight }: Example, coefficients: Coefficients): Choice {
  const scene = sceneOf(each.page, each.target.testIdAttributes)
  const look = scene.look(each.target.fingerprint)
  const { features } = lookAround(scene, each.target, look, each.others, coefficients)
  const right = look.comparisons.flatMap(({ element }, i) => (each.isRight(element) ? [i] : []))
  const size = FEATURE_NAMES.together.length
  const options = features.map((parts) => {
    const row = new Float64Array(size)
    let k = 0
    for (const part of parts) for (const x of part) row[k++] = x
    return row
  })
  return { options, right, weight }
}

/** Logarithms of how free the other old elements leave each option. */
function roomsOf({ each }: Example, coefficients: Coefficients): number[] {
  const scene = sceneOf(each.page, each.target.testIdAttributes)
  const look = scene.look(each.target.fingerprint)
  return roomOf(look, lookAround(scene, each.target, look, each.others, coefficients)).map((room) =>
    Math.log(Math.max(room, 1e-9)),
  )
}

function pointOf({ each, fold, set, weight }: Example, coefficients: Coefficients): Point {
  const best = rankCandidates(each.target, each.page, each.others, {
    coefficients,
    absentRate: ABSENT_RATE.fitted,
  }).candidates[0]
  const p = Math.min(1 - 1e-6, Math.max(1e-6, best?.probability ?? 0))
  const right = !each.removed && best !== undefined && each.isRight(best.element)
  return { fold, set, p, right, removed: each.removed, weight }
}

/** How the folds did on the sites they had not seen. */
function summary(set: string): string {
  const answers = points
    .filter((point) => point.set === set)
    .map(({ fold, p, right, removed }) => {
      const confidence = calibrate(p, (byFold[fold] as Coefficients).calibration)
      return { site: fold, confidence, right, removed, accepted: confidence > 0.8, ms: 0 }
    })
  const { top1, correct, wrong, refused, negatives, ece, brier } = scoreAnswers(answers)
  const bad = answers.filter(({ right }) => !right).map(({ confidence }) => confidence)
  bad.sort((a, b) => b - a)
  const above = (k: number): number =>
    answers.filter(({ right, confidence }) => right && confidence > (bad[k] ?? 0)).length
  const curve = [0, 2, 5, 9].map((k) => `${above(k)}@${k}`).join(' ')
  return `${set}: top-1 ${top1}, right ${correct}, wrong ${wrong}, refused ${refused}/${negatives}, ECE ${ece}, Brier ${brier}; right at so many faults ${curve}`
}

function named(weights: Float64Array, names: readonly string[]): Record<string, number> {
  return Object.fromEntries(names.map((name, k) => [name, Math.round((weights[k] ?? 0) * 1000) / 1000]))
}

function rounded({ offset, present, absent }: Coefficients['calibration']): Coefficients['calibration'] {
  const round = (x: number): number => Math.round(x * 1000) / 1000
  return { offset: round(offset), present: round(present), absent: round(absent) }
}
