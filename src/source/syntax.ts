import type { Language as Grammar } from 'web-tree-sitter'
import { Parser } from 'web-tree-sitter'
import { type Language, loadGrammar } from './grammars.ts'

export type { Language } from './grammars.ts'

/**
 * A named node of a syntax tree as plain data. Offsets are UTF-16 code units into the text. Tokens without a name
 * (brackets, operators, keywords) are not nodes: they are the text between the children.
 */
export interface SyntaxNode {
  readonly type: string
  /** The role this node plays in its parent, e.g. `function`, `arguments`, `name`; null where the grammar names none. */
  readonly field: string | null
  readonly start: number
  readonly end: number
  readonly parent: SyntaxNode | null
  readonly children: readonly SyntaxNode[]
}

export interface SyntaxTree {
  readonly language: Language
  readonly text: string
  readonly root: SyntaxNode
  /** True where the parser had to skip or invent something. */
  readonly hasErrors: boolean
}

/** Source files longer than this are not parsed; UTF-16 code units. */
export const MAX_SOURCE_LENGTH = 1_000_000
const MAX_NODES = 600_000

const EXTENSIONS: Readonly<Record<string, Language>> = {
  ts: 'typescript',
  mts: 'typescript',
  cts: 'typescript',
  tsx: 'tsx',
  js: 'javascript',
  mjs: 'javascript',
  cjs: 'javascript',
  jsx: 'javascript',
  py: 'python',
  java: 'java',
  cs: 'csharp',
  rb: 'ruby',
}

/** The language of a file by its extension, or null where it is none we read. */
export function languageOf(file: string): Language | null {
  const extension = /\.([a-z]+)$/i.exec(file)?.[1]?.toLowerCase()
  return extension === undefined ? null : (EXTENSIONS[extension] ?? null)
}

/** A function that parses without waiting, for code that walks from file to file; the grammars are loaded first. */
export async function syntaxParser(
  languages: readonly Language[],
): Promise<(language: Language, text: string) => SyntaxTree> {
  const loaded = new Map<Language, Grammar>()
  for (const language of languages) loaded.set(language, await loadGrammar(language))
  return (language, text) => {
    const grammar = loaded.get(language)
    if (grammar === undefined) throw new Error(`The grammar for ${language} was not asked for before parsing.`)
    return parseWith(grammar, language, text)
  }
}

/** Parses one text. Throws an Error where the text is longer than {@link MAX_SOURCE_LENGTH}. */
export async function parse(language: Language, text: string): Promise<SyntaxTree> {
  return (await syntaxParser([language]))(language, text)
}

function parseWith(grammar: Grammar, language: Language, text: string): SyntaxTree {
  if (text.length > MAX_SOURCE_LENGTH)
    throw new Error(`The source is ${text.length} characters long; files over ${MAX_SOURCE_LENGTH} are not read.`)
  const parser = new Parser()
  try {
    const tree = parser.setLanguage(grammar).parse(text)
    if (tree === null) throw new Error('The parser gave up on the source.')
    try {
      return { language, text, root: copyTree(tree.walk()), hasErrors: tree.rootNode.hasError }
    } finally {
      tree.delete()
    }
  } finally {
    parser.delete()
  }
}

interface MutableNode extends SyntaxNode {
  readonly children: MutableNode[]
}

/** Copies the parser's tree, which lives in WebAssembly memory, into plain objects; not recursive, so depth is no risk. */
function copyTree(cursor: ReturnType<import('web-tree-sitter').Tree['walk']>): SyntaxNode {
  const node = (parent: MutableNode | null): MutableNode => ({
    type: cursor.nodeType,
    field: cursor.currentFieldName,
    start: cursor.startIndex,
    end: cursor.endIndex,
    parent,
    children: [],
  })
  const root = node(null)
  // The named node at each depth of the cursor; unnamed ones pass their parent on.
  const path: MutableNode[] = [root]
  let count = 0
  let descend = cursor.gotoFirstChild()
  while (descend) {
    if (++count > MAX_NODES) throw new Error(`The source has more than ${MAX_NODES} syntax nodes and is not read.`)
    const parent = path.at(-1) ?? root
    let here = parent
    if (cursor.nodeIsNamed) {
      here = node(parent)
      parent.children.push(here)
    }
    if (cursor.gotoFirstChild()) {
      path.push(here)
      continue
    }
    while (!cursor.gotoNextSibling()) {
      if (!cursor.gotoParent() || path.length === 1) {
        descend = false
        break
      }
      path.pop()
    }
  }
  cursor.delete()
  return root
}

/** The child in a named role. */
export function child(node: SyntaxNode, field: string): SyntaxNode | undefined {
  return node.children.find((each) => each.field === field)
}

/** The text of a node. */
export function textOf(tree: SyntaxTree, node: SyntaxNode): string {
  return tree.text.slice(node.start, node.end)
}

/** All nodes below and including `node`, parents first, in the order of the source. */
export function* walk(node: SyntaxNode): Generator<SyntaxNode> {
  const stack: SyntaxNode[] = [node]
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    yield next
    for (let index = next.children.length - 1; index >= 0; index--) {
      const below = next.children[index]
      if (below !== undefined) stack.push(below)
    }
  }
}

/** The smallest node that holds the whole range. */
export function nodeAt(root: SyntaxNode, start: number, end = start): SyntaxNode {
  let node = root
  for (;;) {
    const inside = node.children.find((each) => each.start <= start && end <= each.end && each.end > each.start)
    if (inside === undefined) return node
    node = inside
  }
}

/** Offset of a place given by line and column, both from 1; null where the text has no such place. */
export function offsetAt(text: string, line: number, column: number): number | null {
  let start = 0
  for (let current = 1; current < line; current++) {
    const next = text.indexOf('\n', start)
    if (next < 0) return null
    start = next + 1
  }
  const offset = start + Math.max(column, 1) - 1
  return offset <= text.length ? offset : null
}

/** Line and column of an offset, both from 1. */
export function placeAt(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset)
  return { line: before.split('\n').length, column: offset - before.lastIndexOf('\n') }
}
