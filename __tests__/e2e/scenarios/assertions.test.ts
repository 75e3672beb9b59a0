import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Report } from '../../../src/model.ts'
import { HAS_PLAYWRIGHT, openScenario, resultOf, type ScenarioRun, truthOf } from '../../support/scenario.ts'
import { spawnCli } from '../../support/spawn-cli.ts'

const truth = Object.entries(truthOf('reworded'))

describe.skipIf(!HAS_PLAYWRIGHT)('a product that says things in other words', () => {
  let scenario: ScenarioRun
  let report: Report

  beforeAll(async () => {
    scenario = await openScenario('reworded')
    expect(await scenario.suite('--trace=off')).toBeDefined()
    report = (await scenario.heal()).report
  }, 240_000)
  afterAll(() => scenario.dispose())

  it.each(truth.filter(([, { says }]) => says !== undefined))(
    '“%s” is told what the product says now',
    (title, { says }) => {
      const { status, reason, proposal, diagnosis } = resultOf(report, title)
      expect(status, reason).toBe('healed')
      expect(diagnosis.failureType).toBe('assertion_mismatch')
      expect(proposal?.edits.map((edit) => edit.new)).toEqual([says])
      expect(proposal?.evidence.find(({ kind }) => kind === 'commit')?.text).toMatch(/ \([0-9a-f]{8} “/)
    },
  )

  it.each(truth.filter(([, { says }]) => says === undefined))('“%s” stays as it is', (title, { status }) => {
    const result = resultOf(report, title)
    expect(result.status, result.reason).toBe(status)
    expect(result.proposal?.edits ?? []).toEqual([])
  })

  it('gives patches after which only what was left fails', async () => {
    const folder = path.join(scenario.root, '.healing_fixes')
    const fixes = readdirSync(folder).map((file) => path.join('.healing_fixes', file))
    for (const fix of fixes) expect(readFileSync(path.join(scenario.root, fix), 'utf8')).not.toContain('site/')
    const applied = await spawnCli(['apply', ...fixes], { cwd: scenario.root })
    expect(applied.code, applied.stderr).toBe(0)
    const output = await scenario.suite('--reporter=list')
    const failed = [...new Set([...output.matchAll(/^\s*✘.*› (.+?) \(\d/gm)].map(([, title = '']) => title))]
    expect(failed.sort()).toEqual(truth.flatMap(([title, { says }]) => (says === undefined ? [title] : [])).sort())
  }, 120_000)
})
