import { contentOf, plainString } from '../source/accesses.ts'
import type { ExpectedValue } from '../source/expected-values.ts'
import type { Quote } from '../source/literals.ts'
import { type SyntaxNode, type SyntaxTree, textOf } from '../source/syntax.ts'
import { nodesAt, type Place, placesOf } from './code-places.ts'
import type { HealContext } from './contract.ts'

/** What `assert subject == literal` expects: the only literal of that value that is compared in the failing statement. */
export const comparedInPython = (context: HealContext, expected: string): readonly ExpectedValue[] =>
  placesOf(context)
    .slice(0, 1)
    .filter(({ tree }) => tree.language === 'python')
    .flatMap((place) => nodesAt(place).flatMap((node) => comparedBy(place, node, expected)))

const comparedBy = ({ file, tree }: Place, node: SyntaxNode, expected: string): readonly ExpectedValue[] => {
  const [subject, literal] = node.type === 'comparison_operator' ? node.children : []
  if (!subject || !literal || node.children.length !== 2 || node.parent?.type !== 'assert_statement') return []
  if (tree.text.slice(subject.end, literal.start).trim() !== '==') return []
  const inside = literalOf(tree, literal, expected)
  if (!inside) return []
  const form = literal.type === 'string' ? ('text' as const) : ('number' as const)
  const open = tree.text[inside.start - 1]
  const quote: Quote | null = form === 'text' && (open === "'" || open === '"') ? open : null
  const piece = { file, start: inside.start, end: inside.end, at: 0, text: expected, quote }
  return [
    { matcher: '==', comparison: 'whole', form, value: expected, pieces: [piece], subject: textOf(tree, subject) },
  ]
}

const literalOf = (tree: SyntaxTree, node: SyntaxNode, expected: string): SyntaxNode | null => {
  if (node.type === 'string') return plainString(tree, node) === expected ? (contentOf(node) ?? null) : null
  return /^(?:integer|float)$/.test(node.type) && textOf(tree, node) === expected ? node : null
}
