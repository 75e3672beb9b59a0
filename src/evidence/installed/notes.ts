import { isCall, isScriptTree } from '../../source/accesses.ts'
import { child, placeAt, type SyntaxNode, type SyntaxTree, textOf, walk } from '../../source/syntax.ts'
import type { Member } from './members.ts'
import { lastPart, replacedIn, type Successor, successorsIn } from './statements.ts'

/** One statement of a package about a name, and where it stands. */
export interface Note extends Successor {
  readonly file: string
  readonly line: number
  /** The class or interface that the statement documents, where it says that this is what took the name's place. */
  readonly isOfType: boolean
}

const LIMITS = { nodes: 400_000, notes: 40, near: 300, hits: 300 } as const
const TELLING = /deprecat|renam|replac|remov|instead|moved|known as|former|previous|supersed|no longer|obsolete/i
const WARNING = /warn|deprecat|remov|renam|moved|obsolete/i

/** Whether a text holds a name within reach of a word that tells of a change. */
export const mayTellOf = (text: string, name: string): boolean => {
  let hits = 0
  for (let at = text.indexOf(name); at >= 0 && hits < LIMITS.hits; at = text.indexOf(name, at + name.length)) {
    hits += 1
    const [before, after] = [text[at - 1] ?? ' ', text[at + name.length] ?? ' ']
    if (/[\w$]/.test(before) || /[\w$]/.test(after)) continue
    if (TELLING.test(text.slice(Math.max(0, at - LIMITS.near), at + LIMITS.near))) return true
  }
  return false
}

/** What a source file says of what became of a name: notes on itself, on what replaces it, tables and aliases. */
export const notesIn = (
  file: string,
  tree: SyntaxTree,
  members: readonly Member[],
  old: string,
  owners: readonly string[],
): readonly Note[] => {
  const found: Note[] = []
  const add = (node: SyntaxNode, one: Successor, isOfType = false): void => {
    if (found.length < LIMITS.notes) found.push({ ...one, file, line: placeAt(tree.text, node.start).line, isOfType })
  }
  for (const member of members) {
    const isOwn = member.name === old && (owners.length === 0 || member.owner === null || owners.includes(member.owner))
    if (isOwn)
      for (const text of ownNotes(member)) for (const one of successorsIn(text, old, true)) add(member.node, one)
    if (member.docs === '' || !member.docs.includes(old)) continue
    for (const one of successorsIn(member.docs, old)) add(member.node, one)
    const written = member.name === old ? null : replacedIn(member.docs, old)
    if (written !== null) add(member.node, { name: member.name, old: written, kind: 'renamed' }, isType(member))
  }
  for (const { node, one } of tableEntries(tree, old)) add(node, one)
  return found
}

const isType = ({ node }: Member): boolean => /class|interface/.test(node.type)

/** What is said of a definition that it is not to be used any more: in its documentation, and in what it warns of. */
const ownNotes = ({ tree, node, docs }: Member): readonly string[] => {
  const tags = [...docs.matchAll(/@deprecated\b([^@]{0,1000})/g)].map(([, text = '']) => text)
  const paragraphs = docs
    .split(/\n[ \t]*\n/)
    .filter((text) => !text.includes('@deprecated') && /deprecat|renamed|removed/i.test(text))
  const said: string[] = []
  for (const each of limited(walk(node))) {
    if (!isCall(each)) continue
    const callee = child(each, 'function')
    if (callee && WARNING.test(textOf(tree, callee).slice(-80))) said.push(stringsIn(tree, each))
  }
  return [...tags, ...paragraphs, ...said]
}

/** The texts of the strings below a node, in one. */
const stringsIn = (tree: SyntaxTree, node: SyntaxNode): string =>
  [...limited(walk(node))]
    .filter(({ type }) => type === 'string_content' || type === 'string_fragment')
    .map((each) => textOf(tree, each))
    .join(' ')
    .replace(/\s+/g, ' ')
    .slice(0, 2_000)

