import type { Locator, LocatorConditions, LocatorStep } from '../../model.ts'
import type { PageIndex } from '../page-index.ts'
import { normalise, wordsOf } from '../text.ts'
import { type MatchScope, matchCss } from './css.ts'
import { matchXPath } from './xpath.ts'

const MAX_DEPTH = 8
const EVERYWHERE = -1

/**
 * Elements a locator reaches on an indexed page, in document order; the empty list where it reaches none, null where a
 * snapshot cannot tell. A browser has the last word; this is the estimate that costs nothing.
 */
export function matchLocator(page: PageIndex, locator: Locator, depth = 0): readonly number[] | null {
  if (locator.length === 0 || depth > MAX_DEPTH) return null
  let context: readonly number[] = [EVERYWHERE]
  let frame = 0
  for (const step of locator) {
    if (step.kind === 'frame') {
      const owners: readonly number[] | null =
        step.selector.length === 0 ? context : matchLocator(page, step.selector, depth + 1)
      const entered = page.snapshot?.frames.findIndex((one) => one.owner >= 0 && owners?.includes(one.owner)) ?? -1
      if (owners === null) return null
      if (entered < 0) return []
      frame = entered
      context = [EVERYWHERE]
      continue
    }
    const next = takeStep(page, step, context, frame, depth)
    if (next === null) return null
    context = next
    if (context.length === 0) return []
  }
  return context[0] === EVERYWHERE ? null : context
}

function takeStep(
  page: PageIndex,
  step: Exclude<LocatorStep, { kind: 'frame' }>,
  context: readonly number[],
  frame: number,
  depth: number,
): readonly number[] | null {
  switch (step.kind) {
    case 'nth': {
      const one = context.at(step.index)
      return one === undefined || one === EVERYWHERE ? [] : [one]
    }
    case 'filter':
      return context[0] === EVERYWHERE ? null : keep(page, step, context, depth)
    case 'and':
    case 'or': {
      const other = matchLocator(page, step.other, depth + 1)
      if (other === null) return null
      if (step.kind === 'and') return context.filter((one) => other.includes(one))
      return [...new Set([...context, ...other])].sort((a, b) => a - b)
    }
    case 'chain': {
      const other = matchLocator(page, step.other, depth + 1)
      return other === null ? null : insideOf(page, other, context)
    }
    default: {
      const all = matchOne(page, step, frame, context)
      return all === null ? null : insideOf(page, all, context)
    }
  }
}

/** Those of `list` that lie in one of `context`. */
function insideOf(page: PageIndex, list: readonly number[], context: readonly number[]): readonly number[] {
  if (context[0] === EVERYWHERE) return list
  return list.filter((one) => context.some((around) => page.tree.contains(around, one)))
}

function keep(
  page: PageIndex,
  step: LocatorConditions,
  list: readonly number[],
  depth: number,
): readonly number[] | null {
  let kept = list
  const holds = (element: number, wanted: string | RegExp): boolean => {
    const text = page.fingerprint(element).text ?? ''
    return typeof wanted === 'string' ? normalise(text).includes(normalise(wanted)) : wanted.test(text)
  }
  const { hasText, hasNotText } = step
  if (hasText !== undefined) kept = kept.filter((one) => holds(one, hasText))
  if (hasNotText !== undefined) kept = kept.filter((one) => !holds(one, hasNotText))
  if (step.visible !== undefined) kept = kept.filter((one) => page.visible(one) === step.visible)
  for (const [inner, wanted] of [
    [step.has, true],
    [step.hasNot, false],
  ] as const) {
    if (inner === undefined) continue
    const found = matchLocator(page, inner, depth + 1)
    if (found === null) return null
    kept = kept.filter((one) => found.some((element) => page.tree.contains(one, element)) === wanted)
  }
  return kept
}

