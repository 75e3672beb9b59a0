/** One engine of a Playwright selector: `name=body`, the name spelt out even where the selector leaves it out. */
export interface SelectorPart {
  readonly name: string
  readonly body: string
}

/** Selectors longer than this are not read. */
export const MAX_SELECTOR_LENGTH = 20_000

/**
 * Splits a selector at `>>` the way Playwright does: not inside quotes, not after a backslash; an engine's name may be
 * left out for CSS, XPath (`//…`, `..`) and quoted text. Null where it is too long. The capture mark `*` stays in the name.
 */
export function splitSelector(selector: string): SelectorPart[] | null {
  if (selector.length > MAX_SELECTOR_LENGTH) return null
  const parts: SelectorPart[] = []
  let quote: string | undefined
  let start = 0
  let index = 0
  while (index < selector.length) {
    const character = selector[index]
    if (character === '\\' && index + 1 < selector.length) index += 2
    else if (character === quote) {
      quote = undefined
      index++
    } else if (quote === undefined && (character === '"' || character === "'" || character === '`')) {
      // Unquoted text may hold a lone quote: text=Don't
      if (!/^\s*text\s*=./.test(selector.slice(start, index))) quote = character
      index++
    } else if (quote === undefined && character === '>' && selector[index + 1] === '>') {
      parts.push(toPart(selector.slice(start, index)))
      index += 2
      start = index
    } else index++
  }
  // Without any `>>` the quotes do not matter, and the loop above found none.
  parts.push(toPart(selector.slice(start)))
  return parts
}

function toPart(text: string): SelectorPart {
  const part = text.trim()
  const named = /^([a-zA-Z_0-9\-+:*]+)\s*=/.exec(part)
  if (named?.[1] !== undefined) return { name: named[1], body: part.slice(named[0].length) }
  const quoted = part.length > 1 && (part[0] === '"' || part[0] === "'") && part.at(-1) === part[0]
  if (quoted) return { name: 'text', body: part }
  if (/^\(*\/\//.test(part) || part.startsWith('..')) return { name: 'xpath', body: part }
  return { name: 'css', body: part }
}

/** The text of one part; CSS and XPath go without their names where Playwright guesses them, as authors write them. */
export function joinPart({ name, body }: SelectorPart): string {
  const guessed = name === 'css' || name === 'xpath' ? toPart(body) : null
  return guessed?.name === name && guessed.body === body ? body : `${name}=${body}`
}

export interface AttributeTest {
  readonly name: string
  readonly value: string | RegExp | number | boolean
  readonly exact: boolean
}

/**
 * Reads `role[name="x"i][level=2]` and `[data-testid="x"s]`: what stands before the brackets, and the tests in them.
 * Null where it is not of that form.
 */
export function readAttributeTests(body: string): { head: string; tests: AttributeTest[] } | null {
  const head = /^[^[]*/.exec(body)?.[0] ?? ''
  const tests: AttributeTest[] = []
  let rest = body.slice(head.length)
  while (rest.length > 0) {
    const open = /^\s*\[\s*(?:"((?:[^"\\]|\\.)*)"|([\w\-:\u0080-\uffff]+))\s*=\s*/.exec(rest)
    if (open === null) return null
    const name = open[1] !== undefined ? unquote(open[1]) : (open[2] ?? '')
    rest = rest.slice(open[0].length)
    const value = readValue(rest)
    if (value === null) return null
    const close = /^\s*\]/.exec(rest.slice(value.length))
    if (close === null) return null
    rest = rest.slice(value.length + close[0].length)
    tests.push({ name, value: value.value, exact: value.exact })
  }
  return { head: head.trim(), tests }
}

function readValue(text: string): { value: AttributeTest['value']; exact: boolean; length: number } | null {
  const quoted = /^"((?:[^"\\]|\\[\s\S])*)"([is])?/.exec(text)
  if (quoted !== null) return { value: unquote(quoted[1] ?? ''), exact: quoted[2] !== 'i', length: quoted[0].length }
  if (text.startsWith('/')) {
    const regExp = /^\/(?:\\[^\n]|\[(?:\\[^\n]|[^\]\\\n])*\]|[^/\\[\n])+\/[a-z]*/.exec(text)
    const value = regExp === null ? null : readRegExp(regExp[0])
    return regExp === null || value === null ? null : { value, exact: false, length: regExp[0].length }
  }
  const bare = /^[^\s\]]+/.exec(text)?.[0]
  if (bare === undefined) return null
  const value = bare === 'true' ? true : bare === 'false' ? false : /^-?\d+(\.\d+)?$/.test(bare) ? Number(bare) : bare
  return { value, exact: true, length: bare.length }
}

function unquote(text: string): string {
  return text.replace(/\\([\s\S])/g, '$1')
}

/** `"…"` with backslash and double quote escaped, and the letter that says how strictly Playwright compares. */
export function quoteAttribute(value: string | RegExp, exact: boolean): string {
  if (typeof value !== 'string') return writeRegExp(value)
  return `"${value.replace(/[\\"]/g, '\\$&')}"${exact ? 's' : 'i'}`
}

/** A text to look for, as the text engines take it. */
export function quoteText(value: string | RegExp, exact: boolean): string {
  return typeof value === 'string' ? `${JSON.stringify(value)}${exact ? 's' : 'i'}` : writeRegExp(value)
}

/** Reads what {@link quoteText} writes. */
export function readText(body: string): { value: string | RegExp; exact: boolean } | null {
  if (body.startsWith('/')) {
    const value = readRegExp(body)
    return value === null ? null : { value, exact: false }
  }
  const quoted = /^("[\s\S]*")([is])?$/.exec(body)
  if (quoted?.[1] === undefined) return null
  try {
    const value: unknown = JSON.parse(quoted[1])
    return typeof value === 'string' ? { value, exact: quoted[2] !== 'i' } : null
  } catch {
    return null
  }
}

/** Quotes and `>>` inside a regular expression would end the part: they are escaped, as Playwright does. */
function writeRegExp(value: RegExp): string {
  if (value.unicode || value.unicodeSets) return String(value)
  return String(value)
    .replace(/(^|[^\\])(\\\\)*(["'`])/g, '$1$2\\$3')
    .replace(/>>/g, '\\>\\>')
}

function readRegExp(text: string): RegExp | null {
  const parts = /^\/([\s\S]+)\/([a-z]*)$/.exec(text)
  if (parts?.[1] === undefined) return null
  const flags = parts[2] ?? ''
  const unicode = /[uv]/.test(flags)
  const source = unicode ? parts[1] : parts[1].replace(/\\>\\>/g, '>>').replace(/(^|[^\\])(\\\\)*\\(["'`])/g, '$1$2$3')
  try {
    return new RegExp(source, flags)
  } catch {
    return null
  }
}
