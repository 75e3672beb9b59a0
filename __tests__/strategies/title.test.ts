import { describe, expect, it } from 'vitest'
import { title } from '../../strategies/title.ts'
import { tryStrategy } from './page.ts'

describe('title', () => {
  it('finds the same tooltip and the same picture text', () => {
    const tip = tryStrategy(title, '<i me title="Bold"></i>', '<p><i title="Italic"></i><b me title="Bold"></b></p>')
    expect(tip.found).toBe(true)
    expect(tip.first?.locator).toEqual([{ kind: 'title', value: 'Bold', exact: true }])
    const picture = tryStrategy(title, '<img me alt="Logo">', '<p><img alt="Map"><img me alt="Logo"></p>')
    expect(picture.first?.locator).toEqual([{ kind: 'altText', value: 'Logo', exact: true }])
  })

  it('follows a tooltip into a library attribute and into an aria-label', () => {
    expect(
      tryStrategy(
        title,
        '<i me title="Bold"></i>',
        '<p><i data-tooltip="Italic"></i><i me data-tooltip="Bold"></i></p>',
      ).found,
    ).toBe(true)
    expect(
      tryStrategy(title, '<i me title="Bold"></i>', '<p><i aria-label="Italic"></i><i me aria-label="Bold"></i></p>')
        .found,
    ).toBe(true)
  })

  it('finds a button by the title of the picture in it', () => {
    const svg = (name: string) => `<svg><title>${name}</title></svg>`
    const after = `<p><button>${svg('Print')}</button><button me>${svg('Search')}</button></p>`
    expect(tryStrategy(title, '<button me title="Search"></button>', after).found).toBe(true)
  })

  it('is silent without any', () =>
    expect(tryStrategy(title, '<i me></i>', '<i me title="x"></i>').witnesses).toEqual([]))
})
