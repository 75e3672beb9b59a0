import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { applyEdits, editsByFile, unifiedDiff } from '../../src/source/edits.ts'

const edit = (start: number, end: number, old: string, fresh: string) => ({ file: 'a.ts', start, end, old, new: fresh })

describe('applying edits', () => {
  it('replaces, inserts and removes by offsets of the text as it was, in any order', () => {
    const text = `one 'two' three😀`
    const edits = [edit(text.length, text.length, '', '!'), edit(5, 8, 'two', 'zwei'), edit(0, 4, 'one ', '')]
    expect(applyEdits(text, edits)).toBe(`'zwei' three😀!`)
  })

  it.each([
    ['two edits overlap', [edit(0, 4, 'abcd', 'x'), edit(3, 5, 'de', 'y')], /overlap/],
    ['one lies outside', [edit(4, 9, 'ef', 'x')], /outside/],
    ['one is turned round', [edit(3, 1, '', 'x')], /outside/],
    ['the text is another one', [edit(0, 3, 'xyz', 'x')], /holds "abc", not "xyz"/],
  ])('refuses where %s', (_, edits, message) => {
    expect(() => applyEdits('abcdef', edits)).toThrow(message)
  })

  it('sorts edits by file', () => {
    const [a, b] = [edit(0, 1, 'a', 'b'), { ...edit(0, 1, 'a', 'b'), file: 'b.ts' }]
    expect([...editsByFile([b, a, b])]).toEqual([
      ['b.ts', [b, b]],
      ['a.ts', [a]],
    ])
  })
})

describe('a unified diff', () => {
  let root = ''
  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), 'self-heal-diff-'))
    execFileSync('git', ['init', '--quiet', '--initial-branch=main'], { cwd: root })
    execFileSync('git', ['config', 'core.autocrlf', 'false'], { cwd: root })
  })
  afterAll(() => rmSync(root, { recursive: true, force: true }))

  const applied = (file: string, before: string, after: string): string => {
    const path = join(root, file)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, before)
    execFileSync('git', ['apply', '--whitespace=nowarn', '-'], {
      cwd: root,
      input: unifiedDiff(file, before, after),
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    return readFileSync(path, 'utf8')
  }

  it.each([
    ['a plain file', 'a.ts', 'a\nb\nc\n', 'a\nB\nc\n'],
    ['Windows line ends', 'a.ts', 'a\r\nb\r\nc\r\n', 'a\r\nB\r\nc\r\n'],
    ['no newline at the end', 'a.ts', 'a\nb', 'a\nB'],
    ['a newline added at the end', 'a.ts', 'a\nb', 'a\nb\n'],
    ['a newline taken from the end', 'a.ts', 'a\nb\n', 'a\nb'],
    ['a byte order mark', 'a.ts', '\uFEFFa\nb\n', '\uFEFFa\nB\n'],
    ['a single line', 'a.ts', 'a', 'b'],
    ['line separators of other kinds', 'a.ts', 'a\u2028b\rc\nd\n', 'a\u2028B\rc\nd\n'],
    ['a name with spaces', 'my tests/a b.spec.ts', 'a\n', 'b\n'],
    ['a name with umlauts and emoji', 'tests/größe 😀.ts', 'a\n', 'b\n'],
    ['a name with quotes and a tab', 'tests/"a"\t\\b.ts', 'a\n', 'b\n'],
    ['a file that becomes empty', 'a.ts', 'a\n', ''],
    ['an empty file that is filled', 'a.ts', '', 'a\n'],
    ['lines that look like a diff', 'a.ts', '--- a/x\n+++ b/x\n@@ -1 +1 @@\n', '--- a/x\n+++ b/y\n@@ -1 +1 @@\n'],
  ])('is accepted by git for %s', (_, file, before, after) => {
    expect(applied(file, before, after)).toBe(after)
  })

  it('is accepted by git for any change', () => {
    const line = fc.constantFrom('a', 'b', 'page.click()', '', '\t x ', '-', '+', '\\', 'ü😀', 'a\r')
    const text = fc
      .tuple(fc.array(line, { maxLength: 14 }), fc.constantFrom('', '\n', '\r\n'))
      .map(([lines, end]) => lines.join('\n') + (lines.length > 0 ? end : ''))
    fc.assert(
      fc.property(text, text, (before, after) => {
        fc.pre(before !== after)
        expect(applied('any.ts', before, after)).toBe(after)
      }),
      { numRuns: 60 },
    )
  })

  it('is empty where nothing changed', () => {
    expect(unifiedDiff('a.ts', 'a', 'a')).toBe('')
  })
})
