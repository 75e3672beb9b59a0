import type { Attempt, Decision, History } from './events.ts'

/** What the past says of a signature before it is tried. */
export type Standing =
  | { readonly kind: 'open' }
  /** A person decided against it, on whatever commit. */
  | { readonly kind: 'rejected' | 'never'; readonly decision: Decision }
  /** It was tried on this very commit with these settings, and refused. */
  | { readonly kind: 'refused'; readonly attempt: Attempt }

/** The last word of a person on a signature; null where nobody said anything. */
const lastDecision = ({ events }: History, signature: string): Decision | null =>
  events.findLast((event): event is Decision => event.kind !== 'attempt' && event.signature === signature) ?? null

/**
 * Whether a signature may be tried: not where a person rejected it, on any commit, and not where it was refused on this
 * commit with the same settings. Both hold until somebody asks for it again.
 *
 * @param commit empty where it does not say which app is tested: then nothing was refused on it
 */
export const standingOf = (history: History, signature: string, commit: string, basis: string): Standing => {
  const decision = lastDecision(history, signature)
  if (decision?.kind === 'reject') return { kind: 'rejected', decision }
  if (decision?.kind === 'never') return { kind: 'never', decision }
  if (commit === '') return { kind: 'open' }
  const since = decision?.kind === 'retry' ? decision.at : ''
  const attempt = attemptsOf(history, signature).findLast(
    (one) => one.commit === commit && one.basis === basis && one.at > since,
  )
  return attempt && attempt.outcome !== 'healed' ? { kind: 'refused', attempt } : { kind: 'open' }
}

/** True where a person decided against a signature and nobody asked for it again. */
export const isDecidedAgainst = (history: History, signature: string): boolean => {
  const decision = lastDecision(history, signature)
  return decision?.kind === 'reject' || decision?.kind === 'never'
}

export const attemptsOf = ({ events }: History, signature: string): readonly Attempt[] =>
  events.filter((event): event is Attempt => event.kind === 'attempt' && event.signature === signature)

/** The heals of a signature that passed their tests, the newest last. */
export const healedBefore = (history: History, signature: string): readonly Attempt[] =>
  attemptsOf(history, signature).filter(({ outcome }) => outcome === 'healed')

/** Sentences about the past of a signature, the newest first: what it was healed as before, and who decided what. */
export const pastOf = (history: History, signature: string): readonly string[] => {
  const said = new Set<string>()
  for (const event of history.events.filter((one) => one.signature === signature).toReversed()) {
    const day = event.at.slice(0, 10)
    const by = event.kind === 'attempt' || event.by === '' ? '' : ` by ${event.by}`
    const why = event.kind === 'attempt' || event.reason === '' ? '' : `: ${event.reason}`
    const what = event.new === '' ? '' : ` as ${event.new}`
    if (event.kind === 'attempt' && event.outcome === 'healed' && event.new !== '')
      said.add(`Healed before${what}${event.commit === '' ? '' : ` on commit ${event.commit.slice(0, 8)}`} (${day}).`)
    if (event.kind === 'accept') said.add(`Accepted before${what}${by} (${day}).`)
    if (event.kind === 'reject') said.add(`Rejected before${what}${by} (${day})${why}.`)
  }
  return [...said].slice(0, 3)
}
