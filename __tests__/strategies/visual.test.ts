import { describe, expect, it } from 'vitest'
import { visual } from '../../strategies/visual.ts'
import { tryStrategy } from './page.ts'

const box = (x: number, width = 100) => `data-box="${x} 0 ${width} 40"`

describe('visual', () => {
  it('finds the picture that is nearly the same', () => {
    const trial = tryStrategy(
      visual,
      `<b me ${box(0)} data-hash="f0f0aa55cc33f00f"></b>`,
      `<p><b ${box(0)} data-hash="0123456789abcdef"></b><b me ${box(300)} data-hash="f0f0aa55cc33f00e"></b></p>`,
    )
    expect(trial.found).toBe(true)
    expect(trial.first?.reason).toContain('1 of 64 bits')
  })

  it('tells pictures of one pattern apart by their shape', () => {
    const trial = tryStrategy(
      visual,
      `<b me ${box(0)} data-hash="f0f0aa55cc33f00f"></b>`,
      `<p><b ${box(0, 600)} data-hash="f0f0aa55cc33f00f"></b><b me ${box(700)} data-hash="f0f0aa55cc33f00f"></b></p>`,
    )
    expect(trial.found).toBe(true)
  })

  it('does not take unrelated pictures for one', () => {
    const trial = tryStrategy(
      visual,
      `<b me ${box(0)} data-hash="ffffffff00000000"></b>`,
      `<p><b ${box(0)} data-hash="ff00ff00ff00ff00"></b></p>`,
    )
    expect(trial.witnesses).toEqual([])
  })

  it('goes by place and shape where there are no pictures, and says little then', () => {
    const trial = tryStrategy(visual, `<b me ${box(200)}></b>`, `<p><b ${box(0)}></b><b me ${box(205)}></b></p>`)
    expect(trial.found).toBe(true)
    expect(trial.first?.strength).toBeLessThan(0.5)
  })

  it('is silent without picture and place', () =>
    expect(tryStrategy(visual, '<b me></b>', '<b me></b>').witnesses).toEqual([]))
})
