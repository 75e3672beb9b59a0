import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  brightnessOf,
  hammingDistance,
  type Pixels,
  parseHash,
  visualHash,
  visualSimilarity,
} from '../../src/dom/visual-hash.ts'

/** A picture drawn by a function of the place, in shares of its width and height. */
function draw(width: number, height: number, grey: (x: number, y: number) => number): Pixels {
  const data = new Uint8Array(width * height * 4)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) data.set([...Array(3).fill(grey(x / width, y / height)), 255], (y * width + x) * 4)
  }
  return { width, height, data }
}

const waves = (x: number, y: number): number => 128 + 100 * Math.sin(9 * x + 5 * y) * Math.cos(7 * y - 3 * x)
const rings = (x: number, y: number): number => 128 + 100 * Math.sin(22 * Math.hypot(x - 0.5, y - 0.4))
const hashOf = (pixels: Pixels) => visualHash(brightnessOf(pixels)) ?? ''

describe('the perceptual hash', () => {
  it('is the same for the same picture, and nearly so for another size and brightness', () => {
    const hash = hashOf(draw(90, 80, waves))
    expect(hash).toMatch(/^[0-9a-f]{16}$/)
    expect(hashOf(draw(90, 80, waves))).toBe(hash)
    expect(visualSimilarity(hash, hashOf(draw(180, 120, waves)))).toBeGreaterThan(0.9)
    expect(visualSimilarity(hash, hashOf(draw(90, 80, (x, y) => 30 + 0.8 * waves(x, y))))).toBeGreaterThan(0.9)
  })

  it('differs for another picture', () => {
    expect(visualSimilarity(hashOf(draw(90, 80, waves)), hashOf(draw(90, 80, rings)))).toBeLessThan(0.75)
  })

  it('reads a part of a picture as that part alone', () => {
    const whole = draw(200, 100, (x, y) => (x < 0.5 ? waves(2 * x, y) : 255))
    const part = visualHash(brightnessOf(whole), { x: 0, y: 0, width: 100, height: 100 })
    expect(visualSimilarity(part ?? '', hashOf(draw(100, 100, waves)))).toBeGreaterThan(0.95)
  })

  it('gives none for a plain surface, a speck and a box outside', () => {
    const plain = brightnessOf(draw(50, 50, () => 200))
    expect(visualHash(plain)).toBeNull()
    const picture = brightnessOf(draw(50, 50, waves))
    expect(visualHash(picture, { x: 0, y: 0, width: 3, height: 40 })).toBeNull()
    expect(visualHash(picture, { x: 90, y: 0, width: 30, height: 30 })).toBeNull()
  })

  it('counts the bits that differ', () => {
    const hex = fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 16, maxLength: 16 })
    fc.assert(
      fc.property(hex, hex, (a, b) => {
        const expected = [...(BigInt(`0x${a}`) ^ BigInt(`0x${b}`)).toString(2)].filter((bit) => bit === '1').length
        const [left, right] = [parseHash(a), parseHash(b)]
        expect(left !== null && right !== null && hammingDistance(left, right)).toBe(expected)
      }),
    )
    expect(parseHash('xyz')).toBeNull()
    expect(visualSimilarity('', 'ffffffffffffffff')).toBeNull()
  })
})
