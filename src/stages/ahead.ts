/**
 * Makes something of each item in order, and begins with up to `most` items more than the one that is asked for: what
 * waits for a browser then overlaps with what waits for nothing. What is made of an item that is never asked for is lost.
 */
export const lookAhead = <Item, Made>(
  items: readonly Item[],
  most: number,
  make: (item: Item) => Promise<Made>,
): ((at: number) => Promise<Made>) => {
  const begun: Promise<Made>[] = []
  return (at) => {
    for (const item of items.slice(begun.length, at + 1 + most)) {
      const made = make(item)
      // Whoever asks for it hears of the fault; until then it is nobody's.
      made.catch(() => undefined)
      begun.push(made)
    }
    return begun[at] ?? Promise.reject(new RangeError(`there is no item ${at}`))
  }
}

/** Work that is done beside other work, a few at a time, and waited for together. */
export interface Beside {
  add(work: () => Promise<void>): void
  /** Resolves when everything is done; rejects with the first fault. */
  all(): Promise<void>
}

export const doBeside = (most: number): Beside => {
  const lanes: Promise<void>[] = Array.from({ length: most }, () => Promise.resolve())
  let next = 0
  return {
    add(work) {
      const lane = next++ % most
      lanes[lane] = (lanes[lane] ?? Promise.resolve()).then(work)
      lanes[lane].catch(() => undefined)
    },
    all: async () => {
      await Promise.all(lanes)
    },
  }
}
