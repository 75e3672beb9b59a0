// biome-ignore-all lint/suspicious/noTemplateCurlyInString: placeholders as source code of a product has them
import { describe, expect, it } from 'vitest'
import { compareEffects } from '../../src/evidence/effects.ts'
import type { Mutation } from '../../src/evidence/mutation.ts'
import { addNoise, NO_NOISE } from '../../src/evidence/noise.ts'
import type { StepEffects } from '../../src/evidence/step-effects.ts'
import type { TokenChange } from '../../src/source/changes.ts'
import { pages } from '../support/step-pages.ts'

const effects = (parts: Partial<StepEffects> = {}): StepEffects => ({
  kind: 'click',
  mutations: [],
  from: '/',
  reached: [],
  dialogs: [],
  downloads: 0,
  change: null,
  page: null,
  unmoved: false,
  ...parts,
})
const sent = (method: string, route: string, outcome: Mutation['outcome'] = 'ok'): Mutation => ({
  method,
  route,
  outcome,
})
const rename = (old: string, next: string, standing: TokenChange['standing'] = 'alone'): TokenChange => ({
  commit: { id: '0123456789abcdef', author: 'Ada', date: '2026-01-01T00:00:00Z', subject: 'Rename routes' },
  file: 'src/api.ts',
  line: 7,
  kind: 'string',
  standing,
  old,
  new: next,
})

describe('requests of a healed step', () => {
  it('calls a DELETE that became a POST to an archive different, and says both sides', () => {
    const compared = compareEffects(
      effects({ mutations: [sent('DELETE', '/items/:id')] }),
      effects({ mutations: [sent('POST', '/items/:id/archive')] }),
      [rename('/items/${id}', '/items/${id}/archive')],
    )
    expect(compared).toEqual({
      verdict: 'different',
      green: 'sends DELETE /items/:id',
      now: 'sends POST /items/:id/archive',
      why: 'it no longer sends DELETE /items/:id, it now sends POST /items/:id/archive',
    })
  })

  it('calls a request that is no longer sent, or sent besides, different', () => {
    const order = effects({ mutations: [sent('POST', '/orders')] })
    expect(compareEffects(order, effects()).verdict).toBe('different')
    expect(compareEffects(effects(), order).verdict).toBe('different')
  })

  it('calls a request that the server refuses now different, one that was cut off not', () => {
    const was = effects({ mutations: [sent('POST', '/orders')] })
    expect(compareEffects(was, effects({ mutations: [sent('POST', '/orders', 'refused')] })).verdict).toBe('different')
    expect(compareEffects(was, effects({ mutations: [sent('POST', '/orders', 'unanswered')] })).verdict).toBe('same')
  })

  it('takes a route that a commit renamed as explained, and only with the same method', () => {
    const changes = [rename('/api/cart/${id}', '/api/basket/${id}')]
    const was = effects({ mutations: [sent('PUT', '/api/cart/:id')] })
    const explained = compareEffects(was, effects({ mutations: [sent('PUT', '/api/basket/:id')] }), changes)
    expect(explained.verdict).toBe('explained')
    expect(explained.why).toContain('src/api.ts:7')
    expect(compareEffects(was, effects({ mutations: [sent('POST', '/api/basket/:id')] }), changes).verdict).toBe(
      'different',
    )
    expect(compareEffects(was, effects({ mutations: [sent('PUT', '/api/wishes/:id')] }), changes).verdict).toBe(
      'different',
    )
  })

  it('does not take a route for renamed where all around it changed too', () => {
    const was = effects({ mutations: [sent('POST', '/drafts')] })
    const now = effects({ mutations: [sent('POST', '/publish')] })
    expect(compareEffects(was, now, [rename('/drafts', '/publish', 'contested')]).verdict).toBe('different')
  })

  it('leaves out what differs at steps that nobody changed', () => {
    const noise = addNoise(NO_NOISE, effects(), effects({ mutations: [sent('POST', '/metrics')] }))
    const now = effects({ mutations: [sent('POST', '/metrics')] })
    expect(compareEffects(effects(), now, null, noise).verdict).toBe('same')
    expect(compareEffects(effects(), now).verdict).toBe('different')
  })
})

