import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { EngineConfig } from '../../src/engine.ts'
import { readStore } from '../../src/evidence/store.ts'
import { BUCKETS, bucketOf } from '../../src/evidence/store-buckets.ts'
import type { StoredStep } from '../../src/evidence/stored-step.ts'
import { createClient, type GitHubClient } from '../../src/github/client.ts'
import { MEMORY_BRANCH, updateMemory } from '../../src/github/memory.ts'
import { recallBaseline, rememberBaseline } from '../../src/remember.ts'
import { actOn, downloadFolder } from '../support/act.ts'
import { pullRequestEvent, workflowRunEvent } from '../support/events.ts'
import { type StandIn, startGitHub } from '../support/github/index.ts'
import { makeRepository, type TestRepository } from '../support/github/repository.ts'
import { makeZip } from '../support/make-zip.ts'
import { makeOutcome } from '../support/outcome.ts'

const HERE = { owner: 'octo', repo: 'shop' }
const REF = `refs/heads/${MEMORY_BRANCH}`
const SHA = 'c'.repeat(40)
const TEST = 'e2e/a.spec.ts › buys'
const SELECTOR = 'internal:testid=[data-testid="buy"s]'

let repository: TestRepository
let github: StandIn
let client: GitHubClient
let calls: EngineConfig[]

beforeEach(async () => {
  repository = makeRepository({ 'e2e/a.spec.ts': 'a\n' })
  github = await startGitHub({ bareRepo: repository.bare, ...HERE })
  client = createClient({ ...HERE, token: github.world.token, apiUrl: github.apiUrl, sleep: async () => {} })
  calls = []
})

afterEach(async () => {
  expect(github.violations).toEqual([])
  await github.close()
  repository.dispose()
})

const step = (test: string, text = 'Buy'): StoredStep => ({
  test,
  selector: SELECTOR,
  nth: 0,
  matches: 1,
  fingerprint: { tag: 'button', attributes: { 'data-testid': 'buy' }, text },
  effects: {
    kind: 'click',
    mutations: [],
    from: '/',
    reached: [],
    dialogs: [],
    downloads: 0,
    change: null,
    page: null,
    unmoved: false,
  },
})
const remember = (test: string, commit = SHA, run = 5) =>
  rememberBaseline(client, [{ test, steps: [step(test)] }], { commit, run, day: '2026-11-25' })
const makeFolder = () => downloadFolder(repository)

const act = (name: string, payload: unknown, env: Record<string, string> = {}) =>
  actOn(name, payload, {
    github,
    repository,
    env,
    heal: (config) => {
      calls.push(config)
      return makeOutcome([])
    },
  })
const push = (env: Record<string, string> = {}) => act('push', { repository: { default_branch: 'main' } }, env)
const record = (name: string, payload: unknown, env: Record<string, string> = {}) =>
  act(name, payload, { INPUT_MODE: 'record', ...env })

describe('the baseline on the memory branch', () => {
  it('comes back as it was recorded, from every run that recorded some of it', async () => {
    await Promise.all([remember(TEST), remember('e2e/b.spec.ts › sells'), remember('e2e/c.spec.ts › lends')])
    const recalled = await recallBaseline(client, path.join(await makeFolder(), 'baseline'))
    expect(recalled).toMatchObject({ steps: 3, commit: SHA })
    const store = readStore(repository.checkout, recalled?.folder)
    expect(store.size).toBe(3)
    expect(store.of(TEST, SELECTOR, 0)).toEqual(step(TEST))
  })

  it('keeps the newest commit where an older run ends later', async () => {
    await remember(TEST, 'd'.repeat(40), 7)
    await remember('e2e/b.spec.ts › sells', SHA, 6)
    const recalled = await recallBaseline(client, path.join(await makeFolder(), 'baseline'))
    expect(recalled).toMatchObject({ steps: 2, commit: 'd'.repeat(40) })
  })

  it('is one commit for a run, and none where a run brings nothing new', async () => {
    const first = await remember(TEST)
    expect(await remember(TEST)).toBeNull()
    expect(github.world.git.read(REF)).toBe(first)
  })

  it('goes in several commits where it is large, and comes back whole', async () => {
    const many = Array.from({ length: 300 }, (_, at) => ({ test: `t ${at}`, steps: [step(`t ${at}`)] }))
    await rememberBaseline(client, many, { commit: SHA, run: 5, day: '2026-11-25' })
    expect(github.requests.filter(({ operation }) => operation === 'Commit')).toHaveLength(2)
    const recalled = await recallBaseline(client, path.join(await makeFolder(), 'baseline'))
    expect(recalled).toMatchObject({ steps: 300, commit: SHA })
  })

  it('is read anew line by line: what others put there reaches nothing but the form of a step', async () => {
    await remember(TEST)
    const bucket = bucketOf(TEST)
    const evil = `../../evil\n{"v":1,"test":"${TEST}","selector":"x"}\n`
    await updateMemory(client, {
      paths: [bucket, 'baseline/last-run.json', 'baseline/evil.sh'],
      message: 'm',
      merge: (now) =>
        new Map([
          [bucket, `${evil}${now.get(bucket)}`],
          ['baseline/last-run.json', '{"v":1,"commit":"$(touch x); --upload-pack=x"}'],
          ['baseline/evil.sh', 'touch x\n'],
        ]),
    })
    const folder = path.join(await makeFolder(), 'baseline')
    expect(await recallBaseline(client, folder)).toMatchObject({ steps: 1, commit: null })
    expect(await readdir(folder)).toEqual([path.basename(bucket)])
  })

  it('costs a handful of requests to read', async () => {
    await remember(TEST)
    github.requests.length = 0
    await recallBaseline(client, path.join(await makeFolder(), 'baseline'))
    expect(github.requests.length).toBeLessThanOrEqual(4)
    expect(BUCKETS.length).toBe(64)
  })
})

