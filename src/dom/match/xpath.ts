import type { PageIndex } from '../page-index.ts'
import { squash } from '../text.ts'
import type { MatchScope } from './css.ts'
import { type Expression, parseXPath, type Step, type XPath } from './xpath-parse.ts'

const MAX_STEPS = 2_000_000

class Exhausted extends Error {}

interface Search {
  readonly page: PageIndex
  readonly frame: number | undefined
  steps: number
}

/**
 * Elements an XPath matches, in document order. Covers what test suites use: child, descendant, parent, ancestor and
 * sibling axes, positions, `last()`, comparisons of attributes and text, `contains`, `starts-with`, `normalize-space`,
 * `not`, `and`, `or`, unions. Null where it is malformed, uses anything else or costs too much. Open shadow roots are
 * closed to XPath, as they are in a browser; every frame is a document of its own.
 * @param scope `within` starts relative paths at an element; `frame` keeps to one frame, else all documents are asked
 */
export function matchXPath(page: PageIndex, expression: string, scope: MatchScope = {}): number[] | null {
  const paths = parseXPath(expression)
  return paths === null ? null : matchPaths(page, paths, scope)
}

/** As {@link matchXPath}, of paths already parsed. */
export function matchPaths(page: PageIndex, paths: readonly XPath[], scope: MatchScope = {}): number[] | null {
  const search: Search = { page, steps: 0, frame: scope.frame }
  const within = scope.within ?? DOCUMENT
  const found = new Set<number>()
  try {
    for (const path of paths) for (const element of walk(search, path, within)) found.add(element)
  } catch (error) {
    if (error instanceof Exhausted) return null
    throw error
  }
  return [...found].sort((a, b) => a - b)
}

/** The document node above the root of every frame asked. */
const DOCUMENT = -1

function walk(search: Search, path: XPath, within: number): number[] {
  let context = [path.absolute ? DOCUMENT : within]
  if (path.steps.length === 0) return []
  for (const step of path.steps) {
    const next = new Set<number>()
    for (const element of context) for (const found of takeStep(search, element, step)) next.add(found)
    context = [...next]
    if (path.position !== undefined && step === path.steps.at(-1)) break
  }
  const sorted = context.filter((element) => element !== DOCUMENT).sort((a, b) => a - b)
  if (path.position === undefined) return sorted
  const one = path.position === 'last' ? sorted.at(-1) : sorted[path.position - 1]
  return one === undefined ? [] : [one]
}

function takeStep(search: Search, element: number, step: Step): number[] {
  let list = axis(search, element, step).filter((one) => step.tag === '*' || search.page.tag(one) === step.tag)
  for (const predicate of step.predicates) {
    const size = list.length
    list = list.filter((one, at) => {
      if (++search.steps > MAX_STEPS) throw new Exhausted()
      const value = evaluate(search, one, predicate, at + 1, size)
      return typeof value === 'number' ? value === at + 1 : truth(value)
    })
  }
  return list
}

function axis(search: Search, element: number, step: Step): number[] {
  const { page } = search
  const parent = element === DOCUMENT ? DOCUMENT : (page.tree.parents[element] ?? -1)
  const siblings = element === DOCUMENT ? [] : parent < 0 ? [element] : (page.tree.children[parent] ?? [])
  const spend = (list: readonly number[]): number[] => {
    search.steps += list.length
    if (search.steps > MAX_STEPS) throw new Exhausted()
    return [...list]
  }
  switch (step.axis) {
    case 'self':
      return element === DOCUMENT ? [] : [element]
    case 'child':
      return spend(childrenOf(search, element))
    case 'descendant':
      return spend(descendantsOf(search, element, step.tag))
    case 'parent':
      return parent >= 0 ? [parent] : []
    case 'ancestor':
    case 'ancestor-or-self': {
      const list = step.axis === 'ancestor' || element === DOCUMENT ? [] : [element]
      for (let up = parent; up >= 0 && list.length < 300; up = page.tree.parents[up] ?? -1) list.push(up)
      return spend(list)
    }
    case 'following-sibling':
      return spend(siblings.slice(siblings.indexOf(element) + 1))
    case 'preceding-sibling':
      return spend(siblings.slice(0, siblings.indexOf(element)).reverse())
    case 'following':
      return spend(
        Array.from({ length: page.size - element - 1 }, (_, i) => element + 1 + i).filter(
          (one) => !page.tree.contains(element, one),
        ),
      )
  }
}

