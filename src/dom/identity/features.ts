import type { PageIndex } from '../page-index.ts'
import { CUES } from './cues.ts'
import { hasName, keepsName } from './names.ts'
import type { Profile } from './profile.ts'
import { areOneThing } from './same-thing.ts'

/** One shortlisted element compared with the lost one. */
export interface Comparison {
  readonly element: number
  readonly now: Profile
  /** Agreement by cue, in the order of `CUES`; undefined where unknown. */
  readonly agreement: readonly (number | undefined)[]
  /** How few other things on the page agree as well, by cue, in [0, 1]. */
  readonly rarity: readonly number[]
  /** How few other things have both the same text and the same tag, in [0, 1]; 0 where it has not. */
  readonly known: number
  /** Whether any name of the lost element survives on it, as it was or reworded. */
  readonly named: boolean
  /** Positions in the list of comparisons of all that are the same thing, this one among them. */
  readonly same: readonly number[]
}

/** A question asked of a cue; exactly equal says more than nearly so, and what is gone says something too. */
type Aspect = 'agrees' | 'differs' | 'lost' | 'exact'

/** What is asked of each cue. What a fit gave no weight, alone or together with the rest of the page, is not asked. */
const ASKED: Readonly<Record<string, readonly Aspect[]>> = {
  testId: ['agrees', 'differs', 'lost', 'exact'],
  id: ['exact'],
  formName: ['agrees', 'differs'],
  href: ['agrees', 'differs', 'lost', 'exact'],
  class: ['differs', 'lost'],
  type: ['differs'],
  kind: ['agrees'],
  text: ['agrees', 'differs', 'lost', 'exact'],
  caption: ['differs', 'exact'],
  heading: ['differs'],
  rowKey: ['differs'],
  near: ['agrees', 'differs'],
  ancestors: ['differs'],
  path: ['agrees'],
  place: ['agrees'],
  location: ['differs'],
  size: ['differs'],
  look: ['exact'],
}

const QUESTIONS: readonly { readonly cue: number; readonly aspect: Aspect }[] = CUES.flatMap(({ name }, cue) =>
  (ASKED[name] ?? []).map((aspect) => ({ cue, aspect })),
)

/** The name that says most where the tag is the same too: what is around an element has its text as well. */
const TEXT = CUES.findIndex(({ name }) => name === 'text')

/** Agreement from which two values are taken for equal: the rest is punctuation or a parameter for tracking. */
const EQUAL = 0.96

/** Cues that name an element, for code and for people. */
const NAMES_FOR_CODE = positionsOf(/^(?:testId|id|formName|href)$/)
const NAMES_FOR_PEOPLE = positionsOf(/^(?:text|caption)$/)

const LOOK = CUES.findIndex(({ name }) => name === 'look')
/** What one sees of an element without reading it, and what the page's style sheets go by. */
const APPEARANCE = positionsOf(/^(?:class|type|kind|size|look)$/)

function positionsOf(pattern: RegExp): readonly number[] {
  return CUES.flatMap(({ name }, k) => (pattern.test(name) ? [k] : []))
}

/** Names of the features, in the order in which {@link featuresOf} gives them. */
export const FEATURES: readonly string[] = [
  'base',
  ...QUESTIONS.map(({ cue, aspect }) => `${CUES[cue]?.name}.${aspect}`),
  'text.known',
  'name.lost',
  'text.gained',
  'identity.seen',
  'appearance.differs',
  'look.differs',
]

/** Compares the lost element with every shortlisted one. */
export function compareAll(
  old: Profile,
  list: readonly number[],
  profile: (element: number) => Profile,
  page: PageIndex,
): Comparison[] {
  const nows = list.map(profile)
  const agreements = nows.map((now) => CUES.map((cue) => cue.compare(old, now, page)))
  const same = list.map((a) => list.flatMap((b, j) => (areOneThing(page, a, b) ? [j] : [])))
  const things = same.map((list) => ({ same: list }))
  const rarities = CUES.map((_, k) =>
    rarityAmong(
      agreements.map((row) => row[k]),
      things,
      page.size,
    ),
  )
  const known = rarityAmong(
    agreements.map((row, i) => ((row[TEXT] ?? 0) >= EQUAL && nows[i]?.tag === old.tag ? 1 : undefined)),
    things,
    page.size,
  )
  return list.map((element, i) => ({
    element,
    now: nows[i] as Profile,
    agreement: agreements[i] ?? [],
    known: known[i] ?? 0,
    named: keepsName(old, nows[i] as Profile),
    rarity: rarities.map((list) => list[i] ?? 0),
    same: same[i] ?? [i],
  }))
}

