import { posix } from 'node:path'
import { readString } from '../source/literals.ts'
import type { ReadFile } from '../source/modules.ts'
import {
  child,
  type Language,
  languageOf,
  MAX_SOURCE_LENGTH,
  type SyntaxNode,
  type SyntaxTree,
  textOf,
  walk,
} from '../source/syntax.ts'
import type { Module } from '../source/values.ts'
import { type Machine, Thrown, Untold } from './machine.ts'
import { as, fromPlain, type Scope, scopeIn, table, unknown, type Value } from './values.ts'

const MAX_FILES = 300
const MAX_DATA = 500_000

/** What a package exports under a name; undefined where nothing is known of the package. */
export type Packages = (specifier: string, name: string) => Value

export interface LoaderOptions {
  readonly readFile: ReadFile
  readonly parse: (language: Language, text: string) => SyntaxTree
  readonly resolve: (from: string, specifier: string) => string | null
  readonly cache: Map<string, Module>
}

interface Loaded {
  readonly module: Module
  readonly scope: Scope
  /** What its statements export: by name, the name in its own scope. */
  readonly names: Map<string, string>
  /** What it hands on from other modules. */
  readonly handedOn: { readonly name: string | null; readonly from: string; readonly specifier: string }[]
  fault: Error | null
}

export const DEFAULT = ' default'

