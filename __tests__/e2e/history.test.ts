import { readFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Attempt } from '../../src/history/events.ts'
import { HISTORY_FILE } from '../../src/history/file-store.ts'
import { readHistory } from '../../src/history/read.ts'
import type { Result } from '../../src/model.ts'
import { makePythonProject, type PythonProject } from '../support/python-project.ts'

let project: PythonProject

const healAgain = async (...args: readonly string[]) => {
  const { outcome, stderr } = await project.selfHeal('heal', '--artifacts', 'junit.xml', ...args)
  if (!outcome) throw new Error(stderr)
  const of = (title: string): Result => {
    const found = outcome.report.results.find(({ tests }) => tests[0]?.title === title)
    if (!found) throw new Error(`nothing is said of ${title}`)
    return found
  }
  return { report: outcome.report, runs: of('test_it_runs'), pressure: of('test_it_has_pressure') }
}
const remembered = () => readHistory(readFileSync(path.join(project.root, HISTORY_FILE), 'utf8')).history.events

describe('a failure that was looked at before', () => {
  let first: Awaited<ReturnType<typeof healAgain>>

  beforeAll(async () => {
    project = await makePythonProject()
    await project.test()
    first = await healAgain()
  })
  afterAll(() => project.dispose())

  it('is remembered with the commit and what it came to', () => {
    expect(first.runs.status, first.runs.reason).toBe('healed')
    expect(first.pressure.status).toBe('likely_regression')
    expect(remembered()).toMatchObject(
      [
        { outcome: 'healed', signature: first.runs.diagnosis.signature, old: 'phase', new: 'state', strategy: 'field' },
        { outcome: 'likely_regression', signature: first.pressure.diagnosis.signature },
      ].toSorted((a, b) => (a.signature < b.signature ? -1 : 1)),
    )
    const head = project.git('rev-parse', 'HEAD').trim()
    for (const event of remembered()) expect((event as Attempt).commit).toBe(head)
    expect(project.git('status', '--porcelain')).toBe('')
  })

  it('is not tried again on the same commit where it was refused, and says why; what was healed is healed again', async () => {
    const again = await healAgain()
    expect(again.pressure.status).toBe('likely_regression')
    expect(again.pressure.reason).toContain('refused on this commit before')
    expect(again.pressure.reason).toContain(`/heal retry ${again.pressure.diagnosis.signature}`)
    expect(again.pressure.proposal?.absent).toBe(first.pressure.proposal?.absent)
    expect(again.runs.status).toBe('healed')
    expect(again.runs.proposal?.evidence.at(-1)?.text).toMatch(/^Healed before as state on commit [0-9a-f]{8} \(/)
    expect(remembered().filter(({ signature }) => signature === again.pressure.diagnosis.signature)).toHaveLength(1)
  })

  it('is tried again with other settings, and where somebody asks', async () => {
    expect((await healAgain('--confidence', '0.7')).pressure.reason).not.toContain('before')
    expect((await healAgain('--retry')).pressure.reason).not.toContain('before')
    expect((await healAgain()).pressure.reason).toContain('before')
    expect((await healAgain('--retry', first.pressure.diagnosis.signature)).pressure.reason).not.toContain('before')
    expect(remembered().some(({ kind }) => kind === 'retry')).toBe(true)
  })

  it('is tried again where the commit no longer says what is tested', async () => {
    project.write('pump/__init__.py', '# changed and not committed\n')
    expect((await healAgain()).pressure.reason).not.toContain('before')
    project.git('checkout', '-q', 'pump')
  })

  it('is not remembered where nothing was run, or where no conclusion was reached', async () => {
    const before = remembered()
    await healAgain('--suggest-only', '--retry')
    expect(remembered()).toEqual(before)
  })
})
