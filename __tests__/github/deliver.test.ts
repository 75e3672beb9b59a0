import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { HealFault } from '../../src/engine.ts'
import { createClient, type GitHubClient } from '../../src/github/client.ts'
import { type Delivery, deliver } from '../../src/github/deliver.ts'
import { readState } from '../../src/github/state.ts'
import type { HistoryEvent } from '../../src/history/events.ts'
import { readConfig } from '../../src/inputs.ts'
import { type StandIn, startGitHub } from '../support/github/index.ts'
import { makeRepository, type TestRepository } from '../support/github/repository.ts'
import { makeOutcome, type ResultSpec, signatureOf } from '../support/outcome.ts'

const OLD = "test('a', async ({ page }) => {\n  await page.getByTestId('buy').click()\n})\n\n// end\n"
const NEW = OLD.replace("'buy'", "'purchase'")
const FILES = {
  '.github/workflows/ci.yml': OLD,
  'e2e/a.spec.ts': OLD,
  'e2e/b.spec.ts': OLD,
  'src/app.ts': 'export {}\n',
}
const A: ResultSpec = { test: 'buys a', file: 'e2e/a.spec.ts', before: OLD, after: NEW }
const B: ResultSpec = { test: 'buys b', file: 'e2e/b.spec.ts', before: OLD, after: NEW }
const HEADLINE = "Heal getByTestId('buy') → getByTestId('purchase')"
const BRANCH = 'self-heal/fix-main'

let repository: TestRepository
let github: StandIn
let client: GitHubClient

beforeEach(async () => {
  repository = makeRepository(FILES)
  github = await startGitHub({ bareRepo: repository.bare, owner: 'octo', repo: 'shop' })
  client = createClient({
    token: github.world.token,
    owner: 'octo',
    repo: 'shop',
    apiUrl: github.apiUrl,
    graphqlUrl: github.graphqlUrl,
    sleep: async () => {},
  })
})

afterEach(async () => {
  expect(github.violations).toEqual([])
  await github.close()
  repository.dispose()
})

interface Given {
  readonly inputs?: Record<string, string>
  readonly anew?: boolean
  readonly run?: number
  readonly onlySignatures?: string[]
  readonly decided?: readonly HistoryEvent[]
}

async function run(specs: readonly ResultSpec[], given: Given = {}): Promise<Delivery> {
  const { config } = await readConfig({
    root: repository.checkout,
    env: {},
    inputs: given.inputs ?? {},
    readFile: async () => null,
  })
  const id = given.run ?? 7
  return deliver(client, {
    outcome: makeOutcome(specs),
    config: { ...config, onlySignatures: given.onlySignatures ?? [] },
    failing: { branch: 'main', sha: repository.git('rev-parse', 'origin/main'), pull: null, fork: false },
    run: { id, attempt: 1, url: `https://github.com/octo/shop/actions/runs/${id}` },
    history: { version: 1, events: given.decided ?? [] },
    anew: given.anew ?? false,
  })
}

const on = (ref: string, file: string) => github.world.git.blob(`refs/heads/${ref}:${file}`)
const head = (branch: string) => github.world.git.read(`refs/heads/${branch}`)
const subjects = (range: string) => {
  repository.git('fetch', '--quiet', 'origin', '+refs/heads/*:refs/remotes/origin/*')
  return repository.git('log', '--format=%s', range).split('\n')
}
const writes = () =>
  github.requests.filter(({ operation }) => /create|update|add-|Commit|MoveRefs|delete/.test(operation))

