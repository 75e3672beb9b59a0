import type { PageIndex } from '../src/dom/page-index.ts'
import { normalise, wordsOf } from '../src/dom/text.ts'
import type { LocatorStep, Target } from '../src/model.ts'
import { askedOf } from './asked.ts'
import { Ballot } from './ballot.ts'
import type { Strategy } from './contract.ts'
import { type Kin, kinOf, kinOfElement } from './kinship.ts'
import { roleStep } from './pinpoint.ts'

/** Texts shared by more elements than this are no landmarks. */
const MAX_HOLDERS = 40
const MAX_INSIDE = 400
/** Levels climbed from a landmark to the part of the page it heads. */
const MAX_CLIMB = 6

/**
 * Stable neighbours: the label of a field, the key of the row or card, the heading above, the rarer words close by. From
 * each the way leads to elements of the lost one's kind near it.
 */
export const proximity: Strategy = {
  name: 'proximity',
  priority: 45,
  prior: 0.55,
  propose(target, page) {
    const ballot = new Ballot(target, page)
    const was = target.fingerprint
    const kin = kinOf(was.tag, was.role, was.attributes.type)
    for (const label of new Set([was.label ?? '', ...askedOf(target).labels])) byLabel(ballot, page, label)
    if (was.rowKey !== undefined) byRow(ballot, target, page, was.rowKey, kin)
    if (was.heading !== undefined) byHeading(ballot, target, page, was.heading, kin)
    if (was.neighborText !== undefined) byNeighbours(ballot, target, page, was.neighborText, kin)
    return ballot.witnesses()
  },
}

const holdersOf = (page: PageIndex, text: string): readonly number[] => {
  const found = text.trim() === '' ? [] : page.withTrait('text', normalise(text))
  return found.length > MAX_HOLDERS ? [] : found
}

/** Fields that a label with this text names: by `for`, around it, or right after it. */
function byLabel(ballot: Ballot, page: PageIndex, label: string): void {
  const shown = label.trim().slice(0, 80)
  const step: LocatorStep = { kind: 'label', value: label.trim(), exact: true }
  for (const holder of holdersOf(page, label)) {
    const own = page.attributes(holder)
    const named = own.for === undefined ? [] : page.withId(own.for)
    const about = own.id === undefined ? [] : page.withAttribute('aria-labelledby', own.id)
    for (const field of [...named, ...about]) ballot.add(field, 1, `labelled "${shown}"`, step)
    if (isField(page, holder)) ballot.add(holder, 0.95, `labelled "${shown}"`, step)
    for (const inner of page.tree.descendants(holder, 20)) {
      if (isField(page, inner)) ballot.add(inner, 0.95, `inside the label "${shown}"`, step)
    }
    if (named.length > 0 || about.length > 0) continue
    const [next] = following(page, holder, (element) => isField(page, element))
    if (next !== undefined) ballot.add(next, 0.75, `follows the text "${shown}"`, null)
  }
}

const isField = (page: PageIndex, element: number): boolean => /^(?:field|choice)$/.test(kinOfElement(page, element))

/** The first elements that satisfy `fits` after a landmark, still inside the part of the page that it is in. */
function following(page: PageIndex, landmark: number, fits: (element: number) => boolean, limit = 1): number[] {
  const found: number[] = []
  let at = landmark
  for (let climbed = 0; climbed < MAX_CLIMB && found.length === 0; climbed++) {
    const parent = page.tree.parents[at] ?? -1
    if (parent < 0) break
    for (const inner of page.tree.descendants(parent, MAX_INSIDE)) {
      if (inner <= landmark || page.tree.contains(landmark, inner)) continue
      if (fits(inner) && found.length < limit) found.push(inner)
    }
    at = parent
  }
  return found
}

const kinFits = (target: Target, page: PageIndex, kin: Kin): ((element: number) => boolean) =>
  kin === 'other'
    ? (element) => page.tag(element) === target.fingerprint.tag
    : (element) => kinOfElement(page, element) === kin

