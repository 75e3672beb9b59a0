import type { Description } from './description.ts'
import type { Artifact, Comment, Person, Pull, ReviewComment, Run, World } from './world.ts'

type Json = { [key: string]: unknown }

/**
 * Answers of GitHub: its own examples with what matters replaced. Each is checked against the description before it
 * leaves the stand-in.
 */
export function viewsOf(world: World, { example }: Description, origin: () => string) {
  const fullName = `${world.owner}/${world.repo}`
  const pullExample = example('pull-request')
  const userExample = pullExample.user as Json
  const repoExample = (pullExample.base as Json).repo as Json

  const user = ({ login, type }: Person): Json => ({ ...userExample, login, type })
  const repository = (name: string): Json => ({
    ...repoExample,
    full_name: name,
    name: name.split('/')[1],
    owner: user({ login: name.split('/')[0] ?? '', type: 'User' }),
    default_branch: world.defaultBranch,
  })
  const end = (ref: string, sha: string, name: string): Json => ({
    ...(pullExample.base as Json),
    ref,
    sha,
    label: `${name.split('/')[0]}:${ref}`,
    user: user({ login: name.split('/')[0] ?? '', type: 'User' }),
    repo: repository(name),
  })
  const headOf = (pull: Pull) => pull.headSha ?? world.git.read(`refs/heads/${pull.head}`) ?? '0'.repeat(40)
  const common = (pull: Pull): Json => ({
    number: pull.number,
    title: pull.title,
    body: pull.body,
    state: pull.state,
    draft: pull.draft,
    user: user(pull.author),
    html_url: `${origin()}/${fullName}/pull/${pull.number}`,
    url: `${origin()}/repos/${fullName}/pulls/${pull.number}`,
    head: end(pull.head, headOf(pull), pull.headRepo),
    base: end(pull.base, world.git.read(`refs/heads/${pull.base}`) ?? '0'.repeat(40), fullName),
    labels: pull.labels.map(label),
    requested_reviewers: pull.reviewers.map((login) => user({ login, type: 'User' })),
    requested_teams: [],
    assignee: null,
    assignees: [],
    milestone: null,
    auto_merge: null,
    closed_at: pull.state === 'closed' ? '2026-01-02T00:00:00Z' : null,
    merged_at: pull.merged ? '2026-01-02T00:00:00Z' : null,
  })
  const label = (name: string): Json => ({ ...(pullExample.labels as Json[])[0], name })
  const listExample = (example('pull-request-simple-items') as unknown as Json[])[0]
  const commentExample = example('issue-comment')
  const runExample = example('workflow-run')
  const fileExample = (example('diff-entry-items') as unknown as Json[])[0] as Json
  const reviewCommentExample = (example('pull-request-review-comment-items') as unknown as Json[])[0] as Json
  const artifactExample = example('artifact')
  return {
    label,
    pull: (pull: Pull): Json => ({ ...pullExample, ...common(pull), merged: pull.merged }),
    listedPull: (pull: Pull): Json => ({ ...listExample, ...common(pull) }),
    reviewRequest: (pull: Pull): Json => ({ ...example('pull-request-review-request'), ...common(pull) }),
    comment: (comment: Comment): Json => ({
      ...commentExample,
      id: comment.id,
      body: comment.body,
      user: user(comment.author),
    }),
    file: (filename: string, patch: string): Json => ({ ...fileExample, filename, status: 'modified', patch }),
    reviewComment: (comment: ReviewComment, isCurrent: boolean): Json => {
      const { in_reply_to_id: _, line: __, ...plain } = reviewCommentExample
      return {
        ...plain,
        id: comment.id,
        path: comment.path,
        body: comment.body,
        user: user(comment.author),
        // GitHub says null where it has no line, which its own description does not allow.
        ...(isCurrent ? { line: comment.line } : {}),
        start_line: isCurrent && comment.start < comment.line ? comment.start : null,
        original_line: comment.line,
        ...(comment.replyTo === undefined ? {} : { in_reply_to_id: comment.replyTo }),
      }
    },
    review: (pull: Pull, body: string): Json => ({
      ...example('pull-request-review'),
      body,
      state: 'COMMENTED',
      user: user(world.viewer),
      commit_id: headOf(pull),
    }),
    reaction: (id: number, content: string): Json => ({
      ...example('reaction'),
      id,
      content,
      user: user(world.viewer),
    }),
    ref: (ref: string, sha: string): Json => ({
      ...example('git-ref'),
      ref,
      object: { type: 'commit', sha, url: `${origin()}/repos/${fullName}/git/commits/${sha}` },
    }),
    tree: (sha: string): Json => ({ ...example('git-tree'), sha }),
    commit: (sha: string): Json => ({ ...example('git-commit'), sha, parents: [] }),
    blob: (sha: string, text: string): Json => ({
      ...example('blob'),
      sha,
      size: Buffer.byteLength(text),
      encoding: 'base64',
      content: Buffer.from(text)
        .toString('base64')
        .replaceAll(/(.{60})/g, '$1\n'),
    }),
    permission: (login: string, permission: string): Json => ({
      ...example('repository-collaborator-permission-response-if-user-has-admin-permissions'),
      permission,
      role_name: permission,
      user: {
        ...(example('repository-collaborator-permission-response-if-user-has-admin-permissions').user as Json),
        login,
        role_name: permission,
      },
    }),
    run: (run: Run): Json => ({
      ...runExample,
      id: run.id,
      workflow_id: run.workflowId,
      head_branch: run.branch,
      head_sha: run.sha,
      head_repository: { ...(runExample.head_repository as Json), full_name: run.headRepo ?? fullName },
      conclusion: run.conclusion,
      status: 'completed',
    }),
    artifact: (artifact: Artifact): Json => ({
      ...artifactExample,
      id: artifact.id,
      name: artifact.name,
      size_in_bytes: artifact.zip.length,
      expired: artifact.expired,
      archive_download_url: `${origin()}/repos/${fullName}/actions/artifacts/${artifact.id}/zip`,
    }),
  }
}

export type Views = ReturnType<typeof viewsOf>
