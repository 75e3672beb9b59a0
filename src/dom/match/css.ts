import { type AttributeSelector, type PseudoSelector, parse, type Selector } from 'css-what'
import { stableClass } from '../identity/generated.ts'
import type { PageIndex } from '../page-index.ts'
import { normalise } from '../text.ts'

export type Combinator = 'descendant' | 'child' | 'adjacent' | 'sibling'

/** `a > b c` as its compounds from left to right and what stands between them. */
export interface ComplexSelector {
  readonly compounds: readonly (readonly Selector[])[]
  /** One fewer than compounds. */
  readonly combinators: readonly Combinator[]
}

const MAX_LENGTH = 4_000
const MAX_COMPOUNDS = 40
/** Comparisons spent on one selector before it is given up; keeps `:has()` in `:has()` from running away. */
const MAX_STEPS = 2_000_000

const COMBINATORS = new Set<string>(['descendant', 'child', 'adjacent', 'sibling'])

/** The alternatives of a selector list, or null where it is malformed, oversized or uses what has no meaning here. */
export function parseCss(selector: string): ComplexSelector[] | null {
  if (selector.length > MAX_LENGTH || selector.trim() === '') return null
  try {
    const list = parse(selector).map(splitComplex)
    return list.every((one) => one !== null) ? list : null
  } catch {
    return null
  }
}

function splitComplex(tokens: readonly Selector[]): ComplexSelector | null {
  const compounds: Selector[][] = [[]]
  const combinators: Combinator[] = []
  for (const token of tokens) {
    if (COMBINATORS.has(token.type)) {
      combinators.push(token.type as Combinator)
      compounds.push([])
    } else if (token.type === 'parent' || token.type === 'column-combinator' || token.type === 'pseudo-element')
      return null
    else compounds.at(-1)?.push(token)
  }
  if (compounds.length > MAX_COMPOUNDS || compounds.at(-1)?.length === 0) return null
  return { compounds, combinators }
}

/** Where to look: among the descendants of one element, in one frame; everywhere where nothing is said. */
export interface MatchScope {
  readonly within?: number
  readonly frame?: number
}

class Exhausted extends Error {}

interface Search {
  readonly page: PageIndex
  steps: number
}

/**
 * Elements that a selector matches, in document order; open shadow roots are part of their host's tree, no
 * selector reaches across the border of a frame. Null where the selector is malformed, asks for
 * what a snapshot cannot tell, or costs too much.
 */
export function matchCss(page: PageIndex, selector: string, scope: MatchScope = {}): number[] | null {
  const list = parseCss(selector)
  return list === null ? null : matchParsed(page, list, scope)
}

/** As {@link matchCss}, of a selector already parsed. */
export function matchParsed(
  page: PageIndex,
  list: readonly ComplexSelector[],
  scope: MatchScope = {},
): number[] | null {
  const { within = -1, frame } = scope
  const search: Search = { page, steps: 0 }
  const found = new Set<number>()
  try {
    for (const complex of list) {
      for (const element of seedsOf(page, complex.compounds.at(-1) ?? [])) {
        if (within >= 0 && !page.tree.contains(within, element)) continue
        if (frame !== undefined && (page.snapshot?.elements[element]?.frame ?? 0) !== frame) continue
        if (matchesComplex(search, element, complex, complex.compounds.length - 1, -1)) found.add(element)
      }
    }
  } catch (error) {
    if (error instanceof Exhausted) return null
    throw error
  }
  return [...found].sort((a, b) => a - b)
}

/** Elements that may match a compound: those of its rarest indexed condition, or all. */
function seedsOf(page: PageIndex, compound: readonly Selector[]): Iterable<number> {
  let best: readonly number[] | null = null
  const offer = (list: readonly number[]): void => {
    if (best === null || list.length < best.length) best = list
  }
  for (const token of compound) {
    if (token.type === 'tag') offer(page.withTrait('tag', token.name.toLowerCase()))
    else if (token.type === 'attribute' && token.ignoreCase !== true) {
      if (token.action === 'equals') offer(page.withAttribute(token.name, token.value))
      else if (token.action === 'element' && token.name === 'class' && stableClass(token.value) === token.value)
        offer(page.withTrait('class', token.value))
    }
  }
  return best ?? everything(page.size)
}

