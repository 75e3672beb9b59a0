import { isScriptTree } from '../../source/accesses.ts'
import { isFunction } from '../../source/scope.ts'
import { child, type SyntaxNode, type SyntaxTree, textOf } from '../../source/syntax.ts'

/** A name that the source of a package gives to something: a function, a class, a member, what it passes on. */
export interface Member {
  readonly name: string
  /** The class, interface or object it is a member of; null at the top of a module. */
  readonly owner: string | null
  readonly file: string
  readonly tree: SyntaxTree
  /** The definition itself, without decorators and `export`. */
  readonly node: SyntaxNode
  /** What its author says of it: docstring, decorators, the comment above it. */
  readonly docs: string
  /** The name of its declared type, where that is a plain one. */
  readonly type: string | null
}

const LIMITS = { members: 20_000, docs: 8_000, depth: 40 } as const

/** What a file of a package defines, members of classes included; nothing that is inside of a function. */
export const membersOf = (file: string, tree: SyntaxTree): readonly Member[] => {
  const found: Member[] = []
  const add = (
    name: SyntaxNode | undefined,
    owner: string | null,
    node: SyntaxNode,
    docs = '',
    type: string | null = null,
  ) => {
    const text = name ? textOf(tree, name).replace(/^['"]|['"]$/g, '') : ''
    if (/^[\w$]{1,120}$/.test(text) && found.length < LIMITS.members)
      found.push({ name: text, owner, file, tree, node, docs: docs.slice(0, LIMITS.docs), type })
  }
  ;(isScriptTree(tree) ? visitScript : visitPython)(tree, tree.root, null, add, 0)
  return found
}

type Add = (
  name: SyntaxNode | undefined,
  owner: string | null,
  node: SyntaxNode,
  docs?: string,
  type?: string | null,
) => void

const visitPython = (tree: SyntaxTree, node: SyntaxNode, owner: string | null, add: Add, depth: number): void => {
  if (depth > LIMITS.depth) return
  for (const each of node.children) {
    const name = child(each, 'name')
    switch (each.type) {
      case 'function_definition':
        add(name, owner, each, pythonDocs(tree, each))
        break
      case 'class_definition': {
        add(name, owner, each, pythonDocs(tree, each))
        const body = child(each, 'body')
        if (body && name) visitPython(tree, body, textOf(tree, name), add, depth + 1)
        break
      }
      case 'assignment': {
        const left = child(each, 'left')
        if (left?.type === 'identifier') add(left, owner, each)
        break
      }
      case 'import_from_statement':
      case 'import_statement':
        for (const part of each.children.filter(({ field }) => field === 'name'))
          add(child(part, 'alias') ?? child(part, 'name') ?? part.children.at(-1) ?? part, owner, each)
        break
      case 'string':
      case 'lambda':
      case 'call':
        break
      default:
        visitPython(tree, each, owner, add, depth + 1)
    }
  }
}

/** Decorators and the docstring; what a function warns of when it is called belongs to it, too. */
const pythonDocs = (tree: SyntaxTree, node: SyntaxNode): string => {
  const decorators =
    node.parent?.type === 'decorated_definition' ? node.parent.children.filter(({ type }) => type === 'decorator') : []
  const first = child(node, 'body')?.children[0]
  const docstring = first?.type === 'string' ? first : first?.children[0]
  return [...decorators, ...(docstring?.type === 'string' ? [docstring] : [])]
    .map((each) => textOf(tree, each))
    .join('\n\n')
}

const DECLARED =
  /^(?:class_declaration|abstract_class_declaration|interface_declaration|function_declaration|function_signature|generator_function_declaration|enum_declaration|type_alias_declaration)$/
const MEMBER =
  /^(?:method_definition|method_signature|abstract_method_signature|property_signature|public_field_definition|field_definition|pair)$/

const visitScript = (tree: SyntaxTree, node: SyntaxNode, owner: string | null, add: Add, depth: number): void => {
  if (depth > LIMITS.depth) return
  for (const each of node.children) {
    const name = child(each, 'name') ?? child(each, 'key') ?? child(each, 'property')
    if (DECLARED.test(each.type)) {
      add(name, owner, each, commentAbove(tree, each))
      const body = child(each, 'body') ?? child(each, 'value')
      if (body && name && !isFunction(each)) visitScript(tree, body, textOf(tree, name), add, depth + 1)
    } else if (MEMBER.test(each.type)) {
      add(name, owner, each, commentAbove(tree, each), typeName(tree, each))
    } else if (each.type === 'variable_declarator') {
      add(name, owner, each, commentAbove(tree, each.parent ?? each), typeName(tree, each))
      const value = child(each, 'value')
      const type = child(each, 'type')
      for (const body of [value, type])
        if (body && name && !isFunction(body)) visitScript(tree, body, textOf(tree, name), add, depth + 1)
    } else if (each.type === 'export_specifier') {
      add(child(each, 'alias') ?? child(each, 'name'), owner, each)
    } else if (each.type === 'shorthand_property_identifier') {
      add(each, owner, each)
    } else if (each.type === 'assignment_expression') {
      visitAssignment(tree, each, add, depth)
    } else if (each.type !== 'comment' && !/^(?:statement_block|string|template_string)$/.test(each.type)) {
      visitScript(tree, each, owner, add, depth + 1)
    }
  }
}

/** `exports.load = load`, `Reader.prototype.next = …`, `module.exports = { load }`. */
const visitAssignment = (tree: SyntaxTree, node: SyntaxNode, add: Add, depth: number): void => {
  const [left, right] = [child(node, 'left'), child(node, 'right')]
  if (left?.type !== 'member_expression') return
  const object = child(left, 'object')
  const receiver = object ? textOf(tree, object) : ''
  const owner = /^(?:module\.)?exports$/.test(receiver)
    ? null
    : (receiver
        .replace(/\.prototype$/, '')
        .split('.')
        .at(-1) ?? null)
  const isAll = textOf(tree, left) === 'module.exports'
  if (!isAll) add(child(left, 'property'), owner, node, commentAbove(tree, node.parent ?? node))
  if (right && !isFunction(right))
    visitScript(tree, right, isAll ? null : (textOf(tree, left).split('.').at(-1) ?? null), add, depth + 1)
}

/** The comment that stands right above a declaration, or above the `export` around it. */
const commentAbove = (tree: SyntaxTree, node: SyntaxNode): string => {
  let here = node
  while (here.parent && /^(?:export_statement|ambient_declaration|expression_statement)$/.test(here.parent.type))
    here = here.parent
  const siblings = here.parent?.children ?? []
  const before = siblings[siblings.indexOf(here) - 1]
  return before?.type === 'comment' ? textOf(tree, before) : ''
}

const typeName = (tree: SyntaxTree, node: SyntaxNode): string | null => {
  const type = child(node, 'type')?.children[0]
  return type?.type === 'type_identifier' ? textOf(tree, type) : null
}

/** What a function can be called with. */
export interface Signature {
  /** Names of the parameters in order, without `self` and `cls`. */
  readonly names: readonly string[]
  /** The same without those that are taken by name only. */
  readonly positional: number
  /** Whether it takes any further arguments, or any keyword. */
  readonly isOpen: { readonly positional: boolean; readonly keyword: boolean }
}

/** The parameters of a function or method; of a class of Python those of its `__init__`; null where none are written. */
export const signatureOf = ({ tree, node }: Pick<Member, 'tree' | 'node'>): Signature | null => {
  const list = child(node, 'parameters') ?? child(child(node, 'value') ?? node, 'parameters')
  if (!list) return null
  const names: string[] = []
  let positional = 0
  let isNamedOnly = false
  const isOpen = { positional: false, keyword: false }
  for (const each of list.children) {
    const text = textOf(tree, each)
    if (/^(?:list_splat_pattern|keyword_separator)$/.test(each.type) || /^\*(?!\*)/.test(text)) {
      isOpen.positional ||= /\w/.test(text)
      isNamedOnly = true
    } else if (/^(?:dictionary_splat_pattern)$/.test(each.type) || text.startsWith('**')) {
      isOpen.keyword = true
    } else if (/^\.\.\./.test(text)) {
      isOpen.positional = true
    } else if (each.type !== 'comment' && each.type !== 'positional_separator') {
      const name = /^[A-Za-z_$][\w$]*/.exec(text)?.[0] ?? ''
      if (name === 'self' || name === 'cls' || name === 'this') continue
      names.push(name)
      if (!isNamedOnly) positional += 1
    }
  }
  return { names, positional, isOpen }
}
