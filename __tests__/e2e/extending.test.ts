import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Diagnosis, Report, Result } from '../../src/model.ts'
import { makePythonProject, type PythonProject } from '../support/python-project.ts'
import { HAS_PLAYWRIGHT, makeSmallProject, runSmallSuite, type SmallProject } from '../support/small-project.ts'
import { healJson } from '../support/spawn-cli.ts'

const DOCS = readFileSync(path.resolve(import.meta.dirname, '../../docs/extending.md'), 'utf8')

/** An example of the documentation, by the file that it says it is. */
const example = (file: string): string => {
  const [, text] =
    new RegExp(`\`\`\`\\w+\\n(?://|#) ${file.replaceAll('.', '\\.')}\\n([\\s\\S]*?)\`\`\``).exec(DOCS) ?? []
  if (text === undefined) throw new Error(`docs/extending.md has no example ${file}`)
  return text
}

const CLIENT = (served: string) => `class ApiException(Exception):
    pass


SERVED = ["${served}"]


def get(path):
    if path not in SERVED:
        raise ApiException("(404)\\nReason: Not Found\\nHTTP response body: the server could not find the requested resource")
    return {"kind": "PumpList"}
`
const MODES = (known: string) => `KNOWN = ["${known}"]


def switch_to(mode):
    if mode not in KNOWN:
        raise RuntimeError("the pump would not have it")
    return "on"
`
const OPERATOR = {
  'pump/modes.py': MODES('modes/slow'),
  'tests/test_modes.py': `from pump.modes import switch_to


def test_it_goes_slowly():
    assert switch_to("modes/slow") == "on"
`,
  'pump/client.py': CLIENT('/apis/pump.example/v1alpha1/pumps'),
  'tests/test_pumps.py': `from pump.client import get


def test_pumps_are_listed():
    pumps = get("/apis/pump.example/v1alpha1/pumps")
    assert pumps["kind"] == "PumpList"
`,
}
const STATUS = (names: string) => `"""What a pump says of itself."""


def status():
    return {${names}}
`
const healer = (type: string, body: string) =>
  `export default { failureType: '${type}', heal(diagnosis, context) { ${body} } }\n`

describe('modules of a project', () => {
  let project: PythonProject
  let report: Report

  const healNow = async (modules: Readonly<Record<string, string>>): Promise<Report> => {
    project.git('clean', '-fdq', '.self-heal')
    for (const [file, text] of Object.entries(modules)) project.write(`.self-heal/${file}`, text)
    const { outcome, stderr } = await project.selfHeal('heal', '--artifacts', 'junit.xml')
    if (!outcome) throw new Error(stderr)
    return outcome.report
  }
  const of = (title: string): Result | undefined => report.results.find(({ tests }) => tests[0]?.title === title)
  const said = () => report.problems.map(({ message }) => message).join('\n')

  beforeAll(async () => {
    project = await makePythonProject(OPERATOR, {
      'pump/client.py': CLIENT('/apis/pump.example/v1/pumps'),
      'pump/modes.py': MODES('modes/calm'),
      'pump/status.py': STATUS('"state": "Running"'),
    })
    await project.test()
  })
  afterAll(() => project.dispose())

  describe('of which some are broken', () => {
    beforeAll(async () => {
      report = await healNow({
        'served-versions.mjs': example('.self-heal/served-versions.mjs'),
        'a-throws.mjs': healer('field_renamed', `throw new Error('no luck')`),
        'b-hangs.mjs': healer('field_renamed', 'for (;;) {}'),
        'c-nonsense.mjs': healer('field_renamed', `return { reason: 'because', confidence: 12 }`),
        'd-loosens.mjs': healer(
          'field_renamed',
          `const { file, line } = diagnosis.location
           return { reason: 'Simply do not look', confidence: 1, edits: [{ file, line, old: '== "Running"', new: 'is not None' }] }`,
        ),
      })
    })

    it('are asked first: the example of the documentation heals what no commit of the tests explains', () => {
      const result = of('test_pumps_are_listed')
      expect(result?.status, result?.reason).toBe('healed')
      expect(result?.proposal).toMatchObject({
        old: 'pump.example/v1alpha1',
        new: 'pump.example/v1',
        strategy: '.self-heal/served-versions.mjs',
      })
      expect(result?.proposal?.evidence[0]?.text).toContain('since release 4')
    })

    it.each([
      ['a-throws', 'no luck'],
      ['b-hangs', 'took more than 2000 ms'],
      ['c-nonsense', '`confidence` is not from 0 to 1'],
      ['d-loosens', 'its patch was refused'],
    ])('%s is named and skipped', (name, what) => {
      expect(report.problems.find(({ subject }) => subject === `.self-heal/${name}.mjs`)?.message).toContain(what)
    })

    it('leave the failure to the healer built in, and the run goes on', () => {
      expect(of('test_it_runs')).toMatchObject({ status: 'healed', proposal: { new: 'state', strategy: 'field' } })
      expect(report.run.reached).toBe('done')
      expect(project.git('status', '--porcelain', '--untracked-files=no')).toBe('')
    })
  })

  it('that are wrong are found out by the test, and the healer built in is asked after all', async () => {
    report = await healNow({
      'wrong.mjs': healer(
        'field_renamed',
        `const { file, line } = diagnosis.location
         return { reason: 'A guess', confidence: 0.99, edits: [{ file, line, old: diagnosis.affected, new: 'guess' }] }`,
      ),
    })
    const result = of('test_it_runs')
    expect(result?.status, `${result?.reason} ${said()}`).toBe('healed')
    expect(result?.proposal).toMatchObject({ new: 'state', strategy: 'field' })
  })

  it('may say that a person must look, or that it is a regression', async () => {
    report = await healNow({
      'sure.mjs': healer(
        'field_renamed',
        `return { status: 'likely_regression', reason: 'The phase must stay', confidence: 0.9 }`,
      ),
    })
    expect(of('test_it_runs')).toMatchObject({ status: 'likely_regression', proposal: { absent: 0.9, edits: [] } })
  })

  it('and a fallback is asked last, only where every healer is silent, and held to the same guard', async () => {
    const asked: string[] = []
    const answer =
      (fresh: string) =>
      ({ location }: Diagnosis) => ({
        reason: 'The mode is called otherwise',
        confidence: 0.9,
        failureType: 'resource_not_found',
        edits: [{ file: location?.file, line: location?.line, old: '"modes/slow"', new: fresh }],
      })
    project.fallback = {
      name: 'the oracle',
      async heal(diagnosis) {
        asked.push(diagnosis.failureType)
        return answer('"modes/calm"')(diagnosis)
      },
    }
    report = await healNow({})
    const result = of('test_it_goes_slowly')
    expect(result, JSON.stringify(result?.reason)).toMatchObject({
      status: 'healed',
      proposal: { strategy: 'the oracle' },
    })
    expect(result?.diagnosis.failureType).toBe('resource_not_found')
    expect(result?.proposal?.evidence[0]).toMatchObject({
      kind: 'ai',
      text: 'the oracle: The mode is called otherwise',
    })
    expect(of('test_it_runs')?.proposal?.strategy).toBe('field')
    expect(asked).toEqual(['unknown'])

    project.fallback = { name: 'the liar', heal: async (diagnosis) => answer('KNOWN[0]')(diagnosis) }
    report = await healNow({ 'renames.yml': '- no map\n' })
    expect(of('test_it_goes_slowly')).toMatchObject({ status: 'needs_human', diagnosis: { failureType: 'unknown' } })
    expect(said()).toContain('the liar was asked')
    expect(said()).toContain('.self-heal/renames.yml is no map')
    project.fallback = null
  })
})

