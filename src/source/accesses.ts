import { findBinding, isFunction } from './scope.ts'
import { child, type SyntaxNode, type SyntaxTree, textOf, walk } from './syntax.ts'

/** One place in source that reads a field by its name. */
export interface Access {
  readonly field: string
  /** What holds the name: an identifier, or the text between quotes. */
  readonly name: SyntaxNode
  /** What the field is read from; null where the source does not say. */
  readonly receiver: SyntaxNode | null
  /** `pattern` takes it apart, as in `const { phase } = status`; `getter` names it to a method, as in `get("phase")`. */
  readonly form: 'member' | 'key' | 'getter' | 'pattern'
  /** True for what is called: a method, not a field. */
  readonly isCalled: boolean
}

/** Methods that take the name of a field. */
const GETTERS = /^(?:get|pop|toHaveProperty|getattr|property)$/
const STRIPPED = new Set([
  'await_expression',
  'await',
  'parenthesized_expression',
  'non_null_expression',
  'as_expression',
  'satisfies_expression',
])
const MAX_HOPS = 4

export const isScriptTree = ({ language }: SyntaxTree): boolean =>
  language === 'typescript' || language === 'tsx' || language === 'javascript'

/** The value of a plain string of any of the languages: no substitution, no escape, no prefix but Python's `r`. */
export const plainString = (tree: SyntaxTree, node: SyntaxNode): string | null => {
  const inner = contentOf(node)
  if (!inner || (node.type !== 'string' && node.type !== 'template_string') || node.children.length > 3) return null
  if (node.children.some(({ type }) => /interpolation|template_substitution|escape_sequence/.test(type))) return null
  const text = textOf(tree, inner)
  return text.includes('\\') || /^[bf]/i.test(textOf(tree, node)) ? null : text
}

/** The text between the quotes of a string. */
export const contentOf = (node: SyntaxNode): SyntaxNode | undefined => {
  const parts = node.children.filter(({ type }) => type === 'string_content' || type === 'string_fragment')
  return parts.length === 1 ? parts[0] : undefined
}

export const argumentsOf = (call: SyntaxNode): readonly SyntaxNode[] =>
  (child(call, 'arguments')?.children ?? []).filter(({ type }) => type !== 'comment')

export const isCall = ({ type }: SyntaxNode): boolean => type === 'call' || type === 'call_expression'

/** The last name of what a call calls: `b` of `a.b()`. */
export const calleeName = (tree: SyntaxTree, call: SyntaxNode): string => {
  const callee = child(call, 'function')
  const name = callee ? (child(callee, 'property') ?? child(callee, 'attribute') ?? callee) : undefined
  return name ? textOf(tree, name) : ''
}

/** The access that a node is; null where it is none. */
export const accessIn = (tree: SyntaxTree, node: SyntaxNode): Access | null => {
  switch (node.type) {
    case 'attribute':
    case 'member_expression': {
      const name = child(node, node.type === 'attribute' ? 'attribute' : 'property')
      const receiver = child(node, 'object')
      if (!name || !receiver) return null
      const called = node.parent !== null && isCall(node.parent) && child(node.parent, 'function') === node
      return { field: textOf(tree, name), name, receiver, form: 'member', isCalled: called }
    }
    case 'subscript':
    case 'subscript_expression': {
      const key = child(node, node.type === 'subscript' ? 'subscript' : 'index')
      const receiver = child(node, node.type === 'subscript' ? 'value' : 'object')
      const field = key ? plainString(tree, key) : null
      const name = key ? contentOf(key) : undefined
      return field !== null && name && receiver ? { field, name, receiver, form: 'key', isCalled: false } : null
    }
    case 'call':
    case 'call_expression':
      return getterIn(tree, node)
    case 'shorthand_property_identifier_pattern':
      return patternIn(tree, node)
    default:
      return null
  }
}

const getterIn = (tree: SyntaxTree, call: SyntaxNode): Access | null => {
  const callee = child(call, 'function')
  const args = argumentsOf(call)
  const isGetattr = callee?.type === 'identifier' && textOf(tree, callee) === 'getattr'
  if (!callee || (callee.type === 'identifier' && !isGetattr) || !GETTERS.test(calleeName(tree, call))) return null
  const key = args[isGetattr ? 1 : 0]
  const field = key ? plainString(tree, key) : null
  const name = key ? contentOf(key) : undefined
  if (field === null || !name || !/^[\w$-]+$/.test(field)) return null
  const receiver = isGetattr ? args[0] : child(callee, 'object')
  return {
    field,
    name,
    receiver: receiver ? (expected(tree, receiver) ?? receiver) : null,
    form: 'getter',
    isCalled: false,
  }
}

const patternIn = (tree: SyntaxTree, node: SyntaxNode): Access | null => {
  const pattern = node.parent
  if (pattern?.type !== 'object_pattern') return null
  const declarator = pattern.parent
  const receiver = declarator?.type === 'variable_declarator' ? (child(declarator, 'value') ?? null) : null
  return { field: textOf(tree, node), name: node, receiver, form: 'pattern', isCalled: false }
}

