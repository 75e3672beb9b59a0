import { describe, expect, it } from 'vitest'
import { text } from '../../strategies/text.ts'
import { startCpuClock } from '../support/cpu-clock.ts'
import { tryStrategy } from './page.ts'

describe('text', () => {
  it('finds the same text in another element', () => {
    const trial = tryStrategy(
      text,
      '<a me href="/">Track parcel</a>',
      '<div><a href="/">Return parcel</a><button me>Track parcel</button></div>',
    )
    expect(trial.found).toBe(true)
    expect(trial.first?.locator).toEqual([{ kind: 'text', value: 'Track parcel', exact: true }])
  })

  it.each([
    ['Cart (2)', 'Cart (14)'],
    ['Continue', 'Continue →'],
    ['E-Mail', 'e mail'],
    ['Naïve café', 'naïve  Café!'],
  ])('sees %s in %s', (old, now) => {
    expect(tryStrategy(text, `<b me>${old}</b>`, `<div><b>Other words</b><b me>${now}</b></div>`).found).toBe(true)
  })

  it('goes by the rare words of a longer text', () => {
    const trial = tryStrategy(
      text,
      '<p me>Your parcel leaves Hamburg today</p>',
      `<div><p>Your order leaves today</p>${'<p>Your account today</p>'.repeat(12)}<p me>Parcel leaves Hamburg tomorrow</p></div>`,
    )
    expect(trial.found).toBe(true)
  })

  it('reads right-to-left and unspaced scripts', () => {
    expect(tryStrategy(text, '<b me>سلة التسوق</b>', '<div><b>تسجيل الدخول</b><b me>سلة  التسوق</b></div>').found).toBe(
      true,
    )
    expect(tryStrategy(text, '<b me>加入购物车</b>', '<div><b>立即登录</b><b me>加入购物车。</b></div>').found).toBe(
      true,
    )
  })

  it('is silent where nothing is written, and for texts that have nothing in common', () => {
    expect(tryStrategy(text, '<b me></b>', '<b me></b>').witnesses).toEqual([])
    expect(tryStrategy(text, '<b me>Save</b>', '<div><b>Print</b></div>').witnesses).toEqual([])
  })

  it('looks at the beginning of a text of megabytes, in bounded time', () => {
    const long = `<p me>${'lorem ipsum '.repeat(200_000)}</p>`
    const spent = startCpuClock()
    tryStrategy(text, long, `<div>${long}</div>`)
    expect(spent()).toBeLessThan(2_000)
  })
})
