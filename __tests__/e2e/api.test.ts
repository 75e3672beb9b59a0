import { readFileSync } from 'node:fs'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { API, type ApiRepo, makeApiRepo } from '../../scripts/api-fixture.ts'
import { run, runOk } from '../../scripts/fixture/process.ts'
import type { HealOutcome } from '../../src/engine.ts'
import { heal } from '../../src/heal.ts'
import type { Result } from '../../src/model.ts'
import { selfHeal } from '../support/cli.ts'

interface Truth {
  readonly tests: { readonly vitest: number; readonly checks: number }
  readonly healed: Readonly<Record<string, { readonly type: string; readonly old: string; readonly new: string }>>
  readonly refused: Readonly<Record<string, { readonly type: string; readonly why: string }>>
}

const truth = JSON.parse(readFileSync(join(API, 'truth.json'), 'utf8')) as Truth

describe('an API suite in TypeScript after a year of changes', () => {
  let folder: string
  let made: ApiRepo
  let outcome: HealOutcome
  let code: number
  const byTest = new Map<string, Result>()

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'self-heal-api-'))
    made = await makeApiRepo(folder)
    await cp(made.artifacts, join(made.repo, 'reports'), { recursive: true })
    const ran = await selfHeal(['heal', '--artifacts', 'reports/v2-vitest.json', 'reports/v2-checks.xml', '--json'], {
      cwd: made.repo,
      env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '' },
      engine: async (config, io) => {
        outcome = await heal(config, io)
        return outcome
      },
    })
    code = ran.code
    for (const result of outcome.report.results) for (const test of result.tests) byTest.set(test.id, result)
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  it('was green before, with as many tests as the truth counts', () => {
    const vitest = JSON.parse(readFileSync(join(made.artifacts, 'v1-vitest.json'), 'utf8'))
    expect([vitest.numPassedTests, vitest.numTotalTests]).toEqual([truth.tests.vitest, truth.tests.vitest])
    expect(readFileSync(join(made.artifacts, 'v1-checks.xml'), 'utf8')).toContain(`<!-- pass ${truth.tests.checks} -->`)
  })

  it('looks at every failing test and at no other', () => {
    expect([...byTest.keys()].sort()).toEqual([...Object.keys(truth.healed), ...Object.keys(truth.refused)].sort())
    expect(outcome.report.problems).toEqual([])
    expect(outcome.report.run.reached).toBe('done')
    expect(code).toBe(1)
  })

  it.each(Object.entries(truth.healed))('heals %s', (id, wanted) => {
    const result = byTest.get(id)
    expect(result?.diagnosis.failureType).toBe(wanted.type)
    expect(result?.status, result?.reason).toBe('healed')
    expect(result?.proposal?.old).toBe(wanted.old)
    expect(result?.proposal?.new).toContain(wanted.new)
    expect(result?.verification?.runs.every(({ passed }) => passed)).toBe(true)
  })

  it.each(Object.entries(truth.refused))('leaves %s to a person', (id, wanted) => {
    const result = byTest.get(id)
    expect(result?.diagnosis.failureType).toBe(wanted.type)
    expect(['needs_human', 'likely_regression', 'environment'], wanted.why).toContain(result?.status)
    expect(result?.proposal?.edits ?? []).toEqual([])
  })

  it('says of what no test could mend what a person can do', () => {
    const denied = byTest.get('tests/access.test.ts › a clerk reads the ledger')
    expect(denied?.status).toBe('environment')
    expect(denied?.reason).toContain('Let clerk get ledger')
    const lost = byTest.get('tests/access.test.ts › metrics answer')
    expect(lost?.status).toBe('environment')
    expect(lost?.reason).toContain('Nothing listens at that address')
  })

  it('leaves the checkout as it was', async () => {
    expect(await runOk('git', ['status', '--porcelain'], { cwd: made.repo })).toBe('')
  })

  it('gives patches that git applies, after which the healed tests pass', async () => {
    for (const { proposal } of outcome.report.results.filter(({ status }) => status === 'healed')) {
      if (proposal?.patch) await runOk('git', ['apply', join(outcome.patchesDir, proposal.patch)], { cwd: made.repo })
    }
    const vitest = join(made.repo, 'node_modules', 'vitest', 'vitest.mjs')
    const file = join(folder, 'after.json')
    await run(process.execPath, [vitest, 'run', '--reporter=json', `--outputFile=${file}`], { cwd: made.repo })
    const report = JSON.parse(readFileSync(file, 'utf8'))
    const failed = report.testResults.flatMap(
      (file: { name: string; assertionResults: { status: string; title: string; ancestorTitles: string[] }[] }) =>
        file.assertionResults
          .filter(({ status }) => status === 'failed')
          .map(
            ({ title, ancestorTitles }) =>
              `${file.name.slice(made.repo.length + 1)} › ${[...ancestorTitles, title].join(' › ')}`,
          ),
    )
    const still = Object.keys(truth.refused).filter((id) => id.startsWith('tests/') && !id.includes('debug.test.ts'))
    expect(failed.sort()).toEqual(still.sort())
  })
})
