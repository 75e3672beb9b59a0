import type { Testimony } from '../../strategies/index.ts'
import type { PageIndex } from '../dom/page-index.ts'
import { playwright } from '../locators/playwright.ts'
import { DEFAULT_STYLE } from '../locators/playwright-write.ts'
import type { Alternative, BrokenLocator, Evidence, Locator } from '../model.ts'

/** A candidate with the confidence that all evidence leaves it. */
export interface Standing {
  readonly element: number
  /** Elements that are the same thing for a user, the candidate among them. */
  readonly sameThing: readonly number[]
  readonly confidence: number
}

/** What would round to a certainty or an impossibility says so. */
export const percent = (probability: number): string => {
  const rounded = Math.round(probability * 100)
  if (rounded === 100 && probability < 1) return 'over 99 %'
  return rounded === 0 && probability > 0 ? 'under 1 %' : `${rounded} %`
}
export const write = (locator: Locator): string => playwright.write(locator, DEFAULT_STYLE)

export const written = (locator: BrokenLocator): string => {
  const steps = locator.source?.steps.map(({ step }) => step) ?? playwright.fromSelector(locator.selector)
  return steps ? write(steps) : locator.selector
}

/** An element as a person would point at it. */
export const describe = (page: PageIndex, element: number): string => {
  const found = page.fingerprint(element)
  const text = (found.name || found.ownText || found.text || '').slice(0, 60)
  return `<${found.tag}>${text ? ` “${text}”` : ''}`
}

export const absence = (absent: number, best: Standing | undefined, page: PageIndex): Evidence => ({
  kind: 'absence',
  for: false,
  weight: absent,
  text: best
    ? `Nothing on the page is enough like it; the nearest, ${describe(page, best.element)}, reaches ${percent(best.confidence)}`
    : 'Nothing on the page is like it',
})

/** What the project's own strategies say of the chosen element, and of others. */
export const ownEvidence = (testimonies: readonly Testimony[], chosen: readonly number[]): readonly Evidence[] =>
  testimonies.flatMap(({ strategy, witnesses }): Evidence[] => {
    const [first] = witnesses
    if (!first) return []
    const agrees = chosen.includes(first.element)
    const text = `The project's strategy ${strategy.name} ${agrees ? 'takes it for the same' : 'points at another element'}${first.reason === '' ? '' : `: ${first.reason}`}`
    return [{ kind: 'strategy', for: agrees, weight: 0.1, text }]
  })

export const marginEvidence = (margin: number): Evidence => ({
  kind: 'margin',
  for: margin >= 0.5,
  weight: 0.05,
  text: `The next best candidate lies ${percent(margin)} behind`,
})

/** What no page shows. */
const UNSEEN = new Set(['base', 'head', 'html', 'link', 'meta', 'noscript', 'script', 'style', 'template', 'title'])
const MAX_ALTERNATIVES = 5
/** Probability below which a candidate behind the first is only noise to its reader. */
const WORTH_SHOWING = 0.01

/** A candidate as the report names it. */
export interface Shown extends Alternative {
  readonly element: number
}

/** The candidates that a person may choose among, best first: what can be seen, and is not out of the question. */
export const alternatives = (
  candidates: readonly Standing[],
  testimonies: readonly Testimony[],
  page: PageIndex,
): readonly Shown[] =>
  candidates
    .filter(({ element }) => !UNSEEN.has(page.tag(element)))
    .filter(({ confidence }, at) => at === 0 || confidence >= WORTH_SHOWING)
    .slice(0, MAX_ALTERNATIVES)
    .map(({ element, sameThing, confidence }) => {
      const witness = testimonies
        .flatMap(({ witnesses }) => witnesses)
        .find((one) => one.element === element || sameThing.includes(one.element))
      return { element, locator: witness ? write(witness.locator) : describe(page, element), confidence }
    })
