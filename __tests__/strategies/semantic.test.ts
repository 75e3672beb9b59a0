import { describe, expect, it } from 'vitest'
import { semantic } from '../../strategies/semantic.ts'
import { tryStrategy } from './page.ts'

describe('semantic', () => {
  it.each([
    ['Sign in', 'Log in', 'Sign out'],
    ['Add to cart', 'Add to basket', 'Remove from cart'],
    ['Delete', 'Remove', 'Edit'],
    ['Next', 'Next step', 'Previous'],
    ['Save', 'Save changes', 'Cancel'],
    ['Close', '×', 'Open'],
  ])('knows that %s is %s and not %s', (old, now, not) => {
    const trial = tryStrategy(
      semantic,
      `<button me>${old}</button>`,
      `<p><button>${not}</button><button me>${now}</button></p>`,
    )
    expect(trial.found).toBe(true)
    expect(trial.witnesses.every((one) => trial.page.shortText(one.element) !== not.toLowerCase())).toBe(true)
  })

  it('reads labels, hints and tooltips as well as texts', () => {
    expect(
      tryStrategy(
        semantic,
        '<input me placeholder="Search">',
        '<p><input placeholder="Email"><input me placeholder="Find products"></p>',
      ).found,
    ).toBe(true)
    expect(
      tryStrategy(
        semantic,
        '<button me aria-label="Delete">x</button>',
        '<p><button aria-label="Edit">x</button><button me title="Remove">x</button></p>',
      ).found,
    ).toBe(true)
  })

  it('reaches the element by what it is called today', () => {
    const trial = tryStrategy(semantic, '<button me>Sign in</button>', '<p><button me>Log in</button></p>')
    expect(trial.first?.locator).toEqual([{ kind: 'role', role: 'button', name: 'Log in', exact: true }])
  })

  it('leaves the same words to other strategies, and words it does not know', () => {
    expect(tryStrategy(semantic, '<b me>Save</b>', '<p><b me>Save</b></p>').witnesses).toEqual([])
    expect(tryStrategy(semantic, '<b me>Frobnicate</b>', '<p><b me>Twiddle</b></p>').witnesses).toEqual([])
  })
})