function* everything(size: number): Generator<number> {
  for (let i = 0; i < size; i++) yield i
}

function matchesComplex(search: Search, element: number, complex: ComplexSelector, at: number, scope: number): boolean {
  if (!matchesCompound(search, element, complex.compounds[at] ?? [], scope)) return false
  if (at === 0) return true
  const combinator = complex.combinators[at - 1]
  const next = (other: number): boolean => matchesComplex(search, other, complex, at - 1, scope)
  if (combinator === 'child' || combinator === 'descendant') {
    for (let up = parentInFrame(search.page, element); up >= 0; up = parentInFrame(search.page, up)) {
      if (next(up)) return true
      if (combinator === 'child') return false
    }
    return false
  }
  const siblings = siblingsOf(search.page, element)
  const place = siblings.indexOf(element)
  if (combinator === 'adjacent') return place > 0 && next(siblings[place - 1] ?? -1)
  return siblings.slice(0, Math.max(0, place)).some(next)
}

/** True where an element meets one condition of a compound; a condition that costs too much is not met. */
export function meetsCondition(page: PageIndex, element: number, condition: Selector): boolean {
  try {
    return matchesCompound({ page, steps: 0 }, element, [condition], -1)
  } catch (error) {
    if (error instanceof Exhausted) return false
    throw error
  }
}

function matchesCompound(search: Search, element: number, compound: readonly Selector[], scope: number): boolean {
  if (++search.steps > MAX_STEPS) throw new Exhausted()
  return compound.every((token) => {
    switch (token.type) {
      case 'universal':
        return true
      case 'tag':
        return search.page.tag(element) === token.name.toLowerCase()
      case 'attribute':
        return matchesAttribute(search.page.attributes(element)[token.name.toLowerCase()], token)
      case 'pseudo':
        return matchesPseudo(search, element, token, scope)
      default:
        return false
    }
  })
}

function matchesAttribute(actual: string | undefined, test: AttributeSelector): boolean {
  if (actual === undefined) return test.action === 'not'
  const fold = test.ignoreCase === true ? (text: string) => text.toLowerCase() : (text: string) => text
  const have = fold(actual)
  const want = fold(test.value)
  switch (test.action) {
    case 'exists':
      return true
    case 'equals':
      return have === want
    case 'not':
      return have !== want
    case 'element':
      return want !== '' && have.split(/\s+/).includes(want)
    case 'start':
      return want !== '' && have.startsWith(want)
    case 'end':
      return want !== '' && have.endsWith(want)
    case 'any':
      return want !== '' && have.includes(want)
    case 'hyphen':
      return have === want || have.startsWith(`${want}-`)
    default:
      return false
  }
}

