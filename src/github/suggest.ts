import { createHash } from 'node:crypto'
import type { HealOutcome } from '../engine.ts'
import type { Problem } from '../model.ts'
import { BODY_LIMIT, pullRequestBody, suggestionText } from '../report/index.ts'
import type { Fix } from './branch.ts'
import type { GitHubClient } from './client.ts'
import { keepPart } from './comment-parts.ts'
import { keepComment } from './comments.ts'
import { readFiles } from './commits.ts'
import type { Delivery } from './deliver.ts'
import { explain } from './errors.ts'
import type { EventContext, FailingCommit } from './event.ts'
import { isSafePath, placeChange } from './place-change.ts'
import { readPull } from './pull-request.ts'
import { keepSuggestions, type WantedSuggestion } from './review.ts'
import { placeSuggestions } from './review-lines.ts'

const NEEDS = { contents: 'read', 'pull-requests': 'write' } as const
/** Files of a pull request that are looked at; GitHub gives no more than 3,000. */
const MAX_FILES = 3_000
/** Two jobs with findings of their own still find room in one comment. */
const MAX_PART = 28_000

export interface SuggestRequest {
  readonly failing: FailingCommit
  readonly outcome: HealOutcome
  readonly run: EventContext['run']
  /** Name of the workflow, so that several of them share the comment. */
  readonly workflow: string
}

/**
 * `mode: suggest`: every repair whose lines the pull request shows becomes a suggestion on them, and one comment, which all
 * jobs share, lists everything, with the patches of the rest. Nothing is pushed.
 */
export async function keepSuggestion(client: GitHubClient, request: SuggestRequest): Promise<Delivery> {
  const { outcome, run, workflow } = request
  const pull = await pullOf(client, request.failing)
  if (pull === null)
    return told('There is no open pull request to comment on: the job summary and the patches hold the fixes.')
  if (pull.fork) return told('The pull request comes from a fork: nothing is written to it.')
  const story: string[] = []
  let suggested: ReadonlySet<string> = new Set()
  if (pull.sha === request.failing.sha) suggested = await suggest(client, pull, outcome)
  else story.push(`Pull request ${pull.number} moved on since its tests failed: the comment holds the patches.`)
  const address = run.id === 0 ? null : run.url
  const text = pullRequestBody(outcome.report, {
    reportUrl: address === null ? null : `${address}#artifacts`,
    runUrl: address,
    limit: Math.min(BODY_LIMIT, MAX_PART),
    included: outcome.fixes.map((fix) => fix.signature),
    withoutDiff: [...suggested],
  })
  const count = outcome.fixes.length
  const body = `### Self-heal suggests\n\n${howTo(suggested.size, count)}\n\n${text}`
  const part = {
    sha: request.failing.sha,
    workflow,
    run: run.id,
    attempt: run.attempt,
    digest: digestOf(outcome),
    text: body,
  }
  const isWritten = await keepPart(client, pull.number, 'suggestion', part)
  story.push(
    `${suggested.size} of ${count} repairs are suggestions on pull request ${pull.number}; its comment was ${isWritten ? 'brought up to date' : 'up to date'}.`,
  )
  return { pull: null, branch: null, story, problems: [] }
}

const told = (line: string): Delivery => ({ pull: null, branch: null, story: [line], problems: [] })

function howTo(suggested: number, all: number): string {
  if (all === 0) return 'Nothing was pushed, and there is no repair to apply.'
  const start = 'Nothing was pushed.'
  if (suggested === all) return `${start} Commit the suggestions on the changed lines, all at once or one by one.`
  if (suggested === 0) return `${start} Apply a diff below, or a patch of the report with \`git apply\`.`
  return `${start} Commit the ${suggested === 1 ? 'suggestion' : `${suggested} suggestions`} on the changed lines; for the others apply a diff below, or a patch of the report with \`git apply\`.`
}

interface Pull {
  readonly number: number
  readonly sha: string
  readonly fork: boolean
}

/** The pull request that was tested, or the open one of the branch that was pushed to. */
async function pullOf(client: GitHubClient, { pull, branch }: FailingCommit): Promise<Pull | null> {
  const home = `${client.owner}/${client.repo}`.toLowerCase()
  if (pull !== null) {
    const { number, head } = await readPull(client, pull)
    return { number, sha: head.sha, fork: head.repo?.full_name.toLowerCase() !== home }
  }
  if (branch === null) return null
  try {
    const head = `${client.owner}:${branch}`
    const { data } = await client.rest.pulls.list({ ...client.at, state: 'open', head, per_page: 10 })
    const found = data.find((one) => one.head.ref === branch && one.head.repo?.full_name.toLowerCase() === home)
    return found ? { number: found.number, sha: found.head.sha, fork: false } : null
  } catch (error) {
    throw explain(error, { what: `looking for the pull request of ${branch}`, needs: NEEDS })
  }
}

