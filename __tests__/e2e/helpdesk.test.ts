import { readdirSync, readFileSync } from 'node:fs'
import { cp, mkdtemp, rename, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runOk } from '../../scripts/fixture/process.ts'
import { git } from '../../scripts/fixture/repository.ts'
import { runScenario, scenarioEnv } from '../../scripts/scenario.ts'
import type { Report, Result } from '../../src/model.ts'
import { healJson, spawnCli } from '../support/spawn-cli.ts'

const FIXTURE = path.resolve(import.meta.dirname, '../../fixtures/helpdesk')
const MODULES = path.resolve(import.meta.dirname, '../../fixtures/shop/node_modules')

interface Truth {
  readonly healed: Readonly<Record<string, { readonly name: string }>>
  readonly refused: Readonly<Record<string, string>>
  readonly judgement: Readonly<Record<string, string>>
}
const truth = JSON.parse(readFileSync(path.join(FIXTURE, 'truth.json'), 'utf8')) as Truth

describe('an app without build, test ids or traces, of which only history tells', () => {
  let repo = ''
  let env: Record<string, string> = {}
  let report: Report
  const results = (title: string): readonly Result[] =>
    report.results.filter(({ tests }) => tests.some((test) => test.title.split(' › ').at(-1) === title))

  beforeAll(async () => {
    repo = await mkdtemp(path.join(tmpdir(), 'self-heal-helpdesk-'))
    await cp(path.join(FIXTURE, 'v1'), repo, { recursive: true })
    await rename(path.join(repo, 'repo.gitignore'), path.join(repo, '.gitignore'))
    await symlink(MODULES, path.join(repo, 'node_modules'), 'dir')
    await git(repo, ['init', '--quiet', '--initial-branch=main'])
    await git(repo, ['add', '--all'])
    await git(repo, ['commit', '--quiet', '--message', 'Open a helpdesk'])
    const patches = readdirSync(path.join(FIXTURE, 'history')).sort()
    await git(repo, ['am', '--quiet', ...patches.map((file) => path.join(FIXTURE, 'history', file))])
    env = await scenarioEnv()
    expect(await runScenario(repo, env)).toContain('22 failed')
    report = (await healJson(['--artifacts', 'test-results/**'], { cwd: repo, env })).report
  }, 540_000)
  afterAll(() => rm(repo, { recursive: true, force: true }))

  it.each(Object.entries(truth.healed))('heals “%s”', (title, { name }) => {
    const found = results(title)
    expect(found.map(({ proposal }) => proposal?.new).join('\n')).toContain(name)
    for (const { status, reason } of found) expect(status, reason).toBe('healed')
  })

  it.each(Object.entries(truth.refused))('leaves “%s”: %s', (title) => {
    const last = results(title).filter(({ status }) => status !== 'healed')
    expect(last.map(({ status }) => status)).toEqual([expect.stringMatching(/^(?:likely_regression|needs_human)$/)])
    expect(last.flatMap(({ proposal }) => proposal?.edits ?? [])).toEqual([])
  })

  it('says on which commit it looked, and leaves the checkout as it was', async () => {
    expect(report.run.baselineSource).toBe('rerun')
    const first = (await runOk('git', ['rev-list', '--max-parents=0', 'HEAD'], { cwd: repo })).trim()
    expect(report.run.baselineCommit).toBe(first)
    expect(await runOk('git', ['status', '--porcelain'], { cwd: repo })).toBe('')
  })

  it('gives patches after which all is green but what was refused', async () => {
    const fixes = readdirSync(path.join(repo, '.healing_fixes')).map((file) => path.join('.healing_fixes', file))
    const applied = await spawnCli(['apply', ...fixes], { cwd: repo })
    expect(applied.code, applied.stderr).toBe(0)
    const output = await runScenario(repo, env)
    const failed = new Set([...output.matchAll(/^\s*✘.*› (.+?) \(\d/gm)].map(([, title = '']) => title))
    const left = [...Object.keys(truth.refused), ...Object.keys(truth.judgement)]
    expect([...failed].filter((title) => !left.includes(title))).toEqual([])
    expect([...failed].sort()).toEqual(expect.arrayContaining(Object.keys(truth.refused).sort()))
  })
})