describe('the review pull request', () => {
  it('holds one commit per fix on the failing commit, and says what was healed', async () => {
    const delivery = await run([A, B], { inputs: { labels: 'tests, self-heal', draft: 'true' } })
    expect(delivery).toMatchObject({ branch: BRANCH, problems: [], pull: { number: 1, how: 'created' } })
    expect(on(BRANCH, 'e2e/a.spec.ts')).toBe(NEW)
    expect(on(BRANCH, 'e2e/b.spec.ts')).toBe(NEW)
    expect(on('main', 'e2e/a.spec.ts')).toBe(OLD)
    expect(subjects('origin/main..origin/self-heal/fix-main')).toEqual([HEADLINE, HEADLINE])
    const [pull] = github.world.pulls
    expect(pull).toMatchObject({
      title: 'Self-heal: 2 repairs for the tests on main',
      base: 'main',
      head: BRANCH,
      draft: true,
      labels: ['tests', 'self-heal'],
    })
    expect(pull?.body).toContain('purchase')
    expect(readState(pull?.body)).toMatchObject({
      run: { id: 7 },
      base: { branch: 'main', sha: head('main') },
      head: head(BRANCH),
      shared: false,
      fixes: [{ signature: signatureOf('buys a') }, { signature: signatureOf('buys b') }],
    })
  })

  it('is left as it is by a second run that comes to the same result', async () => {
    await run([A, B])
    const before = writes().length
    const again = await run([A, B], { run: 8 })
    expect(again.pull).toMatchObject({ number: 1, how: 'unchanged' })
    expect(writes().length).toBe(before)
  })

  it('gets another fix of the same commit on top', async () => {
    await run([A])
    const delivery = await run([A, B], { run: 8 })
    expect(delivery.pull).toMatchObject({ number: 1, how: 'updated' })
    expect(subjects('origin/main..origin/self-heal/fix-main')).toEqual([HEADLINE, HEADLINE])
    expect(github.world.pulls).toHaveLength(1)
    expect(github.world.pulls[0]?.title).toBe('Self-heal: 2 repairs for the tests on main')
  })

  it('is rebuilt in one step where the failing branch moved on, and never closed in between', async () => {
    await run([A])
    const first = head(BRANCH)
    repository.push('main', { 'src/app.ts': 'export const x = 1\n' })
    const delivery = await run([A], { run: 8 })
    expect(delivery.pull).toMatchObject({ number: 1, how: 'updated' })
    expect(github.world.pulls).toMatchObject([{ state: 'open' }])
    expect(head(BRANCH)).not.toBe(first)
    expect(on(BRANCH, 'src/app.ts')).toBe('export const x = 1\n')
    expect(subjects('origin/main..origin/self-heal/fix-main')).toEqual([HEADLINE])
    expect(head(`${BRANCH}-next-8-1`)).toBeNull()
  })

  it('keeps what a person pushed to the branch, for good', async () => {
    await run([A])
    repository.pushElsewhere(BRANCH, { 'e2e/b.spec.ts': `// mine\n${OLD}` }, 'By hand')
    repository.push('main', { 'src/app.ts': 'export const x = 1\n' })
    await run([A, B], { run: 8 })
    expect(on(BRANCH, 'e2e/b.spec.ts')).toBe(`// mine\n${NEW}`)
    repository.push('main', { 'src/app.ts': 'export const x = 2\n' })
    await run([A, B], { run: 9, anew: true })
    expect(subjects('origin/self-heal/fix-main')).toContain('By hand')
    expect(on(BRANCH, 'e2e/b.spec.ts')).toBe(`// mine\n${NEW}`)
  })

  it('keeps a push that comes between looking and writing', async () => {
    await run([A])
    repository.push('main', { 'src/app.ts': 'export const x = 1\n' })
    github.faults.push({
      operation: 'MoveRefs',
      times: 1,
      before: () => void repository.pushElsewhere(BRANCH, { 'by-hand.txt': 'x\n' }, 'By hand'),
    })
    await run([A], { run: 8 })
    expect(on(BRANCH, 'by-hand.txt')).toBe('x\n')
    expect(on(BRANCH, 'e2e/a.spec.ts')).toBe(NEW)
  })

  it('leaves the fixes of other shards where they are', async () => {
    await run([A], { inputs: { shard: '1/2' } })
    await run([B], { inputs: { shard: '2/2' }, run: 7 })
    expect(on(BRANCH, 'e2e/a.spec.ts')).toBe(NEW)
    expect(on(BRANCH, 'e2e/b.spec.ts')).toBe(NEW)
    expect(readState(github.world.pulls[0]?.body)?.fixes).toHaveLength(2)
  })

  it('is one tidy commit where there are many fixes', async () => {
    const many = Array.from({ length: 12 }, (_, index) => ({
      ...A,
      test: `buys ${index}`,
      file: `e2e/${index}.spec.ts`,
    }))
    repository.push('main', Object.fromEntries(many.map(({ file }) => [file, OLD])))
    await run(many)
    expect(subjects('origin/main..origin/self-heal/fix-main')).toEqual(['Heal 12 broken tests'])
  })

  it('is not mistaken for one of a stranger with the same marker, even on a later page', async () => {
    await run([A])
    const [ours] = github.world.pulls
    for (let index = 0; index < 150; index++) {
      const number = github.world.nextNumber()
      const author = { login: 'mallory', type: 'User' as const }
      github.world.pulls.push({ ...(ours as NonNullable<typeof ours>), number, author, head: `x${index}` })
    }
    expect((await run([A, B], { run: 8 })).pull).toMatchObject({ number: 1, how: 'updated' })
  })

  it('carries a fix over to lines that moved meanwhile, and leaves out one whose lines changed', async () => {
    repository.push('main', {
      'e2e/a.spec.ts': `// new first line\n${OLD}`,
      'e2e/b.spec.ts': OLD.replace('buy', 'sell'),
    })
    const delivery = await run([A, B])
    expect(on(BRANCH, 'e2e/a.spec.ts')).toBe(`// new first line\n${NEW}`)
    expect(on(BRANCH, 'e2e/b.spec.ts')).toContain('sell')
    expect(delivery.problems[0]?.message).toMatch(/no longer fits e2e\/b\.spec\.ts/)
    expect(readState(github.world.pulls[0]?.body)?.fixes).toHaveLength(1)
  })

  it('is not opened where nothing fits any more', async () => {
    repository.push('main', { 'e2e/a.spec.ts': OLD.replace('buy', 'sell') })
    await expect(run([A])).rejects.toThrow(/main moved meanwhile.*e2e\/a\.spec\.ts.*nothing was pushed/)
    expect(head(BRANCH)).toBeNull()
  })

  it('is not opened where the branch holds the fix by now', async () => {
    repository.push('main', { 'e2e/a.spec.ts': NEW })
    expect(await run([A])).toMatchObject({ pull: null, branch: null })
  })

  it.each(['.github/workflows/ci.yml', '../outside.ts'])('never touches %s', async (file) => {
    await expect(run([{ ...A, file }])).rejects.toThrow(HealFault)
    expect(head(BRANCH)).toBeNull()
  })

  it('does not offer again what was in a pull request that a person closed', async () => {
    await run([A])
    Object.assign(github.world.pulls[0] ?? {}, { state: 'closed' })
    const delivery = await run([A, B], { run: 8 })
    expect(delivery.story.join()).toMatch(/decided against/)
    expect(github.world.pulls[1]?.state).toBe('open')
    expect(readState(github.world.pulls[1]?.body)?.fixes).toEqual([
      { signature: signatureOf('buys b'), digest: expect.any(String) },
    ])
  })
})

