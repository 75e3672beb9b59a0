import { isTraversal, parse, type Selector } from 'css-what'
import { fromSelector } from '../locators/playwright-selector.ts'
import type { BrokenLocator, Fingerprint, LocatorStep, Target } from '../model.ts'

/**
 * What the locator alone says of the element it was for: one attribute, a role and a name, a text. Little, and marked as
 * such by everything that is missing. Null where it says nothing of the element itself (`nth`, XPath by position).
 */
export const fromLocator = (locator: BrokenLocator, testIdAttributes: readonly string[]): Target | null => {
  const steps = locator.source?.steps.map(({ step }) => step) ?? fromSelector(locator.selector)
  if (!steps) return null
  const last = steps.findLast((step) => step.kind !== 'nth' && step.kind !== 'filter')
  const fingerprint = last ? fingerprintOf(last, testIdAttributes[0] ?? 'data-testid') : null
  return fingerprint ? { fingerprint, locator: steps, action: locator.action, testIdAttributes } : null
}

const asText = (value: string | RegExp | undefined): string | undefined =>
  typeof value === 'string' ? value : undefined

const TAG_OF_ROLE: Readonly<Record<string, string>> = {
  button: 'button',
  link: 'a',
  textbox: 'input',
  heading: 'h2',
  combobox: 'select',
  checkbox: 'input',
  img: 'img',
}

const fingerprintOf = (step: LocatorStep, testIdAttribute: string): Fingerprint | null => {
  const made = (parts: Partial<Fingerprint>): Fingerprint => ({ tag: '', attributes: {}, ...parts })
  switch (step.kind) {
    case 'testId': {
      const value = asText(step.value)
      return value === undefined ? null : made({ attributes: { [step.attribute ?? testIdAttribute]: value } })
    }
    case 'role': {
      const name = asText(step.name)
      return made({ tag: TAG_OF_ROLE[step.role] ?? '', role: step.role, ...(name === undefined ? {} : { name }) })
    }
    case 'text': {
      const text = asText(step.value)
      return text === undefined ? null : made({ text, ownText: text, name: text })
    }
    case 'label': {
      const label = asText(step.value)
      return label === undefined ? null : made({ label, name: label })
    }
    case 'placeholder':
    case 'title': {
      const value = asText(step.value)
      return value === undefined ? null : made({ attributes: { [step.kind]: value } })
    }
    case 'altText': {
      const alt = asText(step.value)
      return alt === undefined ? null : made({ tag: 'img', attributes: { alt }, name: alt })
    }
    case 'css':
      return fromCss(step.value)
    default:
      return null
  }
}

/** Tag, id, classes and attributes of the last compound of a selector; what it demands of ancestors is left aside. */
const fromCss = (selector: string): Fingerprint | null => {
  const compound = lastCompound(selector)
  const attributes: Record<string, string> = {}
  let tag = ''
  for (const token of compound) {
    if (token.type === 'tag') tag = token.name.toLowerCase()
    if (token.type !== 'attribute' || token.value === '') continue
    const known = attributes[token.name]
    attributes[token.name] = token.action === 'element' && known ? `${known} ${token.value}` : token.value
  }
  return tag || Object.keys(attributes).length > 0 ? { tag, attributes } : null
}

const lastCompound = (selector: string): readonly Selector[] => {
  try {
    const first = parse(selector.slice(0, 2_000))[0] ?? []
    return first.slice(first.findLastIndex(isTraversal) + 1)
  } catch {
    // A selector that is no CSS (Playwright's own extensions) says nothing that could be read here.
    return []
  }
}
