import { contentOf, plainString } from '../source/accesses.ts'
import { type SyntaxNode, type SyntaxTree, textOf, walk } from '../source/syntax.ts'

/** How a locator of WebDriver finds its element, as `By` names it. */
export type By = 'ID' | 'NAME' | 'CLASS_NAME' | 'CSS_SELECTOR' | 'XPATH'

/** A locator in Python source: `By.ID, "buy"`, given to a call or kept as a pair. */
export interface WebDriverLocator {
  readonly by: By
  readonly value: string
  /** The text between the quotes. */
  readonly node: SyntaxNode
}

/** One value of an attribute that a locator asks for. */
export interface AskedValue {
  readonly attribute: string
  readonly value: string
  /** Offset within the text of the locator. */
  readonly at: number
}

const BY = /^(?:\w+\.)?By\.(ID|NAME|CLASS_NAME|CSS_SELECTOR|XPATH)$/
const LIMITS = { value: 2_000, asked: 30 } as const

/** The locators below a node, in the order of the source. */
export const webDriverLocators = (tree: SyntaxTree, root: SyntaxNode): readonly WebDriverLocator[] =>
  [...walk(root)].flatMap((node): readonly WebDriverLocator[] => {
    const by = node.type === 'attribute' ? BY.exec(textOf(tree, node))?.[1] : undefined
    const siblings = node.parent?.children ?? []
    const string = siblings[siblings.indexOf(node) + 1]
    const value = string ? plainString(tree, string) : null
    const content = string ? contentOf(string) : undefined
    return by && isPair(node) && value !== null && content && value.length <= LIMITS.value
      ? [{ by: by as By, value, node: content }]
      : []
  })

/** `find_element(By.ID, "x")` or `(By.ID, "x")`: what stands beside a `By` elsewhere is no locator. */
const isPair = ({ parent }: SyntaxNode): boolean => parent?.type === 'argument_list' || parent?.type === 'tuple'

/** The attributes by whose values a locator finds its element; texts and places are none. */
export const askedValues = ({ by, value }: Pick<WebDriverLocator, 'by' | 'value'>): readonly AskedValue[] => {
  if (by === 'ID' || by === 'NAME') return [{ attribute: by.toLowerCase(), value, at: 0 }]
  if (by === 'CLASS_NAME') return [{ attribute: 'class', value, at: 0 }]
  return (by === 'XPATH' ? inXPath(value) : inCss(value)).slice(0, LIMITS.asked)
}

const inXPath = (text: string): readonly AskedValue[] =>
  [...text.matchAll(/@([\w-]{1,60})\s?=\s?(["'])([^"']{1,200})\2/g)].map((match) => {
    const [whole, attribute = '', , value = ''] = match
    return { attribute, value, at: match.index + whole.length - 1 - value.length }
  })

/** Ids, classes and attributes with exactly one value; a dot or a hash within brackets or quotes is neither. */
const inCss = (text: string): readonly AskedValue[] =>
  [
    ...text.matchAll(
      /\[\s?([\w-]{1,60})\s?=\s?(?:"([^"\]]{1,200})"|'([^'\]]{1,200})'|([\w-]{1,200}))\s?\]|\[[^\]]{0,300}\]|([#.])((?:[A-Za-z_]|-[A-Za-z_-])[\w-]{0,200})/g,
    ),
  ].flatMap((match): readonly AskedValue[] => {
    const [whole, attribute, double, single, bare, sign, name] = match
    if (sign && name) return [{ attribute: sign === '#' ? 'id' : 'class', value: name, at: match.index + 1 }]
    const value = double ?? single ?? bare
    return attribute && value
      ? [{ attribute, value, at: match.index + whole.indexOf(value, attribute.length + 1) }]
      : []
  })

/** The selector that Selenium sends for a locator, as messages of browsers name it: `css selector`, `[id="buy"]`. */
export const sentAs = ({ by, value }: Pick<WebDriverLocator, 'by' | 'value'>): string => {
  if (by === 'ID' || by === 'NAME') return `[${by.toLowerCase()}="${value}"]`
  return by === 'CLASS_NAME' ? `.${value}` : value
}
