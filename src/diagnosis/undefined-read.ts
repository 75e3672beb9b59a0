import type { SourceLocation } from '../model.ts'
import {
  accessBehind,
  accessIn,
  argumentsOf,
  calleeName,
  expected,
  type LoadImport,
  type Placed,
} from '../source/accesses.ts'
import { nodesOnLine } from '../source/statements.ts'
import { placeAt, type SyntaxNode, type SyntaxTree, textOf } from '../source/syntax.ts'

/** A field that was `undefined`, and where it is read. */
export interface UndefinedRead {
  readonly field: string
  readonly location: SourceLocation
}

/** What an error says was undefined: what a property was read from, or what an assertion was given. */
export type WhatIsUndefined = { readonly read: string } | 'compared'

/**
 * JavaScript does not say which field was missing: it gives `undefined`, and something else stumbles over it. Finds, from
 * the statement that failed, the access that gave it, through variables and helpers of the tests.
 */
export const findUndefinedRead = (
  file: string,
  tree: SyntaxTree,
  line: number,
  what: WhatIsUndefined,
  load: LoadImport,
): UndefinedRead | null => {
  const nodes = nodesOnLine(tree, line)
  const subjects = what === 'compared' ? comparedIn(tree, nodes) : receiversOf(tree, nodes, what.read)
  const found = subjects.flatMap((node) => behind({ file, tree, node }, load))
  const [first] = found
  return first && found.every(({ field }) => field === first.field) ? first : null
}

const behind = (placed: Placed, load: LoadImport): readonly UndefinedRead[] => {
  const found = accessBehind(placed, load)
  if (!found) return []
  const { line, column } = placeAt(found.tree.text, found.access.name.start)
  return [{ field: found.access.field, location: { file: found.file, line, column } }]
}

/** What `read` is read from: `a.b` of `a.b.read`, of `a.b.read()` too. */
const receiversOf = (tree: SyntaxTree, nodes: readonly SyntaxNode[], read: string): readonly SyntaxNode[] =>
  nodes.flatMap((node) => {
    const access = node.type === 'call_expression' ? null : accessIn(tree, node)
    return access?.field === read && access.receiver ? [access.receiver] : []
  })

/** What the statement's assertions are about. */
const comparedIn = (tree: SyntaxTree, nodes: readonly SyntaxNode[]): readonly SyntaxNode[] =>
  nodes.flatMap((node): readonly SyntaxNode[] => {
    if (node.type !== 'call_expression') return []
    const callee = node.children[0]
    if (
      callee &&
      /^(?:assert|t\.assert|t)\b/.test(textOf(tree, callee)) &&
      /^(?:ok|assert|is|equal|strictEqual|deepEqual|deepStrictEqual|match|doesNotMatch)$/.test(calleeName(tree, node))
    ) {
      const [subject] = argumentsOf(node)
      return subject ? [subject] : []
    }
    if (!/^to[A-Z]\w*$|^(?:equal|equals|eql|include|match)$/.test(calleeName(tree, node))) return []
    const subject = expected(tree, node)
    return subject ? [subject] : []
  })
