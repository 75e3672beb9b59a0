import { readFileSync } from 'node:fs'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { run, runOk } from '../../scripts/fixture/process.ts'
import { makeOperatorRepo, OPERATOR, type OperatorRepo } from '../../scripts/operator-fixture.ts'
import type { HealOutcome } from '../../src/engine.ts'
import { heal } from '../../src/heal.ts'
import type { Result } from '../../src/model.ts'
import { selfHeal } from '../support/cli.ts'

interface Truth {
  readonly tests: number
  readonly healed: Readonly<Record<string, { readonly type: string; readonly old: string; readonly new: string }>>
  readonly refused: Readonly<Record<string, { readonly type: string; readonly why: string }>>
}

const truth = JSON.parse(readFileSync(join(OPERATOR, 'truth.json'), 'utf8')) as Truth

/** `tests/test_a.py::TestB::test_c`; of a file that could not be loaded the file alone. */
const nodeId = ({ file, title }: { file: string; title: string }): string =>
  title === file ? file : `${file}::${title.split(' › ').join('::')}`

describe('an operator suite after a year of changes', () => {
  let folder: string
  let made: OperatorRepo
  let outcome: HealOutcome
  let code: number
  const byTest = new Map<string, Result>()

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'self-heal-operator-'))
    made = await makeOperatorRepo(folder, [
      { version: 'v1', family: 'xunit1' },
      { version: 'v2', family: 'xunit1' },
    ])
    await cp(join(made.artifacts, 'v2-xunit1.xml'), join(made.repo, 'junit.xml'))
    const ran = await selfHeal(['heal', '--artifacts', 'junit.xml', '--json'], {
      cwd: made.repo,
      env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', PYTHON: made.python },
      engine: async (config, io) => {
        outcome = await heal(config, io)
        return outcome
      },
    })
    code = ran.code
    for (const result of outcome.report.results) for (const test of result.tests) byTest.set(nodeId(test), result)
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  it('was green before, with as many tests as the truth counts', () => {
    expect(readFileSync(join(made.artifacts, 'v1.log'), 'utf8')).toContain(`${truth.tests} passed`)
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

  it('takes the word of the map of renames for names that have nothing in common', () => {
    for (const id of ['tests/test_vaults.py::test_keys_are_listed', 'tests/test_vaults.py::test_vault_is_shut'])
      expect(byTest.get(id)?.proposal?.evidence[0]?.text).toMatch(/^\.self-heal\/renames\.yml says/)
  })

  it('names the cause of what no test could mend', () => {
    const denied = byTest.get('tests/test_access.py::test_auditor_reads_secrets')
    expect(denied?.status).toBe('environment')
    expect(byTest.get('tests/test_access.py::test_metrics_answer')?.status).toBe('environment')
  })

  it('leaves the checkout as it was', async () => {
    expect(await runOk('git', ['status', '--porcelain'], { cwd: made.repo })).toBe('')
  })

  it('gives patches that git applies, after which the healed tests pass', async () => {
    for (const { proposal } of outcome.report.results.filter(({ status }) => status === 'healed')) {
      if (proposal?.patch) await runOk('git', ['apply', join(outcome.patchesDir, proposal.patch)], { cwd: made.repo })
    }
    const args = ['-m', 'pytest', '-q', '-p', 'no:cacheprovider', ...Object.keys(truth.healed)]
    const { output, code: exit } = await run(made.python, args, {
      cwd: made.repo,
      env: { PYTHONDONTWRITEBYTECODE: '1' },
    })
    expect(output).toContain(' passed')
    expect(exit, output).toBe(0)
  })
})
