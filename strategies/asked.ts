import { parseCss } from '../src/dom/match/css.ts'
import { cssString } from '../src/locators/playwright-selector.ts'
import type { LocatorStep, Target } from '../src/model.ts'

/** What the broken locator itself says of the element, by kind; patterns (regular expressions) are left out. */
export interface Asked {
  readonly testIds: readonly string[]
  readonly ids: readonly string[]
  readonly names: readonly string[]
  readonly classes: readonly string[]
  readonly role: string | undefined
  readonly accessibleName: string | undefined
  readonly texts: readonly string[]
  readonly labels: readonly string[]
  readonly placeholders: readonly string[]
  readonly titles: readonly string[]
  /** The locator as one CSS selector, where all of it can be said in CSS. */
  readonly css: string | undefined
  readonly xpath: string | undefined
}

const known = new WeakMap<Target, Asked>()

/** What a target's locator asks for. The last step that names something names the element. */
export function askedOf(target: Target): Asked {
  const found = known.get(target)
  if (found !== undefined) return found
  const made = readLocator(target)
  known.set(target, made)
  return made
}

type List = 'testIds' | 'ids' | 'names' | 'classes' | 'texts' | 'labels' | 'placeholders' | 'titles'
type Add = (list: List, value: string | RegExp | undefined) => void

function readLocator(target: Target): Asked {
  const steps = (target.locator ?? []).filter((step) => step.kind !== 'filter' && step.kind !== 'nth')
  const last = steps.at(-1)
  const lists: Record<List, string[]> = {
    testIds: [],
    ids: [],
    names: [],
    classes: [],
    texts: [],
    labels: [],
    placeholders: [],
    titles: [],
  }
  if (last !== undefined) {
    readStep(last, (list, value) => {
      if (typeof value === 'string' && value !== '') lists[list].push(value)
    })
  }
  const only = steps.length === 1 ? last : undefined
  return {
    ...lists,
    role: last?.kind === 'role' ? last.role : undefined,
    accessibleName: last?.kind === 'role' && typeof last.name === 'string' ? last.name : undefined,
    css: asCss(steps),
    xpath: only?.kind === 'xpath' ? only.value : undefined,
  }
}

const LIST_OF: Partial<Record<LocatorStep['kind'], List>> = {
  testId: 'testIds',
  text: 'texts',
  linkText: 'texts',
  partialLinkText: 'texts',
  label: 'labels',
  placeholder: 'placeholders',
  title: 'titles',
  altText: 'titles',
  id: 'ids',
  name: 'names',
  className: 'classes',
}

function readStep(step: LocatorStep, add: Add): void {
  const list = LIST_OF[step.kind]
  if (list !== undefined && 'value' in step) add(list, step.value)
  else if (step.kind === 'css') readCss(step.value, add)
  else if (step.kind === 'selector' && step.engine === 'id') add('ids', step.value)
  else if (step.kind === 'selector' && step.engine === 'text') add('texts', step.value.replace(/^(["'])(.*)\1$/s, '$2'))
}

const LIST_OF_ATTRIBUTE: Readonly<Record<string, List>> = {
  id: 'ids',
  name: 'names',
  placeholder: 'placeholders',
  title: 'titles',
  alt: 'titles',
  'aria-label': 'labels',
}

function readCss(selector: string, add: Add): void {
  for (const complex of (parseCss(selector) ?? []).slice(0, 4)) {
    for (const token of complex.compounds.at(-1) ?? []) {
      if (token.type !== 'attribute' || token.value === '') continue
      if (token.action === 'element' && token.name === 'class') add('classes', token.value)
      else if (token.action === 'equals') {
        const list = LIST_OF_ATTRIBUTE[token.name] ?? (/^data-(?:test|cy|qa)/.test(token.name) ? 'testIds' : undefined)
        if (list !== undefined) add(list, token.value)
      }
    }
  }
}

function asCss(steps: readonly LocatorStep[]): string | undefined {
  const parts: string[] = []
  for (const step of steps) {
    if (step.kind === 'css') parts.push(step.value)
    else if (step.kind === 'id') parts.push(`[id=${cssString(step.value)}]`)
    else if (step.kind === 'name') parts.push(`[name=${cssString(step.value)}]`)
    else if (step.kind === 'className') parts.push(`[class~=${cssString(step.value)}]`)
    else if (step.kind === 'tagName') parts.push(step.value)
    else if (step.kind === 'testId' && typeof step.value === 'string')
      parts.push(`[${step.attribute ?? 'data-testid'}=${cssString(step.value)}]`)
    else if (step.kind !== 'frame') return undefined
  }
  return parts.length === 0 ? undefined : parts.join(' ')
}
