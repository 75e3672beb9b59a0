/** A part of a document: the same content in several lengths, the fullest first. */
export type Variants = readonly [string, ...string[]]

export interface Fitted {
  readonly parts: readonly string[]
  /** How many blocks had to be left out altogether. */
  readonly dropped: number
  /** How many blocks are shorter than they could be. */
  readonly shortened: number
}

/** UTF-8 bytes, the strictest of the measures GitHub is known to use. */
export function byteLength(text: string): number {
  return Buffer.byteLength(text, 'utf8')
}

/**
 * Chooses a variant of every block so that all of them, each with a separator of `gap` bytes, stay within `budget`
 * bytes. Earlier blocks matter more: first every block gets its shortest form as long as there is room, then blocks are
 * made fuller from the first on. A block is whole or absent, never cut off.
 */
export function fitBlocks(blocks: readonly Variants[], budget: number, gap = 2): Fitted {
  const sizes = blocks.map((variants) => variants.map((text) => byteLength(text) + gap))
  const chosen: number[] = []
  let left = budget
  for (const [index, size] of sizes.entries()) {
    const shortest = (blocks[index]?.length ?? 1) - 1
    const cost = size[shortest] ?? 0
    if (cost > left) break
    chosen.push(shortest)
    left -= cost
  }
  for (const [index, shortest] of chosen.entries()) {
    const size = sizes[index] ?? []
    const used = size[shortest] ?? 0
    const better = size.findIndex((cost, variant) => variant < shortest && cost - used <= left)
    if (better === -1) continue
    left -= (size[better] ?? 0) - used
    chosen[index] = better
  }
  return {
    parts: chosen.map((variant, index) => blocks[index]?.[variant] ?? ''),
    dropped: blocks.length - chosen.length,
    shortened: chosen.filter((variant) => variant > 0).length,
  }
}
