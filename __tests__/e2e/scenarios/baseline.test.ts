import { afterEach, describe, expect, it } from 'vitest'
import { cloneShallow, HAS_PLAYWRIGHT, openScenario, resultOf, type ScenarioRun } from '../../support/scenario.ts'

const opened: ScenarioRun[] = []
afterEach(() => {
  for (const one of opened.splice(0)) one.dispose()
})
const open = async (name: string): Promise<ScenarioRun> => {
  const scenario = await openScenario(name)
  opened.push(scenario)
  return scenario
}

describe.skipIf(!HAS_PLAYWRIGHT)('with nothing but the history to go by', () => {
  it('a shallow clone is deepened, and the run on the last green commit tells what was lost', async () => {
    const whole = await open('history-only')
    const clone = await cloneShallow(whole, 'history-only')
    opened.push(clone)
    expect((await clone.git('rev-list', '--count', 'HEAD')).trim()).toBe('1')
    await clone.suite('--trace=off')
    const { report, stderr } = await clone.heal()
    const title = 'a visit is booked'
    const result = resultOf(report, title)
    expect(report.problems, stderr).toEqual([])
    expect(result.status).toBe(clone.truth[title]?.status)
    expect([report.run.baselineSource, report.run.baselineCommit]).toEqual(['rerun', clone.commits[0]])
    expect(result.verification?.effects).toBe('same')
    expect(result.proposal?.new).toContain('.loud')
    expect(result.proposal?.evidence.find(({ kind }) => kind === 'commit')?.text).toMatch(
      /site\/index\.html:10 in [0-9a-f]{8} “Style buttons by what they are for” by Tomasz Reich$/,
    )
    for (const text of clone.truth[title]?.never ?? []) expect(result.proposal?.diff).not.toContain(text)
    expect((await clone.git('status', '--porcelain')).trim()).toBe('')
  })

  it('a commit that cannot be built is said, and the one before it stands in', async () => {
    const scenario = await open('broken-base')
    await scenario.suite('--trace=off')
    const { report, stderr } = await scenario.heal()
    const title = 'a loaf is ordered'
    const result = resultOf(report, title)
    const [good, broken] = scenario.commits
    expect(
      report.problems.map(({ subject }) => subject),
      stderr,
    ).toEqual(['build_command'])
    expect(report.problems[0]?.message).toContain(`could not be run on the earlier commit ${broken?.slice(0, 12)}`)
    expect(report.problems[0]?.message).toContain(`The commit ${good?.slice(0, 12)} before it was tried in its place.`)
    expect([report.run.baselineSource, report.run.baselineCommit]).toEqual(['rerun', good])
    expect(result.status).toBe(scenario.truth[title]?.status)
    for (const text of scenario.truth[title]?.never ?? []) expect(result.proposal?.diff).not.toContain(text)
  })
})
