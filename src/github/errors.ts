import { HealFault } from '../engine.ts'
import type { Problem } from '../model.ts'

/** What GitHub says, in its own words, where our advice depends on it. */
const NOT_ACCESSIBLE = /Resource not accessible by (integration|personal access token)/i
const MAY_NOT_OPEN_PULLS = /GitHub Actions is not permitted to create or approve pull requests/i
const RATE_LIMIT = /rate limit|abuse detection/i
const SAML = /SAML enforcement|organization SAML/i
const PROTECTED = /protected branch|Changes must be made through a pull request|Repository rule violations/i
const BRANCH_MOVED = /expected (?:branch|.*head).* to (?:point to|be at)|STALE_DATA|is at [0-9a-f]{40} but expected/i
const NEEDS_WORKFLOWS = /without [`'"]?workflows?[`'"]? (permission|scope)/i
const ALREADY_EXISTS = /already exists/i
const ARCHIVED = /archived so is read-only/i

/** What the action is doing when GitHub answers, and what it needs for it. */
export interface Doing {
  /** Completes "while …": `opening the pull request`. */
  readonly what: string
  /** Permissions that this needs, by name. */
  readonly needs: Readonly<Partial<Record<'contents' | 'pull-requests' | 'actions' | 'issues', 'read' | 'write'>>>
  /** The input that the user can change, where there is one. */
  readonly input?: string
}

/** The parts of an error of Octokit that matter; absent ones are empty. */
export interface GitHubAnswer {
  readonly status: number | null
  readonly message: string
  /** `type` of the first GraphQL error. */
  readonly type: string
  readonly details: readonly string[]
}

/** Takes an error of Octokit's REST or GraphQL side apart. */
export function readAnswer(error: unknown): GitHubAnswer {
  if (!(error instanceof Error)) return { status: null, message: String(error), type: '', details: [] }
  const response = field(error, 'response')
  // Octokit gives a status of 500 to requests that got no answer at all.
  const answered = response !== undefined && 'status' in error && typeof error.status === 'number'
  const status = answered ? Number(field(error, 'status')) : null
  const data = field(response, 'data')
  const errors = [field(error, 'errors'), field(data, 'errors')].find(Array.isArray) ?? []
  const details = errors
    .slice(0, 5)
    .map((item: unknown) => (typeof item === 'string' ? item : describeDetail(item)))
    .filter((text) => text !== '')
  const message = field(data, 'message')
  return {
    status,
    message: plain(typeof message === 'string' ? message : error.message),
    type: String(field(errors[0], 'type') ?? ''),
    details: details.map(plain),
  }
}

function describeDetail(item: unknown): string {
  const message = field(item, 'message')
  if (typeof message === 'string') return message
  return ['resource', 'field', 'code']
    .map((key) => String(field(item, key) ?? ''))
    .join(' ')
    .trim()
}

function field(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[key] : undefined
}

const plain = (text: string) => text.replaceAll(/\s+/g, ' ').slice(0, 400).trim()

const everything = ({ message, details }: GitHubAnswer) => [message, ...details].join(' ')

/** True where a commit was refused because the branch no longer stood where it was expected. */
export function isBranchMoved(error: unknown): boolean {
  const answer = readAnswer(error)
  return answer.type === 'STALE_DATA' || BRANCH_MOVED.test(everything(answer))
}

export function isAlreadyThere(error: unknown): boolean {
  const answer = readAnswer(error)
  return answer.status === 422 && ALREADY_EXISTS.test(everything(answer))
}

export function isNotFound(error: unknown): boolean {
  const answer = readAnswer(error)
  return answer.status === 404 || answer.type === 'NOT_FOUND'
}

export function isProtected(error: unknown): boolean {
  return PROTECTED.test(everything(readAnswer(error)))
}

/** Says an error of GitHub in words: what was refused, and what to change where. A `HealFault` passes unchanged. */
export function explain(error: unknown, doing: Doing): HealFault {
  if (error instanceof HealFault) return error
  const answer = readAnswer(error)
  return new HealFault(problemOf(answer, doing), { cause: error })
}

function problemOf(answer: GitHubAnswer, doing: Doing): Problem {
  const { status } = answer
  const said = everything(answer)
  const code = status === null || status === 200 ? '' : ` (${status})`
  const message = `GitHub refused${code} while ${doing.what}: ${said.replace(/[.\s]*$/, '.')}`
  const problem = (remedy: string, subject = doing.input ?? 'token'): Problem => ({ message, remedy, subject })

  if (MAY_NOT_OPEN_PULLS.test(said)) {
    return problem(
      'Switch on "Allow GitHub Actions to create and approve pull requests" under Settings → Actions → General → Workflow permissions (of the repository, and of the organisation where it decides), or give the input `token` a token of a GitHub App.',
    )
  }
  if (NEEDS_WORKFLOWS.test(said)) {
    return problem(
      'The failing branch changes workflows, which the token of a workflow may never carry on. Give the input `token` a token of a GitHub App with `workflows: write`, or set mode: report.',
      'token',
    )
  }
  if (SAML.test(said)) return problem('Authorise the token in the input `token` for the organisation (single sign-on).')
  if (RATE_LIMIT.test(said) || status === 429 || answer.type === 'RATE_LIMITED') {
    return problem('The rate limit is used up. Run the job again later, or give the input `token` a token of its own.')
  }
  if (ARCHIVED.test(said)) return problem('The repository is archived. Unarchive it, or use mode: report.', 'mode')
  if (PROTECTED.test(said)) {
    return problem(
      'A rule protects this branch. Let the rule allow the owner of the token, or leave `auto_commit` off.',
      'auto_commit',
    )
  }
  if (isMoved(answer)) {
    return problem('The branch moved meanwhile. Run the job again on its newest commit.', 'base_branch')
  }
  if (status === 401) {
    return problem(
      'The token is wrong or has expired. Leave the input `token` away to use the token of the workflow, or renew the secret it comes from.',
      'token',
    )
  }
  if (NOT_ACCESSIBLE.test(said) || status === 403 || answer.type === 'FORBIDDEN') {
    return problem(`The token lacks a permission. Add to the job:\n\n${permissionsBlock(doing.needs)}\n`, 'token')
  }
  if (status === 404 || answer.type === 'NOT_FOUND') {
    return problem(
      `It is not there, or the token may not see it. Check ${doing.input ? `the input \`${doing.input}\`, and ` : ''}that the token may read this repository; the job needs:\n\n${permissionsBlock(doing.needs)}\n`,
    )
  }
  if (status === 410) return problem('It has expired or was deleted. Run the tests again, or keep it for longer.')
  if (status === 422)
    return problem(`Check ${doing.input ? `the input \`${doing.input}\`` : 'the inputs that concern it'}.`)
  if (status !== null && status >= 500) {
    return problem('GitHub has a fault of its own. Run the job again; https://www.githubstatus.com tells more.')
  }
  if (status === null) {
    return {
      message: `GitHub could not be reached while ${doing.what}: ${said.replace(/[.\s]*$/, '.')}`,
      remedy: 'Check the network and the proxy of the runner, and GITHUB_API_URL.',
      subject: 'token',
    }
  }
  return problem('Run the job again; if it stays, report it with this message.')
}

const isMoved = (answer: GitHubAnswer) => answer.type === 'STALE_DATA' || BRANCH_MOVED.test(everything(answer))

/** The YAML that a user adds to the job. */
export function permissionsBlock(needs: Doing['needs']): string {
  const lines = Object.entries(needs).map(([name, level]) => `  ${name}: ${level}`)
  return ['permissions:', ...lines].join('\n')
}

/** What delivering a review pull request needs, once and for all. */
export const DELIVERY_NEEDS: Doing['needs'] = { contents: 'write', 'pull-requests': 'write', actions: 'read' }
