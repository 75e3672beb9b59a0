import { keyText } from '../source/scope.ts'
import { child, type SyntaxNode, textOf } from '../source/syntax.ts'
import type { Module } from '../source/values.ts'
import { type Machine, quote } from './machine.ts'
import { bindPattern } from './patterns.ts'
import { type Scope, table, unknown, type Value, wholeScope } from './values.ts'

/** Declares what `const`, `let` and `var` name, in the block or, for `var`, in the whole function. */
export const declareVariables = (machine: Machine, node: SyntaxNode, scope: Scope, module: Module): void => {
  for (const declarator of node.children) {
    const [pattern, value] = [child(declarator, 'name'), child(declarator, 'value')]
    if (declarator.type !== 'variable_declarator' || pattern === undefined) continue
    const isVar = node.type === 'variable_declaration'
    const into = isVar ? wholeScope(scope) : scope
    // `var x` once more leaves what it holds.
    if (isVar && value === undefined && into.names.has(textOf(module.tree, pattern))) continue
    const given = value === undefined ? undefined : machine.evaluate(value, scope, module)
    bindPattern(machine, pattern, given, into, module)
  }
}

/** An `enum` as the object that it becomes: names to values. */
export const declareEnum = (machine: Machine, node: SyntaxNode, scope: Scope, module: Module): void => {
  const made = table()
  let next: number | null = 0
  for (const member of child(node, 'body')?.children ?? []) {
    const key = member.type === 'enum_assignment' ? child(member, 'name') : member
    const given = child(member, 'value')
    if (key === undefined || member.type === 'comment') continue
    const value: Value =
      given === undefined ? (next ?? unknown(quote(member, module))) : machine.evaluate(given, scope, module)
    made.entries.set(keyText(module.tree, key), value)
    next = typeof value === 'number' ? value + 1 : null
  }
  const name = child(node, 'name')
  if (name !== undefined) scope.names.set(textOf(module.tree, name), made)
}
