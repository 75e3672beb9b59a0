/** An element of a page as its source writes it. */
export interface WrittenElement {
  readonly tag: string
  readonly attributes: ReadonlyMap<string, string>
}

const LIMITS = { elements: 50_000, attributes: 60, tag: 10_000, unended: 100 } as const
const NAME = /^<([a-z][a-z0-9-]{0,60})(?=[\s/>])/i
const ATTRIBUTE = /([^\s"'<>/=]{1,100})(?:\s{0,5}=\s{0,5}(?:"([^"]{0,2000})"|'([^']{0,2000})'|([^\s"'=<>`]{1,2000})))?/g
const RAW = /^(?:script|style|template|noscript|textarea|title)$/

/** The elements of a page source, in order; what scripts, styles and comments hold is text. */
export const writtenElements = (html: string): readonly WrittenElement[] => {
  const found: WrittenElement[] = []
  let unended = 0
  for (let at = html.indexOf('<'); at >= 0 && found.length < LIMITS.elements; at = html.indexOf('<', at + 1)) {
    if (html.startsWith('<!--', at)) {
      at = endOf(html, '-->', at)
      continue
    }
    const tag = NAME.exec(html.slice(at, at + 70))?.[1]?.toLowerCase()
    const end = tag ? tagEnd(html, at) : -1
    if (tag && end < 0 && ++unended > LIMITS.unended) return found
    if (!tag || end < 0) continue
    const attributes = new Map<string, string>()
    for (const [, name = '', double, single, bare] of html.slice(at + 1 + tag.length, end).matchAll(ATTRIBUTE)) {
      if (attributes.size >= LIMITS.attributes) break
      if (!attributes.has(name.toLowerCase()))
        attributes.set(name.toLowerCase(), decoded(double ?? single ?? bare ?? ''))
    }
    found.push({ tag, attributes })
    at = RAW.test(tag) ? endOf(html, `</${tag}`, end) : end
  }
  return found
}

const endOf = (text: string, mark: string, from: number): number => {
  const end = text.indexOf(mark, from)
  return end < 0 ? text.length : end
}

/** A `>` within quotes ends no tag. */
const tagEnd = (html: string, from: number): number => {
  let quote = ''
  for (let at = from; at < html.length && at - from < LIMITS.tag; at++) {
    const char = html[at] ?? ''
    if (quote !== '') quote = char === quote ? '' : quote
    else if (char === '"' || char === "'") quote = char
    else if (char === '>') return at
  }
  return -1
}

const decoded = (text: string): string =>
  text.replace(
    /&(?:quot|amp|lt|gt|#39);/g,
    (each) => ({ '&quot;': '"', '&amp;': '&', '&lt;': '<', '&gt;': '>', '&#39;': "'" })[each] ?? each,
  )
