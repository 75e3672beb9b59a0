import type { SyntaxNode } from '../source/syntax.ts'
import { walk } from '../source/syntax.ts'
import type { Module } from '../source/values.ts'

/** Types as parts of their own, which go as they stand. */
const TYPES = new Set(['type_annotation', 'type_parameters', 'type_arguments', 'type_predicate_annotation'])

/** The source of a function as JavaScript, as it would reach a page: without its types. */
export const withoutTypes = (fn: SyntaxNode, { tree }: Module): string => {
  const cuts: (readonly [number, number])[] = []
  for (const node of walk(fn)) {
    const inner = node.children[0]
    if (TYPES.has(node.type)) cuts.push([node.start, node.end])
    else if ((node.type === 'as_expression' || node.type === 'satisfies_expression') && inner)
      cuts.push([inner.end, node.end])
    else if (node.type === 'non_null_expression' && inner) cuts.push([inner.end, node.end])
    else if (node.type === 'optional_parameter' && inner) cuts.push([inner.end, node.children[1]?.start ?? node.end])
  }
  let text = ''
  let at = fn.start
  for (const [start, end] of cuts.toSorted((a, b) => a[0] - b[0])) {
    if (start < at) continue
    text += tree.text.slice(at, start)
    at = end
  }
  return text + tree.text.slice(at, fn.end)
}
