import { afterEach, describe, expect, it } from 'vitest'
import { HAS_PLAYWRIGHT, openScenario, resultOf, type ScenarioRun } from '../../support/scenario.ts'

const opened: ScenarioRun[] = []
afterEach(() => {
  for (const one of opened.splice(0)) one.dispose()
})

const COOKED = 'a recipe is cooked'
const THROWN = 'a recipe is thrown away'

/** The lot is drawn for once and for all, so that each run is what it is called. */
const open = async () => {
  const scenario = await openScenario('noisy')
  opened.push(scenario)
  const [first = ''] = scenario.commits
  const [quiet, loud] = [scenario.with({ SAMPLING: '0' }), scenario.with({ SAMPLING: '1' })]
  const greens = { quiet: await quiet.keepGreen(first), loud: await loud.keepGreen(first) }
  await loud.suite('--trace=retain-on-failure')
  return { loud, greens }
}

describe.skipIf(!HAS_PLAYWRIGHT)('an app that sends measurements by lot', () => {
  it('is not held to them where several green runs show that they come and go, and is held to all else', async () => {
    const { loud, greens } = await open()
    const { report, stderr } = await loud.heal('--baseline', greens.quiet, greens.loud)
    expect(report.problems, stderr).toEqual([])
    const cooked = resultOf(report, COOKED)
    expect(cooked.status, cooked.reason).toBe(loud.truth[COOKED]?.status)
    expect(cooked.verification?.effects).toBe('same')

    const thrown = resultOf(report, THROWN)
    expect(thrown.status).toBe(loud.truth[THROWN]?.status)
    expect(thrown.verification?.effects).toBe('different')
    const told = thrown.proposal?.evidence.find(({ kind }) => kind === 'effects')?.text ?? ''
    for (const side of loud.truth[THROWN]?.sides ?? []) expect(told).toContain(side)
    expect(told.split(': ').at(-1)).not.toContain('/measurements')
    expect(thrown.proposal?.edits).toEqual([])
  })

  it('is held to them where one green run is all that is known', async () => {
    const { loud, greens } = await open()
    const { report } = await loud.heal('--baseline', greens.quiet)
    const cooked = resultOf(report, COOKED)
    expect(cooked.status).toBe('needs_human')
    expect(cooked.reason).toContain('it now sends POST /measurements')
  })

  it.each([
    ['one after the other', (loud: string, quiet: string) => [[loud], [quiet]]],
    ['at once, as of a test that was repeated', (loud: string, quiet: string) => [[loud, quiet]]],
  ])('is not held to them where two green runs were recorded, %s', async (_, recordings) => {
    const { loud, greens } = await open()
    for (const recording of recordings(greens.loud, greens.quiet)) await loud.record(...recording)
    const { report, stderr } = await loud.heal()
    expect(report.run.baselineSource, stderr).toBe('store')
    expect(resultOf(report, COOKED).status, resultOf(report, COOKED).reason).toBe('healed')
    expect(resultOf(report, THROWN).status).toBe('needs_human')
    expect(resultOf(report, THROWN).verification?.effects).toBe('different')
  })
})
