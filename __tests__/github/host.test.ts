import { describe, expect, it, vi } from 'vitest'
import { annotationsOf } from '../../src/github/annotations.ts'
import { branchNameFor, quiet } from '../../src/github/branch.ts'
import { createHost, harmless } from '../../src/github/host.ts'
import { makeOutcome } from '../support/outcome.ts'

describe('lines for the log', () => {
  it('cannot hold commands for the runner, colours or control characters', () => {
    expect(harmless('::set-output name=x::y')).toBe(': :set-output name=x::y')
    expect(harmless('a\n  ::add-mask::x')).toBe('a\n  : :add-mask::x')
    expect(harmless('x ##[error]y')).toBe('x ## [error]y')
    expect(harmless('\u001b[31mred\u001b[0m\u0007\r')).toBe('red')
    expect(harmless('std::vector is fine: ::too')).toBe('std::vector is fine: ::too')
  })

  it('lose secrets', () => {
    const written: string[] = []
    const write = vi.spyOn(process.stdout, 'write').mockImplementation((text) => written.push(String(text)) > 0)
    const host = createHost({})
    host.setSecret('hunter2')
    write.mockClear()
    written.length = 0
    host.info('a hunter2 b hunter2, and https://shop.test/?access_token=abc&page=2')
    host.fail('it ended with hunter2')
    write.mockRestore()
    process.exitCode = undefined
    expect(written.join('')).toBe(
      'a *** b ***, and https://shop.test/?access_token=***&page=2\n::error::it ended with ***\n',
    )
  })
})

describe('annotations', () => {
  const file = 'e2e/a.spec.ts'

  it('name the failure where it stands, the worst first', () => {
    const { report } = makeOutcome([
      { test: 'a', file, before: 'x', after: 'y' },
      { test: 'b', file, status: 'likely_regression' },
      { test: 'c', file, status: 'skipped' },
    ])
    expect(annotationsOf(report)).toMatchObject([
      { level: 'error', title: 'Likely regression', file, line: 3 },
      { level: 'notice', message: expect.stringContaining("getByTestId('buy') → getByTestId('purchase')") },
    ])
  })

  it('are at most ten of each level, and the tenth counts the rest', () => {
    const specs = Array.from({ length: 25 }, (_, i) => ({ test: `t${i}`, file, status: 'needs_human' as const }))
    const annotations = annotationsOf(makeOutcome(specs).report)
    expect(annotations).toHaveLength(10)
    expect(annotations.at(-1)?.message).toMatch(/and 16 more/)
  })
})

describe('titles in commit messages', () => {
  it('close no issue, skip no check, call nobody and add no line', () => {
    expect(quiet('fixes #12 [skip ci] @org/team\nSigned-off-by: x')).toBe(
      'fixes 12 (skip ci) org/team Signed-off-by: x',
    )
  })
})

describe('the name of our branch', () => {
  const digest = (text: string) => `${text.length}abcdef`

  it('tells failing branches apart, and none can stand in the way of another', () => {
    expect(branchNameFor('self-heal/', 'main', digest)).toBe('self-heal/fix-main')
    expect(branchNameFor('self-heal/', 'feature/x', digest)).toBe('self-heal/fix-feature-x-9abcde')
    expect(branchNameFor('self-heal/', 'feature-x', digest)).toBe('self-heal/fix-feature-x')
  })
})
