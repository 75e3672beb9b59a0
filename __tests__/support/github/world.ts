import type { BareGit } from './git.ts'

/** A pull request as the stand-in keeps it. */
export interface Pull {
  readonly number: number
  title: string
  body: string
  state: 'open' | 'closed'
  merged: boolean
  draft: boolean
  readonly author: Person
  readonly head: string
  readonly base: string
  /** Full name of the repository of the head; a fork has another one. */
  readonly headRepo: string
  /** Head commit where it is not read from the bare repository, as for forks. */
  readonly headSha?: string
  labels: string[]
  reviewers: string[]
  /** How often title or body were written after it was opened. */
  writes: number
}

export interface Comment {
  readonly id: number
  readonly issue: number
  body: string
  readonly author: Person
  readonly reactions: string[]
}

/** A comment on lines of a pull request's diff. */
export interface ReviewComment {
  readonly id: number
  readonly pull: number
  readonly path: string
  readonly start: number
  readonly line: number
  /** Commit that the lines were counted in. */
  readonly commit: string
  body: string
  readonly author: Person
  readonly replyTo?: number
}

export interface Person {
  readonly login: string
  readonly type: 'User' | 'Bot'
}

export interface Run {
  readonly id: number
  readonly workflowId: number
  readonly branch: string
  readonly sha: string
  readonly conclusion: 'success' | 'failure'
  /** Full name of the repository of its code; absent: this one. */
  readonly headRepo?: string
}

export interface Artifact {
  readonly id: number
  readonly runId: number
  readonly name: string
  readonly zip: Buffer
  readonly expired: boolean
}

/** Everything that the stand-in knows beside what is in git. */
export interface World {
  readonly owner: string
  readonly repo: string
  readonly git: BareGit
  readonly token: string
  readonly viewer: Person
  readonly defaultBranch: string
  readonly pulls: Pull[]
  readonly comments: Comment[]
  readonly reviewComments: ReviewComment[]
  /** Bodies of the reviews that were written. */
  readonly reviews: string[]
  readonly runs: Run[]
  readonly artifacts: Artifact[]
  /** Permission by login; whoever is not here has none. */
  readonly collaborators: Map<string, 'admin' | 'write' | 'read'>
  nextNumber(): number
}

/** An answer of GitHub that is not success. */
export class Refusal extends Error {
  readonly status: number
  readonly body: object
  constructor(status: number, message: string, errors?: readonly object[]) {
    super(message)
    this.status = status
    this.body = {
      message,
      ...(errors === undefined ? {} : { errors }),
      documentation_url: 'https://docs.github.com/rest',
      status: String(status),
    }
  }
}
