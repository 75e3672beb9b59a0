import { describe, expect, it } from 'vitest'
import type { TestRef } from '../../src/model.ts'
import { type PytestLine, readLines } from '../../src/runner/pytest-lines.ts'
import { outcomesOf } from '../../src/runner/pytest-outcomes.ts'

const test = (title: string, file = 'tests/test_a.py'): TestRef => ({ id: title, title, file, framework: 'pytest' })
const line = (id: string, more: Partial<PytestLine> = {}): PytestLine => ({
  id,
  file: 'tests/test_a.py',
  when: 'call',
  outcome: 'passed',
  seconds: 0.5,
  text: '',
  ...more,
})

describe('what our plugin says of a re-run', () => {
  it('gives failures with type, message, frames and the names that were there', () => {
    const failed = line('tests/test_a.py::TestB::test_c', {
      outcome: 'failed',
      text: '>       x["phase"]\nE       KeyError',
      error: {
        type: 'KeyError',
        module: 'builtins',
        text: "'phase'",
        frames: [{ file: 'tests/helpers.py', line: 3 }],
        scopes: [{ file: 'tests/helpers.py', line: 3, names: { x: { state: null } } }],
      },
    })
    const [outcome] = outcomesOf([failed], [test('TestB › test_c')], 0, '/o.jsonl')
    expect(outcome).toMatchObject({ passed: false, durationMs: 500 })
    expect(outcome?.failure).toMatchObject({
      errors: [{ type: 'KeyError', stack: [{ file: 'tests/helpers.py', line: 3 }], snippet: '>       x["phase"]' }],
      scopes: [{ names: { x: { state: null } } }],
    })
  })

  it('shows the line of the innermost frame where the style of the traceback does not', () => {
    const frames = [{ file: 'tests/helpers.py', line: 3, source: 'client.list_all()' }]
    const error = { type: 'AttributeError', module: 'builtins', text: 'no', frames }
    const failed = line('tests/test_a.py::test_b', { outcome: 'failed', text: 'E   AttributeError: no', error })
    expect(outcomesOf([failed], [test('test_b')], 0, '')[0]?.failure?.errors[0]?.snippet).toBe(
      '>       client.list_all()',
    )
  })

  it('counts a test as passed only if its teardown does not fail either', () => {
    const lines = [
      line('tests/test_a.py::test_b'),
      line('tests/test_a.py::test_b', { when: 'teardown', outcome: 'failed' }),
    ]
    expect(outcomesOf(lines, [test('test_b')], 0, '')[0]?.passed).toBe(false)
  })

  it('counts a skipped test as not passed, and says nothing of one that did not run', () => {
    const skipped = line('tests/test_a.py::test_b', { when: 'setup', outcome: 'skipped' })
    expect(outcomesOf([skipped], [test('test_b'), test('test_gone')], 0, '')).toMatchObject([
      { passed: false, status: 'skipped' },
    ])
  })

  it('fails every test of a file that cannot be loaded, and passes the file when all its tests do', () => {
    const broken = line('tests/test_a.py', { when: 'collect', outcome: 'failed', text: 'E   ImportError: no' })
    const asked = [test('tests/test_a.py'), test('test_b')]
    expect(outcomesOf([broken], asked, 0, '').map(({ passed }) => passed)).toEqual([false, false])
    const fine = [line('tests/test_a.py::test_b'), line('tests/test_a.py::test_c')]
    expect(outcomesOf(fine, asked, 0, '').map(({ passed }) => passed)).toEqual([true, true])
  })

  it('leaves out a line that was cut off and lines that are none', () => {
    expect(readLines(`${JSON.stringify(line('a.py::b'))}\n[1]\n"x"\n{"id": "a.py::`)).toHaveLength(1)
  })

  it('takes nothing of a line that is not of the form that the plugin writes', () => {
    const error = {
      type: 7,
      frames: [
        { file: 'a.py', line: 'x' },
        { file: 'a.py', line: 3 },
      ],
      scopes: 'no',
      present: [1, 'a'],
    }
    const lines = readLines(
      JSON.stringify({ ...line('a.py::b', { outcome: 'failed' }), error, attachments: [{ path: 1 }] }),
    )
    expect(lines[0]).toEqual({
      ...line('a.py::b', { outcome: 'failed' }),
      error: { type: '', module: '', text: '', frames: [{ file: 'a.py', line: 3 }], present: ['a'] },
    })
  })

  it('bounds names that are nested or many', () => {
    let names: unknown = null
    for (let depth = 0; depth < 50; depth++) names = { deeper: names }
    const many = Object.fromEntries(Array.from({ length: 30_000 }, (_, at) => [`k${at}`, null]))
    const error = { type: 'KeyError', frames: [], scopes: [{ file: 'a.py', line: 1, names: { many, names } }] }
    const [read] = readLines(JSON.stringify({ ...line('a.py::b', { outcome: 'failed' }), error }))
    expect(JSON.stringify(read?.error?.scopes).length).toBeLessThan(400_000)
  })

  it('says of a test that its markers keep it from being healed', () => {
    const failed = line('tests/test_a.py::test_b', { outcome: 'failed', healing: false })
    expect(outcomesOf([failed], [test('test_b')], 0, '')[0]?.failure?.optedOut).toBe(true)
  })
})
