// biome-ignore-all lint/suspicious/noTemplateCurlyInString: sources are quoted as they are written
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { followLiterals, turnAddress, turnPart, turnText } from '../../src/evidence/literal-changes.ts'
import type { TokenChange } from '../../src/source/changes.ts'

const change = (old: string, fresh: string, more: Partial<TokenChange> = {}): TokenChange => ({
  commit: { id: 'c'.repeat(40), author: 'A', date: '2026-10-01T00:00:00Z', subject: 'Reword it' },
  file: 'src/page.html',
  line: 1,
  kind: 'text',
  old,
  new: fresh,
  standing: 'alone',
  ...more,
})

describe('a text of which the product changed a literal', () => {
  it.each([
    ['the whole text', 'Your cart', 'Your basket', 'Your cart', 'Your basket'],
    ['a phrase in it', 'Your cart', 'Your basket', 'Your cart (2)', 'Your basket (2)'],
    ['a template with the same value', 'Hello, ${name}', 'Welcome, ${name}', 'Hello, Ada', 'Welcome, Ada'],
    ['values that changed places', '{a} of {b} pages', 'pages {b} / {a}', '3 of 7 pages', 'pages 7 / 3'],
    ['other white space and entities', 'Terms &amp;\n  rules', 'Rules', 'Terms & rules', 'Rules'],
  ])('becomes what the literal became: %s', (_, old, fresh, text, wanted) => {
    expect(turnText(text, change(old, fresh))).toBe(wanted)
  })

  it.each([
    ['part of a word', 'Cart', 'Basket', 'Your Cartridge'],
    ['a phrase that stands in it twice', 'Saved', 'Kept', 'Saved by Ada, Saved at noon'],
    ['a template of another form', 'Hello, ${name}', 'Welcome, ${name}', 'Hello Ada'],
    ['a value that is new', 'Hello, ${name}', 'Hello, ${owner}', 'Hello, Ada'],
    ['a template that is all value', '${a} x ${b}', '${a} y ${b}', '3 x 7'],
    ['a literal too short to tell', 'of', 'from', '3 of 7'],
  ])('stays: %s', (_, old, fresh, text) => {
    expect(turnText(text, change(old, fresh))).toBeNull()
  })

  it('never takes a name of the code for a phrase', () => {
    expect(turnText('the cart is empty', change('cart', 'basket', { kind: 'word' }))).toBeNull()
  })

  it('is followed from one renaming to the next, the surest way first', () => {
    const changes = [
      change('Basket', 'Bag', { standing: 'contested', line: 9 }),
      change('Basket', 'Bag'),
      change('Cart', 'Basket'),
    ]
    const turn = followLiterals('Cart', (text) => text === 'Bag', changes, turnText)
    expect(turn?.changes.map(({ old, line }) => `${old}:${line}`)).toEqual(['Cart:1', 'Basket:1'])
    expect(followLiterals('Cart', (text) => text === 'Box', changes, turnText)).toBeNull()
  })

  it('ends, however the literals lead in circles', () => {
    const word = fc.constantFrom('Cart', 'Basket', 'Bag', 'Trolley', 'Cart Basket', 'Bag Bag')
    fc.assert(
      fc.property(fc.array(fc.tuple(word, word), { maxLength: 30 }), word, word, (pairs, from, to) => {
        const turn = followLiterals(
          from,
          (text) => text === to,
          pairs.map(([a, b]) => change(a, b)),
          turnText,
        )
        expect(turn === null || turn.value === to).toBe(true)
      }),
    )
  })
})

describe('a part of a text', () => {
  const rule = change('Bring it back to the counter', 'Bring it back to the desk')

  it('changes where all that changed lies inside of it', () => {
    expect(turnPart('back to the counter', rule)).toBe('back to the desk')
    expect(turnPart('the counter', rule)).toBe('the desk')
  })

  it('stays where something else changed, or more than it holds', () => {
    expect(turnPart('Bring it back', rule)).toBeNull()
    expect(turnPart('the count', rule)).toBeNull()
  })
})

describe('an address', () => {
  it.each([
    ['/orders', '/orders', '/purchases', '/purchases'],
    ['**/orders/7?tab=open', '/orders/:id', '/purchases/:id', '**/purchases/7?tab=open'],
    ['/shop/orders', 'orders', 'purchases', '/shop/purchases'],
  ])('%s follows the route %s → %s', (address, old, fresh, wanted) => {
    expect(turnAddress(address, change(old, fresh, { kind: 'string' }))).toBe(wanted)
  })

  it.each([
    ['part of a segment', '/orders-archive', '/orders', '/purchases'],
    ['a segment that stands there twice', '/orders/orders', '/orders', '/purchases'],
    ['two segments at once', '/a1/b1', '/a1/b1', '/a2/b2'],
    ['a number', '/orders/7', '7', '8'],
  ])('stays: %s', (_, address, old, fresh) => {
    expect(turnAddress(address, change(old, fresh, { kind: 'string' }))).toBeNull()
  })

  it('follows a page that was moved', () => {
    const moved = change('site/orders.html', 'site/purchases.html', { kind: 'file' })
    expect(turnAddress('/orders.html', moved)).toBe('/purchases.html')
    expect(turnAddress('/orders', moved)).toBe('/purchases')
  })
})
