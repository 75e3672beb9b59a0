import { child, type SyntaxNode, type SyntaxTree, textOf, walk } from '../source/syntax.ts'
import type { CodeView } from './contract.ts'

/** A function or method of the product. */
export interface Definition {
  readonly file: string
  readonly tree: SyntaxTree
  readonly node: SyntaxNode
  /** Name of the class around it. */
  readonly owner: string | null
}

const MAX_FILES = 5_000

const pythonFiles = (code: CodeView): readonly string[] =>
  code.files.filter((file) => file.endsWith('.py') && !code.isTest(file)).slice(0, MAX_FILES)

/** Functions of a name; of a class alone where one is given and has it. */
export const definitionsOf = (code: CodeView, name: string, owner: string | null): readonly Definition[] => {
  const found: Definition[] = []
  for (const file of pythonFiles(code)) {
    if (!code.read(file)?.includes(`def ${name}`)) continue
    const tree = code.tree(file)
    for (const node of tree ? walk(tree.root) : []) {
      const own = node.type === 'function_definition' ? child(node, 'name') : undefined
      if (tree && own && textOf(tree, own) === name) found.push({ file, tree, node, owner: classOf(tree, node) })
    }
  }
  const exact = found.filter((each) => each.owner === owner)
  return exact.length > 0 ? exact : found
}

const classOf = (tree: SyntaxTree, node: SyntaxNode): string | null => {
  for (let around = node.parent; around; around = around.parent) {
    const name = around.type === 'class_definition' ? child(around, 'name') : undefined
    if (name) return textOf(tree, name)
    if (around.type === 'function_definition') return null
  }
  return null
}

/** Names of the parameters, without `self`, `*args` and `**kwargs`. */
export const parametersOf = ({ tree, node }: Definition): readonly string[] =>
  (child(node, 'parameters')?.children ?? []).flatMap((each) => {
    const name = each.type === 'identifier' ? each : (child(each, 'name') ?? each.children[0])
    const isPlain = /^(?:identifier|(?:typed_|default_|typed_default_)parameter)$/.test(each.type)
    const text = name && isPlain ? textOf(tree, name) : ''
    return text === '' || text === 'self' || text === 'cls' ? [] : [text]
  })

/** Files that define all of these names at their top level, with the modules they are. */
export const modulesDefining = (
  code: CodeView,
  names: readonly string[],
): readonly { readonly file: string; readonly module: string }[] =>
  pythonFiles(code).flatMap((file) => {
    const text = code.read(file) ?? ''
    if (!names.every((name) => text.includes(name))) return []
    const tree = code.tree(file)
    const own = new Set(tree ? tree.root.children.flatMap((node) => topLevelName(tree, node)) : [])
    if (!names.every((name) => own.has(name))) return []
    const path = file.replace(/^src\//, '').replace(/(?:\/__init__)?\.py$/, '')
    return [{ file, module: path.split('/').join('.') }]
  })

const topLevelName = (tree: SyntaxTree, node: SyntaxNode): string[] => {
  const inner = node.type === 'decorated_definition' ? (child(node, 'definition') ?? node) : node
  if (inner.type === 'function_definition' || inner.type === 'class_definition') {
    const name = child(inner, 'name')
    return name ? [textOf(tree, name)] : []
  }
  const assignment = inner.type === 'expression_statement' ? inner.children[0] : undefined
  const left = assignment?.type === 'assignment' ? child(assignment, 'left') : undefined
  return left?.type === 'identifier' ? [textOf(tree, left)] : []
}
