import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createClient, type GitHubClient } from '../../src/github/client.ts'
import { mergeParts, readParts } from '../../src/github/comment-parts.ts'
import { keepComment } from '../../src/github/comments.ts'
import { keepSuggestion } from '../../src/github/suggest.ts'
import { type StandIn, startGitHub } from '../support/github/index.ts'
import { makeRepository, type TestRepository } from '../support/github/repository.ts'
import { makeOutcome, type ResultSpec, signatureOf } from '../support/outcome.ts'

const A = "test('a', async ({ page }) => {\n  await page.getByTestId('buy').click()\n})\n"
const FAR = `${Array.from({ length: 30 }, (_, index) => `// ${index}\n`).join('')}${A}`
const heal = (text: string) => text.replace("'buy'", "'purchase'")

let repository: TestRepository
let github: StandIn
let client: GitHubClient
let sha: string

beforeEach(async () => {
  repository = makeRepository({ 'e2e/a.spec.ts': A, 'e2e/far.spec.ts': FAR, 'e2e/same.spec.ts': A })
  github = await startGitHub({ bareRepo: repository.bare, owner: 'octo', repo: 'shop' })
  client = createClient({ owner: 'octo', repo: 'shop', token: github.world.token, apiUrl: github.apiUrl })
  // The pull request shows a.spec.ts near its broken line, far.spec.ts far from it, and same.spec.ts not at all.
  sha = repository.push('feature', { 'e2e/a.spec.ts': `// new\n${A}`, 'e2e/far.spec.ts': `// new\n${FAR}` })
  github.world.pulls.push({
    number: github.world.nextNumber(),
    title: 'T',
    body: '',
    state: 'open',
    merged: false,
    draft: false,
    author: { login: 'ada', type: 'User' },
    head: 'feature',
    base: 'main',
    headRepo: 'octo/shop',
    labels: [],
    reviewers: [],
    writes: 0,
  })
})

afterEach(async () => {
  expect(github.violations).toEqual([])
  await github.close()
  repository.dispose()
})

const NEAR: ResultSpec = { test: 'near', file: 'e2e/a.spec.ts', before: `// new\n${A}`, after: heal(`// new\n${A}`) }
const FARTHER: ResultSpec = {
  test: 'far',
  file: 'e2e/far.spec.ts',
  before: `// new\n${FAR}`,
  after: heal(`// new\n${FAR}`),
}
const UNSEEN: ResultSpec = { test: 'unseen', file: 'e2e/same.spec.ts', before: A, after: heal(A) }

const suggest = (specs: readonly ResultSpec[], given: { run?: number; attempt?: number; pull?: number | null } = {}) =>
  keepSuggestion(client, {
    failing: { branch: 'feature', sha, pull: given.pull === undefined ? 1 : given.pull, fork: false },
    outcome: makeOutcome(specs),
    run: { id: given.run ?? 70, attempt: given.attempt ?? 1, url: 'https://github.test/octo/shop/actions/runs/70' },
    workflow: 'tests',
  })

const lines = () => github.world.reviewComments.map(({ path, start, line }) => [path, start, line])
const comments = () => github.world.comments.map(({ body }) => body)
const pushed = () => github.requests.filter(({ operation }) => /^(Commit|git\/|Move)/.test(operation))

