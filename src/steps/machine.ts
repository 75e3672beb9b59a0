import type { ReadFile } from '../source/modules.ts'
import { placeAt, type SyntaxNode, textOf } from '../source/syntax.ts'
import type { Module } from '../source/values.ts'
import type { Scope, Value } from './values.ts'

/** A call that is under way: the call as written, and where. */
export interface Site {
  readonly module: Module
  readonly node: SyntaxNode
}

/** What a statement ends with: null where the next one follows. */
export type Completion =
  | null
  | { readonly type: 'return'; readonly value: Value }
  | { readonly type: 'break' | 'continue'; readonly label: string | null }

/** What the parts that follow a source ask of one another. */
export interface Machine {
  evaluate(node: SyntaxNode, scope: Scope, module: Module): Value
  execute(statements: readonly SyntaxNode[], scope: Scope, module: Module): Completion
  call(callee: Value, args: readonly Value[], self: Value): Value
  member(value: Value, name: string): Value
  assign(value: Value, name: string, to: Value): void
  /** What a module exports under a name; `*` for all of it. */
  importFrom(from: Module, specifier: string, name: string): Value
  global(name: string, module: Module): Value
  readonly readFile: ReadFile
  /** Absolute path of the repository, for paths that the source makes from where it lies. */
  readonly root: string
  /** Calls that are under way, the outermost first. */
  readonly sites: Site[]
  /** Counts one bit of work at a node; ends the reading where it has become too much. */
  spend(node: SyntaxNode, module: Module): void
  readonly state: MachineState
}

export interface MachineState {
  /** Steps done so far. */
  steps: number
  /** Above 0 while something is followed of which only a run can tell whether it happens. */
  supposed: number
  /** What is not known, as a clause: ``whether `x` holds``. */
  supposition: string
  /** Above 0 inside of a `try` whose `catch` would swallow that a step failed. */
  caught: number
  /** True until all files have been loaded: there is no page yet that anything could be done to. */
  isLoading: boolean
}

/** The source does not tell what happens next. */
export class Untold extends Error {
  readonly file: string | null
  readonly line: number | null
  constructor(message: string, site: Site | null) {
    super(message)
    this.name = 'Untold'
    this.file = site?.module.file ?? null
    this.line = site ? placeAt(site.module.tree.text, site.node.start).line : null
  }
}

/** An exception that the source itself throws. */
export class Thrown extends Error {
  readonly value: Value
  constructor(value: Value) {
    super('The source throws an exception.')
    this.name = 'Thrown'
    this.value = value
  }
}

/** Ends the reading at the innermost call that is under way. */
export const untold = (machine: Machine, message: string): never => {
  throw new Untold(message, machine.sites.at(-1) ?? null)
}

/** Ends the reading at a node. */
export const untoldAt = (message: string, node: SyntaxNode, module: Module): never => {
  throw new Untold(message, { module, node })
}

const LONGEST_QUOTE = 80

/** A bit of source as a message quotes it. */
export const quote = (node: SyntaxNode, module: Module): string => {
  const text = textOf(module.tree, node)
    .slice(0, LONGEST_QUOTE * 2)
    .replace(/\s+/g, ' ')
  return text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE)}…` : text
}

/** What is not known of a condition, as a clause. */
export const whether = (condition: SyntaxNode, module: Module): string => {
  const inner = condition.type === 'parenthesized_expression' ? (condition.children[0] ?? condition) : condition
  return `whether \`${quote(inner, module)}\` holds`
}

/** A clause of what is not known, as a sentence. */
export const onlyARunTells = (clause: string): string =>
  `${clause.slice(0, 1).toUpperCase()}${clause.slice(1)} is known only when the test runs.`

/** Follows what may or may not happen: it may change what is known, but not do a step. */
export const suppose = <T>(machine: Machine, supposition: string, work: () => T): T => {
  const { state } = machine
  const before = state.supposition
  state.supposed++
  state.supposition = supposition
  try {
    return work()
  } finally {
    state.supposed--
    state.supposition = before
  }
}
