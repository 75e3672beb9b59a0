import { describe, expect, it } from 'vitest'
import { proximity } from '../../strategies/proximity.ts'
import { tryStrategy } from './page.ts'

describe('proximity', () => {
  it('goes by the label of a field', () => {
    const field = (label: string, id: string, me = '') =>
      `<p><label for="${id}">${label}</label><input ${me} id="${id}"></p>`
    const trial = tryStrategy(
      proximity,
      field('Town', 'a') + field('Zip', 'b', 'me'),
      `<div>${field('Zip', 'k', 'me')}${field('Town', 'l')}</div>`,
      { action: 'fill' },
    )
    expect(trial.found).toBe(true)
    expect(trial.first?.locator).toEqual([{ kind: 'label', value: 'Zip', exact: true }])
  })

  it('finds the field after a text that is no label', () => {
    const after = '<div><p><span>Town</span><input></p><p><span>Zip</span><span><input me></span></p></div>'
    expect(
      tryStrategy(proximity, '<p><label for="b">Zip</label><input me id="b"></p>', after, { action: 'fill' }).found,
    ).toBe(true)
  })

  it('goes by the key of the row, whatever the row became', () => {
    const before =
      '<table><tr><td>Ada</td><td><button>x</button></td></tr><tr><td>Bob</td><td><button me>x</button></td></tr></table>'
    const after = '<ul><li><b>Bob</b><button me>Remove</button></li><li><b>Ada</b><button>Remove</button></li></ul>'
    const trial = tryStrategy(proximity, before, after)
    expect(trial.found).toBe(true)
    expect(trial.first?.locator.slice(0, 2)).toEqual([
      { kind: 'role', role: 'listitem' },
      { kind: 'filter', hasText: 'Bob' },
    ])
  })

  it('goes by the heading above', () => {
    const part = (heading: string, me = '') =>
      `<section><h2>${heading}</h2><div><a href="#" ${me}>More</a></div></section>`
    expect(
      tryStrategy(proximity, part('Jobs') + part('News', 'me'), `<div>${part('News', 'me')}${part('Jobs')}</div>`)
        .found,
    ).toBe(true)
  })

  it('goes by rare words close by', () => {
    const near = (words: string, me = '') =>
      `<div><div><p data-box="0 0 100 20">${words}</p></div><div><i ${me} data-box="0 24 20 20"></i></div></div>`
    const trial = tryStrategy(
      proximity,
      near('Invoice 4711 unpaid', 'me'),
      `<main>${near('Receipt 12 paid')}${near('Unpaid invoice 4711', 'me')}</main>`,
    )
    expect(trial.found).toBe(true)
    expect(trial.first?.reason).toContain('close to')
  })

  it('is silent where nothing stood close', () =>
    expect(tryStrategy(proximity, '<i me></i>', '<p><i></i><i me></i></p>').witnesses).toEqual([]))
})
