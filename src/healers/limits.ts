import { argumentsOf, calleeName, isCall, isScriptTree } from '../source/accesses.ts'
import { findBinding } from '../source/scope.ts'
import { child, type SyntaxNode, type SyntaxTree, textOf } from '../source/syntax.ts'
import { nodesAt, type Place } from './code-places.ts'
import type { CodeView } from './contract.ts'

/** A time limit in source: the number that says it. */
export interface Limit {
  readonly name: string
  readonly file: string
  readonly tree: SyntaxTree
  readonly value: SyntaxNode
  readonly isMillis: boolean
}

const NUMBER = /^(?:integer|float|number)$/
/** Functions of runners whose last argument is a limit in milliseconds. */
const TEST_FUNCTION =
  /^(?:it|test|beforeAll|beforeEach|afterAll|afterEach)(?:\.(?:only|concurrent|sequential|each|for))*$/

/** Limits of the failing statement: `timeout=5`, `{ timeout: 500 }`, `AbortSignal.timeout(500)`, and constants they name. */
export const limitsAt = (place: Place, code: CodeView): readonly Limit[] =>
  nodesAt(place).flatMap((node): readonly Limit[] => {
    const named = namedValue(place.tree, node)
    if (named) return limitOf(named.name, named.value, place, code)
    return isCall(node) ? calledLimit(place, node) : []
  })

const namedValue = (tree: SyntaxTree, node: SyntaxNode): { name: string; value: SyntaxNode } | null => {
  if (node.type !== 'keyword_argument' && node.type !== 'pair') return null
  const key = child(node, node.type === 'pair' ? 'key' : 'name')
  const value = child(node, 'value')
  const name = key ? textOf(tree, key).replace(/^['"]|['"]$/g, '') : ''
  return value && /timeout/i.test(name) ? { name, value } : null
}

const calledLimit = (place: Place, call: SyntaxNode): readonly Limit[] => {
  const { tree, file } = place
  const callee = child(call, 'function')
  const said = callee ? textOf(tree, callee) : ''
  const args = argumentsOf(call)
  const last = args.at(-1)
  const isLimit = said === 'AbortSignal.timeout' || (TEST_FUNCTION.test(said) && args.length >= 2)
  return isScriptTree(tree) && isLimit && last && NUMBER.test(last.type)
    ? [{ name: calleeName(tree, call), file, tree, value: last, isMillis: true }]
    : []
}

/** The number itself, or that of a constant whose own name says that it is a limit. */
const limitOf = (name: string, value: SyntaxNode, { tree, file }: Place, code: CodeView): readonly Limit[] => {
  const isMillis = inMillis(name, tree)
  if (NUMBER.test(value.type)) return [{ name, file, tree, value, isMillis }]
  const constant = value.type === 'identifier' ? textOf(tree, value) : ''
  if (!/timeout/i.test(constant) || !code.isTest(file)) return []
  const found = isScriptTree(tree) ? scriptConstant(tree, value, constant) : pythonConstant(tree, constant)
  return found ? [{ name: constant, file, tree, value: found, isMillis }] : []
}

const inMillis = (name: string, tree: SyntaxTree): boolean =>
  isScriptTree(tree) ? !/sec(?:ond)?s?$/i.test(name) : /_?(?:ms|millis)$/i.test(name)

const scriptConstant = (tree: SyntaxTree, from: SyntaxNode, name: string): SyntaxNode | null => {
  const binding = findBinding(tree, from, name)
  return binding?.kind === 'value' && binding.path.length === 0 && NUMBER.test(binding.node.type) ? binding.node : null
}

const pythonConstant = (tree: SyntaxTree, name: string): SyntaxNode | null => {
  for (const { type, children } of tree.root.children) {
    const assignment = type === 'expression_statement' ? children[0] : undefined
    const left = assignment?.type === 'assignment' ? child(assignment, 'left') : undefined
    const right = assignment ? child(assignment, 'right') : undefined
    if (left && right && textOf(tree, left) === name && NUMBER.test(right.type)) return right
  }
  return null
}
