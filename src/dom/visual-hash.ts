/**
 * Perceptual hashes: 64 bits that stay nearly the same when a picture is scaled, shifted by a pixel or slightly
 * recoloured. Difference hash (dHash): the picture is averaged down to 9 × 8 grey cells, each bit says whether a cell is
 * brighter than the next in its row.
 */
import type { Box } from '../model.ts'

/** Decoded pixels, four bytes each: red, green, blue, alpha; rows from the top. */
export interface Pixels {
  readonly width: number
  readonly height: number
  readonly data: Uint8Array
}

/** The two halves of a hash as unsigned 32-bit numbers. */
export interface HashBits {
  readonly high: number
  readonly low: number
}

const COLUMNS = 9
const ROWS = 8
/** Smallest edge of a picture that is told apart, in pixels. */
const MIN_EDGE = 6
/** Grey levels by which neighbouring cells must differ to count as different; less is noise of scaling. */
const STEP = 1.5
/** A picture whose cells lie closer together than this is a plain surface, and every plain surface looks the same. */
const MIN_CONTRAST = 6

/** Sums of brightness over all rectangles from the top left corner; makes the mean of any rectangle four look-ups. */
export interface BrightnessTable {
  readonly width: number
  readonly height: number
  /** (width + 1) × (height + 1) sums. */
  readonly sums: Float64Array
}

/** Brightness by Rec. 601 over white, so that what is transparent is light. */
export function brightnessOf({ width, height, data }: Pixels): BrightnessTable {
  const sums = new Float64Array((width + 1) * (height + 1))
  for (let y = 0; y < height; y++) {
    let row = 0
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * 4
      const grey = 0.299 * (data[at] ?? 0) + 0.587 * (data[at + 1] ?? 0) + 0.114 * (data[at + 2] ?? 0)
      const alpha = (data[at + 3] ?? 255) / 255
      row += grey * alpha + 255 * (1 - alpha)
      sums[(y + 1) * (width + 1) + x + 1] = (sums[y * (width + 1) + x + 1] ?? 0) + row
    }
  }
  return { width, height, sums }
}

/**
 * Hash of a rectangle of a picture as 16 hex digits; the whole picture without `box` (in pixels). Null where the
 * rectangle is too small, lies outside, or is one plain surface.
 */
export function visualHash(picture: BrightnessTable, box?: Box): string | null {
  const left = Math.max(0, Math.round(box?.x ?? 0))
  const top = Math.max(0, Math.round(box?.y ?? 0))
  const right = Math.min(picture.width, Math.round((box?.x ?? 0) + (box?.width ?? picture.width)))
  const bottom = Math.min(picture.height, Math.round((box?.y ?? 0) + (box?.height ?? picture.height)))
  if (right - left < MIN_EDGE || bottom - top < MIN_EDGE) return null
  const cells = averageCells(picture, left, top, right, bottom)
  let least = 255
  let most = 0
  for (const cell of cells) {
    least = Math.min(least, cell)
    most = Math.max(most, cell)
  }
  if (most - least < MIN_CONTRAST) return null
  let high = 0
  let low = 0
  for (let bit = 0; bit < 64; bit++) {
    const at = (bit >> 3) * COLUMNS + (bit & 7)
    if ((cells[at + 1] ?? 0) - (cells[at] ?? 0) <= STEP) continue
    if (bit < 32) high |= 1 << (31 - bit)
    else low |= 1 << (63 - bit)
  }
  return formatHash({ high: high >>> 0, low: low >>> 0 })
}

function averageCells(
  picture: BrightnessTable,
  left: number,
  top: number,
  right: number,
  bottom: number,
): Float64Array {
  const cells = new Float64Array(COLUMNS * ROWS)
  const edge = (from: number, to: number, part: number, of: number): number =>
    from + Math.floor(((to - from) * part) / of)
  const sumTo = (x: number, y: number): number => picture.sums[y * (picture.width + 1) + x] ?? 0
  for (let row = 0; row < ROWS; row++) {
    const y0 = Math.min(edge(top, bottom, row, ROWS), bottom - 1)
    const y1 = Math.max(y0 + 1, edge(top, bottom, row + 1, ROWS))
    for (let column = 0; column < COLUMNS; column++) {
      const x0 = Math.min(edge(left, right, column, COLUMNS), right - 1)
      const x1 = Math.max(x0 + 1, edge(left, right, column + 1, COLUMNS))
      const sum = sumTo(x1, y1) - sumTo(x0, y1) - sumTo(x1, y0) + sumTo(x0, y0)
      cells[row * COLUMNS + column] = sum / ((x1 - x0) * (y1 - y0))
    }
  }
  return cells
}

const formatHash = ({ high, low }: HashBits): string =>
  high.toString(16).padStart(8, '0') + low.toString(16).padStart(8, '0')

/** The bits of a hash, or null where the text is not 16 hex digits. */
export function parseHash(text: string): HashBits | null {
  if (!/^[0-9a-f]{16}$/i.test(text)) return null
  return { high: Number.parseInt(text.slice(0, 8), 16), low: Number.parseInt(text.slice(8), 16) }
}

function countBits(value: number): number {
  let v = value - ((value >>> 1) & 0x55555555)
  v = (v & 0x33333333) + ((v >>> 2) & 0x33333333)
  return (((v + (v >>> 4)) & 0x0f0f0f0f) * 0x01010101) >>> 24
}

/** In how many of 64 bits two hashes differ. */
export const hammingDistance = (a: HashBits, b: HashBits): number =>
  countBits((a.high ^ b.high) >>> 0) + countBits((a.low ^ b.low) >>> 0)

/** How alike two pictures are by their hashes, in [0, 1]; .5 for unrelated ones. Null where a hash is malformed. */
export function visualSimilarity(a: string, b: string): number | null {
  const left = parseHash(a)
  const right = parseHash(b)
  return left === null || right === null ? null : 1 - hammingDistance(left, right) / 64
}
