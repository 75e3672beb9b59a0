import type { PageIndex } from '../src/dom/page-index.ts'
import type { StrategyVote, Target } from '../src/model.ts'
import { aria } from './aria.ts'
import { className } from './class.ts'
import type { Strategy, Witness } from './contract.ts'
import { css } from './css.ts'
import { fuzzy } from './fuzzy.ts'
import { id } from './id.ts'
import { name } from './name.ts'
import { placeholder } from './placeholder.ts'
import { proximity } from './proximity.ts'
import { role } from './role.ts'
import { semantic } from './semantic.ts'
import { testId } from './test-id.ts'
import { text } from './text.ts'
import { title } from './title.ts'
import { visual } from './visual.ts'
import { xpath } from './xpath.ts'

/** The 15 strategies, highest priority first. */
export const STRATEGIES: readonly Strategy[] = [
  testId,
  id,
  name,
  aria,
  role,
  text,
  placeholder,
  title,
  className,
  xpath,
  css,
  proximity,
  visual,
  semantic,
  fuzzy,
]

/** What one strategy said of a target. */
export interface Testimony {
  readonly strategy: Strategy
  readonly witnesses: readonly Witness[]
}

/** Hears strategies in the order of their priority; those that have nothing to say are heard too. */
export function hearStrategies(
  target: Target,
  page: PageIndex,
  strategies: readonly Strategy[] = STRATEGIES,
): readonly Testimony[] {
  return strategies.map((strategy) => ({ strategy, witnesses: strategy.propose(target, page) }))
}

/**
 * Turns testimonies into votes on a chosen element (or on what counts as the same thing): who agrees, and how each
 * strategy would reach what it takes for the lost element.
 * @param write a locator in the author's language
 */
export function toVotes(
  testimonies: readonly Testimony[],
  chosen: readonly number[],
  write: (witness: Witness) => string,
): StrategyVote[] {
  return testimonies.map(({ strategy, witnesses }) => {
    const own = witnesses.find((one) => chosen.includes(one.element))
    const said = own ?? witnesses[0]
    return {
      name: strategy.name,
      agrees: own !== undefined && own === witnesses[0],
      locator: said === undefined ? null : write(said),
    }
  })
}