describe('a failing run', () => {
  it('knows the baseline of the memory branch and its commit', async () => {
    await remember(TEST)
    const host = await push()
    expect(calls[0]).toMatchObject({ baselineStore: expect.stringMatching(/baseline$/), baselineCommit: SHA })
    expect(host.log.join('\n')).toContain(`1 steps are recorded on the branch ${MEMORY_BRANCH}`)
  })

  it('takes the commit of the green traces where there are some', async () => {
    await remember(TEST)
    const run = { workflowId: 5, branch: 'main', sha: 'd'.repeat(40) }
    github.world.runs.push({ ...run, id: 69, conclusion: 'success' }, { ...run, id: 70, conclusion: 'failure' })
    const zip = makeZip({ 'trace.txt': 'green' })
    github.world.artifacts.push({ id: 1, runId: 69, name: 'traces', zip, expired: false })
    await push()
    expect(calls[0]).toMatchObject({ baselineCommit: 'd'.repeat(40), baselineStore: expect.any(String) })
  })

  it('goes back to an older green run where the artifacts of the last are gone, and says so in the report', async () => {
    const run = { workflowId: 5, branch: 'main', conclusion: 'success' as const }
    github.world.runs.push({ ...run, id: 68, sha: 'd'.repeat(40) }, { ...run, id: 69, sha: 'e'.repeat(40) })
    github.world.runs.push({ ...run, id: 70, sha: SHA, conclusion: 'failure' })
    const zip = makeZip({ 'trace.txt': 'green' })
    github.world.artifacts.push({ id: 1, runId: 69, name: 'traces', zip, expired: true })
    github.world.artifacts.push({ id: 2, runId: 68, name: 'traces', zip, expired: false })
    await push()
    expect(calls[0]?.baselineCommit).toBe('d'.repeat(40))
    expect(calls[0]?.problems).toMatchObject([{ message: expect.stringMatching(/"traces" of run 69 has expired/) }])
  })

  it('neither reads nor writes the memory with mode: report', async () => {
    await remember(TEST)
    github.requests.length = 0
    await push({ INPUT_MODE: 'report' })
    expect(calls[0]?.baselineStore).toBeNull()
    expect(github.requests.filter(({ path: where }) => where === '/graphql')).toEqual([])
  })

  it('goes on without it where it cannot be read, and says so in the report', async () => {
    await remember(TEST)
    github.faults.push({
      operation: 'Memory',
      status: 403,
      body: { message: 'Resource not accessible by integration' },
    })
    const host = await push()
    expect(host.failures).toEqual([])
    expect(calls[0]?.problems?.slice(-1)).toMatchObject([
      { message: expect.stringContaining(`Going on without the baseline of the branch ${MEMORY_BRANCH}`) },
    ])
  })
})

describe('mode: record', () => {
  const ended = (given: { headRepository?: string; conclusion?: string; branch?: string; trigger?: string } = {}) =>
    workflowRunEvent({ ...HERE, id: 50, sha: SHA, branch: 'main', conclusion: 'success', trigger: 'push', ...given })
  const pull = (headRepository = 'octo/shop') =>
    pullRequestEvent({ ...HERE, number: 1, branch: 'main', sha: SHA, headRepository })

  it.each([
    ['a pull request', 'pull_request', () => pull(), /pull requests are not recorded/],
    ['a fork', 'pull_request', () => pull('mallory/shop'), /pull requests are not recorded/],
    ['a run of a fork', 'workflow_run', () => ended({ headRepository: 'mallory/shop' }), /pull requests/],
    ['a run for a pull request', 'workflow_run', () => ended({ trigger: 'pull_request' }), /pull requests/],
    ['a run of another branch', 'workflow_run', () => ended({ branch: 'next' }), /Only runs of main.*next/],
    ['a red run', 'workflow_run', () => ended({ conclusion: 'failure' }), /not green/],
  ])('records nothing of %s', async (_, name, event, why) => {
    github.world.artifacts.push({ id: 1, runId: 50, name: 'a', zip: makeZip({ a: 'a' }), expired: false })
    const host = await record(name, event())
    expect(host.failures).toEqual([])
    expect(host.log.join('\n')).toMatch(why)
    // Settings of the default branch are all that is read.
    expect(github.requests.filter(({ operation }) => operation !== 'Files')).toEqual([])
  })

  it('records the base branch that is asked for', async () => {
    const host = await record('workflow_run', ended({ branch: 'main' }), { INPUT_BASE_BRANCH: 'next' })
    expect(host.log.join('\n')).toMatch(/Only runs of next/)
  })

  it('says what is missing where a green run left no traces, and makes no branch', async () => {
    const host = await record('push', { repository: { default_branch: 'main' } })
    expect(host.failures[0]).toMatch(/No trace of a passed test.*--trace on/)
    expect(github.world.git.read(REF)).toBeNull()
    expect(calls).toEqual([])
  })

  it('records nothing where a test failed', async () => {
    const junit =
      '<testsuite><testcase classname="a" name="b"><failure message="no">no</failure></testcase></testsuite>'
    repository.push('main', { 'junit.xml': junit })
    const host = await record('push', { repository: { default_branch: 'main' } }, { INPUT_ARTIFACTS: 'junit.xml' })
    expect(host.failures[0]).toMatch(/1 tests failed.*green runs only/)
  })
})
