import { child, type SyntaxNode, textOf } from '../source/syntax.ts'
import type { Module } from '../source/values.ts'
import { type Machine, quote, suppose, whether } from './machine.ts'
import { evaluateBinary, operatorBetween } from './operators.ts'
import { assignPattern } from './patterns.ts'
import { isUnknown, type Scope, truthOf, unknown, type Value } from './values.ts'

/** `a += b`, `a ??= b`, `i++`. */
export const evaluateUpdate = (machine: Machine, node: SyntaxNode, scope: Scope, module: Module): Value => {
  const left = child(node, 'left') ?? child(node, 'argument')
  const right = child(node, 'right')
  if (left === undefined) return unknown(quote(node, module))
  const before = machine.evaluate(left, scope, module)
  if (right === undefined) {
    const text = textOf(module.tree, node)
    const after = typeof before === 'number' ? before + (text.includes('++') ? 1 : -1) : unknown(quote(node, module))
    assignPattern(machine, left, after, scope, module)
    return /^(?:\+\+|--)/.test(text) ? after : before
  }
  const operator = operatorBetween(module, left.end, right.start).slice(0, -1)
  if (operator === '??' || operator === '||' || operator === '&&') {
    const truth =
      operator === '??' ? (isUnknown(before) ? null : before === undefined || before === null) : truthOf(before)
    if (truth === null) {
      suppose(machine, whether(left, module), () => machine.evaluate(right, scope, module))
      assignPattern(machine, left, unknown(quote(node, module)), scope, module)
      return unknown(quote(node, module))
    }
    const isDue = operator === '||' ? !truth : truth
    if (!isDue) return before
    const value = machine.evaluate(right, scope, module)
    assignPattern(machine, left, value, scope, module)
    return value
  }
  const value = evaluateBinary(operator, before, machine.evaluate(right, scope, module)) ?? unknown(quote(node, module))
  assignPattern(machine, left, value, scope, module)
  return value
}
