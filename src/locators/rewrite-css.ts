import { isGeneratedId } from '../dom/identity/generated.ts'
import type { PageIndex } from '../dom/page-index.ts'
import { editSimilarity, normalise } from '../dom/text.ts'
import type { Fingerprint } from '../model.ts'
import { ancestorsOf } from './ancestors.ts'
import { type CssPart, cssCompounds } from './css-parts.ts'
import { lastingClasses, saysLooks } from './lasting-classes.ts'
import { escapeIdentifier } from './playwright-selector.ts'
import { textVariants, unique } from './rewrite-text.ts'

const TEXT_PSEUDOS = new Set(['has-text', 'text', 'text-is', 'contains'])
/** What it is worth that a class was not there before, beside likeness to the old one and rarity, of at most 1 and 0.5. */
const NEW = 0.6

/**
 * What a CSS selector may become so that it reaches an element: only the parts that no longer fit are changed, each into
 * its own kind; a part the element has nothing for is left out where others remain. Fewest changes first.
 */
export function cssVariants(selector: string, page: PageIndex, element: number, old: Fingerprint): string[] {
  const compounds = cssCompounds(selector)
  if (compounds === null) return []
  const variants: string[] = []
  for (let choice = 0; choice < 3; choice++) {
    for (const dropAncestors of [false, true]) {
      const changed = rewriteCompounds(selector, compounds, page, element, old, choice, dropAncestors)
      if (changed !== null && changed !== selector) variants.push(changed)
    }
  }
  return unique(variants)
}

function rewriteCompounds(
  selector: string,
  compounds: readonly (readonly CssPart[])[],
  page: PageIndex,
  element: number,
  old: Fingerprint,
  choice: number,
  dropAncestors: boolean,
): string | null {
  const last = compounds.length - 1
  const pieces: string[] = []
  let dropped = false
  for (const [index, compound] of compounds.entries()) {
    const first = compound[0]
    const end = compound.at(-1)?.end ?? 0
    const start = first?.start ?? 0
    const gap = selector.slice(compounds[index - 1]?.at(-1)?.end ?? 0, start)
    const written = selector.slice(start, end)
    if (index === last) {
      const own = rewriteCompound(selector, compound, page, element, old, choice)
      if (own === null) return null
      pieces.push(dropped && pieces.length === 0 ? own : gap + own)
      continue
    }
    const around = ancestorsOf(page, element)
    if (around.some((ancestor) => compound.every((part) => fits(part, page, ancestor)))) {
      pieces.push(dropped && pieces.length === 0 ? written : gap + written)
      continue
    }
    if (dropAncestors) {
      dropped = true
      continue
    }
    const replaced = around
      .map((ancestor) => rewriteCompound(selector, compound, page, ancestor, undefined, choice))
      .filter((each) => each !== null)
    const best = bestBy(replaced, (each) => editSimilarity(each, written))
    if (best === undefined) return null
    pieces.push(gap + best)
  }
  return pieces.join('').trim()
}

/** The compound with its unfitting parts replaced; null where nothing would be left of it. */
function rewriteCompound(
  selector: string,
  compound: readonly CssPart[],
  page: PageIndex,
  element: number,
  old: Fingerprint | undefined,
  choice: number,
): string | null {
  const used = new Set(
    compound.filter((part) => part.kind === 'class' && fits(part, page, element)).map((part) => part.name),
  )
  const pieces: string[] = []
  let changed = false
  for (const part of compound) {
    if (fits(part, page, element)) {
      pieces.push(selector.slice(part.start, part.end))
      continue
    }
    changed = true
    const replacement = replacementOf(selector, part, page, element, old, used, choice)
    if (replacement !== null) pieces.push(replacement)
  }
  // A bare tag says too little to take the place of what named the element.
  const naming = pieces.some((piece) => !/^[\w-]+$/.test(piece))
  return pieces.length > 0 && (!changed || naming || compound.every((part) => part.kind === 'tag'))
    ? pieces.join('')
    : null
}

