/**
 * Fits the identity model on the pairs of `similo` and `similo-rich` and writes the coefficients that ship, and those
 * of every fold of the cross-validation (a site is one fold, whichever set it comes from).
 *
 *   node bench/fit.ts [--data DIR]      DIR holds `similo/` and `similo-rich/` [../shared/bench]
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { COEFFICIENTS, type Coefficients, FEATURE_NAMES } from '../src/dom/identity/model.ts'
import { lookAround, rankCandidates } from '../src/dom/identity/rank.ts'
import { sceneOf } from '../src/dom/identity/scene.ts'
import { type Choice, fitLogistic, fitLogit, type Prior } from './logit.ts'
import { priorOf } from './priors.ts'
import { readSimilo } from './similo-data.ts'
import { type Try, triesOf } from './similo-tries.ts'

interface Example {
  readonly fold: string
  readonly each: Try
  readonly alone: Choice
  together: Choice
}

const { values } = parseArgs({
  options: { data: { type: 'string', default: '../shared/bench' }, dry: { type: 'boolean', default: false } },
})
const started = performance.now()
const log = (text: string): void => console.error(`${((performance.now() - started) / 1000).toFixed(1)} s  ${text}`)
const raw: Coefficients = { ...COEFFICIENTS, calibration: { offset: 0, slope: 1 } }

const examples = ['similo', 'similo-rich'].flatMap((set) => readSimilo(join(values.data, set)).flatMap(examplesOf))
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
for (const example of examples) example.together = togetherOf(example.each, first)
const together = fitLogit(
  examples.map((example) => example.together),
  priors.together,
)
log('fitted the model with the rest of the page')
const whole: Coefficients = { ...first, together: named(together, FEATURE_NAMES.together) }

const byFold: Record<string, Coefficients> = {}
const points: { fold: string; x: number; right: boolean; weight: number }[] = []
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
  for (const { each } of examples.filter((example) => example.fold === fold))
    points.push(pointOf(each, fold, coefficients))
}
log('cross-validated by site')
for (const fold of folds) {
  const coefficients = byFold[fold] as Coefficients
  byFold[fold] = { ...coefficients, calibration: rounded(fitLogistic(points.filter((point) => point.fold !== fold))) }
}
const shipped: Coefficients = { ...whole, calibration: rounded(fitLogistic(points)) }
if (!values.dry) {
  writeFileSync(
    new URL('../src/dom/identity/coefficients.json', import.meta.url),
    `${JSON.stringify(shipped, null, 2)}\n`,
  )
  writeFileSync(new URL('./folds.json', import.meta.url), `${JSON.stringify(byFold, null, 1)}\n`)
}
log(`calibration ${JSON.stringify(shipped.calibration)}`)

function examplesOf(site: ReturnType<typeof readSimilo>[number]): Example[] {
  return [...triesOf(site)].flatMap((each) => {
    const look = sceneOf(each.page, each.target.testIdAttributes).look(each.target.fingerprint)
    const right = look.comparisons.flatMap(({ element }, i) => (each.isRight(element) ? [i] : []))
    if (!each.removed && right.length === 0) return []
    const choice: Choice = { options: look.features, right, weight: 1 }
    return [{ fold: site.site.toLowerCase(), each, alone: choice, together: choice }]
  })
}

function togetherOf(each: Try, coefficients: Coefficients): Choice {
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
  return { options, right, weight: 1 }
}

function pointOf(
  each: Try,
  fold: string,
  coefficients: Coefficients,
): { fold: string; x: number; right: boolean; weight: number } {
  const best = rankCandidates(each.target, each.page, each.others, { coefficients }).candidates[0]
  const p = Math.min(1 - 1e-6, Math.max(1e-6, best?.probability ?? 0))
  const right = !each.removed && best !== undefined && each.isRight(best.element)
  return { fold, x: Math.log(p / (1 - p)), right, weight: 1 }
}

function named(weights: Float64Array, names: readonly string[]): Record<string, number> {
  return Object.fromEntries(names.map((name, k) => [name, Math.round((weights[k] ?? 0) * 1000) / 1000]))
}

function rounded({ offset, slope }: { offset: number; slope: number }): { offset: number; slope: number } {
  return { offset: Math.round(offset * 1000) / 1000, slope: Math.round(slope * 1000) / 1000 }
}
