import type { Attempt, Decision, History } from '../history/events.ts'
import { attemptsOf } from '../history/standing.ts'
import type { HistoryStore } from '../history/store.ts'
import { mdCode, mdText } from '../report/index.ts'
import type { Command } from './commands.ts'
import type { PullState } from './state.ts'

/** A decision of a person, now, about the last thing that was healed under a signature. */
export const decisionBy = (
  kind: Decision['kind'],
  signature: string,
  by: string,
  history: History,
  given: Partial<Pick<Decision, 'at' | 'reason'>> = {},
): Decision => {
  const attempts = attemptsOf(history, signature)
  const fix: Attempt | undefined = attempts.findLast(({ outcome }) => outcome === 'healed') ?? attempts.at(-1)
  return {
    kind,
    at: given.at ?? new Date().toISOString(),
    signature,
    by: by.slice(0, 100),
    reason: (given.reason ?? '').slice(0, 500),
    strategy: fix?.outcome === 'healed' ? fix.strategy : '',
    old: fix?.old ?? '',
    new: fix?.outcome === 'healed' ? fix.new : '',
  }
}

/** Remembers `/heal reject` and `/heal never`, where every later run reads them. */
export const rememberDecision = async (
  store: HistoryStore,
  state: PullState | null,
  command: Extract<Command, { kind: 'reject' | 'never' }>,
  by: string,
): Promise<{ readonly done: boolean; readonly text: string }> => {
  const { kind, signature } = command
  const { history, problems } = await store.load()
  const offered = state?.fixes.map((fix) => fix.signature) ?? []
  const isKnown = offered.includes(signature) || attemptsOf(history, signature).length > 0
  if (kind === 'reject' && !isKnown) {
    const known = offered.slice(0, 20).map((each) => mdCode(each))
    const there = known.length > 0 ? `there are ${known.join(', ')}` : 'there is none'
    return { done: false, text: `Nothing is known of ${mdCode(signature)} here; of this pull request ${there}.` }
  }
  const reason = kind === 'reject' ? command.reason : ''
  const failed = [...problems, ...(await store.add([decisionBy(kind, signature, by, history, { reason })]))]
  const [first] = failed
  if (first)
    return {
      done: false,
      text: `That could not be remembered. ${mdText(first.message, 500)} ${mdText(first.remedy, 500)}`,
    }
  const meaning =
    kind === 'never' ? 'This failure is never healed again' : 'This failure is not healed again on any commit'
  return {
    done: true,
    text: `${meaning}, until somebody comments \`/heal retry ${signature}\`: ${mdCode(signature)}. Comment \`/heal retry\` to take its fix out of this pull request.`,
  }
}

/** The candidate that `/heal apply` means, as it was shown; or why it cannot be told, in Markdown. */
export const candidateOf = (
  history: History,
  signature: string,
  number: number | null,
): { readonly candidate: string | null } | string => {
  const last = attemptsOf(history, signature).at(-1)
  // What was proposed and not verified is not remembered: it is tried again as it was.
  if (!last || last.outcome === 'healed') {
    return number === null ? { candidate: null } : `Nothing is known of candidates of ${mdCode(signature)}.`
  }
  if (last.outcome === 'likely_regression')
    return `${mdCode(signature)} is a likely regression, and that is never patched: ${mdText(last.reason, 500)}`
  const list = last.candidates.map(({ locator }, at) => `${at + 1}. ${mdCode(locator, 200)}`).join('\n')
  if (last.candidates.length === 0) return `There is no candidate for ${mdCode(signature)}: ${mdText(last.reason, 500)}`
  if (number === null && last.candidates.length > 1)
    return `There are ${last.candidates.length} candidates for ${mdCode(signature)}; name one by its number:\n\n${list}`
  const chosen = last.candidates[(number ?? 1) - 1]
  return chosen
    ? { candidate: chosen.locator }
    : `There is no candidate ${number} for ${mdCode(signature)}; there are:\n\n${list}`
}
