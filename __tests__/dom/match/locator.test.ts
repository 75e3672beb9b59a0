import { describe, expect, it } from 'vitest'
import { matchLocator } from '../../../src/dom/match/locator.ts'
import type { Locator } from '../../../src/model.ts'
import { pageOf } from '../../strategies/page.ts'

const page = pageOf(`
  <html><body>
    <ul><li data-testid="row"><b>Ada</b><button data-testid="del">Delete</button></li><li data-testid="row"><b>Bob</b><button data-testid="del">Delete</button></li></ul>
    <label for="q">Query</label><input id="q" placeholder="Type here"><img alt="Logo" title="Home">
    <button hidden>Ghost</button>
    <iframe name="pay"><body><button>Pay now</button></body></iframe>
  </body></html>`)

const found = (locator: Locator): string[] | null =>
  matchLocator(page, locator)?.map((one) => `${page.tag(one)}:${page.fingerprint(one).text}`) ?? null

describe('locators on a snapshot', () => {
  it('goes from step to step inwards', () => {
    const bob: Locator = [
      { kind: 'testId', value: 'row' },
      { kind: 'filter', hasText: 'Bob' },
      { kind: 'role', role: 'button', name: 'Delete' },
    ]
    expect(found(bob)).toEqual(['button:Delete'])
    expect(found([{ kind: 'testId', value: 'del' }])).toHaveLength(2)
    expect(
      found([
        { kind: 'testId', value: 'del' },
        { kind: 'nth', index: -1 },
      ]),
    ).toHaveLength(1)
  })

  it('knows each kind of step', () => {
    expect(found([{ kind: 'label', value: 'Query' }])).toEqual(['input:'])
    expect(found([{ kind: 'placeholder', value: 'type' }])).toEqual(['input:'])
    expect(found([{ kind: 'altText', value: 'Logo', exact: true }])).toEqual(['img:'])
    expect(found([{ kind: 'title', value: 'Home' }])).toEqual(['img:'])
    expect(found([{ kind: 'text', value: 'Ada', exact: true }])).toEqual(['b:Ada'])
    expect(found([{ kind: 'css', value: 'li', hasText: 'Bob' }])).toHaveLength(1)
    expect(found([{ kind: 'xpath', value: '//li[1]/b' }])).toEqual(['b:Ada'])
    expect(found([{ kind: 'role', role: 'button', name: /^Del/ }])).toHaveLength(2)
    expect(found([{ kind: 'id', value: 'q' }])).toEqual(['input:'])
  })

  it('does not see hidden elements by role', () =>
    expect(found([{ kind: 'role', role: 'button', name: 'Ghost' }])).toEqual([]))

  it('enters frames when it is told to, and only then', () => {
    expect(found([{ kind: 'role', role: 'button', name: 'Pay now' }])).toEqual([])
    const framed: Locator = [
      { kind: 'frame', selector: [{ kind: 'css', value: 'iframe[name="pay"]' }] },
      { kind: 'role', role: 'button', name: 'Pay now' },
    ]
    expect(found(framed)).toEqual(['button:Pay now'])
  })

  it('says that it cannot tell rather than guess', () => {
    expect(found([])).toBeNull()
    expect(found([{ kind: 'selector', engine: '_react', value: 'Button' }])).toBeNull()
    expect(found([{ kind: 'css', value: 'a[' }])).toBeNull()
  })
})
