import type { LocatorConditions, LocatorStep } from '../model.ts'
import {
  choiceOf,
  flatten,
  type Library,
  type LocatorValue,
  type Span,
  type Text,
  type TracedPart,
  type TracedStep,
  type Value,
} from '../source/values.ts'
import { splitSelector } from './selector-parts.ts'

type ToText = (value: Value) => Text

const TEXT_METHODS: Readonly<Record<string, 'text' | 'label' | 'placeholder' | 'title' | 'altText'>> = {
  getByText: 'text',
  getByLabel: 'label',
  getByPlaceholder: 'placeholder',
  getByTitle: 'title',
  getByAltText: 'altText',
}
const OTHER_METHODS = new Set([
  'getByTestId',
  'getByRole',
  'locator',
  'frameLocator',
  'contentFrame',
  'owner',
  'filter',
  'first',
  'last',
  'nth',
  'and',
  'or',
  'visible',
  'describe',
  'all',
  '$',
  '$$',
])

/** Methods of Playwright's Page, Frame, Locator and FrameLocator that make a locator. */
export const LOCATOR_METHODS: ReadonlySet<string> = new Set([...Object.keys(TEXT_METHODS), ...OTHER_METHODS])

/**
 * Playwright's locator calls for the evaluator.
 * @param indexes what an index known only at run time may be (`nth(i)`, `all()`): those of the selector sought
 */
export function playwrightLibrary(indexes: readonly number[]): Library {
  return {
    makesLocator: (method) => LOCATOR_METHODS.has(method),
    call: (receiver, method, args, span, text) => callMethod(receiver, method, args, span, text, indexes),
  }
}

function callMethod(
  receiver: LocatorValue,
  method: string,
  args: readonly Value[],
  span: Span,
  text: ToText,
  indexes: readonly number[],
): Value | null {
  const [first, options] = args
  const add = (step: LocatorStep, parts: readonly TracedPart[] = []): LocatorValue =>
    extend(receiver, step, parts, span)
  switch (method) {
    case 'first':
      return add({ kind: 'nth', index: 0 })
    case 'last':
      return add({ kind: 'nth', index: -1 })
    case 'nth':
    case 'all': {
      if (method === 'nth' && first?.kind === 'number')
        return add({ kind: 'nth', index: first.value }, numberPart('index', first))
      return choiceOf([...indexes.map((index) => add({ kind: 'nth', index })), receiver])
    }
    case 'describe':
    case 'owner':
      return { ...receiver, inFrame: false }
    case 'contentFrame':
      return { ...add({ kind: 'frame', selector: [] }), inFrame: true }
    case 'visible':
      return add({ kind: 'filter', visible: true })
    case 'filter': {
      const read = readConditions(first, text)
      return add({ kind: 'filter', ...read.conditions }, read.parts)
    }
    case 'and':
    case 'or':
      if (first?.kind !== 'locator') return null
      return add({ kind: method, other: stepsOf(first) }, nestedParts('other', first))
    case 'frameLocator':
      if (first === undefined) return null
      return { ...selectorStep(receiver, first, undefined, span, text, true), inFrame: true }
    case 'locator':
    case '$':
    case '$$':
      if (first === undefined) return null
      if (first.kind !== 'locator') return selectorStep(receiver, first, options, span, text, false)
      return add({ kind: 'chain', other: stepsOf(first) }, nestedParts('other', first))
    case 'getByTestId': {
      if (first === undefined) return null
      const value = readMatcher('value', first, text)
      return add({ kind: 'testId', value: value.matcher }, value.parts)
    }
    case 'getByRole':
      return first === undefined ? null : roleStep(first, options, add, text)
    default: {
      const kind = TEXT_METHODS[method]
      if (kind === undefined || first === undefined) return null
      const value = readMatcher('value', first, text)
      return add({ kind, value: value.matcher, ...exactOption(options) }, value.parts)
    }
  }
}

/** A frame locator's own `first()`, `nth()` choose among iframes, so they go before the step into the frame. */
function extend(receiver: LocatorValue, step: LocatorStep, parts: readonly TracedPart[], span: Span): LocatorValue {
  const traced: TracedStep = { step, span, parts, form: 'call' }
  const last = receiver.steps.at(-1)
  if (receiver.inFrame && step.kind === 'nth' && last?.step.kind === 'frame') {
    const frame: LocatorStep = { kind: 'frame', selector: [] }
    const inner = last.step.selector.map((each) => ({ ...last, step: each }))
    return {
      ...receiver,
      steps: [...receiver.steps.slice(0, -1), ...inner, traced, { ...last, step: frame, parts: [] }],
    }
  }
  return { ...receiver, steps: [...receiver.steps, traced], inFrame: false }
}

