import { readRegExp, readString, readTemplate } from '../source/literals.ts'
import { keyText } from '../source/scope.ts'
import { child, type SyntaxNode, textOf } from '../source/syntax.ts'
import type { Module } from '../source/values.ts'
import { holdsActing, readAccess, readSubscript } from './access.ts'
import { argumentsOf, evaluateCall, evaluateNew } from './calls.ts'
import { defineClass, thisOf } from './classes.ts'
import { functionValue } from './functions.ts'
import { type Machine, quote, suppose, untoldAt, whether } from './machine.ts'
import { evaluateBinary, evaluateUnary, isSame, operatorBetween } from './operators.ts'
import { assignPattern } from './patterns.ts'
import { evaluateUpdate } from './updates.ts'
import {
  as,
  entriesOf,
  isUnknown,
  list,
  lookUp,
  type Scope,
  spoil,
  table,
  textOfValue,
  truthOf,
  unknown,
  type Value,
} from './values.ts'

const MAX_TEXT = 200_000

/** What an expression comes to. Whatever the source alone does not tell is unknown; steps are done on the way. */
export const evaluateNode = (machine: Machine, node: SyntaxNode, scope: Scope, module: Module): Value => {
  const { tree } = module
  const part = (field: string): Value => {
    const below = child(node, field)
    return below === undefined ? unknown(quote(node, module)) : machine.evaluate(below, scope, module)
  }
  switch (node.type) {
    case 'identifier':
    case 'shorthand_property_identifier':
      return nameValue(machine, textOf(tree, node), scope, module)
    case 'undefined':
      return undefined
    case 'null':
      return null
    case 'true':
    case 'false':
      return node.type === 'true'
    case 'this':
      return thisOf(scope)
    case 'string':
      return readString(tree, node)
    case 'number':
      return Number(textOf(tree, node).replaceAll('_', ''))
    case 'template_string':
      return evaluateTemplate(machine, node, scope, module)
    case 'regex':
      return { kind: 'pattern', ...readRegExp(tree, node) }
    case 'array':
      return hasHoles(node, module)
        ? untoldAt(`\`${quote(node, module)}\` has holes.`, node, module)
        : list(itemsOf(machine, node, scope, module))
    case 'object':
      return evaluateObject(machine, node, scope, module)
    case 'parenthesized_expression':
    case 'as_expression':
    case 'satisfies_expression':
    case 'non_null_expression':
    case 'await_expression': {
      const inner = node.children.find((each) => each.type !== 'comment')
      return inner === undefined ? undefined : machine.evaluate(inner, scope, module)
    }
    case 'type_assertion':
    case 'sequence_expression':
      return node.children.reduce<Value>(
        (_, each, at) =>
          node.type === 'type_assertion' && at === 0 ? undefined : machine.evaluate(each, scope, module),
        undefined,
      )
    case 'member_expression':
      return named(readAccess(machine, node, scope, module).member, node, module)
    case 'subscript_expression':
      return named(readSubscript(machine, node, scope, module).member, node, module)
    case 'call_expression':
      return evaluateCall(machine, node, scope, module)
    case 'new_expression':
      return evaluateNew(machine, node, scope, module)
    case 'binary_expression':
      return evaluateBinaryNode(machine, node, scope, module)
    case 'ternary_expression':
      return either(machine, part('condition'), child(node, 'condition') ?? node, scope, module, [
        child(node, 'consequence'),
        child(node, 'alternative'),
      ])
    case 'unary_expression':
      return evaluateUnaryNode(machine, node, scope, module)
    case 'assignment_expression': {
      const value = part('right')
      const left = child(node, 'left')
      if (left !== undefined) assignPattern(machine, left, value, scope, module)
      return value
    }
    case 'augmented_assignment_expression':
    case 'update_expression':
      return evaluateUpdate(machine, node, scope, module)
    case 'arrow_function':
    case 'function_expression':
    case 'function_declaration':
    case 'generator_function':
      return functionValue(node, scope, module)
    case 'class':
      return defineClass(machine, node, scope, module)
    case 'yield_expression':
      return untoldAt('A generator is not followed.', node, module)
    default:
      return unknown(quote(node, module), true)
  }
}

const nameValue = (machine: Machine, name: string, scope: Scope, module: Module): Value => {
  const found = lookUp(scope, name)
  return found ? found.names.get(name) : machine.global(name, module)
}

const evaluateTemplate = (machine: Machine, node: SyntaxNode, scope: Scope, module: Module): Value => {
  let text = ''
  for (const piece of readTemplate(module.tree, node)) {
    const value = piece.expression === null ? piece.text : machine.evaluate(piece.expression, scope, module)
    const known = textOfValue(value)
    if (known === null) return isUnknown(value) ? value : unknown(quote(node, module))
    text += known
    if (text.length > MAX_TEXT) return unknown(quote(node, module))
  }
  return text
}

