import { accessIn, argumentsOf, bare, calleeName, isCall, isScriptTree, plainString } from '../source/accesses.ts'
import { findBinding } from '../source/scope.ts'
import { child, type SyntaxNode, type SyntaxTree, textOf, walk } from '../source/syntax.ts'

/** What a name of a file was imported as. */
export interface Imported {
  readonly module: string
  /** The name in the module; null for the module itself. */
  readonly name: string | null
}

/** What a name stands for where an import of the file gives it; null for any other. */
export const importOf = (tree: SyntaxTree, node: SyntaxNode): Imported | null => {
  const name = textOf(tree, node)
  if (!isScriptTree(tree)) return importsOf(tree).find((one) => one.as === name) ?? null
  const binding = findBinding(tree, node, name)
  if (binding?.kind === 'value') return importsOf(tree).find((one) => one.as === name) ?? null
  if (binding?.kind !== 'import') return null
  const isWhole = binding.imported === '*' || binding.imported === 'default'
  return { module: binding.specifier, name: isWhole ? null : binding.imported }
}

/** All imports of a file by the names they give. */
export const importsOf = (tree: SyntaxTree): readonly (Imported & { readonly as: string })[] =>
  [...walk(tree.root)].flatMap((node) => (isScriptTree(tree) ? scriptImport(tree, node) : pythonImport(tree, node)))

const pythonImport = (tree: SyntaxTree, node: SyntaxNode): readonly (Imported & { readonly as: string })[] => {
  if (node.type !== 'import_from_statement' && node.type !== 'import_statement') return []
  const from = child(node, 'module_name')
  return node.children
    .filter(({ field }) => field === 'name')
    .map((part) => {
      const said = textOf(tree, child(part, 'name') ?? part)
      const alias = child(part, 'alias')
      if (from) return { module: textOf(tree, from), name: said, as: alias ? textOf(tree, alias) : said }
      // `import a.b` gives the name `a`.
      return { module: said, name: null, as: alias ? textOf(tree, alias) : (said.split('.')[0] ?? said) }
    })
}

const scriptImport = (tree: SyntaxTree, node: SyntaxNode): readonly (Imported & { readonly as: string })[] => {
  if (node.type === 'variable_declarator') return requiredBy(tree, node)
  if (node.type !== 'import_statement') return []
  const source = child(node, 'source')
  const module = source ? textOf(tree, source).slice(1, -1) : ''
  return [...walk(node)].flatMap((each): readonly (Imported & { readonly as: string })[] => {
    if (each.type === 'import_specifier') {
      const name = child(each, 'name')
      const said = name ? textOf(tree, name) : ''
      return [{ module, name: said, as: textOf(tree, child(each, 'alias') ?? name ?? each) }]
    }
    const isWhole = each.type === 'identifier' && /^(?:import_clause|namespace_import)$/.test(each.parent?.type ?? '')
    return isWhole ? [{ module, name: null, as: textOf(tree, each) }] : []
  })
}

/** `const yaml = require('js-yaml')` and `const { load } = require('js-yaml')`. */
const requiredBy = (tree: SyntaxTree, node: SyntaxNode): readonly (Imported & { readonly as: string })[] => {
  const [name, value] = [child(node, 'name'), child(node, 'value')]
  const [source] = value && isCall(value) && calleeName(tree, value) === 'require' ? argumentsOf(value) : []
  const module = source ? plainString(tree, source) : null
  if (!name || module === null) return []
  if (name.type === 'identifier') return [{ module, name: null, as: textOf(tree, name) }]
  return name.children.flatMap((each) => {
    const [key, own] = [child(each, 'key'), child(each, 'value')]
    if (each.type === 'shorthand_property_identifier_pattern') {
      const said = textOf(tree, each)
      return [{ module, name: said, as: said }]
    }
    return key && own?.type === 'identifier' ? [{ module, name: textOf(tree, key), as: textOf(tree, own) }] : []
  })
}

/** The name that an expression begins with: `faker` of `faker.name.first()`, of `new faker()` and of `(await faker).x`. */
export const rootOf = (tree: SyntaxTree, node: SyntaxNode): SyntaxNode | null => {
  let here = bare(node)
  for (let hops = 0; hops < 20; hops++) {
    if (here.type === 'identifier') return here
    const inner =
      accessIn(tree, here)?.receiver ?? (isCall(here) ? child(here, 'function') : child(here, 'constructor'))
    if (!inner) return null
    here = bare(inner)
  }
  return null
}

/** Every place where a file says a name that it imports, the import included. */
export const identifiersOf = (tree: SyntaxTree, name: string): readonly SyntaxNode[] =>
  [...walk(tree.root)].filter((node) => {
    const isName = node.type === 'identifier' || node.type === 'type_identifier'
    if (!isName && !isRequired(tree, node)) return false
    const isOther =
      (node.parent?.type === 'attribute' && node.field === 'attribute') ||
      (node.parent?.type === 'keyword_argument' && node.field === 'name')
    return !isOther && textOf(tree, node) === name
  })

/** A name that is taken out of what `require` gives, by that very name. */
const isRequired = (tree: SyntaxTree, node: SyntaxNode): boolean => {
  const declarator = node.parent?.parent
  return (
    node.type === 'shorthand_property_identifier_pattern' &&
    declarator?.type === 'variable_declarator' &&
    requiredBy(tree, declarator).length > 0
  )
}