/**
 * How few other things agree as well as each does, in [0, 1]: log((size + 1) / (1 + others as good)) over log(size + 1).
 * 0 where the agreement is unknown. What is the same thing does not count as another.
 */
export function rarityAmong(
  values: readonly (number | undefined)[],
  things: readonly Pick<Comparison, 'same'>[],
  size: number,
): number[] {
  const falling = values.map((value) => value ?? -1).sort((a, b) => b - a)
  const whole = Math.log(size + 1)
  return values.map((mine, i) => {
    if (mine === undefined) return 0
    const least = mine - 1e-9
    let equals = countAtLeast(falling, least)
    for (const j of things[i]?.same ?? []) if ((values[j] ?? -1) >= least) equals--
    return Math.log((size + 1) / (1 + equals)) / whole
  })
}

/** How many of a falling list are at least `value`. */
function countAtLeast(falling: readonly number[], value: number): number {
  let low = 0
  let high = falling.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((falling[middle] ?? 0) >= value) low = middle + 1
    else high = middle
  }
  return low
}

/**
 * Features of one comparison. Every feature but `base` is wanted with a weight that is not negative: agreement above
 * chance, scaled by rarity, speaks for; disagreement and loss, below zero, speak against; unknown says nothing.
 */
export function featuresOf(old: Profile, { agreement, rarity, known, named, now }: Comparison): Float64Array {
  const features: number[] = [1]
  for (const { cue, aspect } of QUESTIONS) features.push(ask(aspect, cue, old, agreement, rarity))
  features.push(known, named ? 0 : -1)
  features.push(old.text === undefined && now.text !== undefined ? -1 : 0)
  features.push(Math.min(identityOf(agreement, rarity), bestOf([LOOK], agreement, rarity)))
  features.push(likestOf(APPEARANCE, agreement) - 1)
  // What is restyled or called otherwise looks otherwise: the picture speaks against what has lost its names, or had none.
  features.push(named && hasName(old) ? 0 : (beyondChance(LOOK, agreement) ?? 1) - 1)
  return Float64Array.from(features)
}

function ask(
  aspect: Aspect,
  cue: number,
  old: Profile,
  agreement: readonly (number | undefined)[],
  rarity: readonly number[],
): number {
  const beyond = beyondChance(cue, agreement)
  switch (aspect) {
    case 'agrees':
      return (beyond ?? 0) * (rarity[cue] ?? 0)
    case 'differs':
      return (beyond ?? 1) - 1
    case 'lost':
      return beyond === undefined && CUES[cue]?.had?.(old) === true ? -1 : 0
    case 'exact':
      return (agreement[cue] ?? 0) >= EQUAL ? (rarity[cue] ?? 0) : 0
  }
}

/** How well the best of the naming cues agrees, scaled by its rarity, in [0, 1]. */
export function identityOf(agreement: readonly (number | undefined)[], rarity: readonly number[]): number {
  return Math.max(bestOf(NAMES_FOR_CODE, agreement, rarity), bestOf(NAMES_FOR_PEOPLE, agreement, rarity))
}

/** Agreement in one respect as far as it is more than chance, in [0, 1]; undefined where unknown. */
export function beyondChance(cue: number, agreement: readonly (number | undefined)[]): number | undefined {
  const given = agreement[cue]
  const chance = CUES[cue]?.chance ?? 0
  return given === undefined ? undefined : Math.max(0, (given - chance) / (1 - chance))
}

/** Agreement in the respect that agrees best, in [0, 1]; 1 where none is known. */
function likestOf(cues: readonly number[], agreement: readonly (number | undefined)[]): number {
  let best: number | undefined
  for (const k of cues) {
    const one = beyondChance(k, agreement)
    if (one !== undefined && one > (best ?? -1)) best = one
  }
  return best ?? 1
}

function bestOf(
  cues: readonly number[],
  agreement: readonly (number | undefined)[],
  rarity: readonly number[],
): number {
  let best = 0
  for (const k of cues) {
    const chance = CUES[k]?.chance ?? 0
    best = Math.max(best, (((agreement[k] ?? 0) - chance) / (1 - chance)) * (rarity[k] ?? 0))
  }
  return best
}
