import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createClient, type GitHubClient } from '../../src/github/client.ts'
import { type StandIn, startGitHub } from '../support/github/index.ts'
import { makeRepository, type TestRepository } from '../support/github/repository.ts'

let repository: TestRepository
let github: StandIn
let client: GitHubClient

beforeAll(async () => {
  repository = makeRepository({ 'a.txt': 'one\n' })
  github = await startGitHub({ bareRepo: repository.bare, owner: 'octo', repo: 'shop' })
  const { token } = github.world
  client = createClient({ token, owner: 'octo', repo: 'shop', apiUrl: github.apiUrl, graphqlUrl: github.graphqlUrl })
})

afterAll(async () => {
  await github.close()
  repository.dispose()
})

/** What the stand-in complains about while `body` runs. */
async function complaints(body: () => Promise<unknown>): Promise<string> {
  const before = github.violations.length
  await body().catch(() => {})
  return github.violations.splice(before).join('\n')
}

describe('the stand-in GitHub', () => {
  it.each([
    ['a missing field', { title: 'x', head: 'a' }, /base/],
    ['a field of the wrong type', { title: 'x', head: 'a', base: 'main', draft: 'maybe' }, /draft/],
    ['a misspelt field', { title: 'x', head: 'a', base: 'main', bdoy: 'x' }, /bdoy/],
  ])('refuses %s', async (_, body, complaint) => {
    expect(await complaints(() => client.request('POST /repos/octo/shop/pulls', body))).toMatch(complaint)
  })

  it('refuses a reaction that GitHub does not know', async () => {
    const wrong = { content: 'shrug' }
    const said = await complaints(() => client.request('POST /repos/octo/shop/issues/comments/1/reactions', wrong))
    expect(said).toMatch(/content.*allowed values/)
  })

  it('refuses paths that it does not know, and documents and variables that do not fit the schema', async () => {
    expect(await complaints(() => client.request('GET /repos/octo/shop/pullz'))).toMatch(/unknown/)
    expect(await complaints(() => client.graphql('query X { viewer { logon } }', {}))).toMatch(/logon/)
    const mutation =
      'mutation X($input: CreateCommitOnBranchInput!) { createCommitOnBranch(input: $input) { commit { oid } } }'
    expect(await complaints(() => client.graphql(mutation, { input: { branch: {} } }))).toMatch(/expectedHeadOid/)
  })

  it('refuses a wrong token', async () => {
    const stranger = createClient({ token: 'ghs_other', owner: 'octo', repo: 'shop', apiUrl: github.apiUrl })
    await expect(stranger.rest.pulls.list(stranger.at)).rejects.toMatchObject({ status: 401 })
  })

  it('answers as GitHub describes', async () => {
    const said = await complaints(async () => {
      await client.rest.git.createRef({ ...client.at, ref: 'refs/heads/x/y', sha: repository.git('rev-parse', 'HEAD') })
      const mutation =
        'mutation X($input: CreateCommitOnBranchInput!) { createCommitOnBranch(input: $input) { commit { oid } } }'
      await client.graphql(mutation, {
        input: {
          branch: { repositoryNameWithOwner: 'octo/shop', branchName: 'x/y' },
          expectedHeadOid: repository.git('rev-parse', 'HEAD'),
          message: { headline: 'Change' },
          fileChanges: { additions: [{ path: 'b/c.txt', contents: Buffer.from('ü\n').toString('base64') }] },
        },
      })
      const { data } = await client.rest.pulls.create({
        ...client.at,
        head: 'x/y',
        base: 'main',
        title: 'T',
        body: 'B',
      })
      await client.rest.pulls.list({ ...client.at, head: 'octo:x/y' })
      await client.rest.pulls.update({ ...client.at, pull_number: data.number, title: 'U' })
      await client.rest.issues.addLabels({ ...client.at, issue_number: data.number, labels: ['a'] })
      const comment = await client.rest.issues.createComment({ ...client.at, issue_number: data.number, body: 'C' })
      await client.rest.issues.listComments({ ...client.at, issue_number: data.number })
      await client.rest.reactions.createForIssueComment({ ...client.at, comment_id: comment.data.id, content: 'eyes' })
      await client.rest.git.deleteRef({ ...client.at, ref: 'heads/x/y' })
    })
    expect(said).toBe('')
    expect(github.world.pulls).toMatchObject([{ title: 'U', labels: ['a'], state: 'closed' }])
    repository.git('fetch', '--quiet', 'origin')
  })
})
