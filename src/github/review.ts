import { isBy } from './author.ts'
import type { GitHubClient } from './client.ts'
import { explain, isNotFound, readAnswer } from './errors.ts'

/** A suggestion as it is wanted on a pull request. */
export interface WantedSuggestion {
  /** Tells the same suggestion from run to run: 12 hex digits and a number. */
  readonly key: string
  readonly path: string
  readonly start: number
  readonly end: number
  readonly text: string
}

const NEEDS = { 'pull-requests': 'write' } as const
const MAX_PAGES = 20
/** A review with more is read by nobody; the comment holds the rest. */
export const MAX_SUGGESTIONS = 20
const REVIEW = 'Self-heal suggests repairs for failed tests. A comment on this pull request lists all of them.'

interface Known {
  readonly id: number
  readonly key: string
  readonly path: string
  readonly body: string
  /** Null where the lines it stood on have changed since. */
  readonly line: number | null
  readonly start: number | null
  readonly replies: boolean
}

const tagOf = (key: string) => `<!-- self-heal:suggest ${key} -->`

/**
 * Keeps the suggestions of a pull request up to date: one that is there already stays as it is or gets its new text, one
 * whose lines have changed since goes unless somebody answered it, and all new ones come in a single review. Jobs of a
 * matrix may do so at the same time: what was written twice is taken back. Returns the keys that stand there now; GitHub may
 * refuse lines that its own diff does not show, and then there are none.
 */
export async function keepSuggestions(
  client: GitHubClient,
  pull: number,
  commit: string,
  wanted: readonly WantedSuggestion[],
): Promise<ReadonlySet<string>> {
  const known = await readSuggestions(client, pull)
  const standing = new Set<string>()
  for (const old of known) {
    const now = wanted.find(({ key }) => key === old.key)
    const isHere = old.line !== null && now?.path === old.path && now.end === old.line
    if (now && isHere && (old.start ?? old.line) === now.start && !standing.has(old.key)) {
      standing.add(old.key)
      const body = bodyOf(now)
      if (plain(old.body) !== plain(body)) await updateSuggestion(client, old.id, body)
    } else if ((now || old.line === null) && !old.replies) await removeSuggestion(client, old.id)
  }
  const fresh = wanted.filter(({ key }) => !standing.has(key)).slice(0, MAX_SUGGESTIONS)
  if (fresh.length === 0) return standing
  if (!(await writeReview(client, pull, commit, fresh))) return standing
  await removeTwins(client, pull)
  return new Set([...standing, ...fresh.map(({ key }) => key)])
}

const bodyOf = ({ text, key }: WantedSuggestion) => `${text}\n\n${tagOf(key)}`
const plain = (body: string) => body.replaceAll('\r\n', '\n').trim()

async function readSuggestions(client: GitHubClient, pull: number): Promise<Known[]> {
  try {
    const viewer = await client.viewer()
    const found: Omit<Known, 'replies'>[] = []
    const answered = new Set<number>()
    let page = 0
    for await (const { data } of client.paginate.iterator(client.rest.pulls.listReviewComments, {
      ...client.at,
      pull_number: pull,
      per_page: 100,
    })) {
      for (const { id, body, user, path, line, start_line, in_reply_to_id } of data) {
        if (in_reply_to_id) answered.add(in_reply_to_id)
        const [, key] = /<!-- self-heal:suggest ([0-9a-f]{12} \d{1,4}) -->/.exec(body) ?? []
        if (key !== undefined && isBy(user, viewer))
          found.push({ id, key, path, body, line: line ?? null, start: start_line ?? null })
      }
      if (++page >= MAX_PAGES) break
    }
    return found.map((one) => ({ ...one, replies: answered.has(one.id) })).sort((a, b) => a.id - b.id)
  } catch (error) {
    throw explain(error, { what: `reading the review comments of ${pull}`, needs: NEEDS })
  }
}

/** False where GitHub does not take the lines. */
async function writeReview(
  client: GitHubClient,
  pull: number,
  commit: string,
  fresh: readonly WantedSuggestion[],
): Promise<boolean> {
  try {
    await client.rest.pulls.createReview({
      ...client.at,
      pull_number: pull,
      commit_id: commit,
      event: 'COMMENT',
      body: REVIEW,
      comments: fresh.map((one) => ({
        path: one.path,
        body: bodyOf(one),
        line: one.end,
        side: 'RIGHT',
        ...(one.start < one.end ? { start_line: one.start, start_side: 'RIGHT' } : {}),
      })),
    })
    return true
  } catch (error) {
    if (readAnswer(error).status === 422) return false
    throw explain(error, { what: `suggesting changes on pull request ${pull}`, needs: NEEDS })
  }
}

async function updateSuggestion(client: GitHubClient, comment_id: number, body: string): Promise<void> {
  try {
    await client.rest.pulls.updateReviewComment({ ...client.at, comment_id, body })
  } catch (error) {
    throw explain(error, { what: 'updating a suggestion', needs: NEEDS })
  }
}

async function removeSuggestion(client: GitHubClient, comment_id: number): Promise<void> {
  try {
    await client.rest.pulls.deleteReviewComment({ ...client.at, comment_id })
  } catch (error) {
    if (!isNotFound(error)) throw explain(error, { what: 'removing a suggestion', needs: NEEDS })
  }
}

/** Of suggestions that two jobs wrote at the same time, the first stays; each job comes to the same one. */
async function removeTwins(client: GitHubClient, pull: number): Promise<void> {
  const seen = new Set<string>()
  for (const { id, key, line, replies } of await readSuggestions(client, pull)) {
    if (line === null) continue
    if (seen.has(key) && !replies) await removeSuggestion(client, id)
    seen.add(key)
  }
}
