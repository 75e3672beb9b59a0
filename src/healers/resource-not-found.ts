import { type Renaming, removalOf, renamingsOf } from '../evidence/renamed-names.ts'
import type { Edit } from '../model.ts'
import type { TokenChange } from '../source/changes.ts'
import { moduleFiles } from '../source/python-imports.ts'
import { child, type SyntaxNode, type SyntaxTree, textOf, walk } from '../source/syntax.ts'
import {
  distinctEdits,
  editOf,
  holdsWord,
  isProduct,
  nodesOnLine,
  type Place,
  percent,
  placesOf,
  propose,
  refuse,
} from './code-places.ts'
import type { CodeView, Healer } from './contract.ts'
import { alternativesOf, doubtOf } from './field-renamed.ts'

/** A piece of a path in source: the literal text that holds it. */
interface PathText {
  readonly file: string
  readonly tree: SyntaxTree
  readonly node: SyntaxNode
}

/**
 * Heals paths of resources that the product serves under another name now: one segment of a path that the failing line
 * asks for, renamed by a commit in the product's routes or manifests.
 */
export const resourceNotFound: Healer = {
  failureType: 'resource_not_found',
  *heal(diagnosis, context) {
    const { code, history, threshold } = context
    if (!code) return refuse('needs_human', diagnosis.rootCause)
    const paths = placesOf(context).flatMap((place) => pathsAt(place, code))
    const isOwn = isProduct(code)
    const changes = (history ?? []).map(asSegment)
    const stillIn = (file: string, name: string): boolean => holdsWord(code, file, name)
    const found = paths
      .flatMap(({ tree, node }) => segmentsOf(textOf(tree, node)))
      .flatMap((segment) =>
        renamingsOf({ old: segment, history: changes, present: null, counts: isOwn, stillIn }).map((one) => ({
          segment,
          ...one,
        })),
      )
    const [best] = [...found].sort((a, b) => b.confidence - a.confidence)
    if (!best) {
      const removal = paths
        .flatMap(({ tree, node }) => segmentsOf(textOf(tree, node)))
        .map((segment) => removalOf(segment, changes, isOwn))
        .find((each) => each !== null)
      return removal
        ? refuse('likely_regression', `${diagnosis.rootCause} It was removed, and nothing takes its place.`, {
            absent: 0.9,
            evidence: [removal],
          })
        : refuse('needs_human', `${diagnosis.rootCause} No commit says that it was renamed.`)
    }
    const same: readonly Renaming[] = found.filter(({ segment }) => segment === best.segment)
    const shown = { old: best.segment, new: best.name, confidence: best.confidence, evidence: best.evidence }
    const doubt = doubtOf([best, ...same.filter(({ name }) => name !== best.name)], threshold)
    if (doubt) return refuse('needs_human', doubt, { ...shown, alternatives: alternativesOf(same) })
    const edits = paths.flatMap(({ file, tree, node }): Edit[] => {
      const text = textOf(tree, node)
      const fresh = text
        .split('/')
        .map((each) => (each === best.segment ? best.name : each))
        .join('/')
      return fresh === text ? [] : [editOf(file, tree, node, fresh)]
    })
    // One place is one repair; a path that is written at several places of the line is for a person.
    if (distinctEdits(edits).length !== 1)
      return refuse('needs_human', `“${best.segment}” stands at several places of the failing line.`, shown)
    return propose(`“${best.segment}” is served as “${best.name}” now (${percent(best.confidence)}).`, {
      ...shown,
      description: `Ask for ${best.name} in place of ${best.segment}`,
      strategy: 'resource',
      edits: distinctEdits(edits),
    })
  },
}

const segmentsOf = (path: string): readonly string[] =>
  path.split(/[/?]/).filter((each) => /^[A-Za-z][\w.-]{2,}$/.test(each))

/** A path of which one segment changed says that this segment was renamed. */
const asSegment = (change: TokenChange): TokenChange => {
  const [was, now] = [change.old?.split('/') ?? [], change.new?.split('/') ?? []]
  if (was.length < 2) return change
  if (change.new === null) return { ...change, old: was.at(-1) ?? null }
  if (was.length !== now.length) return change
  const differing = was.flatMap((each, at) => (each === now[at] ? [] : [at]))
  const [at] = differing
  return differing.length === 1 && at !== undefined ? { ...change, old: was[at] ?? null, new: now[at] ?? null } : change
}

/** Texts of paths in the failing line, and of the constants it names. */
const pathsAt = (place: Place, code: CodeView): readonly PathText[] => {
  const nodes = nodesOnLine(place)
  const here = nodes
    .filter((node) => node.type === 'string_content' && textOf(place.tree, node).includes('/'))
    .map((node) => ({ file: place.file, tree: place.tree, node }))
  const names = nodes.filter(({ type }) => type === 'identifier').map((node) => textOf(place.tree, node))
  return [...here, ...[...new Set(names)].flatMap((name) => constant(name, place.file, place.tree, code, 0))]
}

/** `NAME = "…"` at the top of the file, or of the file of the tests that it is imported from. */
const constant = (name: string, file: string, tree: SyntaxTree, code: CodeView, depth: number): readonly PathText[] => {
  for (const node of tree.root.children) {
    const assignment = node.type === 'expression_statement' ? node.children[0] : undefined
    const left = assignment?.type === 'assignment' ? child(assignment, 'left') : undefined
    const right = assignment ? child(assignment, 'right') : undefined
    if (left && right && textOf(tree, left) === name)
      return [...walk(right)]
        .filter((each) => each.type === 'string_content' && textOf(tree, each).includes('/'))
        .map((each) => ({ file, tree, node: each }))
    const from = node.type === 'import_from_statement' ? child(node, 'module_name') : undefined
    if (!from || depth > 2 || !node.children.some((each) => each.field === 'name' && textOf(tree, each) === name))
      continue
    const [target] = moduleFiles(file, textOf(tree, from), (path) => code.files.includes(path))
    const next = target && code.isTest(target) ? code.tree(target) : null
    if (target && next) return constant(name, target, next, code, depth + 1)
  }
  return []
}
