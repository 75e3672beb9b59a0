import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { EngineConfig, EngineIo } from '../../src/engine.ts'
import { createClient, type GitHubClient } from '../../src/github/client.ts'
import { branchHistory, DAMAGED_PATH, HISTORY_PATH } from '../../src/github/history-store.ts'
import { MEMORY_BRANCH, updateMemory } from '../../src/github/memory.ts'
import { readState } from '../../src/github/state.ts'
import type { HistoryEvent } from '../../src/history/events.ts'
import { attempt } from '../history/events.ts'
import { actOn } from '../support/act.ts'
import { commentEvent, pullRequestEvent, workflowRunEvent } from '../support/events.ts'
import { type StandIn, startGitHub } from '../support/github/index.ts'
import { makeRepository, type TestRepository } from '../support/github/repository.ts'
import { makeOutcome, type ResultSpec, signatureOf } from '../support/outcome.ts'

const OLD = "test('a', async ({ page }) => {\n  await page.getByTestId('buy').click()\n})\n"
const HERE = { owner: 'octo', repo: 'shop' }
const BUY = signatureOf('buys')
const SHARE = signatureOf('shares')
const fixOf = (test: string, file: string): ResultSpec => ({
  test,
  file,
  before: OLD,
  after: OLD.replace("'buy'", "'purchase'"),
})

let repository: TestRepository
let github: StandIn
let client: GitHubClient
let calls: { config: EngineConfig; io: EngineIo }[]

beforeEach(async () => {
  repository = makeRepository({ 'e2e/a.spec.ts': OLD, 'e2e/b.spec.ts': OLD })
  github = await startGitHub({ bareRepo: repository.bare, ...HERE })
  client = createClient({
    ...HERE,
    token: github.world.token,
    apiUrl: github.apiUrl,
    graphqlUrl: github.graphqlUrl,
    sleep: async () => {},
  })
  calls = []
  github.world.collaborators.set('ada', 'write')
})
afterEach(async () => {
  expect(github.violations).toEqual([])
  await github.close()
  repository.dispose()
})

const act = (name: string, payload: unknown, specs: readonly ResultSpec[], run = '70') =>
  actOn(name, payload, {
    github,
    repository,
    env: { GITHUB_RUN_ID: run },
    heal: (config, io) => {
      calls.push({ config, io })
      return makeOutcome(specs)
    },
  })

const push = (specs: readonly ResultSpec[], run?: string) =>
  act('push', { repository: { default_branch: 'main' } }, specs, run)
let comment = 0
const say = (body: string, specs: readonly ResultSpec[] = [], number = 1) => {
  comment = github.world.nextNumber() + 5_000
  const author = { login: 'ada', type: 'User' } as const
  github.world.comments.push({ id: comment, issue: number, body, author, reactions: [] })
  return act('issue_comment', commentEvent({ ...HERE, number, id: comment, author: 'ada', body }), specs, '71')
}
const replies = () => github.world.comments.filter(({ body }) => !body.startsWith('/heal')).map(({ body }) => body)
const reactions = () => github.world.comments.find(({ id }) => id === comment)?.reactions
const remembered = async () => (await branchHistory(client).load()).history.events
const remember = async (...events: readonly HistoryEvent[]) =>
  expect(await branchHistory(client).add(events)).toEqual([])

const CANDIDATES = [
  { locator: "getByTestId('share-now')", confidence: 0.5 },
  { locator: "getByTestId('share-later')", confidence: 0.4 },
]

