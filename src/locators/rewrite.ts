import { TEST_ID_ATTRIBUTES } from '../dom/fingerprint.ts'
import { matchLocator } from '../dom/match/locator.ts'
import type { Edit, Locator } from '../model.ts'
import { DEFAULT_TEST_ID_ATTRIBUTE, toSelector } from './playwright-selector.ts'
import { planEdits } from './rewrite-edits.ts'
import { type Job, plansFor, type RewriteInput } from './rewrite-plans.ts'
import { isFoundByText } from './said-by-itself.ts'

/** One way to repair a locator in its source. */
export interface Rewrite {
  readonly locator: Locator
  /** What Playwright would run; the caller asks a browser whether it reaches the element and nothing else. */
  readonly selector: string
  readonly edits: readonly Edit[]
  /** The strategy on whose kind of clue it rests. */
  readonly strategy: string
  /**
   * `same-literal`: the content of one literal changes. `same-step`: several literals of one step. `same-kind`: several
   * steps, each in its own kind. `other`: a step is written anew.
   */
  readonly style: 'same-literal' | 'same-step' | 'same-kind' | 'other'
}

const MAX_REWRITES = 30
const STYLES = ['same-literal', 'same-step', 'same-kind', 'other'] as const

/**
 * Rewrites of a broken locator that should reach an element, in the order in which they should be tried: fewest changed
 * literals first, the author's own kind of locator before any other, then the highest-priority strategy. A snapshot is
 * asked which of them can be right at all; what it denies comes last within its group. At most 30.
 */
export function rewriteCandidates(input: RewriteInput): Rewrite[] {
  const { page, element } = input
  const chain = input.source.steps.map((each) => each.step)
  const own = chain.find((step) => step.kind === 'testId')
  const declared = own?.kind === 'testId' ? own.attribute : undefined
  const attribute = declared ?? input.old.testIdAttributes[0] ?? TEST_ID_ATTRIBUTES[0] ?? DEFAULT_TEST_ID_ATTRIBUTE
  const job: Job = { ...input, was: input.old.fingerprint, chain, attribute }
  const text = input.isTextAsserted && !isFoundByText(chain, job.was.text) ? page.fingerprint(element).text : undefined
  const seen = new Set([toSelector(chain, attribute)])
  const found: { rewrite: Rewrite; rank: number; verdict: number; changed: number; order: number }[] = []
  for (const [order, { plan, before, strategy }] of plansFor(job).entries()) {
    const made = planEdits(input.source, plan, before)
    const locator = [...before, ...plan.filter((step) => step !== null)]
    const selector = toSelector(locator, attribute)
    if (made === null || seen.has(selector) || isFoundByText(locator, text)) continue
    seen.add(selector)
    const touched = plan.filter((step, index) => step !== chain[index]).length
    const isOtherKind = plan.some((step, index) => step !== null && step.kind !== chain[index]?.kind)
    const style =
      made.rewritten || isOtherKind
        ? 'other'
        : made.edits.length === 1
          ? 'same-literal'
          : touched === 1
            ? 'same-step'
            : 'same-kind'
    const reached = matchLocator(input.page, locator)
    const verdict =
      reached === null
        ? 1
        : reached.length === 1 && reached[0] === input.element
          ? 0
          : reached.includes(input.element)
            ? 2
            : 3
    found.push({
      rewrite: { locator, selector, edits: made.edits, strategy, style },
      rank: STYLES.indexOf(style),
      verdict,
      changed: made.changedLiterals,
      order,
    })
  }
  // What the snapshot denies outright is hardly ever right: it comes after everything else.
  const hopeless = (verdict: number): number => (verdict === 3 ? 1 : 0)
  return found
    .sort(
      (a, b) =>
        hopeless(a.verdict) - hopeless(b.verdict) ||
        a.rank - b.rank ||
        a.changed - b.changed ||
        a.verdict - b.verdict ||
        a.order - b.order,
    )
    .slice(0, MAX_REWRITES)
    .map((each) => each.rewrite)
}
