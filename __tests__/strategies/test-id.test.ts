import { describe, expect, it } from 'vitest'
import { testId } from '../../strategies/test-id.ts'
import { tryStrategy } from './page.ts'

describe('testId', () => {
  it.each(['data-testid', 'data-test', 'data-cy', 'data-qa'])(
    'finds the same %s after everything else changed',
    (attribute) => {
      const trial = tryStrategy(
        testId,
        `<main><button me ${attribute}="buy" class="a">Buy</button></main>`,
        `<main><a href="/x" ${attribute}="sell">Buy</a><div><a me href="/y" ${attribute}="buy">Order now</a></div></main>`,
      )
      expect(trial.found).toBe(true)
      expect(trial.first?.locator).toEqual([{ kind: 'testId', value: 'buy', attribute }])
    },
  )

  it("knows the project's own attribute", () => {
    const asking = { testIdAttributes: ['data-hook'] }
    const trial = tryStrategy(
      testId,
      '<p me data-hook="sum">1</p>',
      '<div><p>1</p><b me data-hook="sum">2</b></div>',
      asking,
    )
    expect(trial.found).toBe(true)
  })

  it('follows a value that moved to another attribute', () => {
    const trial = tryStrategy(
      testId,
      '<i me data-cy="save"></i>',
      '<div><i data-testid="load"></i><i me data-testid="save"></i></div>',
    )
    expect(trial.found).toBe(true)
    expect(trial.first?.reason).toContain('now data-testid')
  })

  it('sees through another spelling of the same words', () => {
    const trial = tryStrategy(
      testId,
      '<i me data-testid="buyNow"></i>',
      '<div><i data-testid="buy-later"></i><i me data-testid="buy-now"></i></div>',
    )
    expect(trial.found).toBe(true)
  })

  it('works from the locator alone where no fingerprint tells', () => {
    const asking = { locator: [{ kind: 'testId', value: 'save' } as const] }
    expect(tryStrategy(testId, '<i me></i>', '<div><i></i><i me data-qa="save"></i></div>', asking).found).toBe(true)
  })

  it('scopes a test id that several rows share, and finds the row', () => {
    const row = (name: string, me = '') =>
      `<tr><td>${name}</td><td><button ${me} data-testid="del">x</button></td></tr>`
    const trial = tryStrategy(
      testId,
      `<table>${row('Ada')}${row('Bob', 'me')}</table>`,
      `<table>${row('Zoe')}${row('Ada')}${row('Bob', 'me')}</table>`,
    )
    expect(trial.found).toBe(true)
    expect(trial.first?.strength).toBeLessThan(0.95)
    expect(trial.first?.locator).toEqual([
      { kind: 'role', role: 'row' },
      { kind: 'filter', hasText: 'Bob' },
      { kind: 'testId', value: 'del', attribute: 'data-testid' },
    ])
  })

  it('is silent without a test id', () => {
    expect(tryStrategy(testId, '<i me id="a"></i>', '<i me id="a"></i>').witnesses).toEqual([])
  })
})
