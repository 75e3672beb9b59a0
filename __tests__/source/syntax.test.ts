// biome-ignore-all lint/suspicious/noTemplateCurlyInString: sources are quoted as they are written
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  child,
  languageOf,
  MAX_SOURCE_LENGTH,
  nodeAt,
  offsetAt,
  parse,
  placeAt,
  syntaxParser,
  textOf,
  walk,
} from '../../src/source/syntax.ts'

describe('syntax trees', () => {
  it('have offsets in UTF-16 code units, roles and parents', async () => {
    const text = `// é😀\nconst a = '😀' + page.click("x")\n`
    const tree = await parse('typescript', text)
    const strings = [...walk(tree.root)].filter((node) => node.type === 'string')
    expect(strings.map((node) => textOf(tree, node))).toEqual([`'😀'`, `"x"`])
    const call = [...walk(tree.root)].find((node) => node.type === 'call_expression')
    expect(call && textOf(tree, child(call, 'function') ?? call)).toBe('page.click')
    expect(strings[1]?.parent?.parent).toBe(call)
    expect(tree.hasErrors).toBe(false)
  })

  it.each([
    ['a.spec.ts', 'typescript', 'const x: number = 1'],
    ['a.mts', 'typescript', 'enum A { B }'],
    ['a.tsx', 'tsx', 'const x = <A b="c" />'],
    ['a.test.js', 'javascript', 'const x = <a/>'],
    ['test_a.py', 'python', 'def test_a():\n    assert x["a"] == 1\n'],
    ['ATest.java', 'java', 'class A { void a() { b.findElement(By.id("x")); } }'],
    ['A.cs', 'csharp', 'class A { void B() { C("x"); } }'],
    ['a_spec.rb', 'ruby', 'expect(page).to have_css("x")'],
  ] as const)('are there for %s', async (file, language, text) => {
    expect(languageOf(file)).toBe(language)
    expect((await parse(language, text)).hasErrors).toBe(false)
  })

  it('are not there for other files', () => {
    expect(['a.json', 'a', '.ts.snap', 'a.yml'].map(languageOf)).toEqual([null, null, null, null])
  })

  it('say where a source is broken', async () => {
    expect((await parse('typescript', 'const ( = {')).hasErrors).toBe(true)
  })

  it('are refused for sources that are too long, with both sizes', async () => {
    await expect(parse('typescript', ' '.repeat(MAX_SOURCE_LENGTH + 1))).rejects.toThrow(/1000001 .* 1000000/)
  })

  it('survive nesting without end', async () => {
    const tree = await parse('javascript', `x = ${'['.repeat(50_000)}`)
    expect([...walk(tree.root)].length).toBeGreaterThan(0)
  })

  it('are parsed without waiting only in languages that were asked for', async () => {
    const parseNow = await syntaxParser(['python'])
    expect(parseNow('python', 'a = 1').root.type).toBe('module')
    expect(() => parseNow('java', '')).toThrow(/java was not asked for/)
  })

  it('nest: every child lies within its parent and after its sister, for any text', async () => {
    const parseNow = await syntaxParser(['typescript'])
    const token = fc.constantFrom(
      'const a = ',
      "'x'",
      '`${b}`',
      '(',
      ')',
      '{',
      '}',
      '.click()',
      '\n',
      '// c\n',
      '😀',
      'await ',
      '=> ',
      ';',
      '/re/',
      '<T>',
    )
    fc.assert(
      fc.property(fc.array(token, { maxLength: 25 }), (tokens) => {
        const { root, text } = parseNow('typescript', tokens.join(''))
        for (const node of walk(root)) {
          let at = node.start
          for (const each of node.children) {
            expect(each.start).toBeGreaterThanOrEqual(at)
            expect(each.end).toBeLessThanOrEqual(node.end)
            at = each.end
          }
          expect(node.end).toBeLessThanOrEqual(text.length)
        }
      }),
      { numRuns: 150 },
    )
  })
})

describe('places', () => {
  it('turn into offsets and back', () => {
    const text = 'ab\r\n😀c\n\nd'
    for (const offset of [0, 2, 4, 6, 8, 9]) {
      const { line, column } = placeAt(text, offset)
      expect(offsetAt(text, line, column)).toBe(offset)
    }
    expect(offsetAt(text, 9, 1)).toBeNull()
  })

  it('lead to the smallest node around them', async () => {
    const tree = await parse('typescript', `f(a, 'b')`)
    expect(nodeAt(tree.root, 6).type).toBe('string_fragment')
    expect(nodeAt(tree.root, 2, 8).type).toBe('arguments')
  })
})
