import type { Problem } from '../model.ts'
import { isBy } from './author.ts'
import type { GitHubClient } from './client.ts'
import { DELIVERY_NEEDS, explain, isAlreadyThere, readAnswer } from './errors.ts'
import { hasMarker, type PullState, readState } from './state.ts'

/** A pull request that the action made. */
export interface OurPull {
  readonly number: number
  readonly url: string
  readonly open: boolean
  readonly merged: boolean
  readonly title: string
  readonly body: string
  readonly branch: string
  readonly base: string
  /** Null where the body was edited so that it can no longer be read. */
  readonly state: PullState | null
}

/** The parts of GitHub's answer that are used; lists and single pull requests both have them. */
interface PullAnswer {
  readonly number: number
  readonly html_url: string
  readonly state: string
  readonly merged_at?: string | null
  readonly title: string
  readonly body?: string | null
  readonly user: { readonly login: string; readonly type: string } | null
  readonly head: { readonly ref: string; readonly repo: { readonly full_name: string } | null }
  readonly base: { readonly ref: string }
}

const MAX_PAGES = 10
const LISTING = { what: 'listing pull requests', needs: DELIVERY_NEEDS } as const

/** True where a pull request carries our marker, was opened by us and lies in this repository. */
export function isOurs(pull: PullAnswer, client: GitHubClient, viewer: string): boolean {
  const home = `${client.owner}/${client.repo}`.toLowerCase()
  return isBy(pull.user, viewer) && hasMarker(pull.body) && pull.head.repo?.full_name.toLowerCase() === home
}

/** Our open pull request into `base`, whatever its branch is called; the newest where there are several. */
export async function findOpenPull(client: GitHubClient, base: string): Promise<OurPull | null> {
  return (await listOurs(client, { state: 'open', base }))[0] ?? null
}

/** Our pull requests from `branch` that people closed without merging them, newest first. */
export async function findClosedPulls(client: GitHubClient, branch: string): Promise<OurPull[]> {
  const pulls = await listOurs(client, { state: 'closed', head: `${client.owner}:${branch}` }, 1)
  return pulls.filter((pull) => !pull.merged)
}

async function listOurs(
  client: GitHubClient,
  filter: { state: 'open' | 'closed'; base?: string; head?: string },
  pages = MAX_PAGES,
): Promise<OurPull[]> {
  try {
    const viewer = await client.viewer()
    const found: OurPull[] = []
    let page = 0
    for await (const { data } of client.paginate.iterator(client.rest.pulls.list, {
      ...client.at,
      ...filter,
      sort: 'created',
      direction: 'desc',
      per_page: 100,
    })) {
      found.push(...data.filter((pull) => isOurs(pull, client, viewer)).map(toOurPull))
      if (++page >= pages) break
    }
    return found
  } catch (error) {
    throw explain(error, LISTING)
  }
}

/** Our pull request by its number; null where the number is not one of ours. */
export async function readOurPull(client: GitHubClient, number: number): Promise<OurPull | null> {
  const pull = await readPull(client, number)
  return isOurs(pull, client, await client.viewer()) ? toOurPull(pull) : null
}

/** A pull request by its number, with the branches it lies between. */
export async function readPull(
  client: GitHubClient,
  number: number,
): Promise<PullAnswer & { head: { ref: string; sha: string }; merged_by: { login: string } | null }> {
  try {
    const { data } = await client.rest.pulls.get({ ...client.at, pull_number: number })
    return data
  } catch (error) {
    throw explain(error, { what: `reading pull request ${number}`, needs: { 'pull-requests': 'read' } })
  }
}

function toOurPull(pull: PullAnswer): OurPull {
  const body = pull.body ?? ''
  return {
    number: pull.number,
    url: pull.html_url,
    open: pull.state === 'open',
    merged: (pull.merged_at ?? null) !== null,
    title: pull.title,
    body,
    branch: pull.head.ref,
    base: pull.base.ref,
    state: readState(body),
  }
}

export interface PullRequestWish {
  readonly branch: string
  readonly base: string
  readonly title: string
  readonly body: string
  readonly draft: boolean
  readonly labels: readonly string[]
  readonly reviewers: readonly string[]
}

export interface DeliveredPull {
  readonly number: number
  readonly url: string
  readonly how: 'created' | 'updated' | 'unchanged'
  readonly problems: readonly Problem[]
}

