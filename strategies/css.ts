import { type Selector, stringify } from 'css-what'
import { isGeneratedId, stableClass, stableClasses } from '../src/dom/identity/generated.ts'
import { type ComplexSelector, meetsCondition, parseCss } from '../src/dom/match/css.ts'
import type { PageIndex } from '../src/dom/page-index.ts'
import { cssString, escapeIdentifier } from '../src/locators/playwright-selector.ts'
import type { Fingerprint } from '../src/model.ts'
import { askedOf } from './asked.ts'
import { Ballot } from './ballot.ts'
import type { Strategy } from './contract.ts'

/** Elements that meet the rarest condition of the last compound and are looked at. */
const MAX_SEEDS = 300
const MAX_ANCESTORS = 4
/** Elements that a relaxed selector is written for. */
const MAX_LEADS = 40

/**
 * The broken selector, relaxed step by step: of its conditions as many are kept as an element meets, its last compound
 * first, then the compounds before it, until what is left reaches something. Where the locator was no CSS, the selector
 * is one that the lost element and its ancestors had.
 */
export const css: Strategy = {
  name: 'css',
  priority: 50,
  prior: 0.6,
  propose(target, page) {
    const ballot = new Ballot(target, page)
    const written = askedOf(target).css
    const selectors = written === undefined ? [] : (parseCss(written) ?? [])
    const all = selectors.length > 0 ? selectors : (parseCss(selectorOf(target.fingerprint)) ?? [])
    for (const selector of all.slice(0, 3)) relax(ballot, page, selector)
    return ballot.witnesses()
  },
}

/** What a condition says of an element: ids and attributes more than classes, classes more than a place or a tag. */
function weigh(condition: Selector): number {
  if (condition.type === 'tag') return 0.6
  if (condition.type !== 'attribute') return condition.type === 'pseudo' ? 0.4 : 0.1
  if (condition.name === 'class') return stableClass(condition.value) === condition.value ? 1.2 : 0.3
  if (condition.name === 'id') return isGeneratedId(condition.value) ? 0.4 : 4
  return /^data-(?:test|cy|qa)/.test(condition.name) ? 4 : 1.8
}

/** A condition with a quick way to ask whether an element meets it. */
interface Test {
  readonly condition: Selector
  readonly weight: number
  readonly holds: (element: number) => boolean
}

/** Sets of the page's tables answer most conditions; a hashed class is met by what is stable of it. */
function testOf(page: PageIndex, condition: Selector): Test {
  const weight = weigh(condition)
  if (condition.type === 'universal') return { condition, weight, holds: () => true }
  if (condition.type === 'tag') return { condition, weight, holds: (element) => page.tag(element) === condition.name }
  if (condition.type === 'attribute' && condition.ignoreCase !== true) {
    const isClass = condition.name === 'class' && condition.action === 'element'
    const kept = isClass ? stableClass(condition.value) : ''
    const holders =
      kept !== ''
        ? page.withTrait('class', kept)
        : condition.action === 'equals'
          ? page.withAttribute(condition.name, condition.value)
          : null
    if (holders !== null) {
      const set = new Set(holders)
      return { condition, weight, holds: (element) => set.has(element) }
    }
  }
  return { condition, weight, holds: (element) => meetsCondition(page, element, condition) }
}

const total = (tests: readonly Test[]): number => tests.reduce((sum, one) => sum + one.weight, 0)
const isAttribute = (one: Test): boolean => one.condition.type === 'attribute'

function relax(ballot: Ballot, page: PageIndex, selector: ComplexSelector): void {
  const compounds = selector.compounds.map((compound) => compound.map((one) => testOf(page, one)))
  const last = compounds.at(-1) ?? []
  const whole = compounds.reduce((sum, one, i) => sum + total(one) * shareOf(selector, i), 0)
  const leads: { element: number; kept: Kept; strength: number }[] = []
  for (const element of seedsOf(page, selector.compounds.at(-1) ?? [])) {
    const met = last.filter((one) => one.holds(element))
    // A tag or a place alone is not the lost element's selector any more.
    if (compounds.length === 1 && (total(met) < 0.7 || !met.some(isAttribute))) continue
    const kept = keepAncestors(page, element, selector, compounds, met)
    const strength = (kept.weight / whole) * (0.5 + 0.5 * rarityOf(page, met))
    if (strength > 0.15) leads.push({ element, kept, strength })
  }
  leads.sort((a, b) => b.strength - a.strength || a.element - b.element)
  for (const { element, kept, strength } of leads.slice(0, MAX_LEADS)) {
    const text = write(page, element, kept)
    const isWhole = whole - kept.weight < 0.05
    const reason = isWhole ? `still matches ${text}` : `matches ${text}, what is left of the selector`
    ballot.add(element, strength, reason, { kind: 'css', value: text })
  }
}

