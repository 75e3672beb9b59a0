import { posix } from 'node:path'
import { expectHost } from './expects.ts'
import type { Packages } from './imports.ts'
import type { LocatorCalls } from './locators.ts'
import { locatorMember } from './locators.ts'
import type { Machine } from './machine.ts'
import { type PageHosts, pageHosts } from './page.ts'
import type { Recorder } from './recorder.ts'
import { testHosts } from './suite.ts'
import { as, fromPlain, type Host, native, table, textOfValue, unknown, type Value } from './values.ts'

export interface LibraryOptions {
  readonly recorder: () => Recorder
  /** Where the tests run, absolute. */
  readonly cwd: string
  /** Playwright's `devices`, as data. */
  readonly devices?: Readonly<Record<string, unknown>>
}

/** The test library as sources see it. */
export interface TestLibrary {
  readonly packages: Packages
  readonly locatorMember: (of: Value, name: string) => Value
  readonly suite: ReturnType<typeof testHosts>
  /** New pages for a test. */
  open(): PageHosts
  setTestIdAttribute(name: string): void
}

const PLAYWRIGHT = /^(?:@playwright\/test|playwright\/test|@playwright\/experimental-ct-\w+)$/

export const createLibrary = (machine: Machine, { recorder, cwd, devices }: LibraryOptions): TestLibrary => {
  let testIdAttribute = 'data-testid'
  let hosts: PageHosts | null = null
  const calls: LocatorCalls = {
    recorder,
    cwd,
    testIdAttribute: () => testIdAttribute,
    pageOf: (id) => hosts?.pages.get(id) ?? unknown('the page', true),
    idOf: (page) => [...(hosts?.pages ?? [])].find(([, one]) => one === page)?.[0] ?? '',
  }
  const expect = expectHost(machine, calls)
  const suite = testHosts(machine, recorder, expect)
  const setTestIdAttribute = (name: string): void => {
    testIdAttribute = name
  }
  const selectors: Host = {
    kind: 'host',
    name: 'selectors',
    member: (name) =>
      native(([value]) => {
        if (name === 'setTestIdAttribute' && typeof value === 'string') setTestIdAttribute(value)
        return undefined
      }),
  }
  const playwright: Readonly<Record<string, Value>> = {
    test: suite.test,
    default: suite.test,
    expect,
    selectors,
    mergeTests: suite.merge,
    mergeExpects: native(() => expect),
    devices: devices ? fromPlain(devices) : unknown('devices'),
    defineConfig: native((configs) => merged(configs)),
  }
  const pathFunctions: Readonly<Record<string, Value>> = {
    join: onTexts('path.join', (parts) => posix.join(...parts)),
    resolve: onTexts('path.resolve', (parts) => posix.resolve(cwd, ...parts)),
    dirname: onTexts('path.dirname', ([path = '']) => posix.dirname(path)),
    basename: onTexts('path.basename', ([path = '', end]) => posix.basename(path, end)),
    extname: onTexts('path.extname', ([path = '']) => posix.extname(path)),
  }
  const exportsOf = (members: Readonly<Record<string, Value>>, name: string, isWhole: boolean): Value => {
    if (isWhole) return table(Object.entries(members))
    return Object.hasOwn(members, name) ? members[name] : undefined
  }
  return {
    suite,
    setTestIdAttribute,
    locatorMember: (of, name) => {
      const locator = as(of, 'locator')
      return locator ? locatorMember(machine, calls, locator, name) : unknown(name)
    },
    packages(specifier, name) {
      if (PLAYWRIGHT.test(specifier)) return exportsOf(playwright, name, name === '*') ?? unknown(name)
      if (/^(?:node:)?path(?:\/posix)?$/.test(specifier))
        return exportsOf(pathFunctions, name, name === '*' || name === 'default')
      return undefined
    },
    open() {
      hosts = pageHosts(machine, recorder, calls)
      return hosts
    },
  }
}

const onTexts = (name: string, make: (texts: readonly string[]) => string): Value =>
  native((args) => {
    const texts = args.map((arg) => (typeof arg === 'string' ? textOfValue(arg) : null))
    return texts.every((text) => text !== null) ? make(texts) : unknown(`${name}()`)
  })

/** `defineConfig(a, b)`: later ones add to earlier ones. */
const merged = (configs: readonly Value[]): Value => {
  const made = table()
  for (const config of configs) {
    const given = as(config, 'table')
    if (!given) return unknown('defineConfig()')
    if (given.spoilt !== undefined) made.spoilt = given.spoilt
    for (const [name, value] of given.entries) made.entries.set(name, value)
  }
  return made
}
