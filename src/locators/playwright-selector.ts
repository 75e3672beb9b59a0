import type { Locator, LocatorConditions, LocatorStep } from '../model.ts'
import type { SelectorPart } from './selector-parts.ts'
import { joinPart, quoteAttribute, quoteText, readAttributeTests, readText, splitSelector } from './selector-parts.ts'

const ENTER_FRAME = 'internal:control=enter-frame'
const MAX_NESTING = 8

/** Options of `getByRole` in the order in which Playwright writes them; `name` stands between the two groups. */
const ROLE_OPTIONS_BEFORE_NAME = ['checked', 'disabled', 'selected', 'expanded', 'includeHidden', 'level'] as const

/** The test-id attribute Playwright uses unless told otherwise. */
export const DEFAULT_TEST_ID_ATTRIBUTE = 'data-testid'

/**
 * The selector string Playwright builds for a locator, letter by letter.
 * @param testIdAttribute what `use.testIdAttribute` says, for test-id steps that do not name their attribute
 */
export function toSelector(locator: Locator, testIdAttribute = DEFAULT_TEST_ID_ATTRIBUTE): string {
  const parts: string[] = []
  for (const step of locator) {
    if (step.kind === 'frame')
      parts.push(...step.selector.map((each) => stepSelector(each, testIdAttribute)), ENTER_FRAME)
    else parts.push(stepSelector(step, testIdAttribute))
  }
  return parts.filter((part) => part !== '').join(' >> ')
}

function stepSelector(step: LocatorStep, testIdAttribute: string): string {
  switch (step.kind) {
    case 'testId':
      return `internal:testid=[${attributeName(step.attribute ?? testIdAttribute)}=${quoteAttribute(step.value, true)}]`
    case 'role':
      return roleSelector(step)
    case 'text':
    case 'label':
      return `internal:${step.kind}=${quoteText(step.value, step.exact ?? false)}`
    case 'placeholder':
    case 'title':
    case 'altText': {
      const attribute = step.kind === 'altText' ? 'alt' : step.kind
      return `internal:attr=[${attribute}=${quoteAttribute(step.value, step.exact ?? false)}]`
    }
    case 'css':
      return withConditions(joinPart({ name: 'css', body: step.value }), step, testIdAttribute)
    case 'xpath':
      return withConditions(joinPart({ name: 'xpath', body: step.value }), step, testIdAttribute)
    case 'selector': {
      const own = step.engine === '*' ? step.value : joinPart({ name: step.engine, body: step.value })
      return withConditions(own, step, testIdAttribute)
    }
    case 'filter':
      return withConditions('', step, testIdAttribute)
    case 'nth':
      return `nth=${step.index}`
    case 'and':
    case 'or':
    case 'chain':
      return `internal:${step.kind}=${JSON.stringify(toSelector(step.other, testIdAttribute))}`
    case 'frame':
      return toSelector([step], testIdAttribute)
    case 'id':
      return `[id=${cssString(step.value)}]`
    case 'name':
      return `[name=${cssString(step.value)}]`
    case 'className':
      return `.${escapeIdentifier(step.value)}`
    case 'tagName':
      return escapeIdentifier(step.value)
    case 'linkText':
      return `a >> internal:has-text=${quoteText(new RegExp(`^\\s*${escapeRegExp(step.value)}\\s*$`), false)}`
    case 'partialLinkText':
      return `a:has-text(${cssString(step.value)})`
  }
}

function roleSelector(step: Extract<LocatorStep, { kind: 'role' }>): string {
  const options = step.options ?? {}
  const tests: string[] = []
  for (const name of ROLE_OPTIONS_BEFORE_NAME)
    if (options[name] !== undefined)
      tests.push(`${name === 'includeHidden' ? 'include-hidden' : name}=${options[name]}`)
  if (step.name !== undefined) tests.push(`name=${quoteAttribute(step.name, step.exact ?? false)}`)
  if (typeof options.description === 'string')
    tests.push(`description=${quoteAttribute(options.description, step.exact ?? false)}`)
  if (options.pressed !== undefined) tests.push(`pressed=${options.pressed}`)
  return `internal:role=${step.role}${tests.map((test) => `[${test}]`).join('')}`
}

function withConditions(own: string, step: LocatorConditions, testIdAttribute: string): string {
  const parts = own === '' ? [] : [own]
  // Playwright tests these with a plain `if`: an empty text asks for nothing.
  if (step.hasText !== undefined && step.hasText !== '')
    parts.push(`internal:has-text=${quoteText(step.hasText, false)}`)
  if (step.hasNotText !== undefined && step.hasNotText !== '')
    parts.push(`internal:has-not-text=${quoteText(step.hasNotText, false)}`)
  if (step.has !== undefined) parts.push(`internal:has=${JSON.stringify(toSelector(step.has, testIdAttribute))}`)
  if (step.hasNot !== undefined)
    parts.push(`internal:has-not=${JSON.stringify(toSelector(step.hasNot, testIdAttribute))}`)
  if (step.visible !== undefined) parts.push(`visible=${step.visible}`)
  return parts.join(' >> ')
}

/**
 * The locator of a selector string, in canonical form: one step per part, frames folded into `frame` steps.
 * Null where it is malformed, or says something a locator cannot (`internal:control=any-frame`).
 */
