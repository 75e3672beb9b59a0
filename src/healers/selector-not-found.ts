import { hearStrategies, STRATEGIES, type Testimony, toVotes } from '../../strategies/index.ts'
import { rankCandidates } from '../dom/identity/rank.ts'
import type { RankedCandidate, Ranking } from '../dom/identity/ranking.ts'
import { TWIN } from '../dom/identity/twins.ts'
import type { PageIndex } from '../dom/page-index.ts'
import { weighCandidates } from '../evidence/weigh.ts'
import { type Rewrite, rewriteCandidates } from '../locators/rewrite.ts'
import type { BrokenLocator, Evidence, Target } from '../model.ts'
import { choiceEvidence } from './choice.ts'
import type { HealContext, Healer, Probe, ProbeAnswer, ProposalDraft, Verdict } from './contract.ts'
import { lostLabel, obstacle, otherDeed } from './hindrance.ts'
import { nominees } from './nominees.ts'
import {
  absence,
  alternatives,
  describe,
  marginEvidence,
  ownEvidence,
  percent,
  write,
  written,
} from './selector-words.ts'
import { healWebDriver } from './webdriver-locator.ts'

/** Candidates whose commits are looked up: the history can lift the second above the first, hardly the fourth. */
const WEIGHED = 3
/** A runner-up this close makes the choice a person's, whatever the confidence. */
const LEAST_MARGIN = 0.1
const ABSENT_THRESHOLD = 0.8
/** Assertions that ask nothing of what an element says. */
const LOOKS_ONLY =
  /toBe(?:Visible|Hidden|Attached|Enabled|Disabled|Editable|Checked|Focused|InViewport|Empty)|toHave(?:CSS|Class)/
/** Elements that say something, below which a page counts as not rendered. */
const FEWEST_SHOWN = 3

interface Weighed extends RankedCandidate {
  readonly confidence: number
  /** Whether a name of the lost element survives on it, as it was or renamed by a commit. */
  readonly isNamed: boolean
  /** What commits say of it. */
  readonly commits: readonly Evidence[]
}

const EARLY = 'The page is known only as the failing call found it, perhaps still loading.'

/** A newcomer in the place of the lost element has all that such a candidate has. */
const NAMELESS =
  'Nothing that names it survived, and no commit says that it was renamed: another thing may stand in its place.'

/**
 * Heals a broken locator: which element is it now, may we say so, and how would its author reach it. The order is fixed:
 * identity first, locator last, so that a locator that happens to match never decides what the element is.
 */
