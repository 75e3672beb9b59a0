import { isGeneratedId } from '../dom/identity/generated.ts'
import type { PageIndex } from '../dom/page-index.ts'
import type { Fingerprint, LocatorStep } from '../model.ts'
import { lastingClasses, saysLooks } from './lasting-classes.ts'
import { cssString, escapeIdentifier } from './playwright-selector.ts'
import { cssVariants } from './rewrite-css.ts'
import { textVariants } from './rewrite-text.ts'
import { xpathVariants } from './rewrite-xpath.ts'
import { splitSelector } from './selector-parts.ts'

const MAX_QUOTED = 80
const MAX_VARIANTS = 6

/** Another step for one element, with the strategy whose kind of clue it rests on. */
export interface StepVariant {
  readonly step: LocatorStep
  readonly strategy: string
}

/** What a step may become, its kind kept, so that it reaches an element of today's page; best first. */
export function sameKindVariants(
  step: LocatorStep,
  page: PageIndex,
  element: number,
  old: Fingerprint,
  testIdAttribute: string,
): LocatorStep[] {
  const now = page.fingerprint(element)
  const variants = ((): LocatorStep[] => {
    switch (step.kind) {
      case 'testId': {
        const value = now.attributes[step.attribute ?? testIdAttribute]
        if (value === undefined || value === '' || isGeneratedId(value)) return []
        if (typeof step.value === 'string') return [{ ...step, value }]
        const was = old.attributes[step.attribute ?? testIdAttribute]
        return textVariants(step.value, [was], [value]).map((each) => ({ ...step, value: each }))
      }
      case 'role':
        return roleVariants(step, now, old)
      case 'text':
        return textVariants(step.value, [old.text, old.ownText, old.name], [now.text, now.ownText]).map((value) => ({
          ...step,
          value,
        }))
      case 'label': {
        const names = [now.label, now.attributes['aria-label'], now.name]
        return textVariants(step.value, [old.label, old.name], names).map((value) => ({ ...step, value }))
      }
      case 'placeholder':
      case 'title':
      case 'altText': {
        const attribute = step.kind === 'altText' ? 'alt' : step.kind
        const values = textVariants(step.value, [old.attributes[attribute]], [now.attributes[attribute]])
        return values.map((value) => ({ ...step, value }))
      }
      case 'css':
        return cssVariants(step.value, page, element, old).map((value) => ({ ...step, value }))
      case 'xpath':
        return xpathVariants(step.value, page, element, old).map((value) => ({ ...step, value }))
      case 'selector':
        return selectorVariants(step, page, element, old)
      case 'frame': {
        const inner = step.selector[0]
        if (inner === undefined || step.selector.length !== 1) return []
        return sameKindVariants(inner, page, element, old, testIdAttribute).map((each) => ({
          ...step,
          selector: [each],
        }))
      }
      default:
        return []
    }
  })()
  return variants.map((each) => withText(each, now, old)).slice(0, MAX_VARIANTS)
}

function roleVariants(step: Extract<LocatorStep, { kind: 'role' }>, now: Fingerprint, old: Fingerprint): LocatorStep[] {
  const role = now.role ?? ''
  if (role === '' || role === 'generic' || role === 'none' || role === 'presentation') return []
  // Options such as `level` and `pressed` belong to the role they were written for.
  const base: LocatorStep = role === step.role ? step : { ...step, role, options: undefined }
  if (step.name === undefined) return role === step.role ? [] : [withoutUndefined(base)]
  const names = textVariants(step.name, [old.name, old.text], [now.name]).map((name) => ({ ...base, name }))
  return (role === step.role ? names : [base, ...names]).map(withoutUndefined)
}

function withoutUndefined(step: LocatorStep): LocatorStep {
  if (step.kind !== 'role' || step.options !== undefined) return step
  const { options: _, ...rest } = step
  return rest
}

/** `locator('li', { hasText: 'Mug' })`: the text goes with the element. */
function withText(step: LocatorStep, now: Fingerprint, old: Fingerprint): LocatorStep {
  if ((step.kind !== 'css' && step.kind !== 'xpath') || step.hasText === undefined) return step
  if (holds(now.text ?? '', step.hasText)) return step
  const [hasText] = textVariants(step.hasText, [old.text, old.rowKey], [now.rowKey, now.text])
  return hasText === undefined ? step : { ...step, hasText }
}

export function holds(text: string, wanted: string | RegExp): boolean {
  if (typeof wanted === 'string') return text.toLowerCase().includes(wanted.trim().replace(/\s+/g, ' ').toLowerCase())
  return new RegExp(wanted.source, wanted.flags.replace(/[gy]/g, '')).test(text)
}

