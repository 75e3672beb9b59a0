import type { SyntaxNode, SyntaxTree } from './syntax.ts'
import { child, textOf } from './syntax.ts'

const SIMPLE_ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  b: '\b',
  f: '\f',
  v: '\v',
  '0': '\0',
}

/** What an escape sequence of JavaScript stands for. */
export function decodeEscape(raw: string): string {
  const body = raw.slice(1)
  const code = /^(?:x([0-9a-f]{2})|u([0-9a-f]{4})|u\{([0-9a-f]{1,6})\})$/i.exec(body)
  if (code !== null) {
    const point = Number.parseInt(code[1] ?? code[2] ?? code[3] ?? '0', 16)
    return point <= 0x10ffff ? String.fromCodePoint(point) : ''
  }
  if (/^(?:\r\n|[\n\r\u2028\u2029])$/.test(body)) return ''
  return SIMPLE_ESCAPES[body] ?? body
}

/** The value of a `string` node, or of the fragments and escapes between two offsets of a template. */
export function decodeFragments(tree: SyntaxTree, fragments: readonly SyntaxNode[]): string {
  return fragments
    .map((each) => (each.type === 'escape_sequence' ? decodeEscape(textOf(tree, each)) : textOf(tree, each)))
    .join('')
}

export interface TemplatePiece {
  /** Null for a static chunk. */
  readonly expression: SyntaxNode | null
  readonly text: string
  readonly start: number
  readonly end: number
}

/** Static chunks (empty ones too) and substitutions of a template, in turn: chunk, substitution, chunk, … */
export function readTemplate(tree: SyntaxTree, template: SyntaxNode): TemplatePiece[] {
  const pieces: TemplatePiece[] = []
  let fragments: SyntaxNode[] = []
  let start = template.start + 1
  const closeChunk = (end: number): void => {
    pieces.push({ expression: null, text: decodeFragments(tree, fragments), start, end })
    fragments = []
  }
  for (const node of template.children) {
    if (node.type !== 'template_substitution') {
      fragments.push(node)
      continue
    }
    closeChunk(node.start)
    pieces.push({ expression: node.children[0] ?? node, text: '', start: node.start, end: node.end })
    start = node.end
  }
  closeChunk(template.end - 1)
  return pieces
}

/** Pattern and flags of a `regex` node. */
export function readRegExp(tree: SyntaxTree, node: SyntaxNode): { source: string; flags: string } {
  const pattern = child(node, 'pattern')
  const flags = child(node, 'flags')
  return {
    source: pattern === undefined ? '' : textOf(tree, pattern),
    flags: flags === undefined ? '' : textOf(tree, flags),
  }
}

export type Quote = "'" | '"' | '`'

/** A string literal that holds `value`; the other kind of quote where that saves escaping. */
export function quoteString(value: string, quote: Quote): string {
  const wanted =
    quote !== '`' && value.includes(quote) && !value.includes(quote === "'" ? '"' : "'")
      ? quote === "'"
        ? '"'
        : "'"
      : quote
  return `${wanted}${escapeString(value, wanted)}${wanted}`
}

/** The inside of a string literal. */
export function escapeString(value: string, quote: Quote): string {
  const escaped = value
    .replace(/\\/g, '\\\\')
    .replaceAll(quote, `\\${quote}`)
    .replace(/\n/g, '\\n')
    .replace(/\r/g, '\\r')
    .replace(/\t/g, '\\t')
    .replace(/[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)
  return quote === '`' ? escaped.replace(/\$\{/g, '\\${') : escaped
}

/** The value of a `string` node. */
export function readString(tree: SyntaxTree, node: SyntaxNode): string {
  return decodeFragments(tree, node.children)
}
