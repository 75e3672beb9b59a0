import { readString } from './literals.ts'
import type { SyntaxNode, SyntaxTree } from './syntax.ts'
import { child, textOf } from './syntax.ts'

/** What a name stands for at some place of a module. */
export type Binding =
  /** Declared with a value; `path` leads into a destructured one. */
  | {
      readonly kind: 'value'
      readonly node: SyntaxNode
      readonly path: readonly string[]
      readonly fallback: SyntaxNode | null
      /** Where it may be assigned again; null for a constant. */
      readonly scope: SyntaxNode | null
    }
  /** Declared without a value: whatever is assigned to it within `scope`. */
  | { readonly kind: 'assigned'; readonly scope: SyntaxNode }
  | { readonly kind: 'element'; readonly node: SyntaxNode; readonly path: readonly string[] }
  | {
      readonly kind: 'parameter'
      readonly fn: SyntaxNode
      readonly index: number
      readonly path: readonly string[]
      readonly rest: boolean
      readonly fallback: SyntaxNode | null
      readonly type: string
    }
  | { readonly kind: 'declaration'; readonly node: SyntaxNode }
  /** `imported` is the exporting module's name for it; `*` for all of it. */
  | { readonly kind: 'import'; readonly specifier: string; readonly imported: string }

const FUNCTIONS = new Set([
  'arrow_function',
  'function_expression',
  'function_declaration',
  'generator_function',
  'generator_function_declaration',
  'method_definition',
])
const FIELDS = new Set(['public_field_definition', 'field_definition'])
const DECLARATIONS = new Set([
  'function_declaration',
  'generator_function_declaration',
  'class_declaration',
  'abstract_class_declaration',
  'enum_declaration',
])

export function isFunction(node: SyntaxNode): boolean {
  return FUNCTIONS.has(node.type)
}

export function isField(node: SyntaxNode): boolean {
  return FIELDS.has(node.type)
}

/** The nearest function (or class field, whose value has a `this` of its own) around a node; null at the top. */
export function enclosingFunction(node: SyntaxNode): SyntaxNode | null {
  for (let here = node.parent; here !== null; here = here.parent) if (isFunction(here) || isField(here)) return here
  return null
}

/** The nearest class around a node. */
export function enclosingClass(node: SyntaxNode): SyntaxNode | null {
  for (let here = node.parent; here !== null; here = here.parent) if (isClass(here)) return here
  return null
}

export function isClass(node: SyntaxNode): boolean {
  return node.type === 'class_declaration' || node.type === 'class' || node.type === 'abstract_class_declaration'
}

/** Parameters as written; a lone arrow parameter without brackets counts too. */
export function parametersOf(fn: SyntaxNode): readonly SyntaxNode[] {
  const single = child(fn, 'parameter')
  const list = single === undefined ? (child(fn, 'parameters')?.children ?? []) : [single]
  return list.filter(
    (each) =>
      each.type !== 'comment' && !(each.type === 'required_parameter' && child(each, 'pattern')?.type === 'this'),
  )
}

/** Looks a name up from a node outwards; null where it is a global or does not exist. */
export function findBinding(tree: SyntaxTree, from: SyntaxNode, name: string): Binding | null {
  for (let scope: SyntaxNode | null = from.parent; scope !== null; scope = scope.parent) {
    const found = isFunction(scope) ? parameterBinding(tree, scope, name) : scopeBinding(tree, scope, name)
    if (found !== null) return found
  }
  return null
}

function parameterBinding(tree: SyntaxTree, fn: SyntaxNode, name: string): Binding | null {
  for (const [index, parameter] of parametersOf(fn).entries()) {
    const pattern = child(parameter, 'pattern') ?? parameter
    const bound = bindingIn(tree, pattern, name)
    if (bound === null) continue
    const type = child(parameter, 'type')
    return {
      kind: 'parameter',
      fn,
      index,
      path: bound.path,
      rest: pattern.type === 'rest_pattern',
      fallback: bound.fallback ?? (bound.path.length === 0 ? (child(parameter, 'value') ?? null) : null),
      type: type === undefined ? '' : textOf(tree, type).replace(/^:\s*/, ''),
    }
  }
  return null
}

function scopeBinding(tree: SyntaxTree, scope: SyntaxNode, name: string): Binding | null {
  if (scope.type === 'for_in_statement') {
    const left = child(scope, 'left')
    const right = child(scope, 'right')
    const bound = left === undefined ? null : bindingIn(tree, left, name)
    return bound !== null && right !== undefined ? { kind: 'element', node: right, path: bound.path } : null
  }
  if (scope.type === 'for_statement') {
    // A counter: its first value says nothing of the others, and nothing is assigned to it by name.
    const head = scope.children[0]
    return head !== undefined && statementBinding(tree, head, name, scope) !== null
      ? { kind: 'assigned', scope: head }
      : null
  }
  if (scope.type !== 'program' && scope.type !== 'statement_block' && scope.type !== 'switch_case') return null
  for (const statement of scope.children) {
    const found = statementBinding(tree, statement, name, scope)
    if (found !== null) return found
  }
  return null
}

