import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import type { EngineConfig, HealOutcome } from '../../src/engine.ts'
import { fileStore } from '../../src/history/file-store.ts'
import type { Result } from '../../src/model.ts'
import { toJson } from '../../src/report/json.ts'
import { FIX, makeRepository, PAGE, put, selfHeal } from '../support/cli.ts'
import { sampleProposal, sampleReport, sampleResult, sampleResults } from '../support/reports.ts'

const SECOND = FIX.replace("-    return this.page.getByTestId('buy')", "-    return this.page.getByTestId('nowhere')")

function result(signature: string, patch: string, diff: string): Result {
  return sampleResult({
    diagnosis: { ...sampleResult().diagnosis, signature },
    proposal: sampleProposal({ patch, diff }),
  })
}

/** A result with two candidates that a person must choose from. */
const undecided = (): Result =>
  sampleResult({
    status: 'needs_human',
    diagnosis: { ...sampleResult().diagnosis, signature: 'cccccccccccc' },
    proposal: sampleProposal({
      patch: null,
      diff: '',
      edits: [],
      alternatives: [
        { locator: "getByTestId('now')", confidence: 0.5 },
        { locator: "getByTestId('later')", confidence: 0.4 },
      ],
    }),
  })

/** A repository after a run that made two fixes, of which one does not apply any more. */
function afterRun(more: readonly Result[] = []): string {
  const cwd = makeRepository()
  const results = [result('aaaaaaaaaaaa', 'buy.patch', FIX), result('bbbbbbbbbbbb', 'old.patch', SECOND), ...more]
  put(cwd, 'self-heal-report/healing-report.json', toJson(sampleReport(results)))
  put(cwd, '.healing_fixes/buy.patch', FIX)
  put(cwd, '.healing_fixes/old.patch', SECOND)
  return cwd
}

describe('self-heal review', () => {
  it('lists every fix and how it stands where nobody can be asked', async () => {
    const cwd = afterRun()
    put(cwd, '.healing_fixes/stranger.patch', FIX)
    const ran = await selfHeal(['review'], { cwd })
    expect(ran.code).toBe(1)
    expect(ran.stdout).toContain('.healing_fixes/buy.patch: pending')
    expect(ran.stdout).toContain('.healing_fixes/old.patch: does not apply')
    expect(ran.stdout).toContain('1 fix pending. Apply: self-heal apply .healing_fixes/buy.patch')
    expect(ran.stderr).toContain('.healing_fixes/stranger.patch')
  })

  it('asks for each pending fix at a terminal, with diff and evidence, and applies on "a"', async () => {
    const cwd = afterRun()
    const ran = await selfHeal(['review'], { cwd, typed: ['what', 'e', 'a'] })
    expect(ran.code).toBe(0)
    expect(ran.stdout).toContain('Fix 1 of 1')
    expect(ran.stdout).toContain("+    return this.page.getByTestId('purchase')")
    expect(ran.stdout).toContain('+ Role, accessible name "Buy now"')
    expect(ran.stdout).toContain('another element')
    expect(ran.stdout).toContain('1 applied, 0 left')
    expect(readFileSync(path.join(cwd, PAGE), 'utf8')).toContain("'purchase'")
  })

  it('remembers what was rejected, and what was applied', async () => {
    const cwd = afterRun()
    const ran = await selfHeal(['review'], { cwd, typed: ['r'] })
    expect(ran.code).toBe(0)
    expect(ran.stdout).toContain('0 applied, 1 rejected, 0 left')
    expect(readFileSync(path.join(cwd, PAGE), 'utf8')).toContain("'buy'")
    await selfHeal(['review'], { cwd, typed: ['a'] })
    const { history } = await fileStore(cwd).load()
    expect(history.events).toMatchObject([
      { kind: 'reject', signature: 'aaaaaaaaaaaa', strategy: 'testId' },
      { kind: 'accept', signature: 'aaaaaaaaaaaa', strategy: 'testId' },
    ])
  })

  it('shows what was left to a person with its candidates and how to apply one', async () => {
    const ran = await selfHeal(['review'], { cwd: afterRun([undecided()]) })
    expect(ran.stdout).toContain('Left for you to choose:')
    expect(ran.stdout).toContain("    2. getByTestId('later')\n    self-heal apply cccccccccccc --candidate N")
  })

  it.each([['s'], ['q'], []])('changes nothing on %j', async (...typed: string[]) => {
    const cwd = afterRun()
    const ran = await selfHeal(['review'], { cwd, typed })
    expect(ran.code).toBe(1)
    expect(ran.stdout).toContain('0 applied, 1 left')
    expect(readFileSync(path.join(cwd, PAGE), 'utf8')).toContain("'buy'")
  })

  it('has nothing to ask once everything is applied', async () => {
    const cwd = afterRun()
    await selfHeal(['apply', '.healing_fixes/buy.patch'], { cwd })
    const ran = await selfHeal(['review'], { cwd, typed: ['a'] })
    expect(ran.code).toBe(0)
    expect(ran.stdout).toContain('.healing_fixes/buy.patch: applied')
    expect(ran.stdout).toContain('No fix is pending.')
  })

  it('prints the states as JSON', async () => {
    const ran = await selfHeal(['review', '--json'], { cwd: afterRun() })
    expect(JSON.parse(ran.stdout)).toMatchObject([
      { signature: 'aaaaaaaaaaaa', state: 'pending' },
      { signature: 'bbbbbbbbbbbb', state: 'conflict' },
    ])
  })

  it('says what to do where there is no report, or none it can read', async () => {
    const cwd = makeRepository()
    expect((await selfHeal(['review'], { cwd })).stderr).toContain('Run `self-heal heal` first')
    put(cwd, 'self-heal-report/healing-report.json', '{"schemaVersion":1}')
    const ran = await selfHeal(['review'], { cwd })
    expect(ran.code).toBe(2)
    expect(ran.stderr).toContain('cannot be used')
  })
})

