import { isDeepStrictEqual } from 'node:util'
import type { Views } from './views.ts'
import { type Comment, type Pull, Refusal, type ReviewComment, type World } from './world.ts'

/** One request as a handler sees it, checked against the description already. */
export interface Call {
  readonly params: { readonly [name: string]: string }
  readonly query: { readonly [name: string]: string }
  readonly body: { readonly [name: string]: unknown }
}

export interface Answer {
  readonly status: number
  readonly body?: unknown
  readonly headers?: { readonly [name: string]: string }
}

export type RestHandlers = { readonly [operationId: string]: (call: Call) => Answer }

const MAX_BODY = 65_536
const validationFailed = (resource: string, field: string, message: string) =>
  new Refusal(422, 'Validation Failed', [{ resource, field, code: 'custom', message }])

/** What GitHub does, by the id of the operation in its description. */
export function restHandlers(world: World, views: Views, origin: () => string, blobs: () => string): RestHandlers {
  const { git, pulls, comments } = world
  const pullNamed = (number: string): Pull => {
    const pull = pulls.find((candidate) => candidate.number === Number(number))
    if (pull === undefined) throw new Refusal(404, 'Not Found')
    return pull
  }
  const commentNamed = (id: string): Comment => {
    const comment = comments.find((candidate) => candidate.id === Number(id))
    if (comment === undefined) throw new Refusal(404, 'Not Found')
    return comment
  }
  const reviewCommentNamed = (id: string): ReviewComment => {
    const comment = world.reviewComments.find((candidate) => candidate.id === Number(id))
    if (comment === undefined) throw new Refusal(404, 'Not Found')
    return comment
  }
  const headOf = (pull: Pull) => pull.headSha ?? `refs/heads/${pull.head}`
  const diffOf = (pull: Pull) => git.diff(`refs/heads/${pull.base}`, headOf(pull))
  const shownIn = (patch: string) =>
    [...patch.matchAll(/^@@ -\S+ \+(\d+)(?:,(\d+))? @@/gm)].map(([, start, count = '1']) => ({
      start: Number(start),
      end: Number(start) + Number(count) - 1,
    }))
  /** False where the lines are no longer what they were: GitHub calls the comment outdated and gives it no line. */
  const isCurrent = ({ path, start, line, commit }: ReviewComment, pull: Pull): boolean => {
    const lines = (at: string) =>
      git
        .blob(`${at}:${path}`)
        ?.split('\n')
        .slice(start - 1, line)
        .join('\n')
    return lines(commit) === lines(headOf(pull))
  }
  const page = <T>(items: readonly T[], { query }: Call, path: string): { items: T[]; headers: Answer['headers'] } => {
    const per = Number(query.per_page ?? 30)
    const at = Number(query.page ?? 1)
    if (per > 100) throw new Refusal(422, 'per_page is more than 100')
    const last = Math.max(1, Math.ceil(items.length / per))
    const address = (number: number) =>
      `<${origin()}${path}?${new URLSearchParams({ ...query, page: String(number) })}>; rel=`
    const link: { [name: string]: string } =
      at < last ? { link: `${address(at + 1)}"next", ${address(last)}"last"` } : {}
    return { items: items.slice((at - 1) * per, at * per), headers: link }
  }
  const at = `/repos/${world.owner}/${world.repo}`

  return {
    'pulls/list': (call) => {
      const { state = 'open', head, base, direction } = call.query
      const found = pulls
        .filter((pull) => state === 'all' || pull.state === state)
        .filter((pull) => head === undefined || `${pull.headRepo.split('/')[0]}:${pull.head}` === head)
        .filter((pull) => base === undefined || pull.base === base)
        .sort((a, b) => (direction === 'asc' ? a.number - b.number : b.number - a.number))
      const { items, headers } = page(found, call, `${at}/pulls`)
      return { status: 200, body: items.map(views.listedPull), headers }
    },
    'pulls/get': ({ params }) => ({ status: 200, body: views.pull(pullNamed(params.pull_number ?? '')) }),
    'pulls/create': ({ body }) => {
      const { title, head, base, body: text = '', draft = false } = body as Record<string, string>
      if (git.read(`refs/heads/${base}`) === null) throw validationFailed('PullRequest', 'base', 'invalid')
      const headOid = git.read(`refs/heads/${head}`)
      if (headOid === null) throw validationFailed('PullRequest', 'head', 'invalid')
      if (pulls.some((pull) => pull.state === 'open' && pull.head === head && pull.base === base)) {
        throw validationFailed('PullRequest', 'head', `A pull request already exists for ${world.owner}:${head}.`)
      }
      if (git.ahead(`refs/heads/${base}`, headOid) === 0) {
        throw validationFailed('PullRequest', 'head', `No commits between ${base} and ${head}`)
      }
      if (text.length > MAX_BODY)
        throw validationFailed('PullRequest', 'body', 'body is too long (maximum is 65536 characters)')
      const pull: Pull = {
        number: world.nextNumber(),
        title: title ?? '',
        body: text,
        state: 'open',
        merged: false,
        draft: Boolean(draft),
        author: world.viewer,
        head: head ?? '',
        base: base ?? '',
        headRepo: `${world.owner}/${world.repo}`,
        labels: [],
        reviewers: [],
        writes: 0,
      }
      pulls.push(pull)
      return { status: 201, body: views.pull(pull) }
    },
    'pulls/update': ({ params, body }) => {
      const pull = pullNamed(params.pull_number ?? '')
      const before = { title: pull.title, body: pull.body, state: pull.state }
      if (typeof body.body === 'string' && body.body.length > MAX_BODY) {
        throw validationFailed('PullRequest', 'body', 'body is too long (maximum is 65536 characters)')
      }
      Object.assign(pull, body)
      if (!isDeepStrictEqual(before, { title: pull.title, body: pull.body, state: pull.state })) pull.writes++
      return { status: 200, body: views.pull(pull) }
    },
    'pulls/list-files': (call) => {
      const files = [...diffOf(pullNamed(call.params.pull_number ?? ''))]
      const { items, headers } = page(files, call, `${at}/pulls/${call.params.pull_number}/files`)
      return { status: 200, body: items.map(([name, patch]) => views.file(name, patch)), headers }
    },
    'pulls/list-review-comments': (call) => {
      const pull = pullNamed(call.params.pull_number ?? '')
      const found = world.reviewComments.filter((comment) => comment.pull === pull.number)
      const { items, headers } = page(found, call, `${at}/pulls/${pull.number}/comments`)
      return { status: 200, body: items.map((one) => views.reviewComment(one, isCurrent(one, pull))), headers }
    },
    'pulls/create-review': ({ params, body }) => {
      const pull = pullNamed(params.pull_number ?? '')
      const wanted = (body.comments ?? []) as { path: string; body: string; line: number; start_line?: number }[]
      if (body.event === 'COMMENT' && !body.body) throw validationFailed('PullRequestReview', 'body', 'is missing')
      for (const { path, line, start_line } of wanted) {
        const shown = shownIn(diffOf(pull).get(path) ?? '')
        const [start, end] = [start_line ?? line, line]
        if (start_line !== undefined && start_line >= line) throw new Refusal(422, 'start_line must precede line')
        if (!shown.some((range) => range.start <= start && end <= range.end))
          throw new Refusal(422, 'Unprocessable Entity', [{ message: 'Line could not be resolved' }])
      }
      for (const { path, line, start_line, body: text } of wanted) {
        world.reviewComments.push({
          id: world.nextNumber() + 20_000,
          pull: pull.number,
          path,
          start: start_line ?? line,
          line,
          commit: String(body.commit_id),
          body: text,
          author: world.viewer,
        })
      }
      world.reviews.push(String(body.body))
      return { status: 200, body: views.review(pull, String(body.body)) }
    },
    'pulls/update-review-comment': ({ params, body }) => {
      const comment = reviewCommentNamed(params.comment_id ?? '')
      comment.body = String(body.body)
      return { status: 200, body: views.reviewComment(comment, isCurrent(comment, pullNamed(String(comment.pull)))) }
    },
    'pulls/delete-review-comment': ({ params }) => {
      const comment = reviewCommentNamed(params.comment_id ?? '')
      world.reviewComments.splice(world.reviewComments.indexOf(comment), 1)
      return { status: 204 }
    },
    'issues/delete-comment': ({ params }) => {
      comments.splice(comments.indexOf(commentNamed(params.comment_id ?? '')), 1)
      return { status: 204 }
    },
    'pulls/request-reviewers': ({ params, body }) => {
      const pull = pullNamed(params.pull_number ?? '')
      const wanted = (body.reviewers as string[] | undefined) ?? []
      const stranger = wanted.find((login) => !world.collaborators.has(login))
      if (stranger !== undefined) {
        throw new Refusal(
          422,
          `Reviews may only be requested from collaborators. One or more of the users or teams you specified is not a collaborator of the ${world.owner}/${world.repo} repository.`,
        )
      }
      pull.reviewers.push(...wanted)
      return { status: 201, body: views.reviewRequest(pull) }
    },
    'issues/add-labels': ({ params, body }) => {
      const pull = pullNamed(params.issue_number ?? '')
      const labels = (body.labels as string[] | undefined) ?? []
      pull.labels.push(...labels.filter((name) => !pull.labels.includes(name)))
      return { status: 200, body: pull.labels.map(views.label) }
    },
    'issues/list-comments': (call) => {
      const issue = Number(call.params.issue_number)
      const { items, headers } = page(
        comments.filter((comment) => comment.issue === issue),
        call,
        `${at}/issues/${issue}/comments`,
      )
      return { status: 200, body: items.map(views.comment), headers }
    },
    'issues/create-comment': ({ params, body }) => {
      const text = String(body.body)
      if (text.length > MAX_BODY) throw validationFailed('IssueComment', 'body', 'body is too long')
      const comment: Comment = {
        id: world.nextNumber() + 1_000,
        issue: pullNamed(params.issue_number ?? '').number,
        body: text,
        author: world.viewer,
        reactions: [],
      }
      comments.push(comment)
      return {
        status: 201,
        body: views.comment(comment),
        headers: { location: `${origin()}${at}/issues/comments/${comment.id}` },
      }
    },
    'issues/update-comment': ({ params, body }) => {
      const comment = commentNamed(params.comment_id ?? '')
      comment.body = String(body.body)
      return { status: 200, body: views.comment(comment) }
    },
    'reactions/create-for-issue-comment': ({ params, body }) => {
      const comment = commentNamed(params.comment_id ?? '')
      const known = comment.reactions.includes(String(body.content))
      if (!known) comment.reactions.push(String(body.content))
      return { status: known ? 200 : 201, body: views.reaction(comment.id, String(body.content)) }
    },
    'repos/get-collaborator-permission-level': ({ params }) => {
      const login = params.username ?? ''
      const permission = world.collaborators.get(login)
      if (permission === undefined) throw new Refusal(404, `${login} is not a user`)
      return { status: 200, body: views.permission(login, permission) }
    },
    'git/create-tree': ({ body }) => {
      const files = body.tree as { path: string; content: string }[]
      return { status: 201, body: views.tree(git.tree(files)), headers: { location: `${origin()}${at}/git/trees` } }
    },
    'git/create-commit': ({ body }) => {
      const { message, tree, parents } = body as { message: string; tree: string; parents?: string[] }
      const sha = git.commitTree(tree, parents ?? [], message)
      return { status: 201, body: views.commit(sha), headers: { location: `${origin()}${at}/git/commits/${sha}` } }
    },
    'git/get-blob': ({ params }) => {
      const sha = params.file_sha ?? ''
      const text = git.blob(sha)
      if (text === null) throw new Refusal(404, 'Not Found')
      return { status: 200, body: views.blob(sha, text) }
    },
    'git/create-ref': ({ body }) => {
      const ref = String(body.ref)
      const sha = String(body.sha)
      if (!/^refs\/.+\/.+|^refs\/heads\/.+/.test(ref)) throw new Refusal(422, 'Reference name must start with refs/')
      if (git.read(ref) !== null) throw new Refusal(422, 'Reference already exists')
      if (!git.hasCommit(sha)) throw new Refusal(422, 'Object does not exist')
      git.set(ref, sha, '')
      return { status: 201, body: views.ref(ref, sha), headers: { location: `${origin()}${at}/git/${ref}` } }
    },
    'git/delete-ref': ({ params }) => {
      const ref = `refs/${params.ref}`
      if (git.read(ref) === null) throw new Refusal(422, 'Reference does not exist')
      git.remove(ref)
      for (const pull of pulls) if (`refs/heads/${pull.head}` === ref) pull.state = 'closed'
      return { status: 204 }
    },
    'actions/get-workflow-run': ({ params }) => {
      const run = world.runs.find((candidate) => candidate.id === Number(params.run_id))
      if (run === undefined) throw new Refusal(404, 'Not Found')
      return { status: 200, body: views.run(run) }
    },
    'actions/list-workflow-runs': (call) => {
      const { branch, status } = call.query
      const found = world.runs
        .filter((run) => run.workflowId === Number(call.params.workflow_id))
        .filter((run) => branch === undefined || run.branch === branch)
        .filter((run) => status === undefined || run.conclusion === status)
        .sort((a, b) => b.id - a.id)
      const { items, headers } = page(found, call, `${at}/actions/workflows/${call.params.workflow_id}/runs`)
      return { status: 200, body: { total_count: found.length, workflow_runs: items.map(views.run) }, headers }
    },
    'actions/list-workflow-run-artifacts': (call) => {
      const found = world.artifacts.filter((artifact) => artifact.runId === Number(call.params.run_id))
      const { items, headers } = page(found, call, `${at}/actions/runs/${call.params.run_id}/artifacts`)
      return { status: 200, body: { total_count: found.length, artifacts: items.map(views.artifact) }, headers }
    },
    'actions/download-artifact': ({ params }) => {
      const artifact = world.artifacts.find((candidate) => candidate.id === Number(params.artifact_id))
      if (artifact === undefined) throw new Refusal(404, 'Not Found')
      if (artifact.expired) throw new Refusal(410, 'Artifact has expired')
      return { status: 302, headers: { location: `${blobs()}/${artifact.id}` } }
    },
  }
}

/** The operations that the stand-in knows. */
export const OPERATIONS = [
  'pulls/list',
  'pulls/get',
  'pulls/create',
  'pulls/update',
  'pulls/list-files',
  'pulls/list-review-comments',
  'pulls/create-review',
  'pulls/update-review-comment',
  'pulls/delete-review-comment',
  'issues/delete-comment',
  'pulls/request-reviewers',
  'issues/add-labels',
  'issues/list-comments',
  'issues/create-comment',
  'issues/update-comment',
  'reactions/create-for-issue-comment',
  'repos/get-collaborator-permission-level',
  'git/create-tree',
  'git/create-commit',
  'git/get-blob',
  'git/create-ref',
  'git/delete-ref',
  'actions/get-workflow-run',
  'actions/list-workflow-runs',
  'actions/list-workflow-run-artifacts',
  'actions/download-artifact',
] as const
