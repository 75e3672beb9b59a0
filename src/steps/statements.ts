import { child, type SyntaxNode, textOf } from '../source/syntax.ts'
import type { Module } from '../source/values.ts'
import { defineClass } from './classes.ts'
import { declareEnum, declareVariables } from './declarations.ts'
import { functionValue } from './functions.ts'
import { DEFAULT, isDefault } from './imports.ts'
import { type Completion, type Machine, onlyARunTells, quote, suppose, Thrown, untoldAt, whether } from './machine.ts'
import { evaluateBinary } from './operators.ts'
import { assignPattern, bindPattern } from './patterns.ts'
import { as, entriesOf, type Scope, scopeIn, truthOf, type Value, wholeScope } from './values.ts'

const FUNCTIONS = /^(?:generator_)?function_declaration$/
const CLASSES = /^(?:abstract_)?class_declaration$/

/** Follows statements in order until one ends them. Functions are there from the start. */
export const executeAll = (
  machine: Machine,
  statements: readonly SyntaxNode[],
  scope: Scope,
  module: Module,
): Completion => {
  for (const statement of statements) {
    const declared = statement.type === 'export_statement' ? child(statement, 'declaration') : statement
    if (declared !== undefined && FUNCTIONS.test(declared.type)) declareFunction(declared, scope, module)
  }
  for (const statement of statements) {
    const completion = execute(machine, statement, scope, module, null)
    if (completion !== null) return completion
  }
  return null
}

const declareFunction = (node: SyntaxNode, scope: Scope, module: Module): void => {
  const name = child(node, 'name')
  if (name !== undefined) scope.names.set(textOf(module.tree, name), functionValue(node, scope, module))
}

const execute = (
  machine: Machine,
  node: SyntaxNode,
  scope: Scope,
  module: Module,
  label: string | null,
): Completion => {
  machine.spend(node, module)
  const evaluate = (each: SyntaxNode): Value => machine.evaluate(each, scope, module)
  const run = (each: SyntaxNode): Completion => execute(machine, each, scopeIn(scope), module, null)
  switch (node.type) {
    case 'expression_statement':
      for (const each of node.children) if (each.type !== 'comment') evaluate(each)
      return null
    case 'lexical_declaration':
    case 'variable_declaration':
      declareVariables(machine, node, scope, module)
      return null
    case 'export_statement': {
      const [declaration, value] = [child(node, 'declaration'), child(node, 'value')]
      if (value !== undefined) scope.names.set(DEFAULT, evaluate(value))
      if (declaration === undefined) return null
      const completion = execute(machine, declaration, scope, module, null)
      const name = isDefault(node, module) ? child(declaration, 'name') : undefined
      if (name !== undefined) scope.names.set(DEFAULT, scope.names.get(textOf(module.tree, name)))
      return completion
    }
    case 'return_statement': {
      const value = node.children.find((each) => each.type !== 'comment')
      return { type: 'return', value: value === undefined ? undefined : evaluate(value) }
    }
    case 'break_statement':
    case 'continue_statement': {
      const to = child(node, 'label')
      const type = node.type === 'break_statement' ? 'break' : 'continue'
      return { type, label: to === undefined ? null : textOf(module.tree, to) }
    }
    case 'throw_statement':
      throw new Thrown(node.children[0] === undefined ? undefined : evaluate(node.children[0]))
    case 'if_statement':
      return executeIf(machine, node, scope, module)
    case 'statement_block':
    case 'else_clause':
      return executeAll(machine, node.children, scopeIn(scope), module)
    case 'labeled_statement': {
      const [name, body] = [child(node, 'label'), child(node, 'body')]
      if (body === undefined) return null
      const own = name === undefined ? null : textOf(module.tree, name)
      const completion = execute(machine, body, scope, module, own)
      return completion?.type === 'break' && completion.label === own ? null : completion
    }
    case 'for_statement':
    case 'while_statement':
    case 'do_statement':
      return executeWhile(machine, node, scope, module, label)
    case 'for_in_statement':
      return executeForEach(machine, node, scope, module, label)
    case 'switch_statement':
      return executeSwitch(machine, node, scope, module)
    case 'try_statement':
      return executeTry(machine, node, scope, module, run)
    case 'enum_declaration':
      declareEnum(machine, node, scope, module)
      return null
    case 'internal_module':
    case 'with_statement':
      return untoldAt(`\`${quote(node, module)}\` is not followed.`, node, module)
    default:
      if (CLASSES.test(node.type)) {
        const name = child(node, 'name')
        const made = defineClass(machine, node, scope, module)
        if (name !== undefined) scope.names.set(textOf(module.tree, name), made)
      } else if (node.type === 'ERROR') untoldAt('The source cannot be parsed here.', node, module)
      return null
  }
}

const executeIf = (machine: Machine, node: SyntaxNode, scope: Scope, module: Module): Completion => {
  const [condition, consequence, alternative] = ['condition', 'consequence', 'alternative'].map((field) =>
    child(node, field),
  )
  const truth = truthOf(condition === undefined ? true : machine.evaluate(condition, scope, module))
  const chosen = truth === false ? alternative : consequence
  const branch = (each: SyntaxNode | undefined): Completion =>
    each === undefined ? null : execute(machine, each, scopeIn(scope), module, null)
  if (truth !== null || condition === undefined) return branch(chosen)
  const clause = whether(condition, module)
  suppose(machine, clause, () => {
    for (const each of [consequence, alternative]) {
      const completion = branch(each)
      if (completion !== null) untoldAt(onlyARunTells(clause), condition, module)
    }
  })
  return null
}

