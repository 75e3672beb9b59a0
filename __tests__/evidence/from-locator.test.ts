import { describe, expect, it } from 'vitest'
import { fromLocator } from '../../src/evidence/from-locator.ts'
import type { BrokenLocator } from '../../src/model.ts'

const fingerprint = (selector: string) => {
  const locator: BrokenLocator = { selector, action: 'click', step: 'Click' }
  return fromLocator(locator, ['data-testid'])?.fingerprint
}

describe('what a locator alone says of its element', () => {
  it('is a test id', () => {
    expect(fingerprint('internal:testid=[data-testid="buy"s]')?.attributes).toEqual({ 'data-testid': 'buy' })
  })

  it('is a role and a name', () => {
    expect(fingerprint('internal:role=button[name="Buy now"i]')).toMatchObject({
      tag: 'button',
      role: 'button',
      name: 'Buy now',
    })
  })

  it('is what the last compound of a CSS selector demands, not what its ancestors must be', () => {
    expect(fingerprint('.cart > form button#pay.big.red[type="submit"]')).toEqual({
      tag: 'button',
      attributes: { id: 'pay', class: 'big red', type: 'submit' },
    })
  })

  it('is that of the element before a filter or a position', () => {
    expect(fingerprint('internal:label="Email"i >> nth=0')).toMatchObject({ label: 'Email' })
  })

  it('is nothing for a position in the document, and for what is no selector', () => {
    expect(fingerprint('xpath=/html/body/div[2]/span[1]')).toBeUndefined()
    expect(fingerprint('css=]]>>')).toBeUndefined()
  })
})
