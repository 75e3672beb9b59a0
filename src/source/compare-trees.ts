import { placeAt, type SyntaxNode, type SyntaxTree } from './syntax.ts'

/** Two nodes that stand at the same place of two trees and differ. */
export interface Difference {
  readonly before: SyntaxNode
  readonly after: SyntaxNode
}

/** Two versions of one file. */
export interface Versions {
  readonly file: string
  readonly before: SyntaxTree
  readonly after: SyntaxTree
}

const MAX_DIFFERENCES = 50

/**
 * Walks two trees side by side. `accept` is shown every pair of nodes that differ, outermost first, and says whether that
 * difference is settled there; else their children are compared. What remains is returned: the innermost differences,
 * which nobody accepted. White space, keywords, operators and comments count: a patch changes nothing it need not.
 */
export function compareTrees(versions: Versions, accept: (difference: Difference) => boolean): Difference[] {
  const { before, after } = versions
  const left: Difference[] = []
  const whole: Difference = { before: before.root, after: after.root }
  // White space before the first token and after the last lies outside of the root.
  if (outside(before) !== outside(after)) left.push(whole)
  const open: Difference[] = [whole]
  for (let next = open.pop(); next !== undefined && left.length < MAX_DIFFERENCES; next = open.pop()) {
    if (textIn(before, next.before) === textIn(after, next.after) && sameShape(next.before, next.after)) continue
    if (accept(next)) continue
    if (!sameFrame(versions, next)) {
      left.push(next)
      continue
    }
    for (let index = next.before.children.length - 1; index >= 0; index--) {
      const [one, other] = [next.before.children[index], next.after.children[index]]
      if (one !== undefined && other !== undefined) open.push({ before: one, after: other })
    }
  }
  return left
}

const outside = ({ text, root }: SyntaxTree): string => `${text.slice(0, root.start)}\0${text.slice(root.end)}`

/** Same kind of node, same kinds of children, and the same text between them. */
function sameFrame({ before, after }: Versions, { before: one, after: other }: Difference): boolean {
  if (one.type !== other.type || one.field !== other.field || one.children.length !== other.children.length)
    return false
  if (one.children.length === 0) return textIn(before, one) === textIn(after, other)
  return gapsOf(before, one).join('\0') === gapsOf(after, other).join('\0')
}

function gapsOf(tree: SyntaxTree, node: SyntaxNode): string[] {
  const gaps: string[] = []
  let at = node.start
  for (const each of node.children) {
    gaps.push(tree.text.slice(at, each.start))
    at = each.end
  }
  return [...gaps, tree.text.slice(at, node.end)]
}

/** The same text may parse differently after a change elsewhere, say of an opened comment. */
function sameShape(one: SyntaxNode, other: SyntaxNode): boolean {
  return one.type === other.type && one.children.length === other.children.length
}

function textIn(tree: SyntaxTree, node: SyntaxNode): string {
  return tree.text.slice(node.start, node.end)
}

/** A difference in words: `tests/a.spec.ts:12: "toBeVisible" becomes "toBeHidden"`. */
export function sayDifference({ file, before, after }: Versions, difference: Difference): string {
  const { line } = placeAt(before.text, difference.before.start)
  return `${file}:${line}: ${quote(textIn(before, difference.before))} becomes ${quote(textIn(after, difference.after))}`
}

function quote(text: string): string {
  const flat = text.replace(/\s+/g, ' ')
  return `“${flat.length > 80 ? `${flat.slice(0, 77)}…` : flat}”`
}
