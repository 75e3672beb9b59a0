import { type Renaming, removalOf, renamingsOf } from '../evidence/renamed-names.ts'
import type { Edit, NameTree } from '../model.ts'
import { child, type SyntaxNode, type SyntaxTree, textOf, walk } from '../source/syntax.ts'
import {
  contentOf,
  distinctEdits,
  editOf,
  holdsWord,
  isProduct,
  nodesOnLine,
  ownPlacesOf,
  type Place,
  percent,
  plainString,
  propose,
  refuse,
  scopeOf,
} from './code-places.ts'
import type { Healer } from './contract.ts'

/** One access of the field in source: what is replaced, and on what. */
interface Access {
  readonly place: Place
  readonly name: SyntaxNode
  readonly receiver: SyntaxNode
}

const LEAST_MARGIN = 0.1

/**
 * Heals a field that is called otherwise now: the failing access, and the same one on the same variable in that function.
 * The new name is the one that commits of the product put in its place and that is really there.
 */
export const fieldRenamed: Healer = {
  failureType: 'field_renamed',
  *heal(diagnosis, context) {
    const { code, history } = context
    const field = diagnosis.affected
    if (!code) return refuse('needs_human', diagnosis.rootCause)
    const accesses = ownPlacesOf(context).flatMap((place) => accessesOf(place, field))
    if (accesses.length === 0)
      return refuse('needs_human', `${diagnosis.rootCause} No access of it by that name stands in the failing line.`)
    const counts = isProduct(code)
    const stillIn = (file: string, name: string): boolean => holdsWord(code, file, name)
    const answers = accesses.map((access) => {
      const present = namesOn(access)
      return { access, found: renamingsOf({ old: field, history, present, counts, stillIn }) }
    })
    const first = answers[0]?.found[0]
    const removal = removalOf(field, history, counts)
    if (!first) {
      return removal
        ? refuse('likely_regression', `The field "${field}" is gone, and nothing takes its place.`, {
            old: field,
            absent: 0.9,
            evidence: [removal],
          })
        : refuse('needs_human', `${diagnosis.rootCause} Nothing says what it is called now.`)
    }
    const shown = { old: field, new: first.name, confidence: first.confidence, evidence: first.evidence }
    const reason = doubtOf(answers[0]?.found ?? [], context.threshold)
    if (reason)
      return refuse('needs_human', reason, { ...shown, alternatives: alternativesOf(answers[0]?.found ?? []) })
    const edits = answers
      .filter(({ found }) => found[0]?.name === first.name && found[0].confidence > context.threshold)
      .flatMap(({ access }) => editsOf(access, field, first.name))
    return propose(`“${field}” is called “${first.name}” now (${percent(first.confidence)}).`, {
      ...shown,
      description: `Read the field ${first.name} in place of ${field}`,
      strategy: 'field',
      edits: distinctEdits(edits),
      alternatives: alternativesOf(answers[0]?.found.slice(1) ?? []),
    })
  },
}

/** Why the best name may not be taken; null where it may. */
export const doubtOf = (found: readonly Renaming[], threshold: number): string | null => {
  const [first, second] = found
  if (!first) return 'Nothing says what it is called now.'
  if (first.confidence <= threshold)
    return `The best name, “${first.name}”, reaches ${percent(first.confidence)}, and more than ${percent(threshold)} is asked for.`
  if (second && first.confidence - second.confidence < LEAST_MARGIN)
    return `“${first.name}” and “${second.name}” are almost equally likely.`
  return null
}

export const alternativesOf = (found: readonly Renaming[]) =>
  found.slice(0, 5).map(({ name, confidence }) => ({ locator: name, confidence }))

/** `x["field"]` and `x.field` in the failing line. */
const accessesOf = (place: Place, field: string): readonly Access[] =>
  nodesOnLine(place).flatMap((node): Access[] => {
    const found = accessIn(place.tree, node, field)
    return found ? [{ place, ...found }] : []
  })

const accessIn = (tree: SyntaxTree, node: SyntaxNode, field: string): Pick<Access, 'name' | 'receiver'> | null => {
  const key = node.type === 'subscript' ? child(node, 'subscript') : undefined
  const value = node.type === 'subscript' ? child(node, 'value') : child(node, 'object')
  if (key && value && plainString(tree, key) === field) {
    const name = contentOf(key)
    return name ? { name, receiver: value } : null
  }
  const attribute = node.type === 'attribute' ? child(node, 'attribute') : undefined
  const isCalled = node.parent?.type === 'call' && child(node.parent, 'function') === node
  return attribute && value && !isCalled && textOf(tree, attribute) === field
    ? { name: attribute, receiver: value }
    : null
}

/** The names that are on what the field is read from; null where that is not known. */
const namesOn = ({ place, receiver }: Access): readonly string[] | null => {
  const own = resolve(place.tree, receiver, place.names)
  return own ? Object.keys(own) : (place.failure.present ?? null)
}

/** Follows `pod["status"].x` through the captured names. */
const resolve = (tree: SyntaxTree, node: SyntaxNode, names: NameTree): NameTree | null => {
  if (node.type === 'identifier') return names[textOf(tree, node)] ?? null
  const below = child(node, node.type === 'subscript' ? 'value' : 'object')
  const held = below && (node.type === 'subscript' || node.type === 'attribute') ? resolve(tree, below, names) : null
  if (!held) return null
  const last = child(node, node.type === 'subscript' ? 'subscript' : 'attribute')
  const key = last ? (node.type === 'subscript' ? plainString(tree, last) : textOf(tree, last)) : null
  return key === null ? null : (held[key] ?? null)
}

/** The failing access, and the same one on the same variable elsewhere in the function. */
const editsOf = ({ place, name, receiver }: Access, field: string, fresh: string): readonly Edit[] => {
  const { tree, file } = place
  const owner = textOf(tree, receiver)
  const same = [...walk(scopeOf(receiver))].flatMap((node) => {
    const found = accessIn(tree, node, field)
    return found && textOf(tree, found.receiver) === owner ? [found.name] : []
  })
  return [name, ...same].map((node) => editOf(file, tree, node, fresh))
}