describe.skipIf(!HAS_PLAYWRIGHT)('a strategy of a project', () => {
  let project: SmallProject
  const kept = mkdtempSync(path.join(tmpdir(), 'self-heal-kept-'))
  const BUTTON = '<button data-testid="buy-button" class="primary">Add to basket</button>'
  const page = (button: string) => `<!doctype html>
<html lang="en"><head><title>Lamps</title></head><body><main><h1>Desk lamp</h1>
<label>Amount <input name="amount" value="1" /></label>
${button}
<button data-testid="share-button">Share</button><p role="status"></p></main>
<script src="/shop.js"></script></body></html>
`

  beforeAll(async () => {
    project = await makeSmallProject({
      'site/index.html': page(BUTTON.replace(' class', ' data-part="buy" class')),
      '.self-heal/part.mjs': example('.self-heal/part.mjs'),
    })
    await runSmallSuite(project, ['--reporter=json', '--trace=on'])
    cpSync(path.join(project.root, 'test-results'), path.join(kept, 'green'), { recursive: true })
    project.write('site/index.html', page(BUTTON.replace('data-testid="buy-button" class', 'data-part="buy" class')))
    project.git('commit', '-qam', 'Drop the test ids of buttons')
    await runSmallSuite(project, ['--reporter=blob', '--trace=retain-on-failure'])
  }, 120_000)
  afterAll(() => {
    project?.dispose()
    rmSync(kept, { recursive: true, force: true })
  })

  it('is one more witness, and its locator is tried at the place that its priority gives it', async () => {
    const { report } = await healJson(['--baseline', path.join(kept, 'green/**')], {
      cwd: project.root,
      env: project.env,
    })
    const [result] = report.results
    expect(result?.status, JSON.stringify([result?.reason, report.problems])).toBe('healed')
    expect(result?.proposal?.strategies.find(({ name }) => name === 'part')).toMatchObject({ agrees: true })
    expect(result?.proposal?.evidence.map(({ text }) => text).join('\n')).toContain(
      "The project's strategy part takes it for the same: the same part “buy”",
    )
    expect(result?.proposal).toMatchObject({ strategy: 'part', new: expect.stringContaining('data-part') })
  }, 120_000)
})
