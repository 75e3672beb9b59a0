import type { LocatorStep } from '../model.ts'
import type { SyntaxNode, SyntaxTree } from './syntax.ts'

/** A place in a file, as offsets. */
export interface Span {
  readonly file: string
  readonly start: number
  readonly end: number
}

/**
 * A string as far as it is known, with the literals it is made of. A `hole` is a part only known at run time; its
 * `options` are what it may be, where the source says so (a ternary, a list that is looped over).
 */
export type Text =
  | { readonly kind: 'literal'; readonly text: string; readonly span: Span; readonly shared: boolean }
  | {
      readonly kind: 'template'
      readonly parts: readonly TemplatePart[]
      readonly span: Span
      readonly shared: boolean
    }
  | { readonly kind: 'concat'; readonly parts: readonly Text[] }
  /** Known, but computed: no literal can be edited for it. */
  | { readonly kind: 'fixed'; readonly text: string }
  | { readonly kind: 'hole'; readonly id: number; readonly options: readonly Text[] }

/** A static stretch of a template with its own place, or what is substituted. */
export type TemplatePart = { readonly kind: 'chunk'; readonly text: string; readonly span: Span } | Text

/** A step of a locator together with the source that makes it. Holes in its strings are private-use characters. */
export interface TracedStep {
  readonly step: LocatorStep
  readonly span: Span
  readonly parts: readonly TracedPart[]
  readonly form: 'call' | 'argument'
}

export type TracedPart =
  | { readonly part: string; readonly kind: 'text'; readonly text: Text }
  | {
      readonly part: string
      readonly kind: 'regexp' | 'number'
      readonly value: string
      readonly span: Span
      readonly shared: boolean
    }

/** What an expression may be, as far as reading the source can tell. */
export type Value =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'undefined' }
  | { readonly kind: 'text'; readonly text: Text }
  | { readonly kind: 'number'; readonly value: number; readonly span?: Span; readonly shared?: boolean }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | {
      readonly kind: 'regexp'
      readonly source: string
      readonly flags: string
      readonly span?: Span
      readonly shared?: boolean
      readonly text?: Text
    }
  | { readonly kind: 'object'; readonly properties: ReadonlyMap<string, () => Value> }
  | { readonly kind: 'list'; readonly items: readonly (() => Value)[] }
  | { readonly kind: 'choice'; readonly options: readonly Value[] }
  | { readonly kind: 'function'; readonly node: SyntaxNode; readonly context: Context; readonly self: Value | null }
  | { readonly kind: 'class'; readonly node: SyntaxNode; readonly context: Context }
  | { readonly kind: 'instance'; readonly of: ClassValue; readonly args: readonly Value[] | null }
  | { readonly kind: 'module'; readonly module: Module }
  /** A Playwright `test` object that was given fixtures; `base` is what it extends. */
  | { readonly kind: 'fixtures'; readonly own: Value; readonly base: Value }
  /** A page (no steps), a locator, or a frame locator (`frame`: what reached the iframe comes last among the steps). */
  | {
      readonly kind: 'locator'
      readonly steps: readonly TracedStep[]
      readonly inFrame: boolean
      readonly base: 'page' | 'unknown'
    }

export type ClassValue = Extract<Value, { kind: 'class' }>
export type LocatorValue = Extract<Value, { kind: 'locator' }>

/** One source file that was read. */
export interface Module {
  readonly file: string
  readonly tree: SyntaxTree
}

/** The calls one is inside of, from the innermost outwards; the last one stands for the module itself. */
export interface Context {
  readonly module: Module
  /** The function whose body is being read; null at the top of a module. */
  readonly fn: SyntaxNode | null
  /** Null where the caller is not known. */
  readonly args: readonly Value[] | null
  readonly self: Value | null
  readonly outer: Context | null
  /** Index of the stack frame this call belongs to; callers have higher ones. */
  readonly frame: number
}

/** What the parts of the evaluator ask of one another. */
export interface Evaluator {
  evaluate(node: SyntaxNode, context: Context): Value
  member(value: Value, name: string): Value
  call(callee: Value, args: readonly Value[]): Value
  exported(module: Module, name: string): Value
  module(file: string): Module | null
  importModule(from: string, specifier: string): Module | null
  /** The string a value gives in a template or as an argument; a hole where it is not known. */
  text(value: Value): Text
  readonly library: Library
  /** Those who call a function, for arguments and `this` that its own source does not tell; the likeliest only. */
  callers(fn: SyntaxNode, context: Context): readonly Caller[]
}

export interface Caller {
  readonly args: readonly Value[]
  readonly self: Value | null
}

/** The test library's own calls: which methods make locators, and what comes of them. */
export interface Library {
  makesLocator(method: string): boolean
  /** Null where the call makes no locator. */
  call(
    receiver: LocatorValue,
    method: string,
    args: readonly Value[],
    span: Span,
    text: (value: Value) => Text,
  ): Value | null
}

export const UNKNOWN: Value = { kind: 'unknown' }
export const UNDEFINED: Value = { kind: 'undefined' }
export const PAGE: LocatorValue = { kind: 'locator', steps: [], inFrame: false, base: 'page' }

const MAX_OPTIONS = 48

/** One of several values; flat, without repetition of `unknown`, and capped. */
export function choiceOf(values: readonly Value[]): Value {
  const flat = values.flatMap((value) => (value.kind === 'choice' ? value.options : [value]))
  const known = flat.filter((value) => value.kind !== 'unknown' && value.kind !== 'undefined').slice(0, MAX_OPTIONS)
  if (known.length === 0) return flat[0] ?? UNKNOWN
  if (known.length === 1 && flat.length === 1) return known[0] ?? UNKNOWN
  return known.length === 1 && known[0] !== undefined ? known[0] : { kind: 'choice', options: known }
}

/** Applies `change` to every option of a choice, or to the value itself. */
export function distribute(value: Value, change: (option: Value) => Value): Value {
  return value.kind === 'choice' ? choiceOf(value.options.map(change)) : change(value)
}

const HOLE_FIRST = 0x100000
const HOLE_COUNT = 0xfff0

/** The character that stands for a hole in a string: of a private-use plane, so it survives every escaping. */
export function holeCharacter(id: number): string {
  return String.fromCodePoint(HOLE_FIRST + (id % HOLE_COUNT))
}

/** Whether a character (a code point) stands for a hole. */
export function isHole(character: string): boolean {
  const code = character.codePointAt(0) ?? 0
  return code >= HOLE_FIRST && code < HOLE_FIRST + HOLE_COUNT
}

/** The string with a character for each hole, or with what `filled` says of it. */
export function flatten(text: Text | TemplatePart, filled?: ReadonlyMap<string, string>): string {
  switch (text.kind) {
    case 'chunk':
    case 'fixed':
    case 'literal':
      return text.text
    case 'template':
    case 'concat':
      return text.parts.map((part) => flatten(part, filled)).join('')
    case 'hole': {
      const character = holeCharacter(text.id)
      return filled?.get(character) ?? character
    }
  }
}
