import { wordsOf } from '../evidence/names.ts'
import type { Evidence } from '../model.ts'
import type { TokenChange } from '../source/changes.ts'
import { type SyntaxNode, type SyntaxTree, textOf } from '../source/syntax.ts'
import {
  contentOf,
  editOf,
  holdsWord,
  isProduct,
  nodesOnLine,
  type Place,
  percent,
  placesOf,
  plainString,
  propose,
  refuse,
} from './code-places.ts'
import type { CodeView, Healer } from './contract.ts'

const CONFIDENCE = { alone: 0.93, anchored: 0.9, contested: 0.5 } as const
/** Values so short, and all numbers, stand everywhere: only the line that names what is compared may explain them. */
const DISTINCTIVE = 4
/** Words that name nothing in particular. */
const VAGUE = new Set([
  'status',
  'spec',
  'value',
  'result',
  'response',
  'default',
  'get',
  'json',
  'body',
  'data',
  'name',
])

/**
 * Heals an expected value only where a commit turned the product's own literal from the expected into the actual one. In
 * every other case the assertion is right, and the product is to be looked at. The matcher is never touched.
 */
export const assertionMismatch: Healer = {
  failureType: 'assertion_mismatch',
  *heal(diagnosis, context) {
    const { code, history, threshold } = context
    const { expected, actual } = diagnosis
    if (!code) return refuse('needs_human', diagnosis.rootCause)
    if (expected === null || actual === null) return refuse('likely_regression', diagnosis.rootCause)
    const [place] = placesOf(context)
    const compared = place ? comparisonOf(place, expected) : null
    if (!place || !compared)
      return refuse(
        'likely_regression',
        `${diagnosis.rootCause} No literal of that value is compared in the failing line.`,
      )
    const isOwn = isProduct(code)
    const changes = (history ?? []).filter(
      (change) =>
        isOwn(change) && change.old === expected && change.new === actual && explains(change, compared, expected, code),
    )
    const [change] = changes
    if (!change) {
      return refuse('likely_regression', `${diagnosis.rootCause} No commit changed the product's own value that way.`)
    }
    const evidence: Evidence[] = [
      {
        kind: 'commit',
        for: true,
        weight: CONFIDENCE[change.standing],
        text: `The product's own “${expected}” became “${actual}” in ${change.file}:${change.line} (${change.commit.id.slice(0, 8)} “${change.commit.subject.slice(0, 100)}”)`,
      },
    ]
    let confidence: number = CONFIDENCE[change.standing]
    if (compared.isText && holdsWord(code, change.file, expected)) {
      confidence *= 0.7
      evidence.push({ kind: 'commit', for: false, weight: 0.5, text: `${change.file} still holds “${expected}”, too` })
    }
    const shown = { old: expected, new: actual, confidence, evidence }
    if (confidence <= threshold)
      return refuse('needs_human', `That “${actual}” is meant reaches ${percent(confidence)} only.`, shown)
    return propose(`The product says “${actual}” where it said “${expected}” (${percent(confidence)}).`, {
      ...shown,
      description: `Expect ${actual} in place of ${expected}`,
      strategy: 'literal',
      edits: [editOf(place.file, place.tree, compared.literal, actual)],
    })
  },
}

interface Compared {
  /** The text between quotes, or the number. */
  readonly literal: SyntaxNode
  /** Source of what is compared with it. */
  readonly subject: string
  readonly isText: boolean
}

/** `assert subject == literal`, the only one of that value in the line. */
const comparisonOf = (place: Place, expected: string): Compared | null => {
  const { tree } = place
  const found = nodesOnLine(place).flatMap((node): Compared[] => {
    const [left, right] = node.type === 'comparison_operator' ? node.children : []
    if (!left || !right || node.children.length !== 2 || !isAsserted(node)) return []
    if (tree.text.slice(left.end, right.start).trim() !== '==') return []
    const literal = literalOf(tree, right, expected)
    return literal ? [{ literal, subject: textOf(tree, left), isText: right.type === 'string' }] : []
  })
  return found.length === 1 ? (found[0] ?? null) : null
}

const isAsserted = ({ parent }: SyntaxNode): boolean => parent?.type === 'assert_statement'

const literalOf = (tree: SyntaxTree, node: SyntaxNode, expected: string): SyntaxNode | null => {
  if (node.type === 'string') return plainString(tree, node) === expected ? (contentOf(node) ?? null) : null
  return /^(?:integer|float)$/.test(node.type) && textOf(tree, node) === expected ? node : null
}

/** Whether a changed token is about what is compared: a distinctive text says so itself, else the line must name it. */
const explains = (change: TokenChange, { subject, isText }: Compared, expected: string, code: CodeView): boolean => {
  if (isText && expected.length >= DISTINCTIVE) return change.kind !== 'word' || /^[A-Z]/.test(expected)
  const line = code.read(change.file)?.split('\n')[change.line - 1] ?? ''
  const names = wordsOf(line)
  return wordsOf(subject).some((word) => word.length > 3 && !VAGUE.has(word) && names.includes(word))
}
