import { matchText } from '../locators/match-locator.ts'
import { playwrightLibrary } from '../locators/playwright-chain.ts'
import type { SourceLocation } from '../model.ts'
import { argumentsOf, calleeName, expected as givenTo } from './accesses.ts'
import { callerFinder, type Frame, frameAt, frameContext } from './callers.ts'
import { createEvaluator } from './evaluate.ts'
import type { Quote } from './literals.ts'
import { type ReadFile, resolveImport } from './modules.ts'
import { child, type SyntaxNode, type SyntaxTree, textOf } from './syntax.ts'
import { type Context, type Evaluator, flatten, holeCharacter, type Module, type Text, type Value } from './values.ts'

/** How a matcher compares: the whole text, a part of it, an address, or how many there are. */
export type Comparison = 'whole' | 'part' | 'address' | 'count'

/** A stretch of an expected value and the literal that says it. */
export interface ExpectedPiece {
  readonly file: string
  /** The inside of the quotes; the whole literal for numbers and regular expressions. */
  readonly start: number
  readonly end: number
  /** Where it begins in the value. */
  readonly at: number
  readonly text: string
  /** Null for what stands in no quotes. */
  readonly quote: Quote | null
}

/** What an assertion expects, as the source says it. */
export interface ExpectedValue {
  readonly matcher: string
  readonly comparison: Comparison
  readonly form: 'text' | 'pattern' | 'number'
  /** A pattern as it is written, `/cart/i`. */
  readonly value: string
  readonly pieces: readonly ExpectedPiece[]
  /** Source of what is compared. */
  readonly subject: string
}

export interface ExpectedSource {
  /** Innermost frame first; paths from the root. */
  readonly stack: readonly SourceLocation[]
  readonly tree: (file: string) => SyntaxTree | null
  readonly read: ReadFile
}

const COMPARISONS: Readonly<Record<string, Comparison>> = {
  toBe: 'whole',
  toEqual: 'whole',
  toStrictEqual: 'whole',
  toHaveText: 'whole',
  toHaveTitle: 'whole',
  toHaveValue: 'whole',
  toHaveAttribute: 'whole',
  toHaveAccessibleName: 'whole',
  toHaveAccessibleDescription: 'whole',
  toHaveAccessibleErrorMessage: 'whole',
  equal: 'whole',
  equals: 'whole',
  eql: 'whole',
  strictEqual: 'whole',
  deepEqual: 'whole',
  deepStrictEqual: 'whole',
  is: 'whole',
  assertEqual: 'whole',
  toContainText: 'part',
  toHaveURL: 'address',
  waitForURL: 'address',
  toHaveCount: 'count',
}
/** Matchers whose first argument names what is compared. */
const NAMING = /^(?:toHaveAttribute|toHaveCSS|toHaveJSProperty|toHaveProperty)$/
const ASSERT = /^(?:assert|t|t\.assert|self)\b/
const MAX_FRAMES = 12
const MAX_ITEMS = 50

/**
 * Finds what a failing assertion expects: the literal in its place, or the constant, property, argument of a helper or
 * entry of a list that gives it. Only values that say what the failure says was expected are returned, each literal once;
 * what an assertion wants not to be so is none.
 *
 * @param says whether a text of the source, with a character for each hole, is what was expected; what the holes stand for
 */
export const expectedValues = (
  { stack, tree, read }: ExpectedSource,
  says: (value: string, form: ExpectedValue['form'], comparison: Comparison) => ReadonlyMap<string, string> | null,
): readonly ExpectedValue[] => {
  const load = (file: string): Module | null => {
    const parsed = tree(file)
    return parsed && parsed.language !== 'python' ? { file, tree: parsed } : null
  }
  const frames: Frame[] = []
  const ev: Evaluator = createEvaluator({
    library: playwrightLibrary([]),
    load,
    resolve: (from, specifier) => resolveImport(from, specifier, read),
    callers: callerFinder(
      frames,
      () => frames.map(({ module }) => module),
      () => ev,
    ),
  })
  for (const place of stack.slice(0, MAX_FRAMES)) {
    const module = ev.module(place.file)
    if (module) frames.push(frameAt(module, place))
  }
  for (const [index, frame] of frames.entries()) {
    const found = frame.calls.flatMap((call) => {
      const assertion = assertionIn(frame.module.tree, call)
      if (!assertion) return []
      const given = readValue(ev, assertion.argument, frameContext(frame, index, call))
      return given.flatMap(({ form, text, value }): ExpectedValue[] => {
        const filling = says(value, form, assertion.comparison)
        if (!filling) return []
        const pieces = piecesOf(text, filling, ev.module)
        return [
          {
            matcher: assertion.matcher,
            comparison: assertion.comparison,
            form,
            value: form === 'text' ? flatten(text, filling) : value,
            pieces,
            subject: assertion.subject,
          },
        ]
      })
    })
    if (found.length > 0) return distinct(found)
    if (frame.calls.some((call) => assertionIn(frame.module.tree, call))) return []
  }
  return []
}