describe('what GitHub refuses', () => {
  const refusal = (status: number, message: string, errors?: object[]) => ({ status, body: { message, errors } })

  it.each([
    [
      'pulls/create',
      refusal(403, 'GitHub Actions is not permitted to create or approve pull requests.'),
      /Allow GitHub Actions to create and approve pull requests/,
    ],
    [
      'pulls/create',
      refusal(403, 'Resource not accessible by integration'),
      /permissions:\n {2}contents: write\n {2}pull-requests: write/,
    ],
    ['git/create-ref', refusal(403, 'Resource not accessible by integration'), /permissions:\n {2}contents: write/],
    ['BranchHead', refusal(401, 'Bad credentials'), /\(401\).*input `token`/],
    ['pulls/list', refusal(404, 'Not Found'), /\(404\).*listing pull requests/],
    [
      'pulls/create',
      refusal(422, 'Validation Failed', [{ resource: 'PullRequest', field: 'base', code: 'invalid' }]),
      /\(422\).*PullRequest base invalid.*`base_branch`/,
    ],
    ['pulls/create', refusal(502, 'Bad gateway'), /\(502\).*githubstatus/],
  ])('at %s is said in words: %j', async (operation, fault, words) => {
    github.faults.push({ operation, ...fault })
    const error = await run([A]).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(HealFault)
    expect((error as HealFault).message).toMatch(words)
    expect((error as HealFault).message).not.toContain(github.world.token)
    // Nothing half-made stays behind.
    expect(head(BRANCH)).toBeNull()
    expect(github.world.pulls).toEqual([])
  })

  it('is tried again where that is safe, and waited for where a limit is hit', async () => {
    github.faults.push({ operation: 'pulls/list', status: 502, body: { message: 'Bad gateway' }, times: 2 })
    github.faults.push({
      operation: 'pulls/create',
      status: 403,
      body: { message: 'You have exceeded a secondary rate limit' },
      headers: { 'retry-after': '3' },
      times: 1,
    })
    expect((await run([A])).pull?.how).toBe('created')
  })

  it('costs the label or the reviewer, not the pull request', async () => {
    github.faults.push({ operation: 'issues/add-labels', ...refusal(403, 'Resource not accessible by integration') })
    const delivery = await run([A], { inputs: { reviewers: 'nobody' } })
    expect(delivery.pull?.how).toBe('created')
    expect(delivery.problems.map((problem) => problem.subject)).toEqual(['token', 'reviewers'])
  })

  it('because a pull request is there already leads to an update of ours', async () => {
    await run([A])
    github.faults.push({ operation: 'pulls/list', status: 200, body: [], times: 2 })
    expect((await run([A, B], { run: 8 })).pull).toMatchObject({ number: 1, how: 'updated' })
  })
})

