import { isField, keyText, parametersOf } from '../source/scope.ts'
import { child, type SyntaxNode, textOf } from '../source/syntax.ts'
import type { Module } from '../source/values.ts'
import { enterFunction, functionValue, HOME } from './functions.ts'
import { type Machine, quote, untold } from './machine.ts'
import {
  as,
  type Class,
  isUnknown,
  lookUp,
  type Scope,
  scopeIn,
  type Table,
  table,
  unknown,
  type Value,
} from './values.ts'

const MAX_ANCESTORS = 16

/** A class as written: its parent is known once it is defined, its static members are set at once. */
export const defineClass = (machine: Machine, node: SyntaxNode, scope: Scope, module: Module): Class => {
  const made: Class = {
    kind: 'class',
    node,
    module,
    scope,
    parent: parentOf(machine, node, scope, module),
    entries: new Map(),
  }
  for (const member of membersOf(node)) {
    const key = keyOf(member)
    if (key === undefined || !isField(member) || !has(made, member, 'static')) continue
    const value = child(member, 'value')
    const inner = scopeIn(scope)
    inner.names.set('this', made)
    const name = textOf(module.tree, key)
    made.entries.set(name, value === undefined ? undefined : machine.evaluate(value, inner, module))
  }
  return made
}

const parentOf = (machine: Machine, node: SyntaxNode, scope: Scope, module: Module): Class['parent'] => {
  const heritage = node.children.find((each) => each.type === 'class_heritage')
  const clause = heritage?.children.find((each) => each.type === 'extends_clause')
  const expression = clause === undefined ? heritage?.children[0] : child(clause, 'value')
  if (expression === undefined || expression.type === 'implements_clause') return null
  const parent = machine.evaluate(expression, scope, module)
  return as(parent, 'class') ?? unknown(quote(expression, module), true)
}

const membersOf = (node: SyntaxNode): readonly SyntaxNode[] => child(node, 'body')?.children ?? []

const keyOf = (member: SyntaxNode): SyntaxNode | undefined => child(member, 'name') ?? child(member, 'property')

/** Whether a word (`static`, `get`) stands before a member's name. */
const has = ({ module }: Class, member: SyntaxNode, word: string): boolean => {
  const key = keyOf(member)
  return key !== undefined && module.tree.text.slice(member.start, key.start).split(/\s+/).includes(word)
}

/** Makes an object by a class. */
export const construct = (machine: Machine, of: Class, args: readonly Value[]): Table => {
  const made: Table = { kind: 'table', entries: new Map(), of }
  initialise(machine, made, of, args)
  return made
}

const initialise = (machine: Machine, self: Table, of: Class, args: readonly Value[], depth = 0): void => {
  if (depth > MAX_ANCESTORS) untold(machine, 'Classes extend one another in a circle.')
  const maker = membersOf(of.node).find((member) => isConstructor(of, member))
  const startParent = (passed: readonly Value[]): void => {
    if (as(of.parent, 'class')) initialise(machine, self, of.parent as Class, passed, depth + 1)
    // What a class from elsewhere sets up is not known; what is set from then on is.
    else if (isUnknown(of.parent)) self.spoilt = of.parent.why
  }
  if (maker === undefined) {
    startParent(args)
    setFields(machine, self, of)
    return
  }
  const scope = enterFunction(machine, functionValue(maker, of.scope, of.module, of), args, self)
  const setUp = (): void => {
    for (const parameter of parametersOf(maker)) {
      const pattern = child(parameter, 'pattern')
      if (pattern?.type === 'identifier' && isProperty(of, parameter, pattern)) {
        const name = textOf(of.module.tree, pattern)
        self.entries.set(name, scope.names.get(name))
      }
    }
    setFields(machine, self, of)
  }
  if (of.parent === null) setUp()
  else {
    scope.names.set('super', {
      kind: 'native',
      call: (passed) => {
        startParent(passed)
        setUp()
        return undefined
      },
    })
  }
  const body = child(maker, 'body')
  if (body !== undefined) machine.execute(body.children, scopeIn(scope), of.module)
}

/** `constructor(private readonly page: Page)`: a parameter that becomes a property. */
const isProperty = ({ module }: Class, parameter: SyntaxNode, pattern: SyntaxNode): boolean =>
  /\b(?:public|private|protected|readonly|override)\s/.test(module.tree.text.slice(parameter.start, pattern.start))

