import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { collectArtifacts } from '../../src/artifacts/index.ts'

const HEAD = '{"selfHeal": "pytest-capture", "version": 1}'
const failed = (id: string, more: object = {}) =>
  JSON.stringify({
    id,
    file: 'suite/test_a.py',
    when: 'call',
    outcome: 'failed',
    seconds: 0.25,
    text: ">       status['phase']\nE       KeyError: 'phase'",
    error: {
      type: 'KeyError',
      module: 'builtins',
      text: "'phase'",
      frames: [{ file: 'suite/test_a.py', line: 3 }],
      scopes: [{ file: 'suite/test_a.py', line: 3, names: { status: { state: null } } }],
    },
    ...more,
  })

let root: string
const collect = (...lines: readonly string[]) => {
  writeFileSync(join(root, '.healing_captures/capture-1.jsonl'), `${lines.join('\n')}\n`)
  return collectArtifacts({ patterns: [], root })
}

beforeAll(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'self-heal-capture-')))
  for (const folder of ['.healing_captures', 'suite']) mkdirSync(join(root, folder))
  writeFileSync(join(root, 'suite/test_a.py'), '')
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

describe('captures of the pytest plugin', () => {
  it('are found in their usual place, and tell of failures with the names that were there', async () => {
    const { failures, passed, problems } = await collect(
      HEAD,
      failed('test_a.py::TestB::test_c[x::y]'),
      '{"id": "test_a.py::test_fine", "file": "suite/test_a.py", "when": "call", "outcome": "passed", "seconds": 0, "text": ""}',
    )
    expect(problems).toEqual([])
    expect(passed.map(({ id }) => id)).toEqual(['suite/test_a.py › test_fine'])
    expect(failures).toMatchObject([
      {
        test: { file: 'suite/test_a.py', title: 'TestB › test_c[x::y]', framework: 'pytest' },
        errors: [{ type: 'KeyError', location: { file: 'suite/test_a.py', line: 3 } }],
        scopes: [{ names: { status: { state: null } } }],
        durationMs: 250,
      },
    ])
  })

  it('name a file that could not be loaded', async () => {
    const text = "suite/test_a.py:1: in <module>\n    import gone\nE   ModuleNotFoundError: No module named 'gone'"
    const { failures } = await collect(HEAD, failed('test_a.py', { when: 'collect', error: undefined, text }))
    expect(failures).toMatchObject([
      { test: { title: 'suite/test_a.py' }, errors: [{ type: 'ModuleNotFoundError', stack: [{ line: 1 }] }] },
    ])
  })

  it('give no files of this machine away that lie elsewhere', async () => {
    writeFileSync(join(root, '.healing_captures/page.html'), '<html>')
    const attachments = ['/etc/passwd', '../../etc/passwd', 'page.html'].map((path) => ({ name: 'page-source', path }))
    const { failures } = await collect(HEAD, failed('test_a.py::test_b', { attachments }))
    expect(failures[0]?.attachments.map(({ path }) => path)).toEqual([join(root, '.healing_captures/page.html')])
  })

  it('are read as far as they are whole', async () => {
    const { failures } = await collect(HEAD, failed('test_a.py::test_b'), failed('test_a.py::test_c').slice(0, 300))
    expect(failures.map(({ test }) => test.title)).toEqual(['test_b'])
  })
})