/** Runs files when they are first imported, each once, and tells what they export. */
export const createLoader = (machine: Machine, packages: Packages, options: LoaderOptions) => {
  const loaded = new Map<string, Loaded | null>()

  const load = (file: string): Module | null => {
    const language = languageOf(file)
    const text = language === null || language === 'python' ? null : options.readFile(file)
    if (language === null || text === null || text.length > MAX_SOURCE_LENGTH) return null
    const known = options.cache.get(file)
    if (known?.tree.text === text) return known
    const module = { file, tree: options.parse(language, text) }
    options.cache.set(file, module)
    return module
  }

  const runFile = (file: string): Loaded | null => {
    const known = loaded.get(file)
    if (known !== undefined) return known
    const module = loaded.size < MAX_FILES ? load(file) : null
    if (module === null) {
      loaded.set(file, null)
      return null
    }
    const made: Loaded = { module, scope: scopeIn(null), names: new Map(), handedOn: [], fault: null }
    loaded.set(file, made)
    const exported = table()
    made.scope.names.set('exports', exported).set('module', table([['exports', exported]]))
    const sites = machine.sites.splice(0)
    try {
      for (const statement of module.tree.root.children) {
        if (statement.type === 'import_statement') bindImports(made, statement)
        else if (statement.type === 'export_statement') noteExports(made, statement)
      }
      machine.execute(module.tree.root.children, made.scope, module)
    } catch (error) {
      if (!(error instanceof Untold) && !(error instanceof Thrown)) throw error
      made.fault = error
    } finally {
      machine.sites.push(...sites)
    }
    return made
  }

  const bindImports = ({ module, scope }: Loaded, statement: SyntaxNode): void => {
    const { tree } = module
    const source = child(statement, 'source')
    const clause = statement.children.find(({ type }) => type === 'import_clause')
    if (source === undefined || /^import\s+type\b/.test(tree.text.slice(statement.start, statement.start + 20))) return
    const specifier = readString(tree, source)
    if (clause === undefined) importFrom(module, specifier, '*')
    const bind = (local: SyntaxNode | undefined, name: string): void => {
      if (local !== undefined) scope.names.set(textOf(tree, local), importFrom(module, specifier, name))
    }
    for (const part of clause?.children ?? []) {
      if (part.type === 'identifier') bind(part, 'default')
      else if (part.type === 'namespace_import') bind(part.children[0], '*')
      for (const each of part.type === 'named_imports' ? part.children : []) {
        const original = child(each, 'name')
        if (original !== undefined) bind(child(each, 'alias') ?? original, textOf(tree, original))
      }
    }
  }

  const noteExports = ({ module, names, handedOn }: Loaded, statement: SyntaxNode): void => {
    const { tree } = module
    const source = child(statement, 'source')
    const specifier = source === undefined ? null : readString(tree, source)
    const clause = statement.children.find(({ type }) => type === 'export_clause')
    const namespace = statement.children.find(({ type }) => type === 'namespace_export')?.children[0]
    const declaration = child(statement, 'declaration')
    for (const each of clause?.children ?? []) {
      const original = child(each, 'name')
      if (original === undefined) continue
      const [from, name] = [textOf(tree, original), textOf(tree, child(each, 'alias') ?? original)]
      if (specifier === null) names.set(name, from)
      else handedOn.push({ name, from, specifier })
    }
    if (namespace !== undefined && specifier !== null)
      handedOn.push({ name: textOf(tree, namespace), from: '*', specifier })
    else if (clause === undefined && specifier !== null) handedOn.push({ name: null, from: '*', specifier })
    if (isDefault(statement, module)) names.set('default', DEFAULT)
    else for (const name of declaration === undefined ? [] : declaredNames(declaration, tree)) names.set(name, name)
  }

  const namesOf = (from: Loaded, depth: number): string[] => {
    const others = from.handedOn.flatMap(({ name, specifier }) => {
      const file = name === null && depth < MAX_HOPS ? options.resolve(from.module.file, specifier) : null
      const target = file === null ? null : runFile(file)
      return name === null ? (target ? namesOf(target, depth + 1) : []) : [name]
    })
    return [...from.names.keys(), ...others]
  }

  const exportOf = (from: Loaded, name: string, depth = 0): Value => {
    const { scope, names, handedOn, module } = from
    const missing = () => unknown(name, true)
    if (names.size + handedOn.length === 0) return fromCommonJs(from, name)
    if (name === '*') return table(namesOf(from, depth).map((one) => [one, exportOf(from, one)] as const))
    const local = names.get(name)
    if (local !== undefined) return scope.names.has(local) ? scope.names.get(local) : missing()
    const handed = handedOn.find((each) => each.name === name)
    if (handed) return importFrom(module, handed.specifier, handed.from)
    for (const { specifier } of depth > MAX_HOPS ? [] : handedOn.filter((each) => each.name === null)) {
      const file = options.resolve(module.file, specifier)
      const target = file === null ? null : runFile(file)
      const found = target ? exportOf(target, name, depth + 1) : packages(specifier, name)
      if (found !== undefined && !as(found, 'unknown')) return found
    }
    return missing()
  }

  const fromCommonJs = ({ scope, fault }: Loaded, name: string): Value => {
    const whole = as(scope.names.get('module'), 'table')?.entries.get('exports')
    if (name === '*' || name === 'default') return whole
    const found = as(whole, 'table')?.entries
    return found?.has(name) ? found.get(name) : fault ? unknown(name, true) : machine.member(whole, name)
  }

  const importFrom = (from: Module, specifier: string, name: string): Value => {
    const file = options.resolve(from.file, specifier)
    if (file !== null) {
      const target = runFile(file)
      return target ? exportOf(target, name) : unknown(`${name} of ${specifier}`, true)
    }
    if (specifier.startsWith('.') && specifier.endsWith('.json')) return readData(from, specifier, name)
    const known = packages(specifier, name)
    return known === undefined ? unknown(name === '*' || name === 'default' ? specifier : name) : known
  }

  const readData = (from: Module, specifier: string, name: string): Value => {
    const file = posix.join(posix.dirname(from.file), specifier)
    const text = file.startsWith('..') ? null : options.readFile(file)
    if (text === null || text.length > MAX_DATA) return unknown(specifier)
    try {
      const data = fromPlain(JSON.parse(text))
      return name === '*' || name === 'default' ? data : machine.member(data, name)
    } catch {
      return unknown(specifier)
    }
  }

  return {
    importFrom,
    load,
    run(file: string) {
      const made = runFile(file)
      return made ? { ...made, exported: (name: string) => exportOf(made, name) } : null
    },
  }
}

const MAX_HOPS = 12

export const isDefault = (statement: SyntaxNode, { tree }: Module): boolean =>
  /^export\s+default\b/.test(tree.text.slice(statement.start, statement.start + 40))

const declaredNames = (declaration: SyntaxNode, tree: SyntaxTree): string[] => {
  const own = child(declaration, 'name')
  if (own !== undefined) return [textOf(tree, own)]
  return declaration.children.flatMap((declarator) => {
    const name = child(declarator, 'name')
    if (name === undefined) return []
    return [...walk(name)]
      .filter(({ type }) => type === 'identifier' || type === 'shorthand_property_identifier_pattern')
      .map((each) => textOf(tree, each))
  })
}
