import { LOCATOR_METHODS, playwrightLibrary } from '../locators/playwright-chain.ts'
import { SELECTOR_ACTIONS, selectorArguments } from '../locators/selector-arguments.ts'
import { callerFinder } from './callers.ts'
import { createEvaluator } from './evaluate.ts'
import { contextFor } from './evaluate-names.ts'
import type { FeedsLocator } from './guard-locators.ts'
import { resolveImport } from './modules.ts'
import { child, type SyntaxNode, textOf, walk } from './syntax.ts'
import type { Evaluator, Module, Text, TracedPart, Value } from './values.ts'

/** Calls whose arguments are test data or expectations: a text that also feeds one of these is no mere locator. */
const DATA_METHODS =
  /^(?:fill|type|pressSequentially|press|selectOption|setInputFiles|goto|waitForURL|post|put|patch|delete|fetch|to[A-Z]\w*|equal|strictEqual|deepEqual)$/
const MAX_DEPTH = 3

/**
 * Reads all locator calls of some files and tells of any literal why it may not be changed with a locator: because it
 * feeds none, or because it is also typed in or expected somewhere. Null where it may.
 */
export function readFeeds(modules: readonly Module[], readFile: (file: string) => string | null): FeedsLocator {
  let known: { locators: Set<string>; data: Set<string> } | undefined
  return (file, node) => {
    known ??= collectFeeds(modules, readFile)
    const key = `${file}:${node.start}`
    if (!known.locators.has(key)) return 'feeds no locator, as far as the files show'
    return known.data.has(key) ? 'is also test data or an expected value, not only a locator' : null
  }
}

function collectFeeds(
  modules: readonly Module[],
  readFile: (file: string) => string | null,
): { locators: Set<string>; data: Set<string> } {
  const byFile = new Map(modules.map((module) => [module.file, module]))
  const locators = new Set<string>()
  const data = new Set<string>()
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
    for (const node of walk(module.tree.root))
      if (node.type === 'call_expression') readCall(ev, module, node, locators, data)
  }
  return { locators, data }
}

function readCall(ev: Evaluator, module: Module, node: SyntaxNode, locators: Set<string>, data: Set<string>): void {
  const callee = child(node, 'function')
  const property = callee === undefined ? undefined : child(callee, 'property')
  const method = property === undefined ? '' : textOf(module.tree, property)
  const context = contextFor(node, module, null)
  if (LOCATOR_METHODS.has(method)) collectValue(ev.evaluate(node, context), locators, null, 0)
  if (SELECTOR_ACTIONS.has(method))
    for (const value of selectorArguments(ev, node, context)) collectValue(value, locators, null, 0)
  if (!DATA_METHODS.test(method)) return
  const args = (child(node, 'arguments')?.children ?? []).filter((each) => each.type !== 'comment')
  const receiver = callee === undefined ? undefined : child(callee, 'object')
  const onPage =
    receiver !== undefined && SELECTOR_ACTIONS.has(method) && args.length > 1 && isPage(ev.evaluate(receiver, context))
  for (const arg of args.slice(onPage ? 1 : 0)) collectValue(ev.evaluate(arg, context), null, data, 0)
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
