import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { OUTPUTS } from '../../src/config/settings.ts'
import { type EngineConfig, HealFault, type HealOutcome } from '../../src/engine.ts'
import { readState } from '../../src/github/state.ts'
import { toJson } from '../../src/report/index.ts'
import { actOn } from '../support/act.ts'
import { commentEvent, pullRequestEvent, workflowRunEvent } from '../support/events.ts'
import { type StandIn, startGitHub } from '../support/github/index.ts'
import { makeRepository, type TestRepository } from '../support/github/repository.ts'
import { makeZip } from '../support/make-zip.ts'
import { makeOutcome, type ResultSpec, signatureOf } from '../support/outcome.ts'

const OLD = "test('a', async ({ page }) => {\n  await page.getByTestId('buy').click()\n})\n"
const NEW = OLD.replace("'buy'", "'purchase'")
const FIX: ResultSpec = { test: 'buys', file: 'e2e/a.spec.ts', before: OLD, after: NEW }
const HERE = { owner: 'octo', repo: 'shop' }

let repository: TestRepository
let github: StandIn
let calls: EngineConfig[]

beforeEach(async () => {
  repository = makeRepository({ 'e2e/a.spec.ts': OLD })
  github = await startGitHub({ bareRepo: repository.bare, ...HERE })
  calls = []
})

afterEach(async () => {
  expect(github.violations).toEqual([])
  await github.close()
  repository.dispose()
})

const headSha = () => repository.git('rev-parse', 'HEAD')

const act = (
  name: string,
  payload: unknown,
  given: { env?: Record<string, string>; heal?: () => HealOutcome | Promise<HealOutcome> } = {},
) =>
  actOn(name, payload, {
    github,
    repository,
    env: given.env ?? {},
    heal: (config) => {
      calls.push(config)
      return given.heal?.() ?? makeOutcome([FIX])
    },
  })

const push = (given?: Parameters<typeof act>[2]) => act('push', { repository: { default_branch: 'main' } }, given)
const operations = () => github.requests.map(({ operation }) => operation)
const written = () => operations().filter((name) => /create|update|add|Commit|Move|delete|request-/.test(name))

