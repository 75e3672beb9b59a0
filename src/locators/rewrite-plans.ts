import { TEST_ID_ATTRIBUTES } from '../dom/fingerprint.ts'
import { matchLocator } from '../dom/match/locator.ts'
import type { PageIndex } from '../dom/page-index.ts'
import type { AncestorMark, Fingerprint, Locator, LocatorSource, LocatorStep, Target } from '../model.ts'
import { ancestorsOf } from './ancestors.ts'
import type { StepPlan } from './rewrite-edits.ts'
import { containerVariants, holds, ownVariants, type StepVariant, sameKindVariants } from './rewrite-steps.ts'
import { textVariants, unique } from './rewrite-text.ts'

const STRATEGY_OF_KIND: Readonly<Record<string, string>> = {
  testId: 'testId',
  role: 'role',
  text: 'text',
  label: 'aria',
  placeholder: 'placeholder',
  title: 'title',
  altText: 'title',
  css: 'css',
  xpath: 'xpath',
  filter: 'text',
  frame: 'css',
}

export interface RewriteInput {
  readonly source: LocatorSource
  readonly page: PageIndex
  /** The element on that page which the locator is to reach. */
  readonly element: number
  /** What the locator used to reach. */
  readonly old: Target
  /** Ways proposed by the strategies, the strongest first. */
  readonly others?: readonly { readonly strategy: string; readonly locator: Locator }[]
  /** True where the test then checks what the element says: it must not be found by that, unless its author did so. */
  readonly isTextAsserted?: boolean
  /** Strategies in the order in which a step that is written anew is tried; absent: that of their priority. */
  readonly preferred?: readonly string[]
}

export interface Job extends RewriteInput {
  readonly was: Fingerprint
  readonly chain: readonly LocatorStep[]
  readonly attribute: string
}

export interface Plan {
  readonly plan: StepPlan
  readonly before: readonly LocatorStep[]
  readonly strategy: string
}

const compare = (a: number, b: number): number => (a < b ? -1 : a > b ? 1 : 0)

/**
 * Plans for a broken locator, the likeliest first: which of its steps become what, and which frames are entered before it.
 * `null` takes a step away.
 */
export function plansFor(job: Job): Plan[] {
  const { chain, page, element } = job
  const target = chain.findLastIndex(selects)
  if (target < 0) return []
  const [framesNow, framesWas] = [frameOwners(page, element), chain.filter((step) => step.kind === 'frame').length]
  const before = framesNow.length > framesWas ? framesNow.slice(framesWas).map((owner) => frameStep(job, owner)) : []
  const kept = (index: number): LocatorStep | null => {
    const step = chain[index] ?? null
    // An element that left its iframe needs no way into it any more.
    return step?.kind === 'frame' && framesNow.length < framesWas ? null : step
  }
  const base = chain.map((_, index) => kept(index))
  const with_ = (changes: ReadonlyMap<number, LocatorStep | null>): (LocatorStep | null)[] =>
    base.map((step, index) => (changes.has(index) ? (changes.get(index) ?? null) : step))
  const strategyOf = (step: LocatorStep): string => STRATEGY_OF_KIND[step.kind] ?? 'css'

  const own = sameKindVariants(chain[target] ?? { kind: 'nth', index: 0 }, page, element, job.was, job.attribute)
  const around = aroundChanges(job, target)
  const after = afterChanges(job, target)
  const plans: Plan[] = []
  const push = (changes: ReadonlyMap<number, LocatorStep | null>, strategy: string): void => {
    plans.push({ plan: with_(changes), before, strategy })
  }
  // The target's own step, what stands around it, what is asked besides, and all of these together.
  const targets: (LocatorStep | null)[] = [null, ...own]
  for (const step of targets) {
    for (const outer of [new Map<number, LocatorStep>(), ...around]) {
      for (const rest of [new Map<number, LocatorStep>(), ...after]) {
        const changes = new Map([...outer, ...rest])
        if (step !== null) changes.set(target, step)
        if (changes.size === 0 && before.length === 0 && framesNow.length >= framesWas) continue
        push(changes, strategyOf(step ?? [...changes.values()][0] ?? chain[target] ?? { kind: 'css', value: '' }))
      }
    }
  }
  plans.push(...otherPlans(job, target, before, base, around))
  return plans
}

