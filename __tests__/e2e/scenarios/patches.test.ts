import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
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

/** The text of a page as a person reads it. */
const textOf = (html: string): string =>
  html
    .replace(/<(?:style|script)[\s\S]*?<\/(?:style|script)>/g, '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/&(?:nbsp|#160);|\u00a0|\u202f/g, ' ')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&')
    .replace(/\s+/g, ' ')

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

  it('a patch that breaks a green test which shares it is withdrawn, and no other', async () => {
    const { scenario, heal } = await failed('shared-locator')
    const { report, stderr } = await heal()
    expect(report.problems, stderr).toEqual([])
    const title = 'the profile is saved'
    const withdrawn = resultOf(report, title)
    expect(withdrawn.status).toBe(scenario.truth[title]?.status)
    expect(withdrawn.reason).toContain('With the fix “the address is saved”, which was green, fails.')
    expect(withdrawn.proposal?.edits).toEqual([])
    expect(resultOf(report, 'the profile is shown').status).toBe('healed')
    const fixes = await readdir(path.join(scenario.root, '.healing_fixes'))
    expect(fixes).toHaveLength(1)
    const text = await readFile(path.join(scenario.root, '.healing_fixes', fixes[0] ?? ''), 'utf8')
    expect(text).toContain('profile-show')
    for (const never of scenario.truth[title]?.never ?? []) expect(text).not.toContain(never)
    expect((await scenario.git('status', '--porcelain')).trim()).toBe('')
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

describe.skipIf(!HAS_PLAYWRIGHT)('a test id that was renamed, and was the only name of its element', () => {
  const title = 'a place is reserved'
  const healed = async (options: ScenarioOptions = {}) => {
    const { scenario, heal } = await failed('renamed-test-id', options)
    const { report } = await heal()
    return { scenario, result: resultOf(report, title) }
  }

  it('is healed with the commit that says so, and with less confidence or none without it, both shown', async () => {
    const { result, scenario } = await healed()
    expect(result.status).toBe(scenario.truth[title]?.status)
    const cited = result.proposal?.evidence.find(({ kind }) => kind === 'commit')?.text
    expect(cited).toMatch(
      /“reserve” to “hero-action”: site\/index\.html:\d+ in [0-9a-f]{8} “Name test ids by the place/,
    )
    expect(cited).toMatch(/by Tomasz & "Reich" @everyone$/)
    expect(await scenario.report()).toContain('Tomasz &amp; &quot;Reich&quot; @everyone')

    // The same page from another repository: this one holds the tests alone.
    const without = await healed({ outside: ['site'] })
    const unexplained = 'No commit explains why the test id “reserve” became “hero-action”'
    expect(without.result.status).not.toBe('healed')
    const [sure, unsure] = [result.proposal?.confidence ?? 0, without.result.proposal?.confidence ?? 1]
    expect(sure).toBeGreaterThan(0.9)
    expect(unsure).toBeLessThan(0.5)

    // What a reviewer reads, of the one and of the other.
    const [read, other] = [textOf(await scenario.report()), textOf(await without.scenario.report())]
    expect(read).toContain(`The product renamed the test id “reserve” to “hero-action”: site/index.html:`)
    expect(read).toContain(`${Math.round(sure * 100)} %`)
    expect(read).not.toContain(unexplained)
    expect(other).toContain(unexplained)
    expect(other).toContain(`${Math.round(unsure * 100)} %`)
    expect(other).not.toContain('The product renamed')
    for (const text of scenario.truth[title]?.never ?? []) expect(other).not.toContain(text)
  })
})
