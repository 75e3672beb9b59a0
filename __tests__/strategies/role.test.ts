import { describe, expect, it } from 'vitest'
import { role } from '../../strategies/role.ts'
import { tryStrategy } from './page.ts'

describe('role', () => {
  it('finds role and name together, and not the name alone', () => {
    const trial = tryStrategy(
      role,
      '<button me>Orders</button>',
      '<p><h2>Orders</h2><button class="n" me>Orders</button></p>',
    )
    expect(trial.found).toBe(true)
    expect(trial.first?.locator).toEqual([{ kind: 'role', role: 'button', name: 'Orders', exact: true }])
  })

  it('accepts a related role under the same name, with less', () => {
    const trial = tryStrategy(role, '<button me>Orders</button>', '<p><h2>Orders</h2><a me href="/o">Orders</a></p>')
    expect(trial.found).toBe(true)
    expect(trial.first?.strength).toBeLessThan(0.9)
  })

  it('finds a name that grew', () => {
    expect(
      tryStrategy(
        role,
        '<button me>Download</button>',
        '<p><button>Delete</button><button me>Download report</button></p>',
      ).found,
    ).toBe(true)
  })

  it('finds what has no name by its landmark', () => {
    const box = '<input type="text">'
    const trial = tryStrategy(
      role,
      `<nav>${box.replace('<input', '<input me')}</nav>`,
      `<div><main>${box}${box}</main><nav><div>${box.replace('<input', '<input me')}</div></nav></div>`,
    )
    expect(trial.found).toBe(true)
  })

  it('reaches into the frame the element moved to', () => {
    const trial = tryStrategy(
      role,
      '<button me>Pay</button>',
      '<div><iframe name="checkout"><body><button me>Pay</button></body></iframe></div>',
    )
    expect(trial.found).toBe(true)
    expect(trial.first?.locator[0]).toEqual({
      kind: 'frame',
      selector: [{ kind: 'css', value: 'iframe[name="checkout"]' }],
    })
  })

  it('is silent without a role', () =>
    expect(tryStrategy(role, '<div me>x</div>', '<div me>x</div>').witnesses).toEqual([]))
})
