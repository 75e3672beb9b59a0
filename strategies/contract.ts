import type { PageIndex } from '../src/dom/page-index.ts'
import type { Locator, Target } from '../src/model.ts'

/** The 15 strategies in the order of their priority. */
export const STRATEGY_NAMES = [
  'testId',
  'id',
  'name',
  'aria',
  'role',
  'text',
  'placeholder',
  'title',
  'class',
  'xpath',
  'css',
  'proximity',
  'visual',
  'semantic',
  'fuzzy',
] as const
export type StrategyName = (typeof STRATEGY_NAMES)[number]

/** What one strategy says: this element, reached in this way, for this reason. */
export interface Witness {
  /** Index on the page. */
  readonly element: number
  /** Reaches the element in the way of this strategy, uniquely where that can be had. Made when first read. */
  readonly locator: Locator
  /** In (0, 1]; comparable within one strategy: how sure this kind of clue is, less what makes it ambiguous. */
  readonly strength: number
  /** In words a reviewer understands. */
  readonly reason: string
}

/**
 * One way to find a lost element again. Pure: a target and a page in, witnesses out, best first, at most
 * {@link MAX_WITNESSES}. Silent (an empty list) where its kind of clue is missing; never throws for what a page or a
 * broken selector may hold; bounded in time by the number of elements.
 */
export interface Strategy {
  readonly name: string
  /** Rank in the cascade, 100 first. */
  readonly priority: number
  /** Success rate assumed before anything was learned, in [0, 1]. */
  readonly prior: number
  propose(target: Target, page: PageIndex): readonly Witness[]
}

export const MAX_WITNESSES = 8