function statementBinding(
  tree: SyntaxTree,
  statement: SyntaxNode | undefined,
  name: string,
  scope: SyntaxNode,
): Binding | null {
  if (statement === undefined) return null
  if (statement.type === 'import_statement') return importBinding(tree, statement, name)
  if (statement.type === 'export_statement') return statementBinding(tree, child(statement, 'declaration'), name, scope)
  if (DECLARATIONS.has(statement.type)) {
    const named = child(statement, 'name')
    return named !== undefined && textOf(tree, named) === name ? { kind: 'declaration', node: statement } : null
  }
  if (statement.type !== 'lexical_declaration' && statement.type !== 'variable_declaration') return null
  for (const declarator of statement.children) {
    const pattern = child(declarator, 'name')
    const bound = pattern === undefined ? null : bindingIn(tree, pattern, name)
    if (bound === null) continue
    const value = child(declarator, 'value')
    if (value === undefined) return { kind: 'assigned', scope }
    const constant = /^const\b/.test(tree.text.slice(statement.start, statement.start + 6))
    return { kind: 'value', node: value, path: bound.path, fallback: bound.fallback, scope: constant ? null : scope }
  }
  return null
}

function importBinding(tree: SyntaxTree, statement: SyntaxNode, name: string): Binding | null {
  const source = child(statement, 'source')
  const clause = statement.children.find((each) => each.type === 'import_clause')
  if (source === undefined || clause === undefined) return null
  const specifier = readString(tree, source)
  for (const part of clause.children) {
    if (part.type === 'identifier' && textOf(tree, part) === name)
      return { kind: 'import', specifier, imported: 'default' }
    if (part.type === 'namespace_import') {
      const local = part.children[0]
      if (local !== undefined && textOf(tree, local) === name) return { kind: 'import', specifier, imported: '*' }
    }
    for (const each of part.type === 'named_imports' ? part.children : []) {
      const original = child(each, 'name')
      const local = child(each, 'alias') ?? original
      if (original !== undefined && local !== undefined && textOf(tree, local) === name)
        return { kind: 'import', specifier, imported: textOf(tree, original) }
    }
  }
  return null
}

/** Where in a pattern a name is bound: the property path to it, and the default it may have. */
function bindingIn(
  tree: SyntaxTree,
  pattern: SyntaxNode,
  name: string,
): { path: string[]; fallback: SyntaxNode | null } | null {
  switch (pattern.type) {
    case 'identifier':
    case 'shorthand_property_identifier_pattern':
      return textOf(tree, pattern) === name ? { path: [], fallback: null } : null
    case 'rest_pattern':
      return pattern.children[0] === undefined ? null : bindingIn(tree, pattern.children[0], name)
    case 'assignment_pattern':
    case 'object_assignment_pattern': {
      const left = child(pattern, 'left')
      const bound = left === undefined ? null : bindingIn(tree, left, name)
      if (bound === null || left === undefined) return null
      const path = left.type === 'shorthand_property_identifier_pattern' ? [name] : bound.path
      return { path, fallback: bound.fallback ?? child(pattern, 'right') ?? null }
    }
    case 'object_pattern':
    case 'array_pattern':
      for (const [index, part] of pattern.children.entries()) {
        const bound = memberBinding(tree, part, name, pattern.type === 'array_pattern' ? String(index) : null)
        if (bound !== null) return bound
      }
      return null
    default:
      return null
  }
}

function memberBinding(
  tree: SyntaxTree,
  part: SyntaxNode,
  name: string,
  index: string | null,
): ReturnType<typeof bindingIn> {
  if (part.type === 'pair_pattern') {
    const key = child(part, 'key')
    const value = child(part, 'value')
    const bound = value === undefined ? null : bindingIn(tree, value, name)
    return bound === null || key === undefined ? null : { ...bound, path: [keyText(tree, key), ...bound.path] }
  }
  const bound = bindingIn(tree, part, name)
  if (bound === null || part.type === 'rest_pattern') return bound
  if (index !== null) return { ...bound, path: [index, ...bound.path] }
  return part.type === 'shorthand_property_identifier_pattern' ? { ...bound, path: [name] } : bound
}

/** A property's name as a string: `a`, `'a'`, `#a`. Computed names give their source text. */
export function keyText(tree: SyntaxTree, key: SyntaxNode): string {
  return key.type === 'string' ? readString(tree, key) : textOf(tree, key)
}