describe('a step after failed tests', () => {
  it('heals, opens a pull request and says so in outputs, summary and margins', async () => {
    const host = await push()
    expect(host.failures).toEqual([])
    expect(host.outputs).toMatchObject({
      healed: '1',
      failures: '1',
      likely_regression: '0',
      pull_request_number: '1',
      pull_request_url: expect.stringContaining('/octo/shop/pull/1'),
      branch: 'self-heal/fix-main',
    })
    expect(Object.keys(host.outputs).sort()).toEqual(OUTPUTS.map(({ name }) => name).sort())
    expect(host.summary).toContain('## Self-heal')
    expect(host.annotations).toHaveLength(1)
    expect(host.secrets).toEqual([github.world.token])
    expect(host.log.join('\n')).not.toContain(github.world.token)
  })

  it('gives the engine the artifacts of the last green run', async () => {
    const { runs, artifacts } = github.world
    const run = { workflowId: 5, branch: 'main', sha: headSha() }
    runs.push({ ...run, id: 69, conclusion: 'success' }, { ...run, id: 70, conclusion: 'failure' })
    artifacts.push({ id: 1, runId: 69, name: 'traces', zip: makeZip({ 'x/trace.txt': 'green' }), expired: false })
    await push()
    const [pattern = ''] = calls[0]?.baseline ?? []
    expect(pattern).toMatch(/green\/\*\*$/)
    expect(await readFile(pattern.replace('**', '0/x/trace.txt'), 'utf8')).toBe('green')
  })

  it('tells the engine the commit of the last green run where that run kept nothing', async () => {
    github.world.runs.push(
      { workflowId: 5, branch: 'main', sha: 'a'.repeat(40), id: 69, conclusion: 'success' },
      { workflowId: 5, branch: 'main', sha: headSha(), id: 70, conclusion: 'failure' },
    )
    await push()
    expect(calls[0]).toMatchObject({ baseline: [], baselineCommit: 'a'.repeat(40) })
  })

  it('goes on without them where the token may not look', async () => {
    github.faults.push({
      operation: /^actions/,
      status: 403,
      body: { message: 'Resource not accessible by integration' },
    })
    const host = await push()
    expect(host.failures).toEqual([])
    expect(host.log.join('\n')).toMatch(/Going on without.*actions: read/s)
  })

  it('writes nothing to GitHub with mode: report, and needs no token for it', async () => {
    const host = await push({ env: { INPUT_MODE: 'report', INPUT_TOKEN: '' } })
    expect(host.outputs).toMatchObject({ healed: '1', pull_request_url: '', branch: '' })
    expect(github.requests).toEqual([])
  })

  it('writes nothing with mode: report either where there is a token, to a branch or a pull request', async () => {
    await push({ env: { INPUT_MODE: 'report' } })
    await act('pull_request', pullRequestEvent({ ...HERE, number: 1, branch: 'x', sha: headSha() }), {
      env: { INPUT_MODE: 'report' },
    })
    expect(calls).toHaveLength(2)
    expect(github.requests.filter(({ method, operation }) => method !== 'GET' && operation !== 'Viewer')).toEqual([])
  })

  it('does nothing where it is switched off', async () => {
    const host = await push({ env: { INPUT_ENABLED: 'false' } })
    expect(calls).toEqual([])
    expect(host.outputs.healed).toBe('0')
    expect(host.failures).toEqual([])
  })

  it('opens nothing where there is no verified fix', async () => {
    const host = await push({ heal: () => makeOutcome([{ test: 'x', file: 'a.ts', status: 'likely_regression' }]) })
    expect(host.outputs).toMatchObject({ likely_regression: '1', pull_request_url: '' })
    expect(host.annotations).toMatchObject([{ level: 'error' }])
    expect(written()).toEqual([])
  })

  it('fails once, with every output set, where the job cannot be done', async () => {
    const fault = new HealFault({ message: 'No artifacts were found.', remedy: 'Upload some.' })
    const host = await push({ heal: () => Promise.reject(fault) })
    expect(host.failures).toEqual(['No artifacts were found. Upload some.'])
    expect(Object.keys(host.outputs)).toHaveLength(OUTPUTS.length)
  })

  it.each([
    [{ INPUT_CONFIDENCE_THRESHOLD: '80%' }, /`confidence_threshold`.*80%/],
    [{ INPUT_TOKEN: '' }, /no token.*mode: pr/],
    [{ GITHUB_REPOSITORY: '' }, /GITHUB_REPOSITORY/],
  ])('names what is wrong with %j', async (env, message) => {
    const host = await push({ env })
    expect(host.failures).toHaveLength(1)
    expect(host.failures[0]).toMatch(message)
  })

  it('reports on a tag, which nothing can be delivered to', async () => {
    const host = await push({ env: { GITHUB_REF: 'refs/tags/v1' } })
    expect(host.outputs).toMatchObject({ healed: '1', branch: '' })
    expect(written()).toEqual([])
  })
})

