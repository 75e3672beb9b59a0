import { isGeneratedId } from '../dom/identity/generated.ts'
import type { PageIndex } from '../dom/page-index.ts'
import { editSimilarity, normalise } from '../dom/text.ts'
import type { Fingerprint } from '../model.ts'
import { ancestorsOf } from './ancestors.ts'
import { lastingClasses } from './lasting-classes.ts'
import { textVariants, unique } from './rewrite-text.ts'
import { withPlacesOf } from './xpath-places.ts'

/** `@id='x'`, `contains(@class, "x")`, `text()='x'`, `contains(., 'x')`: what is tested, and the quoted value. */
const TESTS = /(@[\w:-]+|text\(\)|normalize-space\(\s*(?:\.|text\(\)|@[\w:-]+)?\s*\)|\.)\s*(=|,)\s*("[^"]*"|'[^']*')/g
const TEXT_LIMIT = 80

/**
 * What an XPath may become so that it reaches an element: quoted values that no longer fit are replaced in place, those
 * of the last step by the element's own, those before by an ancestor's; then places that moved; after that, short new XPaths.
 */
export function xpathVariants(xpath: string, page: PageIndex, element: number, old: Fingerprint): string[] {
  // XPath does not see into shadow roots.
  if ((page.fingerprint(element).shadowPath?.length ?? 0) > 0) return []
  const found: string[] = []
  const edited = replaceValues(xpath, page, element, old)
  if (edited !== null) {
    found.push(edited)
    const tagged = replaceTag(edited, page.tag(element))
    if (tagged !== edited) found.push(tagged)
    const placed = withPlacesOf(edited, page, element)
    if (placed !== null) found.push(placed)
  }
  return unique([...found, ...freshXPaths(xpath, page, element)]).filter((each) => each !== xpath)
}

function replaceValues(xpath: string, page: PageIndex, element: number, old: Fingerprint): string | null {
  const lastStep = lastSlash(xpath)
  let output = ''
  let at = 0
  for (const match of xpath.matchAll(TESTS)) {
    const [whole, subject = '', separator = '', quoted = ''] = match
    const own = match.index > lastStep
    const partial = separator === ','
    const value = quoted.slice(1, -1)
    const elements = own ? [element] : ancestorsOf(page, element)
    if (elements.some((each) => testFits(subject, value, partial, page, each))) continue
    const fresh = bestValue(subject, value, partial, page, elements, old)
    if (fresh === null) return null
    output +=
      xpath.slice(at, match.index) + whole.slice(0, whole.length - quoted.length) + quoteXPath(fresh, quoted[0] ?? "'")
    at = match.index + whole.length
  }
  return output + xpath.slice(at)
}

function testFits(subject: string, value: string, partial: boolean, page: PageIndex, element: number): boolean {
  const actual = subject.includes('@')
    ? page.attributes(element)[attributeOf(subject)]
    : (page.fingerprint(element)[subject === 'text()' ? 'ownText' : 'text'] ?? '')
  if (actual === undefined) return false
  return partial ? actual.includes(value) : normalise(actual) === normalise(value)
}

function bestValue(
  subject: string,
  value: string,
  partial: boolean,
  page: PageIndex,
  elements: readonly number[],
  old: Fingerprint,
): string | null {
  const values = elements.flatMap((element): string[] => {
    if (!subject.includes('@')) {
      const now = page.fingerprint(element)
      if (element !== elements[0]) return []
      const texts = textVariants(value, [old.ownText, old.text], subject === 'text()' ? [now.ownText] : [now.text])
      return texts.filter((each) => typeof each === 'string')
    }
    const name = attributeOf(subject)
    const actual = page.attributes(element)[name]
    if (actual === undefined || actual === '') return []
    if (name === 'class' && partial) return lastingClasses(actual)
    return isGeneratedId(actual) ? [] : [actual]
  })
  if (!subject.includes('@')) return values[0] ?? null
  return values.sort((a, b) => editSimilarity(b, value) - editSimilarity(a, value))[0] ?? null
}

function replaceTag(xpath: string, tag: string): string {
  const slash = lastSlash(xpath)
  const rest = xpath.slice(slash + 1)
  return /^[a-z][\w-]*(?=\[|$)/i.test(rest) ? xpath.slice(0, slash + 1) + rest.replace(/^[a-z][\w-]*/i, tag) : xpath
}

function freshXPaths(xpath: string, page: PageIndex, element: number): string[] {
  const quote = /["']/.exec(xpath)?.[0] ?? "'"
  const tag = page.tag(element)
  const attributes = page.attributes(element)
  const found: string[] = []
  for (const name of [
    'data-testid',
    'data-test-id',
    'data-test',
    'data-cy',
    'data-qa',
    'id',
    'name',
    'aria-label',
    'placeholder',
    'title',
  ]) {
    const value = attributes[name]
    if (value !== undefined && value !== '' && value.length <= TEXT_LIMIT && !isGeneratedId(value))
      found.push(`//${tag}[@${name}=${quoteXPath(value, quote)}]`)
  }
  const text = page.fingerprint(element).text ?? ''
  if (text !== '' && text.length <= TEXT_LIMIT) found.push(`//${tag}[normalize-space()=${quoteXPath(text, quote)}]`)
  return found
}

/** Position of the slash before the last step, those inside brackets not counted. */
function lastSlash(xpath: string): number {
  let depth = 0
  let quote = ''
  let found = -1
  for (const [index, character] of [...xpath].entries()) {
    if (quote !== '') quote = character === quote ? '' : quote
    else if (character === '"' || character === "'") quote = character
    else if (character === '[' || character === '(') depth++
    else if (character === ']' || character === ')') depth--
    else if (character === '/' && depth <= 0) found = index
  }
  return found
}

function attributeOf(subject: string): string {
  return /@([\w:-]+)/.exec(subject)?.[1] ?? ''
}

/** XPath 1.0 has no escapes: the other quote is used, and `concat` where a value holds both. */
function quoteXPath(value: string, quote: string): string {
  if (!value.includes(quote)) return quote + value + quote
  const other = quote === "'" ? '"' : "'"
  if (!value.includes(other)) return other + value + other
  return `concat(${value
    .split("'")
    .map((each) => `'${each}'`)
    .join(`, "'", `)})`
}
