import { contentOf, isScriptTree, plainString } from '../source/accesses.ts'
import { resolveImport } from '../source/modules.ts'
import { moduleFiles } from '../source/python-imports.ts'
import { isResourceName } from '../source/resource-places.ts'
import { findBinding, isFunction } from '../source/scope.ts'
import { child, type SyntaxNode, type SyntaxTree, textOf, walk } from '../source/syntax.ts'
import { nodesAt, type Place, scopeOf } from './code-places.ts'
import type { CodeView } from './contract.ts'

/** A piece of source that names a resource: the literal text that holds a path or a name. */
export interface ResourceText {
  readonly file: string
  readonly tree: SyntaxTree
  readonly node: SyntaxNode
}

type IsWanted = (text: string) => boolean

const TEXT = /^string_(?:content|fragment)$/
const MAX_DEPTH = 3

/**
 * Texts in the failing statement, in what its variables were given in that function, and in the constants it names; of
 * these only the wanted ones.
 */
export const resourceTexts = (place: Place, code: CodeView, isWanted: IsWanted): readonly ResourceText[] => {
  const seen = new Set<string>()
  const { file, tree } = place
  return nodesAt(place).flatMap((node) => textsOf({ file, tree, node }, code, isWanted, seen, 0))
}

const textsOf = (
  { file, tree, node }: ResourceText,
  code: CodeView,
  isWanted: IsWanted,
  seen: Set<string>,
  depth: number,
): readonly ResourceText[] => {
  if (TEXT.test(node.type)) return isWanted(textOf(tree, node)) ? [{ file, tree, node }] : []
  const name = node.type === 'identifier' ? textOf(tree, node) : ''
  const key = `${file}\0${name}`
  if (name === '' || depth > MAX_DEPTH || seen.has(key)) return []
  seen.add(key)
  const value = isScriptTree(tree)
    ? scriptValue({ file, tree, node }, code)
    : pythonValue(name, { file, tree, node }, code, 0)
  if (!value || isFunction(value.node)) return []
  return [...walk(value.node)].flatMap((each) => textsOf({ ...value, node: each }, code, isWanted, seen, depth + 1))
}

const scriptValue = ({ file, tree, node }: ResourceText, code: CodeView): ResourceText | null => {
  const binding = findBinding(tree, node, textOf(tree, node))
  if (binding?.kind === 'value') return { file, tree, node: binding.node }
  if (binding?.kind !== 'import') return null
  const target = resolveImport(file, binding.specifier, code.read)
  const module = target && code.isTest(target) ? code.tree(target) : null
  for (const statement of module?.root.children ?? []) {
    const declared = statement.type === 'export_statement' ? (child(statement, 'declaration') ?? statement) : statement
    for (const each of declared.children) {
      const name = each.type === 'variable_declarator' ? child(each, 'name') : undefined
      const value = child(each, 'value')
      if (target && module && name && value && textOf(module, name) === binding.imported)
        return { file: target, tree: module, node: value }
    }
  }
  return null
}

/** `name = …` in the function around, at the top of the file, or of the file of the tests that it is imported from. */
const pythonValue = (name: string, from: ResourceText, code: CodeView, depth: number): ResourceText | null => {
  const { file, tree } = from
  const assigned = (scope: SyntaxNode): ResourceText | null => {
    const found = [...walk(scope)].find((node) => {
      const left = node.type === 'assignment' ? child(node, 'left') : undefined
      return left !== undefined && textOf(tree, left) === name && scopeOf(node) === scope
    })
    const right = found ? child(found, 'right') : undefined
    return right ? { file, tree, node: right } : null
  }
  const own = assigned(scopeOf(from.node)) ?? assigned(tree.root)
  if (own || depth > 2) return own
  for (const node of tree.root.children) {
    const source = node.type === 'import_from_statement' ? child(node, 'module_name') : undefined
    if (!source || !node.children.some((each) => each.field === 'name' && textOf(tree, each) === name)) continue
    const [target] = moduleFiles(file, textOf(tree, source), (path) => code.files.includes(path))
    const next = target && code.isTest(target) ? code.tree(target) : null
    if (target && next) return pythonValue(name, { file: target, tree: next, node: next.root }, code, depth + 1)
  }
  return null
}

/** Whether a text is a whole plain string that says which resource a call is about, not something compared. */
export const isGivenName = ({ tree, node }: ResourceText): boolean => {
  const string = node.parent
  return (
    string !== null && plainString(tree, string) !== null && contentOf(string) === node && isResourceName(tree, string)
  )
}
