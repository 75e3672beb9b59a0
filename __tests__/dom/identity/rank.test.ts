import { describe, expect, it } from 'vitest'
import { rankCandidates } from '../../../src/dom/identity/rank.ts'
import { indexFingerprints, indexPage, type PageIndex } from '../../../src/dom/page-index.ts'
import type { Target } from '../../../src/model.ts'
import { startCpuClock } from '../../support/cpu-clock.ts'
import { el, type Made, pageOf, targetOf } from '../page-maker.ts'

const LINKS = ['Home', 'Offers', 'Shops', 'Help', 'Imprint', 'Privacy', 'Jobs', 'Press']

/** A page with a menu, a form and whatever else is given. */
const around = (...inside: Made[]): PageIndex =>
  indexPage(
    pageOf(
      el('html', {}, [
        el('body', {}, [
          el(
            'nav',
            { class: 'menu' },
            LINKS.map((text) => el('a', { href: `/${text.toLowerCase()}`, class: 'menu-link' }, text)),
          ),
          el('main', { id: 'content' }, [el('h1', {}, 'Basket'), ...inside]),
        ]),
      ]),
    ),
  )

const at = (page: PageIndex, text: string, tag?: string): number => {
  for (let i = 0; i < page.size; i++) {
    if (page.snapshot?.elements[i]?.ownText === text && (tag === undefined || page.tag(i) === tag)) return i
  }
  throw new Error(`no element says "${text}"`)
}

/** The lost element and the rest of its old page. */
function lost(
  page: PageIndex,
  element: number,
  action: Target['action'] = 'click',
): { target: Target; others: Target[] } {
  const all = Array.from({ length: page.size }, (_, i) => targetOf(page.fingerprint(i)))
  return { target: targetOf(page.fingerprint(element), action), others: all.slice(2) }
}

const buy = (attributes: Record<string, string>, text = 'Buy now', more: Partial<Made> = {}): Made =>
  el('button', { type: 'submit', class: 'btn btn-primary', ...attributes }, text, more)
const pay = el('button', { id: 'later', class: 'btn' }, 'Pay later')
const old = around(buy({ id: 'buy', 'data-testid': 'buy' }), pay)
const { target, others } = lost(old, at(old, 'Buy now'))

describe('an element is known again', () => {
  it.each([
    ['with another id', around(buy({ id: 'purchase', 'data-testid': 'buy' }), pay)],
    ['with another test id', around(buy({ id: 'buy', 'data-testid': 'buy-button' }), pay)],
    ['with neither, by its text and place', around(buy({}), pay)],
    ['with other words, by its test id', around(buy({ id: 'buy', 'data-testid': 'buy' }, 'Purchase'), pay)],
    [
      'with other classes, one level deeper',
      around(el('div', {}, [buy({ 'data-testid': 'buy', class: 'css-1x2y3z' })]), pay),
    ],
  ])('%s', (_, page) => {
    const ranking = rankCandidates(target, page, others)
    expect(page.tag(ranking.candidates[0]?.element ?? -1)).toBe('button')
    expect(page.attributes(ranking.candidates[0]?.element ?? -1).id).not.toBe('later')
    expect(ranking).toMatchObject({ decision: 'accept' })
    expect(ranking.absent).toBeLessThan(0.2)
  })

  it('and the reasons are given in words, with the values', () => {
    const page = around(buy({ id: 'buy' }), pay)
    const [best] = rankCandidates(target, page, others).candidates
    const reasons = best?.evidence.filter((one) => one.for).map(({ text }) => text)
    expect(reasons?.some((text) => /^Same id "buy"/.test(text))).toBe(true)
    expect(best?.evidence.every(({ weight }) => weight > 0 && weight <= 1)).toBe(true)
    expect(best?.evidence.some((one) => !one.for && one.text.includes('test id'))).toBe(true)
  })
})

