import { describe, expect, it } from 'vitest'
import { placeholder } from '../../strategies/placeholder.ts'
import { tryStrategy } from './page.ts'

describe('placeholder', () => {
  it('finds the same hint and reaches the field by it', () => {
    const trial = tryStrategy(
      placeholder,
      '<input me placeholder="Your name">',
      '<p><input placeholder="Your town"><input me placeholder="Your name"></p>',
    )
    expect(trial.found).toBe(true)
    expect(trial.first?.locator).toEqual([{ kind: 'placeholder', value: 'Your name', exact: true }])
  })

  it('overlooks dots and case, and small changes', () => {
    expect(
      tryStrategy(
        placeholder,
        '<input me placeholder="Search…">',
        '<p><input placeholder="Filter"><input me placeholder="search ..."></p>',
      ).found,
    ).toBe(true)
    expect(
      tryStrategy(
        placeholder,
        '<input me placeholder="Search products">',
        '<p><input placeholder="Email"><input me placeholder="Search all products"></p>',
      ).found,
    ).toBe(true)
  })

  it('follows a hint that became the label of the field', () => {
    const after = '<p><label for="a">Town</label><input id="a"><label for="b">Your name</label><input me id="b"></p>'
    expect(tryStrategy(placeholder, '<input me placeholder="Your name">', after, { action: 'fill' }).found).toBe(true)
  })

  it('is silent without a hint', () =>
    expect(tryStrategy(placeholder, '<input me>', '<input me placeholder="x">').witnesses).toEqual([]))
})