/** The row or card with the same key: in it the element of the same kind, the same text where there are several. */
function byRow(ballot: Ballot, target: Target, page: PageIndex, rowKey: string, kin: Kin): void {
  const fits = kinFits(target, page, kin)
  const wanted = normalise(target.fingerprint.name || target.fingerprint.text || '')
  for (const holder of holdersOf(page, rowKey)) {
    const row = rowAround(page, holder)
    if (row < 0) continue
    const inside = page.tree.descendants(row, MAX_INSIDE).filter((element) => element !== holder && fits(element))
    const step = (element: number): readonly LocatorStep[] | null => {
      const around = roleStep(page, row)
      const own = roleStep(page, element)
      if (around?.kind !== 'role' || own === null) return null
      return [{ kind: 'role', role: around.role }, { kind: 'filter', hasText: rowKey }, own]
    }
    for (const element of inside.slice(0, 30)) {
      const sameText = wanted !== '' && page.shortText(element) === wanted
      const sameClass = page.attributes(element).class === target.fingerprint.attributes.class
      const alone = 1 / (1 + 0.3 * (inside.length - 1))
      const strength = sameText ? 0.95 : (sameClass ? 0.75 : 0.65) * alone
      ballot.add(element, strength, `in the row of "${rowKey.slice(0, 80)}"`, step(element))
    }
  }
}

function rowAround(page: PageIndex, element: number): number {
  let at = page.tree.parents[element] ?? -1
  for (let steps = 0; at >= 0 && steps < 6; at = page.tree.parents[at] ?? -1, steps++) {
    const role = page.snapshot?.elements[at]?.role ?? ''
    if (/^(?:tr|li|article)$/.test(page.tag(at)) || /^(?:row|listitem|article|option)$/.test(role)) return at
    const twins = (page.tree.children[page.tree.parents[at] ?? -1] ?? []).slice(0, 20)
    const alike = twins.filter(
      (one) => page.attributes(one).class === page.attributes(at).class && page.tag(one) === page.tag(at),
    )
    if (alike.length > 1 && page.attributes(at).class !== undefined) return at
  }
  return -1
}

/** What follows the heading it stood under: the nearer the surer. */
function byHeading(ballot: Ballot, target: Target, page: PageIndex, heading: string, kin: Kin): void {
  const shown = heading.slice(0, 80)
  for (const holder of holdersOf(page, heading).slice(0, 8)) {
    const near = following(page, holder, kinFits(target, page, kin), 12)
    for (const [place, element] of near.entries()) {
      const sameClass = page.attributes(element).class === target.fingerprint.attributes.class
      ballot.add(
        element,
        ((sameClass ? 0.6 : 0.5) * (1 - place / 24)) / Math.sqrt(near.length),
        `under the heading "${shown}"`,
        null,
      )
    }
  }
}

/** Those of a few elements that hold none of the others; none of many, which are no landmarks. */
function innermost(page: PageIndex, holders: readonly number[]): readonly number[] {
  return holders.length > MAX_HOLDERS
    ? []
    : holders.filter((one, i) => !holders.slice(i + 1).some((inner) => page.tree.contains(one, inner)))
}

/** Votes of the rarer words that stood close by, cast for elements of the same kind beside them today. */
function byNeighbours(ballot: Ballot, target: Target, page: PageIndex, neighbours: string, kin: Kin): void {
  const fits = kinFits(target, page, kin)
  const words = [...new Set(wordsOf(neighbours, 60))]
    .map((word) => ({ word, holders: innermost(page, page.withTrait('word', word)) }))
    .filter(({ holders }) => holders.length > 0 && holders.length <= 6)
    .slice(0, 8)
  const votes = new Map<number, string[]>()
  for (const { word, holders } of words) {
    const near = new Set<number>()
    for (const holder of holders) {
      const around = page.tree.parents[page.tree.parents[holder] ?? -1] ?? -1
      if (around < 0) continue
      for (const inner of page.tree.descendants(around, 60)) if (inner !== holder && fits(inner)) near.add(inner)
    }
    if (near.size > 20) continue
    for (const element of near) votes.set(element, [...(votes.get(element) ?? []), word])
  }
  for (const [element, heard] of votes) {
    const strength = 0.55 * (heard.length / Math.max(2, words.length))
    ballot.add(
      element,
      strength,
      `close to ${heard
        .slice(0, 4)
        .map((word) => `"${word}"`)
        .join(', ')}`,
      null,
    )
  }
}
