import type { Locator, LocatorStep } from '../model.ts'
import { quoteString } from '../source/literals.ts'
import { flatten, type Library, type LocatorValue, type Span, type TracedPart, type Value } from '../source/values.ts'
import { type Dialect, parseExpression } from './dialect.ts'
import { fromSelector, toSelector } from './playwright-selector.ts'
import { selectorText, type WriteStyle } from './playwright-write.ts'

/** Queries of Cypress itself, and those of Testing Library for Cypress, by the kind of step they make. */
const QUERIES: Readonly<
  Record<
    string,
    'css' | 'contains' | 'nth' | 'role' | 'testId' | 'text' | 'label' | 'placeholder' | 'title' | 'altText'
  >
> = {
  get: 'css',
  find: 'css',
  contains: 'contains',
  eq: 'nth',
  first: 'nth',
  last: 'nth',
  findByRole: 'role',
  findByTestId: 'testId',
  getByTestId: 'testId',
  findByText: 'text',
  findByLabelText: 'label',
  findByPlaceholderText: 'placeholder',
  findByTitle: 'title',
  findByAltText: 'altText',
}

/** Cypress's queries for the evaluator. Custom commands are not locators until the project says so. */
export const cypressLibrary: Library = {
  makesLocator: (method) => method in QUERIES,
  call(receiver, method, args, span, text) {
    const kind = QUERIES[method]
    const [first, options] = args
    const add = (step: LocatorStep, parts: readonly TracedPart[]): LocatorValue => append(receiver, step, parts, span)
    if (kind === 'nth') {
      const index = method === 'first' ? 0 : method === 'last' ? -1 : first?.kind === 'number' ? first.value : null
      return index === null ? null : add({ kind: 'nth', index }, [])
    }
    if (kind === undefined || first === undefined) return null
    if (kind === 'contains' && options?.kind === 'text') {
      const scope = text(first)
      const parts: TracedPart[] = [{ part: 'value', kind: 'text', text: scope }]
      parts.push({ part: 'hasText', kind: 'text', text: options.text })
      return add({ kind: 'css', value: flatten(scope), hasText: flatten(options.text) }, parts)
    }
    const wanted = matcherOf(first, (value) => flatten(text(value)))
    const parts = partsOf(kind === 'role' ? 'role' : 'value', first, text)
    if (kind === 'css') return typeof wanted === 'string' ? add(selectorOrAlias(wanted), parts) : null
    if (kind === 'contains') return add({ kind: 'text', value: wanted }, parts)
    if (kind === 'role') {
      const name = options?.kind === 'object' ? options.properties.get('name')?.() : undefined
      if (typeof wanted !== 'string') return null
      if (name === undefined) return add({ kind: 'role', role: wanted }, parts)
      const matcher = matcherOf(name, (value) => flatten(text(value)))
      return add({ kind: 'role', role: wanted, name: matcher, exact: true }, [...parts, ...partsOf('name', name, text)])
    }
    if (kind === 'testId') return add({ kind, value: wanted }, parts)
    // Testing Library compares whole strings unless told otherwise.
    return add({ kind, value: wanted, ...(typeof wanted === 'string' ? { exact: true } : {}) }, parts)
  },
}

function append(receiver: LocatorValue, step: LocatorStep, parts: readonly TracedPart[], span: Span): LocatorValue {
  return { ...receiver, steps: [...receiver.steps, { step, span, parts, form: 'call' }] }
}

/** `cy.get('@row')` is a name given elsewhere, not a place on the page. */
function selectorOrAlias(selector: string): LocatorStep {
  return selector.startsWith('@')
    ? { kind: 'selector', engine: 'alias', value: selector.slice(1) }
    : { kind: 'css', value: selector }
}

function matcherOf(value: Value, plain: (value: Value) => string): string | RegExp {
  if (value.kind !== 'regexp') return plain(value)
  try {
    return new RegExp(value.source, value.flags)
  } catch {
    return /(?!)/
  }
}

function partsOf(part: string, value: Value, text: (value: Value) => import('../source/values.ts').Text): TracedPart[] {
  if (value.kind !== 'regexp') return [{ part, kind: 'text', text: text(value) }]
  if (value.span === undefined) return []
  return [
    { part, kind: 'regexp', value: `/${value.source}/${value.flags}`, span: value.span, shared: value.shared ?? false },
  ]
}

const WRITTEN: Readonly<Record<string, string>> = {
  testId: 'findByTestId',
  label: 'findByLabelText',
  placeholder: 'findByPlaceholderText',
  title: 'findByTitle',
  altText: 'findByAltText',
}

function write(locator: Locator, style: WriteStyle): string {
  return locator.reduce((code, step, index) => code + writeCall(step, index === 0, style), 'cy')
}

function writeCall(step: LocatorStep, first: boolean, style: WriteStyle): string {
  const quoted = (value: string | RegExp): string =>
    typeof value === 'string' ? quoteString(value, style.quote) : String(value)
  switch (step.kind) {
    case 'nth':
      return step.index === 0 ? '.first()' : step.index === -1 ? '.last()' : `.eq(${step.index})`
    case 'text':
      return step.exact ? `.findByText(${quoted(step.value)})` : `.contains(${quoted(step.value)})`
    case 'role': {
      const space = style.spaced ? ' ' : ''
      const name = step.name === undefined ? '' : `, {${space}name: ${quoted(step.name)}${space}}`
      return `.findByRole(${quoted(step.role)}${name})`
    }
    case 'testId':
    case 'label':
    case 'placeholder':
    case 'title':
    case 'altText':
      return `.${WRITTEN[step.kind]}(${quoted(step.value)})`
    default: {
      const alias = step.kind === 'selector' && step.engine === 'alias'
      const selector = alias ? `@${step.value}` : selectorText(step)
      if (step.kind === 'css' && step.hasText !== undefined)
        return `.contains(${quoted(selector)}, ${quoted(step.hasText)})`
      return `.${first ? 'get' : 'find'}(${quoted(selector)})`
    }
  }
}

/** Cypress, with Testing Library's queries. */
export const cypress: Dialect = {
  name: 'cypress',
  languages: ['typescript', 'tsx', 'javascript'],
  parse: (code) => parseExpression(code, cypressLibrary),
  write,
  toSelector,
  fromSelector: (selector) => fromSelector(selector),
}
