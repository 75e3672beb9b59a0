/** Odds of one old element for elements of today's page against being gone, by element. */
export type Odds = ReadonlyMap<number, number>

const ROUNDS = 8

/**
 * How free the others leave each of the places that the first old element may have, in (0, 1]: a one-to-one matching in
 * which any old element may be gone, and each of today's elements is taken by at most one. Belief propagation for the
 * matching (Bethe approximation of the permanent): `reach` is how much an old element wants a place given its other
 * options, `room` how free the others leave it.
 */
export function roomFor(all: readonly Odds[]): ReadonlyMap<number, number> {
  if (all.length < 2) return new Map()
  const rooms = all.map((odds) => new Map([...odds.keys()].map((element) => [element, 1])))
  for (let round = 0; round < ROUNDS; round++) {
    const reaches = all.map((odds, i) => reachOf(odds, rooms[i] ?? new Map()))
    const wanted = new Map<number, number>()
    for (const reach of reaches) for (const [element, x] of reach) wanted.set(element, (wanted.get(element) ?? 0) + x)
    for (const [i, room] of rooms.entries()) {
      for (const [element, before] of room) {
        const byOthers = Math.max(0, (wanted.get(element) ?? 0) - (reaches[i]?.get(element) ?? 0))
        const free = 1 / (1 + byOthers)
        room.set(element, round === 0 ? free : Math.sqrt(free * before))
      }
    }
  }
  return rooms[0] ?? new Map()
}

/** Probabilities of the first old element, given what all want. */
export function competeFor(all: readonly Odds[]): Map<number, number> {
  const [first] = all
  if (first === undefined) return new Map()
  const room = roomFor(all)
  let total = 1
  for (const [element, x] of first) total += x * (room.get(element) ?? 1)
  return new Map([...first].map(([element, x]) => [element, (x * (room.get(element) ?? 1)) / total]))
}

function reachOf(odds: Odds, room: ReadonlyMap<number, number>): Map<number, number> {
  let total = 1
  for (const [element, x] of odds) total += x * (room.get(element) ?? 1)
  const reach = new Map<number, number>()
  for (const [element, x] of odds) reach.set(element, x / Math.max(total - x * (room.get(element) ?? 1), 1e-9))
  return reach
}