/** `[1, , 2]`: the tree has no node for what is left out. */
const hasHoles = ({ start, children }: SyntaxNode, { tree }: Module): boolean => {
  let from = start + 1
  for (const [at, item] of children.entries()) {
    const commas = tree.text.slice(from, item.start).split(',').length - 1
    if (commas > (at === 0 ? 0 : 1)) return true
    from = item.end
  }
  return false
}

/** Items of a list literal, spread ones laid out; where such a list is not known, the item is. */
const itemsOf = (machine: Machine, node: SyntaxNode, scope: Scope, module: Module): Value[] =>
  argumentsOf(machine, node.children, scope, module)

const evaluateObject = (machine: Machine, node: SyntaxNode, scope: Scope, module: Module): Value => {
  const { tree } = module
  const made = table()
  for (const member of node.children) {
    const key = child(member, 'key') ?? child(member, 'name')
    const value = child(member, 'value')
    if (member.type === 'shorthand_property_identifier')
      made.entries.set(textOf(tree, member), machine.evaluate(member, scope, module))
    else if (member.type === 'spread_element' && member.children[0] !== undefined) {
      const spread = machine.evaluate(member.children[0], scope, module)
      const entries = isUnknown(spread) ? null : entriesOf(spread)
      if (entries === null) spoil(made, quote(member.children[0], module))
      else for (const [name, each] of entries) made.entries.set(name, each)
    } else if (key !== undefined) {
      const name = nameOfKey(machine, key, scope, module)
      if (name === null) spoil(made, quote(key, module))
      else if (member.type === 'method_definition') {
        const isAccessor = /^(?:get|set)\s/.test(tree.text.slice(member.start, key.start))
        made.entries.set(name, isAccessor ? unknown(quote(member, module)) : functionValue(member, scope, module))
      } else if (value !== undefined) made.entries.set(name, machine.evaluate(value, scope, module))
    }
  }
  return made
}

const nameOfKey = (machine: Machine, key: SyntaxNode, scope: Scope, module: Module): string | null => {
  if (key.type !== 'computed_property_name') return keyText(module.tree, key)
  const inner = key.children[0]
  return inner === undefined ? null : textOfValue(machine.evaluate(inner, scope, module))
}

/** An unknown member is named as it is written, which says more than what it was read of. */
const named = (member: Value, node: SyntaxNode, module: Module): Value =>
  isUnknown(member) && !member.acts ? unknown(quote(node, module)) : member

/** One of two branches; where the condition is not known, neither may do a step and the value is not known. */
const either = (
  machine: Machine,
  condition: Value,
  at: SyntaxNode,
  scope: Scope,
  module: Module,
  [consequence, alternative]: readonly (SyntaxNode | undefined)[],
): Value => {
  const truth = truthOf(condition)
  if (truth !== null) {
    const chosen = truth ? consequence : alternative
    return chosen === undefined ? undefined : machine.evaluate(chosen, scope, module)
  }
  return suppose(machine, whether(at, module), () => {
    const values = [consequence, alternative].map((each) => each && machine.evaluate(each, scope, module))
    const [first, second] = values
    return values.length === 2 && isSame(first, second) === true
      ? first
      : unknown(quote(at, module), values.some(holdsActing))
  })
}

const evaluateBinaryNode = (machine: Machine, node: SyntaxNode, scope: Scope, module: Module): Value => {
  const left = child(node, 'left')
  const right = child(node, 'right')
  if (left === undefined || right === undefined) return unknown(quote(node, module))
  const operator = operatorBetween(module, left.end, right.start)
  const first = machine.evaluate(left, scope, module)
  if (operator === '&&' || operator === '||' || operator === '??') {
    const isDecided =
      operator === '??' ? (isUnknown(first) ? null : first !== undefined && first !== null) : truthOf(first)
    const takesFirst = isDecided === null ? null : operator === '&&' ? !isDecided : isDecided
    if (takesFirst === true) return first
    if (takesFirst === false) return machine.evaluate(right, scope, module)
    const second = suppose(machine, whether(left, module), () => machine.evaluate(right, scope, module))
    return unknown(quote(node, module), holdsActing(first) || holdsActing(second))
  }
  const second = machine.evaluate(right, scope, module)
  return evaluateBinary(operator, first, second) ?? unknown(quote(node, module))
}

const evaluateUnaryNode = (machine: Machine, node: SyntaxNode, scope: Scope, module: Module): Value => {
  const argument = child(node, 'argument')
  if (argument === undefined) return unknown(quote(node, module))
  const operator = operatorBetween(module, node.start, argument.start)
  if (operator === 'typeof' && argument.type === 'identifier' && !lookUp(scope, textOf(module.tree, argument)))
    return unknown(quote(node, module))
  if (operator === 'delete') {
    const object = child(argument, 'object')
    const from = object === undefined ? undefined : as(machine.evaluate(object, scope, module), 'table')
    if (from) spoil(from, quote(node, module))
    return true
  }
  const value = machine.evaluate(argument, scope, module)
  return operator === 'void' ? undefined : (evaluateUnary(operator, value) ?? unknown(quote(node, module)))
}
