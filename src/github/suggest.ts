import type { HealOutcome } from '../engine.ts'
import type { Problem } from '../model.ts'
import { BODY_LIMIT, pullRequestBody } from '../report/index.ts'
import type { GitHubClient } from './client.ts'
import { keepComment } from './comments.ts'
import type { Delivery } from './deliver.ts'
import { explain } from './errors.ts'
import type { EventContext, FailingCommit } from './event.ts'

/** Keeps one comment with all fixes on the failing pull request; nothing is pushed. */
export async function keepSuggestion(
  client: GitHubClient,
  failing: FailingCommit,
  outcome: HealOutcome,
  run: EventContext['run'],
): Promise<Delivery> {
  if (failing.pull === null) {
    return {
      pull: null,
      branch: null,
      story: ['There is no pull request to comment on: the job summary and the patches hold the fixes.'],
      problems: [],
    }
  }
  const address = run.id === 0 ? null : run.url
  const text = pullRequestBody(outcome.report, {
    reportUrl: address === null ? null : `${address}#artifacts`,
    runUrl: address,
    reserve: 2_000,
    included: outcome.fixes.map((fix) => fix.signature),
  })
  const how = 'Nothing was pushed. Apply a diff below, or a patch of the report with `git apply`.'
  await keepComment(
    client,
    failing.pull,
    'suggestion',
    `### Self-heal suggests\n\n${how}\n\n${text}`.slice(0, BODY_LIMIT),
  )
  return { pull: null, branch: null, story: [`Commented on pull request ${failing.pull}.`], problems: [] }
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
