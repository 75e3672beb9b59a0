import { child, type SyntaxNode, textOf } from '../source/syntax.ts'
import type { Module } from '../source/values.ts'
import { holdsActing, readAccess, readSubscript } from './access.ts'
import { construct } from './classes.ts'
import { callFunction } from './functions.ts'
import { type Machine, quote, untold, untoldAt } from './machine.ts'
import {
  as,
  isCallable,
  isUnknown,
  lookUp,
  type Scope,
  spoil,
  textOfValue,
  type Unknown,
  unknown,
  type Value,
} from './values.ts'

const MAX_ARGUMENTS = 5_000

/** Values of arguments or of items of a list; a spread list is laid out. */
export const argumentsOf = (machine: Machine, nodes: readonly SyntaxNode[], scope: Scope, module: Module): Value[] => {
  const values: Value[] = []
  for (const node of nodes) {
    if (node.type === 'comment') continue
    if (node.type !== 'spread_element') values.push(machine.evaluate(node, scope, module))
    else {
      const spread = node.children[0] === undefined ? undefined : machine.evaluate(node.children[0], scope, module)
      const items = as(spread, 'list')
      if (typeof spread === 'string') values.push(...spread)
      else if (items && items.spoilt === undefined) values.push(...items.items)
      else untoldAt(`How many \`${quote(node, module)}\` are is known only when the test runs.`, node, module)
    }
    if (values.length > MAX_ARGUMENTS) untoldAt('A list is too long to be followed.', node, module)
  }
  return values
}

/** Makes a call, as the innermost one under way. */
export const evaluateCall = (machine: Machine, node: SyntaxNode, scope: Scope, module: Module): Value => {
  const callee = child(node, 'function')
  const given = child(node, 'arguments')
  if (callee === undefined || given === undefined) return unknown(quote(node, module))
  if (callee.type === 'import') return importCall(machine, given, scope, module)
  const { value, self, isAbsent } = calleeOf(machine, callee, scope, module)
  const isOptional = module.tree.text.slice(callee.end, given.start).includes('?.')
  if (isAbsent || ((value === undefined || value === null) && isOptional)) return undefined
  if (given.type === 'template_string') {
    return isCallable(value) || holdsActing(value)
      ? untoldAt(`\`${quote(node, module)}\` is not followed.`, node, module)
      : unknown(quote(node, module))
  }
  const args = isTogether(module, callee)
    ? [together(machine, textOf(module.tree, callee), given, scope, module)]
    : argumentsOf(machine, given.children, scope, module)
  if (callee.type === 'identifier' && textOf(module.tree, callee) === 'require' && !lookUp(scope, 'require'))
    return machine.importFrom(module, textOfValue(args[0]) ?? '', '*')
  return at(machine, node, module, () =>
    value === undefined || value === null
      ? untoldAt(`\`${quote(callee, module)}\` is no function here.`, node, module)
      : isUnknown(value)
        ? callUnknown(machine, value.acts ? value : unknown(quote(callee, module)), args)
        : machine.call(value, args, self),
  )
}

const at = <T>(machine: Machine, node: SyntaxNode, module: Module, work: () => T): T => {
  machine.sites.push({ module, node })
  try {
    return work()
  } finally {
    machine.sites.pop()
  }
}

const calleeOf = (
  machine: Machine,
  callee: SyntaxNode,
  scope: Scope,
  module: Module,
): { readonly value: Value; readonly self: Value; readonly isAbsent: boolean } => {
  if (callee.type === 'super')
    return { value: lookUp(scope, 'super')?.names.get('super'), self: undefined, isAbsent: false }
  if (callee.type !== 'member_expression' && callee.type !== 'subscript_expression')
    return { value: machine.evaluate(callee, scope, module), self: undefined, isAbsent: false }
  const read = callee.type === 'member_expression' ? readAccess : readSubscript
  const { receiver, member, isAbsent } = read(machine, callee, scope, module)
  return { value: member, self: receiver, isAbsent }
}

