import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { editsMade, keyOf } from '../../src/cli/standing.ts'
import type { Edit } from '../../src/model.ts'
import { applyEdits } from '../../src/source/edits.ts'

const edit = (base: string, old: string, next: string): Edit => {
  const start = base.indexOf(old)
  return { file: 'a.ts', start, end: start + old.length, old, new: next }
}

/** A text, edits that do not touch each other, and which of them were made. */
const scene = fc
  .array(
    fc.tuple(
      fc.string({ minLength: 1, maxLength: 4 }),
      fc.string({ maxLength: 4 }),
      fc.string({ maxLength: 4 }),
      fc.boolean(),
    ),
    { maxLength: 8 },
  )
  .map((parts) => {
    let base = ''
    const edits: Edit[] = []
    const made: Edit[] = []
    for (const [between, old, next, isMade] of parts) {
      base += between
      if (old === next) continue
      const one = { file: 'a.ts', start: base.length, end: base.length + old.length, old, new: next }
      base += old
      edits.push(one)
      if (isMade) made.push(one)
    }
    return { base, edits, made }
  })

describe('which edits are in a file', () => {
  it('tells them apart where only some were made', () => {
    const base = "const a = get('one')\nconst b = get('two')\n"
    const first = edit(base, "'one'", "'uno'")
    const second = edit(base, "'two'", "'due'")
    expect(editsMade(base, base, [first, second])).toEqual(new Set())
    expect(editsMade(base, applyEdits(base, [second]), [first, second])).toEqual(new Set([keyOf(second)]))
    expect(editsMade(base, applyEdits(base, [first, second]), [first, second])).toEqual(
      new Set([keyOf(first), keyOf(second)]),
    )
  })

  it('says nothing of a file that was changed in another way', () => {
    const base = "get('one')\n"
    expect(editsMade(base, "get('three')\n", [edit(base, "'one'", "'uno'")])).toBeNull()
    expect(editsMade(base, `${base}more\n`, [edit(base, "'one'", "'uno'")])).toBeNull()
  })

  it('says nothing where edits overlap or replace what is not there', () => {
    const base = 'abcdef'
    expect(editsMade(base, base, [edit(base, 'abc', 'x'), edit(base, 'cd', 'y')])).toBeNull()
    expect(editsMade(base, base, [{ file: 'a.ts', start: 0, end: 1, old: 'z', new: 'y' }])).toBeNull()
  })

  it('knows two fixes of one place', () => {
    const base = "get('one')"
    const fixes = [edit(base, "'one'", "'uno'"), edit(base, "'one'", "'un'")]
    expect(editsMade(base, "get('un')", fixes)).toEqual(new Set([keyOf(fixes[1] as Edit)]))
  })

  it('always finds edits whose making gives exactly this file', () => {
    fc.assert(
      fc.property(scene, ({ base, edits, made }) => {
        const current = applyEdits(base, made)
        const found = editsMade(base, current, edits)
        expect(found).not.toBeNull()
        expect(
          applyEdits(
            base,
            edits.filter((one) => found?.has(keyOf(one))),
          ),
        ).toBe(current)
      }),
    )
  })
})
