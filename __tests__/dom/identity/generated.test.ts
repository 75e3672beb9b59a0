import { describe, expect, it } from 'vitest'
import {
  isGeneratedId,
  looksHashed,
  stableClass,
  stableClasses,
  stableId,
} from '../../../src/dom/identity/generated.ts'

describe('what a tool made up is recognised', () => {
  it.each([
    ':r1:',
    ':r2f:',
    'radix-12',
    'mui-4821',
    'headlessui-menu-button-7',
    'react-select-3-input',
    'ember1234',
    'u_0_b4x9',
    '12345',
    '550e8400-e29b-41d4-a716-446655440000',
    'component4826377973857554580',
    'field-a8f3e0b2',
  ])('id %s', (id) => {
    expect(isGeneratedId(id)).toBe(true)
  })

  it.each([
    'login',
    'search-key',
    'btnJoinMeeting',
    'nav-logo',
    'email',
    'step-2',
    'main_content',
    'h1',
    'user_name',
    'checkout-form',
    'gh-cart',
  ])('not id %s', (id) => {
    expect(isGeneratedId(id)).toBe(false)
  })

  it.each(['x7Gh2', '1x2y3z', 'a8f3e0b2'])('%s looks hashed', (part) => expect(looksHashed(part)).toBe(true))
  it.each(['primary', 'Button', 'header', 'nav', 'btn', 'checkout', 'address2'])('%s does not', (part) =>
    expect(looksHashed(part)).toBe(false),
  )
})

describe('what is stable in a generated name counts', () => {
  it.each([
    ['Button_primary__x7Gh2', 'Button_primary'],
    ['css-1x2y3z', ''],
    ['sc-bdVaJa', ''],
    ['jss42', ''],
    ['svelte-1tky8bj', ''],
    ['btn-primary', 'btn-primary'],
    ['nav-logo-base', 'nav-logo-base'],
  ])('class %s → "%s"', (name, stable) => {
    expect(stableClass(name)).toBe(stable)
  })

  it('in a whole attribute, once each and bounded', () => {
    expect(stableClasses('card css-1x2y3z  card Card_title__a1B2c')).toEqual(['card', 'Card_title'])
    expect(
      stableClasses(`${'x '.repeat(10)}${Array.from({ length: 500 }, (_, i) => `name${i}`).join(' ')}`).length,
    ).toBeLessThanOrEqual(40)
    expect(stableClasses(undefined)).toEqual([])
  })

  it('and in an id', () => {
    expect(stableId('field-a8f3e0b2')).toBe('field')
    expect(stableId(':r1:')).toBe('')
  })
})
