import type { LocatorStep } from '../src/model.ts'

const TEXTS: Readonly<Record<string, readonly string[]>> = {
  testId: ['value'],
  role: ['role'],
  text: ['value'],
  label: ['value'],
  placeholder: ['value'],
  title: ['value'],
  altText: ['value'],
  css: ['value'],
  xpath: ['value'],
  id: ['value'],
  name: ['value'],
  className: ['value'],
  tagName: ['value'],
  linkText: ['value'],
  partialLinkText: ['value'],
  filter: [],
  nth: [],
}
const OPTIONAL: Readonly<Record<string, 'text' | 'boolean' | 'number'>> = {
  attribute: 'text',
  name: 'text',
  exact: 'boolean',
  hasText: 'text',
  hasNotText: 'text',
  visible: 'boolean',
  index: 'number',
}
const MAX_STEPS = 12
const MAX_LENGTH = 2_000

const isText = (value: unknown): boolean =>
  (typeof value === 'string' && value.length <= MAX_LENGTH) || value instanceof RegExp

/** A locator that came from outside, checked and rid of what is not of the form; null where it is none. */
export function readLocator(value: unknown): LocatorStep[] | null {
  if (!Array.isArray(value) || value.length === 0 || value.length > MAX_STEPS) return null
  const steps: LocatorStep[] = []
  for (const one of value as unknown[]) {
    if (one === null || typeof one !== 'object') return null
    const given = one as Record<string, unknown>
    const kind = typeof given.kind === 'string' && Object.hasOwn(TEXTS, given.kind) ? given.kind : null
    if (kind === null) return null
    const step: Record<string, unknown> = { kind }
    for (const key of TEXTS[kind] ?? []) {
      if (!isText(given[key])) return null
      step[key] = given[key]
    }
    for (const [key, type] of Object.entries(OPTIONAL)) {
      const part = given[key]
      if (part === undefined || step[key] !== undefined) continue
      if (type === 'text' ? !isText(part) : typeof part !== type) return null
      step[key] = part
    }
    if (kind === 'nth' && !Number.isInteger(step.index)) return null
    steps.push(step as LocatorStep)
  }
  return steps
}
