/** Text that style sheets add before and after an element: part of its accessible name. */

const RULE_BUDGET = 50_000

/**
 * Asking for the style of a pseudo-element is slow, so it is asked only in trees where a sheet has a rule with
 * generated content at all. A sheet that may not be read counts as one that has.
 */
function addsContent(root: Document | ShadowRoot): boolean {
  let budget = RULE_BUDGET
  const scan = (rules: CSSRuleList): boolean => {
    for (const rule of rules) {
      if (--budget < 0) return true
      if (rule instanceof CSSStyleRule) {
        const content = rule.style.content
        if (content && content !== 'none' && content !== 'normal' && content !== '""' && content !== "''") return true
        if (rule.cssRules?.length && scan(rule.cssRules)) return true
      } else if (rule instanceof CSSImportRule) {
        if (rule.styleSheet && readable(rule.styleSheet)) return true
      } else if ('cssRules' in rule && scan(rule.cssRules as CSSRuleList)) return true
    }
    return false
  }
  const readable = (sheet: CSSStyleSheet): boolean => {
    try {
      return scan(sheet.cssRules)
    } catch {
      return true
    }
  }
  return [...root.styleSheets, ...root.adoptedStyleSheets].some(readable)
}

const memo = new WeakMap<Node, boolean>()

export function pseudoText(element: Element, pseudo: '::before' | '::after'): string {
  const root = Node.prototype.getRootNode.call(element)
  if (!(root instanceof Document || root instanceof ShadowRoot)) return ''
  let asks = memo.get(root)
  if (asks === undefined) {
    asks = addsContent(root)
    memo.set(root, asks)
  }
  if (!asks) return ''
  const style = getComputedStyle(element, pseudo)
  const content = style.content
  if (!content || content === 'none' || content === 'normal') return ''
  if (style.display === 'none' || style.visibility === 'hidden') return ''
  const text = contentString(content, element)
  return text === '' || style.display === 'inline' ? text : ` ${text} `
}

/** The strings of a computed `content` value; the alternative text after a slash wins; pictures and counters are no text. */
function contentString(content: string, element: Element): string {
  const tokens: string[] = content.match(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|attr\(\s*[\w-]+\s*\)|\/|[^\s"'/]+/g) ?? []
  const slash = tokens.lastIndexOf('/')
  let text = ''
  for (const token of slash < 0 ? tokens : tokens.slice(slash + 1)) {
    const attr = /^attr\(\s*([\w-]+)\s*\)$/.exec(token)
    if (attr?.[1]) text += element.getAttribute(attr[1]) ?? ''
    else if (/^["']/.test(token)) text += unescapeCss(token.slice(1, -1))
    else return ''
  }
  return text
}

function unescapeCss(text: string): string {
  return text.replace(/\\(?:([0-9a-f]{1,6})\s?|(.))/gi, (_, hex: string | undefined, char: string | undefined) =>
    hex ? String.fromCodePoint(Math.min(Number.parseInt(hex, 16), 0x10ffff)) : (char ?? ''),
  )
}
