import { fixtureArgument } from './evaluate-fixtures.ts'
import { type Binding, enclosingClass, enclosingFunction, findBinding, isField, keyText } from './scope.ts'
import type { SyntaxNode } from './syntax.ts'
import { child, textOf, walk } from './syntax.ts'
import { type Context, choiceOf, distribute, type Evaluator, type Module, PAGE, UNKNOWN, type Value } from './values.ts'

const MAX_ASSIGNMENTS = 12

/** The context a node stands in: the known call around it where `inner` has one, else a call with unknown arguments. */
export function contextFor(node: SyntaxNode, module: Module, inner: Context | null): Context {
  const fn = enclosingFunction(node)
  for (let here = inner; here !== null; here = here.outer) if (here.fn === fn && here.module === module) return here
  const base = { module, fn, args: null, self: null, frame: inner?.frame ?? 0 }
  return { ...base, outer: fn === null ? null : contextFor(fn, module, inner) }
}

/** What an identifier stands for where it is written. */
export function evaluateName(ev: Evaluator, node: SyntaxNode, context: Context): Value {
  return nameValue(ev, textOf(context.module.tree, node), node, context)
}

export function nameValue(ev: Evaluator, name: string, from: SyntaxNode, context: Context): Value {
  const binding = findBinding(context.module.tree, from, name)
  return binding === null ? globalValue(name, context) : bindingValue(ev, binding, name, context)
}

/** A CommonJS module may speak of its own exports. */
function globalValue(name: string, { module }: Context): Value {
  const exported = (): Value => ({ kind: 'module', module })
  if (name === 'exports') return exported()
  return name === 'module' ? { kind: 'object', properties: new Map([['exports', exported]]) } : UNKNOWN
}

function bindingValue(ev: Evaluator, binding: Binding, name: string, context: Context): Value {
  const { module } = context
  switch (binding.kind) {
    case 'import': {
      const target = ev.importModule(module.file, binding.specifier)
      return target === null ? UNKNOWN : ev.exported(target, binding.imported)
    }
    case 'declaration':
      return evaluateDeclaration(ev, binding.node, contextFor(binding.node, module, context))
    case 'value': {
      const first = ev.evaluate(binding.node, contextFor(binding.node, module, context))
      const value = withFallback(ev, follow(ev, first, binding.path), binding.fallback, context)
      return binding.scope === null ? value : choiceOf([value, ...assignedValues(ev, binding.scope, name, context)])
    }
    case 'element': {
      const list = ev.evaluate(binding.node, contextFor(binding.node, module, context))
      return follow(ev, elementsOf(list), binding.path)
    }
    case 'assigned':
      return choiceOf(assignedValues(ev, binding.scope, name, context))
    case 'parameter':
      return parameterValue(ev, binding, name, context)
  }
}

function parameterValue(
  ev: Evaluator,
  binding: Extract<Binding, { kind: 'parameter' }>,
  name: string,
  context: Context,
): Value {
  const inside = child(binding.fn, 'body') ?? binding.fn
  const own = contextFor(inside.parent === binding.fn ? inside : binding.fn, context.module, context)
  const value = own.args === null ? unbound(ev, binding, own) : argument(ev, own.args, binding)
  const settled = withFallback(ev, value, binding.fallback, own)
  if (settled.kind !== 'unknown') return settled
  const pageLike = name === 'page' || /(^|\.)(Page|FrameLocator|Frame)$/.test(binding.type)
  return pageLike ? PAGE : UNKNOWN
}

function argument(ev: Evaluator, args: readonly Value[], binding: Extract<Binding, { kind: 'parameter' }>): Value {
  if (binding.rest) return { kind: 'list', items: args.slice(binding.index).map((each) => () => each) }
  return follow(ev, args[binding.index] ?? { kind: 'undefined' }, binding.path)
}

function unbound(ev: Evaluator, binding: Extract<Binding, { kind: 'parameter' }>, own: Context): Value {
  const fixture = fixtureArgument(ev, binding.fn, binding.index, binding.path, own)
  if (fixture !== null) return fixture
  const looped = loopedOver(ev, binding.fn, own)
  if (looped !== null && binding.index === 0) return follow(ev, looped, binding.path)
  return choiceOf(ev.callers(binding.fn, own).map((caller) => argument(ev, caller.args, binding)))
}