function roleStep(
  first: Value,
  options: Value | undefined,
  add: (step: LocatorStep, parts: readonly TracedPart[]) => LocatorValue,
  text: ToText,
): LocatorValue {
  const role = text(first)
  const nameValue = option(options, 'name')
  const name = nameValue === undefined ? undefined : readMatcher('name', nameValue, text)
  const others: Record<string, string | number | boolean> = {}
  for (const key of [
    'checked',
    'disabled',
    'selected',
    'expanded',
    'includeHidden',
    'level',
    'pressed',
    'description',
  ]) {
    const value = option(options, key)
    if (value?.kind === 'number' || value?.kind === 'boolean') others[key] = value.value
    else if (value?.kind === 'text') others[key] = flatten(value.text)
  }
  return add(
    {
      kind: 'role',
      role: flatten(role),
      ...(name === undefined ? {} : { name: name.matcher }),
      ...exactOption(options),
      ...(Object.keys(others).length > 0 ? { options: others } : {}),
    },
    [{ part: 'role', kind: 'text', text: role }, ...(name?.parts ?? [])],
  )
}

function selectorStep(
  receiver: LocatorValue,
  value: Value,
  options: Value | undefined,
  span: Span,
  text: ToText,
  frame: boolean,
): LocatorValue {
  const selector = text(value)
  const read = readConditions(options, text)
  const step = { ...selectorToStep(flatten(selector)), ...read.conditions }
  const parts: TracedPart[] = [{ part: 'value', kind: 'text', text: selector }, ...read.parts]
  return extend(receiver, frame ? { kind: 'frame', selector: [step] } : step, parts, span)
}

/** The step of a selector string: its engine where it has one part, the string as it is where it has several. */
export function selectorToStep(selector: string): Extract<LocatorStep, { kind: 'css' | 'xpath' | 'selector' }> {
  const parts = splitSelector(selector)
  const only = parts?.[0]
  if (parts === null || parts.length !== 1 || only === undefined)
    return { kind: 'selector', engine: '*', value: selector }
  if (only.name === 'css' || only.name === 'xpath') return { kind: only.name, value: only.body }
  return { kind: 'selector', engine: only.name, value: only.body }
}

/** A locator step for a selector given to an action, as in `page.click('#buy')`. */
export function argumentStep(selector: Text, span: Span): TracedStep {
  return {
    step: selectorToStep(flatten(selector)),
    span,
    parts: [{ part: 'value', kind: 'text', text: selector }],
    form: 'argument',
  }
}

function readConditions(
  options: Value | undefined,
  text: ToText,
): { conditions: LocatorConditions; parts: TracedPart[] } {
  const parts: TracedPart[] = []
  const conditions: { -readonly [K in keyof LocatorConditions]: LocatorConditions[K] } = {}
  for (const key of ['hasText', 'hasNotText'] as const) {
    const value = option(options, key)
    if (value === undefined) continue
    const read = readMatcher(key, value, text)
    conditions[key] = read.matcher
    parts.push(...read.parts)
  }
  for (const key of ['has', 'hasNot'] as const) {
    const value = option(options, key)
    if (value?.kind !== 'locator') continue
    conditions[key] = stepsOf(value)
    parts.push(...nestedParts(key, value))
  }
  const visible = option(options, 'visible')
  if (visible?.kind === 'boolean') conditions.visible = visible.value
  return { conditions, parts }
}

function readMatcher(part: string, value: Value, text: ToText): { matcher: string | RegExp; parts: TracedPart[] } {
  if (value.kind !== 'regexp') {
    const known = text(value)
    return { matcher: flatten(known), parts: [{ part, kind: 'text', text: known }] }
  }
  const traced: TracedPart[] = []
  if (value.span !== undefined)
    traced.push({
      part,
      kind: 'regexp',
      value: `/${value.source}/${value.flags}`,
      span: value.span,
      shared: value.shared ?? false,
    })
  else if (value.text !== undefined) traced.push({ part, kind: 'text', text: value.text })
  return { matcher: toRegExp(value.source, value.flags), parts: traced }
}

function toRegExp(source: string, flags: string): RegExp {
  try {
    return new RegExp(source, flags)
  } catch {
    return /(?!)/
  }
}

function numberPart(part: string, value: Extract<Value, { kind: 'number' }>): TracedPart[] {
  if (value.span === undefined) return []
  return [{ part, kind: 'number', value: String(value.value), span: value.span, shared: value.shared ?? false }]
}

function nestedParts(prefix: string, value: LocatorValue): TracedPart[] {
  return value.steps.flatMap((step, index) =>
    step.parts.map((each) => ({ ...each, part: `${prefix}.${index}.${each.part}` })),
  )
}

function stepsOf(value: LocatorValue): LocatorStep[] {
  return value.steps.map((each) => each.step)
}

function exactOption(options: Value | undefined): { exact?: true } {
  const exact = option(options, 'exact')
  return exact?.kind === 'boolean' && exact.value ? { exact: true } : {}
}

function option(options: Value | undefined, name: string): Value | undefined {
  const value = options?.kind === 'object' ? options.properties.get(name)?.() : undefined
  return value?.kind === 'undefined' ? undefined : value
}
