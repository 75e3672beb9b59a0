import { LOCATOR_METHODS, playwrightLibrary } from '../locators/playwright-chain.ts'
import { SELECTOR_ACTIONS, selectorArguments } from '../locators/selector-arguments.ts'
import { callerFinder } from './callers.ts'
import { createEvaluator } from './evaluate.ts'
import { contextFor } from './evaluate-names.ts'
import type { FeedsLocator } from './guard-locators.ts'
import { resolveImport } from './modules.ts'
import { child, type SyntaxNode, textOf, walk } from './syntax.ts'
import type { Evaluator, Module, Text, TracedPart, Value } from './values.ts'

/** Calls whose arguments are test data: a text that also feeds one of these is no mere locator or expectation. */
const DATA_METHODS =
  /^(?:fill|type|pressSequentially|press|selectOption|setInputFiles|goto|post|put|patch|delete|fetch)$/
/** Calls whose arguments are expectations. */
const EXPECTING_METHODS = /^(?:waitForURL|to[A-Z]\w*|equals?|eql|strictEqual|deepEqual|deepStrictEqual|assertEqual)$/
/** A bound may only be loosened, and what is not to be so would be something else. */
const UNYIELDING = /\.not\.|\.toBe(?:Greater|Less)Than|\.toBeCloseTo|\.toBeInstanceOf/
/** Matchers whose first argument names what is compared; so does that of functions of `assert`. */
const NAMING = /^(?:toHaveAttribute|toHaveCSS|toHaveJSProperty|toHaveProperty)$/
const MAX_DEPTH = 3

/** Places of literals, as `file:offset`, by what they are used for. */
interface Feeds {
  readonly locators: Set<string>
  readonly expectations: Set<string>
  readonly data: Set<string>
}

/** Tells of a literal why it may not be changed with what it feeds; null where it may. */
export interface FeedsReader {
  /** Feeds locators and is neither typed in nor expected anywhere. */
  readonly locator: FeedsLocator
  /** Is expected by assertions of equality, and is neither part of a locator nor test data. */
  readonly expectation: FeedsLocator
}

/** Reads all calls of some files that take locators, test data or expected values, once something is asked. */
export function readFeeds(modules: readonly Module[], readFile: (file: string) => string | null): FeedsReader {
  let known: Feeds | undefined
  const feeds = (): Feeds => {
    known ??= collectFeeds(modules, readFile)
    return known
  }
  return {
    locator(file, node) {
      const { locators, expectations, data } = feeds()
      const key = `${file}:${node.start}`
      if (!locators.has(key)) return 'feeds no locator, as far as the files show'
      return data.has(key) || expectations.has(key)
        ? 'is also test data or an expected value, not only a locator'
        : null
    },
    expectation(file, node) {
      const { locators, expectations, data } = feeds()
      const key = `${file}:${node.start}`
      if (!expectations.has(key)) return 'is expected by no assertion, as far as the files show'
      return locators.has(key) || data.has(key) ? 'is also part of a locator or test data, not only expected' : null
    },
  }
}

function collectFeeds(modules: readonly Module[], readFile: (file: string) => string | null): Feeds {
  const byFile = new Map(modules.map((module) => [module.file, module]))
  const found: Feeds = { locators: new Set(), expectations: new Set(), data: new Set() }
  for (const module of modules) {
    // An evaluator's work is bounded; each file gets one of its own so that a large one does not starve the others.
    const ev: Evaluator = createEvaluator({
      library: playwrightLibrary([]),
      load: (file) => byFile.get(file) ?? null,
      resolve: (from, specifier) => resolveImport(from, specifier, (path) => (byFile.has(path) ? '' : readFile(path))),
      callers: callerFinder(
        [],
        () => modules,
        () => ev,
      ),
    })
    for (const node of walk(module.tree.root)) if (node.type === 'call_expression') readCall(ev, module, node, found)
  }
  return found
}

function readCall(ev: Evaluator, module: Module, node: SyntaxNode, feeds: Feeds): void {
  const callee = child(node, 'function')
  const property = callee === undefined ? undefined : child(callee, 'property')
  const method = property === undefined ? '' : textOf(module.tree, property)
  const context = contextFor(node, module, null)
  if (LOCATOR_METHODS.has(method)) collectValue(ev.evaluate(node, context), feeds.locators, null, 0)
  if (SELECTOR_ACTIONS.has(method))
    for (const value of selectorArguments(ev, node, context)) collectValue(value, feeds.locators, null, 0)
  const isExpecting = EXPECTING_METHODS.test(method)
  if (!isExpecting && !DATA_METHODS.test(method)) return
  const args = (child(node, 'arguments')?.children ?? []).filter((each) => each.type !== 'comment')
  const receiver = callee === undefined ? undefined : child(callee, 'object')
  const onPage =
    receiver !== undefined && SELECTOR_ACTIONS.has(method) && args.length > 1 && isPage(ev.evaluate(receiver, context))
  const said = callee === undefined ? '' : textOf(module.tree, callee)
  const isYielding = isExpecting && !UNYIELDING.test(said)
  const isFirst = /^expect\b/.test(said) || method === 'waitForURL'
  const wanted = isFirst && !NAMING.test(method) ? 0 : 1
  for (const [at, arg] of args.entries()) {
    if (onPage && at === 0) continue
    const into = isYielding && at === wanted ? feeds.expectations : feeds.data
    collectValue(ev.evaluate(arg, context), null, into, 0)
  }
}

function isPage(value: Value): boolean {
  return value.kind === 'locator' && value.steps.length === 0
}

/** Literals of a value: those of a locator's steps go to `locators`, those of plain texts to `data`. */
function collectValue(value: Value, locators: Set<string> | null, data: Set<string> | null, depth: number): void {
  if (depth > MAX_DEPTH) return
  switch (value.kind) {
    case 'choice':
      for (const each of value.options) collectValue(each, locators, data, depth + 1)
      return
    case 'list':
      for (const each of value.items.slice(0, 50)) collectValue(each(), locators, data, depth + 1)
      return
    case 'object':
      if (data !== null)
        for (const each of [...value.properties.values()].slice(0, 50)) collectValue(each(), locators, data, depth + 1)
      return
    case 'locator':
      if (locators !== null) for (const step of value.steps) for (const part of step.parts) collectPart(part, locators)
      return
    case 'text':
      if (data !== null) collectText(value.text, data)
      return
    case 'regexp':
    case 'number':
      if (data !== null && value.span !== undefined) data.add(`${value.span.file}:${value.span.start}`)
      return
    default:
  }
}

function collectPart(part: TracedPart, into: Set<string>): void {
  if (part.kind === 'text') collectText(part.text, into)
  else into.add(`${part.span.file}:${part.span.start}`)
}

function collectText(text: Text, into: Set<string>): void {
  switch (text.kind) {
    case 'literal':
      into.add(`${text.span.file}:${text.span.start}`)
      return
    case 'template':
      into.add(`${text.span.file}:${text.span.start}`)
      for (const part of text.parts) if (part.kind !== 'chunk') collectText(part, into)
      return
    case 'concat':
      for (const part of text.parts) collectText(part, into)
      return
    case 'hole':
      for (const option of text.options) collectText(option, into)
      return
    default:
  }
}
