import { describe, expect, it } from 'vitest'
import { id } from '../../strategies/id.ts'
import { tryStrategy } from './page.ts'

describe('id', () => {
  it('finds the same id and writes it as a selector', () => {
    const trial = tryStrategy(id, '<input me id="mail">', '<div><input id="phone"><input me id="mail"></div>')
    expect(trial.found).toBe(true)
    expect(trial.first?.locator).toEqual([{ kind: 'css', value: '#mail' }])
  })

  it('sees the same id under another generated part, and never writes the generated one', () => {
    const trial = tryStrategy(
      id,
      '<input me id="email-x7Gh2k">',
      '<form data-testid="login"><input id="phone-k2Jf9a"><input me id="email-p3Lm8q"></form>',
    )
    expect(trial.found).toBe(true)
    expect(JSON.stringify(trial.first?.locator)).not.toContain('p3Lm8q')
  })

  it('says nothing of ids that are generated throughout', () => {
    expect(
      tryStrategy(id, '<input me id=":r3:">', '<div><input id=":r3:"><input me id=":r4:"></div>').witnesses,
    ).toEqual([])
  })

  it('sees through another spelling', () => {
    expect(
      tryStrategy(id, '<i me id="submitOrder"></i>', '<p><i id="cancel_order"></i><i me id="submit_order"></i></p>')
        .found,
    ).toBe(true)
  })

  it('follows an id that became a test id or a name', () => {
    expect(tryStrategy(id, '<i me id="total"></i>', '<p><i></i><i me data-testid="total"></i></p>').found).toBe(true)
    expect(tryStrategy(id, '<input me id="zip">', '<p><input name="city"><input me name="zip"></p>').found).toBe(true)
  })

  it('takes ids from the selector of the test', () => {
    const asking = { locator: [{ kind: 'css', value: 'form #zip' } as const] }
    expect(tryStrategy(id, '<input me>', '<p><input name="city"><input me name="zip"></p>', asking).found).toBe(true)
  })

  it('prefers, among duplicates, the one under the same heading', () => {
    const part = (title: string, me = '') => `<section><h2>${title}</h2><a ${me} id="more">More</a></section>`
    expect(
      tryStrategy(id, part('News') + part('Jobs', 'me'), part('Shop') + part('News') + part('Jobs', 'me')).found,
    ).toBe(true)
  })
})
