import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mdCode, mdFence, mdLink, mdText, safeUrl } from '../../src/report/markdown-escape.ts'
import { oneLine } from '../../src/report/visible.ts'
import { hostileText } from '../support/arbitraries.ts'
import { nodesOf, parseMarkdown, rawElements, visibleText } from '../support/markdown.ts'

describe('text in Markdown', () => {
  it('stays one cell of a table and reads as it was written, whatever it holds', () => {
    fc.assert(
      fc.property(hostileText, hostileText, (left, right) => {
        const tree = parseMarkdown(`| a | b |\n| --- | --- |\n| ${mdText(left, 9_999)} | ${mdCode(right, 9_999)} |\n`)
        const cells = nodesOf(tree).filter((node) => node.type === 'tableCell')
        expect(tree.children.map((node) => node.type)).toEqual(['table'])
        expect(cells).toHaveLength(4)
        expect(cells.slice(2).map(visibleText)).toEqual([oneLine(left), oneLine(right)])
        expect(rawElements(tree)).toEqual(['<code>', '</code>'])
      }),
      { numRuns: 500 },
    )
  })

  it('never begins a heading, list, quote or link at the start of a line', () => {
    fc.assert(
      fc.property(hostileText, (value) => {
        const tree = parseMarkdown(`- ${mdText(value, 9_999)}\n`)
        const types = new Set(nodesOf(tree).map((node) => node.type))
        expect([...types].filter((type) => !['root', 'list', 'listItem', 'paragraph', 'text'].includes(type))).toEqual(
          [],
        )
        expect(nodesOf(tree).filter((node) => node.type === 'list')).toHaveLength(1)
      }),
      { numRuns: 500 },
    )
  })

  it('neither mentions people nor closes issues', () => {
    const text = mdText('@octocat fixes #12 and GH-7, see https://github.com/o/r/issues/3 or www.evil.example')
    expect(text).not.toMatch(/@\w/)
    expect(text).not.toMatch(/(?<!&)#\d/)
    expect(text).not.toMatch(/GH-\d/)
    expect(text).not.toContain('://')
    expect(text).not.toContain('www.')
  })

  it('leaves ordinary words alone', () => {
    expect(mdText('cart › adds 2 mugs (blue), then pays')).toBe('cart › adds 2 mugs (blue), then pays')
    expect(mdCode("getByRole('button', { name: 'Buy' })")).toBe("<code>getByRole('button', { name: 'Buy' })</code>")
  })

  it('shows characters that would hide or reorder text', () => {
    expect(mdText('a\u202eb\u0000c')).toBe('a&#92;u{202e}b&#92;u{0}c')
  })
})

describe('a code fence', () => {
  it('is closed by nothing but its own end', () => {
    fc.assert(
      fc.property(hostileText, (content) => {
        const tree = parseMarkdown(`${mdFence(content, 'diff', { lines: 1_000, size: 100_000 })}\n\nafter\n`)
        expect(tree.children.map((node) => node.type)).toEqual(['code', 'paragraph'])
      }),
      { numRuns: 500 },
    )
  })

  it('says how many lines were left out', () => {
    const fence = mdFence('a\nb\nc\nd', 'diff', { lines: 2, size: 100 })
    expect(fence).toBe('```diff\na\nb\n… (2 more lines)\n```')
  })
})

describe('a link', () => {
  it('goes to http(s) only', () => {
    expect(safeUrl('javascript:alert(1)')).toBeNull()
    expect(safeUrl('not a url')).toBeNull()
    expect(mdLink('a|b', 'data:text/html,x')).toBe('a&#124;b')
    expect(mdLink('report', 'https://example.org/a(b)|c')).toBe('[report](https://example.org/a%28b%29%7Cc)')
  })
})
