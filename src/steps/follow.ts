import { type ReadFile, resolveImport } from '../source/modules.ts'
import type { Language, SyntaxTree } from '../source/syntax.ts'
import type { Module } from '../source/values.ts'
import { callValue } from './calls.ts'
import { evaluateNode } from './expressions.ts'
import { globalValue } from './globals.ts'
import { createLoader, type Packages } from './imports.ts'
import { type Machine, type MachineState, untoldAt } from './machine.ts'
import { assignMember, memberOf } from './members.ts'
import { executeAll } from './statements.ts'
import type { Scope, Value } from './values.ts'

/** Levels of nested expressions and calls; a few frames of our own stack each. */
const MAX_DEPTH = 600
const MAX_WORK = 400_000

export interface FollowOptions {
  readonly readFile: ReadFile
  readonly parse: (language: Language, text: string) => SyntaxTree
  /** Absolute path of the repository. */
  readonly root: string
  /** Parsed files, kept from one reading to the next. */
  readonly cache: Map<string, Module>
}

/** What the things of the test library have under their names. */
export interface HostMembers {
  locator(of: Value, name: string): Value
}

/** A machine, and how a file is run on it. */
export interface Follower {
  readonly machine: Machine
  /** Runs a file, once; null where it is not there or cannot be parsed. */
  run(file: string): {
    readonly module: Module
    readonly scope: Scope
    readonly exported: (name: string) => Value
    readonly fault: Error | null
  } | null
  load(file: string): Module | null
}

/**
 * Follows sources of JavaScript and TypeScript step by step as they would run, as far as they tell it themselves: unlike
 * `source/evaluate.ts`, which says all that an expression may be, this says what it is, or stops. Work and depth are
 * bounded, and nothing of the sources runs.
 */
export const createFollower = (
  options: FollowOptions,
  packages: (machine: Machine) => Packages,
  members: (machine: Machine) => HostMembers,
): Follower => {
  const state: MachineState = { steps: 0, supposed: 0, supposition: '', caught: 0, isLoading: true }
  let work = 0
  let depth = 0
  const deeper = <T>(work: () => T, node: Parameters<Machine['spend']>[0], module: Module): T => {
    machine.spend(node, module)
    if (depth >= MAX_DEPTH) untoldAt('The source is nested too deeply to be followed.', node, module)
    depth++
    try {
      return work()
    } finally {
      depth--
    }
  }
  const machine: Machine = {
    evaluate: (node, scope, module) => deeper(() => evaluateNode(machine, node, scope, module), node, module),
    execute: (statements, scope, module) => {
      const [first] = statements
      return first === undefined ? null : deeper(() => executeAll(machine, statements, scope, module), first, module)
    },
    call: (callee, args, self) => callValue(machine, callee, args, self),
    member: (value, name) => memberOf(machine, locatorMember, value, name),
    assign: (value, name, to) => assignMember(machine, value, name, to),
    importFrom: (from, specifier, name) => loader.importFrom(from, specifier, name),
    global: (name, module) => globalValue(machine, name, module),
    readFile: options.readFile,
    root: options.root,
    sites: [],
    spend(node, module) {
      if (++work > MAX_WORK) untoldAt('The source does too much to be followed.', node, module)
    },
    state,
  }
  const loader = createLoader(machine, packages(machine), {
    ...options,
    resolve: (from, specifier) => resolveImport(from, specifier, options.readFile),
  })
  const locatorMember = members(machine).locator
  return { machine, run: loader.run, load: loader.load }
}