describe('an element that is gone stays gone', () => {
  it('where nothing is in its place', () => {
    const ranking = rankCandidates(target, around(pay), others)
    expect(ranking.decision).not.toBe('accept')
    expect(ranking.absent).toBeGreaterThan(0.8)
    expect(ranking.decision).toBe('absent')
  })

  it('where a look-alike is in its place', () => {
    const page = around(buy({ id: 'newsletter', 'data-testid': 'newsletter' }, 'Subscribe to letters'), pay)
    expect(rankCandidates(target, page, others).decision).not.toBe('accept')
  })

  it('where its opposite is in its place', () => {
    const before = around(el('a', { class: 'account' }, 'Sign in'))
    const after = around(el('a', { class: 'account' }, 'Sign out'))
    const asked = lost(before, at(before, 'Sign in'))
    const ranking = rankCandidates(asked.target, after, asked.others)
    expect(ranking.decision).not.toBe('accept')
    expect(ranking.candidates[0]?.probability ?? 0).toBeLessThan(0.2)
  })

  it('where only its neighbour is left, which is at home', () => {
    const list = (...names: string[]): PageIndex =>
      around(
        el(
          'ul',
          {},
          names.map((name) => el('li', {}, [el('a', { class: 'item' }, name)])),
        ),
      )
    const before = list('Red socks', 'Blue hat', 'Green scarf')
    const asked = lost(before, at(before, 'Blue hat'))
    expect(rankCandidates(asked.target, list('Red socks', 'Green scarf'), asked.others).decision).not.toBe('accept')
  })
})

describe('the base rate', () => {
  const page = around(buy({}, 'Buy at once'), pay)
  const rankAt = (absentRate: number) => rankCandidates(target, page, others, { absentRate })
  const best = (absentRate: number): number => rankAt(absentRate).candidates[0]?.probability ?? 0

  it('moves candidates and absence by Bayes’ rule', () => {
    const odds = (absentRate: number): number => best(absentRate) / rankAt(absentRate).absent
    expect(odds(0.2) / odds(0.5)).toBeCloseTo(4)
    expect(odds(0.1) / odds(0.5)).toBeCloseTo(9)
  })

  it('does nothing for what keeps no name: that is as likely a newcomer in the place', () => {
    const newcomer = around(buy({ id: 'newsletter', 'data-testid': 'newsletter' }, 'Letters'), pay)
    const odds = (absentRate: number): number => {
      const { candidates, absent } = rankCandidates(target, newcomer, others, { absentRate })
      const found = candidates.find(({ element }) => newcomer.attributes(element).id === 'newsletter')
      expect(found?.named).toBe(false)
      return (found?.probability ?? 0) / absent
    }
    expect(odds(0.2)).toBeCloseTo(odds(0.5))
  })

  it('is that of life unless the caller knows better', () => {
    expect(rankCandidates(target, page, others).absent).toBeCloseTo(rankAt(0.2).absent)
    expect(best(0.05)).toBeGreaterThan(best(0.2))
    expect(best(0.9)).toBeLessThan(best(0.5))
  })
})

describe('a name that survives in the same kind of element', () => {
  const before = around(el('a', { class: 'old', href: '/in' }, 'Sign in'))
  const asked = lost(before, at(before, 'Sign in'))

  it('is worth more than in what stood around the lost one', () => {
    const same = around(el('a', { class: 'new' }, 'Sign in'))
    const holder = around(el('div', { class: 'new' }, 'Sign in'))
    const best = (page: PageIndex): number =>
      rankCandidates(asked.target, page, asked.others).candidates[0]?.probability ?? 0
    expect(best(same)).toBeGreaterThan(best(holder))
  })

  it('and says so of every candidate: whether a name survives', () => {
    const page = around(el('a', { class: 'old' }, 'Log in'), el('a', { class: 'old' }, 'Weather'))
    const { candidates } = rankCandidates(asked.target, page, asked.others)
    const named = (text: string) =>
      candidates.find(({ element }) => page.shortText(element) === text.toLowerCase())?.named
    expect(named('Log in')).toBe(true)
    expect(named('Weather')).toBe(false)
  })
})

