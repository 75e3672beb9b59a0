import type { Locator } from '../model.ts'
import { createEvaluator } from '../source/evaluate.ts'
import { contextFor } from '../source/evaluate-names.ts'
import { type Language, parse as parseSyntax } from '../source/syntax.ts'
import { isHole, type Library, type Value } from '../source/values.ts'
import type { WriteStyle } from './playwright-write.ts'
import { selectorArguments } from './selector-arguments.ts'

/** One way of writing locators: a test library in a language. One file each; `index.ts` lists them. */
export interface Dialect {
  readonly name: string
  readonly languages: readonly Language[]
  /** Reads one expression; null where it is no locator. Parts known only at run time make it `dynamic`. */
  parse(code: string): Promise<ParsedLocator | null>
  /** The locator as source, in an author's style. */
  write(locator: Locator, style: WriteStyle): string
  /** The selector Playwright would use for it, with which Chromium can be asked. */
  toSelector(locator: Locator, testIdAttribute?: string): string
  /** The locator of such a selector; null where the dialect cannot say it. */
  fromSelector(selector: string): Locator | null
}

export interface ParsedLocator {
  readonly locator: Locator
  readonly dynamic: boolean
}

/** Reads an expression of JavaScript or TypeScript on its own, without the file around it. */
export async function parseExpression(code: string, library: Library): Promise<ParsedLocator | null> {
  const tree = await parseSyntax('typescript', `(${code}\n)`)
  const module = { file: 'expression.ts', tree }
  const node = tree.root.children[0]?.children[0]?.children[0]
  if (node === undefined || tree.hasErrors) return null
  const ev = createEvaluator({ library, load: () => null, resolve: () => null })
  const context = contextFor(node, module, null)
  const value: Value = selectorArguments(ev, node, context)[0] ?? ev.evaluate(node, context)
  if (value.kind !== 'locator' || value.steps.length === 0) return null
  const locator = value.steps.map((each) => each.step)
  return { locator, dynamic: hasHole(locator) }
}

function hasHole(value: unknown): boolean {
  if (typeof value === 'string') return [...value].some(isHole)
  if (value instanceof RegExp) return [...value.source].some(isHole)
  return typeof value === 'object' && value !== null && Object.values(value).some(hasHole)
}