describe('mode: publish', () => {
  it('delivers the reports of other jobs without running anything', async () => {
    const { mkdirSync, writeFileSync } = await import('node:fs')
    const folder = path.join(repository.checkout, 'reports')
    mkdirSync(folder)
    writeFileSync(path.join(folder, 'healing-report.json'), toJson(makeOutcome([FIX]).report))
    const host = await push({ env: { INPUT_MODE: 'publish', INPUT_ARTIFACTS: 'reports/**' } })
    expect(host.failures).toEqual([])
    expect(calls).toEqual([])
    expect(github.world.git.blob('refs/heads/self-heal/fix-main:e2e/a.spec.ts')).toBe(NEW)
    expect(host.outputs).toMatchObject({ healed: '1', report_json: path.join(folder, 'healing-report.json') })
  })

  it('never commits unseen what another job calls verified', async () => {
    const { mkdirSync, writeFileSync } = await import('node:fs')
    const folder = path.join(repository.checkout, 'reports')
    mkdirSync(folder)
    writeFileSync(path.join(folder, 'healing-report.json'), toJson(makeOutcome([FIX]).report))
    const env = { INPUT_MODE: 'publish', INPUT_ARTIFACTS: 'reports/**', INPUT_AUTO_COMMIT: 'true' }
    const host = await push({ env })
    expect(github.world.git.blob('refs/heads/main:e2e/a.spec.ts')).toBe(OLD)
    expect(host.outputs).toMatchObject({ pull_request_number: '1' })
  })

  it('makes one pull request of the reports of several shards, whoever comes first', async () => {
    const { mkdirSync, writeFileSync } = await import('node:fs')
    repository.push('main', { 'e2e/b.spec.ts': OLD })
    const other: ResultSpec = { test: 'sells', file: 'e2e/b.spec.ts', before: OLD, after: NEW }
    for (const [shard, spec] of Object.entries({ one: FIX, two: other })) {
      const folder = path.join(repository.checkout, 'reports', shard)
      mkdirSync(folder, { recursive: true })
      writeFileSync(path.join(folder, 'healing-report.json'), toJson(makeOutcome([spec]).report))
    }
    const host = await push({ env: { INPUT_MODE: 'publish', INPUT_ARTIFACTS: 'reports/**' } })
    expect(host.outputs).toMatchObject({ healed: '2', pull_request_number: '1' })
    expect(github.world.pulls).toHaveLength(1)
    for (const file of ['e2e/a.spec.ts', 'e2e/b.spec.ts'])
      expect(github.world.git.blob(`refs/heads/self-heal/fix-main:${file}`)).toBe(NEW)
  })
})

describe('a pull request', () => {
  const openPull = (headRepo = 'octo/shop') => {
    const sha = repository.push('feature', { 'src/x.ts': 'x\n' })
    const number = github.world.nextNumber()
    const author = { login: 'ada', type: 'User' as const }
    const shown = { title: 'T', body: '', state: 'open' as const, merged: false, draft: false, author }
    const ends = { head: 'feature', base: 'main', headRepo }
    github.world.pulls.push({ number, ...shown, ...ends, labels: [], reviewers: [], writes: 0 })
    return pullRequestEvent({ ...HERE, number, branch: 'feature', sha, headRepository: headRepo })
  }

  it('gets repairs as a pull request into its branch, and one comment that leads there', async () => {
    const event = openPull()
    await act('pull_request', event)
    await act('pull_request', event, { env: { GITHUB_RUN_ID: '71' } })
    expect(github.world.pulls.at(-1)).toMatchObject({ base: 'feature', head: 'self-heal/fix-feature' })
    expect(github.world.comments).toMatchObject([{ issue: 1, body: expect.stringContaining('#2') }])
  })

  it('gets one comment with the fixes and no push with mode: suggest', async () => {
    const event = openPull()
    await act('pull_request', event, { env: { INPUT_MODE: 'suggest' } })
    await act('pull_request', event, { env: { INPUT_MODE: 'suggest', GITHUB_RUN_ID: '71' } })
    expect(github.world.comments).toMatchObject([{ issue: 1, body: expect.stringContaining('purchase') }])
    expect(written().filter((name) => !name.startsWith('issues/'))).toEqual([])
  })

  it('from a fork is healed, and nothing is written to GitHub', async () => {
    const host = await act('pull_request', openPull('mallory/shop'))
    expect(calls).toHaveLength(1)
    expect(written()).toEqual([])
    expect(host.log.join()).toMatch(/fork/)
  })

  it('from a fork is never run with a token that can write', async () => {
    const host = await act('pull_request_target', openPull('mallory/shop'))
    expect(calls).toEqual([])
    expect(host.failures[0]).toMatch(/pull_request_target.*fork/)
  })
})

