import { isBy } from './author.ts'
import type { GitHubClient } from './client.ts'
import { explain, isNotFound } from './errors.ts'

const NEEDS = { 'pull-requests': 'write' } as const
const MAX_PAGES = 20
const MAX_BODY = 65_536

export type Reaction = 'eyes' | 'rocket' | 'confused'

export async function react(client: GitHubClient, commentId: number, content: Reaction): Promise<void> {
  try {
    await client.rest.reactions.createForIssueComment({ ...client.at, comment_id: commentId, content })
  } catch (error) {
    throw explain(error, { what: 'reacting to the comment', needs: NEEDS })
  }
}

export async function writeComment(client: GitHubClient, number: number, body: string): Promise<void> {
  try {
    await client.rest.issues.createComment({ ...client.at, issue_number: number, body: body.slice(0, MAX_BODY) })
  } catch (error) {
    throw explain(error, { what: `commenting on ${number}`, needs: NEEDS })
  }
}

/**
 * Keeps one comment of ours per `marker` on an issue or pull request: writes it, or brings it up to date, or leaves it
 * alone where nothing changed. Found by marker and author over all pages; where two jobs wrote it at the same time, the
 * first one stays.
 */
export async function keepComment(client: GitHubClient, number: number, marker: string, text: string): Promise<void> {
  const tag = `<!-- self-heal:${marker} -->`
  const body = `${text.slice(0, MAX_BODY - tag.length - 2)}\n\n${tag}`
  const [known] = await findComments(client, number, tag)
  if (known === undefined) {
    await writeComment(client, number, body)
    const [, ...twins] = await findComments(client, number, tag)
    for (const twin of twins) await removeComment(client, twin.id)
    return
  }
  if (known.body.replaceAll('\r\n', '\n').trim() !== body.trim()) await updateComment(client, known.id, body)
}

export async function updateComment(client: GitHubClient, comment_id: number, body: string): Promise<void> {
  try {
    await client.rest.issues.updateComment({ ...client.at, comment_id, body })
  } catch (error) {
    throw explain(error, { what: 'updating our comment', needs: NEEDS })
  }
}

/** Removes a comment; one that another job removed already is no fault. */
export async function removeComment(client: GitHubClient, comment_id: number): Promise<void> {
  try {
    await client.rest.issues.deleteComment({ ...client.at, comment_id })
  } catch (error) {
    if (!isNotFound(error)) throw explain(error, { what: 'removing our second comment', needs: NEEDS })
  }
}

/** Our comments that carry a mark, the oldest first. */
export async function findComments(
  client: GitHubClient,
  number: number,
  tag: string,
): Promise<{ readonly id: number; readonly body: string }[]> {
  try {
    const viewer = await client.viewer()
    const found: { id: number; body: string }[] = []
    let page = 0
    for await (const { data } of client.paginate.iterator(client.rest.issues.listComments, {
      ...client.at,
      issue_number: number,
      per_page: 100,
    })) {
      for (const { id, user, body = '' } of data) if (isBy(user, viewer) && body.includes(tag)) found.push({ id, body })
      if (++page >= MAX_PAGES) break
    }
    return found.sort((a, b) => a.id - b.id)
  } catch (error) {
    throw explain(error, { what: `reading the comments of ${number}`, needs: NEEDS })
  }
}

/** True where a user may push to the repository; asked of GitHub, since what a payload says of an author is no proof. */
export async function mayWrite(client: GitHubClient, username: string): Promise<boolean> {
  try {
    const { data } = await client.rest.repos.getCollaboratorPermissionLevel({ ...client.at, username })
    return data.permission === 'admin' || data.permission === 'write'
  } catch (error) {
    const fault = explain(error, { what: `asking what ${username} may do`, needs: { contents: 'read' } })
    if (/\(404\)/.test(fault.problem.message)) return false
    throw fault
  }
}
