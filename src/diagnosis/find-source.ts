import { matchLocator, matchText } from '../locators/match-locator.ts'
import { LOCATOR_METHODS, playwrightLibrary } from '../locators/playwright-chain.ts'
import { DEFAULT_TEST_ID_ATTRIBUTE, fromSelector, toSelector } from '../locators/playwright-selector.ts'
import { SELECTOR_ACTIONS, selectorArguments } from '../locators/selector-arguments.ts'
import type { Locator, LocatorSource, SourceLocation } from '../model.ts'
import { callerFinder, type Frame, frameAt, frameContext } from '../source/callers.ts'
import { createEvaluator } from '../source/evaluate.ts'
import { contextFor } from '../source/evaluate-names.ts'
import { importClosure } from '../source/import-closure.ts'
import { type ReadFile, resolveImport } from '../source/modules.ts'
import { locate } from '../source/stack-file.ts'
import { child, languageOf, MAX_SOURCE_LENGTH, type SyntaxNode, syntaxParser, textOf, walk } from '../source/syntax.ts'
import { type Context, type Evaluator, isHole, type LocatorValue, type Module, type Value } from '../source/values.ts'
import { toLocatorSource } from './locator-source.ts'

export interface FindSourceInput {
  /** What was run, in Playwright's internal form. */
  readonly selector: string
  /** Innermost frame first; absolute paths, or relative to `root`. */
  readonly stack: readonly SourceLocation[]
  readonly testFile: string
  /** Absolute path of the repository. */
  readonly root: string
  /** By path relative to the root, with forward slashes; null where there is no such file or it may not be read. */
  readonly readFile: ReadFile
  /** `use.testIdAttribute`; read from the selector where it is not given. */
  readonly testIdAttribute?: string
  /** Parsed files, kept from one call to the next. */
  readonly cache?: Map<string, Module>
}

const LANGUAGES = ['typescript', 'tsx', 'javascript'] as const
const MAX_FRAMES = 16
const MAX_FILES = 250
/**
 * Finds the expression in the source that built a locator, by reading the calls of the stack from the innermost frame of
 * the repository outwards. A find counts only if its selector is the one that was run. Failing that, all files the test
 * imports are searched, and a find counts only if it is the only one. Paths of the result are relative to the root.
 */
export async function findLocatorSource(input: FindSourceInput): Promise<LocatorSource | null> {
  const parse = await syntaxParser(LANGUAGES)
  const wanted = fromSelector(input.selector)
  if (wanted === null) return null
  const load = (file: string): Module | null => {
    const language = languageOf(file)
    const text = language === null || language === 'python' ? null : input.readFile(file)
    if (language === null || text === null || text.length > MAX_SOURCE_LENGTH) return null
    const known = input.cache?.get(file)
    if (known?.tree.text === text) return known
    const module = { file, tree: parse(language, text) }
    input.cache?.set(file, module)
    return module
  }
  const frames: Frame[] = []
  const ev: Evaluator = createEvaluator({
    library: playwrightLibrary(indexesOf(wanted)),
    load,
    resolve: (from, specifier) => resolveImport(from, specifier, input.readFile),
    callers: callerFinder(
      frames,
      () => closure(),
      () => ev,
    ),
  })
  let read: readonly Module[] | undefined
  const closure = (): readonly Module[] => {
    const test = locate(input.root, input.testFile, input.readFile)
    const starts = [...(test === null ? [] : [test]), ...frames.map((frame) => frame.module.file)]
    read ??= importClosure(starts, ev, MAX_FILES)
    return read
  }
  for (const place of input.stack.slice(0, MAX_FRAMES)) {
    const file = locate(input.root, place.file, input.readFile)
    const module = file === null ? null : ev.module(file)
    if (module !== null) frames.push(frameAt(module, place))
  }
  const search = { ev, wanted, selector: input.selector, attribute: input.testIdAttribute ?? attributeOf(wanted) }
  return fromFrames(search, frames) ?? fromClosure(search, closure())
}

interface Search {
  readonly ev: Evaluator
  readonly wanted: Locator
  readonly selector: string
  readonly attribute: string
}

function fromFrames(search: Search, frames: readonly Frame[]): LocatorSource | null {
  for (const [index, frame] of frames.entries()) {
    for (const call of frame.calls) {
      for (const value of targetsOf(search.ev, call, frameContext(frame, index, call))) {
        const found = accept(search, value)
        if (found !== null) return found
      }
    }
  }
  return null
}

