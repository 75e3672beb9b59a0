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

interface Step {
  readonly tag: string
  readonly place: number
}

function readStep(step: string | undefined): Step {
  const match = /^(.*)\[(\d+)\]$/.exec(step ?? '')
  return match === null ? { tag: step ?? '', place: 1 } : { tag: match[1] ?? '', place: Number(match[2]) }
}

function commonStart(a: readonly string[], b: readonly string[]): number {
  let same = 0
  while (same < a.length && same < b.length && a[same] === b[same]) same++
  return same
}

/** The relation of the element at path `a` to the one at path `b`. */
export function relationOf(a: readonly string[], b: readonly string[]): Relation {
  const shared = commonStart(a, b)
  const up = b.length - shared
  const down = a.length - shared
  let offset: number | undefined
  if (up > 0 && down > 0) {
    const mine = readStep(a[shared])
    const theirs = readStep(b[shared])
    if (mine.tag === theirs.tag) offset = mine.place - theirs.place
  }
  let parallel = up === down
  for (let i = shared + 1; parallel && i < a.length; i++) parallel = a[i] === b[i]
  return { up, down, offset, parallel }
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
export function predictPath(a: readonly string[], b: readonly string[], now: readonly string[]): string[] | null {
  const shared = commonStart(a, b)
  const up = b.length - shared
  if (up > now.length) return null
  const tail = a.slice(shared)
  if (up > 0 && tail.length > 0) {
    const mine = readStep(a[shared])
    const theirs = readStep(b[shared])
    const today = readStep(now[now.length - up])
    if (mine.tag === theirs.tag && mine.tag === today.tag) {
      tail[0] = `${mine.tag}[${Math.max(1, today.place + mine.place - theirs.place)}]`
    }
  }
  return [...now.slice(0, now.length - up), ...tail]
}

/** Steps that two paths share at the start and at the end, over the longer length. */
export function comparePaths(a: readonly string[], b: readonly string[]): number {
  const start = commonStart(a, b)
  const room = Math.min(a.length, b.length) - start
  let end = 0
  while (end < room && a[a.length - 1 - end] === b[b.length - 1 - end]) end++
  return (start + end) / Math.max(a.length, b.length, 1)
}
