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
/** Markup in a string in markup is as deep as people write it. */
const DEEPEST = 3

/**
 * Strings in any quotes, text between tags, numbers, and words; words keep inner hyphens, so that `product-card` in
 * CSS, HTML and YAML stays whole; what follows an arrow is code and no text. One pass, no backtracking: every alternative begins with another character.
 */
const TOKEN =
  /"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|`((?:[^`\\]|\\.)*)`|(?<![=-])>((?:[^<>{}]|\{\{?[^<>{}]*\}?\})+(?=<)|[^<>{}]+(?=$))|(\d+(?:\.\d+)?)|([\p{L}_$][\p{L}\p{N}_$]*(?:-[\p{L}\p{N}_$]+)*)/gu

/** A closing tag, or an attribute in an opening one: `<id>` alone may be a placeholder of a route. */
const MARKUP = /<\/[a-z]|<[a-z][\w-]*\s+[\w:@-]+\s*=/i
const TEMPLATE =
  /\.(?:html?|xhtml|j2|jinja2?|njk|twig|liquid|erb|ejs|hbs|handlebars|mustache|vue|svelte|astro|php|jsp|cshtml)$/i
const YAML = /\.ya?ml$/i
const PROPERTIES = /\.(?:properties|ini|strings)$/i

const isComment = (line: string): boolean => /^\s*(\/\/|#(?!\w)|\*|<!--)/.test(line)

/**
 * Tokens of one line of any language; a comment has none, since prose about a change is no change.
 *
 * @param file its name says what stands on the line where that is not plain: text in templates, values in YAML
 */
export const tokensOf = (line: string, lineNumber: number, file = ''): readonly Token[] => {
  if (line.length > LONGEST_LINE || isComment(line)) return []
  const isTemplate = TEMPLATE.test(file)
  const prose = bareText(line, isTemplate)
  if (prose !== null) return [{ kind: 'text', text: prose, line: lineNumber }]
  const [key, value] = plainValue(line, file)
  const tokens: Token[] = []
  addTokens(tokens, isTemplate ? withoutControl(key) : key, lineNumber, DEEPEST)
  if (value !== null) tokens.push({ kind: 'text', text: value, line: lineNumber })
  return tokens
}

const addTokens = (tokens: Token[], line: string, lineNumber: number, depth: number): void => {
  for (const match of line.matchAll(TOKEN)) {
    const [, double, single, template, text, number, word] = match
    const quoted = double ?? single ?? template
    if (quoted !== undefined) {
      // Markup that a script builds is markup all the same.
      if (depth > 0 && MARKUP.test(quoted)) addTokens(tokens, quoted, lineNumber, depth - 1)
      else tokens.push({ kind: 'string', text: quoted, line: lineNumber })
    } else if (text !== undefined) addText(tokens, text, lineNumber, depth)
    else if (number !== undefined) tokens.push({ kind: 'number', text: number, line: lineNumber })
    else if (word !== undefined) tokens.push({ kind: 'word', text: word, line: lineNumber })
  }
}

/** A text, with what stands in braces in it as names and strings of their own. */
const addText = (tokens: Token[], text: string, line: number, depth: number): void => {
  const trimmed = text.replace(/\s+/g, ' ').trim()
  const spoken = trimmed.replace(/\{\{?[^{}]*\}?\}/g, '')
  if (/[\p{L}\p{N}]/u.test(spoken)) tokens.push({ kind: 'text', text: trimmed, line })
  if (depth > 0) for (const [inner] of text.matchAll(/\{[^{}]+\}/g)) addTokens(tokens, inner, line, depth - 1)
}

/** Blocks of a template's own language end a text on either side, as tags do; what they name stays. */
const withoutControl = (line: string): string =>
  line
    .replace(/\{%[-+]?([^%]*)[-+]?%\}/g, '<$1>')
    .replace(/\{\{[#^/]([^{}]*)\}\}/g, '<$1>')
    .replace(/\{\{\s*else[^{}]*\}\}/g, '<else>')
    .replace(/^([^<>]*)</, (start, before: string) => (before.trim() === '' ? start : `>${before}<`))

/** A line of nothing but words that begins like a sentence is text of a template or of JSX: one token. */
const bareText = (line: string, isTemplate: boolean): string | null => {
  const text = line.replace(/\s+/g, ' ').trim()
  if (/^[\p{Lu}](?:[\p{L}\p{N} ,.!?'’&–-]| \([\p{L}\p{N} ]+\))*$/u.test(text)) return text
  return isTemplate && /^[\p{L}\p{N}][^<>{}="`;$@]* [^<>{}="`;$@]*$/u.test(text) ? text : null
}

/** A key and the unquoted value of several words behind it, as translation files in YAML have them. */
const plainValue = (line: string, file: string): readonly [key: string, value: string | null] => {
  const form = YAML.test(file)
    ? /^(\s*(?:- +)?(?:[^\s:#"'][^:#"']*: +|(?<=- +)))([\p{L}\p{N}][^"'{}[\]]* [^"'{}[\]]*)$/u
    : PROPERTIES.test(file)
      ? /^(\s*[\w.-]+\s*[=:]\s*)([\p{L}\p{N}].*)$/u
      : null
  const [, key, value] = form?.exec(line) ?? []
  if (key === undefined || value === undefined) return [line, null]
  return [
    key,
    value
      .replace(/ +#.*$/, '')
      .replace(/\s+/g, ' ')
      .trim(),
  ]
}
