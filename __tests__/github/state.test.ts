import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type PullState, readState, writeState } from '../../src/github/state.ts'

const state: PullState = {
  version: 1,
  run: { id: 12, attempt: 2 },
  base: { branch: 'feature/x', sha: 'a'.repeat(40) },
  green: 'c'.repeat(40),
  head: 'b'.repeat(40),
  shared: false,
  tests: [{ id: 'a › b', title: 'b', file: 'a.spec.ts', framework: 'playwright', line: 3, project: 'chromium' }],
  fixes: [{ signature: '0123456789ab', digest: 'd1' }],
}

describe('the hidden state of a pull request', () => {
  it('comes back out of a body as it went in', () => {
    expect(readState(`text\r\n\r\n${writeState(state)}\r\nmore`)).toEqual(state)
  })

  it('survives every title a test can have, and none can end the comment or speak to GitHub', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (title) => {
        const told = {
          ...state,
          tests: [{ ...state.tests[0], id: title, title: `--> @all #1 <b> ${title}` }],
        } as PullState
        const text = writeState(told)
        expect(readState(text)?.tests[0]?.title).toBe(told.tests[0]?.title)
        expect(text.slice(4, -3)).not.toMatch(/[<>@#]|--/)
        expect(text).not.toMatch(/[\n\r]/)
      }),
    )
  })

  it('takes no tests that lie elsewhere, and no commit that is none', () => {
    const outside = { ...state, green: 'main; rm -rf', tests: [{ ...state.tests[0], file: '../../etc/passwd' }] }
    const read = readState(writeState(outside as PullState))
    expect(read).toMatchObject({ tests: [] })
    expect(read).not.toHaveProperty('green')
  })

  it('stays within its size by naming fewer tests', () => {
    const many = {
      ...state,
      tests: Array.from({ length: 5_000 }, (_, i) => ({ ...state.tests[0], title: 'x'.repeat(300), id: `${i}` })),
    } as PullState
    const text = writeState(many, 8_000)
    expect(text.length).toBeLessThanOrEqual(8_000)
    expect(readState(text)?.tests.length).toBeGreaterThan(5)
  })

  it.each([
    ['no marker', 'just text'],
    ['no JSON', '<!-- self-heal:state {nonsense} -->'],
    ['another version', writeState(state).replace('"version":1', '"version":2')],
    ['a branch that is no text', writeState(state).replace('"feature/x"', '7')],
    ['a commit that is none', writeState(state).replace('a'.repeat(40), 'HEAD')],
  ])('is no state with %s', (_, body) => {
    expect(readState(body)).toBeNull()
  })

  it('loses only what was tampered with', () => {
    const body = writeState({ ...state, fixes: [...state.fixes, { signature: '../../x', digest: 'y' }] })
    expect(readState(body)?.fixes).toEqual(state.fixes)
  })

  it('never throws, whatever a body holds', () => {
    fc.assert(
      fc.property(fc.json(), (json) => {
        readState(`<!-- self-heal:state ${json} -->`)
      }),
    )
  })
})