describe('self-heal explain', () => {
  function withReport(results: readonly Result[] = sampleResults()): string {
    const cwd = makeRepository()
    put(cwd, 'out/healing-report.json', toJson(sampleReport(results)))
    return cwd
  }

  it('prints evidence, candidates, strategies and the patch', async () => {
    const ran = await selfHeal(['explain', '3f9a01c27be4', '--report-dir', 'out'], { cwd: withReport() })
    expect(ran.code).toBe(0)
    for (const text of [
      "getByTestId('buy') → getByTestId('purchase')",
      '+ Commit 4f1c2ab renames data-testid="buy"',
      '− The strategy css chose another element. (strategy, 0.03)',
      "0.02       getByRole('button', { name: 'Add to wish list' })",
      'testId       this element',
      'placeholder  silent',
      '0.97 for this repair, asked for: above 0.8',
      'checkout › pays by card (chromium)  tests/checkout.spec.ts:9',
      "+    return this.page.getByTestId('purchase')",
    ])
      expect(ran.stdout).toContain(text)
  })

  it('is content with the beginning of a signature', async () => {
    const ran = await selfHeal(['explain', 'C0FFEE', '--report-dir', 'out', '--json'], { cwd: withReport() })
    expect(JSON.parse(ran.stdout)).toMatchObject({ status: 'likely_regression' })
  })

  it('names the signatures there are for one it does not know, or that is ambiguous', async () => {
    const none = await selfHeal(['explain', 'ffffffffffff', '--report-dir', 'out'], { cwd: withReport() })
    expect(none.code).toBe(2)
    expect(none.stderr).toContain('c0ffee12ab34')
    const twins = [result('abcd00000001', 'a.patch', FIX), result('abcd00000002', 'b.patch', FIX)]
    const many = await selfHeal(['explain', 'abcd', '--report-dir', 'out'], { cwd: withReport(twins) })
    expect(many.stderr).toContain('could be any of abcd00000001, abcd00000002')
  })
})

describe('self-heal apply SIGNATURE', () => {
  /** An engine that was asked for one failure, and heals it or not. */
  const engine =
    (cwd: string, status: Result['status'], seen: EngineConfig[]) =>
    async (config: EngineConfig): Promise<HealOutcome> => {
      seen.push(config)
      const patch = 'chosen-cccccc.patch'
      put(cwd, `.healing_fixes/${patch}`, FIX)
      const made = sampleResult({
        status,
        reason: 'The test fails with it.',
        diagnosis: undecided().diagnosis,
        proposal: sampleProposal({ patch: status === 'healed' ? patch : null, diff: FIX }),
      })
      const report = sampleReport([made])
      return { report, files: [], fixes: [], reportDir: config.reportDir, patchesDir: path.join(cwd, '.healing_fixes') }
    }

  it('has the chosen candidate tried, applies it and remembers it; other fixes stay pending', async () => {
    const cwd = afterRun([undecided()])
    const seen: EngineConfig[] = []
    const ran = await selfHeal(['apply', 'cccc', '--candidate', '2'], { cwd, engine: engine(cwd, 'healed', seen) })
    expect(ran.stderr).toBe('')
    expect(ran.code).toBe(0)
    expect(seen[0]).toMatchObject({
      onlySignatures: ['cccccccccccc'],
      keepPatches: true,
      chosen: [{ signature: 'cccccccccccc', candidate: "getByTestId('later')" }],
      reportDir: path.join(cwd, 'self-heal-report/applied'),
    })
    expect(readFileSync(path.join(cwd, PAGE), 'utf8')).toContain("'purchase'")
    const { history } = await fileStore(cwd).load()
    expect(history.events.map(({ kind }) => kind)).toEqual(['retry', 'accept'])
    expect((await selfHeal(['review'], { cwd })).stdout).toContain('buy.patch')
  })

  it('changes nothing where the tests do not pass with it', async () => {
    const cwd = afterRun([undecided()])
    const ran = await selfHeal(['apply', 'cccc', '--candidate', '1'], { cwd, engine: engine(cwd, 'needs_human', []) })
    expect(ran.code).toBe(1)
    expect(ran.stdout).toContain('not applied: The test fails with it.')
    expect(readFileSync(path.join(cwd, PAGE), 'utf8')).toContain("'buy'")
  })

  it('of a fix that has a patch applies that', async () => {
    const cwd = afterRun()
    expect((await selfHeal(['apply', 'aaaaaaaaaaaa'], { cwd })).code).toBe(0)
    expect(readFileSync(path.join(cwd, PAGE), 'utf8')).toContain("'purchase'")
  })

  it.each([
    ['no number where there are two', ['cccc'], /2 candidates by its number: 1\. getByTestId\('now'\)/],
    ['a number that is none', ['cccc', '--candidate', '9'], /2 candidates by its number/],
    ['a candidate of a patch', ['x.patch', '--candidate', '1'], /goes with one signature/],
    ['a signature that is none', ['dddd'], /no signature dddd/],
  ])('with %s says what is to be given', async (_, args, message) => {
    const ran = await selfHeal(['apply', ...args], { cwd: afterRun([undecided()]) })
    expect(ran.code).toBe(2)
    expect(ran.stderr).toMatch(message)
  })
})
