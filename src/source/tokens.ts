export type TokenKind = 'string' | 'text' | 'word' | 'number'

/** A piece of source that says something: a literal, a text between tags, a name. Punctuation is none. */
export interface Token {
  readonly kind: TokenKind
  readonly text: string
  /** From 1. */
  readonly line: number
}

/** Longer lines are generated, not written. */
const LONGEST_LINE = 2_000

/**
 * Strings in any quotes, text between tags, numbers, and words; words keep inner hyphens, so that `product-card` in
 * CSS, HTML and YAML stays whole. One pass, no backtracking: every alternative begins with another character.
 */
const TOKEN =
  /"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|`((?:[^`\\]|\\.)*)`|>([^<>{}]+)(?=<|$)|(\d+(?:\.\d+)?)|([\p{L}_$][\p{L}\p{N}_$]*(?:-[\p{L}\p{N}_$]+)*)/gu

const isComment = (line: string): boolean => /^\s*(\/\/|#(?!\w)|\*|<!--)/.test(line)

/** Tokens of one line of any language; a comment has none, since prose about a change is no change. */
export const tokensOf = (line: string, lineNumber: number): readonly Token[] => {
  if (line.length > LONGEST_LINE || isComment(line)) return []
  const prose = bareText(line)
  return prose === null ? piecesOf(line, lineNumber, 0) : [{ kind: 'text', text: prose, line: lineNumber }]
}

/** A template may quote markup that quotes a template, and so on; few do it deeper. */
const DEEPEST = 3
/** A quoted text that holds a tag is a page written in another language: what it says stands inside of it. */
const MARKUP = /<[a-z][\w-]*[\s>/]/i

const piecesOf = (source: string, lineNumber: number, depth: number): readonly Token[] => {
  const tokens: Token[] = []
  for (const match of source.matchAll(TOKEN)) {
    const [, double, single, template, text, number, word] = match
    const quoted = double ?? single ?? template
    if (quoted !== undefined && depth < DEEPEST && MARKUP.test(quoted))
      tokens.push(...piecesOf(quoted, lineNumber, depth + 1))
    else if (quoted !== undefined) tokens.push({ kind: 'string', text: quoted, line: lineNumber })
    else if (text !== undefined) {
      const trimmed = text.replace(/\s+/g, ' ').trim()
      if (/[\p{L}\p{N}]/u.test(trimmed)) tokens.push({ kind: 'text', text: trimmed, line: lineNumber })
    } else if (number !== undefined) tokens.push({ kind: 'number', text: number, line: lineNumber })
    else if (word !== undefined) tokens.push({ kind: 'word', text: word, line: lineNumber })
  }
  return tokens
}

/** A line of nothing but words that begins like a sentence is text of a template or of JSX: one token. */
const bareText = (line: string): string | null => {
  const text = line.replace(/\s+/g, ' ').trim()
  return /^[\p{Lu}][\p{L}\p{N} ,.!?'’&–-]*$/u.test(text) ? text : null
}
