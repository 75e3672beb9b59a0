import { keyText } from '../source/scope.ts'
import { child, type SyntaxNode, textOf } from '../source/syntax.ts'
import type { Module } from '../source/values.ts'
import { type Machine, quote, suppose, untoldAt } from './machine.ts'
import {
  as,
  inOrder,
  isUnknown,
  list,
  lookUp,
  type Scope,
  spoil,
  table,
  textOfValue,
  unknown,
  type Value,
} from './values.ts'

/** Declares the names of a pattern in a scope, each with its part of the value. */
export const bindPattern = (machine: Machine, pattern: SyntaxNode, value: Value, scope: Scope, module: Module): void =>
  spread(machine, pattern, value, scope, module, (target, part) => {
    if (target.type === 'identifier' || target.type.startsWith('shorthand_property_identifier'))
      scope.names.set(textOf(module.tree, target), part)
  })

/** Assigns to what a pattern names: variables, members, or parts of a destructured value. */
export const assignPattern = (
  machine: Machine,
  pattern: SyntaxNode,
  value: Value,
  scope: Scope,
  module: Module,
): void =>
  spread(machine, pattern, value, scope, module, (target, part) => assignTo(machine, target, part, scope, module))

const assignTo = (machine: Machine, target: SyntaxNode, value: Value, scope: Scope, module: Module): void => {
  const { state } = machine
  const settled = state.supposed > 0 ? unknown(state.supposition) : value
  const object = child(target, 'object')
  if (target.type === 'identifier' || target.type.startsWith('shorthand_property_identifier')) {
    const name = textOf(module.tree, target)
    ;(lookUp(scope, name) ?? scope).names.set(name, settled)
  } else if (target.type === 'member_expression' && object !== undefined) {
    const property = child(target, 'property')
    machine.assign(machine.evaluate(object, scope, module), property ? keyText(module.tree, property) : '', settled)
  } else if (target.type === 'subscript_expression' && object !== undefined) {
    const index = child(target, 'index')
    const name = index === undefined ? null : textOfValue(machine.evaluate(index, scope, module))
    const into = machine.evaluate(object, scope, module)
    if (name !== null) machine.assign(into, name, settled)
    else spoil(into, quote(target, module))
  } else if (target.type === 'non_null_expression' || target.type === 'parenthesized_expression') {
    if (target.children[0]) assignTo(machine, target.children[0], value, scope, module)
  } else untoldAt(`What \`${quote(target, module)}\` is assigned to is not followed.`, target, module)
}

/** Takes a value apart along a pattern, and calls `give` with each target and its part. */
const spread = (
  machine: Machine,
  pattern: SyntaxNode,
  value: Value,
  scope: Scope,
  module: Module,
  give: (target: SyntaxNode, part: Value) => void,
): void => {
  const inner = (below: SyntaxNode, part: Value): void => spread(machine, below, part, scope, module, give)
  machine.spend(pattern, module)
  switch (pattern.type) {
    case 'assignment_pattern':
    case 'object_assignment_pattern': {
      const left = child(pattern, 'left')
      if (left !== undefined) inner(left, withDefault(machine, value, child(pattern, 'right'), scope, module))
      return
    }
    case 'object_pattern': {
      const taken = new Set<string>()
      if (value === undefined || value === null)
        untoldAt(`\`${quote(pattern, module)}\` has nothing to be read of.`, pattern, module)
      for (const part of pattern.children) {
        const target = part.type === 'pair_pattern' ? child(part, 'value') : part
        const named = part.type === 'pair_pattern' ? child(part, 'key') : (child(part, 'left') ?? part)
        if (target === undefined || named === undefined || part.type === 'comment') continue
        if (part.type === 'rest_pattern') {
          if (part.children[0]) inner(part.children[0], restOf(value, taken, part, module))
          continue
        }
        const name = keyText(module.tree, named)
        taken.add(name)
        inner(target, machine.member(value, name))
      }
      return
    }
    case 'array_pattern': {
      let at = 0
      // Holes (`[, b]`) leave no node: their commas tell.
      let from = pattern.start + 1
      for (const part of pattern.children) {
        if (part.type === 'comment') continue
        const commas = module.tree.text.slice(from, part.start).split(',').length - 1
        at += from === pattern.start + 1 ? commas : commas - 1
        from = part.end
        const items = as(value, 'list')
        if (part.type === 'rest_pattern') {
          const rest = items && items.spoilt === undefined ? list(items.items.slice(at)) : unknown(quote(part, module))
          if (part.children[0]) inner(part.children[0], rest)
        } else inner(part, isUnknown(value) ? value : machine.member(value, String(at)))
        at++
      }
      return
    }
    default:
      give(pattern, value)
  }
}

const withDefault = (
  machine: Machine,
  value: Value,
  fallback: SyntaxNode | undefined,
  scope: Scope,
  module: Module,
): Value => {
  if (fallback === undefined) return value
  if (value === undefined) return machine.evaluate(fallback, scope, module)
  if (isUnknown(value)) suppose(machine, `what \`${value.why}\` is`, () => machine.evaluate(fallback, scope, module))
  return value
}

const restOf = (value: Value, taken: ReadonlySet<string>, part: SyntaxNode, module: Module): Value => {
  const from = as(value, 'table')
  if (!from || from.spoilt !== undefined) return unknown(quote(part, module))
  return table(inOrder(from.entries).filter(([name]) => !taken.has(name)))
}

/** Binds the parameters of a function to what it is called with. */
export const bindParameters = (
  machine: Machine,
  parameters: readonly SyntaxNode[],
  args: readonly Value[],
  scope: Scope,
  module: Module,
): void => {
  for (const [at, parameter] of parameters.entries()) {
    const pattern = child(parameter, 'pattern') ?? parameter
    if (pattern.type === 'rest_pattern') {
      if (pattern.children[0]) bindPattern(machine, pattern.children[0], list(args.slice(at)), scope, module)
      continue
    }
    const fallback = child(parameter, 'value')
    const value = withDefault(machine, args[at], fallback, scope, module)
    bindPattern(machine, pattern, value, scope, module)
  }
}
