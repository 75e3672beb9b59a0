import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isSafePath, placeChange } from '../../src/github/place-change.ts'

const lines = (...texts: string[]) => `${texts.join('\n')}\n`
const before = lines('one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight')
const after = before.replace('four', 'FOUR')

describe('a change that was made elsewhere', () => {
  it('is the new text where the branch holds what was changed', () => {
    expect(placeChange(before, after, before)).toEqual({ kind: 'change', content: after })
  })

  it('is nothing to do where the branch holds it already, other changes around it or not', () => {
    expect(placeChange(before, after, after)).toEqual({ kind: 'done' })
    expect(placeChange(before, after, `zero\n${after}`)).toEqual({ kind: 'done' })
  })

  it('moves with its lines', () => {
    expect(placeChange(before, after, `zero\n${before}`)).toEqual({ kind: 'change', content: `zero\n${after}` })
  })

  it('keeps the line ends of the branch', () => {
    const windows = (text: string) => text.replaceAll('\n', '\r\n')
    expect(placeChange(before, after, windows(before))).toEqual({ kind: 'change', content: windows(after) })
    expect(placeChange(before, after, windows(`zero\n${before}`))).toEqual({
      kind: 'change',
      content: windows(`zero\n${after}`),
    })
    expect(placeChange(before, after, windows(after))).toEqual({ kind: 'done' })
  })

  it.each([
    ['the line itself', before.replace('four', 'vier')],
    ['a line close by', before.replace('five', 'fünf')],
    ['the whole file', ''],
    ['a file that is gone', null],
  ])('is a conflict with a change of %s', (_, current) => {
    expect(placeChange(before, after, current)).toEqual({ kind: 'conflict' })
  })

  it('never does anything but the change itself, whatever stands around it', () => {
    const line = fc.stringMatching(/^[a-z ]{0,12}$/)
    fc.assert(
      fc.property(fc.array(line), fc.array(line), (above, below) => {
        const around = (text: string) => `${above.map((item) => `${item}\n`).join('')}${text}${below.join('\n')}`
        const placed = placeChange(before, after, around(before))
        // Above and below are added at the ends only, so the change fits unless the last lines lost their context.
        if (placed.kind === 'change') expect(placed.content).toBe(around(after))
        else expect(placed.kind).toBe('conflict')
      }),
    )
  })
})

describe('paths', () => {
  it.each(['e2e/a.spec.ts', 'a', 'tests/ü b/[id].ts', '.config/x', 'x/.github/y'])('%s may be committed', (path) => {
    expect(isSafePath(path)).toBe(true)
  })

  it.each([
    '',
    '/etc/passwd',
    '../x',
    'a/../b',
    'a//b',
    './a',
    'a/',
    '.git/config',
    '.GIT/config',
    'sub/.git/hooks/x',
    '.github/workflows/ci.yml',
    '.GitHub/x',
    'a\\b',
    'a\nb',
    'a\0b',
  ])('%j may not', (path) => {
    expect(isSafePath(path)).toBe(false)
  })
})