describe('what cannot be used is left to a human', () => {
  it('an element that is not visible', () => {
    const page = around(buy({ id: 'buy', 'data-testid': 'buy' }, 'Buy now', { visible: false }), pay)
    const ranking = rankCandidates(target, page, others)
    expect(ranking).toMatchObject({ decision: 'needs_human' })
    expect(ranking.reason).toMatch(/not visible/)
  })

  it('an element that is disabled now', () => {
    const page = around(buy({ id: 'buy', 'data-testid': 'buy' }, 'Buy now', { enabled: false }), pay)
    expect(rankCandidates(target, page, others).reason).toMatch(/disabled/)
  })

  it('one of several that are all alike', () => {
    const row = (): Made => el('li', {}, [el('button', { class: 'remove' }, 'Remove')])
    const before = around(el('p', {}, 'One thing'), el('ul', {}, [row()]))
    const after = around(...[1, 2, 3].map(() => el('section', {}, [el('ol', {}, [row()])])))
    const asked = lost(before, at(before, 'Remove'))
    expect(rankCandidates(asked.target, after, asked.others).decision).not.toBe('accept')
  })

  it('a text where a field is to be filled', () => {
    const before = around(
      el('label', { for: 'mail' }, 'E-mail'),
      el('input', { id: 'mail', name: 'mail', type: 'email' }),
    )
    const after = around(el('div', { id: 'mail' }, 'E-mail'))
    const asked = lost(before, before.withId('mail')[0] ?? -1, 'fill')
    expect(rankCandidates(asked.target, after, asked.others).decision).not.toBe('accept')
  })
})

it('of a link and the only text inside it, the link is what a click needs', () => {
  const box = { x: 10, y: 500, width: 100, height: 20 }
  const make = (href: string): PageIndex =>
    around(el('a', { href, class: 'more' }, [el('span', { class: 'more-text' }, 'Show all reviews', { box })], { box }))
  const before = make('/reviews')
  const asked = lost(before, at(before, 'Show all reviews'))
  const after = make('/reviews/all')
  const ranking = rankCandidates(asked.target, after, asked.others)
  expect(ranking.decision).toBe('accept')
  expect(ranking.candidates[0]?.sameThing).toHaveLength(2)
  expect(after.tag(ranking.candidates[0]?.element ?? -1)).toBe('a')
})

describe('whatever the page, there is an answer in bounded time', () => {
  const bare = targetOf({ tag: 'button', attributes: {} })

  it('on an empty page', () => {
    expect(rankCandidates(target, indexFingerprints([]), others)).toMatchObject({
      decision: 'absent',
      absent: 1,
      candidates: [],
    })
  })

  it('for a fingerprint that knows nothing but a tag', () => {
    expect(rankCandidates(bare, old).decision).not.toBe('accept')
  })

  it('on a page of 200,000 elements', () => {
    const many = Array.from({ length: 200_000 }, (_, i) => el('p', { class: `row row-${i % 40}` }, `Line ${i}`))
    const page = indexPage(pageOf(el('body', {}, [...many, buy({ id: 'buy', 'data-testid': 'buy' })])))
    const spent = startCpuClock()
    const ranking = rankCandidates(target, page)
    expect(page.attributes(ranking.candidates[0]?.element ?? -1).id).toBe('buy')
    expect(spent()).toBeLessThan(15_000)
  })

  it('with texts of megabytes, scripts of all directions and duplicated ids', () => {
    const page = around(
      el('p', {}, 'lorem ipsum '.repeat(200_000)),
      el('button', { id: 'buy' }, 'اشتر الآن'),
      el('button', { id: 'buy' }, '今すぐ購入'),
      el('button', { id: '__proto__', class: 'constructor' }, 'hasOwnProperty'),
    )
    const ranking = rankCandidates(target, page, others)
    expect(ranking.candidates.length).toBeGreaterThan(0)
    const sum = ranking.candidates.reduce((all, { probability }) => all + probability, ranking.absent)
    expect(sum).toBeLessThanOrEqual(1.0001)
  })
})

it('the answer does not depend on the order of the others', () => {
  const page = around(buy({ id: 'purchase' }), pay)
  const one = rankCandidates(target, page, others)
  const two = rankCandidates(target, page, [...others].reverse())
  expect(two.candidates[0]?.element).toBe(one.candidates[0]?.element)
  expect(two.candidates[0]?.probability).toBeCloseTo(one.candidates[0]?.probability ?? 0, 6)
})