/** What a call may be about: its receiver, what an `expect` in it was given, its arguments. */
function targetsOf(ev: Evaluator, call: SyntaxNode, context: Context): LocatorValue[] {
  const expressions: SyntaxNode[] = []
  const callee = child(call, 'function')
  let receiver = callee === undefined ? undefined : child(callee, 'object')
  if (receiver !== undefined) expressions.push(receiver)
  const args = (child(call, 'arguments')?.children ?? []).filter((each) => each.type !== 'comment')
  for (let hops = 0; receiver !== undefined && hops < 6; hops++) {
    if (receiver.type === 'call_expression') expressions.push(...(child(receiver, 'arguments')?.children ?? []))
    receiver = child(receiver, receiver.type === 'call_expression' ? 'function' : 'object')
  }
  const values = [...expressions, call, ...args].flatMap((each) => locatorsIn(ev.evaluate(each, context)))
  return [...selectorArguments(ev, call, context), ...values]
}

function locatorsIn(value: Value, depth = 0): LocatorValue[] {
  if (value.kind === 'locator') return value.steps.length > 0 ? [value] : []
  if (value.kind === 'choice') return value.options.flatMap((each) => locatorsIn(each, depth))
  if (value.kind !== 'list' || depth > 2) return []
  return value.items.slice(0, 20).flatMap((item) => locatorsIn(item(), depth + 1))
}

/** The locator as a source, if it is the one that was run; where its base is unknown, if that one ends with it. */
function accept(search: Search, value: LocatorValue): LocatorSource | null {
  const pattern = value.steps.map((each) => each.step)
  const whole = matchLocator(pattern, search.selector, search.attribute)
  if (whole !== null) return toLocatorSource(value, whole, [], search.ev.module)
  // A selector that is all hole may be of any engine; what it turned out to be must then be one of its known values.
  const loose = matchText(toSelector(pattern, search.attribute), search.selector)
  const source = loose === null ? null : toLocatorSource(value, loose, [], search.ev.module)
  if (source?.steps.at(-1)?.literals.length) return source
  if (value.base !== 'unknown' || !hasStaticText(value)) return null
  for (let from = 1; from < search.wanted.length; from++) {
    const rest = toSelector(search.wanted.slice(from), search.attribute)
    const suffix = matchLocator(pattern, rest, search.attribute)
    if (suffix !== null) return toLocatorSource(value, suffix, search.wanted.slice(0, from), search.ev.module)
  }
  return null
}

function fromClosure(search: Search, modules: readonly Module[]): LocatorSource | null {
  const { ev } = search
  const found = new Map<string, LocatorSource>()
  for (const module of modules) {
    for (const node of walk(module.tree.root)) {
      if (node.type !== 'call_expression') continue
      const callee = child(node, 'function')
      const method = callee === undefined ? undefined : child(callee, 'property')
      const name = method === undefined ? '' : textOf(module.tree, method)
      if (!LOCATOR_METHODS.has(name) && !SELECTOR_ACTIONS.has(name)) continue
      const context = contextFor(node, module, null)
      const values = LOCATOR_METHODS.has(name)
        ? locatorsIn(ev.evaluate(node, context))
        : selectorArguments(ev, node, context)
      for (const value of values) {
        const source = hasStaticText(value) ? accept(search, value) : null
        if (source !== null) found.set(originOf(source), source)
      }
      if (found.size > 1) return null
    }
  }
  return found.values().next().value ?? null
}

/** Where a locator's texts are written; two uses of one constant have the same origin. */
function originOf(source: LocatorSource): string {
  const literals = source.steps.flatMap((step) => step.literals.map((each) => `${each.file}:${each.start}`))
  return literals.length > 0 ? literals.join(' ') : `${source.file}:${source.start}`
}

/** A last step that is nothing but a hole fits everything and says nothing. */
function hasStaticText(value: LocatorValue): boolean {
  const selector = toSelector(value.steps.slice(-1).map((each) => each.step))
  const quoted = /["/]([^"/]*)["/]/.exec(selector)?.[1] ?? selector
  return [...quoted].some((character) => !isHole(character) && /[\p{L}\p{N}]/u.test(character))
}

function indexesOf(locator: Locator): number[] {
  return [...new Set(locator.flatMap((step) => (step.kind === 'nth' ? [step.index] : [])))]
}

function attributeOf(locator: Locator): string {
  const steps = locator.flatMap((step) => (step.kind === 'frame' ? step.selector : [step]))
  const step = steps.find((each) => each.kind === 'testId')
  return step?.kind === 'testId' ? (step.attribute ?? DEFAULT_TEST_ID_ATTRIBUTE) : DEFAULT_TEST_ID_ATTRIBUTE
}