interface Assertion {
  readonly matcher: string
  readonly comparison: Comparison
  readonly argument: SyntaxNode
  readonly subject: string
}

const assertionIn = (tree: SyntaxTree, call: SyntaxNode): Assertion | null => {
  const matcher = calleeName(tree, call)
  const comparison = COMPARISONS[matcher]
  const callee = child(call, 'function')
  if (!comparison || !callee) return null
  const said = textOf(tree, callee)
  const args = argumentsOf(call)
  const of = (argument: SyntaxNode | undefined, subject: SyntaxNode | undefined): Assertion | null =>
    argument && subject ? { matcher, comparison, argument, subject: textOf(tree, subject) } : null
  if (matcher === 'waitForURL') return of(args[0], child(callee, 'object'))
  const subject = givenTo(tree, callee)
  if (subject) return /\.not\b/.test(said) ? null : of(args[NAMING.test(matcher) ? 1 : 0], subject)
  return ASSERT.test(said) ? of(args[1], args[0]) : null
}

interface Given {
  readonly form: ExpectedValue['form']
  readonly text: Text
  readonly value: string
}

/** The texts, numbers and patterns that an argument is, or has as entries or options. */
const readValue = (ev: Evaluator, node: SyntaxNode, context: Context): readonly Given[] =>
  givenBy(ev.evaluate(node, context), 0)

const givenBy = (value: Value, depth: number): readonly Given[] => {
  switch (value.kind) {
    case 'text':
      return [{ form: 'text', text: value.text, value: flatten(value.text) }]
    case 'number': {
      const { span, value: number, shared = false } = value
      const text = String(number)
      return span ? [{ form: 'number', text: { kind: 'literal', text, span, shared }, value: text }] : []
    }
    case 'regexp': {
      const { span, shared = false } = value
      const text = `/${value.source}/${value.flags}`
      return span ? [{ form: 'pattern', text: { kind: 'literal', text, span, shared }, value: text }] : []
    }
    case 'choice':
      return depth > 2 ? [] : value.options.slice(0, MAX_ITEMS).flatMap((each) => givenBy(each, depth + 1))
    case 'list':
      return depth > 2 ? [] : value.items.slice(0, MAX_ITEMS).flatMap((each) => givenBy(each(), depth + 1))
    default:
      return []
  }
}

const piecesOf = (text: Text, filling: ReadonlyMap<string, string>, module: Evaluator['module']): ExpectedPiece[] => {
  const found: ExpectedPiece[] = []
  addPieces(text, 0, filling, module, found)
  return found
}

/** Adds the literals of a text that begins at `at` of the whole; returns where it ends. */
const addPieces = (
  text: Text,
  at: number,
  filling: ReadonlyMap<string, string>,
  module: Evaluator['module'],
  found: ExpectedPiece[],
): number => {
  switch (text.kind) {
    case 'fixed':
      return at + text.text.length
    case 'literal': {
      const { file, start, end } = text.span
      const quote = quoteAt(module(file)?.tree.text[start])
      const inside = quote ? { start: start + 1, end: end - 1 } : { start, end }
      found.push({ file, ...inside, at, text: text.text, quote })
      return at + text.text.length
    }
    case 'concat':
      return text.parts.reduce((from, part) => addPieces(part, from, filling, module, found), at)
    case 'template': {
      let from = at
      for (const part of text.parts) {
        if (part.kind !== 'chunk') from = addPieces(part, from, filling, module, found)
        else {
          found.push({ ...part.span, at: from, text: part.text, quote: '`' })
          from += part.text.length
        }
      }
      return from
    }
    case 'hole': {
      const filled = filling.get(holeCharacter(text.id)) ?? ''
      for (const option of text.options) {
        const inner = matchText(flatten(option, filling), filled)
        if (!inner) continue
        addPieces(option, at, new Map([...filling, ...inner]), module, found)
        break
      }
      return at + filled.length
    }
  }
}

const quoteAt = (character: string | undefined): Quote | null =>
  character === "'" || character === '"' || character === '`' ? character : null

/** A helper that is called at several places, or a line with two calls, may lead to one literal twice. */
const distinct = (values: readonly ExpectedValue[]): readonly ExpectedValue[] => {
  const key = ({ pieces }: ExpectedValue): string => pieces.map(({ file, start }) => `${file}:${start}`).join(' ')
  return values.filter((value, at) => values.findIndex((other) => key(other) === key(value)) === at)
}