export const selectorNotFound: Healer = {
  failureType: 'selector_not_found',
  *heal(diagnosis, context) {
    const { locator } = diagnosis
    const inPython = healWebDriver(context)
    if (inPython) return inPython
    const { target, others } = context.baseline
    if (!locator)
      return refusal(
        'Which element the step was about is known from its message alone: there is no trace of it to go by.',
      )
    if (!context.page || context.page.size === 0)
      return refusal('The page at the failing step is not known: no trace of the failed run could be read.')
    if (!target)
      return refusal(
        'What the element was is not known: there is no trace of a green run, and the locator alone does not say.',
      )
    const page = context.page
    if (others.length >= FEWEST_SHOWN && !isRendered(page))
      return refusal('The page shows next to nothing at the failing step: it was still loading, or it is broken.')
    const strategies = STRATEGIES.filter(({ name }) => !context.strategiesOff.includes(name))
    const testimonies = [...hearStrategies(target, page, strategies), ...(context.ownTestimonies ?? [])].toSorted(
      (a, b) => b.strategy.priority - a.strategy.priority,
    )
    const ranking = rankCandidates(target, page, others, { threshold: context.threshold })
    const { open, absent, gone } = weigh(ranking, target, page, context)
    const shown = alternatives(open, testimonies, page)
    const { chosen } = context
    const picked = chosen
      ? open.filter(({ element }) => shown.some((one) => one.element === element && one.locator === chosen.candidate))
      : []
    const best = picked.length === 1 ? picked[0] : open[0]
    const draft = (winner: Weighed | undefined, evidence: readonly Evidence[]): ProposalDraft => ({
      description: winner ? `The element is now ${describe(page, winner.element)}` : `No element of the page is it`,
      old: written(locator),
      new: '',
      strategy: '',
      confidence: winner?.confidence ?? 0,
      absent,
      edits: [],
      evidence,
      strategies: toVotes(testimonies, winner?.sameThing ?? [], (witness) => write(witness.locator)),
      alternatives: shown.map(({ locator, confidence }) => ({ locator, confidence })),
    })

    // A locator alone says too little of an element to tell from it that the element is gone, and so does a page that may
    // have been loading still; a commit may say it.
    const doubt = context.isPageEarly === true ? EARLY : context.pageDoubt
    const canTell = (context.baseline.source !== 'none' && doubt === undefined) || gone.length > 0
    if (canTell && absent > ABSENT_THRESHOLD && (best?.confidence ?? 0) <= context.threshold) {
      const evidence = [...(best?.commits ?? []), ...gone, ...(best?.evidence ?? []), absence(absent, best, page)]
      return {
        status: 'likely_regression',
        reason: `${written(locator)} is probably gone from the page (${percent(absent)}).`,
        proposal: draft(best, evidence),
        winner: null,
      }
    }
    if (!best)
      return {
        ...refusal('Every candidate was tried, and the test failed with each.'),
        proposal: draft(undefined, gone),
      }
    const margin = best.confidence - (open.find(({ element }) => !best.sameThing.includes(element))?.confidence ?? 0)
    const evidence = [
      ...best.commits,
      ...gone,
      ...best.evidence,
      ...ownEvidence(context.ownTestimonies ?? [], best.sameThing),
      marginEvidence(margin),
      ...(chosen && picked.length === 1 ? [choiceEvidence(chosen)] : []),
    ]
    if (chosen && picked.length !== 1) {
      const reason = `The chosen ${chosen.candidate} is no candidate on the page of today.`
      return { status: 'needs_human', reason, proposal: draft(best, evidence), winner: null }
    }
    if (!chosen && (!best.isNamed || best.confidence <= context.threshold || margin < LEAST_MARGIN)) {
      const early = doubt === undefined ? '' : ` ${doubt}`
      const reason = !best.isNamed
        ? `${NAMELESS}${early}`
        : best.confidence <= context.threshold
          ? `The best candidate reaches ${percent(best.confidence)}, and ${percent(context.threshold)} is asked for.${early}`
          : `Two elements are almost equally likely (${percent(best.confidence)}, margin ${percent(margin)}).`
      return { status: 'needs_human', reason, proposal: draft(best, evidence), winner: null }
    }
    if (best.twin) return { status: 'needs_human', reason: TWIN, proposal: draft(best, evidence), winner: null }
    const hindrance = obstacle(target, page, best.element)
    if (hindrance) {
      const reason = `It is probably ${describe(page, best.element)}, but ${hindrance}.`
      return { status: 'needs_human', reason, proposal: draft(best, evidence), winner: null }
    }
    const lost = lostLabel(target, page.fingerprint(best.element))
    if (lost) return { status: 'likely_regression', reason: lost, proposal: draft(best, evidence), winner: null }
    const deed = chosen ? null : otherDeed(target, page.fingerprint(best.element))
    if (deed) return { status: 'needs_human', reason: deed, proposal: draft(best, evidence), winner: null }
    const way = yield* chooseLocator(locator, page, best, target, context, testimonies)
    if (typeof way === 'string')
      return { status: 'needs_human', reason: way, proposal: draft(best, evidence), winner: null }
    return {
      status: 'proposed',
      reason: chosen
        ? `Chosen by ${chosen.by} among the candidates (${percent(best.confidence)} by itself).`
        : `Known again with ${percent(best.confidence)} confidence.`,
      winner: { element: best.element, selector: way.selector },
      proposal: {
        ...draft(best, evidence),
        new: write(way.locator),
        strategy: way.strategy,
        edits: way.edits,
      },
    }
  },
}

