import { describe, expect, it } from 'vitest'
import { CUES } from '../../../src/dom/identity/cues.ts'
import { profileOf } from '../../../src/dom/identity/profile.ts'
import { rankCandidates } from '../../../src/dom/identity/rank.ts'
import { indexPage, type PageIndex } from '../../../src/dom/page-index.ts'
import { el, type Made, pageOf, targetOf } from '../page-maker.ts'

const NAMES = ['Home', 'Offers', 'Shops', 'Help', 'Imprint', 'Privacy', 'Jobs', 'Press', 'Basket', 'Account']

const pageWith = (...inside: Made[]): PageIndex => indexPage(pageOf(el('html', {}, [el('body', {}, inside)])))

const saying = (page: PageIndex, text: string): number => {
  const found = page.snapshot?.elements.find(({ ownText }) => ownText === text)
  if (found === undefined) throw new Error(`no element says "${text}"`)
  return found.index
}

/** What becomes of the element of a text, in the light of all others. */
function follow(before: PageIndex, text: string, after: PageIndex) {
  const others = Array.from({ length: before.size }, (_, i) => targetOf(before.fingerprint(i))).slice(2)
  const ranking = rankCandidates(targetOf(before.fingerprint(saying(before, text))), after, others)
  const found = ranking.candidates[0]
  return { ...ranking, best: found?.element ?? -1, confidence: found?.probability ?? 0 }
}

describe('a parameter of a link that only one link of the page has', () => {
  const href = CUES.find(({ name }) => name === 'href')
  const offsite = (token: string, network: string) =>
    el('a', { href: `/offsite?token=${token}&page-action=follow_${network}` })
  const today = pageWith(
    ...['red', 'blue', 'green'].map((network) =>
      el('a', { href: `/leave?url=${network}.test&page-action=follow_${network}&from=footer` }),
    ),
  )
  const agreement = (of: Made, nth: number): number => {
    const was = pageWith(of)
    const now = today.fingerprint(today.withTrait('tag', 'a')[nth] ?? -1)
    return (
      href?.compare(profileOf(was.fingerprint(was.withTrait('tag', 'a')[0] ?? -1), []), profileOf(now, []), today) ?? 0
    )
  }

  it('tells which of them it was, wherever it leads now', () => {
    expect(agreement(offsite('8f3a', 'blue'), 1)).toBeGreaterThan(0.75)
    expect(agreement(offsite('8f3a', 'blue'), 0)).toBeLessThan(0.6)
  })

  it('and tells nothing where many have it', () => {
    expect(agreement(el('a', { href: '/jobs/all?from=footer' }), 1)).toBeLessThan(0.6)
  })

  it('does not make a link of its neighbour that is about the same thing', () => {
    const row = (...deeds: string[]) =>
      pageWith(
        ...NAMES.map((name) => el('a', { href: `/${name.toLowerCase()}` }, name)),
        ...deeds.map((deed) => el('a', { class: 'deed', href: `/${deed.toLowerCase()}?item=widget-7` }, deed)),
      )
    expect(follow(row('Archive', 'Delete'), 'Delete', row('Archive')).decision).not.toBe('accept')
  })
})

describe('how the rest of the page changed says what a change means', () => {
  const menu = (classOf: (name: string) => string, names = NAMES) =>
    pageWith(
      el(
        'nav',
        {},
        names.map((name) => el('button', { class: classOf(name) }, name)),
      ),
    )
  const before = menu(() => 'menu-entry quiet')
  const ofOne = (name: string) => (name === 'Jobs' ? 'teaser loud' : 'menu-entry quiet')

  it('another class where all have others is hardly a reason against; where only this one has, it is', () => {
    const all = follow(
      before,
      'Jobs',
      menu(() => 'teaser loud'),
    )
    const one = follow(before, 'Jobs', menu(ofOne))
    expect(all.best).toBe(one.best)
    const against = ({ candidates }: typeof all): number =>
      candidates[0]?.evidence.find(({ text }) => text.includes('though the other elements kept theirs'))?.weight ?? 0
    expect(against(one)).toBeGreaterThan(0.1)
    expect(against(all)).toBeLessThan(against(one) / 3)
  })
})

