import type { Target } from '../../model.ts'
import type { PageIndex } from '../page-index.ts'
import { areAntonyms } from '../vocabulary.ts'
import { actionFit } from './action-fit.ts'
import { roomFor } from './competition.ts'
import { type Claim, type Context, contextFeatures } from './context.ts'
import { decide } from './decision.ts'
import { ABSENT_RATE, COEFFICIENTS, type Coefficients, FEATURE_NAMES, scoreOf, weightsOf } from './model.ts'
import { chooseOthers, wereSameThing } from './others.ts'
import { type Profile, profileOf } from './profile.ts'
import type { Ranking } from './ranking.ts'
import { type Look, type Scene, sceneOf } from './scene.ts'
import { namesOf } from './twins.ts'

export interface RankOptions {
  /** A best candidate is accepted only above this confidence. */
  readonly threshold?: number
  readonly coefficients?: Coefficients
  /** Share of lost elements that are gone, before anything is known of this one. */
  readonly absentRate?: number
}

/** How much less likely an element is whose text says the opposite of the lost one's, or that stands in another row than it. */
const VETO = Math.exp(-6)
/** Odds below this share of the best do not bring a rival in. */
const FAINT = 0.005

/**
 * Says which element of a page the lost one is now, or that it is gone. `others` are further elements of the same old
 * page (the lost one may be among them): they show how the page has changed, and claim their own places on it.
 */
export function rankCandidates(
  target: Target,
  page: PageIndex,
  others: readonly Target[] = [],
  { threshold = 0.8, coefficients = COEFFICIENTS, absentRate = ABSENT_RATE.life }: RankOptions = {},
): Ranking {
  const { testIdAttributes } = target
  const scene = sceneOf(page, testIdAttributes)
  const look = scene.look(target.fingerprint)
  const seen = lookAround(scene, target, look, others, coefficients)
  const ownRow = calledInOwnRow(look)
  const odds = seen.odds.map((x, i) => {
    const comparison = look.comparisons[i]
    if (comparison === undefined) return 0
    const { now } = comparison
    const isVetoed = saysOpposite(look.old, now) || (isInOtherRow(look.old, now) && ownRow.has(namesOf(now)))
    return x * actionFit(target.action, now) * (isVetoed ? VETO : 1)
  })
  const rooms = roomOf(look, { ...seen, odds })
  const shares = odds.map((x, i) => x * (rooms[i] ?? 1))
  const all = shares.reduce((sum, x) => sum + x, 1)
  const probabilities = shares.map((x) => x / all)
  return decide({
    target,
    look,
    features: seen.features,
    weights: seen.weights,
    probabilities,
    odds,
    // Of flat lists only parts of the old page are known, so that nothing on them is known to be new.
    rooms: page.snapshot === null || others.length === 0 ? null : rooms,
    threshold,
    coefficients,
    absentRate,
  })
}

/** What the model makes of one old element before all compete. Used by the fitting script too. */
export interface Sight {
  readonly features: readonly (readonly Float64Array[])[]
  readonly weights: Float64Array
  readonly odds: readonly number[]
  /** Odds of other old elements that want the same places, by element. */
  rivals(): ReadonlyMap<number, number>[]
}

/** Looks at an old element in the light of the others; without others, by itself alone. */
export function lookAround(
  scene: Scene,
  target: Target,
  look: Look,
  others: readonly Target[],
  coefficients: Coefficients,
): Sight {
  const profile = (fingerprint: Target['fingerprint']): Profile => profileOf(fingerprint, target.testIdAttributes)
  const chosen = chooseOthers(look.old, others, profile)
  if (chosen.length === 0) {
    const weights = weightsOf(coefficients.alone, FEATURE_NAMES.alone)
    const features = look.features.map((row) => [row])
    return { features, weights, odds: features.map((rows) => Math.exp(scoreOf(weights, ...rows))), rivals: () => [] }
  }
  const claims = chosen.flatMap((fingerprint) => scene.claim(fingerprint, coefficients) ?? [])
  const weights = weightsOf(coefficients.together, FEATURE_NAMES.together)
  const context = contextOf(claims, chosen.length)
  const around = contextFeatures(look.old, look.comparisons, context, scene.page.size)
  const features = look.features.map((row, i) => [row, around[i] as Float64Array])
  const odds = features.map((rows) => Math.exp(scoreOf(weights, ...rows)))
  return { features, weights, odds, rivals }

  /** Those that may want what the lost element may be, seen as it is: in the light of all the others. */
  function rivals(): ReadonlyMap<number, number>[] {
    const least = FAINT * Math.max(...odds)
    const wanted = new Set(look.comparisons.filter((_, i) => (odds[i] ?? 0) > least).map(({ element }) => element))
    const own = scene.claim(target.fingerprint, coefficients)
    const all = own === null ? claims : [...claims, own]
    return chosen
      .filter((fingerprint) => !wereSameThing(target.fingerprint, fingerprint))
      .filter((fingerprint) => scene.wants(fingerprint, coefficients).some((element) => wanted.has(element)))
      .map((fingerprint) => scene.glance(fingerprint))
      .map((rival) =>
        oddsOf(
          rival,
          scene,
          weights,
          all.filter(({ old }) => old !== rival.old),
        ),
      )
  }
}

function contextOf(claims: readonly Claim[], asked: number): Context {
  return { claims, kept: asked === 0 ? 0 : claims.reduce((sum, { trust }) => sum + trust, 0) / asked }
}

function oddsOf(rival: Look, scene: Scene, weights: Float64Array, claims: readonly Claim[]): Map<number, number> {
  const around = contextFeatures(rival.old, rival.comparisons, contextOf(claims, claims.length), scene.page.size)
  return new Map(
    rival.comparisons.map(({ element }, i) => [
      element,
      Math.exp(scoreOf(weights, rival.features[i] as Float64Array, around[i] as Float64Array)),
    ]),
  )
}

/** How free others leave the place of each comparison, in (0, 1]. Used by the fitting script. */
export function roomOf(look: Look, { odds, rivals }: Sight): number[] {
  const mine = new Map(look.comparisons.map(({ element }, i) => [element, odds[i] ?? 0]))
  const room = roomFor([mine, ...rivals()])
  return look.comparisons.map(({ element }) => room.get(element) ?? 1)
}

/**
 * What the elements are called that stand in the row or card of the lost one, where it is still on the page. Rows that came, or
 * were sorted otherwise, give its old place to a neighbour that is called the same, and that is of all wrong answers the
 * likest one.
 */
function calledInOwnRow({ old, comparisons }: Look): ReadonlySet<string> {
  const row = old.rowKey?.text
  const own = comparisons.filter(
    ({ now }) => row !== undefined && now.rowKey?.text === row && now.fingerprint.visible !== false,
  )
  return new Set(own.map(({ now }) => namesOf(now)))
}

const isInOtherRow = (old: Profile, now: Profile): boolean =>
  old.rowKey !== undefined && now.rowKey !== undefined && now.rowKey.text !== old.rowKey.text

/** True where what an element is called undoes what the lost one was called. */
function saysOpposite(old: Profile, now: Profile): boolean {
  const short = (text: string | undefined): text is string => text !== undefined && text.length <= 60
  const [a, b] = [old.text?.text, now.text?.text]
  return short(a) && short(b) && a !== b && areAntonyms(a, b)
}
