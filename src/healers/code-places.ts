import type { Edit, Evidence, Failure, NameTree } from '../model.ts'
import type { TokenChange } from '../source/changes.ts'
import { isFunction } from '../source/scope.ts'
import { nodesOnLine } from '../source/statements.ts'
import { placeAt, type SyntaxNode, type SyntaxTree, textOf } from '../source/syntax.ts'
import type { CodeView, HealContext, ProposalDraft, Verdict } from './contract.ts'

/** Where a test, or a helper of it, met its failure. */
export interface Place {
  readonly file: string
  readonly line: number
  readonly tree: SyntaxTree
  readonly failure: Failure
  /** The variables of that frame, where they are known. */
  readonly names: NameTree
}

/** The innermost frame of each failing test that belongs to the tests; the same place once. */
export const placesOf = (context: HealContext): readonly Place[] => {
  const { code } = context
  const found: Place[] = []
  for (const failure of code ? (context.failures ?? []) : []) {
    const frame = failure.errors[0]?.stack.find(({ file }) => code?.isTest(file))
    const tree = frame && code ? code.tree(frame.file) : null
    if (!frame || !tree || found.some(({ file, line }) => file === frame.file && line === frame.line)) continue
    const scope = failure.scopes?.find(({ file, line }) => file === frame.file && line === frame.line)
    found.push({ file: frame.file, line: frame.line, tree, failure, names: scope?.names ?? {} })
  }
  return found
}

/** Places where the tests themselves failed: what the product's own code stumbles over, no edit of a test mends. */
export const ownPlacesOf = (context: HealContext): readonly Place[] =>
  placesOf(context).filter(({ file, line, failure }) => {
    const innermost = failure.errors[0]?.stack[0]
    return innermost !== undefined && innermost.file === file && innermost.line === line
  })

/** Nodes of the statement that failed. */
export const nodesAt = ({ tree, line }: Pick<Place, 'tree' | 'line'>): readonly SyntaxNode[] => nodesOnLine(tree, line)

export const editOf = (file: string, tree: SyntaxTree, node: SyntaxNode, fresh: string): Edit => ({
  file,
  start: node.start,
  end: node.end,
  old: textOf(tree, node),
  new: fresh,
})

export const distinctEdits = (edits: readonly Edit[]): readonly Edit[] =>
  edits.filter((edit, at) => edits.findIndex((other) => other.file === edit.file && other.start === edit.start) === at)

/** The function around a node, or the whole file. */
export const scopeOf = (node: SyntaxNode): SyntaxNode => {
  let scope = node
  while (scope.parent && scope.type !== 'function_definition' && !isFunction(scope)) scope = scope.parent
  return scope
}

export const lineOf = (tree: SyntaxTree, node: SyntaxNode): number => placeAt(tree.text, node.start).line

/** Whether a file holds a name as a word. */
export const holdsWord = (code: CodeView, file: string, name: string): boolean => {
  const text = code.read(file)
  return text !== null && new RegExp(`(?<![\\w.-])${name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![\\w-])`).test(text)
}

const PROSE = /\.(?:md|rst|txt|adoc|lock)$|(?:^|\/)(?:CHANGELOG|LICENSE|NOTICE)[^/]*$/i

/** Changes that say something of the product: none of tests, none of prose. */
export const isProduct =
  (code: CodeView) =>
  ({ file }: Pick<TokenChange, 'file'>): boolean =>
    !code.isTest(file) && !PROSE.test(file)

export const refuse = (
  status: Extract<Verdict['status'], 'needs_human' | 'likely_regression'>,
  reason: string,
  draft: Partial<ProposalDraft> = {},
): Verdict => ({
  status,
  reason,
  winner: null,
  proposal: draft.evidence && draft.evidence.length > 0 ? { ...EMPTY, ...draft, edits: [] } : null,
})

const EMPTY: ProposalDraft = {
  description: 'Nothing is known that would mend it',
  old: '',
  new: '',
  strategy: '',
  confidence: 0,
  absent: 0,
  edits: [],
  evidence: [],
  strategies: [],
  alternatives: [],
}

export const propose = (
  reason: string,
  draft: Pick<ProposalDraft, 'description' | 'old' | 'new' | 'confidence' | 'edits'> & {
    readonly evidence: readonly Evidence[]
    readonly strategy: string
    readonly alternatives?: ProposalDraft['alternatives']
  },
): Verdict => ({ status: 'proposed', reason, winner: null, proposal: { ...EMPTY, ...draft, absent: 0 } })

export const percent = (probability: number): string => `${Math.round(probability * 100)} %`
