import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { css } from '../../strategies/css.ts'
import { type Asking, tryStrategy } from './page.ts'

const by = (value: string): Asking => ({ locator: [{ kind: 'css', value }] })

describe('css', () => {
  it('drops what broke and keeps what still holds', () => {
    const trial = tryStrategy(
      css,
      '<form class="pay"><button me class="btn primary">Pay</button></form>',
      '<div><form class="search"><button class="btn">Go</button></form><form class="pay"><div><button me class="btn big">Pay</button></div></form></div>',
      by('form.pay > button.btn.primary'),
    )
    expect(trial.found).toBe(true)
    expect(trial.first?.locator).toEqual([{ kind: 'css', value: 'form.pay button.btn' }])
  })

  it('gives up a place that shifted', () => {
    const trial = tryStrategy(
      css,
      '<ul class="menu"><li>A</li><li me class="item">B</li></ul>',
      '<div><ul class="menu"><li>A</li><li>New</li><li me class="item">B</li></ul></div>',
      by('ul.menu > li.item:nth-child(2)'),
    )
    expect(trial.found).toBe(true)
    expect(JSON.stringify(trial.first?.locator)).not.toContain('nth')
  })

  it('follows the stable part of a hashed class', () => {
    const trial = tryStrategy(
      css,
      '<b me class="Total_sum__x7Gh2"></b>',
      '<p><b class="Tax_sum__b2Nm4"></b><b me class="Total_sum__q4Lm8"></b></p>',
      by('b.Total_sum__x7Gh2'),
    )
    expect(trial.found).toBe(true)
  })

  it('makes a selector of the fingerprint where the test had none', () => {
    const trial = tryStrategy(
      css,
      '<div id="login"><input type="text"><input me type="password"></div>',
      '<div><input type="password" class="x"><section id="login"><p><input type="text"><input me type="password"></p></section></div>',
      { action: 'fill' },
    )
    expect(trial.found).toBe(true)
  })

  it('does not go by a tag alone', () => {
    expect(tryStrategy(css, '<b me class="gone"></b>', '<p><b></b></p>', by('b.gone')).witnesses).toEqual([])
  })

  it('has nothing to say to a malformed selector, and never throws', () => {
    const broken = [
      '',
      '>',
      'a[',
      '#',
      'div:nth-child(',
      ':::',
      'a >> b',
      '*|*|*',
      'x'.repeat(10_000),
      'a{b}',
      ':has(:has(:has(a)))',
    ]
    for (const value of broken) expect(() => tryStrategy(css, '<b me></b>', '<p><b></b></p>', by(value))).not.toThrow()
    fc.assert(
      fc.property(fc.string({ maxLength: 60 }), (value) => {
        expect(
          Array.isArray(tryStrategy(css, '<b me class="x"></b>', '<p><b class="x"></b></p>', by(value)).witnesses),
        ).toBe(true)
      }),
      { numRuns: 200 },
    )
  })
})
