import { readdirSync, readFileSync } from 'node:fs'
import { cp, mkdtemp, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { run, runOk } from '../../scripts/fixture/process.ts'
import { git } from '../../scripts/fixture/repository.ts'
import { findPython } from '../../scripts/operator-fixture.ts'
import type { Report, Result } from '../../src/model.ts'
import { healJson, spawnCli } from '../support/spawn-cli.ts'

const FIXTURE = path.resolve(import.meta.dirname, '../../fixtures/billing')
const truth = JSON.parse(readFileSync(path.join(FIXTURE, 'truth.json'), 'utf8')) as Readonly<
  Record<'healed' | 'refused', Readonly<Record<string, string>>>
>

const nodeId = ({ file, title }: { readonly file: string; readonly title: string }): string =>
  title === file ? file : `${file}::${title.split(' › ').join('::')}`

describe('a pytest suite that nobody wrote to be healed', () => {
  let repo = ''
  let python = ''
  let report: Report
  const results = (id: string): readonly Result[] =>
    report.results.filter(({ tests }) => tests.some((test) => nodeId(test) === id))
  const pytest = (...args: readonly string[]) =>
    run(python, ['-m', 'pytest', '-q', '-p', 'no:cacheprovider', ...args], {
      cwd: repo,
      env: { PYTHONDONTWRITEBYTECODE: '1' },
    })

  beforeAll(async () => {
    repo = await mkdtemp(path.join(tmpdir(), 'self-heal-billing-'))
    python = await findPython()
    await cp(path.join(FIXTURE, 'v1'), repo, { recursive: true })
    await rename(path.join(repo, 'repo.gitignore'), path.join(repo, '.gitignore'))
    await git(repo, ['init', '--quiet', '--initial-branch=main'])
    await git(repo, ['add', '--all'])
    await git(repo, ['commit', '--quiet', '--message', 'Bill customers'])
    const before = await pytest()
    expect(before.output).toContain('16 passed')
    const patches = readdirSync(path.join(FIXTURE, 'history')).sort()
    await git(repo, ['am', '--quiet', ...patches.map((file) => path.join(FIXTURE, 'history', file))])
    await pytest('--continue-on-collection-errors', '--junitxml=junit.xml')
    const env = { PYTHON: python }
    report = (await healJson(['--artifacts', 'junit.xml'], { cwd: repo, env })).report
  })
  afterAll(() => rm(repo, { recursive: true, force: true }))

  it.each(Object.entries(truth.healed))('heals %s: %s', (id) => {
    expect(results(id).map(({ status, reason }) => [status, reason])).not.toEqual([])
    for (const { status, reason } of results(id)) expect(status, reason).toBe('healed')
  })

  it.each(Object.entries(truth.refused))('leaves %s: %s', (id) => {
    const last = results(id).filter(({ status }) => status !== 'healed')
    expect(last.map(({ status }) => status)).toEqual([expect.stringMatching(/^(?:likely_regression|needs_human)$/)])
    expect(last.flatMap(({ proposal }) => proposal?.edits ?? [])).toEqual([])
  })

  it('says of every failing test what became of it, and touches nothing', async () => {
    const seen = new Set(report.results.flatMap(({ tests }) => tests.map(nodeId)))
    expect([...seen].sort()).toEqual([...Object.keys(truth.healed), ...Object.keys(truth.refused)].sort())
    expect(await runOk('git', ['status', '--porcelain'], { cwd: repo })).toBe('')
  })

  it('gives patches after which all but the refused tests pass', async () => {
    const fixes = readdirSync(path.join(repo, '.healing_fixes')).map((file) => path.join('.healing_fixes', file))
    const applied = await spawnCli(['apply', ...fixes], { cwd: repo })
    expect(applied.code, applied.stderr).toBe(0)
    const { output } = await pytest()
    const failed = [...output.matchAll(/^FAILED (\S+)/gm)].map(([, id = '']) => id)
    expect(failed.sort()).toEqual(Object.keys(truth.refused).sort())
    expect(output).toMatch(/3 failed, 13 passed/)
  })
})
