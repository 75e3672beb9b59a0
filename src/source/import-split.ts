import type { Difference, Versions } from './compare-trees.ts'
import { child, type SyntaxNode, type SyntaxTree, textOf } from './syntax.ts'

const IMPORT = 'import_from_statement'

/** What a statement imports, as written, with what it is called here: `a`, `b as c`. */
const importedIn = (tree: SyntaxTree, node: SyntaxNode): readonly string[] =>
  node.children.filter(({ field }) => field === 'name').map((each) => textOf(tree, each).replace(/\s+/g, ' '))

/**
 * The text of `from a import b, c` with one name taken from another module, as two statements. Null where it cannot be
 * written without touching more: comments among the names, a name that is not there, or it is the only one.
 */
export const splitImport = (tree: SyntaxTree, node: SyntaxNode, name: string, module: string): string | null => {
  const names = node.children.filter(({ field }) => field === 'name')
  const at = names.findIndex((each) => textOf(tree, child(each, 'name') ?? each) === name)
  const moved = names[at]
  if (node.type !== IMPORT || moved === undefined || names.length < 2 || textOf(tree, node).includes('#')) return null
  const [before, after] = [names[at - 1], names[at + 1]]
  const [start, end] = after ? [moved.start, after.start] : [before?.end ?? moved.start, moved.end]
  const left = tree.text.slice(node.start, start) + tree.text.slice(end, node.end)
  const lineStart = tree.text.lastIndexOf('\n', node.start - 1) + 1
  const indent = /^[ \t]*/.exec(tree.text.slice(lineStart, node.start))?.[0] ?? ''
  return `${left}\n${indent}from ${module} import ${textOf(tree, moved)}`
}

/**
 * Whether the only difference of a file is one `from … import` that became two: the same names under the same names here,
 * those that stay still of the same module. Asked of the node whose children the statements are.
 */
export const isImportSplit = ({ before, after }: Versions, { before: was, after: now }: Difference): boolean => {
  if (was.type !== now.type || now.children.length !== was.children.length + 1) return false
  const at = was.children.findIndex((each, index) => {
    const other = now.children[index]
    return other === undefined || textOf(before, each) !== textOf(after, other)
  })
  const [old, kept, moved] = [was.children[at], now.children[at], now.children[at + 1]]
  if (!old || !kept || !moved || [old, kept, moved].some(({ type }) => type !== IMPORT)) return false
  const [oldModule, keptModule] = [child(old, 'module_name'), child(kept, 'module_name')]
  const isSameModule = oldModule && keptModule && textOf(before, oldModule) === textOf(after, keptModule)
  const [names, left, gone] = [importedIn(before, old), importedIn(after, kept), importedIn(after, moved)]
  const isWhole = left.length > 0 && gone.length > 0 && names.toSorted().join() === [...left, ...gone].toSorted().join()
  const around = (tree: SyntaxTree, node: SyntaxNode, from: number, to: number) =>
    `${tree.text.slice(node.start, from)}\0${tree.text.slice(to, node.end)}`
  return (
    Boolean(isSameModule) &&
    isWhole &&
    around(before, was, old.start, old.end) === around(after, now, kept.start, moved.end) &&
    /^\n[ \t]*$/.test(after.text.slice(kept.end, moved.start))
  )
}
