import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Edit } from '../../src/model.ts'
import { createPatchSet, type PatchSet } from '../../src/source/patch-set.ts'

const edit = (text: string, old: string, next: string, file = 'a.ts'): Edit => {
  const start = text.indexOf(old)
  return { file, start, end: start + old.length, old, new: next }
}

/** Places and adds; gives the reason where either is refused. */
const add = (set: PatchSet, fix: string, edits: readonly Edit[]): string | null => {
  const placed = set.place(edits)
  return typeof placed === 'string' ? placed : set.add(fix, placed)
}

describe('the fixes of a run', () => {
  const text = "click('buy'); fill('name'); click('pay')"
  const read = (file: string) => (file === 'a.ts' ? text : null)

  it('stack: a later fix is made for the text with the earlier ones in it', () => {
    const set = createPatchSet(read)
    expect(add(set, 'one', [edit(text, 'buy', 'purchase now')])).toBeNull()
    const now = set.read('a.ts') ?? ''
    expect(add(set, 'two', [edit(now, 'pay', 'order')])).toBeNull()
    expect(set.read('a.ts')).toBe("click('purchase now'); fill('name'); click('order')")
  })

  it('come apart: an earlier fix is taken back and the later one stays', () => {
    const set = createPatchSet(read)
    add(set, 'one', [edit(text, 'buy', 'purchase now')])
    add(set, 'two', [edit(set.read('a.ts') ?? '', 'pay', 'order')])
    set.remove('one')
    expect(set.read('a.ts')).toBe("click('buy'); fill('name'); click('order')")
    expect(set.changed(['one'])).toEqual([])
    expect(set.changed(['two'])).toEqual([{ path: 'a.ts', before: text, after: set.read('a.ts') }])
  })

  it('never change the same place twice', () => {
    const set = createPatchSet(read)
    add(set, 'one', [edit(text, 'buy', 'purchase now')])
    const now = set.read('a.ts') ?? ''
    expect(add(set, 'two', [edit(now, 'purchase', 'x')])).toContain('another fix')
    expect(set.read('a.ts')).toBe(now)
  })

  it('share an edit that two of them need, until neither needs it', () => {
    const set = createPatchSet(read)
    const placed = set.place([edit(text, 'buy', 'purchase')])
    if (typeof placed === 'string') throw new Error(placed)
    expect(set.add('one', placed)).toBeNull()
    expect(set.add('two', placed)).toBeNull()
    expect(set.within('a.ts', 0, 20)).toEqual(['one', 'two'])
    set.remove('one')
    expect(set.read('a.ts')).toContain('purchase')
    set.remove('two')
    expect(set.read('a.ts')).toBe(text)
  })

  it('refuse another change of the same place that was made for the same text', () => {
    const set = createPatchSet(read)
    const [mine, theirs] = [set.place([edit(text, 'buy', 'purchase')]), set.place([edit(text, 'buy', 'order')])]
    if (typeof mine === 'string' || typeof theirs === 'string') throw new Error('not placed')
    expect(set.add('one', mine)).toBeNull()
    expect(set.add('two', theirs)).toContain('in another way')
  })

  it('refuse an edit of a text that is not there, and of a file that cannot be read', () => {
    const set = createPatchSet(read)
    expect(add(set, 'one', [{ file: 'a.ts', start: 0, end: 3, old: 'xyz', new: '' }])).toContain('not as it was')
    expect(add(set, 'two', [{ file: 'b.ts', start: 0, end: 0, old: '', new: 'x' }])).toContain('cannot be read')
  })

  it('give the same text whatever the order in which they were added', () => {
    fc.assert(
      fc.property(
        fc.shuffledSubarray(['buy', 'name', 'pay', 'fill'], { minLength: 4 }),
        fc.array(fc.string({ maxLength: 12 }), { minLength: 4, maxLength: 4 }),
        (order, words) => {
          const names = ['buy', 'name', 'pay', 'fill']
          const replacement = new Map(names.map((name, at) => [name, words[at] ?? '']))
          const build = (sequence: readonly string[]) => {
            const set = createPatchSet(read)
            for (const name of sequence) {
              const starts = new Map([
                ['buy', 7],
                ['fill', 14],
                ['name', 20],
                ['pay', 35],
              ])
              const start = starts.get(name) ?? 0
              const before = sequence
                .slice(0, sequence.indexOf(name))
                .filter((other) => (starts.get(other) ?? 0) < start)
              const shift = before.reduce((sum, other) => sum + (replacement.get(other) ?? '').length - other.length, 0)
              add(set, name, [
                {
                  file: 'a.ts',
                  start: start + shift,
                  end: start + shift + name.length,
                  old: name,
                  new: replacement.get(name) ?? '',
                },
              ])
            }
            return set.read('a.ts')
          }
          expect(build(order)).toBe(build(names))
        },
      ),
    )
  })
})