describe('another workflow that failed', () => {
  const event = (given: { headRepository?: string; conclusion?: string; sha?: string } = {}) =>
    workflowRunEvent({ ...HERE, id: 50, sha: headSha(), branch: 'main', conclusion: 'failure', ...given })

  it('is healed from its artifacts, on its commit, with settings of the default branch alone', async () => {
    repository.push('main', { '.self-heal.yml': 'max_failures: 7\n' })
    const sha = repository.push('feature', { '.self-heal.yml': 'max_failures: 9\n' })
    repository.git('checkout', '--quiet', 'HEAD~2')
    github.world.artifacts.push({ id: 1, runId: 50, name: 'a', zip: makeZip({ 'r.xml': '<x/>' }), expired: false })
    github.world.artifacts.push({ id: 2, runId: 50, name: 'old', zip: makeZip({ x: 'x' }), expired: true })
    const host = await act(
      'workflow_run',
      workflowRunEvent({ ...HERE, id: 50, sha, branch: 'feature', conclusion: 'failure' }),
    )
    expect(host.failures).toEqual([])
    expect(calls[0]).toMatchObject({ maxFailures: 7, artifacts: [expect.stringMatching(/failed\/\*\*$/)] })
    expect(headSha()).toBe(sha)
    expect(github.world.pulls[0]?.base).toBe('feature')
    expect(host.log.join()).toMatch(/"old".*has expired/)
  })

  it('survives an archive that wants to write elsewhere', async () => {
    github.world.artifacts.push({
      id: 1,
      runId: 50,
      name: 'evil',
      zip: makeZip({ '../../evil.txt': 'x' }),
      expired: false,
    })
    const host = await act('workflow_run', event())
    expect(host.failures).toEqual([])
    expect(host.log.join()).toMatch(/points outside/)
  })

  it('of a fork is left alone, and so is a green one', async () => {
    await act('workflow_run', event({ headRepository: 'mallory/shop' }))
    await act('workflow_run', event({ conclusion: 'success' }))
    expect(calls).toEqual([])
    expect(written()).toEqual([])
  })

  it('is not healed over uncommitted changes', async () => {
    const sha = repository.push('feature', { 'src/x.ts': 'x\n' })
    repository.git('checkout', '--quiet', 'HEAD~1')
    repository.git('config', 'core.autocrlf', 'false')
    const { appendFileSync } = await import('node:fs')
    appendFileSync(path.join(repository.checkout, 'e2e/a.spec.ts'), '// mine\n')
    const host = await act(
      'workflow_run',
      workflowRunEvent({ ...HERE, id: 50, sha, branch: 'feature', conclusion: 'failure' }),
    )
    expect(host.failures[0]).toMatch(/uncommitted changes.*e2e\/a\.spec\.ts/)
    expect(await readFile(path.join(repository.checkout, 'e2e/a.spec.ts'), 'utf8')).toBe(`${OLD}// mine\n`)
  })
})

