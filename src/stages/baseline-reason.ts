import type { BaselineSource, Evidence } from '../model.ts'
import type { Cause } from './state.ts'

/** Best first; each says why it was not one of those before it. */
const REASONS: Readonly<Record<BaselineSource, string>> = {
  'green-trace': 'What the element was is known from a trace of the last green run',
  store: 'What the element was is known from the baseline store; no trace of a green run was kept',
  rerun:
    'What the element was is known from a run of an earlier green commit; no trace of a green run was kept, and nothing was recorded',
  none: 'What the element was is told by the locator alone: no trace of a green run was kept, nothing was recorded, and no earlier commit showed it',
}

/**
 * How it is known what the lost element was, for the reviewer; none for failures that are not about an element, and where
 * nobody asked, since an earlier run had the answer.
 */
export const baselineReason = ({ baseline, diagnosis, isRecalled }: Cause): readonly Evidence[] =>
  diagnosis.locator && !isRecalled
    ? [{ kind: 'baseline', for: baseline !== 'none', weight: 0, text: REASONS[baseline] }]
    : []
