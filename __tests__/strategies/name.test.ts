import { describe, expect, it } from 'vitest'
import { name } from '../../strategies/name.ts'
import { tryStrategy } from './page.ts'

describe('name', () => {
  it('finds the field that is sent under the same name', () => {
    const trial = tryStrategy(
      name,
      '<input me id="a" name="email">',
      '<form><input name="phone"><input me id="b" name="email"></form>',
      {
        action: 'fill',
      },
    )
    expect(trial.found).toBe(true)
    expect(trial.first?.locator).toEqual([{ kind: 'css', value: 'input[name="email"]' }])
  })

  it('tells radio buttons of one name apart by their value', () => {
    const radio = (value: string, me = '') => `<input type="radio" ${me} name="size" value="${value}">`
    const trial = tryStrategy(
      name,
      radio('s') + radio('m', 'me'),
      `<p>${radio('xs')}${radio('s')}${radio('m', 'me')}</p>`,
      {
        action: 'check',
      },
    )
    expect(trial.found).toBe(true)
    expect(trial.first?.locator).toEqual([{ kind: 'css', value: 'input[name="size"][value="m"]' }])
  })

  it('sees a name in another spelling, and a nested one by its end', () => {
    expect(
      tryStrategy(name, '<input me name="firstName">', '<p><input name="last_name"><input me name="first_name"></p>')
        .found,
    ).toBe(true)
    expect(
      tryStrategy(name, '<input me name="user[zip]">', '<p><input name="user[city]"><input me name="order[zip]"></p>')
        .found,
    ).toBe(true)
  })

  it('trusts a field more than a meta element of the same name', () => {
    const trial = tryStrategy(
      name,
      '<input me name="description">',
      '<div><meta name="description"><textarea me name="description"></textarea></div>',
      {
        action: 'fill',
      },
    )
    expect(trial.found).toBe(true)
  })

  it('is silent without a name', () =>
    expect(tryStrategy(name, '<input me>', '<input me name="x">').witnesses).toEqual([]))
})