export function fromSelector(selector: string, depth = 0): Locator | null {
  const parts = depth > MAX_NESTING ? null : splitSelector(selector)
  if (parts === null) return null
  const steps: LocatorStep[] = []
  let inFrame = 0
  for (const part of parts) {
    if (part.name === 'internal:control') {
      if (part.body !== 'enter-frame' || steps.length === inFrame) return null
      steps.push({ kind: 'frame', selector: steps.splice(inFrame) })
      inFrame = steps.length
      continue
    }
    if (part.name === 'internal:describe') continue
    const step = readPart(part, depth)
    if (step === null) return null
    steps.push(step)
  }
  return steps
}

function readPart({ name, body }: SelectorPart, depth: number): LocatorStep | null {
  switch (name) {
    case 'css':
    case 'xpath':
      return { kind: name, value: body }
    case 'nth':
      return /^-?\d+$/.test(body) ? { kind: 'nth', index: Number(body) } : null
    case 'visible':
      return { kind: 'filter', visible: body === 'true' }
    case 'internal:testid': {
      const test = readAttributeTests(body)?.tests[0]
      if (test === undefined || !isText(test.value)) return null
      return { kind: 'testId', value: test.value, attribute: test.name }
    }
    case 'internal:attr': {
      const test = readAttributeTests(body)?.tests[0]
      if (test === undefined || !isText(test.value)) return null
      const kind = test.name === 'alt' ? 'altText' : test.name
      if (kind !== 'altText' && kind !== 'placeholder' && kind !== 'title')
        return { kind: 'selector', engine: name, value: body }
      return { kind, value: test.value, ...exactOf(test.value, test.exact) }
    }
    case 'internal:text':
    case 'internal:label': {
      const text = readText(body)
      if (text === null) return null
      return {
        kind: name === 'internal:text' ? 'text' : 'label',
        value: text.value,
        ...exactOf(text.value, text.exact),
      }
    }
    case 'internal:has-text':
    case 'internal:has-not-text': {
      const text = readText(body)
      if (text === null || (text.exact && typeof text.value === 'string')) return null
      return name === 'internal:has-text'
        ? { kind: 'filter', hasText: text.value }
        : { kind: 'filter', hasNotText: text.value }
    }
    case 'internal:has':
    case 'internal:has-not':
    case 'internal:and':
    case 'internal:or':
    case 'internal:chain': {
      const inner = readNested(body, depth)
      if (inner === null) return null
      if (name === 'internal:has') return { kind: 'filter', has: inner }
      if (name === 'internal:has-not') return { kind: 'filter', hasNot: inner }
      return { kind: name === 'internal:and' ? 'and' : name === 'internal:or' ? 'or' : 'chain', other: inner }
    }
    case 'internal:role':
      return readRole(body)
    default:
      return { kind: 'selector', engine: name, value: body }
  }
}

function readNested(body: string, depth: number): Locator | null {
  try {
    const inner: unknown = JSON.parse(body)
    return typeof inner === 'string' ? fromSelector(inner, depth + 1) : null
  } catch {
    return null
  }
}

function readRole(body: string): LocatorStep | null {
  const read = readAttributeTests(body)
  if (read === null) return null
  const options: Record<string, string | number | boolean> = {}
  let name: string | RegExp | undefined
  let exact = false
  for (const test of read.tests) {
    if (test.name === 'name' && isText(test.value)) {
      name = test.value
      exact ||= typeof test.value === 'string' && test.exact
    } else if (test.value instanceof RegExp) return null
    else {
      exact ||= test.name === 'description' && test.exact
      options[test.name === 'include-hidden' ? 'includeHidden' : test.name] = test.value
    }
  }
  return {
    kind: 'role',
    role: read.head,
    ...(name === undefined ? {} : { name }),
    ...(exact ? { exact: true } : {}),
    ...(Object.keys(options).length > 0 ? { options } : {}),
  }
}

function exactOf(value: string | RegExp, exact: boolean): { exact?: true } {
  return exact && typeof value === 'string' ? { exact: true } : {}
}

function isText(value: unknown): value is string | RegExp {
  return typeof value === 'string' || value instanceof RegExp
}

function attributeName(name: string): string {
  return name.includes(',') ? JSON.stringify(name) : name
}

/** A CSS string token in double quotes. */
export function cssString(value: string): string {
  return `"${value.replace(/[\\"]/g, '\\$&').replace(/\n/g, '\\a ')}"`
}

/** A CSS identifier; characters that an identifier may not hold are escaped (CSSOM, "serialize an identifier"). */
export function escapeIdentifier(value: string): string {
  return [...value]
    .map((character, index) => {
      const code = character.codePointAt(0) ?? 0
      const digit = code >= 48 && code <= 57
      const leading = index === 0 || (index === 1 && value[0] === '-')
      if (code < 32 || code === 127 || (digit && leading)) return `\\${code.toString(16)} `
      if (character === '-' && index === 0 && value.length === 1) return '\\-'
      return code >= 128 || digit || /[\w-]/.test(character) ? character : `\\${character}`
    })
    .join('')
}

/** A text as a regular expression that matches just it. */
export function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')
}