/** Creates the pull request; where there is one from this branch already, brings ours up to date. */
export async function deliverPull(
  client: GitHubClient,
  wish: PullRequestWish,
  known: OurPull | null,
): Promise<DeliveredPull> {
  if (known?.open) return updatePull(client, known, wish)
  const { branch: head, base, title, body, draft } = wish
  try {
    const { data } = await client.rest.pulls.create({ ...client.at, head, base, title, body, draft })
    const problems = [
      ...(await addLabels(client, data.number, wish.labels)),
      ...(await askReviewers(client, data.number, wish.reviewers)),
    ]
    return { number: data.number, url: data.html_url, how: 'created', problems }
  } catch (error) {
    if (!isAlreadyThere(error)) {
      const input = draft && /draft/i.test(readAnswer(error).message) ? 'draft' : 'base_branch'
      throw explain(error, { what: 'opening the pull request', needs: DELIVERY_NEEDS, input })
    }
    const other = (await listOurs(client, { state: 'open', head: `${client.owner}:${head}` }, 1))[0]
    if (other === undefined) {
      throw explain(error, {
        what: `opening the pull request: one from ${head} is open already, and it is not ours`,
        needs: DELIVERY_NEEDS,
        input: 'branch_prefix',
      })
    }
    return updatePull(client, other, wish)
  }
}

/** Writes only what changed; a title that a person changed stays theirs. */
async function updatePull(client: GitHubClient, pull: OurPull, wish: PullRequestWish): Promise<DeliveredPull> {
  const same = (a: string, b: string) => withoutRun(a) === withoutRun(b)
  const ownTitle = pull.title.startsWith(TITLE_START) && pull.title !== wish.title
  const changes = {
    ...(same(pull.body, wish.body) ? {} : { body: wish.body }),
    ...(ownTitle ? { title: wish.title } : {}),
  }
  const result = { number: pull.number, url: pull.url, problems: [] }
  if (Object.keys(changes).length === 0) return { ...result, how: 'unchanged' }
  await writePull(client, pull.number, changes)
  return { ...result, how: 'updated' }
}

/** A body without what differs between runs that came to the same result: the number of the run, and line ends. */
function withoutRun(body: string): string {
  const run = /"run":\{[^}]*\}|\/actions\/runs\/\d+/g
  return body.replaceAll('\r\n', '\n').replaceAll(run, '').trim()
}

/** How the titles of our pull requests begin. */
export const TITLE_START = 'Self-heal:'

/** Changes the title or body of a pull request. */
export async function writePull(
  client: GitHubClient,
  number: number,
  changes: { readonly title?: string; readonly body?: string },
): Promise<void> {
  try {
    await client.rest.pulls.update({ ...client.at, pull_number: number, ...changes })
  } catch (error) {
    throw explain(error, { what: `updating pull request ${number}`, needs: DELIVERY_NEEDS })
  }
}

/** A label or reviewer that GitHub refuses is worth a word, never the pull request. */
async function addLabels(client: GitHubClient, number: number, labels: readonly string[]): Promise<Problem[]> {
  if (labels.length === 0) return []
  try {
    await client.rest.issues.addLabels({ ...client.at, issue_number: number, labels: [...labels] })
    return []
  } catch (error) {
    return [explain(error, { what: 'adding labels', needs: DELIVERY_NEEDS, input: 'labels' }).problem]
  }
}

async function askReviewers(client: GitHubClient, number: number, wanted: readonly string[]): Promise<Problem[]> {
  if (wanted.length === 0) return []
  const names = wanted.map((name) => name.replace(/^@/, ''))
  const team_reviewers = names.filter((name) => name.includes('/')).map((name) => name.split('/').at(-1) ?? name)
  const reviewers = names.filter((name) => !name.includes('/'))
  try {
    await client.rest.pulls.requestReviewers({
      ...client.at,
      pull_number: number,
      ...(reviewers.length > 0 ? { reviewers } : {}),
      ...(team_reviewers.length > 0 ? { team_reviewers } : {}),
    })
    return []
  } catch (error) {
    return [explain(error, { what: 'asking for reviews', needs: DELIVERY_NEEDS, input: 'reviewers' }).problem]
  }
}
