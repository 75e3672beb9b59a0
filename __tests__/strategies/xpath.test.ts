import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { xpath } from '../../strategies/xpath.ts'
import { type Asking, tryStrategy } from './page.ts'

const by = (value: string): Asking => ({ locator: [{ kind: 'xpath', value }] })

describe('xpath', () => {
  it('lets go of levels until the path reaches something', () => {
    const trial = tryStrategy(
      xpath,
      '<body><div><form><button me>Pay</button></form></div></body>',
      '<body><main><div><section><form><p><button me>Pay</button></p></form></section></div></main><button>Other</button></body>',
      by('/body/div/form/button'),
    )
    expect(trial.found).toBe(true)
    expect(trial.first?.reason).toContain('left of the path')
  })

  it('softens an exact text and an exact class', () => {
    const before = '<p><b me class="price big">Total</b></p>'
    expect(
      tryStrategy(xpath, before, '<p><b>Tax</b><b me class="new">Total: 9</b></p>', by('//b[text()="Total"]')).found,
    ).toBe(true)
    expect(
      tryStrategy(xpath, before, '<p><b>Tax</b><b me class="price small">9</b></p>', by('//b[@class="price big"]'))
        .found,
    ).toBe(true)
  })

  it('keeps the one condition of several that still holds', () => {
    const trial = tryStrategy(
      xpath,
      '<input me name="q" type="text">',
      '<p><input name="x"><textarea me name="q"></textarea></p>',
      by('//input[@type="text" and @name="q"]'),
    )
    expect(trial.found).toBe(true)
    expect(trial.first?.locator).toEqual([{ kind: 'xpath', value: '//*[@name="q"]' }])
  })

  it('lays the old place over the new page, one level more or less', () => {
    const trial = tryStrategy(
      xpath,
      '<body><div><ul><li>A</li><li>B</li><li><a me>C</a></li></ul></div></body>',
      '<body><div><section><ul><li>A</li><li>B</li><li><a me>Z</a></li></ul></section></div></body>',
    )
    expect(trial.found).toBe(true)
  })

  it('has nothing to say to a malformed expression, and never throws', () => {
    for (const value of [
      '',
      '//',
      '//a[',
      '//a[@',
      ')(',
      '//a[contains(]',
      '////',
      'count(//a)',
      '//a[position()',
      `//${'a/'.repeat(500)}`,
    ])
      expect(() => tryStrategy(xpath, '<b me></b>', '<p><b></b></p>', by(value))).not.toThrow()
    fc.assert(
      fc.property(
        fc.array(
          fc.constantFrom(
            '/',
            '//',
            'a',
            '[',
            ']',
            '@',
            'x',
            '=',
            '"',
            '(',
            ')',
            'text()',
            '.',
            '..',
            'or',
            ' ',
            '1',
            '*',
          ),
          { maxLength: 16 },
        ),
        (parts) => {
          expect(Array.isArray(tryStrategy(xpath, '<b me></b>', '<p><b></b></p>', by(parts.join(''))).witnesses)).toBe(
            true,
          )
        },
      ),
      { numRuns: 300 },
    )
  })
})
