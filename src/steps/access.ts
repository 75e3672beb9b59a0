import { keyText } from '../source/scope.ts'
import { child, type SyntaxNode } from '../source/syntax.ts'
import type { Module } from '../source/values.ts'
import { superMember, thisOf } from './classes.ts'
import { type Machine, quote, untoldAt } from './machine.ts'
import { as, isUnknown, type Scope, textOfValue, unknown, type Value } from './values.ts'

/** What `a.b` is read of, and what comes of it. */
export interface Access {
  readonly receiver: Value
  readonly member: Value
  /** True where `a?.b` found nothing to read of. */
  readonly isAbsent: boolean
}

/** Reads `a.b`, `super.b` and `import.meta.b`. */
export const readAccess = (machine: Machine, node: SyntaxNode, scope: Scope, module: Module): Access => {
  const object = child(node, 'object')
  const property = child(node, 'property')
  const name = property === undefined ? '' : keyText(module.tree, property)
  if (object?.type === 'super')
    return { receiver: thisOf(scope), member: superMember(machine, name, scope), isAbsent: false }
  if (object?.type === 'meta_property')
    return { receiver: undefined, member: metaMember(machine, name, module), isAbsent: false }
  const receiver = object === undefined ? undefined : machine.evaluate(object, scope, module)
  if (receiver === undefined || receiver === null) {
    if (isOptional(node)) return { receiver, member: undefined, isAbsent: true }
    return untoldAt(`\`${quote(node, module)}\` reads of what is not there.`, node, module)
  }
  return { receiver, member: machine.member(receiver, name), isAbsent: false }
}

/** Reads `a[b]`. */
export const readSubscript = (machine: Machine, node: SyntaxNode, scope: Scope, module: Module): Access => {
  const [object, key] = [child(node, 'object'), child(node, 'index')]
  const receiver = object === undefined ? undefined : machine.evaluate(object, scope, module)
  const index = key === undefined ? undefined : machine.evaluate(key, scope, module)
  if (receiver === undefined || receiver === null) {
    if (isOptional(node)) return { receiver, member: undefined, isAbsent: true }
    return untoldAt(`\`${quote(node, module)}\` reads of what is not there.`, node, module)
  }
  const name = isUnknown(index) ? null : textOfValue(index)
  const member = name === null ? unknown(quote(node, module), holdsActing(receiver)) : machine.member(receiver, name)
  return { receiver, member, isAbsent: false }
}

/** `a?.b.c` is undefined as a whole where `a` is. */
const isOptional = (node: SyntaxNode): boolean => {
  for (
    let here: SyntaxNode | undefined = node;
    here !== undefined;
    here = child(here, 'object') ?? child(here, 'function')
  )
    if (child(here, 'optional_chain') !== undefined) return true
  return false
}

/** Whether it is, or has as an item, what can be acted upon. */
export const holdsActing = (object: Value): boolean => {
  if (isUnknown(object)) return object.acts
  if (as(object, 'host') || as(object, 'locator')) return true
  const items = as(object, 'list')?.items ?? [...(as(object, 'table')?.entries.values() ?? [])]
  return items.some((item) => as(item, 'locator') || as(item, 'host') || as(item, 'unknown')?.acts)
}

const metaMember = (machine: Machine, name: string, module: Module): Value =>
  name === 'dirname' || name === 'filename' ? machine.global(`__${name}`, module) : unknown(`import.meta.${name}`)
