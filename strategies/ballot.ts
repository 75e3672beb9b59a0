import { gapBetween } from '../src/dom/neighbours.ts'
import type { PageIndex } from '../src/dom/page-index.ts'
import { normalise } from '../src/dom/text.ts'
import type { Locator, LocatorStep, Target } from '../src/model.ts'
import { MAX_WITNESSES, type Witness } from './contract.ts'
import { kinship } from './kinship.ts'
import { pinpoint } from './pinpoint.ts'

/** Elements looked at for one clue; a clue that more share says next to nothing. */
export const MAX_SHARED = 400
const MAX_TIED = 40
/** Reasons quote what the page says, which may be long. */
const MAX_REASON = 240

/**
 * Collects what one strategy finds, the strongest clue per element. Strengths are lowered for elements of another kind;
 * what ties is told apart by the row, heading and place it stands in.
 */
export class Ballot {
  private readonly target: Target
  private readonly page: PageIndex
  private readonly found = new Map<number, { strength: number; reason: string; own: readonly LocatorStep[] | null }>()

  constructor(target: Target, page: PageIndex) {
    this.target = target
    this.page = page
  }

  /**
   * Adds a clue for one element.
   * @param own the step of this strategy that reaches it; null where only the element itself is known
   */
  add(element: number, strength: number, reason: string, own: LocatorStep | readonly LocatorStep[] | null): void {
    const weighed = strength * kinship(this.target, this.page, element)
    const known = this.found.get(element)
    if (known !== undefined && known.strength >= weighed) return
    const steps = own === null ? null : Array.isArray(own) ? (own as readonly LocatorStep[]) : [own as LocatorStep]
    this.found.set(element, { strength: weighed, reason: reason.slice(0, MAX_REASON), own: steps })
  }

  /** Adds a clue that several elements share: the more there are, the less it says. */
  addAll(
    elements: readonly number[],
    strength: number,
    reason: string,
    own: (element: number) => LocatorStep | readonly LocatorStep[] | null,
  ): void {
    const shared = elements.slice(0, MAX_SHARED)
    const weaker = strength / (1 + 0.25 * Math.log2(Math.max(1, shared.length)))
    for (const element of shared) this.add(element, weaker, reason, own(element))
  }

  get isEmpty(): boolean {
    return this.found.size === 0
  }

  /** Best first; at most {@link MAX_WITNESSES}. Witnesses below a tenth of the best are left out. */
  witnesses(): readonly Witness[] {
    const leads = [...this.found].sort((a, b) => b[1].strength - a[1].strength || a[0] - b[0]).slice(0, MAX_TIED)
    const top = leads[0]?.[1].strength ?? 0
    const ties = leads.filter(([, lead]) => lead.strength > top * 0.97).length > 1
    const placed = leads.map(([element, lead]) => {
      const place = ties && lead.strength > top * 0.7 ? samePlace(this.target, this.page, element) : 0.5
      return { element, ...lead, strength: Math.min(1, lead.strength * (0.85 + 0.15 * place)) }
    })
    return placed
      .sort((a, b) => b.strength - a.strength || a.element - b.element)
      .filter((lead) => lead.strength > top / 10)
      .slice(0, MAX_WITNESSES)
      .map(({ element, strength, reason, own }) => witness(this.page, element, strength, reason, own))
  }
}

/** How much of the lost element's surroundings an element has, in [0, 1]; .5 where nothing is known. */
function samePlace({ fingerprint: was }: Target, page: PageIndex, element: number): number {
  const now = page.fingerprint(element)
  let agrees = 0
  let asked = 0
  const compare = (a: string | undefined, b: string | undefined, weight: number): void => {
    if (a === undefined || b === undefined || a === '') return
    asked += weight
    if (normalise(a) === normalise(b)) agrees += weight
  }
  compare(was.rowKey, now.rowKey, 4)
  compare(was.label, now.label, 3)
  compare(was.heading, now.heading, 2)
  compare(was.neighborText, now.neighborText, 1)
  compare(was.idxpath, now.idxpath, 1)
  if (was.box !== undefined && now.box !== undefined) {
    asked += 1
    agrees += Math.exp(-gapBetween(was.box, now.box) / 200)
  }
  return asked === 0 ? 0.5 : agrees / asked
}

/** A witness whose locator is made when it is first read: most are never asked for it. */
export function witness(
  page: PageIndex,
  element: number,
  strength: number,
  reason: string,
  own: readonly LocatorStep[] | null,
): Witness {
  let made: Locator | undefined
  return {
    element,
    strength,
    reason,
    get locator() {
      made ??= pinpoint(page, element, own === null ? [] : [own])
      return made
    },
  }
}