/** The target's step written anew in another kind; and the whole chain replaced by one such step. */
function otherPlans(
  job: Job,
  target: number,
  before: readonly LocatorStep[],
  base: readonly (LocatorStep | null)[],
  around: readonly ReadonlyMap<number, LocatorStep>[],
): Plan[] {
  const plans: Plan[] = []
  const place = (strategy: string): number => {
    const at = job.preferred?.indexOf(strategy) ?? 0
    return at < 0 ? Number.POSITIVE_INFINITY : at
  }
  const all: StepVariant[] = [
    ...ownVariants(job.page, job.element, unique([job.attribute, ...job.old.testIdAttributes, ...TEST_ID_ATTRIBUTES])),
    ...(job.others ?? []).flatMap(({ strategy, locator }) => {
      const steps = locator.filter((step) => step.kind !== 'frame')
      const [step] = steps
      return steps.length === 1 && step !== undefined && !isWholePath(step) ? [{ strategy, step }] : []
    }),
  ]
  const variants = job.preferred ? all.toSorted((a, b) => compare(place(a.strategy), place(b.strategy))) : all
  // A filter of the old kind is tried with the new one, and without; a place among equals means nothing for it.
  const trimmed = base.map((step, index) => (index > target ? null : step))
  const bare = base.map((step, index) => (index === target || step?.kind === 'frame' ? step : null))
  for (const { step, strategy } of variants) {
    for (const outer of [new Map<number, LocatorStep>(), ...around]) {
      const plan = trimmed.map((each, index) => (index === target ? step : (outer.get(index) ?? each)))
      const kept = base.map((each, index) =>
        index === target ? step : index > target && each?.kind !== 'filter' ? null : (outer.get(index) ?? each),
      )
      plans.push({ plan: kept, before, strategy }, { plan, before, strategy })
    }
    plans.push({ plan: bare.map((each, index) => (index === target ? step : each)), before, strategy })
  }
  return plans
}

/** Changes of the steps before the target that no longer hold it: containers, their filters, iframes. */
function aroundChanges(job: Job, target: number): Map<number, LocatorStep>[] {
  const { chain, page, element } = job
  const ancestors = ancestorsOf(page, element)
  const owners = frameOwners(page, element)
  const perStep: { index: number; variants: LocatorStep[] }[] = []
  for (const [index, step] of chain.slice(0, target).entries()) {
    if (step.kind === 'frame') {
      const owner = owners[chain.slice(0, index).filter((each) => each.kind === 'frame').length]
      const reached = step.selector.length === 0 ? null : matchLocator(page, step.selector)
      if (owner !== undefined && reached !== null && !reached.includes(owner))
        perStep.push({
          index,
          variants: [...sameKindVariants(step, page, owner, job.was, job.attribute), frameStep(job, owner)],
        })
    } else if (step.kind === 'filter') {
      const variants = filterVariants(step, job, ancestors)
      if (variants.length > 0) perStep.push({ index, variants })
    } else if (selects(step)) {
      const reached = matchLocator(page, [step])
      if (reached === null || ancestors.some((each) => reached.includes(each))) continue
      const mark = oldContainer(job, step)
      const was: Fingerprint = { tag: mark?.tag ?? '', attributes: {} }
      // The container is likeliest what still is of the same tag or role, and then what is nearest.
      const alike = (each: number): number =>
        page.tag(each) === mark?.tag ? 0 : mark?.role !== undefined && page.fingerprint(each).role === mark.role ? 1 : 2
      const variants = ancestors
        .toSorted((one, other) => alike(one) - alike(other))
        .flatMap((each) => containerVariants(step, page, each, was, job.attribute).slice(0, 2))
      perStep.push({ index, variants: variants.slice(0, 6) })
    }
  }
  return combine(perStep)
}

