import { XMLParser, XMLValidator } from 'fast-xml-parser'
import { isRecord } from '../dom/trace-lines.ts'

/** An element; `text` is that of its own text and CDATA nodes, references decoded. */
export interface XmlNode {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: readonly XmlNode[]
  readonly text: string
}

/** `error` is what the validator found wrong; the tree then holds what came before, where that could be read. */
export interface XmlReading {
  readonly root: XmlNode | null
  readonly error: string | null
}

const MAX_DEPTH = 200

/** Reads XML without entities of its own. A document that was cut off is read up to its last complete `unit` element. */
export function readXml(text: string, unit: string): XmlReading {
  const clean = text.replace(/^\uFEFF/, '').trimStart()
  const wrong = XMLValidator.validate(clean, { allowBooleanAttributes: true })
  if (wrong === true) return parse(clean, null)
  const error = `${wrong.err.msg} (line ${wrong.err.line}, column ${wrong.err.col})`
  const salvaged = salvage(clean, unit)
  return salvaged === null ? { root: null, error } : parse(salvaged, error)
}

function parse(text: string, error: string | null): XmlReading {
  try {
    const parser = new XMLParser({
      preserveOrder: true,
      ignoreAttributes: false,
      attributeNamePrefix: '',
      allowBooleanAttributes: true,
      parseTagValue: false,
      parseAttributeValue: false,
      trimValues: false,
      processEntities: false,
      cdataPropName: '#cdata',
      ignoreDeclaration: true,
      ignorePiTags: true,
    })
    const nodes: unknown = parser.parse(text)
    const roots = toNodes(nodes, 0).children
    return { root: roots[0] ?? null, error: error ?? (roots.length === 0 ? 'there is no element in it' : null) }
  } catch (thrown) {
    return { root: null, error: error ?? (thrown instanceof Error ? thrown.message : String(thrown)) }
  }
}

/** Cuts after the last complete unit and closes what is open there. */
function salvage(text: string, unit: string): string | null {
  const end = text.lastIndexOf(`</${unit}>`)
  if (end === -1) return null
  const kept = text.slice(0, end + unit.length + 3)
  const open: string[] = []
  const bare = dropOpaque(kept)
  for (const [, closing, name, rest] of bare.matchAll(/<(\/?)([A-Za-z_][\w.:-]*)((?:[^<>"']|"[^"<]*"|'[^'<]*')*)>/g)) {
    if (closing) {
      if (open.pop() !== name) return null
    } else if (!rest?.endsWith('/')) open.push(name ?? '')
  }
  const closed =
    kept +
    open
      .reverse()
      .map((name) => `</${name}>`)
      .join('')
  return XMLValidator.validate(closed, { allowBooleanAttributes: true }) === true ? closed : null
}

const OPAQUE = /<(?:!\[CDATA\[|!--|\?)/g

/** The text without CDATA, comments and instructions; what is not closed goes to the end. Linear in its length. */
function dropOpaque(text: string): string {
  let out = ''
  let at = 0
  for (;;) {
    OPAQUE.lastIndex = at
    const open = OPAQUE.exec(text)
    if (!open) return out + text.slice(at)
    out += text.slice(at, open.index)
    const close = open[0] === '<!--' ? '-->' : open[0] === '<?' ? '?>' : ']]>'
    const end = text.indexOf(close, OPAQUE.lastIndex)
    if (end === -1) return out
    at = end + close.length
  }
}

interface Content {
  readonly children: XmlNode[]
  readonly text: string
}

/** The parser's `[{ tag: [...], ':@': {...} }, { '#text': … }, { '#cdata': [...] }]`. */
function toNodes(value: unknown, depth: number): Content {
  const children: XmlNode[] = []
  let text = ''
  if (!Array.isArray(value) || depth > MAX_DEPTH) return { children, text }
  for (const item of value) {
    if (!isRecord(item)) continue
    const plain = item['#text']
    if (plain !== undefined) {
      text += decodeReferences(String(plain))
      continue
    }
    for (const [name, content] of Object.entries(item)) {
      if (name === ':@' || name.startsWith('?')) continue
      if (name === '#cdata') {
        for (const part of Array.isArray(content) ? content : [])
          text += isRecord(part) ? String(part['#text'] ?? '') : ''
        continue
      }
      const inner = toNodes(content, depth + 1)
      children.push({ name, attributes: toAttributes(item[':@']), ...inner })
    }
  }
  return { children, text }
}

function toAttributes(value: unknown): Record<string, string> {
  const attributes: Record<string, string> = Object.create(null)
  if (isRecord(value))
    for (const [name, text] of Object.entries(value)) attributes[name] = decodeReferences(String(text))
  return attributes
}

const NAMED: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }

/** The five named references and the numbered ones; anything else stays as it is. */
export function decodeReferences(text: string): string {
  if (!text.includes('&')) return text
  return text.replace(/&(?:#x([0-9a-fA-F]{1,6})|#(\d{1,7})|(\w{2,4}));/g, (whole, hex, decimal, name) => {
    if (name !== undefined) return NAMED[name] ?? whole
    const code = hex !== undefined ? Number.parseInt(hex, 16) : Number(decimal)
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole
  })
}
