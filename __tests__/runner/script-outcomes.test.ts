import { mkdtempSync, realpathSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { TestRef } from '../../src/model.ts'
import { loadingOf } from '../../src/runner/node-test.ts'
import { run } from '../../src/runner/process.ts'
import { CAPTURE_SOURCE } from '../../src/runner/script-capture.ts'
import { readCaptures, readScriptLines, type ScriptLine, scriptOutcomes } from '../../src/runner/script-outcomes.ts'

const root = realpathSync(mkdtempSync(join(tmpdir(), 'script-outcomes-')))
const file = 'tests/a.test.ts'
const test = (title: string): TestRef => ({ id: `${file} › ${title}`, title, file, framework: 'vitest' })
const line = (
  titles: readonly string[],
  status: ScriptLine['status'],
  errors: ScriptLine['errors'] = [],
): ScriptLine => ({
  file: join(root, file),
  titles,
  status,
  ms: 3,
  errors,
})
const outcomes = (lines: readonly ScriptLine[], tests: readonly TestRef[], captures = readCaptures('')) =>
  scriptOutcomes({ lines, captures, tests, root, repeat: 0, artifact: '' })

describe('what our reporters say of a re-run', () => {
  it('is matched by file and title path, and nothing is made up', () => {
    const found = outcomes(
      [line(['a berth', 'is open'], 'passed'), line(['is open'], 'failed')],
      [test('a berth › is open'), test('gone')],
    )
    expect(found.map(({ test: { title }, status }) => [title, status])).toEqual([['a berth › is open', 'passed']])
  })

  it('blames a file that does not load on the tests in it', () => {
    const broken = line([], 'failed', [{ message: 'Cannot find module' }])
    const [own, whole] = outcomes([broken], [test('is open'), test(file)])
    expect([own?.status, whole?.status]).toEqual(['failed', 'failed'])
    expect(own?.failure?.errors[0]?.message).toBe('Cannot find module')
  })

  it('counts a whole file as passed only if all of it did', () => {
    expect(outcomes([line(['a'], 'passed'), line(['b'], 'passed')], [test(file)])[0]?.passed).toBe(true)
    expect(outcomes([line(['a'], 'passed'), line(['b'], 'failed')], [test(file)])[0]?.passed).toBe(false)
  })

  it('keeps frames of the repository alone, and the names captured where it failed', () => {
    const stack = `TypeError: x\n    at f (${root}/tests/help.ts:7:3)\n    at ${root}/node_modules/v/a.js:1:1\n    at ${root}/${file}:2:1`
    const captures = readCaptures(
      `${JSON.stringify({ text: 'TypeError: x', scopes: [{ file: 'tests/help.ts', line: 7, names: { pod: { state: null } } }] })}\n{"cut`,
    )
    const [found] = outcomes(
      [line(['a'], 'failed', [{ name: 'TypeError', message: 'x', stack }])],
      [test('a')],
      captures,
    )
    expect(found?.failure?.errors[0]?.stack.map((frame) => `${frame.file}:${frame.line}`)).toEqual([
      'tests/help.ts:7',
      `${file}:2`,
    ])
    expect(found?.failure?.scopes).toEqual([{ file: 'tests/help.ts', line: 7, names: { pod: { state: null } } }])
  })

  it('leaves out lines that were cut off or are none of ours', () => {
    expect(
      readScriptLines('{"file":"a","titles":[],"status":"passed","ms":1,"errors":[]}\n{"file":\nnull\n[1]\n'),
    ).toHaveLength(1)
  })
})

describe('the capture of names', () => {
  it('says which names there were in the failing frame, and no value', async () => {
    const out = join(root, 'names.jsonl')
    writeFileSync(join(root, 'capture.mjs'), CAPTURE_SOURCE)
    writeFileSync(
      join(root, 'a.mjs'),
      "class Client { get secret() { throw new Error('read') } listRecords() {} }\nconst token = 'hunter2'\nconst client = new Client()\nconst berth = { status: { state: token } }\ntry { berth.status.phase.trim(client) } catch {}\n",
    )
    const env = { PATH: process.env.PATH, SELF_HEAL_CAPTURE: out, SELF_HEAL_ROOT: root }
    const args = [`--import=${join(root, 'capture.mjs')}`, join(root, 'a.mjs')]
    const { code } = await run({ command: process.execPath, args, cwd: root, env, timeoutMs: 20_000 })
    expect(code).toBe(0)
    const { readFileSync } = await import('node:fs')
    const text = readFileSync(out, 'utf8')
    expect(text).not.toContain('hunter2')
    expect(readCaptures(text)[0]?.scopes[0]).toMatchObject({
      file: 'a.mjs',
      line: 5,
      names: { berth: { status: { state: null } }, client: { secret: null, listRecords: null } },
    })
  })
})

describe('node:test', () => {
  it.each([
    ['node --test', []],
    ['node --import tsx --test "tests/*.ts"', ['--import', 'tsx']],
    ['tsx --test tests', ['--import', 'tsx']],
    [
      'NODE_ENV=test node -r ./setup.cjs --experimental-strip-types --test',
      ['-r', './setup.cjs', '--experimental-strip-types'],
    ],
    ['vitest run', []],
  ])('is loaded as the script %j loads it', (script, wanted) => {
    const folder = mkdtempSync(join(tmpdir(), 'node-test-'))
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ scripts: { test: script } }))
    expect(loadingOf(folder)).toEqual(wanted)
  })
})