describe('/heal apply', () => {
  beforeEach(async () => {
    await push([fixOf('buys', 'e2e/a.spec.ts'), { test: 'shares', file: 'e2e/b.spec.ts', status: 'needs_human' }])
    await remember(attempt({ signature: SHARE, candidates: CANDIDATES }))
    calls = []
  })

  it('has the chosen candidate tried, and puts it into the pull request beside what is there', async () => {
    await say(`/heal apply ${SHARE} 2`, [fixOf('shares', 'e2e/b.spec.ts')])
    expect(calls[0]?.config).toMatchObject({
      onlySignatures: [SHARE],
      retryRefused: true,
      chosen: [{ signature: SHARE, candidate: "getByTestId('share-later')", by: '@ada' }],
    })
    expect(reactions()).toEqual(['eyes', 'rocket'])
    expect(replies().at(-1)).toMatch(/share-later.* was applied: its tests passed, and it is in #1/)
    const fixes = readState(github.world.pulls[0]?.body)?.fixes.map(({ signature }) => signature)
    expect(fixes?.toSorted()).toEqual([BUY, SHARE].toSorted())
    for (const file of ['e2e/a.spec.ts', 'e2e/b.spec.ts'])
      expect(github.world.git.blob(`refs/heads/self-heal/fix-main:${file}`)).toContain("'purchase'")
  })

  it('says why where it was not applied', async () => {
    await say(`/heal apply ${SHARE} 1`, [{ test: 'shares', file: 'e2e/b.spec.ts', status: 'needs_human' }])
    expect(reactions()).toEqual(['eyes', 'confused'])
    expect(replies().at(-1)).toMatch(/was not applied: It is what it is/)
  })

  it.each([
    ['no number where there are two', `/heal apply ${SHARE}`, /There are 2 candidates.*\n\n1\. .*share-now.*\n2\. /s],
    ['a number that is none', `/heal apply ${SHARE} 3`, /no candidate 3/],
    ['a signature of which nothing is known', `/heal apply ${signatureOf('else')} 1`, /Nothing is known of candidates/],
  ])('with %s runs nothing and says so', async (_, body, why) => {
    await say(body)
    expect(calls).toEqual([])
    expect(reactions()).toEqual(['eyes', 'confused'])
    expect(replies().at(-1)).toMatch(why)
  })

  it('never patches a likely regression', async () => {
    const later = new Date().toISOString()
    await remember(attempt({ signature: SHARE, at: later, outcome: 'likely_regression', candidates: CANDIDATES }))
    await say(`/heal apply ${SHARE} 1`)
    expect(calls).toEqual([])
    expect(replies().at(-1)).toContain('never patched')
  })
})

describe('a decision by a comment', () => {
  beforeEach(async () => {
    await push([fixOf('buys', 'e2e/a.spec.ts')])
    await remember(
      attempt({
        signature: BUY,
        outcome: 'healed',
        strategy: 'testId',
        new: "getByTestId('purchase')",
        at: '2026-01-01T00:00:00.000Z',
      }),
    )
    calls = []
  })

  it('is remembered on the memory branch, with whose fix it was, and holds on every commit', async () => {
    await say(`/heal reject ${BUY} wrong button`)
    expect(reactions()).toEqual(['eyes', 'rocket'])
    expect((await remembered()).at(-1)).toMatchObject({
      kind: 'reject',
      signature: BUY,
      by: 'ada',
      reason: 'wrong button',
      strategy: 'testId',
      new: "getByTestId('purchase')",
    })
    const host = await push([fixOf('buys', 'e2e/a.spec.ts')], '81')
    expect(host.log.join()).toMatch(/decided against/)
    expect(host.outputs.pull_request_url).toBe('')
  })

  it.each(['reject', 'never'])('after %s is lifted by /heal retry <signature>, and by no other', async (verb) => {
    await say(`/heal ${verb} ${BUY}`)
    await say('/heal retry', [fixOf('buys', 'e2e/a.spec.ts')])
    expect(replies().at(-1)).toContain('There is no fix to deliver')
    await say(`/heal retry ${BUY}`, [fixOf('buys', 'e2e/a.spec.ts')])
    expect(replies().at(-1)).toContain('#1 is up to date')
    expect((await remembered()).at(-1)).toMatchObject({ kind: 'retry', by: 'ada' })
  })

  it('on a pull request that is not ours is taken too, of a failure that is known', async () => {
    const [ours] = github.world.pulls
    if (!ours) throw new Error('no pull request')
    github.world.pulls.push({ ...ours, number: 7, body: 'mine', author: { login: 'ada', type: 'User' }, head: 'main' })
    await say(`/heal never ${BUY}`, [], 7)
    expect((await remembered()).at(-1)).toMatchObject({ kind: 'never', signature: BUY })
    await say(`/heal reject ${signatureOf('else')}`, [], 7)
    expect(replies().at(-1)).toContain('Nothing is known of')
  })

  it('gives the engine what is remembered, so that it is not even tried', async () => {
    await say(`/heal never ${BUY}`)
    await push([], '82')
    const { history } = (await calls[0]?.io.history?.load()) ?? {}
    expect(history?.events.at(-1)).toMatchObject({ kind: 'never', signature: BUY })
  })

  it('survives a history that was damaged: the damaged text is kept beside', async () => {
    await updateMemory(client, {
      paths: [HISTORY_PATH],
      message: 'Break it',
      merge: () => new Map([[HISTORY_PATH, '{"version":1,"eve']]),
    })
    const problems = await branchHistory(client).add([attempt()])
    expect(problems[0]?.message).toContain('is damaged')
    expect(await remembered()).toEqual([attempt()])
    expect(github.world.git.blob(`refs/heads/${MEMORY_BRANCH}:${DAMAGED_PATH}`)).toBe('{"version":1,"eve')
  })
})

describe('a pull request of ours that was closed', () => {
  const close = (number = 1) =>
    act(
      'pull_request',
      pullRequestEvent({
        ...HERE,
        number,
        branch: 'self-heal/fix-main',
        sha: repository.git('rev-parse', 'HEAD'),
        action: 'closed',
      }),
      [],
      '90',
    )

  beforeEach(async () => {
    await push([fixOf('buys', 'e2e/a.spec.ts')])
    await remember(attempt({ signature: BUY, outcome: 'healed', strategy: 'testId', new: "getByTestId('purchase')" }))
    const [pull] = github.world.pulls
    if (pull) pull.state = 'closed'
  })
  const accepted = async () => (await remembered()).filter(({ kind }) => kind === 'accept')

  it('by a merge was accepted, and that is learned once, however often the event comes', async () => {
    const [pull] = github.world.pulls
    if (pull) pull.merged = true
    const host = await close()
    expect(host.log.join('\n')).toContain('was merged: 1 fixes were accepted')
    await close()
    expect(await accepted()).toMatchObject([
      { signature: BUY, strategy: 'testId', new: "getByTestId('purchase')", at: '2026-01-02T00:00:00.000Z' },
    ])
  })

  it('without a merge says nothing about its fixes, and offers the very same ones not again', async () => {
    const host = await close()
    expect(host.log.join('\n')).toContain('no verdict')
    expect(await accepted()).toEqual([])
    const again = await push([fixOf('buys', 'e2e/a.spec.ts')], '91')
    expect(again.outputs.pull_request_url).toBe('')
  })

  it('after people pushed to it says nothing about our fixes', async () => {
    const [pull] = github.world.pulls
    if (pull) pull.merged = true
    repository.pushElsewhere('self-heal/fix-main', { 'e2e/a.spec.ts': 'mine\n' })
    const host = await close()
    expect(host.log.join('\n')).toContain('after people changed it')
    expect(await accepted()).toEqual([])
  })

  it('by somebody else teaches nothing', async () => {
    const [ours] = github.world.pulls
    if (!ours) throw new Error('no pull request')
    github.world.pulls.push({ ...ours, number: 8, merged: true, author: { login: 'mallory', type: 'User' } })
    expect((await close(8)).log.join('\n')).toContain('none of self-heal')
    expect(await accepted()).toEqual([])
  })
})

describe('modules and renames', () => {
  const inChecked = (file: string) => path.join(calls[0]?.config.strategies.root ?? '/nowhere', file)

  it('come from the default branch alone where the event is someone else’s doing', async () => {
    repository.pushElsewhere('main', {
      '.self-heal/mine.mjs': 'export default []\n',
      '.self-heal/renames.yml': 'fields: {}\n',
    })
    repository.git('pull', '--quiet', 'origin', 'main')
    repository.git('push', '--quiet', 'origin', 'HEAD:refs/heads/feature')
    const evil = repository.pushElsewhere('feature', {
      '.self-heal/mine.mjs': 'evil()\n',
      '.self-heal/evil.mjs': 'evil()\n',
    })
    await act(
      'workflow_run',
      workflowRunEvent({ ...HERE, id: 60, sha: evil, branch: 'feature', conclusion: 'failure' }),
      [],
    )
    expect(calls[0]?.config.strategies.modules).toEqual(['.self-heal/*.mjs'])
    expect(readFileSync(inChecked('.self-heal/mine.mjs'), 'utf8')).toBe('export default []\n')
    expect(existsSync(inChecked('.self-heal/renames.yml'))).toBe(true)
    expect(existsSync(inChecked('.self-heal/evil.mjs'))).toBe(false)
  })

  it('come from the checkout where the tests were just run', async () => {
    await push([])
    expect(calls[0]?.config.strategies.root).toBeUndefined()
  })
})