/** Changes of what follows the target's step: filters on its text, its place among equals. */
function afterChanges(job: Job, target: number): Map<number, LocatorStep>[] {
  const perStep: { index: number; variants: LocatorStep[] }[] = []
  for (const [index, step] of job.chain.entries()) {
    if (index <= target) continue
    if (step.kind === 'filter') {
      const variants = filterVariants(step, job, [job.element])
      if (variants.length > 0) perStep.push({ index, variants })
    }
    // Only an index that was written as a number may become another one: first() and last() say what they mean.
    if (step.kind === 'nth' && job.source.steps[index]?.literals.some((each) => each.kind === 'number')) {
      const place = matchLocator(job.page, job.chain.slice(0, index))?.indexOf(job.element) ?? -1
      if (place >= 0 && place !== step.index) perStep.push({ index, variants: [{ kind: 'nth', index: place }] })
    }
  }
  return combine(perStep)
}

function filterVariants(
  step: Extract<LocatorStep, { kind: 'filter' }>,
  job: Job,
  elements: readonly number[],
): LocatorStep[] {
  const now = job.page.fingerprint(job.element)
  const texts = elements.map((each) => job.page.fingerprint(each).text ?? '')
  const before = [job.was.rowKey, job.was.heading, job.was.text]
  const after = [now.rowKey, now.heading, ...(elements[0] === job.element ? [now.text] : [])]
  const { hasText } = step
  const inner = step.has?.[0]
  if (hasText !== undefined && !texts.some((text) => holds(text, hasText)))
    return textVariants(hasText, before, after).map((each) => ({ ...step, hasText: each }))
  if (inner?.kind === 'text' && !texts.some((text) => holds(text, inner.value)))
    return textVariants(inner.value, before, after).map((value) => ({
      ...step,
      has: [{ ...inner, value }, ...(step.has?.slice(1) ?? [])],
    }))
  return []
}

function combine(perStep: readonly { index: number; variants: readonly LocatorStep[] }[]): Map<number, LocatorStep>[] {
  let maps: Map<number, LocatorStep>[] = []
  for (const { index, variants } of perStep.slice(0, 4)) {
    const bases = maps.length === 0 ? [new Map<number, LocatorStep>()] : maps
    maps = bases.flatMap((base) => variants.slice(0, 4).map((step) => new Map(base).set(index, step))).slice(0, 12)
  }
  return maps
}

/** The container among the ancestors that the old fingerprint remembers. */
function oldContainer({ was }: Job, step: LocatorStep): AncestorMark | undefined {
  const wanted = 'value' in step ? String(step.value) : ''
  const named = (text: string | undefined): boolean => text !== undefined && text !== '' && wanted.includes(text)
  return was.ancestors?.find(
    (mark) => named(mark.testId) || named(mark.id) || (mark.className?.split(/\s+/).some(named) ?? false),
  )
}

function frameStep(job: Job, owner: number): LocatorStep {
  const known = ownVariants(job.page, owner, []).find(({ step }) => step.kind === 'css')
  const { title, src } = job.page.attributes(owner)
  const css = title
    ? `iframe[title="${title.replace(/["\\]/g, '\\$&')}"]`
    : src
      ? `iframe[src="${src.replace(/["\\]/g, '\\$&')}"]`
      : 'iframe'
  return { kind: 'frame', selector: [known?.step ?? { kind: 'css', value: css }] }
}

/** The iframe elements around an element, outermost first. */
function frameOwners(page: PageIndex, element: number): number[] {
  const owners: number[] = []
  const { snapshot } = page
  for (let frame = snapshot?.elements[element]?.frame ?? 0; frame > 0 && owners.length < 16; ) {
    const owner = snapshot?.frames[frame]?.owner ?? -1
    if (owner < 0) break
    owners.unshift(owner)
    frame = snapshot?.elements[owner]?.frame ?? 0
  }
  return owners
}

/** `/html[1]/body[1]/…`: true of one page at one moment, and of no use to its reader. */
function isWholePath(step: LocatorStep): boolean {
  return step.kind === 'xpath' && /^(?:xpath=)?\/html\b/i.test(step.value)
}

/** Steps that choose elements by what they are, rather than narrow down what was chosen. */
function selects(step: LocatorStep): boolean {
  return !['filter', 'nth', 'frame', 'and', 'or', 'chain'].includes(step.kind)
}
