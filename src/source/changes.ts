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
  /**
   * What became of the code around a replaced token. `alone`: nothing else that says what the thing is or does changed
   * with it. `anchored`: something did, but a rare name beside it stayed. `contested`: all of it changed, so that the
   * one thing may have made room for another.
   */
  readonly standing: 'alone' | 'anchored' | 'contested'
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

/** Both sides of a hunk beside each other: what stayed, what was replaced, what went and what came. */
type Aligned = readonly [old: Token | null, next: Token | null]

const align = (before: readonly Token[], after: readonly Token[]): readonly Aligned[] => {
  const parts = diffArrays([...before], [...after], {
    comparator: (a, b) => a.text === b.text && a.kind === b.kind,
    timeout: 500,
  })
  if (!parts) return []
  const aligned: Aligned[] = []
  let removed: readonly Token[] = []
  let added: readonly Token[] = []
  const flush = () => {
    aligned.push(...pairRuns(removed, added))
    removed = []
    added = []
  }
  for (const part of parts) {
    if (part.removed) removed = [...removed, ...part.value]
    else if (part.added) added = [...added, ...part.value]
    else {
      flush()
      for (const token of part.value) aligned.push([token, token])
    }
  }
  flush()
  return aligned
}

/** Tokens on either side that belong to the same element or call as a rule. */
const WINDOW = 8

/** Whether a word of markup, styling or the language itself; such words say nothing of what a thing is. */
const PLAIN =
  /^(?:class(?:Name)?|style[sd]?|type|button|div|span|label|section|input|form|li|ul|tr|td|th|a|p|h\d|const|return|function|export|import|from|default|true|false|null|on[A-Z]\w*|data-[\w-]+|id|name|aria-[\w-]+|to|href|key|if|else)$/

const isSpeaking = (token: Token | null, previous: Token | null): boolean =>
  token !== null &&
  /\p{L}{3}/u.test(token.text) &&
  !PLAIN.test(token.text) &&
  !/^(?:class(?:Name)?|styles?)$/.test(previous?.text ?? '')

/** Words of an identifier or a text, in lower case. */
const words = (text: string): readonly string[] =>
  text
    .replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word.length > 2)

const areRelated = (a: string, b: string): boolean => {
  const theirs = words(b)
  return words(a).some((word) =>
    theirs.some((other) => other === word || (word.length > 4 && other.startsWith(word.slice(0, 5)))),
  )
}

const standingOf = (
  aligned: readonly Aligned[],
  at: number,
  frequency: ReadonlyMap<string, number>,
): TokenChange['standing'] => {
  let isContested = false
  let isAnchored = false
  for (let near = Math.max(0, at - WINDOW); near <= Math.min(aligned.length - 1, at + WINDOW); near++) {
    const [old, next] = aligned[near] ?? [null, null]
    if (near === at || old === null) continue
    const [before] = aligned[near - 1] ?? [null]
    if (!isSpeaking(old, before)) continue
    if (old === next) isAnchored ||= (frequency.get(old.text) ?? 0) <= 2
    else if (next === null || !areRelated(old.text, next.text)) isContested = true
  }
  return !isContested ? 'alone' : isAnchored ? 'anchored' : 'contested'
}

const stripPrefix = (name: string | undefined): string => (name ?? '').replace(/^[ab]\//, '')

/**
 * The tokens that one commit changed, paired old → new by hunk and order.
 *
 * @param patch unified diff of the commit (`git show -U0`), any number of files
 */
export const tokenChanges = (patch: string, commit: Commit): TokenChange[] => {
  const changes: TokenChange[] = []
  const hunks: { readonly file: string; readonly start: number; readonly aligned: readonly Aligned[] }[] = []
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
      hunks.push({ file: name, start: hunk.newStart, aligned: align(before, after) })
    }
  }
  const frequency = new Map<string, number>()
  for (const { aligned } of hunks) {
    for (const [old] of aligned) if (old) frequency.set(old.text, (frequency.get(old.text) ?? 0) + 1)
  }
  for (const { file, start, aligned } of hunks) {
    for (const [at, [old, next]] of aligned.entries()) {
      if (old === next) continue
      if (changes.length >= LIMITS.changes) return changes
      changes.push({
        commit,
        file,
        line: next?.line ?? old?.line ?? start,
        kind: next?.kind ?? old?.kind ?? 'word',
        old: old?.text ?? null,
        new: next?.text ?? null,
        standing: standingOf(aligned, at, frequency),
      })
    }
  }
  return changes
}
