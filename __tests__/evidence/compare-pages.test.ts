import { describe, expect, it } from 'vitest'
import { compareEffects } from '../../src/evidence/effects.ts'
import type { StepEffects } from '../../src/evidence/step-effects.ts'
import type { TokenChange } from '../../src/source/changes.ts'
import { pages } from '../support/step-pages.ts'

const step = (...page: Parameters<typeof pages>): StepEffects => ({
  kind: 'click',
  mutations: [],
  from: '/',
  reached: [],
  dialogs: [],
  downloads: 0,
  unmoved: false,
  ...pages(...page),
})
const reworded = (old: string, next: string, standing: TokenChange['standing'] = 'alone'): TokenChange => ({
  commit: { id: '0123456789abcdef', author: 'Ada', date: '2026-01-01T00:00:00Z', subject: 'Say it better' },
  file: 'src/toast.ts',
  line: 3,
  kind: 'string',
  standing,
  old,
  new: next,
})
const LIST = '<h1>Notes</h1><button>Pin</button><button>Share</button>'
const said = (text: string, role = 'status') => `${LIST}<div role="${role}">${text}</div>`
const judge = (green: StepEffects, now: StepEffects, changes: readonly TokenChange[] = []) =>
  compareEffects(green, now, changes)

describe('a message that the green step gave', () => {
  const green = step(LIST, said('Item deleted'))

  it('is the same one in any region, in any order, with whatever else is said', () => {
    expect(judge(green, step(LIST, said('Item deleted', 'alert'))).verdict).toBe('same')
    const more = `<div role="alert">Rate us</div>${said('Item deleted')}<div role="log">Mia is here</div>`
    expect(judge(green, step(LIST, more)).verdict).toBe('same')
  })

  it('is another one where the page says another thing, and both are shown', () => {
    expect(judge(green, step(LIST, said('Item archived')))).toMatchObject({
      verdict: 'different',
      green: 'says “Item deleted”',
      now: 'says “Item archived”',
      why: 'it said “Item deleted” and now says “Item archived”',
    })
  })

  it('is explained by the commit that reworded it', () => {
    const found = judge(green, step(LIST, said('Item archived')), [reworded('Item deleted', 'Item archived')])
    expect(found.verdict).toBe('explained')
    expect(found.why).toContain('src/toast.ts:3')
  })

  it('is explained by a commit that changed what it stands with as well only where the same is sent', () => {
    const change = reworded('Item deleted', 'Item archived', 'anchored')
    const now = step(LIST, said('Item archived'))
    expect(judge(green, now, [change]).verdict).toBe('different')
    const sent = { mutations: [{ method: 'DELETE', route: '/items/:id', outcome: 'ok' }] } as const
    expect(judge({ ...green, ...sent }, { ...now, ...sent }, [change]).verdict).toBe('explained')
  })

  it('is explained where the thing it speaks of is called otherwise all over the page', () => {
    const page = (name: string) =>
      `<nav><a href="/x">${name}</a><a href="/y">Help</a></nav><button>Put it there</button>`
    const tells = (name: string) => `${page(`My ${name}`)}<div role="status">Moved to ${name}</div>`
    const was = step(page('My trolley'), tells('trolley'))
    expect(judge(was, step(page('My crate'), tells('crate'))).verdict).toBe('explained')
    expect(judge(was, step(page('My trolley'), tells('crate'))).verdict).toBe('different')
  })

  it('is missed where the page stays silent, but not by who did not look for as long', () => {
    expect(judge(green, step(LIST, `${LIST}<p>Old things</p>`)).why).toBe('it no longer says “Item deleted”')
    expect(judge(green, step(LIST, `${LIST}<p>Old things</p>`, [], 10)).verdict).toBe('same')
  })

  it('is not missed where it comes a little later, or in plain text', () => {
    expect(judge(green, step(LIST, LIST, [said('Item deleted')])).verdict).toBe('same')
    expect(judge(green, step(LIST, `${LIST}<p class="toast">The item was deleted.</p>`)).verdict).toBe('same')
  })

  it('is not waited for where it only says that something is under way', () => {
    for (const text of ['Saving your notes…', 'Loading', 'Please wait'])
      expect(judge(step(LIST, said(text)), step(LIST, `${LIST}<p>Done</p>`)).verdict).toBe('same')
    expect(judge(step(LIST, said('Loading failed')), step(LIST, said('Item added'))).verdict).toBe('different')
  })

  it('is not missed on a page that was built anew', () => {
    const anew = '<h2>Board</h2><a href="/n">New card</a><a href="/o">Old cards</a>'
    expect(judge(green, step(anew, `${anew}<p>Done</p>`)).verdict).toBe('same')
  })

  it('counts on the page that the step leads to as well', () => {
    const leads = (text: string): StepEffects => ({ ...step(LIST, said(text)), reached: ['/notes'] })
    expect(judge(leads('Note saved'), leads('Note saved')).verdict).toBe('same')
    expect(judge(leads('Note saved'), leads('Note discarded')).verdict).toBe('different')
  })
})