describe('a picture that changed', () => {
  const box = { x: 40, y: 300, width: 120, height: 32 }
  const button = (text: string, visualHash: string) =>
    pageWith(
      ...NAMES.map((name) => el('a', { href: `/${name.toLowerCase()}` }, name)),
      el('button', { class: 'go' }, text, { box, visualHash }),
    )
  const before = button('Continue to payment', '00ff00ff00ff00ff')

  it('is forgiven where the element is called what it was, or something like it', () => {
    const ranking = follow(before, 'Continue to payment', button('Continue to payment', 'ff00ff00aa55aa55'))
    expect(ranking).toMatchObject({ decision: 'accept' })
    const reworded = follow(before, 'Continue to payment', button('Proceed to payment', 'ff00ff00aa55aa55'))
    expect(reworded).toMatchObject({ decision: 'accept' })
  })

  it('and not where something of another name is in its place', () => {
    const ranking = follow(before, 'Continue to payment', button('Subscribe to letters', 'ff00ff00aa55aa55'))
    expect(ranking.decision).not.toBe('accept')
  })
})

describe('texts that differ in their number alone', () => {
  const digits = (...numbers: number[]) =>
    pageWith(
      el(
        'nav',
        {},
        NAMES.map((name) => el('a', { href: `/${name.toLowerCase()}` }, name)),
      ),
      el(
        'form',
        {},
        numbers.map((n) => el('button', { class: 'digit' }, `Digit ${n} of 6`)),
      ),
    )

  it('are names of different members of a series', () => {
    const before = digits(1, 2, 3, 4, 5, 6)
    expect(follow(before, 'Digit 4 of 6', digits(1, 2, 3, 5, 6)).decision).not.toBe('accept')
  })
})

describe('a link that became something else to press', () => {
  const list = (...entries: Made[]) =>
    pageWith(
      el('nav', {}, [...NAMES.map((name) => el('a', { class: 'nav-link', href: `/${name}` }, name)), ...entries]),
    )
  const before = list(el('a', { class: 'nav-link', href: '/contacts' }, 'Contacts'))

  it('is likelier the same, by its name and its place, than gone', () => {
    const after = list(el('button', { class: 'nav-link' }, 'Contacts'))
    const found = follow(before, 'Contacts', after)
    expect(found.best).toBe(saying(after, 'Contacts'))
    expect(found.confidence).toBeGreaterThan(2 * found.absent)
  })

  it('but is no heading of the same words elsewhere', () => {
    const after = pageWith(
      el(
        'nav',
        {},
        NAMES.map((name) => el('a', { class: 'nav-link', href: `/${name}` }, name)),
      ),
      el('main', {}, [el('section', { class: 'panel' }, [el('h2', { class: 'title' }, 'Contacts')])]),
    )
    expect(follow(before, 'Contacts', after).decision).not.toBe('accept')
  })
})

describe('a button that every row of a table has, renamed in all of them while rows came before its own', () => {
  const table = (word: string, keys: readonly string[]) =>
    pageWith(
      el('h1', {}, 'Orders'),
      el('table', { id: 'orders' }, [
        el(
          'tbody',
          {},
          keys.map((key) =>
            el('tr', {}, [el('td', {}, key), el('td', {}, `${key} sent`), el('td', {}, [el('button', {}, word)])]),
          ),
        ),
      ]),
    )
  const before = table('Invoice', ['#1042', '#1038', '#1027'])
  const buttonOf = (page: PageIndex, nth: number): number => page.withTrait('tag', 'button')[nth] ?? -1
  const lost = targetOf(before.fingerprint(buttonOf(before, 1)))
  const others = Array.from({ length: before.size }, (_, i) => targetOf(before.fingerprint(i))).slice(2)

  it('is the one of its row, not the neighbour that stands in its old place', () => {
    const after = table('Receipt', ['#1055', '#1042', '#1038', '#1027'])
    expect(before.fingerprint(buttonOf(before, 1)).rowKey).toBeDefined()
    expect(rankCandidates(lost, after, others).candidates[0]?.element).toBe(buttonOf(after, 2))
  })

  it('is not the neighbour in its old place where its row is gone', () => {
    const after = table('Receipt', ['#1055', '#1042', '#1027'])
    expect(rankCandidates(lost, after, others).decision).not.toBe('accept')
  })
})