describe('a comment on our pull request', () => {
  let comment: number

  beforeEach(async () => {
    await push()
    calls = []
    github.requests.length = 0
    github.world.collaborators.set('ada', 'write').set('bob', 'read')
    comment = github.world.nextNumber() + 5_000
    github.world.comments.push({
      id: comment,
      issue: 1,
      body: '',
      author: { login: 'ada', type: 'User' },
      reactions: [],
    })
  })

  const say = (body: string, given: { author?: string; action?: string; bot?: boolean } = {}) =>
    act('issue_comment', commentEvent({ ...HERE, number: 1, id: comment, author: 'ada', body, ...given }), {
      env: { GITHUB_RUN_ID: '80' },
    })
  const reactions = () => github.world.comments.find(({ id }) => id === comment)?.reactions
  const replies = () => github.world.comments.filter(({ id }) => id !== comment).map(({ body }) => body)

  it('heals again on /heal retry: eyes, permission, work, reply, rocket', async () => {
    repository.push('main', { 'src/x.ts': 'x\n' })
    await say('/heal retry')
    expect(calls[0]).toMatchObject({ onlySignatures: [], onlyTests: [{ title: 'buys', file: 'e2e/a.spec.ts' }] })
    const order = operations().filter((name) => /^reactions|permission|Commit|create-comment/.test(name))
    expect(order).toEqual([
      'reactions/create-for-issue-comment',
      'repos/get-collaborator-permission-level',
      'Commit',
      'issues/create-comment',
      'reactions/create-for-issue-comment',
    ])
    expect(reactions()).toEqual(['eyes', 'rocket'])
    expect(replies()[0]).toMatch(/Healed again on .*1 healed.*#1 is up to date/)
    expect(github.world.pulls).toHaveLength(1)
    expect(readState(github.world.pulls[0]?.body)?.base.sha).toBe(headSha())
  })

  it('heals one failure again on /heal retry <signature>', async () => {
    await say(`/heal retry ${signatureOf('buys')}`)
    expect(calls[0]?.onlySignatures).toEqual([signatureOf('buys')])
  })

  it('uses the artifacts of the first run where the commit is still the same', async () => {
    github.world.artifacts.push({ id: 1, runId: 70, name: 'a', zip: makeZip({ 'r.xml': '<x/>' }), expired: false })
    await say('/heal retry')
    expect(calls[0]?.artifacts).toHaveLength(1)
  })

  it('knows the workflow of the tests and the commit that was green before', async () => {
    const { runs, artifacts } = github.world
    const tested = { workflowId: 5, branch: 'main', sha: headSha() }
    runs.push({ ...tested, id: 69, conclusion: 'success' }, { ...tested, id: 70, conclusion: 'failure' })
    runs.push({ ...tested, id: 80, workflowId: 9, conclusion: 'failure' })
    artifacts.push({ id: 1, runId: 69, name: 'traces', zip: makeZip({ 't.txt': 'green' }), expired: false })
    repository.push('main', { 'src/x.ts': 'x\n' })
    await say('/heal retry')
    expect(calls[0]?.baseline).toEqual([expect.stringMatching(/green\/\*\*$/)])
    expect(readState(github.world.pulls[0]?.body)?.run.id).toBe(70)
  })

  it('answers /heal help', async () => {
    await say('/heal help')
    expect(replies()[0]).toContain('/heal retry')
    expect(reactions()).toEqual(['eyes', 'rocket'])
    expect(calls).toEqual([])
  })

  it('says what it did not understand', async () => {
    await say('/heal rerty')
    expect(replies()[0]).toContain('Did you mean /heal retry?')
    expect(reactions()).toEqual(['eyes', 'confused'])
  })

  it.each([
    ['by someone who may only read', { author: 'bob' }, ['eyes', 'confused']],
    ['by a stranger', { author: 'mallory' }, ['eyes', 'confused']],
    ['by a bot', { bot: true }, []],
    ['that was edited', { action: 'edited' }, []],
  ])('%s changes nothing', async (_, given, seen) => {
    await say('/heal retry', given)
    expect(calls).toEqual([])
    expect(reactions()).toEqual(seen)
    expect(replies()).toEqual([])
  })

  it('that is no command gets no answer at all', async () => {
    await say('please /heal retry')
    expect(github.requests.filter(({ operation }) => operation !== 'Files')).toEqual([])
  })

  it('on a pull request of a fork never runs its code, even where its branch is called like ours', async () => {
    const pull = github.world.pulls[0]
    // GitHub keeps the commits of forks in the same store, so this one could be fetched.
    repository.git('branch', 'evil', 'main')
    repository.git('push', '--quiet', 'origin', 'evil')
    const evil = repository.pushElsewhere('evil', { 'e2e/a.spec.ts': 'evil()\n' })
    if (pull === undefined) throw new Error('no pull request')
    const author = { login: 'mallory', type: 'User' as const }
    github.world.pulls.push({
      ...pull,
      number: 99,
      author,
      head: 'main',
      headRepo: 'mallory/shop',
      headSha: evil,
    })
    await act('issue_comment', commentEvent({ ...HERE, number: 99, id: comment, author: 'ada', body: '/heal retry' }))
    expect(calls).toEqual([])
    expect(reactions()).toEqual(['eyes', 'confused'])
  })

  it('is told what went wrong', async () => {
    github.faults.push({
      operation: 'BranchHead',
      status: 403,
      body: { message: 'Resource not accessible by integration' },
    })
    const host = await say('/heal retry')
    expect(replies()[0]).toMatch(/could not be done/)
    expect(reactions()).toEqual(['eyes', 'confused'])
    expect(host.failures).toHaveLength(1)
  })
})
