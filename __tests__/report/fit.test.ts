import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { byteLength, fitBlocks } from '../../src/report/fit.ts'

describe('fitting blocks into a limit', () => {
  it('keeps everything in full where there is room', () => {
    const fitted = fitBlocks(
      [
        ['long one', 'l'],
        ['long two', 'l'],
      ],
      100,
    )
    expect(fitted).toEqual({ parts: ['long one', 'long two'], dropped: 0, shortened: 0 })
  })

  it('shortens later blocks before it drops any', () => {
    const fitted = fitBlocks(
      [
        ['aaaaaaaaaa', 'a'],
        ['bbbbbbbbbb', 'b'],
        ['cccccccccc', 'c'],
      ],
      24,
      0,
    )
    expect(fitted).toEqual({ parts: ['aaaaaaaaaa', 'bbbbbbbbbb', 'c'], dropped: 0, shortened: 1 })
  })

  it('drops from the end on, and counts', () => {
    expect(fitBlocks([['aaaa', 'aa'], ['bb'], ['cc']], 4, 0)).toEqual({ parts: ['aa', 'bb'], dropped: 1, shortened: 1 })
  })

  it('never exceeds the limit and never cuts a block', () => {
    const block = fc.tuple(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme', maxLength: 3 }))
    fc.assert(
      fc.property(fc.array(block), fc.nat(200), fc.nat(3), (blocks, budget, gap) => {
        const { parts, dropped } = fitBlocks(blocks, budget, gap)
        expect(parts.length + dropped).toBe(blocks.length)
        expect(parts.reduce((sum, part) => sum + byteLength(part) + gap, 0)).toBeLessThanOrEqual(budget)
        for (const [i, part] of parts.entries()) expect(blocks[i]).toContain(part)
      }),
    )
  })
})
