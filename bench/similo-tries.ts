import { areSameThing } from '../src/dom/identity/same-thing.ts'
import { indexFingerprints, type PageIndex } from '../src/dom/page-index.ts'
import type { Target } from '../src/model.ts'
import type { SimiloSite } from './similo-data.ts'

/** One question put to a healer: where is this element on that page? The answer is only for scoring. */
export interface Try {
  readonly site: string
  readonly target: Target
  /** All old elements of the site's page that are known, the target among them. */
  readonly others: readonly Target[]
  readonly page: PageIndex
  /** True where the true element was taken away, so that nothing is right. */
  readonly removed: boolean
  /** True for the true element and all that is the same thing. */
  readonly isRight: (element: number) => boolean
}

const asTarget = (fingerprint: Target['fingerprint']): Target => ({
  fingerprint,
  action: 'expect',
  testIdAttributes: [],
})

/**
 * Every target of a site tried twice: with the true element among the candidates, and with it, everything that is the
 * same thing and all its descendants removed.
 */
export function* triesOf({ site, candidates, cases }: SimiloSite): Generator<Try> {
  const whole = indexFingerprints(candidates)
  const others = cases.map(({ old }) => asTarget(old))
  for (const [i, { truth }] of cases.entries()) {
    const target = others[i] as Target
    yield {
      site,
      target,
      others,
      page: whole,
      removed: false,
      isRight: (element) => areSameThing(whole, element, truth),
    }
  }
  for (const [i, { truth }] of cases.entries()) {
    const left = candidates.filter(
      (_, element) => !areSameThing(whole, element, truth) && !whole.tree.contains(truth, element),
    )
    yield {
      site,
      target: others[i] as Target,
      others,
      page: indexFingerprints(left),
      removed: true,
      isRight: () => false,
    }
  }
}
