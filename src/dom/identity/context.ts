import type { Box } from '../../model.ts'
import { CUES } from './cues.ts'
import { beyondChance, type Comparison, identityOf, rarityAmong } from './features.ts'
import type { Profile } from './profile.ts'
import { compareOrder, comparePaths, compareRelations, predictPath, type Relation, relationOf } from './relations.ts'

/** Where another element of the old page is taken to be today, and how sure that is. */
export interface Claim {
  readonly old: Profile
  readonly now: Profile
  /** Position on today's page. */
  readonly element: number
  /** In [0, 1]. */
  readonly trust: number
  /** How far its classes are as they were, in [0, 1]; undefined where either side has none. */
  readonly classes: number | undefined
}

/** What the other elements of the old page say: where they went, and how much of the page is as it was. */
export interface Context {
  readonly claims: readonly Claim[]
  /** Mean trust of the claims: near 1 where the page is much as it was, near 0 after a redesign. */
  readonly kept: number
}

/** Names of the features that only other elements of the old page can give, in the order of {@link contextFeatures}. */
export const CONTEXT_FEATURES: readonly string[] = [
  'shift.differs',
  'relation.agrees',
  'order.differs',
  'kept.text.differs',
  'kept.anchor.differs',
  'kept.base',
  'kept.identity.differs',
  'drift.text.exact',
  'shift.explains',
  'surroundings.differs',
  'steady.class.differs',
]

/** Most claims that speak for one element. */
const NEAREST = 6
const LOCATION = CUES.findIndex((cue) => cue.name === 'location')
const TEXT = CUES.findIndex((cue) => cue.name === 'text')
export const CLASS = CUES.findIndex((cue) => cue.name === 'class')
/** What stands around an element, and where on the page that is. */
const AROUND = CUES.flatMap((cue, k) => (/^(?:location|heading|rowKey|near)$/.test(cue.name) ? [k] : []))

interface Anchor {
  readonly claim: Claim
  readonly relation: Relation
  readonly weight: number
  readonly path: readonly string[] | null
}

/** Every claim with how it stands to the element in the old tree, closest first. */
function relate(old: Profile, claims: readonly Claim[]): Omit<Anchor, 'path'>[] {
  if (old.steps.length === 0) return []
  return claims
    .filter(({ trust, old: other, now }) => trust > 0.1 && other.steps.length > 0 && now.steps.length > 0)
    .map((claim) => {
      const relation = relationOf(old, claim.old)
      return { claim, relation, weight: claim.trust / (1 + relation.up + relation.down) }
    })
    .sort((a, b) => b.weight - a.weight)
}

interface Neighbour {
  readonly claim: Claim
  readonly weight: number
  /** Sign of the old order: negative where the element came before it. */
  readonly order: number
}

/** The claims right before and right after the element in the old document, as far as the paths tell the order. */
function neighboursInOrder(old: Profile, related: readonly Omit<Anchor, 'path'>[]): Neighbour[] {
  const ordered = related.map(({ claim, weight }) => ({
    claim,
    weight,
    order: Math.sign(compareOrder(old, claim.old)),
  }))
  const nearest = (side: number): Neighbour[] =>
    ordered
      .filter(({ order }) => order === side)
      .sort((a, b) => side * compareOrder(b.claim.old, a.claim.old) || b.weight - a.weight)
      .slice(0, 3)
  return [...nearest(-1), ...nearest(1)]
}

interface Shift {
  readonly x: number
  readonly y: number
  readonly weight: number
}

const middle = ({ x, y, width, height }: Box): [number, number] => [x + width / 2, y + height / 2]

/** Where the element's box should be if it moved as the claims nearest to it on the page did. */
function shiftsOf(old: Profile, claims: readonly Claim[]): Shift[] {
  const from = old.box
  if (from === undefined) return []
  const [x, y] = middle(from)
  const shifts: Shift[] = []
  for (const { trust, old: other, now } of claims) {
    if (trust <= 0.1 || other.box === undefined || now.box === undefined) continue
    const [ox, oy] = middle(other.box)
    const weight = trust / (1 + Math.hypot(x - ox, y - oy) / 100)
    shifts.push({ x: from.x + now.box.x - other.box.x, y: from.y + now.box.y - other.box.y, weight })
  }
  return shifts.sort((a, b) => b.weight - a.weight).slice(0, NEAREST)
}

