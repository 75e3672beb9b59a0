import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readConfig } from '../src/inputs.ts'
import type { Report } from '../src/model.ts'
import { readPublished } from '../src/publish.ts'
import { toJson } from '../src/report/index.ts'
import { makeOutcome, type ResultSpec, signatureOf } from './support/outcome.ts'

const OLD = [
  "import { expect, test } from '@playwright/test'",
  '',
  "test('a', async ({ page }) => {",
  "  await page.getByTestId('buy').click()",
  "  await expect(page.getByTestId('total')).toHaveText('10')",
  '})',
  '',
].join('\n')
const NEW = OLD.replace("'buy'", "'purchase'")
const A: ResultSpec = { test: 'buys a', file: 'e2e/a.spec.ts', before: OLD, after: NEW }

let root: string

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'self-heal-publish-'))
  write('e2e/a.spec.ts', OLD)
  write('e2e/b.spec.ts', OLD)
  write('src/app.ts', OLD)
  write('.github/e2e/ci.ts', OLD)
})

afterEach(() => rmSync(root, { recursive: true, force: true }))

function write(file: string, text: string): void {
  mkdirSync(path.dirname(path.join(root, file)), { recursive: true })
  writeFileSync(path.join(root, file), text)
}

const putReport = (name: string, specs: readonly ResultSpec[], change: (report: Report) => Report = (same) => same) =>
  write(`reports/${name}/healing-report.json`, toJson(change(makeOutcome(specs).report)))

async function publish(inputs: Record<string, string> = {}) {
  const { config } = await readConfig({ root, env: {}, inputs, readFile: async () => null })
  return readPublished(config, [])
}

describe('reports of other jobs', () => {
  it('become one outcome, each failure once, with fixes as files', async () => {
    putReport('1', [A])
    putReport('2', [
      { ...A, test: 'buys b', file: 'e2e/b.spec.ts' },
      { ...A, status: 'needs_human' },
    ])
    const { outcome, problems } = await publish()
    expect(problems).toEqual([])
    expect(outcome.report.summary).toMatchObject({ failures: 2, healed: 2 })
    expect(outcome.fixes).toMatchObject([
      { signature: signatureOf('buys a'), files: [{ path: 'e2e/a.spec.ts', before: OLD, after: NEW }] },
      { signature: signatureOf('buys b'), files: [{ path: 'e2e/b.spec.ts', after: NEW }] },
    ])
  })

  it.each([
    ['a weakened assertion', { ...A, after: OLD.replace("toHaveText('10')", "toHaveText('')") }, /feeds no locator/],
    [
      'a skipped test',
      { ...A, after: OLD.replace('test(', 'test.skip(') },
      /“test\.skip”, which is no part of a locator/,
    ],
    [
      'an added wait',
      { ...A, after: OLD.replace('  await expect', '  await page.waitForTimeout(9)\n  await expect') },
      /waitForTimeout.*no part of a locator/,
    ],
    ['a file of the product', { ...A, file: 'src/app.ts' }, /src\/app\.ts may not be patched/],
    ['a workflow', { ...A, file: '.github/e2e/ci.ts' }, /may not be patched/],
    ['a file outside', { ...A, file: '../e2e/x.spec.ts' }, /may not be patched/],
    ['a file that is not here', { ...A, file: 'e2e/gone.spec.ts' }, /there is no e2e\/gone/],
    [
      'lines that are not here',
      { ...A, before: `x\n${OLD}`.replace("'a'", "'z'"), after: `x\n${NEW}`.replace("'a'", "'z'") },
      /no longer fits/,
    ],
  ])('lose a fix with %s, and say why', async (_, spec, why) => {
    putReport('1', [spec])
    const { outcome, problems } = await publish()
    expect(outcome.fixes).toEqual([])
    expect(problems).toMatchObject([{ subject: signatureOf('buys a') }])
    expect(problems[0]?.message).toMatch(why)
  })

  it('deliver only what was verified, and is sure enough here', async () => {
    putReport('1', [{ ...A, confidence: 0.85 }])
    expect((await publish({ confidence_threshold: '0.9' })).outcome.fixes).toEqual([])
    const unverified = (report: Report): Report => ({
      ...report,
      results: report.results.map((result) => ({ ...result, verification: null })),
    })
    putReport('1', [A], unverified)
    expect((await publish()).outcome.fixes).toEqual([])
  })

  it('may patch what test_globs names', async () => {
    putReport('1', [{ ...A, file: 'src/app.ts' }])
    expect((await publish({ test_globs: 'src/**' })).outcome.fixes).toHaveLength(1)
  })

  it('that cannot be read cost only themselves', async () => {
    putReport('1', [A])
    write('reports/2/healing-report.json', '{"schemaVersion": 9}')
    write('reports/3/healing-report.json', 'nonsense')
    const { outcome, problems } = await publish()
    expect(outcome.fixes).toHaveLength(1)
    expect(problems).toHaveLength(2)
  })

  it('that are not there are a fault that names where it looked', async () => {
    await expect(publish({ artifacts: 'nowhere/**' })).rejects.toThrow(/nowhere\/\*\*.*artifacts/s)
  })
})
