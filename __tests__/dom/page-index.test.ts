import { describe, expect, it } from 'vitest'
import { fingerprintOf } from '../../src/dom/fingerprint.ts'
import { indexFingerprints, indexPage } from '../../src/dom/page-index.ts'
import { el, pageOf } from './page-maker.ts'

const shop = pageOf(
  el('html', {}, [
    el('body', {}, [
      el('nav', { id: 'menu' }, [el('a', { href: '/' }, 'Home'), el('a', { href: '/cart', class: 'link' }, 'Cart')]),
      el('main', {}, [
        el('h1', {}, 'Checkout'),
        el('form', {}, [
          el('label', { for: 'mail' }, 'E-mail'),
          el('input', { id: 'mail', type: 'email', class: 'field' }),
          el('ul', {}, [
            el('li', {}, [el('b', {}, 'Red socks'), el('button', { class: 'link' }, 'Remove')]),
            el('li', {}, [el('b', {}, 'Blue hat'), el('button', { class: 'link' }, 'Remove')]),
          ]),
        ]),
      ]),
    ]),
  ]),
)
const page = indexPage(shop)
const find = (tag: string, nth = 0): number => page.withTrait('tag', tag)[nth] ?? -1

describe('a page is looked up', () => {
  it('by attribute, id, tag, class, whole text and single word', () => {
    expect(page.withAttribute('href', '/cart')).toEqual([find('a', 1)])
    expect(page.withId('mail')).toEqual([find('input')])
    expect(page.withTrait('class', 'link')).toEqual([find('a', 1), find('button'), find('button', 1)])
    expect(page.withTrait('text', 'cart')).toEqual([find('a', 1)])
    expect(page.withTrait('word', 'socks')).toContain(find('b'))
    expect(page.withTrait('class', 'toString')).toEqual([])
  })

  it('and tells the rare from the common', () => {
    expect(page.rarity('class', 'field')).toBe(1)
    expect(page.rarity('class', 'link')).toBeLessThan(0.8)
    expect(page.attributeRarity('href', '/nowhere')).toBe(1)
  })

  it('and finds an element that kept all its names; of two that have them, the one in its place', () => {
    const button = page.fingerprint(find('button'))
    expect(page.twinOf(page.fingerprint(find('input')))).toBe(find('input'))
    expect(page.twinOf(button)).toBe(find('button'))
    expect(page.twinOf({ ...button, idxpath: '/html[1]/body[1]/button[9]' })).toBeUndefined()
  })
})

describe('the fingerprint of an element', () => {
  it('knows its paths, label, heading, row and place among siblings', () => {
    expect(page.fingerprint(find('input'))).toMatchObject({ label: 'E-mail', heading: 'Checkout', isButton: false })
    const second = page.fingerprint(find('button', 1))
    expect(second).toMatchObject({
      idxpath: '/html[1]/body[1]/main[1]/form[1]/ul[1]/li[2]/button[1]',
      xpath: '/html/body/main/form/ul/li/button',
      rowKey: 'Blue hat',
      siblings: { index: 1, count: 2 },
      text: 'Remove',
      isButton: true,
    })
    expect(second.ancestors?.map(({ tag }) => tag)).toEqual(['li', 'ul', 'form', 'main', 'body', 'html'])
  })

  it('knows the texts close by, its own not among them', () => {
    expect(page.fingerprint(find('button')).neighborText).toContain('Red socks')
    expect(page.fingerprint(find('button')).neighborText).not.toMatch(/^Remove$/)
  })

  it('is the same from a snapshot and from an index', () => {
    expect(fingerprintOf(shop, 3)).toEqual(page.fingerprint(3))
  })

  it('of an element that is not there is an error that says so', () => {
    expect(() => page.fingerprint(999)).toThrow(/Element 999 is not on the page, which has \d+ elements/)
  })
})

describe('what a page may hold', () => {
  it.each([
    ['nothing', []],
    ['parents that do not exist', [{ parent: 7 }, { parent: 0 }]],
    [
      'boxes no page can have',
      [{ box: { x: Number.NaN, y: 1e300, width: Number.POSITIVE_INFINITY, height: -1 } }, { parent: 0 }],
    ],
    [
      'names of built-in things',
      [{ tag: '__proto__', attributes: { id: 'constructor', class: '__proto__ toString' } }],
    ],
  ])('%s', (_, changes) => {
    const elements = changes.map((change, index) => ({
      index,
      parent: -1,
      frame: 0,
      tag: 'div',
      attributes: {},
      ownText: 'x',
      visible: true,
      enabled: true,
      ...change,
    }))
    const odd = indexPage({ ...shop, elements })
    for (let i = 0; i < odd.size; i++) expect(odd.fingerprint(i).tag).toBe(elements[i]?.tag)
    expect(odd.withTrait('class', 'constructor')).toEqual([])
  })
})

it('a flat list tells from the paths what contains what', () => {
  const list = indexFingerprints([
    { tag: 'ul', attributes: {}, idxpath: '/html[1]/ul[1]' },
    { tag: 'a', attributes: {}, idxpath: '/html[1]/ul[1]/li[1]/a[1]' },
    { tag: 'ul', attributes: {}, idxpath: '/html[1]/ul[10]' },
    { tag: 'i', attributes: {} },
  ])
  expect(list.tree.contains(0, 1)).toBe(true)
  expect(list.tree.contains(0, 2)).toBe(false)
  expect([...list.tree.parents]).toEqual([-1, 0, -1, -1])
})
