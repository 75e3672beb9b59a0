import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DOWNLOAD_LIMITS, downloadArtifacts, findGreenRun } from '../../src/github/artifacts.ts'
import { createClient, type GitHubClient } from '../../src/github/client.ts'
import { type StandIn, startGitHub } from '../support/github/index.ts'
import { makeRepository, type TestRepository } from '../support/github/repository.ts'
import { makeZip } from '../support/make-zip.ts'

let repository: TestRepository
let github: StandIn
let client: GitHubClient
let folder: string

beforeEach(async () => {
  repository = makeRepository({ 'a.txt': 'a\n' })
  github = await startGitHub({ bareRepo: repository.bare, owner: 'octo', repo: 'shop' })
  const { token } = github.world
  client = createClient({ token, owner: 'octo', repo: 'shop', apiUrl: github.apiUrl, sleep: async () => {} })
  folder = mkdtempSync(path.join(tmpdir(), 'self-heal-artifacts-'))
})

afterEach(async () => {
  expect(github.violations).toEqual([])
  await github.close()
  repository.dispose()
  rmSync(folder, { recursive: true, force: true })
})

let next = 1
const put = (name: string, zip: Buffer, expired = false) =>
  void github.world.artifacts.push({ id: next++, runId: 5, name, zip, expired })
const text = (size: number) => makeZip({ 'a.txt': Buffer.alloc(size, 'x').toString() })

describe('artifacts of a run', () => {
  it('are unpacked into folders of their own, whatever they are called', async () => {
    put('../../etc', makeZip({ 'x/a.txt': 'first' }))
    put('b', makeZip({ 'x/a.txt': 'second' }))
    const found = await downloadArtifacts(client, 5, folder)
    expect(found).toMatchObject({ names: ['../../etc', 'b'], problems: [] })
    expect(readdirSync(folder)).toEqual(['0', '1'])
    expect(readFileSync(path.join(folder, '1/x/a.txt'), 'utf8')).toBe('second')
  })

  it('are found on every page', async () => {
    for (let index = 0; index < 120; index++) put(`a${index}`, makeZip({}), true)
    const limits = { ...DOWNLOAD_LIMITS, maxArtifacts: 110 }
    expect((await downloadArtifacts(client, 5, folder, limits)).problems).toHaveLength(110)
  })

  it.each([
    ['too large', { maxArtifactBytes: 60 }, /more than are downloaded/],
    ['too large once unpacked', { archive: { maxTotalBytes: 1_000 } }, /zip bomb/],
    ['too many together', { maxTotalBytes: 150 }, /more than are downloaded/],
  ])('that are %s are left out and named', async (_, change, why) => {
    put('small', makeZip({ 'a.txt': 'x' }))
    put('large', text(5_000))
    const found = await downloadArtifacts(client, 5, folder, { ...DOWNLOAD_LIMITS, ...change })
    expect(found.problems).toHaveLength(found.names.includes('small') ? 1 : 2)
    expect(found.problems.at(-1)?.message).toMatch(why)
    expect(found.names).not.toContain('large')
  })

  it('that are broken cost only themselves', async () => {
    put('broken', Buffer.from('not a zip'))
    put('whole', makeZip({ 'a.txt': 'x' }))
    const found = await downloadArtifacts(client, 5, folder)
    expect(found.names).toEqual(['whole'])
    expect(found.problems[0]?.message).toMatch(/broken: not a readable zip/)
  })

  it('of a run that is not there are none', async () => {
    expect(await downloadArtifacts(client, 6, folder)).toEqual({ names: [], patterns: [], problems: [] })
  })
})

describe('the last green run', () => {
  it('is the newest successful one of the workflow on the branch', async () => {
    const run = { workflowId: 3, branch: 'main', sha: 'a'.repeat(40), conclusion: 'success' as const }
    github.world.runs.push({ ...run, id: 1 }, { ...run, id: 2 }, { ...run, id: 3, conclusion: 'failure' })
    github.world.runs.push({ ...run, id: 4, branch: 'other' }, { ...run, id: 5, workflowId: 4 })
    expect(await findGreenRun(client, 3, 'main')).toEqual({ id: 2, sha: 'a'.repeat(40) })
    expect(await findGreenRun(client, 3, 'none')).toBeNull()
  })
})
