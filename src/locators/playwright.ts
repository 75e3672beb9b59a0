import { type Dialect, parseExpression } from './dialect.ts'
import { playwrightLibrary } from './playwright-chain.ts'
import { fromSelector, toSelector } from './playwright-selector.ts'
import { writeLocator } from './playwright-write.ts'

/** Playwright for JavaScript and TypeScript. */
export const playwright: Dialect = {
  name: 'playwright',
  languages: ['typescript', 'tsx', 'javascript'],
  parse: (code) => parseExpression(code, playwrightLibrary([])),
  write: writeLocator,
  toSelector,
  fromSelector: (selector) => fromSelector(selector),
}
