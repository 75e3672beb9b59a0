import { posix } from 'node:path'
import { removalOf, renamingsOf } from '../evidence/renamed-names.ts'
import type { Edit, Evidence } from '../model.ts'
import { contentOf, plainString } from '../source/accesses.ts'
import { splitImport } from '../source/import-split.ts'
import { resolveImport } from '../source/modules.ts'
import { child, type SyntaxNode, type SyntaxTree, textOf, walk } from '../source/syntax.ts'
import {
  distinctEdits,
  editOf,
  holdsWord,
  isProduct,
  nodesAt,
  type Place,
  percent,
  propose,
  refuse,
} from './code-places.ts'
import type { CodeView, HealContext, Verdict } from './contract.ts'
import { decideName } from './decide-name.ts'
import { modulesDefining, type Side, sideOf } from './definitions.ts'

/** A definition of that very name elsewhere, the only one there is. */
const MOVED = 0.93

/** An import in the tests: the statement, and what of it says the module. */
interface Import {
  readonly place: Place
  readonly node: SyntaxNode
  readonly from: SyntaxNode
}

/**
 * Heals an import of a module that is not there, or that lacks a name.
 *
 * @param missing the name that the module lacks; null where the module itself is missing
 */
export function healImport(
  module: string,
  missing: string | null,
  places: readonly Place[],
  code: CodeView,
  context: HealContext,
): Verdict {
  const imports = places.flatMap((place) => importsAt(place, module, missing))
  const [first] = imports
  if (!first) return refuse('needs_human', `No import from ${module} stands in the failing line.`)
  const side = sideOf(first.place.tree)
  const names = namesIn(first.place.tree, first.node)
  const renamed = missing === null ? null : healImportedName(missing, first.place, code, context)
  if (missing !== null && names.length > 1) return renamed ?? healOneOfSeveral(missing, module, imports, side, code)
  const found = modulesDefining(code, side, names).filter((each) => each.module !== module)
  const [target] = found
  if (!target) {
    if (renamed) return renamed
    const removal = names.map((name) => removalOf(name, context.history, isProduct(code))).find((each) => each !== null)
    return removal
      ? refuse('likely_regression', `${names.join(', ')} is defined nowhere any more.`, {
          old: module,
          absent: 0.9,
          evidence: [removal],
        })
      : refuse('needs_human', `There is no module "${module}", and nothing here defines ${names.join(', ')}.`)
  }
  if (found.length > 1) {
    const places_ = found.map((each) => (side === 'python' ? each.module : each.file))
    return refuse('needs_human', `${names.join(', ')} is defined in ${places_.join(', ')}.`)
  }
  const edits = imports.flatMap((each) => moveEdits(each, target, side))
  const fresh = side === 'python' ? target.module : (edits[0]?.new ?? target.file)
  if (edits.length === 0) return refuse('needs_human', `${module} became ${fresh}: more than one part of it changed.`)
  const evidence: Evidence[] = [
    { kind: 'schema', for: true, weight: MOVED, text: `${target.file} alone defines ${names.join(', ')} now` },
  ]
  return propose(`${names.join(', ')} is in ${fresh} now (${percent(MOVED)}).`, {
    description: `Import ${names.join(', ')} from ${fresh} in place of ${edits[0]?.old ?? module}`,
    old: side === 'python' ? module : (edits[0]?.old ?? module),
    new: fresh,
    confidence: MOVED,
    strategy: 'import',
    evidence,
    edits: distinctEdits(edits),
  })
}

/** One name of an import of several is elsewhere now: in Python it gets a statement of its own. */
const healOneOfSeveral = (
  missing: string,
  module: string,
  imports: readonly Import[],
  side: Side,
  code: CodeView,
): Verdict => {
  const found = side === 'python' ? modulesDefining(code, side, [missing]).filter((each) => each.module !== module) : []
  const [target] = found
  const edits = imports.flatMap(({ place, node }): readonly Edit[] => {
    const fresh = target ? splitImport(place.tree, node, missing, target.module) : null
    return fresh === null ? [] : [editOf(place.file, place.tree, node, fresh)]
  })
  if (!target || found.length > 1 || edits.length === 0)
    return refuse('needs_human', `${missing} is one of several names imported from ${module}.`)
  return propose(`${missing} is in ${target.module} now (${percent(MOVED)}).`, {
    description: `Import ${missing} from ${target.module} in place of ${module}`,
    old: module,
    new: target.module,
    confidence: MOVED,
    strategy: 'import',
    evidence: [{ kind: 'schema', for: true, weight: MOVED, text: `${target.file} alone defines ${missing} now` }],
    edits: distinctEdits(edits),
  })
}

