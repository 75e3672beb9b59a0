import type { Locator, LocatorStep } from '../model.ts'
import { holds } from './rewrite-steps.ts'

/** A test on text inside an XPath, and the quoted text. */
const XPATH_TEXT = /(?:text\(\)|normalize-space\([^)]*\)|[[(,]\s*\.)\s*(?:=|,)\s*("[^"]*"|'[^']*')/g
const CSS_TEXT = /:(?:has-text|text|text-is|contains)\(\s*("[^"]*"|'[^']*'|[^)]*)\)/g

const quotedIn = (selector: string): readonly string[] =>
  [XPATH_TEXT, CSS_TEXT].flatMap((pattern) =>
    [...selector.matchAll(pattern)].map(([, quoted = '']) => quoted.replace(/^(["'])([\s\S]*)\1$/, '$2')),
  )

const saidBy = (step: LocatorStep): readonly (string | RegExp | undefined)[] => {
  switch (step.kind) {
    case 'text':
    case 'linkText':
    case 'partialLinkText':
      return [step.value]
    case 'role':
      return [step.name]
    case 'filter':
      return [step.hasText]
    case 'css':
    case 'xpath':
      return [step.hasText, ...quotedIn(step.value)]
    case 'selector':
      return step.engine === 'text' ? [step.value] : [step.hasText, ...quotedIn(step.value)]
    default:
      return []
  }
}

/**
 * Whether a locator chooses its element by what the element itself says. An assertion on the text of such an element can
 * hardly fail: what it asks is what it was found by.
 *
 * @param text the element's text
 */
export const isFoundByText = (locator: Locator, text: string | undefined): boolean => {
  if (text === undefined || text === '') return false
  const target = locator.findLastIndex((step) => !['filter', 'nth', 'and', 'or', 'chain', 'frame'].includes(step.kind))
  return locator
    .slice(Math.max(0, target))
    .some((step) => saidBy(step).some((said) => said !== undefined && said !== '' && holds(text, said)))
}
