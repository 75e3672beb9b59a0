import type { SyntaxNode } from '../source/syntax.ts'
import type { LocatorValue, Module } from '../source/values.ts'

/** What an expression comes to when a source is followed as it would run; primitives stand for themselves. */
export type Value =
  | undefined
  | null
  | boolean
  | number
  | string
  | Unknown
  | Pattern
  | List
  | Table
  | Func
  | Native
  | Class
  | Host
  | LocatorHost

/** What only a run can tell. `why` is the source that would tell it. */
export interface Unknown {
  readonly kind: 'unknown'
  readonly why: string
  /** True for what a page handed out and can be acted upon: a call on it may be a step. */
  readonly acts: boolean
}

export interface Pattern {
  readonly kind: 'pattern'
  readonly source: string
  readonly flags: string
}

export interface List {
  readonly kind: 'list'
  readonly items: Value[]
  /** Set where something unknown may have changed it. */
  spoilt?: string
}

/** An object: of a literal, or made by a class. */
export interface Table {
  readonly kind: 'table'
  readonly entries: Map<string, Value>
  readonly of: Class | null
  spoilt?: string
}

export interface Func {
  readonly kind: 'function'
  readonly node: SyntaxNode
  readonly module: Module
  readonly scope: Scope
  /** The class whose `super` it means; null outside of classes. */
  readonly home: Class | null
  /** What is assigned to it as a property. */
  readonly entries: Map<string, Value>
}

export interface Native {
  readonly kind: 'native'
  call(args: readonly Value[], self: Value): Value
  readonly member?: (name: string) => Value
}

export interface Class {
  readonly kind: 'class'
  readonly node: SyntaxNode
  readonly module: Module
  readonly scope: Scope
  readonly parent: Class | Unknown | null
  readonly entries: Map<string, Value>
}

/** A thing of the test library: a page, a keyboard, the `test` object. Its members are known by name. */
export interface Host {
  readonly kind: 'host'
  readonly name: string
  member(name: string): Value
  readonly call?: (args: readonly Value[]) => Value
}

export interface LocatorHost {
  readonly kind: 'locator'
  readonly locator: LocatorValue
  readonly pageId: string
}

/** Names in a block, a function or a module. */
export interface Scope {
  readonly names: Map<string, Value>
  readonly outer: Scope | null
  /** True where `var` declares: in a function, and in a module. */
  readonly isWhole: boolean
}

export const scopeIn = (outer: Scope | null, isWhole = outer === null): Scope => ({ names: new Map(), outer, isWhole })

/** Where a `var` of a block belongs. */
export const wholeScope = (scope: Scope): Scope => {
  let here = scope
  while (!here.isWhole && here.outer !== null) here = here.outer
  return here
}

export const lookUp = (scope: Scope, name: string): Scope | null => {
  for (let here: Scope | null = scope; here !== null; here = here.outer) if (here.names.has(name)) return here
  return null
}

const LONGEST_REASON = 80
const MAX_PLAIN_DEPTH = 12

export const unknown = (why: string, acts = false): Unknown => ({
  kind: 'unknown',
  why: why.length > LONGEST_REASON ? `${why.slice(0, LONGEST_REASON).replace(/\s+/g, ' ')}…` : why.replace(/\s+/g, ' '),
  acts,
})

export const list = (items: readonly Value[]): List => ({ kind: 'list', items: [...items] })

export const table = (entries: Iterable<readonly [string, Value]> = []): Table => ({
  kind: 'table',
  entries: new Map(entries),
  of: null,
})

/** What something unknown may have changed: of what it held nothing is known any more, only of what is set from then on. */
export const spoil = (value: Value, why: string, depth = 0): void => {
  if (typeof value !== 'object' || value === null || depth > MAX_PLAIN_DEPTH) return
  if (value.kind === 'list') {
    for (const item of value.items.splice(0)) spoil(item, why, depth + 1)
    value.spoilt = why
  } else if (value.kind === 'table') {
    for (const entry of value.entries.values()) spoil(entry, why, depth + 1)
    value.entries.clear()
    value.spoilt = why
  }
}

