import { afterEach, describe, expect, it } from 'vitest'
import { HAS_PLAYWRIGHT, openScenario, resultOf, type ScenarioRun } from '../../support/scenario.ts'

const opened: ScenarioRun[] = []
afterEach(() => {
  for (const one of opened.splice(0)) one.dispose()
})

describe.skipIf(!HAS_PLAYWRIGHT)('on the running app', () => {
  it('a step behind a sign-in is reached as its project signs in, here and on the last green commit', async () => {
    const scenario = await openScenario('sign-in')
    opened.push(scenario)
    await scenario.suite('--trace=off')
    const { report, stderr } = await scenario.heal()
    const title = 'the data are exported'
    const result = resultOf(report, title)
    expect(report.problems, stderr).toEqual([])
    expect(result.status).toBe(scenario.truth[title]?.status)
    expect(report.run.baselineSource).toBe('rerun')
    expect(result.verification?.effects).toBe('same')
    expect(result.proposal?.evidence.find(({ kind }) => kind === 'live')).toMatchObject({
      for: true,
      text: 'On the running app the old locator finds nothing, the new one 1 element, visible and enabled',
    })
    for (const text of scenario.truth[title]?.never ?? []) expect(result.proposal?.diff).not.toContain(text)
  })

  it('a page that has become slow is waited for, and healed as it is once it has loaded', async () => {
    const scenario = await openScenario('slow-page')
    opened.push(scenario)
    const green = await scenario.keepGreen(scenario.commits[0] ?? '')
    await scenario.suite('--trace=off')
    const { report, stderr } = await scenario.heal('--baseline', green)
    const title = 'the figures are exported'
    const result = resultOf(report, title)
    expect(report.problems, stderr).toEqual([])
    expect(stderr).toContain('still loading')
    expect(result.status, JSON.stringify(result.proposal?.evidence)).toBe(scenario.truth[title]?.status)
    expect(result.proposal?.new).toContain('figures-table')
    for (const text of scenario.truth[title]?.never ?? []) expect(result.proposal?.diff).not.toContain(text)
  })
})
