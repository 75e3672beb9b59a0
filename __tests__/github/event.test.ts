import { describe, expect, it } from 'vitest'
import { readEvent } from '../../src/github/event.ts'
import { pullRequestEvent, workflowRunEvent } from '../support/events.ts'

const HERE = { owner: 'octo', repo: 'shop' }
const SHA = 'a'.repeat(40)

const read = (name: string, payload: unknown, env: Record<string, string> = {}) =>
  readEvent({ GITHUB_REPOSITORY: 'octo/shop', GITHUB_EVENT_NAME: name, GITHUB_SHA: SHA, ...env }, payload).event

describe('what made the action run', () => {
  it.each([
    ['push', 'refs/heads/feature/x', 'feature/x'],
    ['schedule', 'refs/heads/main', 'main'],
    ['workflow_dispatch', 'refs/heads/main', 'main'],
    ['push', 'refs/tags/v1', null],
    ['merge_group', 'refs/heads/gh-readonly-queue/main/pr-1-abc', null],
  ])('is %s on %s', (name, ref, branch) => {
    const event = read(name, {}, { GITHUB_REF: ref })
    expect(event).toEqual({ kind: 'tests', writable: false, failing: { branch, sha: SHA, pull: null, fork: false } })
  })

  it('is a pull request, whose head failed and not the merge commit that was checked out', () => {
    const payload = pullRequestEvent({ ...HERE, number: 3, branch: 'x', sha: 'b'.repeat(40) })
    expect(read('pull_request', payload)).toMatchObject({
      kind: 'tests',
      writable: false,
      failing: { branch: 'x', sha: 'b'.repeat(40), pull: 3, fork: false },
    })
    expect(read('pull_request_target', payload)).toMatchObject({ writable: true })
  })

  it('is a pull request of a fork', () => {
    const payload = pullRequestEvent({ ...HERE, number: 3, branch: 'x', sha: SHA, headRepository: 'mallory/shop' })
    expect(read('pull_request', payload)).toMatchObject({ failing: { fork: true } })
  })

  it('is a pull request whose fork was deleted, which is no less a fork', () => {
    // GitHub does send null here, although its description says an object.
    const payload = pullRequestEvent({ ...HERE, number: 3, branch: 'x', sha: SHA })
    Object.assign((payload.pull_request as { head: object }).head, { repo: null })
    expect(read('pull_request', payload)).toMatchObject({ failing: { fork: true } })
  })

  it('is a pull request that was closed', () => {
    const payload = pullRequestEvent({ ...HERE, number: 3, branch: 'x', sha: SHA, action: 'closed' })
    expect(read('pull_request', payload)).toMatchObject({ kind: 'closed', pull: 3 })
  })

  it('is the end of another workflow, of this repository or a fork', () => {
    const run = { ...HERE, id: 5, sha: SHA, branch: 'main', conclusion: 'failure' }
    expect(read('workflow_run', workflowRunEvent(run))).toMatchObject({
      kind: 'workflow_run',
      runId: 5,
      workflowId: 5,
      failing: { branch: 'main', fork: false },
    })
    const fork = workflowRunEvent({ ...run, headRepository: 'mallory/shop' })
    expect(read('workflow_run', fork)).toMatchObject({ failing: { fork: true } })
  })

  it.each(['issue_comment', 'workflow_run', 'pull_request'])('is a fault where the payload of %s is empty', (name) => {
    const action = { issue_comment: 'created', workflow_run: 'completed', pull_request: 'opened' }[name]
    expect(() => read(name, { action })).toThrow(/payload.*GITHUB_EVENT_PATH/)
  })
})
