import type { Locator, LocatorConditions, LocatorStep } from '../model.ts'
import { type Quote, quoteString } from '../source/literals.ts'
import { cssString, escapeIdentifier, escapeRegExp } from './playwright-selector.ts'
import { joinPart } from './selector-parts.ts'

/** How an author writes: which quotes, whether braces have spaces inside, and what a nested locator starts from. */
export interface WriteStyle {
  readonly quote: Quote
  readonly spaced: boolean
  /** `page` in `filter({ has: page.getByText('Mug') })`. */
  readonly base: string
}

export const DEFAULT_STYLE: WriteStyle = { quote: "'", spaced: true, base: 'page' }

/** The style of a stretch of source, as far as it shows; what it does not show comes from `otherwise`. */
export function styleOf(source: string, otherwise: WriteStyle = DEFAULT_STYLE): WriteStyle {
  const quote = /["'`]/.exec(source)?.[0]
  const brace = /\{(\s?)\s*\w+\s*[:,}]/.exec(source)
  const nested = /\bhas(?:Not)?:\s*([\w$.]+?)\.(?:getBy|locator|frameLocator)/.exec(source)
  return {
    quote: quote === "'" || quote === '"' ? quote : otherwise.quote,
    spaced: brace === null ? otherwise.spaced : brace[1] !== '',
    base: nested?.[1] ?? otherwise.base,
  }
}

/** A locator as source: `page.getByRole('button', { name: 'Buy' }).first()`. */
export function writeLocator(locator: Locator, style: WriteStyle = DEFAULT_STYLE): string {
  return style.base + locator.map((step) => writeStep(step, style)).join('')
}

/** One step as a call, with its dot. */
export function writeStep(step: LocatorStep, style: WriteStyle = DEFAULT_STYLE): string {
  const call = (method: string, ...args: string[]): string =>
    `.${method}(${args.filter((each) => each !== '').join(', ')})`
  switch (step.kind) {
    case 'testId':
      return call('getByTestId', matcher(step.value, style))
    case 'role':
      return call('getByRole', quoteString(step.role, style.quote), roleOptions(step, style))
    case 'text':
    case 'label':
    case 'placeholder':
    case 'title':
    case 'altText': {
      const method = `getBy${step.kind[0]?.toUpperCase()}${step.kind.slice(1)}`
      return call(method, matcher(step.value, style), step.exact ? object(['exact: true'], style) : '')
    }
    case 'nth':
      return step.index === 0 ? '.first()' : step.index === -1 ? '.last()' : call('nth', String(step.index))
    case 'filter':
      return call('filter', conditions(step, style))
    case 'frame':
      return writeFrame(step.selector, style)
    case 'and':
    case 'or':
      return call(step.kind, writeLocator(step.other, style))
    case 'chain':
      return call('locator', writeLocator(step.other, style))
    case 'linkText': {
      const whole = { hasText: new RegExp(`^\\s*${escapeRegExp(step.value)}\\s*$`) }
      return call('locator', quoteString('a', style.quote), conditions(whole, style))
    }
    default:
      return call(
        'locator',
        quoteString(selectorText(step), style.quote),
        hasConditions(step) ? conditions(step, style) : '',
      )
  }
}

function hasConditions(step: LocatorStep): step is Extract<LocatorStep, { kind: 'css' | 'xpath' | 'selector' }> {
  return step.kind === 'css' || step.kind === 'xpath' || step.kind === 'selector'
}

/** What `locator()` takes for a step that has no method of its own. */
export function selectorText(step: LocatorStep): string {
  switch (step.kind) {
    case 'css':
    case 'xpath':
      return joinPart({ name: step.kind, body: step.value })
    case 'selector':
      return step.engine === '*' ? step.value : joinPart({ name: step.engine, body: step.value })
    case 'id':
      return /^-?[a-zA-Z_][\w-]*$/.test(step.value) ? `#${step.value}` : `[id=${cssString(step.value)}]`
    case 'name':
      return `[name=${cssString(step.value)}]`
    case 'className':
      return `.${escapeIdentifier(step.value)}`
    case 'tagName':
      return step.value
    case 'partialLinkText':
      return `a:has-text(${cssString(step.value)})`
    default:
      throw new Error(`A ${step.kind} step has a method of its own and is not a selector string.`)
  }
}

function writeFrame(selector: Locator, style: WriteStyle): string {
  const only = selector[0]
  if (only === undefined) return '.contentFrame()'
  const plain =
    selector.length === 1 && (only.kind === 'css' || only.kind === 'xpath') && Object.keys(only).length === 2
  if (plain) return `.frameLocator(${quoteString(selectorText(only), style.quote)})`
  return `${selector.map((step) => writeStep(step, style)).join('')}.contentFrame()`
}

function roleOptions(step: Extract<LocatorStep, { kind: 'role' }>, style: WriteStyle): string {
  const options: string[] = []
  if (step.name !== undefined) options.push(`name: ${matcher(step.name, style)}`)
  if (step.exact) options.push('exact: true')
  for (const [key, value] of Object.entries(step.options ?? {}))
    options.push(`${key}: ${typeof value === 'string' ? quoteString(value, style.quote) : String(value)}`)
  return options.length === 0 ? '' : object(options, style)
}

function conditions(step: LocatorConditions, style: WriteStyle): string {
  const options: string[] = []
  if (step.hasText !== undefined) options.push(`hasText: ${matcher(step.hasText, style)}`)
  if (step.hasNotText !== undefined) options.push(`hasNotText: ${matcher(step.hasNotText, style)}`)
  if (step.has !== undefined) options.push(`has: ${writeLocator(step.has, style)}`)
  if (step.hasNot !== undefined) options.push(`hasNot: ${writeLocator(step.hasNot, style)}`)
  if (step.visible !== undefined) options.push(`visible: ${step.visible}`)
  return options.length === 0 ? '' : object(options, style)
}

function object(options: readonly string[], style: WriteStyle): string {
  const space = style.spaced ? ' ' : ''
  return `{${space}${options.join(', ')}${space}}`
}

function matcher(value: string | RegExp, style: WriteStyle): string {
  return typeof value === 'string' ? quoteString(value, style.quote) : String(value)
}

/** A regular expression that matches just this text, with the flags of another. */
export function literalRegExp(text: string, flags: string): RegExp {
  return new RegExp(escapeRegExp(text), flags)
}
