import { contextFor, evaluateDeclaration, nameValue } from './evaluate-names.ts'
import { readString } from './literals.ts'
import type { SyntaxNode } from './syntax.ts'
import { child, textOf, walk } from './syntax.ts'
import { type Evaluator, type Module, UNKNOWN, type Value } from './values.ts'

/** What a module exports under a name (`default` for its default, `*` for all of it), through re-exports. */
export function exportOf(ev: Evaluator, module: Module, name: string): Value {
  if (name === '*') return { kind: 'module', module }
  for (const statement of module.tree.root.children) {
    if (statement.type !== 'export_statement') continue
    const found = fromStatement(ev, module, statement, name)
    if (found !== null) return found
  }
  return fromCommonJs(ev, module, name)
}

function fromStatement(ev: Evaluator, module: Module, statement: SyntaxNode, name: string): Value | null {
  const { tree } = module
  const source = child(statement, 'source')
  const target = source === undefined ? null : ev.importModule(module.file, readString(tree, source))
  const clause = statement.children.find((each) => each.type === 'export_clause')
  const declaration = child(statement, 'declaration')
  const value = child(statement, 'value')
  const isDefault = /^export\s+default\b/.test(tree.text.slice(statement.start, statement.start + 40))
  if (isDefault) {
    const node = value ?? declaration
    if (name !== 'default' || node === undefined) return null
    const context = contextFor(node, module, null)
    return declaration === undefined ? ev.evaluate(node, context) : evaluateDeclaration(ev, declaration, context)
  }
  if (clause !== undefined) {
    for (const each of clause.children) {
      const original = child(each, 'name')
      const exported = child(each, 'alias') ?? original
      if (original === undefined || exported === undefined || textOf(tree, exported) !== name) continue
      if (source !== undefined) return target === null ? UNKNOWN : ev.exported(target, textOf(tree, original))
      return nameValue(ev, textOf(tree, original), original, contextFor(original, module, null))
    }
    return null
  }
  if (source !== undefined) {
    const namespace = statement.children.find((each) => each.type === 'namespace_export')?.children[0]
    if (namespace !== undefined)
      return textOf(tree, namespace) === name && target !== null ? { kind: 'module', module: target } : null
    const found = target === null || name === 'default' ? UNKNOWN : ev.exported(target, name)
    return found.kind === 'unknown' ? null : found
  }
  if (declaration === undefined) return null
  const names = declaredNames(declaration).some((each) => textOf(tree, each) === name)
  return names
    ? nameValue(ev, name, declaration.children[0] ?? declaration, contextFor(declaration, module, null))
    : null
}

function declaredNames(declaration: SyntaxNode): SyntaxNode[] {
  const own = child(declaration, 'name')
  if (own !== undefined) return [own]
  return declaration.children.flatMap((declarator) => {
    const name = child(declarator, 'name')
    if (name === undefined) return []
    return [...walk(name)].filter((each) => each.type === 'identifier' || each.type.startsWith('shorthand_property'))
  })
}

/** `module.exports = { a }`, `module.exports.a = …`, `exports.a = …`. */
function fromCommonJs(ev: Evaluator, module: Module, name: string): Value {
  const { tree } = module
  for (const statement of module.tree.root.children) {
    const assignment = statement.type === 'expression_statement' ? statement.children[0] : undefined
    const left = assignment === undefined ? undefined : child(assignment, 'left')
    const right = assignment === undefined ? undefined : child(assignment, 'right')
    if (assignment?.type !== 'assignment_expression' || left === undefined || right === undefined) continue
    const target = textOf(tree, left)
    const context = contextFor(right, module, null)
    if (target === `exports.${name}` || target === `module.exports.${name}`) return ev.evaluate(right, context)
    if (target !== 'module.exports') continue
    const whole = ev.evaluate(right, context)
    if (name === 'default') return whole
    const found = ev.member(whole, name)
    if (found.kind !== 'unknown') return found
  }
  return UNKNOWN
}
