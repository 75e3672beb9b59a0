import type { Machine } from './machine.ts'
import { isSame } from './operators.ts'
import { as, type List, list, native, spoil, textOfValue, truthOf, unknown, type Value } from './values.ts'

const MAX_LENGTH = 10_000

/** What a list has under a name. Callbacks are called as a run would call them. */
export const listMember = (machine: Machine, value: List, name: string): Value => {
  if (name === 'length') return value.items.length
  if (/^\d{1,6}$/.test(name)) return value.items[Number(name)]
  const method = Object.hasOwn(METHODS, name) ? METHODS[name] : undefined
  if (!Object.hasOwn(Array.prototype, name)) return unknown(`a list's ${name}`)
  return method ? native((args) => method(machine, value, args)) : native(() => untoldMethod(value, name))
}

const untoldMethod = (value: List, name: string): Value => {
  spoil(value, name)
  return unknown(`a list's ${name}`, true)
}

type Method = (machine: Machine, value: List, args: readonly Value[]) => Value

/** Calls back for each item; false where the callback's answers are not all known. */
const each = (
  machine: Machine,
  value: List,
  callback: Value,
  hear: (answer: Value, item: Value, at: number) => boolean,
): void => {
  for (const [at, item] of [...value.items].entries()) {
    if (!hear(machine.call(callback, [item, at, value], undefined), item, at)) return
  }
}

/** For `filter`, `find` and their like: whether the callback holds for an item; undefined once it cannot be told. */
const chosen = (machine: Machine, value: List, callback: Value, isFirstEnough: boolean): number[] | null => {
  const found: number[] = []
  let isKnown = true
  each(machine, value, callback, (answer, _, at) => {
    const truth = truthOf(answer)
    if (truth === null) isKnown = false
    else if (truth) found.push(at)
    return isKnown && !(truth && isFirstEnough)
  })
  return isKnown ? found : null
}

/** Changes a list in place; where it may not come to that, what it holds is no longer known. */
const changing =
  (change: (items: Value[], args: readonly Value[]) => Value): Method =>
  (machine, value, args) => {
    if (machine.state.supposed > 0 || value.items.length + args.length > MAX_LENGTH) {
      spoil(value, machine.state.supposition)
      return unknown(machine.state.supposition)
    }
    return change(value.items, args)
  }

const position = (value: List, wanted: Value): number | null => {
  for (const [at, item] of value.items.entries()) {
    const same = isSame(item, wanted)
    if (same === null) return null
    if (same) return at
  }
  return -1
}

const range = (args: readonly Value[]): [number | undefined, number | undefined] | null => {
  const [from, to] = args
  const isKnown = [from, to].every((one) => one === undefined || typeof one === 'number')
  return isKnown ? [from as number | undefined, to as number | undefined] : null
}

const flat = (items: readonly Value[]): Value[] =>
  items.flatMap((item) => {
    const inner = as(item, 'list')
    return inner && inner.spoilt === undefined ? inner.items : [item]
  })

const METHODS: Readonly<Record<string, Method>> = {
  forEach(machine, value, [callback]) {
    each(machine, value, callback, () => true)
    return undefined
  },
  map(machine, value, [callback]) {
    const made: Value[] = []
    each(machine, value, callback, (answer) => made.push(answer) > 0)
    return list(made)
  },
  flatMap(machine, value, [callback]) {
    const made: Value[] = []
    each(machine, value, callback, (answer) => made.push(answer) > 0)
    return list(flat(made))
  },
  filter(machine, value, [callback]) {
    const found = chosen(machine, value, callback, false)
    return found === null ? unknown('a filtered list') : list(found.map((at) => value.items[at]))
  },
  find(machine, value, [callback]) {
    const found = chosen(machine, value, callback, true)
    return found === null
      ? unknown('what is found in a list')
      : found[0] === undefined
        ? undefined
        : value.items[found[0]]
  },
  findIndex(machine, value, [callback]) {
    const found = chosen(machine, value, callback, true)
    return found === null ? unknown('what is found in a list') : (found[0] ?? -1)
  },
  some(machine, value, [callback]) {
    const found = chosen(machine, value, callback, true)
    return found === null ? unknown('some of a list') : found.length > 0
  },
  every(machine, value, [callback]) {
    const found = chosen(machine, value, callback, false)
    return found === null ? unknown('all of a list') : found.length === value.items.length
  },
  reduce(machine, value, args) {
    const [callback, start] = args
    const items = args.length > 1 ? value.items : value.items.slice(1)
    const first = args.length > 1 ? start : value.items[0]
    return items.reduce((sum, item, at) => machine.call(callback, [sum, item, at, value], undefined), first)
  },
  includes(_, value, [wanted]) {
    const at = position(value, wanted)
    return at === null ? unknown('whether a list includes it') : at >= 0
  },
  indexOf: (_, value, [wanted]) => position(value, wanted) ?? unknown('where in a list it is'),
  join(_, value, [separator]) {
    const parts = value.items.map((item) => (item === undefined || item === null ? '' : textOfValue(item)))
    const between = separator === undefined ? ',' : separator
    return parts.includes(null) || typeof between !== 'string' ? unknown('a joined list') : parts.join(between)
  },
  slice(_, value, args) {
    const found = range(args)
    return found ? list(value.items.slice(...found)) : unknown('part of a list')
  },
  at: (_, value, [at]) => (typeof at === 'number' ? value.items.at(at) : unknown('an item of a list')),
  concat: (_, value, args) => list([...value.items, ...flat(args)]),
  flat: (_, value) => list(flat(value.items)),
  entries: (_, value) => list(value.items.map((item, at) => list([at, item]))),
  keys: (_, value) => list(value.items.map((_, at) => at)),
  values: (_, value) => list(value.items),
  toReversed: (_, value) => list([...value.items].reverse()),
  push: changing((items, args) => items.push(...args)),
  unshift: changing((items, args) => items.unshift(...args)),
  pop: changing((items) => items.pop()),
  shift: changing((items) => items.shift()),
  reverse: changing((items) => list(items.reverse())),
}
