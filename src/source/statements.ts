import { nodeAt, type SyntaxNode, type SyntaxTree, walk } from './syntax.ts'

const STATEMENT = /_statement$|_definition$|^module$|^block$|^decorated_definition$/
/** Statements of Python that hold no others. */
const SIMPLE = /^(?:expression|assert|return|raise|import|import_from|future_import|delete)_statement$/
const SCRIPT_STATEMENT =
  /^(?:expression|return|throw|import|export|if|for|for_in|while|do)_statement$|^(?:lexical|variable)_declaration$|^public_field_definition$/

/**
 * Nodes of the statement that a line belongs to, parents first. A call over several lines fails on its first line, and
 * its arguments stand below: the whole statement counts, but for the statements of functions inside of it.
 */
export const nodesOnLine = (tree: SyntaxTree, line: number): readonly SyntaxNode[] => {
  const start = tree.text.split('\n', line - 1).join('\n').length + (line > 1 ? 1 : 0)
  const next = tree.text.indexOf('\n', start)
  const end = next < 0 ? tree.text.length : next
  if (tree.language === 'python') {
    const statement = smallestStatement(tree.root, start, end)
    const nodes = [...walk(statement)]
    return SIMPLE.test(statement.type) ? nodes : nodes.filter((node) => node.start <= end && node.end > start)
  }
  const first = start + (/^\s*/.exec(tree.text.slice(start, end))?.[0].length ?? 0)
  return [...withoutBlocks(scriptStatement(tree.root, first), first)]
}

const smallestStatement = (root: SyntaxNode, start: number, end: number): SyntaxNode => {
  let node = root
  for (;;) {
    const inside = node.children.find((each) => each.start <= end && each.end > start && STATEMENT.test(each.type))
    if (!inside || (inside.start > start && node.type === 'block' && inside.start > end)) return node
    node = inside
    if (SIMPLE.test(node.type)) return node
  }
}

const scriptStatement = (root: SyntaxNode, at: number): SyntaxNode => {
  let node: SyntaxNode | null = nodeAt(root, at)
  while (node?.parent && !SCRIPT_STATEMENT.test(node.type)) node = node.parent
  return node ?? root
}

function* withoutBlocks(root: SyntaxNode, at: number): Generator<SyntaxNode> {
  const stack: SyntaxNode[] = [root]
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    yield next
    const isBeside = next.type === 'statement_block' && !(next.start <= at && at < next.end)
    if (!isBeside) stack.push(...[...next.children].reverse())
  }
}
