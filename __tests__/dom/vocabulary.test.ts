import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { danglingConcepts } from '../../src/dom/vocabulary/interpret.ts'
import {
  announceOtherDeeds,
  areAntonyms,
  areRivals,
  areSynonyms,
  expandAbbreviation,
  semanticSimilarity,
} from '../../src/dom/vocabulary.ts'
import { startCpuClock } from '../support/cpu-clock.ts'

const synonyms: [string, string][] = [
  ['Sign in', 'Log in'],
  ['Sign in', 'LOGIN'],
  ['Log out', 'Sign out'],
  ['Add to cart', 'Add to basket'],
  ['Add to cart', 'Buy'],
  ['Add to your cart', 'Add item to basket'],
  ['Search', 'Find'],
  ['Delete', 'Remove'],
  ['Delete item', 'Remove item'],
  ['Save', 'Save changes'],
  ['Checkout', 'Proceed to checkout'],
  ['Surname', 'Last name'],
  ['E-mail', 'Email address'],
  ['Zip code', 'Postcode'],
  ['×', 'Close'],
  ['Continue →', 'Continue'],
  ['Cart (2)', 'Cart (3)'],
  ['Favourites', 'Favorites'],
  ['Choose a file', 'Select file'],
]

const antonyms: [string, string][] = [
  ['Sign in', 'Sign out'],
  ['Log in', 'Log out'],
  ['Log in', 'Sign out'],
  ['Save', 'Cancel'],
  ['Save changes', 'Discard changes'],
  ['Next', 'Previous'],
  ['Next page', 'Previous page'],
  ['Add', 'Remove'],
  ['Add to cart', 'Remove from cart'],
  ['Enable', 'Disable'],
  ['Enable notifications', 'Disable notifications'],
  ['Accept', 'Decline'],
  ['Accept all cookies', 'Reject all cookies'],
  ['Open', 'Close'],
  ['Expand', 'Collapse'],
  ['Up', 'Down'],
  ['Min', 'Max'],
  ['First', 'Last'],
  ['First name', 'Last name'],
  ['Edit', 'Delete'],
  ['Approve', 'Reject'],
  ['Follow', 'Unfollow'],
  ['Archive', 'Unarchive'],
  ['Allow', "Don't allow"],
  ['Show password', 'Hide password'],
  ['Connect', 'Disconnect'],
  ['Turn on', 'Turn off'],
  ['On', 'Off'],
  ['Yes', 'No'],
  ['Start date', 'End date'],
  ['Billing address', 'Shipping address'],
  ['→', '←'],
]

describe('synonyms', () => {
  it.each(synonyms)('%s says the same as %s', (a, b) => {
    expect(areSynonyms(a, b)).toBe(true)
    expect(areSynonyms(b, a)).toBe(true)
    expect(areAntonyms(a, b)).toBe(false)
    expect(semanticSimilarity(a, b)).toBeGreaterThanOrEqual(0.9)
  })

  it.each([
    ['Sign in', 'Sign up'],
    ['Save', 'Print'],
    ['Order history', 'Order now'],
    ['Product details', 'Payment details'],
  ])('%s does not say the same as %s', (a, b) => expect(areSynonyms(a, b)).toBe(false))
})

describe('antonyms', () => {
  it.each(antonyms)('%s excludes %s', (a, b) => {
    expect(areAntonyms(a, b)).toBe(true)
    expect(areAntonyms(b, a)).toBe(true)
    expect(areSynonyms(a, b)).toBe(false)
    expect(semanticSimilarity(a, b)).toBe(0)
  })

  it.each([
    ['Play', 'Display'],
    ['Cover', 'Discover'],
    ['Count', 'Discount'],
    ['Sign', 'Design'],
    ['Next', 'Next'],
    ['Show more', 'Load more'],
    ['Der', 'Under'],
    ['', 'Close'],
  ])('%s does not exclude %s', (a, b) => expect(areAntonyms(a, b)).toBe(false))
})

describe('rivals', () => {
  it.each([
    ['Email', 'Phone'],
    ['Monday', 'Tuesday'],
    ['Page 1', 'Page 2'],
    ['Sign in with Google', 'Sign in with GitHub'],
    ['Add to cart', 'Add to wishlist'],
    ['Sign in', 'Sign up'],
    ['Show red shirts', 'Show blue shirts'],
  ])('%s stands beside %s', (a, b) => {
    expect(areRivals(a, b)).toBe(true)
    expect(semanticSimilarity(a, b)).toBeLessThanOrEqual(0.25)
  })

  it('does not take counters for different things', () => expect(areRivals('Cart (2)', 'Cart (3)')).toBe(false))
})

describe('deeds', () => {
  it.each([
    ['Delete patient', 'Archive patient'],
    ['Remove member', 'Deactivate member'],
    ['Share', 'Print'],
    ['Publish', 'Save draft'],
    ['Accept', 'Decline'],
  ])('%s is another than %s', (a, b) => {
    expect(announceOtherDeeds(a, b)).toBe(true)
    expect(announceOtherDeeds(b, a)).toBe(true)
  })

  it.each([
    ['Delete patient', 'Remove patient'],
    ['Duplicate order', 'Copy order'],
    ['Save', 'Save changes'],
    ['Confirm booking', 'Book'],
    ['Export CSV', 'Download CSV'],
    ['Place order', 'Buy now'],
    ['Archive', 'Archive the order'],
    ['', 'Delete'],
  ])('%s is no other than %s', (a, b) => expect(announceOtherDeeds(a, b)).toBe(false))
})

describe('similarity', () => {
  it('rates Log in above Sign out for Sign in', () => {
    expect(semanticSimilarity('Sign in', 'Log in')).toBeGreaterThan(semanticSimilarity('Sign in', 'Sign out'))
  })

  it('lies between for labels that share some of their words', () => {
    const value = semanticSimilarity('Download annual report', 'Annual report')
    expect(value).toBeGreaterThan(0.4)
    expect(value).toBeLessThan(0.95)
  })

  it('works on scripts it has no words for', () => {
    expect(semanticSimilarity('Войти', 'войти')).toBe(1)
    expect(semanticSimilarity('تسجيل الدخول', 'تسجيل الخروج')).toBeLessThan(0.95)
    expect(semanticSimilarity('登录', '注册')).toBe(0)
  })

  it('is symmetric, bounded and total, whatever the text', () => {
    const label = fc.oneof(
      fc.string(),
      fc.constantFrom(...synonyms.flat(), ...antonyms.flat()),
      fc.string({ unit: 'binary' }),
    )
    fc.assert(
      fc.property(label, label, (a, b) => {
        const value = semanticSimilarity(a, b)
        expect(value).toBeCloseTo(semanticSimilarity(b, a), 10)
        expect(value >= 0 && value <= 1).toBe(true)
        expect(areSynonyms(a, b) && areAntonyms(a, b)).toBe(false)
      }),
    )
  })

  it('reads a text of megabytes as fast as a label', () => {
    const long = 'word '.repeat(1_000_000)
    const spent = startCpuClock()
    semanticSimilarity(long, `${long}x`)
    expect(spent()).toBeLessThan(50)
  })
})

describe('the tables', () => {
  it('name no concept that no language has words for', () => expect(danglingConcepts()).toEqual([]))
  it('expand the abbreviations of identifiers', () => {
    expect(expandAbbreviation('btn')).toBe('button')
    expect(expandAbbreviation('constructor')).toBe('constructor')
  })
})