describe('auto_commit', () => {
  const inputs = { auto_commit: 'true' }

  it('commits sure fixes to the failing branch and the others to a pull request', async () => {
    const delivery = await run([A, { ...B, confidence: 0.85 }], { inputs })
    expect(on('main', 'e2e/a.spec.ts')).toBe(NEW)
    expect(on('main', 'e2e/b.spec.ts')).toBe(OLD)
    expect(delivery.pull?.number).toBe(1)
    expect(on(BRANCH, 'e2e/b.spec.ts')).toBe(NEW)
  })

  it('opens no pull request where everything was committed', async () => {
    expect(await run([A, B], { inputs })).toMatchObject({ pull: null, branch: 'main' })
  })

  it('never commits a fix whose step did something else than before', async () => {
    await run([{ ...A, effects: 'different' }], { inputs })
    expect(on('main', 'e2e/a.spec.ts')).toBe(OLD)
    expect(github.world.pulls).toHaveLength(1)
  })

  it('commits nothing unseen to a branch that moved; the fixes go to review', async () => {
    repository.pushElsewhere('main', { 'src/app.ts': 'export const y = 1\n' })
    const delivery = await run([A], { inputs })
    expect(on('main', 'e2e/a.spec.ts')).toBe(OLD)
    expect(delivery.pull?.number).toBe(1)
  })

  it('commits several fixes in one commit, so that nobody can come in between', async () => {
    const head = github.world.git.read('refs/heads/main') ?? ''
    await run([A, B], { inputs })
    expect(github.world.git.ahead(head, 'refs/heads/main')).toBe(1)
    expect([on('main', 'e2e/a.spec.ts'), on('main', 'e2e/b.spec.ts')]).toEqual([NEW, NEW])
  })

  it('is off unless asked for', async () => {
    await run([A])
    expect(on('main', 'e2e/a.spec.ts')).toBe(OLD)
  })
})