const importCall = (machine: Machine, given: SyntaxNode, scope: Scope, module: Module): Value => {
  const specifier = argumentsOf(machine, given.children, scope, module)[0]
  return typeof specifier === 'string' ? machine.importFrom(module, specifier, '*') : unknown(quote(given, module))
}

const isTogether = (module: Module, callee: SyntaxNode): boolean =>
  /^Promise\s*\.\s*(?:all|allSettled|race|any)$/.test(textOf(module.tree, callee))

/** Steps that run side by side have an order only where all but one of the sides are single steps. */
const together = (machine: Machine, name: string, given: SyntaxNode, scope: Scope, module: Module): Value => {
  const [only] = given.children
  const counts: number[] = []
  const counted = <T>(work: () => T): T => {
    const before = machine.state.steps
    const value = work()
    counts.push(machine.state.steps - before)
    return value
  }
  const value: Value =
    only?.type === 'array' && !only.children.some(({ type }) => type === 'spread_element')
      ? {
          kind: 'list',
          items: only.children.flatMap((each) => counted(() => argumentsOf(machine, [each], scope, module))),
        }
      : counted(() => argumentsOf(machine, given.children, scope, module)[0])
  const sides = counts.filter((count) => count > 0)
  const items = as(value, 'list')?.items.length ?? 0
  const isMixed =
    sides.length > 1 ? Math.max(...sides) > 1 : counts.length === 1 && (sides[0] ?? 0) > Math.max(1, items)
  const isRace = /race|any$/.test(name) && sides.length > 0
  if (isMixed || isRace) untoldAt('Steps run side by side, in an order that only a run can tell.', given, module)
  return value
}

export const evaluateNew = (machine: Machine, node: SyntaxNode, scope: Scope, module: Module): Value => {
  const maker = child(node, 'constructor')
  if (maker === undefined) return unknown(quote(node, module))
  const callee = machine.evaluate(maker, scope, module)
  const args = argumentsOf(machine, child(node, 'arguments')?.children ?? [], scope, module)
  return at(machine, node, module, () => {
    const made = as(callee, 'class')
    if (made) return construct(machine, made, args)
    const isOurs = callee !== undefined && !isUnknown(callee) && as(callee, 'native') !== undefined
    if (isOurs) return machine.call(callee, args, undefined)
    return callUnknown(machine, unknown(quote(node, module)), args)
  })
}

/** Calls whatever a value is. */
export const callValue = (machine: Machine, callee: Value, args: readonly Value[], self: Value): Value => {
  const fn = as(callee, 'function')
  if (fn) return callFunction(machine, fn, args, self)
  const native = as(callee, 'native')
  if (native) return native.call(args, self)
  const host = as(callee, 'host')
  if (host?.call) return host.call(args)
  return isUnknown(callee) ? callUnknown(machine, callee, args) : untold(machine, 'What is called here is no function.')
}

/**
 * A call of something whose source is not here gives something unknown, and may change what it is given. It cannot do a
 * step, unless it is given a page to do it on, or a function that does.
 */
const callUnknown = (machine: Machine, callee: Unknown, args: readonly Value[]): Value => {
  if (callee.acts) return untold(machine, `What \`${callee.why}\` does is not told by the source.`)
  if (!machine.state.isLoading) {
    if (args.some((arg) => reachesPage(arg, 0)))
      return untold(machine, `\`${callee.why}\` is given the page, and its source is not here.`)
    if (args.some(isCallable))
      return untold(machine, `\`${callee.why}\` is given a function, and its source is not here.`)
  }
  for (const arg of args) spoil(arg, callee.why)
  return unknown(`${callee.why}()`, false)
}

const MAX_REACH = 6

const reachesPage = (value: Value, depth: number): boolean => {
  if (isUnknown(value)) return value.acts
  if (as(value, 'host') || as(value, 'locator')) return true
  if (depth > MAX_REACH) return true
  const items = as(value, 'list')?.items ?? [...(as(value, 'table')?.entries.values() ?? [])]
  return items.some((item) => reachesPage(item, depth + 1))
}
