import { isScriptTree } from '../source/accesses.ts'
import { isFunction, parametersOf as scriptParameters } from '../source/scope.ts'
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

/** The languages of a suite and of what it calls. */
export type Side = 'python' | 'script'

const MAX_FILES = 5_000
const SOURCES: Readonly<Record<Side, RegExp>> = { python: /\.py$/, script: /\.[cm]?[jt]sx?$/ }

export const sideOf = (tree: SyntaxTree): Side => (isScriptTree(tree) ? 'script' : 'python')

export const isSource = (file: string, side: Side): boolean => SOURCES[side].test(file)

const sources = (code: CodeView, side: Side): readonly string[] =>
  code.files.filter((file) => isSource(file, side) && !code.isTest(file)).slice(0, MAX_FILES)

/**
 * What the arguments of a constructor of Python are declared by: `__init__` of the class itself, or else its fields, as of
 * a data class.
 */
export const constructorsOf = (code: CodeView, name: string): readonly Definition[] =>
  sources(code, 'python').flatMap((file) => {
    const tree = code.read(file)?.includes(`class ${name}`) ? code.tree(file) : null
    return [...(tree ? walk(tree.root) : [])].flatMap((node): readonly Definition[] => {
      const own = node.type === 'class_definition' ? child(node, 'name') : undefined
      if (!tree || !own || textOf(tree, own) !== name) return []
      const init = [...walk(node)].find(
        (each) => definedName(tree, each) && textOf(tree, definedName(tree, each) ?? each) === '__init__',
      )
      return [{ file, tree, node: init ?? node, owner: name }]
    })
  })

/** Functions of a name; of a class alone, or of none for null, where there are such; of any for undefined. */
export const definitionsOf = (
  code: CodeView,
  side: Side,
  name: string,
  owner: string | null | undefined,
): readonly Definition[] => {
  const found: Definition[] = []
  for (const file of sources(code, side)) {
    if (!code.read(file)?.includes(side === 'python' ? `def ${name}` : name)) continue
    const tree = code.tree(file)
    for (const node of tree ? walk(tree.root) : []) {
      const own = tree ? definedName(tree, node) : undefined
      if (tree && own && textOf(tree, own) === name) found.push({ file, tree, node, owner: classOf(tree, node) })
    }
  }
  const exact = found.filter((each) => each.owner === owner)
  return exact.length > 0 ? exact : found
}

/** Functions, methods, and variables, fields and keys of objects that hold one. */
const definedName = (tree: SyntaxTree, node: SyntaxNode): SyntaxNode | undefined => {
  if (!isScriptTree(tree)) return node.type === 'function_definition' ? child(node, 'name') : undefined
  if (/^(?:function_declaration|generator_function_declaration|method_definition|method_signature)$/.test(node.type))
    return child(node, 'name')
  if (node.type === 'assignment_expression') return exportedByAssignment(node)
  const value = child(node, 'value')
  return value && isFunction(value) ? (child(node, 'name') ?? child(node, 'key')) : undefined
}

/** `exports.open = () => …`. */
const exportedByAssignment = (node: SyntaxNode): SyntaxNode | undefined => {
  const [left, right] = [child(node, 'left'), child(node, 'right')]
  return left?.type === 'member_expression' && right && isFunction(right) ? child(left, 'property') : undefined
}

const classOf = (tree: SyntaxTree, node: SyntaxNode): string | null => {
  for (let around = node.parent; around; around = around.parent) {
    const name = /^(?:class_definition|class_declaration|interface_declaration)$/.test(around.type)
      ? child(around, 'name')
      : undefined
    if (name) return textOf(tree, name)
    if (around.type === 'function_definition' || isFunction(around)) return null
  }
  return null
}

/** Names of the parameters, without `self`, `*args` and `**kwargs`; of a class the fields that it annotates. */
export const parametersOf = ({ tree, node }: Definition): readonly string[] =>
  node.type === 'class_definition' ? fieldsOf(tree, node) : namedParameters(tree, node)

const fieldsOf = (tree: SyntaxTree, node: SyntaxNode): readonly string[] =>
  (child(node, 'body')?.children ?? []).flatMap((statement) => {
    const assignment = statement.type === 'expression_statement' ? statement.children[0] : undefined
    const left = assignment?.type === 'assignment' && child(assignment, 'type') ? child(assignment, 'left') : undefined
    return left?.type === 'identifier' ? [textOf(tree, left)] : []
  })

const namedParameters = (tree: SyntaxTree, node: SyntaxNode): readonly string[] =>
  (child(node, 'parameters')?.children ?? []).flatMap((each) => {
    const name = each.type === 'identifier' ? each : (child(each, 'name') ?? each.children[0])
    const isPlain = /^(?:identifier|(?:typed_|default_|typed_default_)parameter)$/.test(each.type)
    const text = name && isPlain ? textOf(tree, name) : ''
    return text === '' || text === 'self' || text === 'cls' ? [] : [text]
  })

/** Names of options that a script's function takes: members of the types, and of the patterns, of its parameters. */
export const optionsOf = ({ tree, node }: Definition): readonly string[] => {
  const fn = isFunction(node) ? node : (child(node, 'value') ?? child(node, 'right') ?? node)
  return scriptParameters(fn).flatMap((parameter) =>
    [...walk(parameter)].flatMap((each) => {
      const name =
        each.type === 'property_signature'
          ? child(each, 'name')
          : each.type === 'shorthand_property_identifier_pattern'
            ? each
            : undefined
      return name ? [textOf(tree, name)] : []
    }),
  )
}

/** Files that define all of these names at their top level, with the modules they are in Python. */
export const modulesDefining = (
  code: CodeView,
  side: Side,
  names: readonly string[],
): readonly { readonly file: string; readonly module: string }[] =>
  sources(code, side).flatMap((file) => {
    const text = code.read(file) ?? ''
    if (names.length === 0 || !names.every((name) => text.includes(name))) return []
    const tree = code.tree(file)
    const own = new Set(tree ? tree.root.children.flatMap((node) => topLevelNames(tree, node)) : [])
    if (!names.every((name) => own.has(name))) return []
    const path = file.replace(/^src\//, '').replace(/(?:\/__init__)?\.py$/, '')
    return [{ file, module: path.split('/').join('.') }]
  })

const topLevelNames = (tree: SyntaxTree, node: SyntaxNode): readonly string[] =>
  isScriptTree(tree) ? exportedNames(tree, node) : topLevelName(tree, node)

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

/** `export function a`, `export const a =`, `export { a }` of the file itself; what it passes on is defined elsewhere. */
const exportedNames = (tree: SyntaxTree, node: SyntaxNode): readonly string[] => {
  if (node.type !== 'export_statement' || child(node, 'source')) return []
  const declared = child(node, 'declaration')
  if (!declared)
    return [...walk(node)].flatMap((each) => {
      const name = each.type === 'export_specifier' ? (child(each, 'alias') ?? child(each, 'name')) : undefined
      return name ? [textOf(tree, name)] : []
    })
  const own = child(declared, 'name')
  if (own) return [textOf(tree, own)]
  return declared.children.flatMap((each) => {
    const name = each.type === 'variable_declarator' ? child(each, 'name') : undefined
    return name ? [textOf(tree, name)] : []
  })
}
