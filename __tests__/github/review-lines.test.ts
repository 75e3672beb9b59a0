import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { placeSuggestions, shownLines } from '../../src/github/review-lines.ts'

const text = (count: number) => Array.from({ length: count }, (_, index) => `line ${index + 1}`).join('\n')
const all = '@@ -0,0 +1,100 @@ x'

describe('suggestions on the lines of a diff', () => {
  it('stand on the lines that change, with what is to stand there', () => {
    const before = text(10)
    const after = before.replace('line 3', 'LINE 3').replace('line 7\n', '')
    expect(placeSuggestions(before, after, all)).toEqual([
      { start: 3, end: 3, lines: ['LINE 3'] },
      { start: 7, end: 7, lines: [] },
    ])
  })

  it('take a neighbour along where a line only comes in', () => {
    expect(placeSuggestions('a\nb', 'a\nnew\nb', all)).toEqual([{ start: 1, end: 1, lines: ['a', 'new'] }])
    expect(placeSuggestions('a\nb', 'new\na\nb', all)).toEqual([{ start: 1, end: 1, lines: ['new', 'a'] }])
  })

  it.each([
    ['lies outside of the diff', '@@ -1,3 +1,4 @@\n', text(10), text(10).replace('line 8', 'x')],
    [
      'reaches from one hunk into the next',
      '@@ -1,3 +1,3 @@\n@@ -4,3 +4,3 @@',
      text(10),
      text(10).replace(/line 3\nline 4/, 'x'),
    ],
    [
      'lies in the diff only in part',
      '@@ -1,3 +1,3 @@',
      text(10),
      text(10).replace('line 2', 'x').replace('line 9', 'y'),
    ],
    ['is in a file that GitHub shows no diff of', undefined, 'a', 'b'],
    ['has line ends of Windows', all, 'a\r\nb\r\n', 'a\r\nc\r\n'],
    ['is longer than anybody reads as a suggestion', all, text(90), 'x'],
    ['is none', all, 'a', 'a'],
  ])('are not made where the change %s', (_, patch, before, after) => {
    expect(placeSuggestions(before, after, patch)).toBeNull()
  })

  it('give exactly the new text when all of them are committed', () => {
    const line = fc.constantFrom<string>('a', 'b', 'c', '', '  d')
    const lines = fc.array(line, { minLength: 1, maxLength: 12 })
    fc.assert(
      fc.property(lines, lines, (was, now) => {
        const placed = placeSuggestions(was.join('\n'), now.join('\n'), all)
        if (placed === null) return
        const result: string[] = [...was]
        for (const { start, end, lines: put } of [...placed].reverse())
          result.splice(start - 1, end - start + 1, ...put)
        expect(result.join('\n')).toBe(now.join('\n'))
      }),
    )
  })

  it('know which lines of the new file a diff shows', () => {
    expect(shownLines('@@ -1 +1,2 @@ f\n+@@ -9 +9 @@\n@@ -20,3 +21,0 @@\n@@ -30,2 +31 @@')).toEqual([
      { start: 1, end: 2 },
      { start: 31, end: 31 },
    ])
  })
})