describe('navigation of a healed step', () => {
  it('is the same where the routes are, and different where they are not', () => {
    expect(compareEffects(effects({ reached: ['/cart'] }), effects({ reached: ['/cart'] })).verdict).toBe('same')
    expect(compareEffects(effects({ reached: ['/cart'] }), effects({ reached: ['/wishes'] })).verdict).toBe('different')
    expect(compareEffects(effects({ reached: ['/cart'] }), effects()).why).toBe('it no longer leads to /cart')
  })

  it('is explained by the commit that renamed the route', () => {
    const changes = [rename('/cart', '/basket')]
    const compared = compareEffects(effects({ reached: ['/cart'] }), effects({ reached: ['/basket'] }), changes)
    expect(compared.verdict).toBe('explained')
  })

  it('is explained where link and label were renamed together, if the page it leads to is what it was', () => {
    const menu = '<nav><a>Settings</a></nav>'
    const form = (title: string) => `<h1>${title}</h1><form>Display name Mail Daily digest Never Save</form>`
    const changes = [rename('/settings', '/preferences', 'contested')]
    const was = effects({ reached: ['/settings'], ...pages(menu, menu + form('Settings')) })
    const goes = (html: string) => effects({ reached: ['/preferences'], ...pages(menu, menu + html) })
    expect(compareEffects(was, goes(form('Preferences')), changes)).toMatchObject({
      verdict: 'explained',
      why: expect.stringContaining('the page there is what it was'),
    })
    expect(compareEffects(was, goes(form('Preferences')), []).verdict).toBe('different')
    expect(compareEffects(was, goes('<h1>Preferences</h1><p>Language Currency Units Theme</p>'), changes).verdict).toBe(
      'different',
    )
    expect(compareEffects(was, goes('<h1>Display name</h1>'), changes).verdict).toBe('different')
  })

  it('does not mind which of many alike pages it leads to', () => {
    const html = '<a href="/p/oak">a</a><a href="/p/elm">b</a><a href="/p/ash">c</a>'
    const was = effects({ reached: ['/p/oak'], ...pages(html, html) })
    const now = effects({ reached: ['/p/elm'], ...pages(html, html) })
    expect(compareEffects(was, now).verdict).toBe('same')
    expect(compareEffects({ ...was, page: null }, now).verdict).toBe('different')
  })
})

describe('what a healed step does to the page', () => {
  it('takes other words for the same thing', () => {
    const was = effects(pages('<p>Lamp</p>', '<p>Lamp</p><p>Added to your cart</p>'))
    const now = effects(pages('<p>Lamp</p>', '<p>Lamp</p><div>It lies in the basket</div>'))
    expect(compareEffects(was, now).verdict).toBe('same')
  })

  it('calls a click that moves nothing at all different', () => {
    const was = effects(pages('<p>Lamp</p>', '<p>Lamp</p><p>Added to cart</p>'))
    const compared = compareEffects(was, effects({ ...pages('<p>Lamp</p>', '<p>Lamp</p>'), unmoved: true }))
    expect(compared).toMatchObject({ verdict: 'different', why: 'it now does nothing at all' })
    // Nothing waited for what it does, or it came later.
    const unseen = effects({ ...pages('<p>Lamp</p>', '<p>Lamp</p>', [], 0), unmoved: true })
    expect(compareEffects(was, unseen).verdict).toBe('same')
    const late = effects({ ...pages('<p>Lamp</p>', '<p>Lamp</p>', ['<p>Lamp</p><p>Added</p>']), unmoved: true })
    expect(compareEffects(was, late).verdict).toBe('same')
  })

  it('calls a dialog that appears out of nowhere different, but not one that was a drawer before', () => {
    const before = '<main>Lamp</main>'
    const dialog = `${before}<div role="dialog">Really empty the whole basket?</div>`
    const drawer = `${before}<div class="drawer">Really empty the whole basket?</div>`
    const opens = effects(pages(before, dialog))
    expect(compareEffects(effects(pages(before, before)), opens).verdict).toBe('different')
    expect(compareEffects(effects(pages(before, drawer)), opens).verdict).toBe('same')
    expect(compareEffects(opens, effects(pages(before, drawer))).verdict).toBe('same')
  })

  it('calls a row that stays where it used to go different, unless the page was rebuilt', () => {
    const before = '<ul><li>Lamp</li><li>Table</li></ul>'
    const removes = effects(pages(before, '<ul><li>Table</li></ul>'))
    const stays = effects(pages(before, '<ul><li>Lamp</li><li>Table</li></ul><p>Shared</p>'))
    const cards = effects(pages('<div>Lamp</div><div>Table</div>', '<div>Table</div>'))
    expect(compareEffects(removes, stays)).toMatchObject({ verdict: 'different', why: 'it no longer removes the row' })
    expect(compareEffects(removes, cards).verdict).toBe('same')
  })

  it('compares dialogs of the browser and downloads by whether there are any', () => {
    expect(compareEffects(effects({ dialogs: ['Sure?'] }), effects({ dialogs: ['Certain?'] })).verdict).toBe('same')
    expect(compareEffects(effects(), effects({ dialogs: ['Sure?'] })).verdict).toBe('different')
    expect(compareEffects(effects({ downloads: 1 }), effects()).verdict).toBe('different')
  })

  it('holds steps that only look to nothing', () => {
    const now = effects({ kind: 'expect', mutations: [sent('POST', '/orders')] })
    expect(compareEffects(effects({ kind: 'expect' }), now).verdict).toBe('same')
  })
})