export const native = (call: Native['call'], member?: Native['member']): Native => ({
  kind: 'native',
  call,
  ...(member ? { member } : {}),
})

/** Names of an object in their order: numbers first, by size, then the others as they were set. */
export const inOrder = (entries: ReadonlyMap<string, Value>): readonly (readonly [string, Value])[] => {
  const isIndex = ([name]: readonly [string, Value]) => /^(?:0|[1-9]\d{0,8})$/.test(name)
  const all = [...entries]
  return [...all.filter(isIndex).sort(([a], [b]) => Number(a) - Number(b)), ...all.filter((each) => !isIndex(each))]
}

/** Items or entries by name, as `Object.entries` and a spread lay them out; null where they are not known. */
export const entriesOf = (value: Value): readonly (readonly [string, Value])[] | null => {
  if (typeof value === 'string') return [...Array(value.length).keys()].map((at) => [String(at), value[at]] as const)
  if (typeof value !== 'object' || value === null) return []
  if (value.kind === 'list')
    return value.spoilt === undefined ? value.items.map((item, at) => [String(at), item] as const) : null
  return value.kind === 'table' && value.spoilt === undefined ? inOrder(value.entries) : null
}

type Kind = Exclude<Value, undefined | null | boolean | number | string>['kind']

/** The value if it is of a kind; undefined otherwise. */
export const as = <K extends Kind>(value: Value, kind: K): Extract<Value, { kind: K }> | undefined =>
  typeof value === 'object' && value !== null && value.kind === kind
    ? (value as Extract<Value, { kind: K }>)
    : undefined

export const isUnknown = (value: Value): value is Unknown => as(value, 'unknown') !== undefined

export const isCallable = (value: Value): boolean =>
  as(value, 'function') !== undefined || as(value, 'native') !== undefined || as(value, 'class') !== undefined

/** Whether a condition holds; null where only a run can tell. */
export const truthOf = (value: Value): boolean | null => {
  if (isUnknown(value)) return null
  return typeof value === 'object' && value !== null ? true : Boolean(value)
}

/** The string a value gives in a template; null where only a run can tell. */
export const textOfValue = (value: Value): string | null => {
  if (typeof value !== 'object' || value === null) return String(value)
  if (value.kind === 'pattern') return `/${value.source}/${value.flags}`
  if (value.kind !== 'list' || value.spoilt !== undefined) return null
  const parts = value.items.map((item) => (item === undefined || item === null ? '' : textOfValue(item)))
  return parts.includes(null) ? null : parts.join(',')
}

/** A value as plain data; `known` is false where part of it is not known or is no data. */
export const toPlain = (value: Value, depth = 0): { readonly known: boolean; readonly data?: unknown } => {
  if (typeof value !== 'object' || value === null) return { known: true, data: value }
  if (depth > MAX_PLAIN_DEPTH) return { known: false }
  if (value.kind === 'list' && value.spoilt === undefined) {
    const items = value.items.map((item) => toPlain(item, depth + 1))
    return items.every(({ known }) => known) ? { known: true, data: items.map(({ data }) => data) } : { known: false }
  }
  if (value.kind !== 'table' || value.spoilt !== undefined) return { known: false }
  const entries = [...value.entries].map(([name, each]) => [name, toPlain(each, depth + 1)] as const)
  if (!entries.every(([, { known }]) => known)) return { known: false }
  return { known: true, data: Object.fromEntries(entries.map(([name, { data }]) => [name, data])) }
}

/** Plain data as a value. */
export const fromPlain = (data: unknown, depth = 0): Value => {
  if (data === null || data === undefined) return data
  if (typeof data === 'string' || typeof data === 'number' || typeof data === 'boolean') return data
  if (depth > MAX_PLAIN_DEPTH || typeof data !== 'object') return unknown('data that is nested deeply')
  if (Array.isArray(data)) return list(data.map((item) => fromPlain(item, depth + 1)))
  return table(Object.entries(data).map(([name, each]) => [name, fromPlain(each, depth + 1)] as const))
}
