import { wordsOf } from '../evidence/names.ts'
import type { Evidence } from '../model.ts'
import { argumentsOf, calleeName, contentOf, expected as givenTo, isCall, plainString } from '../source/accesses.ts'
import type { TokenChange } from '../source/changes.ts'
import { child, type SyntaxNode, type SyntaxTree, textOf } from '../source/syntax.ts'
import { editOf, holdsWord, isProduct, nodesAt, type Place, percent, placesOf, propose, refuse } from './code-places.ts'
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

/** `assert subject == literal`, `expect(subject).toBe(literal)` and the like: the only one of that value in the statement. */
const comparisonOf = (place: Place, expected: string): Compared | null => {
  const { tree } = place
  const found = nodesAt(place).flatMap((node): Compared[] => {
    const sides = isCall(node) ? calledSides(tree, node) : operatorSides(tree, node)
    const literal = sides ? literalOf(tree, sides.literal, expected) : null
    return sides && literal
      ? [{ literal, subject: textOf(tree, sides.subject), isText: sides.literal.type === 'string' }]
      : []
  })
  return found.length === 1 ? (found[0] ?? null) : null
}

interface Sides {
  readonly subject: SyntaxNode
  readonly literal: SyntaxNode
}

const operatorSides = (tree: SyntaxTree, node: SyntaxNode): Sides | null => {
  const [left, right] = node.type === 'comparison_operator' ? node.children : []
  if (!left || !right || node.children.length !== 2 || !isAsserted(node)) return null
  return tree.text.slice(left.end, right.start).trim() === '==' ? { subject: left, literal: right } : null
}

/** Matchers that want one value and no other; none that wants something not to be so. */
const calledSides = (tree: SyntaxTree, call: SyntaxNode): Sides | null => {
  const name = calleeName(tree, call)
  const [first, second] = argumentsOf(call)
  const callee = child(call, 'function')
  const said = callee ? textOf(tree, callee) : ''
  if (
    /^(?:toBe|toEqual|toStrictEqual|toHaveText|toHaveTitle|toHaveURL|toHaveCount|toHaveValue|equal|equals|eql)$/.test(
      name,
    )
  ) {
    const subject = callee ? givenTo(tree, callee) : null
    if (subject && first && !/\.not\b/.test(said)) return { subject, literal: first }
  }
  const isAssert = /^(?:assert|t|t\.assert|self)\b/.test(said)
  return isAssert && first && second && /^(?:equal|strictEqual|deepEqual|deepStrictEqual|is|assertEqual)$/.test(name)
    ? { subject: first, literal: second }
    : null
}

const isAsserted = ({ parent }: SyntaxNode): boolean => parent?.type === 'assert_statement'

const literalOf = (tree: SyntaxTree, node: SyntaxNode, expected: string): SyntaxNode | null => {
  if (node.type === 'string') return plainString(tree, node) === expected ? (contentOf(node) ?? null) : null
  return /^(?:integer|float|number)$/.test(node.type) && textOf(tree, node) === expected ? node : null
}

/** Whether a changed token is about what is compared: a distinctive text says so itself, else the line must name it. */
const explains = (change: TokenChange, { subject, isText }: Compared, expected: string, code: CodeView): boolean => {
  if (isText && expected.length >= DISTINCTIVE) return change.kind !== 'word' || /^[A-Z]/.test(expected)
  const line = code.read(change.file)?.split('\n')[change.line - 1] ?? ''
  const names = wordsOf(line)
  return wordsOf(subject).some((word) => word.length > 3 && !VAGUE.has(word) && names.includes(word))
}
