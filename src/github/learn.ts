import type { HistoryStore } from '../history/store.ts'
import type { GitHubClient } from './client.ts'
import { decisionBy } from './decide.ts'
import type { Host } from './host.ts'
import { isOurs, readPull } from './pull-request.ts'
import { tellProblem } from './run.ts'
import { readState } from './state.ts'

/**
 * Learns from a pull request of ours that was closed. Merged as we left it, each of its fixes was accepted. Closed without a
 * merge it says nothing: it may have been mended by hand, or have grown old; a rejection is said by `/heal reject`. Merged
 * after people pushed to it, it may hold something else than we proposed, and says nothing either.
 */
export const learnFromClosed = async (
  client: GitHubClient,
  host: Host,
  store: HistoryStore,
  number: number,
): Promise<void> => {
  const pull = await readPull(client, number)
  const state = isOurs(pull, client, await client.viewer()) ? readState(pull.body) : null
  if (state === null) return host.info(`Pull request ${number} is none of self-heal: nothing is learned from it.`)
  const mergedAt = pull.merged_at ?? null
  if (mergedAt === null || Number.isNaN(Date.parse(mergedAt)))
    return host.info(
      `Pull request ${number} was closed without a merge: that is no verdict. The very same fixes are not offered again in a new one.`,
    )
  if (state.shared || pull.head.sha !== state.head)
    return host.info(`Pull request ${number} was merged after people changed it: that is no verdict on our fixes.`)
  const { history, problems } = await store.load()
  const at = new Date(mergedAt).toISOString()
  const by = pull.merged_by?.login ?? ''
  const accepted = state.fixes.map(({ signature }) => decisionBy('accept', signature, by, history, { at }))
  for (const problem of [...problems, ...(await store.add(accepted))]) tellProblem(host, problem)
  host.info(`Pull request ${number} was merged: ${accepted.length} fixes were accepted.`)
}
