import { posix } from 'node:path'
import type { Module } from '../source/values.ts'
import { type Machine, untold } from './machine.ts'
import {
  as,
  entriesOf,
  fromPlain,
  type Host,
  isUnknown,
  list,
  native,
  spoil,
  table,
  textOfValue,
  toPlain,
  truthOf,
  unknown,
  type Value,
} from './values.ts'

const MAX_LENGTH = 10_000

const named = (name: string, members: Readonly<Record<string, Value>>, call?: Host['call']): Value => {
  const known = new Map(Object.entries(members))
  const member = (member: string): Value => (known.has(member) ? known.get(member) : unknown(`${name}.${member}`))
  return native((args) => call?.(args) ?? unknown(`${name}()`), member)
}

const nothing = native(() => undefined)

/** What a name stands for that no file defines. */
export const globalValue = (machine: Machine, name: string, { file }: Module): Value => {
  switch (name) {
    case 'NaN':
    case 'Infinity':
      return Number(name)
    case '__dirname':
      return posix.join(machine.root, posix.dirname(file))
    case '__filename':
      return posix.join(machine.root, file)
    case 'console':
      return named(
        'console',
        Object.fromEntries(['log', 'info', 'warn', 'error', 'debug'].map((one) => [one, nothing])),
      )
    case 'Object':
      return named('Object', objectFunctions())
    case 'Array':
      return named('Array', {
        isArray: native(([value]) => (isUnknown(value) ? unknown('Array.isArray') : as(value, 'list') !== undefined)),
        of: native((args) => list(args)),
        from: native(([from, change]) => arrayFrom(machine, from, change)),
      })
    case 'String':
      return named('String', {}, ([value]) => textOfValue(value) ?? unknown('String()'))
    case 'Number':
      return named('Number', { isInteger: native(([value]) => Number.isInteger(value)) }, ([value]) =>
        typeof value === 'string' || typeof value === 'number' ? Number(value) : unknown('Number()'),
      )
    case 'Boolean':
      return named('Boolean', {}, ([value]) => truthOf(value) ?? unknown('Boolean()'))
    case 'parseInt':
      return native(([value, base]) =>
        typeof value === 'string' && (base === undefined || base === 10) ? Number.parseInt(value, 10) : unknown(name),
      )
    case 'encodeURIComponent':
      return native(([value]) => (typeof value === 'string' ? encoded(value) : unknown(name)))
    case 'Math':
      return named('Math', mathFunctions())
    case 'JSON':
      return named('JSON', {
        stringify: native((args) => {
          const { known, data } = toPlain(args[0])
          return known && args.length === 1 ? JSON.stringify(data) : unknown('JSON.stringify()')
        }),
        parse: native(([text]) => (typeof text === 'string' ? parsed(text) : unknown('JSON.parse()'))),
      })
    case 'Promise':
      return named('Promise', promiseFunctions(), (args) => newPromise(machine, args[0]))
    case 'setTimeout':
      // A pause; what else it might do later is not followed.
      return native(([then, ...rest]) =>
        as(then, 'native')
          ? machine.call(then, rest.slice(1), undefined)
          : untold(machine, 'What happens later on is not followed.'),
      )
    case 'RegExp':
      return native(([source, flags]) =>
        typeof source === 'string' && (flags === undefined || typeof flags === 'string')
          ? { kind: 'pattern', source, flags: flags ?? '' }
          : (as(source, 'pattern') ?? unknown('RegExp()')),
      )
    case 'Error':
      return native(([message]) => table([['message', message]]))
    default:
      return unknown(name)
  }
}

const encoded = (text: string): Value => {
  try {
    return encodeURIComponent(text)
  } catch {
    return unknown('encodeURIComponent')
  }
}

const MAX_JSON = 500_000

const parsed = (text: string): Value => {
  if (text.length > MAX_JSON) return unknown('JSON.parse()')
  try {
    return fromPlain(JSON.parse(text))
  } catch {
    return unknown('JSON.parse()')
  }
}

const objectFunctions = (): Record<string, Value> => {
  const from = (make: (entries: readonly (readonly [string, Value])[]) => Value) =>
    native(([value]) => {
      if (value === undefined || value === null) return unknown('what nothing holds')
      const entries = entriesOf(value)
      return entries === null ? unknown('what an object holds') : make(entries)
    })
  const same = native(([value]) => value)
  return {
    freeze: same,
    seal: same,
    keys: from((entries) => list(entries.map(([name]) => name))),
    values: from((entries) => list(entries.map(([, value]) => value))),
    entries: from((entries) => list(entries.map(([name, value]) => list([name, value])))),
    fromEntries: native(([pairs]) => {
      const made = table()
      for (const pair of as(pairs, 'list')?.items ?? []) {
        const [name, value] = as(pair, 'list')?.items ?? []
        if (typeof name === 'string') made.entries.set(name, value)
        else spoil(made, 'Object.fromEntries()')
      }
      if (!as(pairs, 'list') || as(pairs, 'list')?.spoilt !== undefined) spoil(made, 'Object.fromEntries()')
      return made
    }),
    assign: native(([into, ...sources]) => {
      const target = as(into, 'table')
      for (const source of target ? sources : []) {
        const entries = entriesOf(source)
        if (entries === null) spoil(into, 'Object.assign()')
        else for (const [name, value] of entries) target?.entries.set(name, value)
      }
      return into
    }),
  }
}

const arrayFrom = (machine: Machine, from: Value, change: Value): Value => {
  const length = as(from, 'table')?.entries.get('length')
  const items =
    typeof from === 'string'
      ? [...from]
      : typeof length === 'number' && length >= 0 && length <= MAX_LENGTH
        ? Array.from({ length: Math.floor(length) }, (): Value => undefined)
        : as(from, 'list')?.spoilt === undefined
          ? as(from, 'list')?.items
          : undefined
  if (!items) return unknown('Array.from()')
  return list(change === undefined ? items : items.map((item, at) => machine.call(change, [item, at], undefined)))
}

const mathFunctions = (): Record<string, Value> => {
  const of = (change: (...numbers: number[]) => number) =>
    native((args) => (args.every((arg) => typeof arg === 'number') ? change(...(args as number[])) : unknown('Math')))
  return {
    PI: Math.PI,
    abs: of(Math.abs),
    ceil: of(Math.ceil),
    floor: of(Math.floor),
    max: of(Math.max),
    min: of(Math.min),
    round: of(Math.round),
    trunc: of(Math.trunc),
  }
}

/** What was promised is there at once: steps are followed in the order in which they are begun. */
const promiseFunctions = (): Record<string, Value> => {
  const same = native(([value]) => value)
  return {
    resolve: same,
    all: same,
    // These tell what became of each, or of one.
    allSettled: native(() => unknown('Promise.allSettled()')),
    race: native(() => unknown('Promise.race()')),
    any: native(() => unknown('Promise.any()')),
  }
}

const newPromise = (machine: Machine, executor: Value): Value => {
  let settled: Value = unknown('a promise')
  const resolve = native(([value]) => {
    settled = value
    return undefined
  })
  machine.call(executor, [resolve, nothing], undefined)
  return settled
}
