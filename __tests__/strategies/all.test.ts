import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { indexPage } from '../../src/dom/page-index.ts'
import type { Snapshot, SnapshotElement, Target } from '../../src/model.ts'
import { MAX_WITNESSES, STRATEGY_NAMES } from '../../strategies/contract.ts'
import { hearStrategies, STRATEGIES, toVotes } from '../../strategies/index.ts'
import { startCpuClock } from '../support/cpu-clock.ts'
import { pageOf, snapshotOf, targetOf } from './page.ts'

const rich = `<form id="f" class="login"><h2>Welcome</h2><label for="u">User</label><input id="u" name="user" placeholder="Your name" title="Name">
  <button me id="go" data-testid="go" name="go" class="btn primary" aria-label="Sign in" title="Go" data-box="10 10 90 30" data-hash="f0f0aa55cc33f00f">Sign in</button></form>`

/** A page of many elements, some alike, as plain data. */
function wide(count: number, of: (i: number) => Partial<SnapshotElement>): Snapshot {
  const elements = Array.from(
    { length: count },
    (_, index): SnapshotElement => ({
      index,
      parent: index === 0 ? -1 : Math.floor((index - 1) / 8),
      frame: 0,
      tag: 'div',
      attributes: {},
      ownText: '',
      visible: true,
      enabled: true,
      ...of(index),
    }),
  )
  return {
    url: '',
    title: '',
    viewport: { width: 1280, height: 800 },
    frames: [{ url: '', name: '', owner: -1 }],
    elements,
    truncated: false,
  }
}

function check(target: Target, snapshot: Snapshot): void {
  const page = indexPage(snapshot)
  for (const { strategy, witnesses } of hearStrategies(target, page)) {
    expect(witnesses.length, strategy.name).toBeLessThanOrEqual(MAX_WITNESSES)
    for (const { element, strength, reason, locator } of witnesses) {
      expect(element >= 0 && element < page.size, strategy.name).toBe(true)
      expect(strength > 0 && strength <= 1, `${strategy.name}: ${strength}`).toBe(true)
      expect(reason.length > 0 && reason.length < 1_000, strategy.name).toBe(true)
      expect(locator.length, strategy.name).toBeGreaterThan(0)
    }
  }
}

describe('the 15 strategies', () => {
  it('are 15, in the order and with the priors that were decided', () => {
    expect(STRATEGIES.map(({ name }) => name)).toEqual([...STRATEGY_NAMES])
    expect(STRATEGIES.map(({ priority }) => priority)).toEqual([
      100, 95, 90, 85, 80, 75, 70, 65, 60, 55, 50, 45, 40, 35, 30,
    ])
    expect(STRATEGIES.map(({ prior }) => prior * 1000)).toEqual([
      995, 980, 950, 930, 900, 850, 820, 780, 700, 650, 600, 550, 500, 450, 400,
    ])
  })

  it('each find an element that did not change, or have nothing to go by', () => {
    const page = pageOf(rich.replace(' me', ''))
    const button = page.withId('go')[0]
    const heard = hearStrategies(targetOf(rich), page)
    const silent = heard.filter(({ witnesses }) => witnesses.length === 0).map(({ strategy }) => strategy.name)
    expect(silent).toEqual(['placeholder', 'semantic', 'fuzzy'])
    for (const { strategy, witnesses } of heard)
      if (witnesses.length > 0) expect(witnesses[0]?.element, strategy.name).toBe(button)
  })

  it('vote for or against what was chosen', () => {
    const page = pageOf(rich.replace(' me', ''))
    const button = page.withId('go')[0] ?? -1
    const votes = toVotes(hearStrategies(targetOf(rich), page), [button], ({ locator }) =>
      locator.map(({ kind }) => kind).join('.'),
    )
    expect(votes.find(({ name }) => name === 'testId')).toEqual({ name: 'testId', agrees: true, locator: 'testId' })
    expect(votes.find(({ name }) => name === 'semantic')).toEqual({ name: 'semantic', agrees: false, locator: null })
    expect(votes).toHaveLength(15)
  })

  it('answer on an empty page, and for a fingerprint that knows only the tag', () => {
    const empty = { ...snapshotOf('<i></i>'), elements: [] }
    check(targetOf(rich), empty)
    const bare: Target = { fingerprint: { tag: 'button', attributes: {} }, action: 'click', testIdAttributes: [] }
    check(bare, empty)
    check(bare, snapshotOf(rich))
  })

  it('answer for any page that can be written down', () => {
    const text = fc.oneof(
      fc.string(),
      fc.constantFrom('Sign in', 'سلة التسوق', '加入购物车', '​‮', 'a'.repeat(5_000)),
      fc.string({ unit: 'binary' }),
    )
    const attributes = fc.dictionary(
      fc.constantFrom('id', 'class', 'name', 'data-testid', 'aria-label', 'title', 'placeholder', 'for', '__proto__'),
      text,
      { maxKeys: 5 },
    )
    const element = fc.record({
      tag: fc.constantFrom('a', 'button', 'input', 'div', 'label', 'tr', 'x-y'),
      attributes,
      ownText: text,
      role: fc.constantFrom('button', 'row', '', 'textbox'),
      name: text,
    })
    fc.assert(
      fc.property(fc.array(element, { minLength: 1, maxLength: 12 }), fc.nat(), (list, at) => {
        const snapshot = wide(list.length, (i) => list[i] ?? {})
        const fingerprint = indexPage(snapshot).fingerprint(at % list.length)
        const locator = [
          { kind: 'css', value: `${fingerprint.tag}.${fingerprint.attributes.class ?? 'x'} > a` },
        ] as const
        check({ fingerprint, locator, action: 'click', testIdAttributes: ['data-testid'] }, snapshot)
      }),
      { numRuns: 60 },
    )
  })

  it.each([
    [
      '200,000 elements',
      wide(200_000, (i) => ({
        tag: i % 3 ? 'div' : 'button',
        attributes: { [i % 5 ? 'class' : 'id']: i % 5 ? `c${i % 50} btn` : `n${i}` },
        ownText: i % 4 ? '' : `Item ${i % 999}`,
      })),
    ],
    [
      '50,000 elements that are all the same',
      wide(50_000, () => ({
        tag: 'button',
        role: 'button',
        name: 'Sign in',
        ownText: 'Sign in',
        attributes: {
          id: 'go',
          class: 'btn primary',
          'data-testid': 'go',
          name: 'go',
          title: 'Go',
          'aria-label': 'Sign in',
        },
        box: { x: 0, y: 0, width: 90, height: 30 },
      })),
    ],
    ['no attributes at all', wide(5_000, () => ({}))],
    ['one chain of 5,000 levels', wide(5_000, (i) => ({ parent: i - 1, attributes: { class: 'btn' } }))],
    [
      'texts of megabytes',
      wide(40, () => ({
        tag: 'button',
        role: 'button',
        name: 'Sign in '.repeat(100_000),
        ownText: 'Sign in '.repeat(100_000),
      })),
    ],
  ])(
    'answer in bounded time on a page of %s',
    (_, snapshot) => {
      const spent = startCpuClock()
      check(targetOf(rich, { locator: [{ kind: 'css', value: 'div > .login .btn.primary:nth-child(3)' }] }), snapshot)
      check(
        targetOf(rich, { locator: [{ kind: 'xpath', value: '//div//div//button[contains(text(),"Sign")]' }] }),
        snapshot,
      )
      expect(spent()).toBeLessThan(20_000)
    },
    60_000,
  )
})
