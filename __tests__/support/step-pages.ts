import { outlineOf } from '../../src/dom/outline.ts'
import { pageChange } from '../../src/evidence/page-change.ts'
import type { StepEffects } from '../../src/evidence/step-effects.ts'

/** What a step did to a page, from the page before it, after it, and as later calls found it. */
export const pages = (
  before: string,
  after: string,
  later: readonly string[] = [],
  watchedMs = 100,
): Pick<StepEffects, 'page' | 'change'> => {
  const [was, is] = [outlineOf(before), outlineOf(after)]
  return {
    page: {
      before: was,
      after: is,
      later: () => later.map(outlineOf),
      laterMs: () => (later.length > 0 ? watchedMs * 2 : 0),
    },
    change: pageChange(was.accessibles, is.accessibles, watchedMs),
  }
}