function replacementOf(
  selector: string,
  part: CssPart,
  page: PageIndex,
  element: number,
  old: Fingerprint | undefined,
  used: Set<string>,
  choice: number,
): string | null {
  const attributes = page.attributes(element)
  switch (part.kind) {
    case 'tag':
      return page.tag(element)
    case 'id': {
      const id = attributes.id ?? ''
      return id === '' || /\s/.test(id) || isGeneratedId(id) ? null : `#${escapeIdentifier(id)}`
    }
    case 'class': {
      // A container may be named by its looks where it has nothing else; the element itself has other ways.
      const mayLook = old === undefined || saysLooks(part.name)
      const had = new Set(lastingClasses(old?.attributes.class))
      // What the element had before, its author did not choose: likelier the new name is one that came since.
      const likely = (name: string): number =>
        editSimilarity(name, part.name) +
        0.5 * page.rarity('class', name) +
        (had.has(name) ? 0 : NEW) -
        (saysLooks(name) ? 1 : 0)
      const ranked = lastingClasses(attributes.class)
        .filter((each) => !used.has(each) && (mayLook || !saysLooks(each)))
        .map((name) => ({ name, score: likely(name) }))
        .sort((a, b) => b.score - a.score)
      const chosen = ranked[Math.min(choice, ranked.length - 1)]?.name
      if (chosen === undefined) return null
      used.add(chosen)
      return `.${escapeIdentifier(chosen)}`
    }
    case 'attribute': {
      const value = attributes[part.name]
      if (value === undefined || isGeneratedId(value) || value.length > 200) return null
      return replaceValue(selector, part, value)
    }
    case 'pseudo': {
      if (part.name === 'nth-child' && /^\d+$/.test(part.value ?? '')) {
        const place = page.fingerprint(element).siblings
        return place === undefined ? null : `:nth-child(${place.index + 1})`
      }
      if (!TEXT_PSEUDOS.has(part.name) || part.value === null) return null
      const now = page.fingerprint(element)
      const [text] = textVariants(
        part.value,
        [old?.text, old?.ownText, old?.rowKey],
        [now.text, now.ownText, now.rowKey],
      )
      return typeof text === 'string' ? replaceValue(selector, part, text) : null
    }
  }
}

function replaceValue(selector: string, part: CssPart, value: string): string {
  const quote = part.quote === '' && !/^[\w-]+$/.test(value) ? '"' : part.quote
  const written = `${quote}${quote === '' ? value : value.replaceAll('\\', '\\\\').replaceAll(quote, `\\${quote}`)}${quote}`
  return selector.slice(part.start, part.valueStart) + written + selector.slice(part.valueEnd, part.end)
}

/** Whether a part fits an element; what a snapshot cannot tell counts as fitting. */
function fits(part: CssPart, page: PageIndex, element: number): boolean {
  const attributes = page.attributes(element)
  switch (part.kind) {
    case 'tag':
      return part.name === '*' || part.name.toLowerCase() === page.tag(element)
    case 'id':
      return attributes.id === part.name
    case 'class':
      return attributes.class?.split(/\s+/).includes(part.name) ?? false
    case 'attribute':
      return attributeFits(part, attributes[part.name])
    case 'pseudo': {
      if (part.value === null) return true
      if (part.name === 'nth-child' && /^\d+$/.test(part.value))
        return page.fingerprint(element).siblings?.index === Number(part.value) - 1
      if (!TEXT_PSEUDOS.has(part.name)) return true
      const text = normalise(page.fingerprint(element).text ?? '')
      return part.name === 'text-is' ? text === normalise(part.value) : text.includes(normalise(part.value))
    }
  }
}

function attributeFits({ operator, value }: CssPart, actual: string | undefined): boolean {
  if (actual === undefined) return false
  if (operator === null || value === null) return true
  switch (operator) {
    case '^=':
      return actual.startsWith(value)
    case '$=':
      return actual.endsWith(value)
    case '*=':
      return actual.includes(value)
    case '~=':
      return actual.split(/\s+/).includes(value)
    case '|=':
      return actual === value || actual.startsWith(`${value}-`)
    default:
      return actual === value
  }
}

function bestBy<T>(values: readonly T[], score: (value: T) => number): T | undefined {
  return values.map((value) => ({ value, score: score(value) })).sort((a, b) => b.score - a.score)[0]?.value
}
