import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { toResult } from '../../src/runner/playwright.ts'
import { readOutcomes } from '../../src/runner/playwright-outcomes.ts'
import type { RunResult } from '../../src/runner/process.ts'

let root: string
beforeEach(() => {
  root = realpathSync(mkdtempSync(path.join(tmpdir(), 'outcomes-')))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

const test = (title: string, more: Readonly<Record<string, unknown>> = {}) => ({
  file: path.join(root, 'tests/a.spec.ts'),
  line: 3,
  project: '',
  titles: [title],
  repeat: 0,
  expected: 'passed',
  ...more,
})
const started = (title: string) => ({ kind: 'start', ...test(title) })
const ended = (title: string, status: string) => ({
  kind: 'test',
  ...test(title),
  status,
  duration: 5,
  errors: [],
  attachments: [],
})
const read = (...lines: readonly object[]) => {
  const file = path.join(root, 'outcomes.jsonl')
  writeFileSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
  return readOutcomes(file, root)
}
const stopped = (timedOut: boolean): RunResult => ({
  code: null,
  signal: 'SIGKILL',
  timedOut,
  aborted: false,
  output: '',
  durationMs: 75_000,
})
const result = async (timedOut: boolean, ...lines: readonly object[]) => {
  const outcomes = await read(...lines)
  const asked = ['quick', 'stuck', 'later'].map((title) => ({
    id: `tests/a.spec.ts › ${title}`,
    title,
    file: 'tests/a.spec.ts',
    framework: 'playwright' as const,
  }))
  const options = { root, env: {}, outDir: root, tests: asked }
  const more = { report: '', missing: [], errors: [], totalMs: 75_000, args: [] }
  const { outcomes: runs, hung, missing, errors } = toResult(options, stopped(timedOut), outcomes, more)
  return {
    runs: runs.map(({ test: { title } }) => title),
    hung: hung.map(({ title }) => title),
    missing: missing.map(({ title }) => title),
    errors,
  }
}

describe('a run that was stopped at its limit', () => {
  it('names the test that had begun and not ended, beside those that it did not come to', async () => {
    expect(await result(true, started('quick'), ended('quick', 'passed'), started('stuck'))).toEqual({
      runs: ['quick'],
      hung: ['stuck'],
      missing: ['stuck', 'later'],
      errors: ['The runner was stopped after 75 s, its time limit.'],
    })
  })

  it('takes what was interrupted for what held it, and not for a failure', async () => {
    const lines = [started('quick'), ended('quick', 'failed'), started('stuck'), ended('stuck', 'interrupted')]
    expect(await result(true, ...lines)).toMatchObject({ runs: ['quick'], hung: ['stuck'] })
  })

  it('is none where it came to its end', async () => {
    expect(await result(false, started('quick'), ended('quick', 'passed'))).toMatchObject({ hung: [] })
  })
})