const isConstructor = ({ module }: Class, member: SyntaxNode): boolean => {
  const key = member.type === 'method_definition' ? keyOf(member) : undefined
  return key !== undefined && textOf(module.tree, key) === 'constructor'
}

const setFields = (machine: Machine, self: Table, of: Class): void => {
  const scope = scopeIn(of.scope)
  scope.names.set('this', self)
  scope.names.set(HOME, of)
  for (const member of membersOf(of.node)) {
    const key = keyOf(member)
    if (!isField(member) || key === undefined || has(of, member, 'static') || has(of, member, 'declare')) continue
    const value = child(member, 'value')
    const name = keyText(of.module.tree, key)
    if (value !== undefined) self.entries.set(name, machine.evaluate(value, scope, of.module))
    // Compilers differ on whether a field without a value hides what is there before.
    else self.entries.set(name, self.entries.has(name) ? unknown(`the field ${name}`, true) : undefined)
  }
}

/** A member that a class gives its objects: a method, or what a getter returns; undefined where there is none. */
export const classMember = (machine: Machine, from: Class['parent'], self: Value, name: string): Value => {
  let of = from
  for (let count = 0; of !== null && count < MAX_ANCESTORS; count++) {
    if (isUnknown(of)) return of
    const method = findMethod(of, name, false)
    if (method !== undefined) return methodValue(machine, of, method, self)
    of = of.parent
  }
  return undefined
}

/** A static member of a class, or of one it extends. */
export const staticMember = (machine: Machine, from: Class, name: string): Value => {
  let of: Class['parent'] = from
  for (let count = 0; of !== null && count < MAX_ANCESTORS; count++) {
    if (isUnknown(of)) return of
    if (of.entries.has(name)) return of.entries.get(name)
    const method = findMethod(of, name, true)
    if (method !== undefined) return methodValue(machine, of, method, from)
    of = of.parent
  }
  return undefined
}

/** Hands a value to a setter; false where the class has none of that name. */
export const callSetter = (machine: Machine, self: Table, name: string, value: Value): boolean => {
  let of: Class['parent'] = self.of
  for (let count = 0; of !== null && !isUnknown(of) && count < MAX_ANCESTORS; count++) {
    const here: Class = of
    const setter = membersOf(here.node).find(
      (member) => named(here, member) === name && member.type === 'method_definition' && has(here, member, 'set'),
    )
    if (setter !== undefined) {
      machine.call(functionValue(setter, here.scope, here.module, here), [value], self)
      return true
    }
    of = here.parent
  }
  return false
}

const named = ({ module }: Class, member: SyntaxNode): string | null => {
  const key = keyOf(member)
  return key === undefined ? null : keyText(module.tree, key)
}

const findMethod = (of: Class, name: string, isStatic: boolean): SyntaxNode | undefined =>
  membersOf(of.node).find(
    (member) =>
      member.type === 'method_definition' &&
      named(of, member) === name &&
      has(of, member, 'static') === isStatic &&
      !has(of, member, 'set'),
  )

const methodValue = (machine: Machine, of: Class, method: SyntaxNode, self: Value): Value => {
  const written: Value = functionValue(method, of.scope, of.module, of)
  if (has(of, method, 'get')) return machine.call(written, [], self)
  return decorate(machine, of, method, written)
}

/** Decorators stand before their method; the nearest is applied first, and may put another function in its place. */
const decorate = (machine: Machine, of: Class, method: SyntaxNode, written: Value): Value => {
  const siblings = membersOf(of.node)
  let value = written
  for (let at = siblings.indexOf(method) - 1; siblings[at]?.type === 'decorator'; at--) {
    const expression = siblings[at]?.children[0]
    const decorator = expression === undefined ? undefined : machine.evaluate(expression, of.scope, of.module)
    if (isUnknown(decorator)) return unknown(decorator.why, true)
    const context = table([
      ['kind', 'method'],
      ['name', named(of, method)],
      ['static', has(of, method, 'static')],
    ])
    const replaced = machine.call(decorator, [value, context], undefined)
    if (isUnknown(replaced)) return unknown(replaced.why, true)
    value = replaced ?? value
  }
  return value
}

/** `this` at a place. */
export const thisOf = (scope: Scope): Value => lookUp(scope, 'this')?.names.get('this')

/** The method that `super.name` means at a place. */
export const superMember = (machine: Machine, name: string, scope: Scope): Value => {
  const home = as(lookUp(scope, HOME)?.names.get(HOME), 'class')
  return home ? classMember(machine, home.parent, thisOf(scope), name) : unknown(`super.${name}`, true)
}
