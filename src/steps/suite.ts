import { placeAt } from '../source/syntax.ts'
import { type Machine, untold } from './machine.ts'
import type { Recorder } from './recorder.ts'
import {
  as,
  type Func,
  type Host,
  isCallable,
  isUnknown,
  native,
  type Table,
  textOfValue,
  unknown,
  type Value,
} from './values.ts'

/** One `test` object: the fixtures it was given, the innermost `extend` first. */
export interface TestObject {
  readonly layers: readonly Table[]
}

export interface Group {
  readonly title: string
  readonly parent: Group | null
  readonly beforeAll: Hook[]
  readonly beforeEach: Hook[]
  /** What `test.use` says in it. */
  readonly uses: Table[]
}

export interface Hook {
  readonly fn: Func
  readonly test: TestObject
}

export interface Test extends Hook {
  readonly title: string
  readonly group: Group
  /** Line of its declaration, from 1. */
  readonly line: number
}

export interface Suite {
  readonly tests: Test[]
  readonly top: Group
}

const groupOf = (title: string, parent: Group | null): Group => ({
  title,
  parent,
  beforeAll: [],
  beforeEach: [],
  uses: [],
})

export const createSuite = (): Suite => ({ tests: [], top: groupOf('', null) })

/** Groups around a test, from the file inwards. */
export const groupsOf = (group: Group | null): readonly Group[] =>
  group === null ? [] : [...groupsOf(group.parent), group]

/** Titles from the outermost group inwards, joined as reports do. */
export const titlePath = ({ title, group }: Test): string =>
  [...groupsOf(group).map((each) => each.title), title].filter((each) => each !== '').join(' › ')

const MAX_TESTS = 5_000

/** Line of the innermost call under way: where a test is declared. */
const lineOf = ({ sites }: Machine): number => {
  const site = sites.at(-1)
  return site ? placeAt(site.module.tree.text, site.node.start).line : 0
}

/** Playwright's `test`, which takes down what is declared with it. */
export const testHosts = (machine: Machine, recorder: () => Recorder, expect: Value) => {
  let suite = createSuite()
  let group = suite.top
  const nothing = native(() => undefined)

  const declare = (test: TestObject, args: readonly Value[]): Value => {
    const title = textOfValue(args[0])
    const fn = args.map((arg) => as(arg, 'function')).findLast((arg) => arg !== undefined)
    if (!machine.state.isLoading) return untold(machine, 'A test is declared while another one runs.')
    if (isUnknown(args[0]) || title === null || !fn || suite.tests.length >= MAX_TESTS) return undefined
    suite.tests.push({ title, fn, test, group, line: lineOf(machine) })
    return undefined
  }

  const describe = (args: readonly Value[]): Value => {
    const title = typeof args[0] === 'string' ? args[0] : isCallable(args[0]) ? '' : textOfValue(args[0])
    const fn = args.findLast((arg) => isCallable(arg))
    if (fn === undefined || title === null) return undefined
    const outer = group
    group = groupOf(title, outer)
    try {
      machine.call(fn, [], undefined)
    } finally {
      group = outer
    }
    return undefined
  }

  const hook = (kind: 'beforeAll' | 'beforeEach', test: TestObject) =>
    native((args) => {
      const fn = args.map((arg) => as(arg, 'function')).findLast((arg) => arg !== undefined)
      if (fn) group[kind].push({ fn, test })
      return undefined
    })

  const step = native(
    (args) => {
      const fn = args.findLast((arg) => isCallable(arg))
      const { titles } = recorder()
      titles.push(textOfValue(args[0]) ?? '')
      try {
        return fn === undefined ? undefined : machine.call(fn, [unknown('the step')], undefined)
      } finally {
        titles.pop()
      }
    },
    (name) => (name === 'skip' ? nothing : unknown(`test.step.${name}`)),
  )

  const describing: Value = native(describe, (name) => {
    if (name === 'configure' || name === 'skip' || name === 'fixme') return nothing
    return describing
  })

  /** `test.skip('title', fn)` declares a test that does not run; with anything else it says when tests are left out. */
  const leavingOut = native(() => undefined)

  const hostOf = (test: TestObject): Host => {
    const host: Host = {
      kind: 'host',
      name: 'test',
      call: (args) => declare(test, args),
      member(name) {
        switch (name) {
          case 'only':
          case 'fail':
            return native((args) => (args.some((arg) => as(arg, 'function')) ? declare(test, args) : undefined))
          case 'skip':
          case 'fixme':
          case 'slow':
          case 'setTimeout':
          case 'afterEach':
          case 'afterAll':
            return leavingOut
          case 'describe':
            return describing
          case 'beforeEach':
          case 'beforeAll':
            return hook(name, test)
          case 'use':
            return native(([given]) => {
              const options = as(given, 'table')
              if (options) group.uses.push(options)
              return undefined
            })
          case 'extend':
            return native(([given]) => {
              const fixtures = as(given, 'table')
              return fixtures ? hostOf({ layers: [...test.layers, fixtures] }) : unknown('test.extend()', true)
            })
          case 'step':
            return step
          case 'expect':
            return expect
          case 'info':
            return native(() => unknown('test.info()'))
          default:
            return unknown(`test.${name}`)
        }
      },
    }
    layersOf.set(host, test.layers)
    return host
  }

  const layersOf = new WeakMap<Host, readonly Table[]>()

  return {
    test: hostOf({ layers: [] }),
    merge: native((args) => {
      const layers = args.map((arg) => {
        const host = as(arg, 'host')
        return host && layersOf.get(host)
      })
      return layers.includes(undefined)
        ? unknown('mergeTests()', true)
        : hostOf({ layers: layers.flatMap((each) => each ?? []) })
    }),
    /** Begins to take down another file. */
    begin(): Suite {
      suite = createSuite()
      group = suite.top
      return suite
    },
  }
}