function matchesPseudo(search: Search, element: number, pseudo: PseudoSelector, scope: number): boolean {
  const { page } = search
  const { data } = pseudo
  if (Array.isArray(data)) return matchesNested(search, element, pseudo.name, data, scope)
  switch (pseudo.name) {
    case 'scope':
      return element === scope
    case 'root':
      return parentInFrame(page, element) < 0
    case 'first-child':
      return placeAmong(page, element, false, false) === 1
    case 'last-child':
      return placeAmong(page, element, false, true) === 1
    case 'only-child':
      return siblingsOf(page, element).length === 1
    case 'first-of-type':
      return placeAmong(page, element, true, false) === 1
    case 'last-of-type':
      return placeAmong(page, element, true, true) === 1
    case 'only-of-type':
      return placeAmong(page, element, true, false) === 1 && placeAmong(page, element, true, true) === 1
    case 'nth-child':
    case 'nth-of-type':
    case 'nth-last-child':
    case 'nth-last-of-type': {
      const place = placeAmong(page, element, pseudo.name.endsWith('type'), pseudo.name.includes('last'))
      return matchesFormula(place, data ?? '')
    }
    case 'empty':
      return (page.tree.children[element]?.length ?? 0) === 0 && textOf(page, element) === ''
    case 'enabled':
      return page.enabled(element)
    case 'disabled':
      return !page.enabled(element)
    case 'visible':
      return page.visible(element)
    case 'checked':
      return page.attributes(element).checked !== undefined
    case 'has-text':
    case 'contains':
      return textOf(page, element).includes(normalise(unquote(data ?? '')))
    case 'text':
      return normalise(page.fingerprint(element).ownText ?? '').includes(normalise(unquote(data ?? '')))
    case 'text-is':
      return textOf(page, element) === normalise(unquote(data ?? ''))
    case 'link':
    case 'any-link':
      return page.tag(element) === 'a' && page.attributes(element).href !== undefined
    default:
      return false
  }
}

function matchesNested(search: Search, element: number, name: string, data: Selector[][], scope: number): boolean {
  if (name === 'has') {
    const list = data.map((tokens) => splitRelative(tokens))
    return search.page.tree
      .descendants(element)
      .some((inner) =>
        list.some((one) => one !== null && matchesComplex(search, inner, one, one.compounds.length - 1, element)),
      )
  }
  const some = data.some((tokens) => {
    const one = splitComplex(tokens)
    return one !== null && matchesComplex(search, element, one, one.compounds.length - 1, scope)
  })
  if (name === 'not') return !some
  return (name === 'is' || name === 'where' || name === 'matches') && some
}

/** `:has(> a)` begins with a combinator: the element itself stands before it. */
function splitRelative(tokens: readonly Selector[]): ComplexSelector | null {
  const relative = tokens[0] !== undefined && COMBINATORS.has(tokens[0].type)
  const scope = { type: 'pseudo', name: 'scope', data: null } as PseudoSelector
  return splitComplex(relative ? [scope, ...tokens] : tokens)
}

function parentInFrame(page: PageIndex, element: number): number {
  const parent = page.tree.parents[element] ?? -1
  if (parent < 0 || page.snapshot === null) return parent
  return page.snapshot.elements[parent]?.frame === page.snapshot.elements[element]?.frame ? parent : -1
}

function siblingsOf(page: PageIndex, element: number): readonly number[] {
  const parent = page.tree.parents[element] ?? -1
  return parent < 0 ? [element] : (page.tree.children[parent] ?? [])
}

/** Place among the siblings (of the same tag), from 1, counted from the end where asked. */
function placeAmong(page: PageIndex, element: number, sameTag: boolean, fromEnd: boolean): number {
  const alike = sameTag
    ? siblingsOf(page, element).filter((one) => page.tag(one) === page.tag(element))
    : siblingsOf(page, element)
  const place = alike.indexOf(element)
  return fromEnd ? alike.length - place : place + 1
}

/** `odd`, `even`, `3`, `2n+1`, `-n+3`. */
function matchesFormula(place: number, formula: string): boolean {
  const text = formula.replace(/\s+/g, '').toLowerCase()
  if (text === 'odd') return place % 2 === 1
  if (text === 'even') return place % 2 === 0
  if (/^[+-]?\d+$/.test(text)) return place === Number(text)
  const parts = /^([+-]?\d*)n([+-]\d+)?$/.exec(text)
  if (!parts) return false
  const step = parts[1] === '' || parts[1] === '+' ? 1 : parts[1] === '-' ? -1 : Number(parts[1])
  const offset = Number(parts[2] ?? 0)
  return step === 0 ? place === offset : (place - offset) % step === 0 && (place - offset) / step >= 0
}

const textOf = (page: PageIndex, element: number): string => normalise(page.fingerprint(element).text ?? '')
const unquote = (text: string): string => text.trim().replace(/^(["'])(.*)\1$/s, '$2')