function matchOne(
  page: PageIndex,
  step: Exclude<LocatorStep, { kind: 'frame' | 'nth' | 'filter' | 'and' | 'or' | 'chain' }>,
  frame: number,
  context: readonly number[],
): readonly number[] | null {
  const inFrame = (list: readonly number[]): readonly number[] =>
    list.filter((one) => (page.snapshot?.elements[one]?.frame ?? frame) === frame)
  const scope: MatchScope = {
    frame,
    ...(context.length === 1 && context[0] !== EVERYWHERE ? { within: context[0] ?? 0 } : {}),
  }
  const conditions = (list: readonly number[] | null, step: LocatorConditions): readonly number[] | null =>
    list === null ? null : keep(page, step, list, 0)
  switch (step.kind) {
    case 'testId':
      return inFrame(byAttribute(page, step.attribute ?? 'data-testid', step.value, true))
    case 'placeholder':
    case 'title':
      return inFrame(byAttribute(page, step.kind, step.value, step.exact ?? false))
    case 'altText':
      return inFrame(byAttribute(page, 'alt', step.value, step.exact ?? false))
    case 'role':
      return inFrame(page.withTrait('role', step.role)).filter((one) => {
        if (!page.visible(one)) return false
        return step.name === undefined || matchesText(nameOf(page, one), step.name, step.exact ?? false)
      })
    case 'text':
      return inFrame(byText(page, step.value, step.exact ?? false))
    case 'label':
      return inFrame(byLabel(page, step.value, step.exact ?? false))
    case 'css':
      return conditions(matchCss(page, step.value, scope), step)
    case 'xpath':
      return conditions(matchXPath(page, step.value, scope), step)
    case 'id':
      return inFrame(page.withId(step.value))
    case 'name':
      return inFrame(page.withAttribute('name', step.value))
    case 'className':
      return matchCss(page, `[class~=${JSON.stringify(step.value)}]`, scope)
    case 'tagName':
      return inFrame(page.withTrait('tag', step.value.toLowerCase()))
    case 'linkText':
    case 'partialLinkText':
      return inFrame(page.withTrait('tag', 'a')).filter((one) =>
        matchesText(page.fingerprint(one).text ?? '', step.value, step.kind === 'linkText'),
      )
    case 'selector':
      if (step.engine === 'id') return inFrame(page.withId(step.value))
      if (/^data-(?:test(?:-?id)?|qa|cy)$/.test(step.engine))
        return inFrame(page.withAttribute(step.engine, step.value))
      return null
  }
}

const nameOf = (page: PageIndex, element: number): string =>
  page.snapshot?.elements[element]?.name ?? page.fingerprint(element).name ?? ''

function matchesText(text: string, wanted: string | RegExp, exact: boolean): boolean {
  if (typeof wanted !== 'string') return wanted.test(text)
  return exact
    ? text.replace(/\s+/g, ' ').trim() === wanted.replace(/\s+/g, ' ').trim()
    : normalise(text).includes(normalise(wanted))
}

function byAttribute(page: PageIndex, name: string, wanted: string | RegExp, exact: boolean): readonly number[] {
  if (exact && typeof wanted === 'string') return page.withAttribute(name, wanted)
  const found: number[] = []
  for (let one = 0; one < page.size; one++) {
    const value = page.attributes(one)[name]
    if (value !== undefined && matchesText(value, wanted, exact)) found.push(one)
  }
  return found
}

/** The innermost elements that show a text. */
function byText(page: PageIndex, wanted: string | RegExp, exact: boolean): readonly number[] {
  const textOf = (one: number): string => page.fingerprint(one).text ?? page.fingerprint(one).ownText ?? ''
  const shown = seedsOfText(page, wanted, exact).filter((one) => matchesText(textOf(one), wanted, exact))
  const set = new Set(shown)
  return shown.filter((one) => !page.tree.descendants(one, 200).some((inner) => set.has(inner)))
}

function seedsOfText(page: PageIndex, wanted: string | RegExp, exact: boolean): readonly number[] {
  if (typeof wanted !== 'string') return Array.from({ length: Math.min(page.size, 20_000) }, (_, i) => i)
  if (exact) return page.withTrait('text', normalise(wanted))
  const lists = wordsOf(wanted).map((word) => page.withTrait('word', word))
  return lists.reduce<readonly number[]>(
    (best, list) => (best.length === 0 || list.length < best.length ? list : best),
    [],
  )
}

const MAX_FIELDS = 3_000

/** Fields named by a `<label>`, by `aria-labelledby` or by `aria-label`. */
function byLabel(page: PageIndex, wanted: string | RegExp, exact: boolean): readonly number[] {
  const found = new Set<number>(byAttribute(page, 'aria-label', wanted, exact))
  if (exact && typeof wanted === 'string') {
    for (const label of page.withTrait('text', normalise(wanted)).slice(0, MAX_FIELDS)) {
      for (const field of labelledBy(page, label)) {
        if (matchesText(page.fingerprint(field).label ?? '', wanted, true)) found.add(field)
      }
    }
  } else {
    const fields = [...FIELDS].flatMap((tag) => page.withTrait('tag', tag)).slice(0, MAX_FIELDS)
    for (const one of fields) if (matchesText(page.fingerprint(one).label ?? '', wanted, exact)) found.add(one)
  }
  return [...found].sort((a, b) => a - b)
}

const FIELDS: ReadonlySet<string> = new Set(['input', 'select', 'textarea', 'button', 'meter', 'output', 'progress'])

/** What an element may be the label of: by `for`, by being referred to, or around it. */
function labelledBy(page: PageIndex, label: number): number[] {
  const { for: target, id } = page.attributes(label)
  const named = target === undefined ? [] : page.withId(target)
  const about = id === undefined ? [] : page.withAttribute('aria-labelledby', id)
  const inside =
    page.tag(label) === 'label' ? page.tree.descendants(label, 40).filter((one) => FIELDS.has(page.tag(one))) : []
  return [...named, ...about, ...inside].slice(0, 100)
}