/** An imported name that its own module calls otherwise now: it is renamed wherever the file uses it. */
export function healImportedName(old: string, place: Place, code: CodeView, context: HealContext): Verdict | null {
  const stillIn = (file: string, name: string): boolean => holdsWord(code, file, name)
  const side = sideOf(place.tree)
  const found = renamingsOf({ old, history: context.history, present: null, counts: isProduct(code), stillIn }).filter(
    ({ name }) => modulesDefining(code, side, [name]).length > 0,
  )
  if (found.length === 0) return null
  return decideName(old, old, found, null, context, (fresh) =>
    [...walk(place.tree.root)]
      .filter((node) => node.type === 'identifier' && textOf(place.tree, node) === old)
      .map((node) => editOf(place.file, place.tree, node, fresh)),
  )
}

const importsAt = (place: Place, module: string, missing: string | null): readonly Import[] => {
  const side = sideOf(place.tree)
  const nodes = side === 'python' ? nodesAt(place) : place.tree.root.children
  return nodes.flatMap((node): readonly Import[] => {
    const isImport = node.type === (side === 'python' ? 'import_from_statement' : 'import_statement')
    const from = isImport ? child(node, side === 'python' ? 'module_name' : 'source') : undefined
    if (!from) return []
    const said = side === 'python' ? textOf(place.tree, from) : (plainString(place.tree, from) ?? '')
    const isIt =
      side === 'python'
        ? said === module
        : means(place.file, said, module) && (missing === null || namesIn(place.tree, node).includes(missing))
    return isIt ? [{ place, node, from }] : []
  })
}

/** Whether an import of a script means a module that a message names as it is written, or by its absolute path. */
const means = (file: string, said: string, module: string): boolean => {
  if (said === module || module === '') return true
  const path = posix.join(posix.dirname(file), said)
  return said.startsWith('.') && (module === path || module.endsWith(`/${path}`) || module === `/${path}`)
}

/** The names that an import takes, without what they are called here. */
const namesIn = (tree: SyntaxTree, node: SyntaxNode): readonly string[] =>
  node.type === 'import_statement'
    ? [...walk(node)].flatMap((each) => {
        const name = each.type === 'import_specifier' ? child(each, 'name') : undefined
        return name ? [textOf(tree, name)] : []
      })
    : node.children.filter(({ field }) => field === 'name').map((each) => textOf(tree, child(each, 'name') ?? each))

const moveEdits = ({ place, from }: Import, target: { file: string; module: string }, side: Side): readonly Edit[] => {
  if (side === 'python') return segmentEdit(place, from, target.module)
  const content = contentOf(from)
  const said = plainString(place.tree, from)
  const fresh = said === null ? null : specifierFor(place.file, said, target.file)
  return content && fresh ? [editOf(place.file, place.tree, content, fresh)] : []
}

/** How a file is imported by one that imported its predecessor: relative, with or without extension as before. */
const specifierFor = (from: string, said: string, target: string): string | null => {
  if (!said.startsWith('.')) return null
  const path = posix.relative(posix.dirname(from), target)
  const relative = path.startsWith('.') ? path : `./${path}`
  const extension = /\.[cm]?[jt]sx?$/.exec(said)?.[0]
  const stem = relative.replace(/\.[cm]?[jt]sx?$/, '')
  const fresh = extension
    ? `${stem}${/^\.[cm]?js/.test(extension) ? extension : (/\.[cm]?[jt]sx?$/.exec(relative)?.[0] ?? extension)}`
    : stem
  return resolveImport(from, fresh, (file) => (file === target ? '' : null)) === target ? fresh : null
}

/** The one part of a module's path that differs; nothing where more does. */
const segmentEdit = ({ file, tree }: Place, from: SyntaxNode, module: string): readonly Edit[] => {
  const parts = module.split('.')
  if (from.children.length !== parts.length) return []
  const differing = from.children.flatMap((node, at) => {
    const fresh = parts[at] ?? ''
    return textOf(tree, node) === fresh ? [] : [editOf(file, tree, node, fresh)]
  })
  return differing.length === 1 ? differing : []
}
