import type { SyntaxTree } from '../../source/syntax.ts'
import { type Member, membersOf } from './members.ts'
import { changesIn, mayTellOf, type Note, notesIn } from './notes.ts'
import type { PackageSource } from './package-folder.ts'

/** Parses a source; null where it is in no language that is read, or too long. */
export type ParseSource = (file: string, text: string) => SyntaxTree | null

/** What is known of the names of one installed package. Files are parsed when a name in them is asked for. */
export interface PackageView {
  readonly name: string
  readonly version: string | null
  /** Definitions of a name anywhere in the package. */
  named(name: string): readonly Member[]
  /** Fields and variables that are declared to be of a type. */
  ofType(type: string): readonly Member[]
  /** What a module of Python, by its path in dots, defines or passes on at its top; null where there is no such file. */
  topOf(module: string): readonly Member[] | null
  /** What the package says of what became of a name. */
  notesOn(old: string, owners: readonly string[]): readonly Note[]
}

/** Files that are parsed for one question. */
const MAX_PARSED = 60

export const viewPackage = (source: PackageSource, parse: ParseSource): PackageView => {
  const parsed = new Map<string, { readonly tree: SyntaxTree; readonly members: readonly Member[] } | null>()
  const open = (file: string) => {
    let found = parsed.get(file)
    if (found === undefined) {
      const text = source.read(file)
      // The only file of a package has no path below it.
      const tree = text === null ? null : parse(file === '' ? 'module.py' : file, text)
      found = tree ? { tree, members: membersOf(file, tree) } : null
      parsed.set(file, found)
    }
    return found
  }
  const holding = (wanted: (text: string) => boolean): readonly string[] =>
    source.files.filter((file) => {
      const text = source.read(file)
      return text !== null && wanted(text)
    })
  const topOf = (module: string): readonly Member[] | null => {
    const path = module.split('.').slice(1).join('/')
    const base = path === '' ? [''] : [path]
    const names = base.flatMap((each) => [
      each,
      ...['.pyi', '.py'].map((end) => `${each}${end}`),
      ...['__init__.pyi', '__init__.py'].map((end) => (each === '' ? end : `${each}/${end}`)),
    ])
    const files = names.filter((file) => source.files.includes(file))
    if (files.length === 0) return null
    return files.flatMap((file) => (open(file)?.members ?? []).filter(({ owner }) => owner === null))
  }
  return {
    name: source.name,
    version: source.version,
    topOf,
    named(name) {
      const defines = definitionOf(name)
      return holding((text) => text.includes(name) && defines.test(text))
        .slice(0, MAX_PARSED)
        .flatMap((file) => (open(file)?.members ?? []).filter((member) => member.name === name))
    },
    ofType(type) {
      const declares = new RegExp(`:\\s{0,4}${type.replaceAll('$', '\\$')}(?![\\w$])`)
      return holding((text) => text.includes(type) && declares.test(text))
        .slice(0, MAX_PARSED)
        .flatMap((file) => (open(file)?.members ?? []).filter((member) => member.type === type))
    },
    notesOn(old, owners) {
      const files = holding((text) => mayTellOf(text, old))
      const isNear = (file: string): boolean => owners.some((owner) => source.read(file)?.includes(`class ${owner}`))
      const sorted = [...files.filter(isNear), ...files.filter((file) => !isNear(file))].slice(0, MAX_PARSED)
      const inSource = sorted.flatMap((file) => {
        const found = open(file)
        return found ? notesIn(file, found.tree, found.members, old, owners) : []
      })
      const inText = source.notes.flatMap((file) => changesIn(file, source.read(file) ?? '', old))
      return [...inSource, ...inText]
    },
  }
}

/** How a definition of a name may look, in any of the languages; what else looks so is told apart by the syntax tree. */
const definitionOf = (name: string): RegExp =>
  new RegExp(
    `(?<![\\w$])${name.replaceAll('$', '\\$')}(?:['"]?\\s{0,4}[?!]?\\s{0,4}[=:(<;,}]|\\s{1,4}(?:as|from|extends|implements|\\{)\\b|\\s*$|\\s*[\\n{])`,
    'm',
  )
