import { afterEach, describe, expect, it } from 'vitest'
import type { ScenarioOptions } from '../../../scripts/scenario.ts'
import { HAS_PLAYWRIGHT, openScenario, resultOf, type ScenarioRun } from '../../support/scenario.ts'

const opened: ScenarioRun[] = []
afterEach(() => {
  for (const one of opened.splice(0)) one.dispose()
})
/** A scenario with traces of its first commit as the last green run, failed since. */
const failed = async (name: string, options: ScenarioOptions = {}) => {
  const scenario = await openScenario(name, options)
  opened.push(scenario)
  const green = await scenario.keepGreen(scenario.commits[0] ?? '')
  await scenario.suite('--trace=retain-on-failure')
  return { scenario, heal: () => scenario.heal('--baseline', green) }
}

describe.skipIf(!HAS_PLAYWRIGHT)('with the traces of the last green run', () => {
  it('a locator that five tests use is one patch, with which all of them pass', async () => {
    const { scenario, heal } = await failed('five-tests')
    const { report, stderr } = await heal()
    expect(report.problems, stderr).toEqual([])
    expect(report.results).toHaveLength(1)
    const [result] = report.results
    expect(result?.status).toBe('healed')
    expect(result?.tests.map(({ title }) => title).sort()).toEqual(Object.keys(scenario.truth).sort())
    expect(result?.proposal?.edits).toHaveLength(1)
    expect(result?.verification?.runs.length).toBeGreaterThanOrEqual(5)
    expect(result?.verification?.runs.every(({ passed }) => passed)).toBe(true)
    // The sixth test was green and opens the same page object; it is run with the patch as well.
    expect(stderr).toContain('1 green test that shares a patched file')
  })

  it('a twin with which the test passes is refused for what it does, and both sides are shown', async () => {
    const { scenario, heal } = await failed('wrong-twin')
    const { report } = await heal()
    const title = 'a note is removed'
    const result = resultOf(report, title)
    expect(result.status).toBe(scenario.truth[title]?.status)
    expect(result.verification?.effects).toBe('different')
    expect(result.verification?.runs.every(({ passed }) => passed)).toBe(true)
    const told = result.proposal?.evidence.find(({ kind }) => kind === 'effects')
    for (const side of scenario.truth[title]?.sides ?? []) expect(told?.text).toContain(side)
    const other = resultOf(report, 'the bin is emptied')
    expect(['needs_human', 'likely_regression']).toContain(other.status)
    for (const one of [result, other]) expect(one.proposal?.edits).toEqual([])
  })
})