/** What `expect(…)` was given, through any modifiers between it and the matcher. */
export const expected = (tree: SyntaxTree, node: SyntaxNode): SyntaxNode | null => {
  let here: SyntaxNode | undefined = node
  for (let hops = 0; here && hops < 6; hops++) {
    if (
      here.type === 'call_expression' &&
      /^expect(?:\.(?:soft|poll))?$/.test(textOf(tree, child(here, 'function') ?? here))
    )
      return argumentsOf(here)[0] ?? null
    here = child(here, here.type === 'call_expression' ? 'function' : 'object')
  }
  return null
}

/** An expression without `await`, brackets and assertions of type around it. */
export const bare = (node: SyntaxNode): SyntaxNode => {
  let here = node
  while (STRIPPED.has(here.type) && here.children[0]) here = here.children[0]
  return here
}

/** An expression together with the file that holds it. */
export interface Placed {
  readonly file: string
  readonly tree: SyntaxTree
  readonly node: SyntaxNode
}

/** Finds the file and tree that an import of a script means; null for packages. */
export type LoadImport = (
  from: string,
  specifier: string,
) => { readonly file: string; readonly tree: SyntaxTree } | null

/**
 * The field that an expression of a script reads in the end: itself, through variables that hold it, and through
 * functions of one line of thought that return it. Null where that cannot be told.
 */
export const accessBehind = (placed: Placed, load: LoadImport): (Placed & { readonly access: Access }) | null => {
  let here: Placed = { ...placed, node: bare(placed.node) }
  for (let hops = 0; hops <= MAX_HOPS; hops++) {
    const { tree, node } = here
    const access = node.type === 'call_expression' ? null : accessIn(tree, node)
    if (access && !access.isCalled) return { ...here, access }
    const taken = node.type === 'identifier' ? takenApart(here) : null
    if (taken) return taken
    const next =
      node.type === 'identifier' ? boundTo(here) : node.type === 'call_expression' ? returnedBy(here, load) : null
    if (!next) return null
    here = { ...next, node: bare(next.node) }
  }
  return null
}

/** The value that a variable was given whole. */
const boundTo = (placed: Placed): Placed | null => {
  const binding = findBinding(placed.tree, placed.node, textOf(placed.tree, placed.node))
  return binding?.kind === 'value' && binding.path.length === 0 ? { ...placed, node: binding.node } : null
}

/** The field that a variable was taken out of a value by. */
const takenApart = (placed: Placed): (Placed & { readonly access: Access }) | null => {
  const { tree, node } = placed
  const name = textOf(tree, node)
  const binding = findBinding(tree, node, name)
  if (binding?.kind !== 'value' || binding.path.length === 0) return null
  // The pattern names the field; the declarator around the value holds it.
  const declarator = binding.node.parent
  for (const each of declarator ? walk(declarator) : []) {
    const access = each.type === 'shorthand_property_identifier_pattern' ? accessIn(tree, each) : null
    if (access?.field === name) return { ...placed, node: each, access }
  }
  return null
}

/** What a function of the tests returns, where it has one `return` or is an expression. */
const returnedBy = (placed: Placed, load: LoadImport): Placed | null => {
  const { file, tree, node } = placed
  const callee = child(node, 'function')
  if (callee?.type !== 'identifier') return null
  const found = functionNamed({ file, tree, node: callee }, load, 0)
  const body = found ? child(found.node, 'body') : undefined
  if (!found || !body) return null
  if (body.type !== 'statement_block') return { ...found, node: body }
  const returns = [...ownNodes(body)].filter(({ type }) => type === 'return_statement')
  const value = returns.length === 1 ? returns[0]?.children[0] : undefined
  return value ? { ...found, node: value } : null
}

const functionNamed = ({ file, tree, node }: Placed, load: LoadImport, depth: number): Placed | null => {
  const binding = findBinding(tree, node, textOf(tree, node))
  if (binding?.kind === 'declaration') return isFunction(binding.node) ? { file, tree, node: binding.node } : null
  if (binding?.kind === 'value') return isFunction(binding.node) ? { file, tree, node: binding.node } : null
  if (binding?.kind !== 'import' || depth > 1) return null
  const module = load(file, binding.specifier)
  if (!module) return null
  for (const each of module.tree.root.children) {
    const declared = each.type === 'export_statement' ? (child(each, 'declaration') ?? each) : each
    const name = child(declared, 'name')
    if (isFunction(declared) && name && textOf(module.tree, name) === binding.imported)
      return { ...module, node: declared }
    for (const declarator of declared.children) {
      const own = declarator.type === 'variable_declarator' ? child(declarator, 'name') : undefined
      const value = child(declarator, 'value')
      if (own && value && textOf(module.tree, own) === binding.imported && isFunction(value))
        return { ...module, node: value }
    }
  }
  return null
}

/** Nodes below one, without those of functions inside. */
export function* ownNodes(node: SyntaxNode): Generator<SyntaxNode> {
  const stack = [...node.children].reverse()
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    yield next
    if (!isFunction(next)) stack.push(...[...next.children].reverse())
  }
}
