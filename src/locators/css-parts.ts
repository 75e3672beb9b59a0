/** One simple selector of a CSS selector with its place in the string. */
export interface CssPart {
  readonly kind: 'tag' | 'id' | 'class' | 'attribute' | 'pseudo'
  /** Tag, id, class, attribute or pseudo-class, unescaped. */
  readonly name: string
  /** The value of an attribute, or what stands in the brackets of a pseudo-class; unquoted and unescaped. */
  readonly value: string | null
  /** `=`, `^=`, … for attributes. */
  readonly operator: string | null
  readonly quote: '"' | "'" | ''
  /** UTF-16 offsets of the whole part, and of its value (quotes included). */
  readonly start: number
  readonly end: number
  readonly valueStart: number
  readonly valueEnd: number
}

/** Compounds of one selector from left to right; null where it is a list, malformed or beyond what is understood. */
export function cssCompounds(selector: string): CssPart[][] | null {
  const compounds: CssPart[][] = [[]]
  let at = 0
  while (at < selector.length) {
    const gap = /^\s*([>+~])?\s*/.exec(selector.slice(at))?.[0] ?? ''
    if (gap !== '') {
      at += gap.length
      if (compounds.at(-1)?.length !== 0 && at < selector.length) compounds.push([])
      continue
    }
    const part = readPart(selector, at)
    if (part === null) return null
    compounds.at(-1)?.push(part)
    at = part.end
  }
  return compounds.every((each) => each.length > 0) ? compounds : null
}

const NAME = /^(?:[\w\u0080-\u{10ffff}-]|\\[0-9a-f]{1,6}\s?|\\[^\n])+/iu

function readPart(selector: string, start: number): CssPart | null {
  const rest = selector.slice(start)
  const base = { value: null, operator: null, quote: '' as const, start, valueStart: start, valueEnd: start }
  const first = rest[0]
  if (first === '*') return { ...base, kind: 'tag', name: '*', end: start + 1 }
  if (first === '[') return readAttribute(rest, start)
  if (first === ':') return readPseudo(rest, start)
  const prefixed = first === '.' || first === '#'
  const name = NAME.exec(prefixed ? rest.slice(1) : rest)?.[0]
  if (name === undefined) return null
  const kind = first === '.' ? 'class' : first === '#' ? 'id' : 'tag'
  return { ...base, kind, name: unescapeCss(name), end: start + name.length + (prefixed ? 1 : 0) }
}

function readAttribute(rest: string, start: number): CssPart | null {
  const match =
    /^\[\s*([\w:-]+)\s*(?:([~|^$*]?=)\s*("(?:[^"\\]|\\[\s\S])*"|'(?:[^'\\]|\\[\s\S])*'|[^\s\]"']+)\s*(?:[is]\s*)?)?\]/i.exec(
      rest,
    )
  if (match?.[1] === undefined) return null
  const raw = match[3]
  const valueStart =
    raw === undefined
      ? start
      : start + match[0].indexOf(raw, match[0].indexOf(match[2] ?? '') + (match[2] ?? '').length)
  const quote = raw?.[0] === '"' ? '"' : raw?.[0] === "'" ? "'" : ''
  return {
    kind: 'attribute',
    name: match[1].toLowerCase(),
    operator: match[2] ?? null,
    quote,
    value: raw === undefined ? null : unescapeCss(quote === '' ? raw : raw.slice(1, -1)),
    start,
    end: start + match[0].length,
    valueStart,
    valueEnd: valueStart + (raw?.length ?? 0),
  }
}

function readPseudo(rest: string, start: number): CssPart | null {
  const name = /^::?([\w-]+)/.exec(rest)
  if (name?.[1] === undefined) return null
  const base = { kind: 'pseudo' as const, name: name[1].toLowerCase(), operator: null, start }
  let at = name[0].length
  if (rest[at] !== '(')
    return { ...base, value: null, quote: '', end: start + at, valueStart: start + at, valueEnd: start + at }
  const open = at + 1
  let depth = 0
  let quote = ''
  for (; at < rest.length; at++) {
    const character = rest[at] ?? ''
    if (character === '\\') at++
    else if (quote !== '') quote = character === quote ? '' : quote
    else if (character === '"' || character === "'") quote = character
    else if (character === '(') depth++
    else if (character === ')' && --depth === 0) break
  }
  if (depth !== 0 || at >= rest.length) return null
  const inner = rest.slice(open, at)
  const trimmed = inner.trim()
  const mark = trimmed[0]
  const quoted = (mark === '"' || mark === "'") && trimmed.length > 1 && trimmed.at(-1) === mark
  const valueStart = start + open + inner.indexOf(trimmed)
  return {
    ...base,
    value: unescapeCss(quoted ? trimmed.slice(1, -1) : trimmed),
    quote: quoted ? mark : '',
    end: start + at + 1,
    valueStart,
    valueEnd: valueStart + trimmed.length,
  }
}

function unescapeCss(text: string): string {
  return text.replace(
    /\\(?:([0-9a-f]{1,6})\s?|([\s\S]))/gi,
    (_, code: string | undefined, character: string | undefined) =>
      code === undefined
        ? (character ?? '')
        : String.fromCodePoint(Math.min(Number.parseInt(code, 16), 0x10ffff) || 0xfffd),
  )
}