/** Signatures of the fixes that stand as suggestions now. */
async function suggest(client: GitHubClient, pull: Pull, outcome: HealOutcome): Promise<ReadonlySet<string>> {
  const patches = await readPatches(client, pull.number)
  const files = [...new Set(outcome.fixes.flatMap((fix) => fix.files.map(({ path }) => path)))].filter(isSafePath)
  const texts = await readFiles(client, pull.sha, files)
  const wanted = new Map<string, WantedSuggestion[]>()
  for (const fix of outcome.fixes) {
    const placed = suggestionsOf(fix, outcome, texts, patches)
    if (placed) wanted.set(fix.signature, placed)
  }
  const standing = await keepSuggestions(client, pull.number, pull.sha, apart([...wanted.values()].flat()))
  const isStanding = (parts: readonly WantedSuggestion[]) => parts.every(({ key }) => standing.has(key))
  return new Set([...wanted].filter(([, parts]) => isStanding(parts)).map(([signature]) => signature))
}

/** Null where a part of the fix lies on lines that the pull request does not show. */
function suggestionsOf(
  fix: Fix,
  outcome: HealOutcome,
  texts: ReadonlyMap<string, string | null>,
  patches: ReadonlyMap<string, string | undefined>,
): WantedSuggestion[] | null {
  const result = outcome.report.results.find(({ diagnosis }) => diagnosis.signature === fix.signature)
  if (!result) return null
  const found: WantedSuggestion[] = []
  for (const { path, before, after } of fix.files) {
    const text = texts.get(path) ?? null
    const placed = placeChange(before, after, text)
    if (placed.kind === 'done') continue
    const changes =
      placed.kind === 'change' && text !== null ? placeSuggestions(text, placed.content, patches.get(path)) : null
    if (!changes) return null
    for (const { start, end, lines } of changes) {
      const key = `${fix.signature} ${found.length}`
      found.push({ key, path, start, end, text: suggestionText(result, lines) })
    }
  }
  return found.length > 0 ? found : null
}

/** Two suggestions on the same lines cannot both be committed: the later one is left to the comment. */
function apart(wanted: readonly WantedSuggestion[]): WantedSuggestion[] {
  const kept: WantedSuggestion[] = []
  for (const one of wanted) {
    const overlaps = kept.some((other) => other.path === one.path && other.start <= one.end && one.start <= other.end)
    if (!overlaps) kept.push(one)
  }
  return kept
}

/** The diff of the pull request, by file. */
async function readPatches(
  client: GitHubClient,
  pull_number: number,
): Promise<ReadonlyMap<string, string | undefined>> {
  try {
    const patches = new Map<string, string | undefined>()
    for await (const { data } of client.paginate.iterator(client.rest.pulls.listFiles, {
      ...client.at,
      pull_number,
      per_page: 100,
    })) {
      for (const { filename, patch } of data) patches.set(filename, patch)
      if (patches.size >= MAX_FILES) break
    }
    return patches
  } catch (error) {
    throw explain(error, { what: `reading the diff of pull request ${pull_number}`, needs: NEEDS })
  }
}

/** The same for two jobs that found the same. */
function digestOf({ report }: HealOutcome): string {
  const found = report.results.map(({ diagnosis, status }) => `${diagnosis.signature} ${status}`).sort()
  return createHash('sha256').update(found.join('\n')).digest('hex').slice(0, 12)
}

/** One line on the failing pull request that leads to ours; where it cannot be written, that is a problem only. */
export async function linkFromFailingPull(
  client: GitHubClient,
  failing: FailingCommit,
  { pull }: Delivery,
): Promise<Problem | null> {
  if (pull === null || failing.pull === null || pull.how === 'unchanged') return null
  try {
    await keepComment(client, failing.pull, 'link', `Repairs for the failed tests are in #${pull.number}.`)
    return null
  } catch (error) {
    return explain(error, { what: 'commenting on the failing pull request', needs: { 'pull-requests': 'write' } })
      .problem
  }
}
