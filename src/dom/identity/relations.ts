/**
 * Where an element stands in relation to another one, and what that says after the page has changed: when the second
 * menu entry is found, the third is most likely right after it, wherever the menu went.
 */

/** How to get from one element to another in the tree: so many levels up, so many down. */
export interface Relation {
  readonly up: number
  readonly down: number
  /** Places between the two at the level where their paths part, where the tags there are equal. */
  readonly offset: number | undefined
  /** True where both are built alike below that level, as entries of one list are. */
  readonly parallel: boolean
}

/** A path from the root: its steps as written, and the tag and the place (from 1) of each. */
export interface Path {
  readonly steps: readonly string[]
  readonly tags: readonly string[]
  readonly places: readonly number[]
}

function commonStart(a: readonly string[], b: readonly string[]): number {
  let same = 0
  while (same < a.length && same < b.length && a[same] === b[same]) same++
  return same
}

/** Places from `b` to `a` at the level where their paths part; undefined where the tags there differ. */
function offsetBetween(a: Path, b: Path, level: number): number | undefined {
  const here = a.tags[level]
  return here !== undefined && here === b.tags[level] ? (a.places[level] ?? 1) - (b.places[level] ?? 1) : undefined
}

/** The relation of the element at path `a` to the one at path `b`. */
export function relationOf(a: Path, b: Path): Relation {
  const shared = commonStart(a.steps, b.steps)
  const up = b.steps.length - shared
  const down = a.steps.length - shared
  let parallel = up === down
  for (let i = shared + 1; parallel && i < a.steps.length; i++) parallel = a.steps[i] === b.steps[i]
  return { up, down, offset: offsetBetween(a, b, shared), parallel }
}

/** Negative where `a` comes before `b` in the document, positive where after, 0 where the paths do not say. */
export function compareOrder(a: Path, b: Path): number {
  const shared = commonStart(a.steps, b.steps)
  if (shared === a.steps.length || shared === b.steps.length) return a.steps.length - b.steps.length
  return offsetBetween(a, b, shared) ?? 0
}

/** How alike two relations are, in [0, 1]; 1 where they are the same. */
export function compareRelations(x: Relation, y: Relation): number {
  if (x.parallel && y.parallel && x.offset !== undefined && y.offset !== undefined) {
    const levels = x.up === y.up ? 0.2 : 0.1 / Math.abs(x.up - y.up)
    return 0.2 + levels + compareOffsets(x.offset, y.offset) * 0.6
  }
  const levels =
    x.up === y.up && x.down === y.down ? 0.4 : 0.2 / ((1 + Math.abs(x.up - y.up)) * (1 + Math.abs(x.down - y.down)))
  const offsets = x.offset === y.offset ? 0.4 : 0.3 * compareOffsets(x.offset ?? 0, y.offset ?? 0)
  return levels + (x.parallel === y.parallel ? 0.2 : 0) + offsets
}

/** The same order is worth something, the same distance more. */
function compareOffsets(a: number, b: number): number {
  if (a === b) return 1
  return Math.sign(a) === Math.sign(b) ? 0.17 + 0.5 / (1 + Math.abs(a - b)) : 0
}

/**
 * The path an element should have today if it kept its relation to another one: `a` and `b` are the old paths of the
 * two, `now` is the other's path today. Null where today's tree is not deep enough.
 */
export function predictPath(a: Path, b: Path, now: Path): string[] | null {
  const shared = commonStart(a.steps, b.steps)
  const up = b.steps.length - shared
  const kept = now.steps.length - up
  if (kept < 0) return null
  const tail = a.steps.slice(shared)
  const offset = offsetBetween(a, b, shared)
  if (offset !== undefined && now.tags[kept] === a.tags[shared]) {
    tail[0] = `${a.tags[shared]}[${Math.max(1, (now.places[kept] ?? 1) + offset)}]`
  }
  return [...now.steps.slice(0, kept), ...tail]
}

/** Steps that two paths share at the start and at the end, over the longer length. */
export function comparePaths(a: readonly string[], b: readonly string[]): number {
  const start = commonStart(a, b)
  const room = Math.min(a.length, b.length) - start
  let end = 0
  while (end < room && a[a.length - 1 - end] === b[b.length - 1 - end]) end++
  return (start + end) / Math.max(a.length, b.length, 1)
}
