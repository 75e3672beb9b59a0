import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createClient, type GitHubClient } from '../../src/github/client.ts'
import { explain, isBranchMoved } from '../../src/github/errors.ts'

type Reply = { status: number; body?: object; headers?: Record<string, string> }

let server: Server
let replies: Reply[]
let asked: string[]
let waits: number[]
let client: GitHubClient

beforeEach(async () => {
  replies = []
  asked = []
  waits = []
  server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`)
    const { status, body = {}, headers } = replies.shift() ?? { status: 200 }
    request.resume().on('end', () => {
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  client = createClient({
    token: 'ghs_x',
    owner: 'o',
    repo: 'r',
    apiUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v3`,
    sleep: async (ms) => void waits.push(ms),
  })
})

afterEach(() => {
  server.closeAllConnections()
  server.close()
})

const get = () => client.rest.pulls.list(client.at)
const post = () => client.rest.git.createRef({ ...client.at, ref: 'refs/heads/x', sha: 'a'.repeat(40) })
const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => null,
    (error: unknown) => error,
  )
const doing = { what: 'testing', needs: { contents: 'write' } } as const

describe('patience', () => {
  it('reads again after a fault of the server, a few times and ever slower', async () => {
    replies = [{ status: 502 }, { status: 503 }, { status: 500 }, { status: 502 }]
    expect(await failure(get())).toMatchObject({ status: 502 })
    expect(waits).toEqual([1_000, 2_000, 4_000])
  })

  it('never writes again after a fault of the server: the first time may have worked', async () => {
    replies = [{ status: 502 }]
    expect(await failure(post())).toMatchObject({ status: 502 })
    expect(asked).toHaveLength(1)
  })

  it('never sends a mutation twice, and a query when it must', async () => {
    replies = [{ status: 502 }, { status: 502 }, { status: 200, body: { data: { viewer: { login: 'me' } } } }]
    expect(await failure(client.graphql('mutation X { x }', {}))).toBeInstanceOf(Error)
    expect(await client.viewer()).toBe('me')
    expect(asked).toEqual(Array(3).fill('POST /api/graphql'))
  })

  it('waits as long as GitHub asks, even to write, but not for ever', async () => {
    const limited = (after: string) => ({
      status: 403,
      body: { message: 'You have exceeded a secondary rate limit' },
      headers: { 'retry-after': after },
    })
    replies = [limited('7'), { status: 201 }]
    await post()
    expect(waits).toEqual([7_000])
    replies = [limited('3600')]
    const error = await failure(post())
    expect(waits).toEqual([7_000])
    expect(explain(error, doing).message).toMatch(/rate limit is used up/)
  })

  it('waits until an empty quota is filled again', async () => {
    const now = Math.floor(Date.now() / 1_000)
    const headers = {
      'x-ratelimit-remaining': '0',
      'x-ratelimit-reset': String(now + 20),
      date: new Date(now * 1_000).toUTCString(),
    }
    replies = [{ status: 429, body: { message: 'API rate limit exceeded' }, headers }]
    await get()
    expect(waits).toEqual([20_000])
  })
})

describe('errors in words', () => {
  it('say that GitHub could not be reached', async () => {
    server.close()
    server.closeAllConnections()
    const fault = explain(await failure(get()), doing)
    expect(fault.message).toMatch(/could not be reached while testing.*GITHUB_API_URL/)
  })

  it.each([
    [403, 'Resource protected by organization SAML enforcement.', /single sign-on/],
    [
      403,
      'refusing to allow a GitHub App to update workflow `a.yml` without `workflows` permission',
      /workflows: write/,
    ],
    [403, 'Repository was archived so is read-only.', /Unarchive/],
    [403, 'Must have admin rights to Repository.', /permissions:\n {2}contents: write/],
    [409, 'Git Repository is empty.', /report it/],
    [422, 'Repository rule violations found', /rule protects this branch/],
  ])('say what to do about %i %s', async (status, message, words) => {
    replies = [{ status, body: { message } }]
    const fault = explain(await failure(get()), doing)
    expect(fault.message).toContain(`(${status}) while testing`)
    expect(fault.problem.remedy).toMatch(words)
  })

  it('tell a branch that moved from every other refusal', async () => {
    const errors = (type: string, message: string) => ({ status: 200, body: { errors: [{ type, message }] } })
    replies = [
      errors('STALE_DATA', 'Expected branch to point to "abc" but it did not. Pull and try again.'),
      errors('FORBIDDEN', 'Resource not accessible by integration'),
    ]
    const moved = await failure(client.graphql('mutation X { x }', {}))
    const forbidden = await failure(client.graphql('mutation X { x }', {}))
    expect([isBranchMoved(moved), isBranchMoved(forbidden)]).toEqual([true, false])
    expect(explain(forbidden, doing).message).toMatch(/lacks a permission/)
  })
})
