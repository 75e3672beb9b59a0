import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DOWNLOAD_LIMITS, downloadArtifacts, findGreenRuns } from '../../src/github/artifacts.ts'
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

describe('the last green runs', () => {
  const run = { workflowId: 3, branch: 'main', sha: 'a'.repeat(40), conclusion: 'success' as const }

  it('are the successful ones of the workflow on the branch, newest first', async () => {
    github.world.runs.push({ ...run, id: 1 }, { ...run, id: 2 }, { ...run, id: 3, conclusion: 'failure' })
    github.world.runs.push({ ...run, id: 4, branch: 'other' }, { ...run, id: 5, workflowId: 4 })
    expect((await findGreenRuns(client, 3, 'main')).map(({ id }) => id)).toEqual([2, 1])
    expect(await findGreenRuns(client, 3, 'none')).toEqual([])
  })

  it('are never those of a fork that calls its branch alike', async () => {
    github.world.runs.push({ ...run, id: 1 }, { ...run, id: 2, headRepo: 'mallory/shop' })
    expect((await findGreenRuns(client, 3, 'main')).map(({ id }) => id)).toEqual([1])
  })
})

describe('downloads that go wrong', () => {
  it.each([
    [410, 'Artifact has expired', /expired or was deleted/],
    [403, 'Resource not accessible by integration', /actions: read/],
  ])('with %i are said in words, and the next artifact is taken', async (status, message, remedy) => {
    put('gone', makeZip({ 'a.txt': 'x' }))
    put('there', makeZip({ 'a.txt': 'x' }))
    github.faults.push({ operation: 'actions/download-artifact', status, body: { message }, times: 1 })
    const found = await downloadArtifacts(client, 5, folder)
    expect(found.names).toEqual(['there'])
    expect(found.problems).toHaveLength(1)
    expect(found.problems[0]?.remedy).toMatch(remedy)
  })

  it('end where the time is up', async () => {
    put('slow', makeZip({ 'a.txt': 'x' }))
    put('never', makeZip({ 'a.txt': 'x' }))
    github.faults.push({
      operation: 'actions/download-artifact',
      before: () => new Promise((resolve) => setTimeout(resolve, 700)),
    })
    const found = await downloadArtifacts(client, 5, folder, { ...DOWNLOAD_LIMITS, maxMs: 300 })
    expect(found.names).toEqual([])
    expect(found.problems.map(({ message }) => message)).toEqual([
      expect.stringMatching(/"slow".*took longer/),
      expect.stringMatching(/"never".*took longer/),
    ])
    expect(readdirSync(folder)).toEqual([])
  })
})
