import { describe, expect, it } from 'vitest'
import { accessiblesOf } from '../../src/dom/accessible.ts'
import { pageChange } from '../../src/evidence/page-change.ts'

const change = (before: string, after: string) => pageChange(accessiblesOf(before), accessiblesOf(after), 50)
const names = (things: readonly { readonly role: string; readonly name: string }[]) =>
  things.map(({ role, name }) => `${role} ${name}`)

describe('what the accessibility tree gained and lost', () => {
  it('is counted, whatever the order: one more of three alike is one gained', () => {
    const found = change(
      '<button>Add</button><button>Pay</button><button>Add</button>',
      '<button>Pay</button><button>Add</button><button>Add</button><button>Add</button><h1>Cart</h1>',
    )
    expect(names(found.gained)).toEqual(['button Add', 'heading Cart'])
    expect(found.lost).toEqual([])
  })

  it('is what a region says beyond what it said before', () => {
    const region = (text: string) => `<div role="log">${text}</div>`
    expect(change(region('Mia joined'), region('Mia joined <p>Jon left</p>')).said).toEqual(['Jon left'])
    expect(change(region('Mia joined'), region('<p>Jon left</p> Mia joined')).said).toEqual(['Jon left'])
    expect(change(region('Saved'), region('Lost')).said).toEqual(['Lost'])
    expect(change(region('Saved'), region('')).said).toEqual([])
  })

  it('is one message where one region stands within another', () => {
    const toast = '<section aria-live="polite"><div role="alert">Saved</div><button>Dismiss</button></section>'
    expect(change('', toast).said).toEqual(['Saved'])
  })

  it('is which way a state turned', () => {
    const box = (on: boolean, title = 'Express') =>
      `<input type="checkbox" title="${title}" __playwright_checked_="${on}">`
    expect(change(box(false), box(true)).turned).toEqual([
      { role: 'checkbox', name: 'Express', state: 'checked', to: true },
    ])
    expect(change(box(false), box(true)).gained).toEqual([])
    expect(change(box(false) + box(true), box(false) + box(true)).turned).toEqual([])
    expect(change(box(false, 'Gift'), box(true)).turned).toEqual([])
  })
})