/** `{"old": "new"}`, `{"old": "Use new instead"}`, `renamed("old", "new")`, `old = deprecated_alias(new)`. */
const tableEntries = (
  tree: SyntaxTree,
  old: string,
): readonly { readonly node: SyntaxNode; readonly one: Successor }[] => {
  const found: { node: SyntaxNode; one: Successor }[] = []
  const plain = (node: SyntaxNode | undefined): string | null =>
    node === undefined
      ? null
      : node.type === 'property_identifier'
        ? textOf(tree, node)
        : node.type === 'string' || node.type === 'concatenated_string' || node.type === 'parenthesized_expression'
          ? stringsIn(tree, node)
          : null
  const isOld = (text: string | null): text is string => text !== null && lastPart(text) === old
  for (const node of limited(walk(tree.root))) {
    if (node.type === 'pair') {
      const [key, value] = [plain(child(node, 'key')), plain(child(node, 'value'))]
      if (!isOld(key) || value === null || !isTable(tree, node)) continue
      if (isName(value)) found.push({ node, one: { name: value, old: key, kind: 'renamed' } })
      else for (const one of successorsIn(value, old, true)) found.push({ node, one: { ...one, old: one.old || key } })
    } else if (isCall(node)) {
      const callee = child(node, 'function')
      const args = (child(node, 'arguments')?.children ?? []).filter(({ type }) => type !== 'comment')
      const [first, second] = args.map((each) => plain(each))
      const isAlias = callee !== undefined && /renam|alias|moved/i.test(textOf(tree, callee).slice(-60))
      if (isAlias && isOld(first ?? null) && second && isName(second))
        found.push({ node, one: { name: second, old: first ?? old, kind: 'renamed' } })
    } else if (node.type === 'assignment') {
      const [left, right] = [child(node, 'left'), child(node, 'right')]
      const callee = right && isCall(right) ? child(right, 'function') : undefined
      const target = right ? child(right, 'arguments')?.children[0] : undefined
      const isAlias = callee !== undefined && /deprecat|alias|renam/i.test(textOf(tree, callee).slice(-60))
      if (left && isAlias && target?.type === 'identifier' && textOf(tree, left) === old)
        found.push({ node, one: { name: textOf(tree, target), old, kind: 'renamed' } })
    }
  }
  return found
}

const isName = (text: string): boolean => /^[A-Za-z_$][\w$]*(?:[.#:]{1,2}[A-Za-z_$][\w$]*)*$/.test(text)

/** Whether a mapping is one of old names to new ones, by what it, or what its file, is called. */
const isTable = (tree: SyntaxTree, pair: SyntaxNode): boolean => {
  for (let around = pair.parent; around; around = around.parent) {
    const name = child(around, 'left') ?? (isScriptTree(tree) ? child(around, 'name') : undefined)
    if (name)
      return /deprecat|renam|remov|moved|alias|expired|legacy|migrat|obsolete|replac/i.test(
        textOf(tree, name).slice(0, 200),
      )
  }
  return false
}

function* limited(nodes: Generator<SyntaxNode>): Generator<SyntaxNode> {
  let left: number = LIMITS.nodes
  for (const node of nodes) {
    if (--left < 0) return
    yield node
  }
}

/** What changelogs and descriptions of a package say of a name, line by line. */
export const changesIn = (file: string, text: string, old: string): readonly Note[] => {
  const lines = text.split('\n', 40_000)
  const found: Note[] = []
  for (const [at, line] of lines.entries()) {
    if (!line.includes(old) || found.length >= LIMITS.notes) continue
    const next = lines[at + 1] ?? ''
    const whole = /^\s*(?:[-*+]|\d+\.|#|$)/.test(next) ? line : `${line} ${next}`
    for (const one of successorsIn(whole.slice(0, 2_000), old))
      found.push({ ...one, file, line: at + 1, isOfType: false })
  }
  return found
}
