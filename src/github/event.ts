import { HealFault } from '../engine.ts'

/** The commit whose tests failed, and the branch it lies on. */
export interface FailingCommit {
  /** Null where there is none to deliver to: a tag, a merge queue, a branch that is gone. */
  readonly branch: string | null
  readonly sha: string
  /** The pull request that was tested, where there was one. */
  readonly pull: number | null
  /** True where the code comes from a fork. */
  readonly fork: boolean
}

export interface CommandComment {
  readonly id: number
  readonly body: string
  readonly author: string
  readonly bot: boolean
  /** Number of the issue or pull request it stands on. */
  readonly issue: number
  readonly onPull: boolean
}

/** What made the action run, in the words of the project. */
export type RunEvent =
  /** A step after tests in the same job. `writable`: the event gives tokens that can write even to code of a fork. */
  | { readonly kind: 'tests'; readonly failing: FailingCommit; readonly writable: boolean }
  /** Another workflow ended; its artifacts are to be downloaded. */
  | {
      readonly kind: 'workflow_run'
      readonly failing: FailingCommit
      readonly runId: number
      readonly workflowId: number
      readonly conclusion: string
      /** The event that started that workflow. */
      readonly trigger: string
    }
  | { readonly kind: 'command'; readonly comment: CommandComment }
  | { readonly kind: 'closed'; readonly pull: number; readonly merged: boolean }
  | { readonly kind: 'nothing'; readonly reason: string }

export interface EventContext {
  readonly event: RunEvent
  readonly owner: string
  readonly repo: string
  readonly defaultBranch: string | null
  /** This run of the action. */
  readonly run: { readonly id: number; readonly attempt: number; readonly url: string }
}

type Env = Readonly<Record<string, string | undefined>>
type Json = Readonly<Record<string, unknown>>

/** Makes sense of the event; throws a `HealFault` where the environment is not that of a runner. */
export function readEvent(env: Env, payload: unknown): EventContext {
  const [owner, repo] = (env.GITHUB_REPOSITORY ?? '').split('/')
  if (!owner || !repo) {
    throw new HealFault({
      message: `GITHUB_REPOSITORY is ${JSON.stringify(env.GITHUB_REPOSITORY ?? '')}, not owner/name.`,
      remedy: 'Run this as a step of a GitHub workflow, or use the command line `self-heal` elsewhere.',
      subject: 'GITHUB_REPOSITORY',
    })
  }
  const body = record(payload)
  const id = Number(env.GITHUB_RUN_ID ?? 0) || 0
  const server = env.GITHUB_SERVER_URL ?? 'https://github.com'
  return {
    event: eventOf(env.GITHUB_EVENT_NAME ?? '', body, env),
    owner,
    repo,
    defaultBranch: text(record(body.repository).default_branch),
    run: {
      id,
      attempt: Number(env.GITHUB_RUN_ATTEMPT ?? 1) || 1,
      url: `${server}/${owner}/${repo}/actions/runs/${id}`,
    },
  }
}

function eventOf(name: string, body: Json, env: Env): RunEvent {
  switch (name) {
    case 'issue_comment':
      return commandOf(body)
    case 'workflow_run':
      return workflowRunOf(body)
    case 'pull_request':
    case 'pull_request_target':
      return pullRequestOf(body, name === 'pull_request_target')
    default:
      return { kind: 'tests', failing: refOf(env), writable: false }
  }
}

function commandOf(body: Json): RunEvent {
  if (body.action !== 'created')
    return { kind: 'nothing', reason: 'Only new comments are read, not edited or deleted ones.' }
  const comment = record(body.comment)
  const issue = record(body.issue)
  const user = record(comment.user)
  const author = text(user.login)
  const id = Number(comment.id)
  const number = Number(issue.number)
  if (author === null || !Number.isSafeInteger(id) || !Number.isSafeInteger(number)) throw unreadable('issue_comment')
  return {
    kind: 'command',
    comment: {
      id,
      body: (text(comment.body) ?? '').slice(0, 5_000),
      author,
      bot: user.type === 'Bot',
      issue: number,
      onPull: issue.pull_request !== undefined && issue.pull_request !== null,
    },
  }
}

function workflowRunOf(body: Json): RunEvent {
  if (body.action !== 'completed') return { kind: 'nothing', reason: 'The workflow has not ended yet.' }
  const run = record(body.workflow_run)
  const conclusion = text(run.conclusion) ?? ''
  const runId = Number(run.id)
  const sha = text(run.head_sha)
  if (!Number.isSafeInteger(runId) || sha === null) throw unreadable('workflow_run')
  const home = text(record(body.repository).full_name)
  const from = text(record(run.head_repository).full_name)
  const pulls = Array.isArray(run.pull_requests) ? run.pull_requests.map(record) : []
  const [pull] = pulls
  return {
    kind: 'workflow_run',
    failing: {
      branch: text(run.head_branch),
      sha,
      pull: pull === undefined ? null : Number(pull.number),
      fork: home === null || from !== home,
    },
    runId,
    workflowId: Number(run.workflow_id) || 0,
    conclusion,
    trigger: text(run.event) ?? '',
  }
}

function pullRequestOf(body: Json, target: boolean): RunEvent {
  const pull = record(body.pull_request)
  const head = record(pull.head)
  const number = Number(body.number ?? pull.number)
  if (body.action === 'closed') return { kind: 'closed', pull: number, merged: pull.merged === true }
  const sha = text(head.sha)
  const branch = text(head.ref)
  if (sha === null || branch === null || !Number.isSafeInteger(number)) throw unreadable('pull_request')
  const home = text(record(body.repository).full_name)
  const fork = home === null || text(record(head.repo).full_name) !== home
  return { kind: 'tests', failing: { branch, sha, pull: number, fork }, writable: target }
}

/** `push`, `schedule`, `workflow_dispatch` and whatever else runs on a ref. */
function refOf(env: Env): FailingCommit {
  const ref = env.GITHUB_REF ?? ''
  const branch = ref.startsWith('refs/heads/') ? ref.slice('refs/heads/'.length) : null
  const queue = branch?.startsWith('gh-readonly-queue/') ?? false
  return { branch: queue ? null : branch, sha: env.GITHUB_SHA ?? '', pull: null, fork: false }
}

const record = (value: unknown): Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {}
const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null)

function unreadable(name: string): HealFault {
  return new HealFault({
    message: `The payload of the event ${name} lacks what it should hold.`,
    remedy: 'Check GITHUB_EVENT_PATH; the file comes from GitHub and should not be changed.',
    subject: 'GITHUB_EVENT_PATH',
  })
}
