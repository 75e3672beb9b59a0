import { diffArrays, parsePatch } from 'diff'

/** Who changed it, and when. */
export interface Commit {
  /** Full object id. */
  readonly id: string
  readonly author: string
  /** ISO 8601. */
  readonly date: string
  readonly subject: string
}

export type TokenKind = 'string' | 'text' | 'word' | 'number'

/** One token that a commit replaced, removed (`new` is null) or added (`old` is null). */
export interface TokenChange {
  readonly commit: Commit
  /** Path after the commit, or before it where the file was deleted. */
  readonly file: string
  /** First line of the hunk on the side that has lines, from 1. */
  readonly line: number
  readonly kind: TokenKind
  readonly old: string | null
  readonly new: string | null
}

interface Token {
  readonly kind: TokenKind
  readonly text: string
  readonly line: number
}

/** Longest line, most tokens of a side of a hunk, and most changes of a commit that are looked at. */
const LIMITS = { line: 2_000, tokens: 1_500, changes: 20_000 } as const

/**
 * Strings in any quotes, text between tags, numbers, and words; words keep inner hyphens, so that `product-card` in
 * CSS, HTML and YAML stays whole. One pass, no backtracking: every alternative begins with another character.
 */
const TOKEN =
  /"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|`((?:[^`\\]|\\.)*)`|>([^<>{}]+)(?=<|$)|(\d+(?:\.\d+)?)|([\p{L}_$][\p{L}\p{N}_$]*(?:-[\p{L}\p{N}_$]+)*)/gu

const isClosed = (line: string): boolean => !/^\s*(\/\/|#(?!\w)|\*|<!--)/.test(line)

/** Tokens of one line; a comment has none, since prose about a change is no change. */
const tokensOf = (line: string, lineNumber: number): Token[] => {
  if (line.length > LIMITS.line || !isClosed(line)) return []
  const tokens: Token[] = []
  for (const match of line.matchAll(TOKEN)) {
    const [, double, single, template, text, number, word] = match
    const quoted = double ?? single ?? template
    if (quoted !== undefined) tokens.push({ kind: 'string', text: quoted, line: lineNumber })
    else if (text !== undefined) {
      const trimmed = text.replace(/\s+/g, ' ').trim()
      if (/[\p{L}\p{N}]/u.test(trimmed)) tokens.push({ kind: 'text', text: trimmed, line: lineNumber })
    } else if (number !== undefined) tokens.push({ kind: 'number', text: number, line: lineNumber })
    else if (word !== undefined) tokens.push({ kind: 'word', text: word, line: lineNumber })
  }
  return bareText(line, tokens, lineNumber)
}

/** A line of nothing but words is text of a template or of JSX: one token, as a person reads it. */
const bareText = (line: string, tokens: Token[], lineNumber: number): Token[] => {
  const text = line.replace(/\s+/g, ' ').trim()
  const isProse = /^[\p{Lu}\p{N}][\p{L}\p{N} ,.!?'’&–-]*$/u.test(text) && tokens.length > 1
  return isProse ? [{ kind: 'text', text, line: lineNumber }] : tokens
}

const sameKind = (a: Token, b: Token): boolean =>
  a.kind === b.kind || (a.kind !== 'number' && b.kind !== 'number' && a.kind !== 'word' && b.kind !== 'word')

/** Pairs a run of removed tokens with the run of added ones at the same place: in order, like with like. */
const pairRuns = (removed: readonly Token[], added: readonly Token[]): [Token | null, Token | null][] => {
  const pairs: [Token | null, Token | null][] = []
  const open = [...added]
  for (const token of removed) {
    const at = open.findIndex((other) => sameKind(token, other))
    if (at < 0) pairs.push([token, null])
    else pairs.push([token, open.splice(at, 1)[0] ?? null])
  }
  for (const token of open) pairs.push([null, token])
  return pairs
}

const diffTokens = (before: readonly Token[], after: readonly Token[]): [Token | null, Token | null][] => {
  const parts = diffArrays([...before], [...after], {
    comparator: (a, b) => a.text === b.text && a.kind === b.kind,
    timeout: 500,
  })
  if (!parts) return []
  const pairs: [Token | null, Token | null][] = []
  let removed: readonly Token[] = []
  let added: readonly Token[] = []
  const flush = () => {
    pairs.push(...pairRuns(removed, added))
    removed = []
    added = []
  }
  for (const part of parts) {
    if (part.removed) removed = [...removed, ...part.value]
    else if (part.added) added = [...added, ...part.value]
    else flush()
  }
  flush()
  return pairs
}

const stripPrefix = (name: string | undefined): string => (name ?? '').replace(/^[ab]\//, '')

/**
 * The tokens that one commit changed, paired old → new by hunk and order.
 *
 * @param patch unified diff of the commit (`git show -U0`), any number of files
 */
export const tokenChanges = (patch: string, commit: Commit): TokenChange[] => {
  const changes: TokenChange[] = []
  for (const file of parsePatch(patch)) {
    const name = stripPrefix(file.newFileName === '/dev/null' ? file.oldFileName : file.newFileName)
    for (const hunk of file.hunks) {
      const before: Token[] = []
      const after: Token[] = []
      let oldLine = hunk.oldStart
      let newLine = hunk.newStart
      for (const line of hunk.lines) {
        if (line.startsWith('-')) before.push(...tokensOf(line.slice(1), oldLine++))
        else if (line.startsWith('+')) after.push(...tokensOf(line.slice(1), newLine++))
        else if (line.startsWith(' ')) {
          oldLine++
          newLine++
        }
      }
      if (before.length > LIMITS.tokens || after.length > LIMITS.tokens) continue
      for (const [old, next] of diffTokens(before, after)) {
        if (changes.length >= LIMITS.changes) return changes
        const line = next?.line ?? old?.line ?? hunk.newStart
        const kind = next?.kind ?? old?.kind ?? 'word'
        changes.push({ commit, file: name, line, kind, old: old?.text ?? null, new: next?.text ?? null })
      }
    }
  }
  return changes
}
