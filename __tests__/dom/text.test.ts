import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  editDistance,
  editSimilarity,
  identifierWords,
  normalise,
  squash,
  wordOverlap,
  wordsOf,
} from '../../src/dom/text.ts'

describe('texts are compared in one form', () => {
  it('ignores case, white space, width and invisible signs', () => {
    expect(normalise('  Add\n to\u00a0Cart\u200b ')).toBe('add to cart')
    expect(normalise('ＢＵＹ')).toBe('buy')
  })

  it('is bounded, however long the text', () => {
    expect(squash('word '.repeat(500_000)).length).toBeLessThanOrEqual(500)
    expect(wordsOf('word '.repeat(500_000)).length).toBeLessThanOrEqual(80)
  })

  it('cuts words out of any script', () => {
    expect(wordsOf('Sign-in, now!')).toEqual(['sign', 'in', 'now'])
    expect(wordsOf('حفظ التغييرات')).toEqual(['حفظ', 'التغييرات'])
    expect(wordsOf('保存する')).toEqual(['保存', '存す', 'する'])
  })

  it('cuts identifiers at humps, hyphens and digits', () => {
    expect(identifierWords('btnSubmit-order_2')).toEqual(['btn', 'submit', 'order', '2'])
    expect(identifierWords('XMLHttpField')).toEqual(['xml', 'http', 'field'])
  })
})

describe('likeness of letters', () => {
  it('counts insertions, deletions and changes', () => {
    expect(editDistance('kitten', 'sitting')).toBe(3)
    expect(editDistance('', 'abc')).toBe(3)
    expect(editDistance('a'.repeat(50), 'b'.repeat(50), 5)).toBe(6)
  })

  it('is symmetric, in [0, 1], and 1 for equals only', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 60 }), fc.string({ maxLength: 60 }), (a, b) => {
        const likeness = editSimilarity(a, b)
        expect(likeness).toBeCloseTo(editSimilarity(b, a), 10)
        expect(likeness).toBeGreaterThanOrEqual(0)
        expect(likeness === 1).toBe(a === b)
      }),
    )
  })
})

it('shared rare words weigh more than shared common ones', () => {
  const rare = (word: string): number => (word === 'the' ? 0.1 : 1)
  expect(wordOverlap(['the', 'cart'], ['the', 'help'], rare)).toBeLessThan(0.1)
  expect(wordOverlap(['the', 'cart'], ['a', 'cart'], rare)).toBeGreaterThan(0.4)
  expect(wordOverlap([], [], rare)).toBe(0)
})
