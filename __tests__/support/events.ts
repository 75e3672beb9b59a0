import { readFileSync } from 'node:fs'
import path from 'node:path'
import { Ajv } from 'ajv'

type Json = { [key: string]: unknown }

const modules = path.resolve(import.meta.dirname, '../../node_modules')
const readJson = (file: string): unknown => JSON.parse(readFileSync(path.join(modules, file), 'utf8'))

const ajv = new Ajv({ strict: false, validateFormats: false, logger: false })
let described: { components: Json; webhooks: Json } | undefined
let examples: { name: string; examples: Json[] }[] | undefined

/** What GitHub sends with an event: a real payload, changed by `change`, and checked against GitHub's description. */
export function makeEvent(name: string, action: string | null, change: (payload: Json) => void): Json {
  examples ??= readJson('@octokit/webhooks-examples/api.github.com/index.json') as NonNullable<typeof examples>
  const all = examples.find((item) => item.name === name)?.examples ?? []
  const webhook = [name, action]
    .filter((part) => part !== null)
    .join('_')
    .replaceAll('_', '-')
  const candidates = action === null ? all : all.filter((item) => item.action === action)
  // Some examples are older than the description; one that fits it is taken.
  const found = candidates.find((item) => complaintAbout(webhook, item) === null)
  if (found === undefined) throw new Error(`no example of ${name} ${action} fits the description`)
  const payload = structuredClone(found)
  change(payload)
  const complaint = complaintAbout(webhook, payload)
  if (complaint !== null) throw new Error(`the payload of ${name} is not one that GitHub sends: ${complaint}`)
  return payload
}

function complaintAbout(webhook: string, payload: unknown): string | null {
  described ??= readJson('@octokit/openapi-webhooks/generated/api.github.com.json') as NonNullable<typeof described>
  if (!(webhook in described.webhooks)) throw new Error(`GitHub describes no webhook ${webhook}`)
  if (ajv.getSchema('github') === undefined) ajv.addSchema({ $id: 'github', components: described.components })
  const valid = ajv.validate({ $ref: `github#/components/schemas/webhook-${webhook}` }, payload)
  return valid ? null : ajv.errorsText(ajv.errors?.slice(0, 5))
}

export interface EventOptions {
  readonly owner: string
  readonly repo: string
}

const asRecord = (value: unknown): Json => value as Json

function settle(payload: Json, { owner, repo }: EventOptions): void {
  const repository = asRecord(payload.repository)
  Object.assign(repository, { name: repo, full_name: `${owner}/${repo}`, default_branch: 'main' })
  asRecord(repository.owner).login = owner
}

/** A comment on a pull request; GitHub's examples hold none, so one on an issue is made into one. */
export function commentEvent(
  options: EventOptions & { number: number; body: string; author: string; id: number; action?: string; bot?: boolean },
): Json {
  return makeEvent('issue_comment', options.action ?? 'created', (payload) => {
    settle(payload, options)
    const base = `https://api.github.com/repos/${options.owner}/${options.repo}/pulls/${options.number}`
    const pull = { url: base, html_url: base, diff_url: base, patch_url: base, merged_at: null }
    Object.assign(asRecord(payload.issue), { number: options.number, pull_request: pull })
    const comment = asRecord(payload.comment)
    Object.assign(comment, { id: options.id, body: options.body })
    Object.assign(asRecord(comment.user), { login: options.author, type: options.bot ? 'Bot' : 'User' })
  })
}

/** The end of another workflow's run. */
export function workflowRunEvent(
  options: EventOptions & {
    id: number
    sha: string
    branch: string
    conclusion: string
    headRepository?: string
    /** The event that started the workflow. */
    trigger?: string
  },
): Json {
  return makeEvent('workflow_run', 'completed', (payload) => {
    settle(payload, options)
    const run = asRecord(payload.workflow_run)
    const { id, sha, branch, conclusion } = options
    Object.assign(run, { id, head_sha: sha, head_branch: branch, conclusion, workflow_id: 5, pull_requests: [] })
    if (options.trigger !== undefined) run.event = options.trigger
    asRecord(run.head_repository).full_name = options.headRepository ?? `${options.owner}/${options.repo}`
  })
}

/** A pull request that was opened, or any other action. */
export function pullRequestEvent(
  options: EventOptions & { number: number; branch: string; sha: string; headRepository?: string; action?: string },
): Json {
  return makeEvent('pull_request', options.action ?? 'opened', (payload) => {
    settle(payload, options)
    payload.number = options.number
    const pull = asRecord(payload.pull_request)
    pull.number = options.number
    const head = asRecord(pull.head)
    Object.assign(head, { ref: options.branch, sha: options.sha })
    asRecord(head.repo).full_name = options.headRepository ?? `${options.owner}/${options.repo}`
  })
}