describe('a state that the green step turned', () => {
  const box = (express: boolean, gift: boolean) =>
    `<input type="checkbox" title="Express" __playwright_checked_="${express}"><input type="checkbox" title="Gift" __playwright_checked_="${gift}">`
  const green = step(box(false, false), box(true, false))

  it('is the same where things of that name turn the same way', () => {
    expect(judge(green, step(box(false, false), box(true, true))).verdict).toBe('same')
  })

  it('is another where the thing of that name stays as it was, or turns the other way', () => {
    expect(judge(green, step(box(false, false), box(false, true)))).toMatchObject({
      verdict: 'different',
      why: 'it no longer ticks the checkbox “Express”',
    })
    expect(judge(green, step(box(true, false), box(false, false))).why).toBe(
      'where it ticks the checkbox “Express”, it now unticks the checkbox “Express”',
    )
  })

  it('counts where a button can be pressed from now on, not where it cannot for a moment', () => {
    const pay = (disabled: string, text = '') => `<button ${disabled}>Pay</button><p>${text}</p>`
    const [off, on] = ['disabled=""', 'class="a"']
    expect(judge(step(pay(off), pay(on)), step(pay(off), pay(off, 'Agreed'))).why).toBe(
      'it no longer enables the button “Pay”',
    )
    expect(judge(step(pay(on), pay(off)), step(pay(on), pay(on, 'Paid'))).verdict).toBe('same')
  })

  it('says nothing where no such thing is there any more', () => {
    const named = (on: boolean) => `<input type="checkbox" title="Overnight" __playwright_checked_="${on}">`
    expect(judge(green, step(named(false), named(true))).verdict).toBe('same')
  })
})

describe('things that came and went without a word', () => {
  const page = (...names: readonly string[]) =>
    `<h1>Plan</h1><h2>Week</h2>${names.map((name) => `<button>${name}</button>`).join('')}`

  it('are other ones where all that went before stays, and nothing that came comes', () => {
    const green = step(page('Delete draft', 'Share'), page('Share'))
    expect(judge(green, step(page('Delete draft', 'Share'), page('Delete draft', 'Share', 'Copy link')))).toMatchObject(
      {
        verdict: 'different',
        why: 'it no longer takes the button “Delete draft” away',
      },
    )
    expect(judge(green, step(page('Delete draft', 'Share'), page('Share', 'Copy link'))).verdict).toBe('same')
  })

  it('are the same where any of what came comes, under whatever role', () => {
    const green = step(page('Add'), page('Remove', 'Undo'))
    expect(judge(green, step(page('Add'), `${page('Add')}<a href="/u">Undo</a>`)).verdict).toBe('same')
  })

  it('do not count one by one: a new page may tell it otherwise', () => {
    expect(judge(step(page('Add'), page('Add', 'Undo')), step(page('Add'), page('Add', 'Help'))).verdict).toBe('same')
  })
})
