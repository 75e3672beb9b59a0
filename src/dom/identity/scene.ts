import type { Fingerprint } from '../../model.ts'
import type { PageIndex } from '../page-index.ts'
import { CLASS, type Claim } from './context.ts'
import { beyondChance, type Comparison, compareAll, featuresOf } from './features.ts'
import { type Coefficients, FEATURE_NAMES, scoreOf, softmaxWithAbsent, weightsOf } from './model.ts'
import { type Profile, profileOf } from './profile.ts'
import { SHORTLIST, shortlist } from './shortlist.ts'

/** One old element seen against today's page. */
export interface Look {
  readonly old: Profile
  readonly comparisons: readonly Comparison[]
  /** Features of each comparison, without what the rest of the old page says. */
  readonly features: readonly Float64Array[]
}

/** Today's page with every old element that was looked for on it; looks are made once. */
export interface Scene {
  readonly page: PageIndex
  /** Compares the lost element itself with all that is worth it. */
  look(fingerprint: Fingerprint): Look
  /** Compares another old element with the few that are most like it. */
  glance(fingerprint: Fingerprint): Look
  /** Where an old element is taken to be by its own looks alone; null where nothing is like it. */
  claim(fingerprint: Fingerprint, coefficients: Coefficients): Claim | null
  /** Elements it may be by its own looks alone, if it is there at all. */
  wants(fingerprint: Fingerprint, coefficients: Coefficients): readonly number[]
}

/** How many elements another old element is compared with. */
const GLANCE = 24

/** Share of all that an element must have to count as wanted. */
const WANTED = 0.02

/** Trust in a claim for the only element that has all the names of an old one. */
const TWIN_TRUST = 0.97

interface View {
  readonly claim: Claim | null
  readonly wants: readonly number[]
}

const scenes = new WeakMap<PageIndex, Map<string, Scene>>()

/** The scene of a page; made once per page and choice of test-id attributes. */
export function sceneOf(page: PageIndex, testIdAttributes: readonly string[]): Scene {
  const key = testIdAttributes.join(' ')
  let made = scenes.get(page)
  if (made === undefined) {
    made = new Map()
    scenes.set(page, made)
  }
  let scene = made.get(key)
  if (scene === undefined) {
    scene = makeScene(page, testIdAttributes)
    made.set(key, scene)
  }
  return scene
}

function makeScene(page: PageIndex, testIdAttributes: readonly string[]): Scene {
  const looks = new Map<Fingerprint, Look>()
  const glances = new Map<Fingerprint, Look>()
  const views = new WeakMap<Coefficients, Map<Fingerprint, View>>()
  const profile = (element: number): Profile => profileOf(page.fingerprint(element), testIdAttributes)

  function compare(made: Map<Fingerprint, Look>, fingerprint: Fingerprint, limit: number): Look {
    let found = made.get(fingerprint)
    if (found === undefined) {
      const old = profileOf(fingerprint, testIdAttributes)
      const comparisons = compareAll(old, shortlist(page, old, testIdAttributes, limit), profile, page)
      found = { old, comparisons, features: comparisons.map((comparison) => featuresOf(old, comparison)) }
      made.set(fingerprint, found)
    }
    return found
  }
  const look = (fingerprint: Fingerprint): Look => compare(looks, fingerprint, SHORTLIST)
  const glance = (fingerprint: Fingerprint): Look => compare(glances, fingerprint, GLANCE)

  function view(fingerprint: Fingerprint, coefficients: Coefficients): View {
    let known = views.get(coefficients)
    if (known === undefined) {
      known = new Map()
      views.set(coefficients, known)
    }
    let found = known.get(fingerprint)
    if (found === undefined) {
      found = viewOfTwin(fingerprint) ?? viewOf(glance(fingerprint), coefficients)
      known.set(fingerprint, found)
    }
    return found
  }

  /** What is found again with every name it had needs no search: in its place, or anywhere with a name of its own. */
  function viewOfTwin(fingerprint: Fingerprint): View | null {
    const twin = page.twinOf(fingerprint)
    if (twin === undefined) return null
    const now = profile(twin)
    const { idxpath, attributes } = fingerprint
    const stayed = idxpath !== undefined && idxpath === now.fingerprint.idxpath
    if (!stayed && (attributes.id ?? attributes.name ?? attributes.href) === undefined) return null
    const old = profileOf(fingerprint, testIdAttributes)
    const classes = old.classes.length > 0 ? 1 : undefined
    return { claim: { old, now, element: twin, trust: TWIN_TRUST, classes }, wants: [twin] }
  }

  return {
    page,
    look,
    glance,
    claim: (fingerprint, coefficients) => view(fingerprint, coefficients).claim,
    wants: (fingerprint, coefficients) => view(fingerprint, coefficients).wants,
  }
}

/** The trust in a claim lies between its probability and its probability given that the element is there at all. */
function viewOf({ old, comparisons, features }: Look, coefficients: Coefficients): View {
  const weights = weightsOf(coefficients.alone, FEATURE_NAMES.alone)
  const { probabilities, absent } = softmaxWithAbsent(features.map((row) => scoreOf(weights, row)))
  const best = pickBest(comparisons, probabilities)
  const chosen = best === null ? undefined : comparisons[best.likeliest]
  if (best === null || chosen === undefined) return { claim: null, wants: [] }
  const present = Math.max(1 - absent, 1e-9)
  const { now, element, agreement } = chosen
  return {
    claim: { old, now, element, trust: best.mass / Math.sqrt(present), classes: beyondChance(CLASS, agreement) },
    wants: comparisons.filter((_, i) => (probabilities[i] ?? 0) > WANTED * present).map((one) => one.element),
  }
}

/** Position of the thing with the most probability, and of its likeliest element. */
export function pickBest(
  comparisons: readonly Comparison[],
  probabilities: readonly number[],
): { readonly position: number; readonly likeliest: number; readonly mass: number } | null {
  let position = -1
  let most = -1
  for (const [i, { same }] of comparisons.entries()) {
    const mass = massOf(same, probabilities)
    const tie = Math.abs(mass - most) < 1e-12
    if ((!tie && mass > most) || (tie && (probabilities[i] ?? 0) > (probabilities[position] ?? 0))) {
      position = i
      most = mass
    }
  }
  if (position < 0) return null
  let likeliest = position
  for (const j of comparisons[position]?.same ?? []) {
    if ((probabilities[j] ?? 0) > (probabilities[likeliest] ?? 0)) likeliest = j
  }
  return { position, likeliest, mass: most }
}

/** Probability of a thing: that of all elements that are it. */
export function massOf(same: readonly number[], probabilities: readonly number[]): number {
  let mass = 0
  for (const j of same) mass += probabilities[j] ?? 0
  return mass
}