/** Whether the page says anything yet; what is not on an empty page is not gone. */
const isRendered = (page: PageIndex): boolean => {
  let shown = 0
  for (let element = 0; element < page.size && shown < FEWEST_SHOWN; element++) {
    if (page.visible(element) && page.shortText(element) !== '') shown++
  }
  return shown >= FEWEST_SHOWN
}

/** Moves the leading candidates, and absence, by commits; what a verification refuted is out of the question. */
const weigh = (
  ranking: Ranking,
  target: Target,
  page: PageIndex,
  context: HealContext,
): { readonly open: readonly Weighed[]; readonly absent: number; readonly gone: readonly Evidence[] } => {
  const left = ranking.candidates.filter(({ element }) => !context.refuted.includes(element))
  const first = left.slice(0, WEIGHED)
  // Known by its locator alone, the lost element is found by what commits made of it.
  const renamed =
    context.baseline.source === 'none'
      ? nominees(target.fingerprint, page, left, context.history, target.testIdAttributes)
      : []
  const leading = [...new Set([...first, ...renamed.filter(({ element }) => !context.refuted.includes(element))])]
  const described = leading.map(({ element, probability, named }) => ({
    fingerprint: page.fingerprint(element),
    probability,
    named,
  }))
  const weighed = weighCandidates(
    target.fingerprint,
    described,
    ranking.absent,
    context.history,
    target.testIdAttributes,
  )
  const open = leading.map((candidate, at): Weighed => {
    const found = weighed.candidates[at]
    const { confidence = 0, isNamed = candidate.named, evidence = [] } = found ?? {}
    return { ...candidate, confidence, isNamed, commits: evidence }
  })
  return { open: open.sort((a, b) => b.confidence - a.confidence), absent: weighed.absent, gone: weighed.evidence }
}

/** Asks the page which of the author's possible locators reaches exactly the element, and takes the first. */
function* chooseLocator(
  locator: BrokenLocator,
  page: PageIndex,
  best: Weighed,
  target: Target,
  context: HealContext,
  testimonies: readonly Testimony[],
): Generator<Probe, Rewrite | string, ProbeAnswer> {
  if (!locator.source)
    return `The element is known, but the place in the source that builds ${written(locator)} could not be found.`
  const others = testimonies.flatMap(({ strategy, witnesses }) =>
    witnesses
      .filter(({ element }) => element === best.element)
      .map(({ locator: way }) => ({ strategy: strategy.name, locator: way })),
  )
  const { preferred } = context
  const rewrites = rewriteCandidates({
    source: locator.source,
    page,
    element: best.element,
    old: target,
    others,
    ...(preferred ? { preferred } : {}),
    isTextAsserted: target.action === 'read' || (target.action === 'expect' && !LOOKS_ONLY.test(locator.step)),
  })
  if (rewrites.length === 0) return 'The element is known, but nothing on it is stable enough to reach it by.'
  const answer = yield { kind: 'match', selectors: rewrites.map(({ selector }) => selector) }
  const matches = answer.kind === 'match' ? answer.matches : []
  const reaches = (matches: readonly number[] | null | undefined): boolean => {
    if (!matches || matches.length === 0) return false
    const isIt = (element: number) => element === best.element || best.sameThing.includes(element)
    if (context.baseline.matches === 1) return matches.length === 1 && isIt(matches[0] ?? -1)
    return matches.length > 1 && isIt(matches[0] ?? -1)
  }
  const at = rewrites.findIndex((_, index) => reaches(matches[index]))
  return rewrites[at] ?? `The element is known, but none of ${rewrites.length} locators reaches it and nothing else.`
}

const refusal = (reason: string): Verdict => ({ status: 'needs_human', reason, proposal: null, winner: null })
