import { areSameThing } from '../../src/dom/identity/same-thing.ts'
import type { Try } from '../similo-tries.ts'
import { generateCases, type MutationCase } from './cases.ts'
import { pageNames } from './pages.ts'

/** Pages whose package name begins so are kept out of every fit, so that the benchmark can tell what was learned. */
const HELD_OUT = /^(?:shop-homepage|agency|shoelace|tabulator|fullcalendar|swagger|embedded)/

/** True for pages that no fit has seen. */
export const isHeldOut = (page: string): boolean => HELD_OUT.test(page)

/** Seed of the cases that are fitted on; the benchmark uses another. */
const FIT_SEED = 1_802

/** True for what the benchmark scores: what was kept and can be decided, and all that was removed or stripped. */
export const isScored = ({ fate, decidable }: Pick<MutationCase, 'fate' | 'decidable'>): boolean =>
  fate !== 'kept' || decidable

/** True for the element that a case is about, and all that is the same thing. */
export const isRight = (
  { after, truth, fate }: Pick<MutationCase, 'after' | 'truth' | 'fate'>,
  element: number,
): boolean => fate === 'kept' && truth >= 0 && areSameThing(after, element, truth)

/** Cases to fit on, in the form of the other tries: of pages that are not held out, scored ones only. */
export function* fittingTries(count: number): Generator<Try> {
  const pages = pageNames().filter((name) => !isHeldOut(name))
  for (const one of generateCases({ seed: FIT_SEED, count, pages })) {
    if (!isScored(one)) continue
    yield {
      site: `mutations ${one.page}`,
      target: one.target,
      others: one.others,
      page: one.after,
      removed: one.fate !== 'kept',
      isRight: (element) => isRight(one, element),
    }
  }
}
