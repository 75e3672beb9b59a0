import { callSetter, classMember, staticMember } from './classes.ts'
import { listMember } from './list-methods.ts'
import { type Machine, untold } from './machine.ts'
import { textMember } from './text-methods.ts'
import { as, type Class, type Func, type List, native, spoil, type Table, unknown, type Value } from './values.ts'

/** What a value has under a name. */
export const memberOf = (
  machine: Machine,
  locatorMember: (of: Value, name: string) => Value,
  value: Value,
  name: string,
): Value => {
  if (typeof value === 'string') return textMember(value, name)
  if (typeof value === 'number') return numberMember(value, name)
  if (typeof value !== 'object')
    return value === undefined ? untold(machine, `\`${name}\` is read of what is not there.`) : unknown(name)
  if (value === null) return untold(machine, `\`${name}\` is read of null.`)
  switch (value.kind) {
    case 'unknown':
      return unknown(`${value.why}.${name}`, value.acts)
    case 'list':
      return value.spoilt === undefined ? listMember(machine, value, name) : unknown(value.spoilt)
    case 'table':
      return tableMember(machine, value, name)
    case 'function':
      return functionMember(machine, value, name)
    case 'class':
      return name === 'name' ? className(value) : staticMember(machine, value, name)
    case 'native':
      return value.member?.(name) ?? unknown(name)
    case 'pattern':
      return name === 'source' || name === 'flags' ? value[name] : unknown(`a pattern's ${name}`)
    case 'host':
      return value.member(name)
    case 'locator':
      return locatorMember(value, name)
  }
}

const tableMember = (machine: Machine, value: Table, name: string): Value => {
  if (value.entries.has(name)) return value.entries.get(name)
  if (name === 'constructor' && value.of) return value.of
  const own = classMember(machine, value.of, value, name)
  // Of what a class from elsewhere made, anything may act.
  if (own !== undefined || value.spoilt === undefined) return own ?? ownMethod(value, name)
  return unknown(value.spoilt, value.of !== null)
}

const ownMethod = (value: Table, name: string): Value => {
  if (name === 'hasOwnProperty')
    return native(([key]) => (typeof key === 'string' ? value.entries.has(key) : unknown(name)))
  return name === 'toString' || name === 'toLocaleString' ? native(() => unknown(name)) : undefined
}

const functionMember = (machine: Machine, fn: Func, name: string): Value => {
  switch (name) {
    case 'call':
      return native(([self, ...args]) => machine.call(fn, args, self))
    case 'apply':
      return native(([self, args]) => {
        const given = as(args, 'list')
        if (args !== undefined && args !== null && (!given || given.spoilt !== undefined))
          return untold(machine, 'What a function is applied to is known only when the test runs.')
        return machine.call(fn, given?.items ?? [], self)
      })
    case 'bind':
      return native(([self, ...bound]) => native((args) => machine.call(fn, [...bound, ...args], self)))
    default:
      return fn.entries.has(name) ? fn.entries.get(name) : unknown(`a function's ${name}`)
  }
}

const className = ({ node, module }: Class): Value => {
  const name = node.children.find(({ field }) => field === 'name')
  return name === undefined ? unknown('the name of a class') : module.tree.text.slice(name.start, name.end)
}

const numberMember = (value: number, name: string): Value => {
  if (name === 'toFixed')
    return native(([digits]) => {
      const places = digits === undefined ? 0 : digits
      return typeof places === 'number' && places >= 0 && places <= 100 ? value.toFixed(places) : unknown(name)
    })
  if (name === 'toString') return native((args) => (args.length === 0 ? String(value) : unknown(name)))
  return Object.hasOwn(Number.prototype, name) ? native(() => unknown(name)) : unknown(`a number's ${name}`)
}

/** Sets a member. What is not ours to know of takes anything. */
export const assignMember = (machine: Machine, value: Value, name: string, to: Value): void => {
  const items = as(value, 'list')
  const object = as(value, 'table')
  const entries = object?.entries ?? as(value, 'function')?.entries ?? as(value, 'class')?.entries
  if (items) setItem(items, name, to)
  else if (entries) {
    if (!object || !callSetter(machine, object, name, to)) entries.set(name, to)
  } else if (as(value, 'host') || as(value, 'locator'))
    untold(machine, `What \`${name}\` is set for is not told by the source.`)
}

const MAX_LENGTH = 10_000

const setItem = (items: List, name: string, to: Value): void => {
  const at = Number(name)
  if (Number.isInteger(at) && at >= 0 && at <= items.items.length && at < MAX_LENGTH) items.items[at] = to
  else spoil(items, `[${name}]`)
}
