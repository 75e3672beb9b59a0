import { readFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fileStore } from '../../src/history/file-store.ts'
import type { Result } from '../../src/model.ts'
import { makePythonProject, type PythonProject } from '../support/python-project.ts'

/** What was one field is two now, and no commit says which of them it is. */
const TWO = `"""What a pump says of itself."""


def status():
    said = {}
    for name, value in (("phaseBefore", "Starting"), ("phaseNow", "Running")):
        said[name] = value
    return said
`
const TEST = `from pump.status import status


def test_it_runs():
    pump = status()
    assert pump["phase"] == "Running"
`
let project: PythonProject
let open: Result

describe('a candidate that was left to a person', () => {
  beforeAll(async () => {
    project = await makePythonProject({ 'tests/test_status.py': TEST }, { 'pump/status.py': TWO })
    await project.test()
    const { outcome, stderr } = await project.selfHeal('heal', '--artifacts', 'junit.xml')
    const found = outcome?.report.results.find(({ tests }) => tests[0]?.title === 'test_it_runs')
    if (!found) throw new Error(stderr)
    open = found
  })
  afterAll(() => project.dispose())

  const numberOf = (name: string): string =>
    String((open.proposal?.alternatives.findIndex(({ locator }) => locator === name) ?? -1) + 1)
  const apply = (name: string) =>
    project.selfHeal('apply', open.diagnosis.signature, '--candidate', numberOf(name), '--artifacts', 'junit.xml')
  const source = () => readFileSync(path.join(project.root, 'tests/test_status.py'), 'utf8')

  it('is shown with the others, none of which is patched', () => {
    expect(open.status, open.reason).toBe('needs_human')
    expect(open.proposal?.alternatives.map(({ locator }) => locator).toSorted()).toEqual(['phaseBefore', 'phaseNow'])
    expect(open.proposal?.edits).toEqual([])
  })

  it('is not applied where the test fails with it, whoever chose it', async () => {
    const { code, stdout } = await apply('phaseBefore')
    expect(stdout).toContain('not applied')
    expect(code).toBe(1)
    expect(source()).toContain('["phase"]')
  })

  it('is applied where it passes the guard and the test, and remembered as accepted', async () => {
    const { code, stdout, stderr, outcome } = await apply('phaseNow')
    expect(code, `${stdout} ${stderr}`).toBe(0)
    expect(source()).toContain('["phaseNow"]')
    const made = outcome?.report.results.find(({ status }) => status === 'healed')
    expect(made?.proposal?.evidence.map(({ text }) => text)).toContain('A person chose phaseNow')
    const { history } = await fileStore(project.root).load()
    expect(history.events.at(-1)).toMatchObject({
      kind: 'accept',
      signature: open.diagnosis.signature,
      new: 'phaseNow',
    })
  })
})