/** How rare, on this page, are the elements that meet these conditions? */
function rarityOf(page: PageIndex, tests: readonly Test[]): number {
  let most = 0
  for (const { condition: one } of tests) {
    if (one.type === 'tag') most = Math.max(most, page.rarity('tag', one.name))
    else if (one.type === 'attribute') {
      const rare =
        one.name === 'class' ? page.rarity('class', stableClass(one.value)) : page.attributeRarity(one.name, one.value)
      most = Math.max(most, rare)
    }
  }
  return most
}

/** Compounds further to the left say less of the element itself. */
const shareOf = (selector: ComplexSelector, at: number): number =>
  at === selector.compounds.length - 1 ? 1 : 0.4 / (selector.compounds.length - 1 - at)

function seedsOf(page: PageIndex, compound: readonly Selector[]): ReadonlySet<number> {
  const lists: (readonly number[])[] = []
  for (const one of compound) {
    if (one.type === 'tag') lists.push(page.withTrait('tag', one.name))
    else if (one.type !== 'attribute') continue
    else if (one.name === 'class') lists.push(page.withTrait('class', stableClass(one.value)))
    else if (one.action === 'equals') lists.push(page.withAttribute(one.name, one.value))
  }
  const seeds = new Set<number>()
  for (const list of lists.filter((one) => one.length > 0).sort((a, b) => a.length - b.length)) {
    if (seeds.size > 0 && seeds.size + list.length > MAX_SEEDS) break
    for (const element of list.slice(0, MAX_SEEDS)) seeds.add(element)
  }
  return seeds
}

interface Kept {
  readonly compounds: (readonly Test[])[]
  readonly direct: boolean[]
  readonly weight: number
}

/** Finds, from right to left, an ancestor for each compound that still has one; the others are dropped. */
function keepAncestors(
  page: PageIndex,
  element: number,
  selector: ComplexSelector,
  compounds: readonly (readonly Test[])[],
  met: readonly Test[],
): Kept {
  const kept: (readonly Test[])[] = [met]
  const direct: boolean[] = []
  let weight = total(met)
  let below = element
  for (let i = compounds.length - 2; i >= 0 && i >= compounds.length - 1 - MAX_ANCESTORS; i--) {
    const wanted = compounds[i] ?? []
    const needsAttribute = wanted.some(isAttribute)
    let best = { at: -1, met: [] as readonly Test[], weight: 0 }
    let up = page.tree.parents[below] ?? -1
    for (let steps = 0; up >= 0 && steps < 40; up = page.tree.parents[up] ?? -1, steps++) {
      const at = up
      const here = wanted.filter((one) => one.condition.type !== 'universal' && one.holds(at))
      const worth = total(here)
      if (worth > best.weight && (!needsAttribute || here.some(isAttribute))) best = { at, met: here, weight: worth }
    }
    if (best.at < 0) continue
    kept.unshift(best.met)
    direct.unshift(selector.combinators[i] === 'child' && page.tree.parents[below] === best.at)
    weight += best.weight * shareOf(selector, i)
    below = best.at
  }
  return { compounds: kept, direct, weight }
}

/** The relaxed selector as text; hashed classes become what is stable of them. */
function write(page: PageIndex, element: number, kept: Kept): string {
  const parts = kept.compounds.map((compound) => {
    const lasting = compound
      .map(({ condition }) => condition)
      .filter((one) => {
        if (one.type !== 'attribute' || one.name !== 'class')
          return one.type !== 'attribute' || one.name !== 'id' || !isGeneratedId(one.value)
        return stableClass(one.value) === one.value
      })
    return lasting.length === 0 ? null : stringify([lasting])
  })
  const own = parts.at(-1) ?? escapeIdentifier(page.tag(element))
  let text = own
  for (let i = parts.length - 2; i >= 0; i--) {
    const part = parts[i]
    if (part) text = `${part}${kept.direct[i] === true ? ' > ' : ' '}${text}`
  }
  return text
}

const TELLING = ['type', 'name', 'href', 'role', 'for', 'value', 'src', 'data-action', 'data-id', 'aria-controls']

/** A selector that the lost element had: its own attributes and classes after those of its nearest named ancestors. */
function selectorOf(was: Fingerprint): string {
  const classes = (value: string | undefined): string =>
    stableClasses(value)
      .slice(0, 4)
      .map((one) => `.${escapeIdentifier(one)}`)
      .join('')
  const named = (id: string | undefined): string =>
    id === undefined || id === '' || isGeneratedId(id) ? '' : `#${escapeIdentifier(id)}`
  const tests = TELLING.map((name) => {
    const value = was.attributes[name]
    return value === undefined || value === '' || value.length > 200 ? '' : `[${name}=${cssString(value)}]`
  })
  const own = `${escapeIdentifier(was.tag)}${named(was.attributes.id)}${classes(was.attributes.class)}${tests.join('')}`
  const around = (was.ancestors ?? [])
    .map((one) => `${escapeIdentifier(one.tag)}${named(one.id)}${classes(one.className)}`)
    .filter((part) => /[.#]/.test(part))
    .slice(0, MAX_ANCESTORS)
    .reverse()
  return [...around, own].join(' ')
}
