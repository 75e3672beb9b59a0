import type { PageIndex } from '../dom/page-index.ts'

/** `tr[2]`: a step that asks for a place first of all, and what it asks besides. */
const PLACED = /^([\w-]+|\*)\[(\d+)\]/
const TAG = /^([\w-]+|\*)/
/** What cannot be followed from the element upwards: axes, groups, `..`. */
const BEYOND = /::|^\.|^\(/
const MAX_STEPS = 40

interface Part {
  /** `/` or `//`; empty before the first step of a relative path. */
  readonly slash: string
  readonly text: string
}

/** The steps of an XPath as written, brackets and quotes kept whole. */
const partsOf = (xpath: string): readonly Part[] => {
  const parts: { slash: string; text: string }[] = []
  let depth = 0
  let quote = ''
  for (const character of xpath) {
    if (quote !== '') quote = character === quote ? '' : quote
    else if (character === '"' || character === "'") quote = character
    else if (character === '[' || character === '(') depth++
    else if (character === ']' || character === ')') depth--
    const last = parts.at(-1)
    if (character === '/' && depth === 0 && quote === '') {
      if (last?.text === '') last.slash += '/'
      else parts.push({ slash: '/', text: '' })
    } else if (last === undefined) parts.push({ slash: '', text: character })
    else last.text += character
  }
  return parts
}

/** Place of an element among its siblings of one tag, from 1. */
const placeOf = (page: PageIndex, element: number, tag: string): number => {
  const siblings = page.tree.children[page.tree.parents[element] ?? -1] ?? [element]
  return siblings.filter((each) => tag === '*' || page.tag(each) === tag).indexOf(element) + 1
}

const parentWith = (page: PageIndex, element: number, tag: string, isDirect: boolean): number => {
  let at = page.tree.parents[element] ?? -1
  while (!isDirect && at >= 0 && tag !== '*' && page.tag(at) !== tag) at = page.tree.parents[at] ?? -1
  return at
}

/**
 * An XPath with the places it asks for, `tr[2]/td[2]`, set to those that an element and its ancestors have today. Null where
 * its steps do not lead to the element by tag, where it cannot be followed upwards, and where it asks for no place.
 */
export const withPlacesOf = (xpath: string, page: PageIndex, element: number): string | null => {
  const parts = partsOf(xpath)
  if (parts.length === 0 || parts.length > MAX_STEPS || !parts.some(({ text }) => PLACED.test(text))) return null
  const written: string[] = []
  let at = element
  for (const [index, { slash, text }] of [...parts.entries()].reverse()) {
    const tag = TAG.exec(text)?.[1]?.toLowerCase()
    if (tag === undefined || BEYOND.test(text) || at < 0 || (tag !== '*' && page.tag(at) !== tag)) return null
    written.unshift(slash + text.replace(PLACED, (_, name: string) => `${name}[${placeOf(page, at, tag)}]`))
    const above = TAG.exec(parts[index - 1]?.text ?? '')?.[1]?.toLowerCase()
    if (above !== undefined) at = parentWith(page, at, above, slash === '/')
  }
  return written.join('')
}
