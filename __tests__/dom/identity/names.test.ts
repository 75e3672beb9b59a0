import { describe, expect, it } from 'vitest'
import { keepsName } from '../../../src/dom/identity/names.ts'
import { profileOf } from '../../../src/dom/identity/profile.ts'
import type { Fingerprint } from '../../../src/model.ts'

const TEST_IDS = ['data-testid']
const made = (text: string, attributes: Record<string, string> = {}): Fingerprint => ({
  tag: 'button',
  attributes,
  text,
  ownText: text,
})
const keeps = (old: Fingerprint, now: Fingerprint): boolean =>
  keepsName(profileOf(old, TEST_IDS), profileOf(now, TEST_IDS))

describe('whether any name of an element survives', () => {
  it.each([
    ['the same text', made('Buy'), made('Buy')],
    ['a rewording', made('Sign in'), made('Log in')],
    ['a text that shares its telling word', made('Export orders'), made('Download all orders')],
    ['a misspelling put right', made('Recieve updates'), made('Receive updates')],
    ['the same test id', made('Buy', { 'data-testid': 'buy-now' }), made('Order', { 'data-testid': 'buy-now' })],
    ['its words in another attribute', made('Quantity'), made('', { id: 'field-quantity' })],
    ['what never had a name', made(''), made('Anything')],
  ])('%s', (_, old, now) => expect(keeps(old, now)).toBe(true))

  it.each([
    ['another text in the place', made('Export as CSV'), made('Share')],
    ['the opposite', made('Sign in'), made('Sign out')],
    ['only words that everything has', made('Add to cart'), made('Go to your account')],
    ['another one of a series', made('Apr 28, 2026'), made('Apr 27, 2026')],
    ['no name any more', made('Buy'), made('')],
  ])('not %s', (_, old, now) => expect(keeps(old, now)).toBe(false))

  it('is answered at once for texts of megabytes', () => {
    const old = made(`Buy ${'x'.repeat(3_000_000)}`)
    const started = performance.now()
    expect(keeps(old, made(`${'y '.repeat(1_500_000)}`))).toBe(true)
    expect(performance.now() - started).toBeLessThan(1_000)
  })
})