describe('mode: suggest', () => {
  it('suggests on the lines that the pull request shows, and holds the patch of the rest in one comment', async () => {
    const { story } = await suggest([NEAR, FARTHER, UNSEEN])
    expect(lines()).toEqual([['e2e/a.spec.ts', 3, 3]])
    const [suggestion] = github.world.reviewComments
    expect(suggestion?.body).toContain("```suggestion\n  await page.getByTestId('purchase').click()\n```")
    expect(suggestion?.body).toContain(signatureOf('near'))
    expect(comments()).toHaveLength(1)
    const [comment = ''] = comments()
    expect(comment).toContain('Commit the suggestion on the changed lines; for the others apply a diff below')
    expect(comment.match(/<details>/g)).toHaveLength(2)
    expect(comment).toContain('e2e/far.spec.ts')
    expect(comment).toContain('e2e/same.spec.ts')
    expect(story.join()).toMatch(/1 of 3 repairs are suggestions/)
    expect(pushed()).toEqual([])
  })

  it('writes nothing again where nothing changed', async () => {
    await suggest([NEAR, FARTHER])
    const before = JSON.stringify([github.world.reviewComments, comments()])
    github.requests.length = 0
    await suggest([NEAR, FARTHER], { run: 70, attempt: 1 })
    expect(JSON.stringify([github.world.reviewComments, comments()])).toBe(before)
    expect(github.requests.filter(({ method, path }) => method !== 'GET' && path !== '/graphql')).toEqual([])
  })

  it('brings a suggestion up to date where it stands, and the comment with it', async () => {
    await suggest([NEAR])
    const [first] = github.world.reviewComments
    const other = { ...NEAR, after: NEAR.after?.replace("'purchase'", "'order'") }
    await suggest([other], { run: 71 })
    expect(github.world.reviewComments).toHaveLength(1)
    expect(github.world.reviewComments[0]).toMatchObject({ id: first?.id, body: expect.stringContaining("'order'") })
    expect(comments()).toHaveLength(1)
    expect(comments()[0]).not.toContain('runs/70 ')
  })

  it('takes a suggestion back whose lines have changed, unless somebody answered it', async () => {
    await suggest([NEAR])
    const id = github.world.reviewComments[0]?.id ?? 0
    sha = repository.push('feature', { 'e2e/a.spec.ts': `// new\n${heal(A)}` })
    await suggest([], { run: 71 })
    expect(lines()).toEqual([])

    await suggest([{ ...NEAR, before: `// new\n${heal(A)}`, after: `// new\n${A}` }], { run: 72 })
    const [again] = github.world.reviewComments
    expect(again?.id).not.toBe(id)
    const reply = { ...(again as NonNullable<typeof again>), id: 90_000, body: 'Why?', replyTo: again?.id ?? 0 }
    github.world.reviewComments.push({ ...reply, author: { login: 'ada', type: 'User' } })
    sha = repository.push('feature', { 'e2e/a.spec.ts': `// new\n${A}` })
    await suggest([], { run: 73 })
    expect(github.world.reviewComments.map(({ id: one }) => one)).toContain(again?.id)
  })

  it('finds the open pull request of a branch that was pushed to', async () => {
    await suggest([NEAR], { pull: null })
    expect(lines()).toHaveLength(1)
  })

  it('suggests nothing where the pull request moved on since its tests failed', async () => {
    repository.push('feature', { 'src/x.ts': 'x\n' })
    await suggest([NEAR])
    expect(lines()).toEqual([])
    expect(comments()[0]).toContain('git apply')
  })

  it('puts into the comment what GitHub does not take as a suggestion', async () => {
    github.faults.push({ operation: 'pulls/create-review', status: 422, body: { message: 'Unprocessable Entity' } })
    await suggest([NEAR])
    expect(comments()[0]).toMatch(/<details>.*purchase/s)
  })

  it('writes nothing to the pull request of a fork', async () => {
    Object.assign(github.world.pulls[0] ?? {}, { headRepo: 'mallory/shop', headSha: sha })
    expect((await suggest([NEAR])).story.join()).toMatch(/fork/)
    expect([...comments(), ...lines()]).toEqual([])
  })

  it('lets nothing out of a suggestion that is hostile', async () => {
    const evil = "  await page.getByTestId('```\\n<!-- self-heal:end -->@ada').click()"
    await suggest([{ ...NEAR, after: NEAR.after?.replace("  await page.getByTestId('purchase').click()", evil) }])
    expect(github.world.reviewComments[0]?.body).toContain('````suggestion')
  })
})

describe('jobs of a matrix', () => {
  it('share one comment and never suggest twice, also at the same time', async () => {
    const chromium = [NEAR, FARTHER]
    const firefox = [NEAR, UNSEEN]
    await Promise.all([suggest(chromium), suggest(firefox), suggest(chromium)])
    expect(lines()).toEqual([['e2e/a.spec.ts', 3, 3]])
    expect(comments()).toHaveLength(1)
    expect(comments()[0]).toContain('e2e/far.spec.ts')
    expect(comments()[0]).toContain('e2e/same.spec.ts')
    expect(readParts(comments()[0] ?? '')).toHaveLength(2)
  })

  it('write a comment that leads elsewhere only once', async () => {
    await Promise.all([1, 2, 3].map(() => keepComment(client, 1, 'link', 'Repairs are in #2.')))
    expect(comments()).toHaveLength(1)
    await keepComment(client, 1, 'link', 'Repairs are in #3.')
    expect(comments()).toEqual([expect.stringContaining('#3')])
  })

  it('leave in place what another job suggested on lines that are as they were', async () => {
    await suggest([NEAR])
    await suggest([UNSEEN])
    expect(lines()).toHaveLength(1)
  })

  const part = { sha: 's', workflow: 'w', run: 5, attempt: 1, digest: 'd', text: 't' }
  it('forget what was said of an earlier commit, run or attempt', () => {
    const mine = { ...part, digest: 'mine' }
    expect(mergeParts([{ ...part, sha: 'old' }], mine)).toEqual([mine])
    expect(mergeParts([{ ...part, run: 4 }], mine)).toEqual([mine])
    expect(mergeParts([part], { ...mine, attempt: 2 })).toEqual([{ ...mine, attempt: 2 }])
    expect(mergeParts([{ ...part, workflow: 'other' }], mine)).toHaveLength(2)
    expect(mergeParts([{ ...part, run: 6 }], mine)).toEqual([{ ...part, run: 6 }])
  })

  it('read nothing out of a comment that has not the form', () => {
    expect(readParts('<!-- self-heal:part {"sha":1} -->\nx\n<!-- self-heal:end -->')).toEqual([])
    expect(readParts('<!-- self-heal:part {broken -->\nx\n<!-- self-heal:end -->')).toEqual([])
  })
})
