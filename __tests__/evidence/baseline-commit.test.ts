import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findBaselineCommits, holdingAny } from '../../src/evidence/baseline-commit.ts'

let root: string
const git = (...args: readonly string[]) =>
  execFileSync('git', ['-C', root, '-c', 'user.name=T', '-c', 'user.email=t@example.com', ...args], {
    encoding: 'utf8',
    stdio: 'pipe',
  }).trim()
const commit = (subject: string) => {
  git('commit', '-q', '--allow-empty', '-m', subject)
  return git('rev-parse', 'HEAD')
}

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'baseline-commit-'))
  git('init', '-q', '-b', 'main')
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

describe('the commit on which a failing test may have been green', () => {
  it('is the one that is known to be', async () => {
    const older = commit('older')
    const green = commit('green')
    commit('broken')
    commit('more')
    expect((await findBaselineCommits(root, green.slice(0, 10))).commits).toEqual([green, older])
  })

  it('is where a branch left the default branch', async () => {
    const first = commit('first')
    const base = commit('base')
    git('checkout', '-q', '-b', 'redesign')
    commit('one')
    commit('two')
    expect((await findBaselineCommits(root, null)).commits).toEqual([base, first])
  })

  it('is one of a few commits back on the default branch, as far as there are any', async () => {
    const made = ['a', 'b', 'c', 'd', 'e', 'f'].map(commit)
    expect((await findBaselineCommits(root, null)).commits).toEqual([made[4], made[1]])
  })

  it('is none before the file of the test was written', async () => {
    const before = commit('before')
    mkdirSync(path.join(root, 'tests'))
    writeFileSync(path.join(root, 'tests/a.spec.ts'), '')
    git('add', '-A')
    const written = commit('written')
    expect(await holdingAny(root, [written, before], ['tests/a.spec.ts', 'tests/b.spec.ts'])).toEqual([written])
  })

  it('is none before there is history, and follows the rule where the known one is not in the clone', async () => {
    expect((await findBaselineCommits(root, null)).commits).toEqual([])
    commit('only')
    expect((await findBaselineCommits(root, null)).commits).toEqual([])
    expect((await findBaselineCommits(root, '--all')).commits).toEqual([])
    const [next] = [git('rev-parse', 'HEAD'), commit('more')]
    expect((await findBaselineCommits(root, '0123456789012345678901234567890123456789')).commits).toEqual([next])
  })
})