/** The items a callback of `list.forEach(…)` and the like is called with. */
function loopedOver(ev: Evaluator, fn: SyntaxNode, context: Context): Value | null {
  const call = fn.parent?.type === 'arguments' ? fn.parent.parent : null
  const callee = call === null || call === undefined ? undefined : child(call, 'function')
  const method = callee === undefined ? undefined : child(callee, 'property')
  const list = callee === undefined ? undefined : child(callee, 'object')
  if (method === undefined || list === undefined) return null
  if (!/^(?:forEach|map|flatMap|filter|find|some|every)$/.test(textOf(context.module.tree, method))) return null
  return elementsOf(ev.evaluate(list, contextFor(list, context.module, context.outer)))
}

function elementsOf(list: Value): Value {
  return distribute(list, (each) => {
    if (each.kind === 'list') return choiceOf(each.items.map((item) => item()))
    return each.kind === 'locator' ? each : UNKNOWN
  })
}

function withFallback(ev: Evaluator, value: Value, fallback: SyntaxNode | null, context: Context): Value {
  if (fallback === null || (value.kind !== 'unknown' && value.kind !== 'undefined')) return value
  return ev.evaluate(fallback, contextFor(fallback, context.module, context))
}

function follow(ev: Evaluator, value: Value, path: readonly string[]): Value {
  return path.reduce((each, name) => ev.member(each, name), value)
}

function assignedValues(ev: Evaluator, scope: SyntaxNode, name: string, context: Context): Value[] {
  const { module } = context
  return assignmentsTo(module, scope, name).map((right) => ev.evaluate(right, contextFor(right, module, context)))
}

function assignmentsTo(module: Module, scope: SyntaxNode, name: string): SyntaxNode[] {
  const rights: SyntaxNode[] = []
  for (const node of walk(scope)) {
    if (node.type !== 'assignment_expression') continue
    const left = child(node, 'left')
    const right = child(node, 'right')
    if (left?.type === 'identifier' && right !== undefined && textOf(module.tree, left) === name) rights.push(right)
    if (rights.length >= MAX_ASSIGNMENTS) break
  }
  return rights
}

/** The value of a function, class or enum declaration. */
export function evaluateDeclaration(ev: Evaluator, node: SyntaxNode, context: Context): Value {
  if (node.type === 'enum_declaration') return evaluateEnum(ev, node, context)
  if (node.type.includes('function')) return { kind: 'function', node, context, self: null }
  return { kind: 'class', node, context }
}

function evaluateEnum(ev: Evaluator, node: SyntaxNode, context: Context): Value {
  const properties = new Map<string, () => Value>()
  for (const member of child(node, 'body')?.children ?? []) {
    const key = child(member, 'name')
    const value = child(member, 'value')
    if (key !== undefined && value !== undefined)
      properties.set(keyText(context.module.tree, key), () => ev.evaluate(value, context))
  }
  return { kind: 'object', properties }
}

/** `this` at a place: arrow functions have that of the function around them. */
export function selfOf(ev: Evaluator, node: SyntaxNode, context: Context): Value {
  let fn = enclosingFunction(node)
  while (fn?.type === 'arrow_function') fn = enclosingFunction(fn)
  if (fn === null) return UNKNOWN
  for (let here: Context | null = context; here !== null; here = here.outer)
    if (here.fn === fn && here.self !== null) return here.self
  return unboundSelf(ev, fn, contextFor(child(fn, 'body') ?? fn, context.module, context))
}

function unboundSelf(ev: Evaluator, fn: SyntaxNode, context: Context): Value {
  const known = isField(fn) ? [] : ev.callers(fn, context).map((caller) => caller.self ?? UNKNOWN)
  const self = choiceOf(known.filter((each) => each.kind === 'instance' || each.kind === 'object'))
  if (self.kind !== 'unknown') return self
  const around = enclosingClass(fn)
  if (around === null) return UNKNOWN
  const of = { kind: 'class' as const, node: around, context: contextFor(around, context.module, context.outer) }
  return { kind: 'instance', of, args: null }
}