/** Other engines by name, and raw selectors of several parts, of which the last that selects an element is changed. */
function selectorVariants(
  step: Extract<LocatorStep, { kind: 'selector' }>,
  page: PageIndex,
  element: number,
  old: Fingerprint,
): LocatorStep[] {
  const now = page.fingerprint(element)
  if (step.engine === '*') {
    const parts = splitSelector(step.value) ?? []
    const at = parts.findLastIndex((part) => part.name !== 'nth' && part.name !== 'visible')
    const part = parts[at]
    if (part === undefined) return []
    const inner: LocatorStep =
      part.name === 'css' || part.name === 'xpath'
        ? { kind: part.name, value: part.body }
        : { kind: 'selector', engine: part.name, value: part.body }
    return sameKindVariants(inner, page, element, old, '').flatMap((each) => {
      if (each.kind !== 'css' && each.kind !== 'xpath' && each.kind !== 'selector') return []
      const old_ = part.body
      const index = step.value.lastIndexOf(old_)
      return index < 0
        ? []
        : [{ ...step, value: step.value.slice(0, index) + each.value + step.value.slice(index + old_.length) }]
    })
  }
  if (step.engine === 'text') {
    const quoted = /^(["'])([\s\S]*)\1$/.exec(step.value)
    const plain = quoted?.[2] ?? step.value
    return textVariants(plain, [old.text, old.ownText], [now.text, now.ownText]).flatMap((each) =>
      typeof each === 'string' && !each.includes('>>')
        ? [{ ...step, value: quoted ? `${quoted[1]}${each}${quoted[1]}` : each }]
        : [],
    )
  }
  if (step.engine === 'id' || step.engine.startsWith('data-test')) {
    const value = now.attributes[step.engine]
    return value === undefined || value === '' || isGeneratedId(value) ? [] : [{ ...step, value }]
  }
  if (step.engine === 'role') {
    const value = step.value.replace(
      /(\[name=)(["'])((?:[^"'\\]|\\.)*)\2/,
      (whole, head: string, quote: string, name: string) => {
        const [fresh] = textVariants(name, [old.name, old.text], [now.name])
        return typeof fresh === 'string' ? `${head}${quote}${fresh.replaceAll(quote, `\\${quote}`)}${quote}` : whole
      },
    )
    const tagged = now.role === undefined ? value : value.replace(/^\w+/, now.role)
    return tagged === step.value ? [] : [{ ...step, value: tagged }]
  }
  return []
}

/** Every stable way to name an element by itself, by falling priority of the strategies. */
export function ownVariants(page: PageIndex, element: number, testIdAttributes: readonly string[]): StepVariant[] {
  const now = page.fingerprint(element)
  const found: StepVariant[] = []
  const add = (strategy: string, step: LocatorStep): void => void found.push({ step, strategy })
  const quotable = (text: string | undefined): text is string =>
    text !== undefined && text !== '' && text.length <= MAX_QUOTED
  const attribute = (name: string): string | undefined => {
    const value = now.attributes[name]
    return quotable(value) && !isGeneratedId(value) ? value : undefined
  }
  for (const [rank, name] of testIdAttributes.entries()) {
    const value = attribute(name)
    if (value === undefined) continue
    if (rank === 0) add('testId', { kind: 'testId', value, attribute: name })
    else add('testId', { kind: 'css', value: `[${name}=${cssString(value)}]` })
  }
  const id = attribute('id')
  if (id !== undefined && !/\s/.test(id)) add('id', { kind: 'css', value: `#${escapeIdentifier(id)}` })
  const name = attribute('name')
  if (name !== undefined) add('name', { kind: 'css', value: `${page.tag(element)}[name=${cssString(name)}]` })
  const label = attribute('aria-label')
  if (label !== undefined) add('aria', { kind: 'label', value: label, exact: true })
  if (hasRole(now) && quotable(now.name)) add('role', { kind: 'role', role: now.role, name: now.name, exact: true })
  if (quotable(now.label)) add('text', { kind: 'label', value: now.label, exact: true })
  if (quotable(now.text)) add('text', { kind: 'text', value: now.text, exact: true })
  if (quotable(now.attributes.placeholder))
    add('placeholder', { kind: 'placeholder', value: now.attributes.placeholder, exact: true })
  if (quotable(now.attributes.title)) add('title', { kind: 'title', value: now.attributes.title, exact: true })
  if (quotable(now.attributes.alt)) add('title', { kind: 'altText', value: now.attributes.alt, exact: true })
  const rarity = (name: string): number => page.rarity('class', name)
  const classes = lastingClasses(now.attributes.class)
    .filter((each) => !saysLooks(each))
    .sort((a, b) => rarity(b) - rarity(a))
  const tag = page.tag(element)
  for (const count of [1, 2])
    if (classes.length >= count)
      add('class', {
        kind: 'css',
        value:
          tag +
          classes
            .slice(0, count)
            .map((each) => `.${escapeIdentifier(each)}`)
            .join(''),
      })
  if (hasRole(now)) add('role', { kind: 'role', role: now.role })
  if (TELLING_TAG.test(tag)) add('css', { kind: 'css', value: tag })
  return found
}

/** Tags that say what a part of a page is, so that a container may be named by them. */
const TELLING_TAG =
  /^(?:main|aside|nav|header|footer|form|table|tbody|thead|fieldset|article|section|dialog|ul|ol|li|figure|details|select|[a-z]+-[\w-]+)$/

function hasRole(now: Fingerprint): now is Fingerprint & { role: string } {
  return now.role !== undefined && !/^(?:generic|none|presentation)?$/.test(now.role)
}

/** What a container's step may become for an element around the target; a telling tag where nothing else names it. */
export function containerVariants(
  step: LocatorStep,
  page: PageIndex,
  element: number,
  old: Fingerprint,
  testIdAttribute: string,
): LocatorStep[] {
  const own = sameKindVariants(step, page, element, old, testIdAttribute)
  const tag = page.tag(element)
  return step.kind === 'css' && step.hasText === undefined && TELLING_TAG.test(tag) && step.value !== tag
    ? [...own, { ...step, value: tag }]
    : own
}
