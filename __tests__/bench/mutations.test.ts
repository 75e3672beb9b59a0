import { describe, expect, it } from 'vitest'
import { generateCases, type MutationCase } from '../../bench/mutations/cases.ts'
import { isDecidable, survivingCues } from '../../bench/mutations/cues.ts'
import { freeze, thaw, walk } from '../../bench/mutations/dom.ts'
import { readPage } from '../../bench/mutations/pages.ts'
import { randomOf } from '../../bench/mutations/random.ts'
import { insertLookAlike, removeWhole } from '../../bench/mutations/structure.ts'
import { matchLocator } from '../../src/dom/match/locator.ts'
import { pageOf } from '../strategies/page.ts'

const PAGES = ['sb-admin-register', 'shop-homepage', 'uikit-pagination', 'embedded-form']
const some = (seed: number, count = 60): MutationCase[] => [...generateCases({ seed, count, pages: PAGES })]

describe('cases of changed pages', () => {
  const cases = some(11)

  it('are the same for the same seed, and others for another', () => {
    const brief = (list: readonly MutationCase[]) =>
      list.map(({ page, fate, mutations, truth, target }) => [page, fate, mutations, truth, target.fingerprint.idxpath])
    expect(brief(some(11))).toEqual(brief(cases))
    expect(brief(some(12))).not.toEqual(brief(cases))
  })

  it('know what became of the target', () => {
    for (const { fate, truth, after, target } of cases) {
      if (fate === 'removed') expect(truth).toBe(-1)
      else expect(truth >= 0 && truth < after.size).toBe(true)
      expect(target.fingerprint.tag).not.toBe('')
    }
    expect(new Set(cases.map(({ fate }) => fate)).size).toBe(3)
  })

  it('are decidable only where two cues are left, one of them of identity', () => {
    for (const one of cases) {
      if (one.decidable) expect(one.fate === 'kept' && one.cues.length >= 2).toBe(true)
      if (one.fate === 'stripped') expect(one.cues).toEqual([])
    }
    expect(isDecidable(['place', 'look', 'row'])).toBe(false)
    expect(isDecidable(['words', 'place'])).toBe(true)
  })

  it('come with locators that are broken', () => {
    for (const { target, after, truth } of cases) {
      if (target.locator === undefined) continue
      const found = matchLocator(after, target.locator)
      expect(found?.length === 1 && found[0] === truth).toBe(false)
    }
    expect(cases.some(({ target }) => target.locator !== undefined)).toBe(true)
  })
})

describe('the tree that is changed', () => {
  it('is the page again where nothing was changed', () => {
    const snapshot = readPage('embedded-form')
    const again = freeze(thaw(snapshot).page).snapshot
    expect(again.elements).toEqual(snapshot.elements)
    expect(again.frames.map(({ owner }) => owner)).toEqual(snapshot.frames.map(({ owner }) => owner))
  })

  it('takes a label out with its field, and gives a look-alike one of its own', () => {
    const scene = () => {
      const { page, nodes } = thaw(readPage('uikit-form'))
      const target = nodes.find((one) => one.tag === 'input' && one.attributes.id !== undefined) ?? page.root
      return { page, target, random: randomOf(3) }
    }
    const removed = scene()
    removeWhole(removed)
    expect([...walk(removed.page.root)].includes(removed.target)).toBe(false)
    const doubled = scene()
    const twin = insertLookAlike(doubled)
    const ids = [...walk(doubled.page.root)]
      .map((one) => one.attributes.id)
      .filter((id) => id === doubled.target.attributes.id)
    expect(twin?.tag).toBe(doubled.target.tag)
    expect(ids).toHaveLength(1)
  })
})

describe('surviving cues', () => {
  const html =
    '<form><label for="a">Town</label><input id="a" name="town"><button class="go">Send</button><button class="no">Cancel</button></form>'
  const page = pageOf(html)
  const indexOf = (text: string): number => page.withTrait('text', text).at(-1) ?? -1

  it('are all there on the page as it was', () => {
    const field = page.withId('a')[0] ?? -1
    expect(survivingCues(page.fingerprint(field), page, field)).toEqual(['identifier', 'label', 'place'])
    const send = indexOf('send')
    expect(survivingCues(page.fingerprint(send), page, send)).toEqual(['words', 'place'])
  })

  it('do not count what another element has too', () => {
    const twice = pageOf(html.replace('Cancel', 'Send').replace('label for', 'p id'))
    const [first = -1] = twice.withTrait('text', 'send').filter((one) => twice.tag(one) === 'button')
    expect(survivingCues(page.fingerprint(indexOf('send')), twice, first)).toEqual(['place'])
  })

  it('are none for a stranger', () => {
    expect(survivingCues(page.fingerprint(indexOf('send')), page, indexOf('cancel'))).toEqual([])
  })
})