/** Mean of what each voice says, by weight; undefined where there is hardly any voice. */
function weigh<T extends { readonly weight: number }>(
  voices: readonly T[],
  say: (voice: T) => number,
): number | undefined {
  let sum = 0
  let all = 0
  for (const voice of voices) {
    all += voice.weight
    sum += voice.weight * say(voice)
  }
  return all < 0.02 ? undefined : sum / all
}

/** Features of every comparison in the light of the other elements of the old page. */
export function contextFeatures(
  old: Profile,
  comparisons: readonly Comparison[],
  context: Context,
  size: number,
): Float64Array[] {
  const related = relate(old, context.claims)
  const anchors = related
    .slice(0, NEAREST)
    .map((one) => ({ ...one, path: predictPath(old, one.claim.old, one.claim.now) }))
  const neighbours = neighboursInOrder(old, related)
  const orders: (number | undefined)[] = []
  const shifts = shiftsOf(old, context.claims)
  const places: (number | undefined)[] = []
  const relations: (number | undefined)[] = []
  const moves: (number | undefined)[] = []
  for (const { now, element } of comparisons) {
    const elsewhere = (anchor: Anchor): boolean => anchor.claim.element !== element
    const known = now.steps.length > 0
    const place = (anchor: Anchor): number =>
      elsewhere(anchor) && anchor.path !== null ? comparePaths(anchor.path, now.steps) : 0
    places.push(known ? weigh(anchors, place) : undefined)
    relations.push(
      known
        ? weigh(anchors, (anchor) => {
            if (!elsewhere(anchor)) return 0
            if (place(anchor) === 1) return 1
            return compareRelations(anchor.relation, relationOf(now, anchor.claim.now))
          })
        : undefined,
    )
    const told = known ? neighbours.map((one) => ({ ...one, now: Math.sign(compareOrder(now, one.claim.now)) })) : []
    const comparable = told.filter((one) => one.now !== 0 && one.claim.element !== element)
    orders.push(weigh(comparable, (one) => (one.now === one.order ? 1 : 0)))
    const box = now.box
    moves.push(
      box === undefined ? undefined : weigh(shifts, ({ x, y }) => Math.exp(-Math.hypot(x - box.x, y - box.y) / 80)),
    )
  }
  const steady = classesKept(context.claims)
  const rarities = rarityAmong(relations, comparisons, size)
  return comparisons.map(({ agreement, rarity }, i) => {
    const place = beyond(places[i], 0.4)
    const relation = beyond(relations[i], 0.5)
    const move = moves[i]
    const text = agreement[TEXT]
    const order = orders[i]
    return Float64Array.of(
      (move ?? 1) - 1,
      (relation ?? 0) * (rarities[i] ?? 0),
      (order ?? 1) - 1,
      context.kept * ((text ?? 1) - 1),
      context.kept * ((place ?? 1) - 1),
      -context.kept,
      context.kept * (identityOf(agreement, rarity) - 1),
      text === 1 ? (1 - context.kept) * (rarity[TEXT] ?? 0) : 0,
      Math.max(0, (move ?? 0) - (agreement[LOCATION] ?? 1)),
      surroundingsDiffer(agreement, [(relation ?? 1) - 1, (place ?? 1) - 1, (order ?? 1) - 1]),
      steady * ((beyondChance(CLASS, agreement) ?? 1) - 1),
    )
  })
}

/**
 * How much of what stands around an element is otherwise, as a mean in [-1, 0]: one move changes all of it at once, so that
 * five changes say little more than one.
 */
function surroundingsDiffer(agreement: readonly (number | undefined)[], others: readonly number[]): number {
  let sum = others.reduce((all, one) => all + one, 0)
  let count = others.length
  for (const k of AROUND) {
    const one = beyondChance(k, agreement)
    if (one === undefined) continue
    sum += one - 1
    count++
  }
  return sum / count
}

/** How far the others kept their classes, in [0, 1], one half where nothing is known: a build may have renamed all of them. */
function classesKept(claims: readonly Claim[]): number {
  let kept = 0.5
  let all = 1
  for (const { trust, classes } of claims) {
    if (classes === undefined) continue
    kept += trust * classes
    all += trust
  }
  return kept / all
}

function beyond(value: number | undefined, chance: number): number | undefined {
  return value === undefined ? undefined : Math.max(0, (value - chance) / (1 - chance))
}
