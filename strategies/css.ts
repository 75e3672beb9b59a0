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

const sum = (conditions: readonly Selector[]): number => conditions.reduce((total, one) => total + weigh(one), 0)

/** How rare, on this page, are the elements that meet these conditions? */
function rarityOf(page: PageIndex, conditions: readonly Selector[]): number {
  let most = 0
  for (const one of conditions) {
    if (one.type === 'tag') most = Math.max(most, page.rarity('tag', one.name))
    else if (one.type === 'attribute') {
      const rare = one.name === 'class' ? page.rarity('class', one.value) : page.attributeRarity(one.name, one.value)
      most = Math.max(most, rare)
    }
  }
  return most
}

interface Kept {
  readonly compounds: Selector[][]
  readonly direct: boolean[]
  readonly weight: number
}

function relax(ballot: Ballot, page: PageIndex, selector: ComplexSelector): void {
  const last = selector.compounds.at(-1) ?? []
  const whole = selector.compounds.reduce((total, one, i) => total + sum(one) * shareOf(selector, i), 0)
  for (const element of seedsOf(page, last)) {
    const met = last.filter((one) => meets(page, element, one))
    // A tag or a place alone is not the lost element's selector any more.
    if (sum(met) < 0.7 || !met.some((one) => one.type === 'attribute')) {
      if (selector.compounds.length === 1) continue
    }
    const kept = keepAncestors(page, element, selector, met)
    const rare = 0.5 + 0.5 * rarityOf(page, met)
    const lost = whole - kept.weight
    const text = write(page, element, kept)
    const strength = (kept.weight / whole) * rare
    const reason = lost < 0.05 ? `still matches ${text}` : `matches ${text}, what is left of the selector`
    if (strength > 0.15) ballot.add(element, strength, reason, { kind: 'css', value: text })
  }
}

/** Compounds further to the left say less of the element itself. */
const shareOf = (selector: ComplexSelector, at: number): number =>
  at === selector.compounds.length - 1 ? 1 : 0.4 / (selector.compounds.length - 1 - at)

function meets(page: PageIndex, element: number, condition: Selector): boolean {
  if (condition.type === 'universal' || meetsCondition(page, element, condition)) return true
  if (condition.type !== 'attribute' || condition.name !== 'class' || condition.action !== 'element') return false
  const kept = stableClass(condition.value)
  return kept !== '' && kept !== condition.value && stableClasses(page.attributes(element).class).includes(kept)
}

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

/** Finds, from right to left, an ancestor for each compound that still has one; the others are dropped. */
function keepAncestors(page: PageIndex, element: number, selector: ComplexSelector, met: Selector[]): Kept {
  const compounds = [met]
  const direct: boolean[] = []
  let weight = sum(met)
  let below = element
  for (let i = selector.compounds.length - 2; i >= 0 && i >= selector.compounds.length - 1 - MAX_ANCESTORS; i--) {
    const wanted = selector.compounds[i] ?? []
    let best: { at: number; met: Selector[]; weight: number } | null = null
    let up = page.tree.parents[below] ?? -1
    for (let steps = 0; up >= 0 && steps < 40; up = page.tree.parents[up] ?? -1, steps++) {
      const here = wanted.filter((one) => one.type !== 'universal' && meets(page, up, one))
      const worth = sum(here)
      const tagOnly = !here.some((one) => one.type === 'attribute') && wanted.some((one) => one.type === 'attribute')
      if (worth > (best?.weight ?? 0) && !tagOnly) best = { at: up, met: here, weight: worth }
    }
    if (best === null) continue
    compounds.unshift(best.met)
    direct.unshift(selector.combinators[i] === 'child' && page.tree.parents[below] === best.at)
    weight += best.weight * shareOf(selector, i)
    below = best.at
  }
  return { compounds, direct, weight }
}

/** The relaxed selector as text; hashed classes become what is stable of them. */
function write(page: PageIndex, element: number, kept: Kept): string {
  const parts = kept.compounds.map((compound) => {
    const lasting = compound.filter((one) => {
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
