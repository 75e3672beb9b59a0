import { describe, expect, it } from 'vitest'
import { className } from '../../strategies/class.ts'
import { tryStrategy } from './page.ts'

const cards = '<div class="card wide"></div>'.repeat(30)

describe('class', () => {
  it('goes by the rare class, not by the one that all cards have', () => {
    const trial = tryStrategy(
      className,
      '<div me class="card wide checkout-total"></div>',
      `<main>${cards}<div me class="card checkout-total"></div></main>`,
    )
    expect(trial.found).toBe(true)
    expect(trial.first?.locator).toEqual([{ kind: 'css', value: 'div.checkout-total' }])
  })

  it('looks through hashes', () => {
    const trial = tryStrategy(
      className,
      '<b me class="Price_total__x7Gh2 css-1k2j3h"></b>',
      '<p><b class="Price_row__a9Kd3"></b><b me class="Price_total__q4Lm8"></b></p>',
    )
    expect(trial.found).toBe(true)
    expect(JSON.stringify(trial.first?.locator)).not.toContain('q4Lm8')
  })

  it('says nothing of classes that are hashes throughout', () => {
    expect(
      tryStrategy(className, '<b me class="css-1k2j3h sc-bdVaJa"></b>', '<b me class="css-1k2j3h sc-bdVaJa"></b>')
        .witnesses,
    ).toEqual([])
  })

  it('hardly speaks for a class that thirty elements have', () => {
    const trial = tryStrategy(className, '<div me class="card wide"></div>', `<main>${cards}</main>`)
    expect(trial.first?.strength ?? 0).toBeLessThan(0.55)
  })
})
