import { existsSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { OUTPUTS } from '../../src/config/settings.ts'
import { commentEvent, pullRequestEvent } from '../support/events.ts'
import { type StandIn, startGitHub } from '../support/github/index.ts'
import { makeRepository, type TestRepository } from '../support/github/repository.ts'
import { runStep, type StepResult } from '../support/runner-stand-in.ts'

const ROOT = path.resolve(import.meta.dirname, '../..')
const MADE_UP = path.join(ROOT, '__tests__/support/made-up-main.ts')
const HERE = { owner: 'octo', repo: 'shop' }
const OLD = "test('a', async ({ page }) => {\n  await page.getByTestId('buy').click()\n})\n"
const NEW = OLD.replace("'buy'", "'purchase'")
const RESULTS = [
  { test: 'buys', file: 'e2e/a.spec.ts', before: OLD, after: NEW },
  { test: 'sells', file: 'e2e/b.spec.ts', status: 'likely_regression' },
]

let repository: TestRepository
let github: StandIn

beforeEach(async () => {
  repository = makeRepository({ 'e2e/a.spec.ts': OLD })
  github = await startGitHub({ bareRepo: repository.bare, ...HERE })
})

afterEach(async () => {
  expect(github.violations).toEqual([])
  await github.close()
  repository.dispose()
})

interface Given {
  readonly with?: Record<string, string>
  readonly env?: Record<string, string>
  readonly main?: string
  readonly event?: { name: string; payload: object }
}

function step(given: Given = {}): Promise<StepResult> {
  return runStep({
    action: ROOT,
    workspace: repository.checkout,
    main: given.main,
    with: given.with,
    token: github.world.token,
    event: given.event ?? { name: 'push', payload: { repository: { default_branch: 'main' } } },
    env: {
      GITHUB_REPOSITORY: 'octo/shop',
      GITHUB_API_URL: github.apiUrl,
      GITHUB_GRAPHQL_URL: github.graphqlUrl,
      GITHUB_SERVER_URL: github.serverUrl,
      GITHUB_SHA: repository.git('rev-parse', 'HEAD'),
      GITHUB_REF: 'refs/heads/main',
      MADE_UP_RESULTS: JSON.stringify(RESULTS),
      ...given.env,
    },
  })
}

/** Every request in one line, with commits made readable. */
function told(): string[] {
  return github.requests.map(({ method, path: where, operation, status }) => {
    const target = where === '/graphql' ? operation : where.replace('/repos/octo/shop', '')
    return `${method} ${target} ${status}`
  })
}

describe('the action as a runner sees it, with a made-up engine', () => {
  it('delivers with exactly these requests', async () => {
    const result = await step({ main: MADE_UP })
    expect(result.log).not.toMatch(/error:.*should not have happened/)
    expect(result.exitCode).toBe(0)
    expect(told()).toEqual([
      'GET /actions/runs/70 404',
      // The baseline of the memory branch, and the history on it.
      'POST BranchHead 200',
      'POST BranchHead 200',
      'POST Viewer 200',
      'GET /pulls?state=open&base=main&sort=created&direction=desc&per_page=100 200',
      'GET /pulls?state=closed&head=octo%3Aself-heal%2Ffix-main&sort=created&direction=desc&per_page=100 200',
      'POST BranchHead 200',
      'POST BranchHead 200',
      'POST Files 200',
      'POST /git/refs 201',
      'POST Commit 200',
      'POST /pulls 201',
      'POST /issues/1/labels 200',
    ])
    expect(github.world.git.blob('refs/heads/self-heal/fix-main:e2e/a.spec.ts')).toBe(NEW)
  })

  it('sets outputs, summary and annotations, and tells its story in groups', async () => {
    const result = await step({ main: MADE_UP })
    expect(result.outputs).toMatchObject({
      healed: '1',
      likely_regression: '1',
      failures: '2',
      pull_request_number: '1',
      branch: 'self-heal/fix-main',
      report_json: path.join(repository.checkout, 'self-heal-report/healing-report.json'),
      report_html: '',
    })
    expect(Object.keys(result.outputs)).toEqual(OUTPUTS.map(({ name }) => name))
    expect(result.summary).toContain('## Self-heal')
    const annotations = result.commands.filter(({ name }) => ['error', 'warning', 'notice'].includes(name))
    expect(annotations).toMatchObject([
      { name: 'error', properties: { file: 'e2e/b.spec.ts', line: '3', title: 'Likely regression' } },
      { name: 'notice', properties: { file: 'e2e/a.spec.ts' } },
    ])
    expect(result.commands.filter(({ name }) => name === 'group').map(({ message }) => message)).toEqual([
      'Collect the failures',
      'Heal',
      'Deliver',
    ])
  })

  it('never shows the token, not even where the engine does', async () => {
    const { raw } = await step({ main: MADE_UP })
    const [mask, ...rest] = raw.split('\n')
    expect(mask).toBe(`::add-mask::${github.world.token}`)
    expect(rest.join('\n')).toContain('healed with ***, inherited nothing')
    expect(rest.join('\n')).not.toContain(github.world.token)
  })

  it('takes settings from .self-heal.yml, and inputs before them', async () => {
    repository.push('main', { '.self-heal.yml': 'draft: true\nlabels: [from-file]\n' })
    await step({ main: MADE_UP, with: { labels: 'from-input' } })
    expect(github.world.pulls).toMatchObject([{ draft: true, labels: ['from-input'] }])
  })

  it('ends as failed, with one error and every output, where GitHub refuses', async () => {
    const body = { message: 'GitHub Actions is not permitted to create or approve pull requests.' }
    github.faults.push({ operation: 'pulls/create', status: 403, body })
    const result = await step({ main: MADE_UP })
    expect(result.exitCode).toBe(1)
    const errors = result.commands.filter(({ name }) => name === 'error')
    expect(errors).toHaveLength(1)
    expect(errors[0]?.message).toContain('Allow GitHub Actions to create and approve pull requests')
    expect(Object.keys(result.outputs)).toHaveLength(OUTPUTS.length)
    expect(github.world.git.read('refs/heads/self-heal/fix-main')).toBeNull()
  })
})

describe('two jobs of a matrix that fail alike, with mode: suggest', () => {
  it('suggest once, on the line, and share one comment', async () => {
    const sha = repository.push('feature', { 'e2e/a.spec.ts': `// new\n${OLD}` })
    const number = github.world.nextNumber()
    const author = { login: 'ada', type: 'User' as const }
    const shown = { title: 'T', body: '', state: 'open' as const, merged: false, draft: false, author }
    const ends = { head: 'feature', base: 'main', headRepo: 'octo/shop' }
    github.world.pulls.push({ number, ...shown, ...ends, labels: [], reviewers: [], writes: 0 })
    const payload = pullRequestEvent({ ...HERE, number, branch: 'feature', sha })
    const fix = { test: 'buys', file: 'e2e/a.spec.ts', before: `// new\n${OLD}`, after: `// new\n${NEW}` }
    const job = (more: object[]) =>
      step({
        main: MADE_UP,
        with: { mode: 'suggest' },
        event: { name: 'pull_request', payload },
        env: { MADE_UP_RESULTS: JSON.stringify([fix, ...more]), GITHUB_WORKFLOW: 'tests' },
      })
    const results = await Promise.all([job([]), job([{ test: 'sells', file: 'b.ts', status: 'needs_human' }])])
    expect(results.map(({ exitCode, log }) => [exitCode, /1 of 1 repairs are suggestions/.test(log)])).toEqual([
      [0, true],
      [0, true],
    ])
    expect(github.world.reviewComments).toMatchObject([{ path: 'e2e/a.spec.ts', line: 3 }])
    expect(github.world.comments).toHaveLength(1)
    expect(github.world.git.read('refs/heads/self-heal/fix-feature')).toBeNull()
  })
})

describe('the committed dist', () => {
  it('is there', () => {
    expect(existsSync(path.join(ROOT, 'dist/main.js'))).toBe(true)
  })

  it('names the input, the value and the remedy, and fails', async () => {
    const result = await step({ with: { confidence_threshold: '80%' } })
    expect(result.exitCode).toBe(1)
    expect(result.commands.find(({ name }) => name === 'error')?.message).toMatch(/`confidence_threshold`.*"80%".*0\.8/)
    expect(github.requests).toEqual([])
  })

  it('says where it looked where there are no artifacts, and leaves the checkout as it was', async () => {
    const result = await step()
    expect(result.exitCode).toBe(1)
    expect(result.commands.find(({ name }) => name === 'error')?.message).toMatch(/[Nn]o .*(artifact|report)/)
    expect(repository.git('status', '--porcelain', '--untracked-files=no')).toBe('')
  })

  it('answers a comment', async () => {
    await step({ main: MADE_UP })
    github.world.collaborators.set('ada', 'admin')
    const author = { login: 'ada', type: 'User' as const }
    github.world.comments.push({ id: 9_000, issue: 1, body: '', author, reactions: [] })
    const payload = commentEvent({ ...HERE, number: 1, id: 9_000, author: 'ada', body: '/heal help' })
    const result = await step({ event: { name: 'issue_comment', payload } })
    expect(result.exitCode).toBe(0)
    expect(github.world.comments.map(({ reactions }) => reactions)).toEqual([['eyes', 'rocket'], []])
  })
})
