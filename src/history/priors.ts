import type { Decision, History } from './events.ts'

/**
 * How much the figures of the design weigh, in verdicts, and how many of the newest verdicts count. As both are the same,
 * a strategy moves at most half of the way to 0 or 1, whatever people decide.
 */
export const WEIGHT = 30

export interface Prior {
  readonly name: string
  /** Success rate before anything was learned. */
  readonly prior: number
}

/**
 * The success rate of each strategy as its fixes fared with people: the mean of a Beta distribution that starts at the
 * strategy's prior and counts one success for each fix accepted and one failure for each rejected.
 */
export const learnedRates = (strategies: readonly Prior[], { events }: History): ReadonlyMap<string, number> =>
  new Map(
    strategies.map(({ name, prior }) => {
      const verdicts = events
        .filter((one): one is Decision => (one.kind === 'accept' || one.kind === 'reject') && one.strategy === name)
        .slice(-WEIGHT)
      const accepted = verdicts.filter(({ kind }) => kind === 'accept').length
      return [name, (prior * WEIGHT + accepted) / (WEIGHT + verdicts.length)] as const
    }),
  )

/**
 * Strategies in the order in which their locators are preferred: those that the project named first, then by learned
 * success. What was never judged keeps its place.
 *
 * @param strategies in the order of their priority
 */
export const preferredOrder = (
  strategies: readonly Prior[],
  history: History,
  first: readonly string[],
): readonly string[] => {
  const rates = learnedRates(strategies, history)
  const named = first.filter((name) => rates.has(name))
  const rest = strategies.map(({ name }) => name).filter((name) => !named.includes(name))
  return [...named, ...rest.toSorted((a, b) => (rates.get(b) ?? 0) - (rates.get(a) ?? 0))]
}
