import { isFunction, parametersOf } from '../source/scope.ts'
import { child, type SyntaxNode, walk } from '../source/syntax.ts'
import type { Module } from '../source/values.ts'
import { type Machine, untoldAt } from './machine.ts'
import { bindParameters } from './patterns.ts'
import { type Class, type Func, list, type Scope, scopeIn, type Value } from './values.ts'

/** Under this name a method's scope holds the class whose `super` it means. */
export const HOME = ' home'

export const functionValue = (node: SyntaxNode, scope: Scope, module: Module, home: Class | null = null): Func => ({
  kind: 'function',
  node,
  module,
  scope,
  home,
  entries: new Map(),
})

/** A new scope for a call of a function: with its `this`, unless it is an arrow function, and its parameters. */
export const enterFunction = (machine: Machine, fn: Func, args: readonly Value[], self: Value): Scope => {
  const scope = scopeIn(fn.scope, true)
  if (fn.node.type !== 'arrow_function') {
    scope.names.set('this', self)
    scope.names.set('arguments', list(args))
    if (fn.home) scope.names.set(HOME, fn.home)
  }
  bindParameters(machine, parametersOf(fn.node), args, scope, fn.module)
  return scope
}

/** Follows the body of a function, and gives what it returns. An `async` one is followed to its end at once. */
export const callFunction = (machine: Machine, fn: Func, args: readonly Value[], self: Value): Value => {
  const body = child(fn.node, 'body')
  if (body === undefined) return undefined
  if (isGenerator(fn.node)) return untoldAt('A generator is not followed.', fn.node, fn.module)
  const scope = enterFunction(machine, fn, args, self)
  if (body.type !== 'statement_block') return machine.evaluate(body, scope, fn.module)
  const completion = machine.execute(body.children, scopeIn(scope), fn.module)
  return completion?.type === 'return' ? completion.value : undefined
}

/** Functions that hand out one value after the other. */
const isGenerator = (fn: SyntaxNode): boolean => {
  if (fn.type.startsWith('generator')) return true
  for (const each of walk(fn)) if (each.type === 'yield_expression' && functionAround(each) === fn) return true
  return false
}

const functionAround = (node: SyntaxNode): SyntaxNode | null => {
  for (let here = node.parent; here !== null; here = here.parent) if (isFunction(here)) return here
  return null
}