/** What a loop does with how one round of it ended: goes on (`null`), or ends with a completion of its own. */
const afterRound = (completion: Completion, label: string | null): { readonly end: Completion } | null => {
  if (completion === null || completion.type === 'return') return completion && { end: completion }
  const isOwn = completion.label === null || completion.label === label
  if (completion.type === 'continue') return isOwn ? null : { end: completion }
  return { end: isOwn ? null : completion }
}

const executeWhile = (
  machine: Machine,
  node: SyntaxNode,
  scope: Scope,
  module: Module,
  label: string | null,
): Completion => {
  let inner = scopeIn(scope)
  const [initializer, condition, increment, body] = ['initializer', 'condition', 'increment', 'body'].map((field) =>
    child(node, field),
  )
  if (initializer) execute(machine, initializer, inner, module, null)
  const holds = (): boolean => {
    if (condition === undefined || condition.type === 'empty_statement') return true
    const test = condition.type === 'expression_statement' ? (condition.children[0] ?? condition) : condition
    const truth = truthOf(machine.evaluate(test, inner, module))
    return (
      truth ?? untoldAt(`How often \`${quote(test, module)}\` holds is known only when the test runs.`, test, module)
    )
  }
  for (let isFirst = true; (isFirst && node.type === 'do_statement') || holds(); isFirst = false) {
    machine.spend(node, module)
    const round = body === undefined ? null : execute(machine, body, scopeIn(inner), module, null)
    const after = afterRound(round, label)
    if (after) return after.end
    // Every round has the variables of the loop for itself, for functions that keep them.
    inner = { ...inner, names: new Map(inner.names) }
    if (increment) machine.evaluate(increment, inner, module)
  }
  return null
}

const executeForEach = (
  machine: Machine,
  node: SyntaxNode,
  scope: Scope,
  module: Module,
  label: string | null,
): Completion => {
  const [left, right, body] = ['left', 'right', 'body'].map((field) => child(node, field))
  if (!left || !right) return null
  const operator = module.tree.text.slice(left.end, right.start).trim()
  const declares = /\b(const|let|var)\s/.exec(module.tree.text.slice(node.start, left.start))?.[1]
  const over = machine.evaluate(right, scope, module)
  const items = operator === 'in' ? keysOf(over) : itemsOf(over)
  if (items === null) {
    // Tests that come from data which is not here are not known; the others of the file are.
    if (machine.state.isLoading) return null
    return untoldAt(`What \`${quote(right, module)}\` holds is known only when the test runs.`, right, module)
  }
  for (const item of items) {
    machine.spend(node, module)
    const inner = scopeIn(scope)
    if (declares) bindPattern(machine, left, item, declares === 'var' ? wholeScope(scope) : inner, module)
    else assignPattern(machine, left, item, inner, module)
    const after = afterRound(body === undefined ? null : execute(machine, body, inner, module, null), label)
    if (after) return after.end
  }
  return null
}

const itemsOf = (value: Value): readonly Value[] | null => {
  if (typeof value === 'string') return [...value]
  const known = as(value, 'list')
  return known && known.spoilt === undefined ? [...known.items] : null
}

const keysOf = (value: Value): readonly Value[] | null => {
  const items = as(value, 'list')
  if (items && items.spoilt === undefined) return items.items.map((_, at) => String(at))
  const known = as(value, 'table')
  return known && known.of === null ? (entriesOf(known)?.map(([name]) => name) ?? null) : null
}

const executeSwitch = (machine: Machine, node: SyntaxNode, scope: Scope, module: Module): Completion => {
  const over = child(node, 'value')
  const value = over === undefined ? undefined : machine.evaluate(over, scope, module)
  const cases = child(node, 'body')?.children.filter(({ type }) => type.startsWith('switch_')) ?? []
  const inner = scopeIn(scope)
  const at = cases.findIndex((each) => {
    const test = child(each, 'value')
    if (test === undefined) return false
    const same = evaluateBinary('===', value, machine.evaluate(test, inner, module))
    if (same === null) untoldAt(`Which case \`${quote(over ?? node, module)}\` is is not told.`, node, module)
    return same === true
  })
  const from = at >= 0 ? at : cases.findIndex(({ type }) => type === 'switch_default')
  for (const each of from < 0 ? [] : cases.slice(from)) {
    const completion = executeAll(
      machine,
      each.children.filter(({ field }) => field === 'body'),
      inner,
      module,
    )
    if (completion !== null) return completion.type === 'break' && completion.label === null ? null : completion
  }
  return null
}

const executeTry = (
  machine: Machine,
  node: SyntaxNode,
  scope: Scope,
  module: Module,
  run: (each: SyntaxNode) => Completion,
): Completion => {
  const [body, handler] = [child(node, 'body'), child(node, 'handler')]
  const finalizer = child(node, 'finalizer')
  const last = finalizer === undefined ? undefined : child(finalizer, 'body')
  const handling = handler === undefined ? undefined : child(handler, 'body')
  // One that throws on lets a failed step fail the test all the same.
  const swallows = handling !== undefined && handling.children.at(-1)?.type !== 'throw_statement'
  let completion: Completion = null
  try {
    if (swallows) machine.state.caught++
    try {
      completion = body === undefined ? null : run(body)
    } finally {
      if (swallows) machine.state.caught--
    }
  } catch (error) {
    if (!(error instanceof Thrown) || handler === undefined || handling === undefined) throw error
    const inner = scopeIn(scope)
    const parameter = child(handler, 'parameter')
    if (parameter) bindPattern(machine, parameter, error.value, inner, module)
    completion = executeAll(machine, handling.children, inner, module)
  }
  return (last === undefined ? null : run(last)) ?? completion
}
