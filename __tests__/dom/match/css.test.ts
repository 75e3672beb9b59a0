import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { matchCss, parseCss } from '../../../src/dom/match/css.ts'
import { pageOf } from '../../strategies/page.ts'
import { startCpuClock } from '../../support/cpu-clock.ts'

const page = pageOf(`
  <html><body>
    <ul class="menu main"><li class="item"><a href="/a" id="first">Alpha</a></li><li class="item on"><a href="/b">Beta</a></li><li><b>Gamma</b></li></ul>
    <form><input type="text" name="q"><input type="checkbox" name="x" disabled><label for="q">Query</label></form>
    <x-card><template><button class="deep">Deep</button></template></x-card>
    <iframe name="f"><body><button class="deep">Framed</button></body></iframe>
  </body></html>`)

const tagsOf = (selector: string): string[] | null =>
  matchCss(page, selector)?.map((one) => `${page.tag(one)}:${page.fingerprint(one).text}`) ?? null

describe('CSS on a snapshot', () => {
  it.each([
    ['#first', ['a:Alpha']],
    ['ul.menu > li.item > a', ['a:Alpha', 'a:Beta']],
    ['ul a', ['a:Alpha', 'a:Beta']],
    ['body > a', []],
    ['li:nth-child(2)', ['li:Beta']],
    ['li:nth-child(odd)', ['li:Alpha', 'li:Gamma']],
    ['li:last-child', ['li:Gamma']],
    ['li:not(.item)', ['li:Gamma']],
    ['li:has(> b)', ['li:Gamma']],
    ['li.item + li', ['li:Beta', 'li:Gamma']],
    ['li.on ~ li', ['li:Gamma']],
    ['a[href^="/"][href$="b"]', ['a:Beta']],
    ['a[HREF*=A i]', ['a:Alpha']],
    ['li.item.on, b', ['li:Beta', 'b:Gamma']],
    ['input:disabled', ['input:']],
    ['a:has-text("bet")', ['a:Beta']],
    [':is(a, b):text-is("Gamma")', ['b:Gamma']],
    ['[class~="menu"]', ['ul:Alpha Beta Gamma']],
  ])('%s', (selector, expected) => expect(tagsOf(selector)).toEqual(expected))

  it('reaches into shadow roots, and not across frames', () => {
    expect(tagsOf('x-card button.deep')).toEqual(['button:Deep'])
    expect(tagsOf('iframe button')).toEqual([])
    expect(matchCss(page, 'button.deep', { frame: 1 })).toHaveLength(1)
  })

  it('keeps to an element where it is told to', () => {
    const [second] = matchCss(page, 'li.on') ?? []
    expect(matchCss(page, 'a', { within: second ?? 0 })).toHaveLength(1)
  })

  it.each(['', '  ', '>', 'a >', 'a[', '#', 'a::before', 'a || b', ':nth-child(', 'a'.repeat(5_000)])(
    'does not read %s',
    (selector) => expect(matchCss(page, selector)).toBeNull(),
  )

  it('answers or declines whatever it is given, in bounded time', () => {
    const part = fc.constantFrom(
      'a',
      '.x',
      '#y',
      '[z]',
      ' ',
      '>',
      '+',
      '~',
      ':not(',
      ':has(',
      ')',
      '*',
      ',',
      ':nth-child(2n+1)',
      '"',
    )
    fc.assert(
      fc.property(fc.array(part, { maxLength: 20 }), (parts) => {
        const found = matchCss(page, parts.join(''))
        expect(found === null || found.every((one) => one >= 0 && one < page.size)).toBe(true)
      }),
    )
    const spent = startCpuClock()
    matchCss(page, `${':has('.repeat(60)}a${')'.repeat(60)}`)
    expect(spent()).toBeLessThan(2_000)
  })

  it('splits a selector at its combinators', () => {
    const [one] = parseCss('a > b c + d') ?? []
    expect(one?.combinators).toEqual(['child', 'descendant', 'adjacent'])
    expect(one?.compounds).toHaveLength(4)
  })
})
