// biome-ignore-all lint/suspicious/noTemplateCurlyInString: placeholders as source code of a product has them
import { describe, expect, it } from 'vitest'
import { compareWording, saySame, spokenKey, type WordingGround } from '../../src/evidence/wording.ts'
import type { TokenChange } from '../../src/source/changes.ts'

const reworded = (old: string, next: string, standing: TokenChange['standing'] = 'alone'): TokenChange => ({
  commit: { id: '0123456789abcdef', author: 'Ada', date: '2026-01-01T00:00:00Z', subject: 'Say it better' },
  file: 'src/toast.ts',
  line: 3,
  kind: 'string',
  standing,
  old,
  new: next,
})
const ground = (parts: Partial<WordingGround> = {}): WordingGround => ({
  changes: [],
  renamed: [],
  data: new Set(),
  ...parts,
})
const kind = (was: string, now: string, parts: Partial<WordingGround> = {}) =>
  compareWording(was, now, ground(parts)).kind

describe('what a page says in place of what it said', () => {
  it('is the same with other numbers, dates, ids, case or punctuation', () => {
    expect(kind('3 items in your cart!', '12 items in your cart')).toBe('same')
    expect(kind('Saved on 3 Nov 2026, 10:15 am', 'Saved on 26 December 2026, 9:03 pm')).toBe('same')
    expect(kind('Order A7F-3302 placed', 'Order B99-1 placed')).toBe('same')
    expect(spokenKey('Gespeichert am Montag, 3. März')).toBe(spokenKey('Gespeichert am Freitag, 12. Dezember'))
  })

  it('is the same in synonyms, and where it says more', () => {
    expect(kind('Added to cart', 'Added to basket')).toBe('same')
    expect(kind('Saved', 'Your changes were saved')).toBe('same')
    expect(saySame('Saved', 'Your changes were not saved')).toBe(false)
  })

  it('is another message where nothing explains it', () => {
    expect(kind('Item deleted', 'Item archived')).toBe('other')
    expect(kind('Order placed', 'Order cancelled')).toBe('other')
    expect(kind('Saved', 'Something went wrong')).toBe('other')
  })

  it('is a rewording where a commit says so: of the whole text, of a template, or of the part that differs', () => {
    expect(kind('Item deleted', 'Item archived', { changes: [reworded('Item deleted', 'Item archived')] })).toBe(
      'reworded',
    )
    const template = reworded('${name} was thrown out', '${name} lies in the bin')
    expect(kind('Oak lamp was thrown out', 'Oak lamp lies in the bin', { changes: [template] })).toBe('reworded')
    expect(
      kind('The lamp has been binned', 'The lamp has been shelved', { changes: [reworded(' binned', ' shelved')] }),
    ).toBe('reworded')
    const other = reworded('Item deleted', 'Item archived', 'contested')
    expect(kind('Item deleted', 'Item archived', { changes: [other] })).toBe('other')
  })

  it('is the contrary whatever a commit says', () => {
    expect(kind('Signed in', 'Signed out', { changes: [reworded('Signed in', 'Signed out')] })).toBe('contrary')
  })

  it('is a rewording where other things of the page got the same new name', () => {
    expect(kind('Moved to trolley', 'Moved to crate', { renamed: [['Your trolley', 'Your crate']] })).toBe('reworded')
    expect(kind('Moved to trolley', 'Moved to crate', { renamed: [['Your trolley', 'Your account']] })).toBe('other')
  })

  it('is the same where only data differ', () => {
    const data = new Set(['fern', 'cactus'])
    expect(kind('Fern watered', 'Cactus watered', { data })).toBe('same')
    expect(kind('Fern watered', 'Fern repotted', { data })).toBe('other')
  })
})
