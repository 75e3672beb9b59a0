import { contextFor } from './evaluate-names.ts'
import { isField, keyText, parametersOf } from './scope.ts'
import type { SyntaxNode } from './syntax.ts'
import { child, textOf, walk } from './syntax.ts'
import { type ClassValue, type Context, choiceOf, type Evaluator, PAGE, UNKNOWN, type Value } from './values.ts'

type Instance = Extract<Value, { kind: 'instance' }>

const MAX_ANCESTORS = 12

/** A member of an object made by `new`: methods, getters, fields, what the constructor assigns; then the base class's. */
export function instanceMember(ev: Evaluator, instance: Instance, name: string): Value {
  let level: { of: ClassValue; args: readonly Value[] | null } | null = instance
  for (let count = 0; level !== null && count < MAX_ANCESTORS; count++) {
    const found = ownMember(ev, instance, level.of, level.args, name)
    if (found !== null && found.kind !== 'unknown') return found
    if (found !== null && name !== 'page') return found
    level = baseOf(ev, instance, level.of, level.args)
  }
  return name === 'page' ? PAGE : UNKNOWN
}

/** The method `super.name` means inside a class. */
export function superMember(ev: Evaluator, instance: Instance, inside: SyntaxNode, name: string): Value {
  let level: { of: ClassValue; args: readonly Value[] | null } | null = instance
  for (let count = 0; level !== null && count < MAX_ANCESTORS; count++) {
    const base = baseOf(ev, instance, level.of, level.args)
    if (level.of.node === inside) {
      if (base === null) return UNKNOWN
      for (let up: typeof base | null = base; up !== null && count < MAX_ANCESTORS; count++) {
        const found = ownMember(ev, instance, up.of, up.args, name)
        if (found !== null) return found
        up = baseOf(ev, instance, up.of, up.args)
      }
      return UNKNOWN
    }
    level = base
  }
  return UNKNOWN
}

function ownMember(
  ev: Evaluator,
  self: Instance,
  of: ClassValue,
  args: readonly Value[] | null,
  name: string,
): Value | null {
  const { tree } = of.context.module
  const body = child(of.node, 'body')?.children ?? []
  for (const member of body) {
    const key = memberKey(member)
    if (key === undefined || keyText(tree, key) !== name || isStatic(tree.text, member, key)) continue
    if (member.type === 'method_definition') {
      const modifiers = tree.text.slice(member.start, key.start)
      if (/\bset\s/.test(modifiers)) continue
      const method: Value = { kind: 'function', node: member, context: of.context, self }
      return /\bget\s/.test(modifiers) ? ev.call(method, []) : method
    }
    const value = child(member, 'value')
    if (isField(member) && value !== undefined) return ev.evaluate(value, callContext(of, member, [], self))
  }
  const maker = body.find((member) => isConstructor(tree.text, member))
  if (maker !== undefined) {
    const context = callContext(of, maker, args, self)
    for (const parameter of parametersOf(maker)) {
      const pattern = child(parameter, 'pattern')
      const isProperty = parameter.children.some(
        (each) => each.type === 'accessibility_modifier' || each.type === 'override_modifier',
      )
      const readonly = pattern !== undefined && /\breadonly\s/.test(tree.text.slice(parameter.start, pattern.start))
      if (pattern?.type === 'identifier' && textOf(tree, pattern) === name && (isProperty || readonly))
        return ev.evaluate(pattern, context)
    }
  }
  return assignedMember(ev, self, of, args, maker, name)
}

/** What is assigned to `this.name`: in the constructor where it is there, else in any method. */
function assignedMember(
  ev: Evaluator,
  self: Instance,
  of: ClassValue,
  args: readonly Value[] | null,
  maker: SyntaxNode | undefined,
  name: string,
): Value | null {
  const { tree } = of.context.module
  const methods = (child(of.node, 'body')?.children ?? []).filter((member) => member.type === 'method_definition')
  for (const method of maker === undefined ? methods : [maker, ...methods.filter((each) => each !== maker)]) {
    const values: Value[] = []
    const context = callContext(of, method, method === maker ? args : null, self)
    for (const node of walk(method)) {
      if (node.type !== 'assignment_expression') continue
      const left = child(node, 'left')
      const right = child(node, 'right')
      if (left?.type !== 'member_expression' || right === undefined || textOf(tree, left) !== `this.${name}`) continue
      values.push(ev.evaluate(right, contextFor(right, of.context.module, context)))
    }
    if (values.length > 0) return choiceOf(values)
  }
  return null
}

/** The class this one extends, with the arguments its constructor hands on. */
function baseOf(
  ev: Evaluator,
  self: Instance,
  of: ClassValue,
  args: readonly Value[] | null,
): { of: ClassValue; args: readonly Value[] | null } | null {
  const heritage = of.node.children.find((each) => each.type === 'class_heritage')
  const clause = heritage?.children.find((each) => each.type === 'extends_clause')
  const expression = clause === undefined ? heritage?.children[0] : child(clause, 'value')
  if (expression === undefined || expression.type === 'implements_clause') return null
  const base = ev.evaluate(expression, of.context)
  if (base.kind !== 'class') return null
  const { tree } = of.context.module
  const maker = child(of.node, 'body')?.children.find((member) => isConstructor(tree.text, member))
  if (maker === undefined) return { of: base, args }
  for (const node of walk(maker)) {
    if (node.type !== 'call_expression' || child(node, 'function')?.type !== 'super') continue
    const context = callContext(of, maker, args, self)
    const passed = (child(node, 'arguments')?.children ?? []).filter((each) => each.type !== 'comment')
    return { of: base, args: passed.map((each) => ev.evaluate(each, contextFor(each, of.context.module, context))) }
  }
  return { of: base, args: null }
}

function callContext(of: ClassValue, fn: SyntaxNode, args: readonly Value[] | null, self: Value): Context {
  return { module: of.context.module, fn, args, self, outer: of.context, frame: of.context.frame }
}

/** A static field, method or getter of a class. */
export function staticMember(ev: Evaluator, of: ClassValue, name: string): Value {
  const { tree } = of.context.module
  for (const member of child(of.node, 'body')?.children ?? []) {
    const key = memberKey(member)
    if (key === undefined || keyText(tree, key) !== name || !isStatic(tree.text, member, key)) continue
    if (member.type === 'method_definition') {
      const method: Value = { kind: 'function', node: member, context: of.context, self: of }
      return /\bget\s/.test(tree.text.slice(member.start, key.start)) ? ev.call(method, []) : method
    }
    const value = child(member, 'value')
    if (value !== undefined) return ev.evaluate(value, callContext(of, member, [], of))
  }
  const heritage = of.node.children.find((each) => each.type === 'class_heritage')
  const parent =
    heritage?.children[0]?.type === 'extends_clause' ? child(heritage.children[0], 'value') : heritage?.children[0]
  const base = parent === undefined ? UNKNOWN : ev.evaluate(parent, of.context)
  return base.kind === 'class' ? ev.member(base, name) : UNKNOWN
}

function memberKey(member: SyntaxNode): SyntaxNode | undefined {
  return child(member, 'name') ?? child(member, 'property')
}

function isStatic(text: string, member: SyntaxNode, key: SyntaxNode): boolean {
  return /\bstatic\s/.test(text.slice(member.start, key.start))
}

function isConstructor(text: string, member: SyntaxNode): boolean {
  const key = member.type === 'method_definition' ? memberKey(member) : undefined
  return key !== undefined && text.slice(key.start, key.end) === 'constructor'
}