function descendantsOf(search: Search, element: number, tag: string): readonly number[] {
  const { page } = search
  if (element !== DOCUMENT) {
    const { frame } = page.snapshot?.elements[element] ?? {}
    return page.tree.descendants(element).filter((one) => inDocument(page, one, frame))
  }
  const all = tag === '*' ? Array.from({ length: page.size }, (_, i) => i) : page.withTrait('tag', tag)
  return all.filter((one) => inDocument(page, one, search.frame))
}

function childrenOf(search: Search, element: number): readonly number[] {
  const { page } = search
  const { outside, roots } = documentsOf(page)
  if (element === DOCUMENT) return roots.filter((one) => inDocument(page, one, search.frame))
  const children = page.tree.children[element] ?? []
  if (page.snapshot === null) return children
  const { frame } = page.snapshot.elements[element] ?? {}
  return children.filter((one) => page.snapshot?.elements[one]?.frame === frame && outside[one] === 1)
}

/** Elements outside of any shadow root (1), and the root of each frame. */
interface Documents {
  readonly outside: Uint8Array
  readonly roots: readonly number[]
}

const known = new WeakMap<PageIndex, Documents>()

function documentsOf(page: PageIndex): Documents {
  const found = known.get(page)
  if (found !== undefined) return found
  const outside = new Uint8Array(page.size)
  const roots: number[] = []
  for (let one = 0; one < page.size; one++) {
    const self = page.snapshot?.elements[one]
    const parent = page.tree.parents[one] ?? -1
    const isRoot = parent < 0 || page.snapshot?.elements[parent]?.frame !== self?.frame
    outside[one] = self?.inShadow !== true && (isRoot || outside[parent] === 1) ? 1 : 0
    if (isRoot) roots.push(one)
  }
  const made = { outside, roots }
  known.set(page, made)
  return made
}

const inDocument = (page: PageIndex, element: number, frame: number | undefined): boolean =>
  documentsOf(page).outside[element] === 1 && (frame === undefined || page.snapshot?.elements[element]?.frame === frame)

type Value = string | number | boolean

const truth = (value: Value): boolean => (typeof value === 'string' ? value !== '' : Boolean(value))

function evaluate(search: Search, element: number, expression: Expression, position: number, size: number): Value {
  const { page } = search
  const inner = (one: Expression): Value => evaluate(search, element, one, position, size)
  switch (expression.kind) {
    case 'literal':
      return expression.value
    case 'attribute':
      return page.attributes(element)[expression.name] ?? ''
    case 'ownText':
      return ownText(page, element)
    case 'text':
      return allText(page, element)
    case 'position':
      return position
    case 'last':
      return size
    case 'has':
      return walk(search, { absolute: false, steps: expression.steps }, element).length > 0
    case 'and':
      return expression.of.every((one) => truth(inner(one)))
    case 'or':
      return expression.of.some((one) => truth(inner(one)))
    case 'not':
      return !truth(inner(expression.of))
    case 'call': {
      const [a = '', b = ''] = expression.of.map((one) => String(inner(one)))
      if (expression.name === 'contains') return a.includes(b)
      if (expression.name === 'starts-with') return a.startsWith(b)
      if (expression.name === 'normalize-space') return squash(a)
      return a.toLowerCase()
    }
    case 'compare': {
      if (expression.left.kind === 'has' && expression.operator === '=') {
        // A node set equals a string where one of its nodes does.
        const wanted = String(inner(expression.right))
        const reached = walk(search, { absolute: false, steps: expression.left.steps }, element)
        return reached.some((one) => allText(page, one) === wanted)
      }
      const a = inner(expression.left)
      const b = inner(expression.right)
      if (expression.operator === '=') return String(a) === String(b)
      if (expression.operator === '!=') return String(a) !== String(b)
      if (expression.operator === '<') return Number(a) < Number(b)
      if (expression.operator === '>') return Number(a) > Number(b)
      return expression.operator === '<=' ? Number(a) <= Number(b) : Number(a) >= Number(b)
    }
  }
}

const ownText = (page: PageIndex, element: number): string =>
  page.snapshot?.elements[element]?.ownText ?? page.fingerprint(element).ownText ?? page.fingerprint(element).text ?? ''
const allText = (page: PageIndex, element: number): string => page.fingerprint(element).text ?? ''
