// biome-ignore-all lint/suspicious/noTemplateCurlyInString: placeholders as source code of a product has them
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { explainRoute, routeOf } from '../../src/evidence/routes.ts'

describe('the route of a URL', () => {
  it.each([
    ['http://127.0.0.1:4173/items/17?page=2#top', '/items/:id'],
    ['https://shop.example/orders/6f1ded58-44a6-4e23-a521-4687aa00bb11/', '/orders/:id'],
    ['https://shop.example/v2/cart', '/v#/cart'],
    ['https://shop.example/orders/HP-2031', '/orders/HP-#'],
    ['https://shop.example/days/2026-11-22', '/days/#-#-#'],
    ['https://shop.example/index.html', '/'],
    ['https://shop.example/about.html', '/about'],
    ['https://shop.example/#/cart/3?x=1', '/#/cart/:id'],
    ['https://shop.example/', '/'],
  ])('%s is %s', (url, route) => {
    expect(routeOf(url)).toBe(route)
  })

  it('is null for what has none', () => {
    for (const url of ['about:blank', 'data:text/html,x', 'chrome-error://x/', '']) expect(routeOf(url)).toBeNull()
  })

  it('does not depend on numbers, whatever the URL', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), (a, b) => {
        expect(routeOf(`http://app/items/${a}/edit`)).toBe(routeOf(`http://app/items/${b}/edit`))
      }),
    )
  })
})

describe('explaining a route', () => {
  const change = (old: string, next: string) => ({
    commit: { id: '0123456789abcdef', author: 'Ada', date: '2026-01-01T00:00:00Z', subject: 'Rename' },
    file: 'src/routes.ts',
    line: 3,
    kind: 'string' as const,
    standing: 'alone' as const,
    old,
    new: next,
  })

  it('reads placeholders of every framework, and routes without what they are mounted under', () => {
    for (const [old, next] of [
      ['/cart/${id}', '/basket/${id}'],
      ['/cart/:key', '/basket/:key'],
      ['/cart/{id}', '/basket/{id}'],
      ['/cart/<int:id>', '/basket/<int:id>'],
      ['${BASE}/cart/${id}', '${BASE}/basket/${id}'],
    ] as const)
      expect(explainRoute('/api/cart/:id', '/api/basket/:id', [change(old, next)])).not.toBeNull()
  })

  it('finds nothing in renamings of other routes', () => {
    const changes = [change('/cart', '/basket'), change('cart', 'wishes')]
    expect(explainRoute('/cart', '/wishes', changes)).toBeNull()
    expect(explainRoute('/a/cart', '/b/basket', changes)).toBeNull()
  })
})
