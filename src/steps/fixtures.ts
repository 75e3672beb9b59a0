import { keyText, parametersOf } from '../source/scope.ts'
import { child } from '../source/syntax.ts'
import { type Machine, untold } from './machine.ts'
import { groupsOf, type Hook, type Test } from './suite.ts'
import { as, type Func, native, type Table, table, type Value } from './values.ts'

export interface FixtureOptions {
  /** What the configuration says under `use`, the project's own before the others. */
  readonly configured: readonly Table[]
  /** Playwright's own fixtures; undefined for a name that it does not know. */
  builtIn(name: string): Value
  readonly info: Value
}

interface Definition {
  readonly value: Value
  readonly options: Table | null
}

/**
 * Runs a test as Playwright does: `beforeAll`, the fixtures that start by themselves, every `beforeEach` from the file
 * inwards and then the test, each with the fixtures it asks for, set up in the order in which they are asked for. What a
 * fixture does after its `use` comes after the test.
 */
export const runTest = (machine: Machine, test: Test, options: FixtureOptions): void => {
  const groups = groupsOf(test.group)
  const layers = [...test.test.layers, ...groups.flatMap(({ uses }) => uses)]
  const ready = new Map<string, Value>()

  /** The last definition of a fixture below a layer, and the layer; undefined where none of the suite's is. */
  const find = (name: string, below: number): { readonly at: number; readonly definition: Definition } | undefined => {
    for (let at = below - 1; at >= 0; at--) {
      const layer = layers[at]
      if (!layer?.entries.has(name)) continue
      const definition = definitionOf(layer.entries.get(name))
      const isOption = definition.options?.entries.get('option') === true
      const configured = isOption ? options.configured.find(({ entries }) => entries.has(name)) : undefined
      return { at, definition: configured ? definitionOf(configured.entries.get(name)) : definition }
    }
    return undefined
  }

  /** Sets up fixtures in order, then goes on with their values by name; all that follows runs inside of their `use`. */
  const withFixtures = (
    names: readonly string[],
    below: (name: string) => number,
    then: (values: Table) => void,
  ): void => {
    const values = table()
    const next = (position: number): void => {
      const name = names[position]
      if (name === undefined) {
        then(values)
        return
      }
      withFixture(name, below(name), (value) => {
        values.entries.set(name, value)
        next(position + 1)
      })
    }
    next(0)
  }

  const withFixture = (name: string, below: number, then: (value: Value) => void): void => {
    const found = find(name, below)
    const key = `${found?.at ?? -1} ${name}`
    if (ready.has(key)) {
      then(ready.get(key))
      return
    }
    const go = (value: Value): void => {
      ready.set(key, value)
      then(value)
    }
    const fn = as(found?.definition.value, 'function')
    if (found && fn) {
      withFixtures(
        namesOf(fn),
        (one) => (one === name ? found.at : layers.length),
        (given) => setUp(fn, given, go),
      )
    } else go(found ? found.definition.value : options.builtIn(name))
  }

  const setUp = (fn: Func, given: Table, go: (value: Value) => void): void => {
    let isUsed = false
    const use = native(([value]) => {
      isUsed = true
      const { caught } = machine.state
      // What catches a fault of the set-up does not catch one of the test.
      machine.state.caught = 0
      go(value)
      machine.state.caught = caught
      return undefined
    })
    machine.call(fn, [given, use, options.info], undefined)
    if (!isUsed) untold(machine, 'A fixture does not hand out a value in a way that can be followed.')
  }

  const callWith = ({ fn }: Hook, then: () => void): void =>
    withFixtures(
      namesOf(fn),
      () => layers.length,
      (given) => {
        machine.call(fn, [given, options.info], undefined)
        then()
      },
    )

  const hooks = [
    ...groups.flatMap(({ beforeAll }) => beforeAll),
    ...groups.flatMap(({ beforeEach }) => beforeEach),
    test,
  ]
  const inOrder = (at: number): void => {
    const hook = hooks[at]
    if (hook) callWith(hook, () => inOrder(at + 1))
  }
  withFixtures(
    autoNames(layers),
    () => layers.length,
    () => inOrder(0),
  )
}

/** Fixtures that are set up for every test: `[fn, { auto: true }]`. */
const autoNames = (layers: readonly Table[]): string[] => [
  ...new Set(
    layers.flatMap(({ entries }) =>
      [...entries].flatMap(([name, value]) =>
        definitionOf(value).options?.entries.get('auto') === true ? [name] : [],
      ),
    ),
  ),
]

const OPTION_NAMES = ['scope', 'auto', 'option', 'timeout', 'box', 'title']

/** A fixture is a value, a function, or either of them with options: `[fn, { scope: 'worker' }]`. */
const definitionOf = (value: Value): Definition => {
  const [first, second] = as(value, 'list')?.items ?? []
  const options = as(second, 'table')
  const isTuple = options !== undefined && OPTION_NAMES.some((name) => options.entries.has(name))
  return isTuple ? { value: first, options } : { value, options: null }
}

/** Names that a function takes out of its first parameter. */
const namesOf = ({ node, module }: Func): string[] => {
  const first = parametersOf(node)[0]
  const pattern = first === undefined ? undefined : (child(first, 'pattern') ?? first)
  if (pattern?.type !== 'object_pattern') return []
  return pattern.children.flatMap((part) => {
    const key = part.type === 'pair_pattern' ? child(part, 'key') : (child(part, 'left') ?? part)
    return key === undefined || part.type === 'comment' || part.type === 'rest_pattern'
      ? []
      : [keyText(module.tree, key)]
  })
}
