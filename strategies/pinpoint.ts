import { TEST_ID_ATTRIBUTES } from '../src/dom/fingerprint.ts'
import { isGeneratedId, stableClasses } from '../src/dom/identity/generated.ts'
import { matchLocator } from '../src/dom/match/locator.ts'
import type { PageIndex } from '../src/dom/page-index.ts'
import { normalise } from '../src/dom/text.ts'
import { cssString, escapeIdentifier } from '../src/locators/playwright-selector.ts'
import type { Locator, LocatorStep } from '../src/model.ts'

/** Longest text a locator quotes; a longer one is prose and changes with the next edit of it. */
const MAX_QUOTED = 80

/** `#id` for a plain id, null for none or one that a tool generated. */
export function idStep(page: PageIndex, element: number): LocatorStep | null {
  const { id } = page.attributes(element)
  return id === undefined || id === '' || /\s/.test(id) || isGeneratedId(id)
    ? null
    : { kind: 'css', value: `#${escapeIdentifier(id)}` }
}

/** The first attribute of the element that counts as a test id. */
export function testIdStep(
  page: PageIndex,
  element: number,
  attributes: readonly string[] = TEST_ID_ATTRIBUTES,
): LocatorStep | null {
  const own = page.attributes(element)
  for (const attribute of attributes) {
    const value = own[attribute]
    if (value !== undefined && value !== '' && !isGeneratedId(value)) return { kind: 'testId', value, attribute }
  }
  return null
}

/** Role with the accessible name, the name left out where it has none; null without a role. */
export function roleStep(page: PageIndex, element: number): LocatorStep | null {
  const role = page.snapshot?.elements[element]?.role ?? page.fingerprint(element).role
  if (role === undefined || role === '' || role === 'generic' || role === 'presentation' || role === 'none') return null
  const name = page.snapshot?.elements[element]?.name ?? page.fingerprint(element).name ?? ''
  return name === '' || name.length > MAX_QUOTED ? { kind: 'role', role } : { kind: 'role', role, name, exact: true }
}

/** The visible text of a small element. */
export function textStep(page: PageIndex, element: number): LocatorStep | null {
  const { text = '', ownText = '' } = page.fingerprint(element)
  const shown = (text || ownText).trim()
  return shown === '' || shown.length > MAX_QUOTED ? null : { kind: 'text', value: shown, exact: true }
}

/** `tag[name="value"]`. */
export function attributeStep(page: PageIndex, element: number, name: string): LocatorStep | null {
  const value = page.attributes(element)[name]
  return value === undefined || value === '' || value.length > 200
    ? null
    : { kind: 'css', value: `${escapeIdentifier(page.tag(element))}[${escapeIdentifier(name)}=${cssString(value)}]` }
}

/** `tag.class` with its rarest stable classes as they stand in the page, at most three. */
export function classStep(page: PageIndex, element: number): LocatorStep | null {
  const whole = page.attributes(element).class
  const written = new Set(whole?.split(/\s+/))
  const tokens = stableClasses(whole)
    .filter((token) => written.has(token))
    .sort((a, b) => page.rarity('class', b) - page.rarity('class', a))
  if (tokens.length === 0) return null
  const own = new Set(tokens)
  let alike = page.withTrait('class', tokens[0] ?? '').filter((one) => page.tag(one) === page.tag(element))
  const used = [tokens[0] ?? '']
  for (const token of own) {
    if (alike.length <= 1 || used.length >= 3) break
    if (used.includes(token)) continue
    const fewer = alike.filter((one) => page.attributes(one).class?.split(/\s+/).includes(token))
    if (fewer.length < alike.length) used.push(token)
    alike = fewer
  }
  return {
    kind: 'css',
    value: `${escapeIdentifier(page.tag(element))}${used.map((one) => `.${escapeIdentifier(one)}`).join('')}`,
  }
}

/** The steps into the frame that an element lies in; empty for the main frame. */
export function frameSteps(page: PageIndex, element: number): readonly LocatorStep[] {
  const { snapshot } = page
  const steps: LocatorStep[] = []
  for (let frame = snapshot?.elements[element]?.frame ?? 0; frame > 0 && steps.length < 16; ) {
    const owner = snapshot?.frames[frame]?.owner ?? -1
    if (owner < 0) break
    const own =
      attributeStep(page, owner, 'name') ??
      idStep(page, owner) ??
      testIdStep(page, owner) ??
      attributeStep(page, owner, 'title') ??
      attributeStep(page, owner, 'src')
    steps.unshift({ kind: 'frame', selector: [own ?? { kind: 'css', value: page.tag(owner) }] })
    frame = snapshot?.elements[owner]?.frame ?? 0
  }
  return steps
}

/** Every way to name an element by itself, the most lasting first. */
function ownSteps(page: PageIndex, element: number): LocatorStep[] {
  const role = roleStep(page, element)
  return [
    testIdStep(page, element),
    role !== null && 'name' in role ? role : null,
    attributeStep(page, element, 'name'),
    idStep(page, element),
    attributeStep(page, element, 'placeholder'),
    attributeStep(page, element, 'aria-label'),
    textStep(page, element),
    attributeStep(page, element, 'title'),
    attributeStep(page, element, 'alt'),
    classStep(page, element),
    role,
    { kind: 'tagName', value: page.tag(element) } as const,
  ].filter((step) => step !== null)
}

/** What tells the part of the page around an element from the rest, nearest first; at most six. */
function anchorsOf(page: PageIndex, element: number): LocatorStep[][] {
  const anchors: LocatorStep[][] = []
  const { rowKey } = page.fingerprint(element)
  const frame = page.snapshot?.elements[element]?.frame
  let at = page.tree.parents[element] ?? -1
  for (let steps = 0; at >= 0 && steps < 24 && anchors.length < 6; steps++) {
    if (frame !== page.snapshot?.elements[at]?.frame) break
    const named = testIdStep(page, at) ?? idStep(page, at)
    if (named !== null) anchors.push([named])
    else {
      const role = roleStep(page, at)
      const row = role?.kind === 'role' && /^(?:row|listitem|article)$/.test(role.role)
      if (row && rowKey !== undefined && rowKey.length <= MAX_QUOTED) {
        anchors.push([
          { kind: 'role', role: role.role },
          { kind: 'filter', hasText: rowKey },
        ])
      } else if (role !== null && 'name' in role && !row) anchors.push([role])
    }
    at = page.tree.parents[at] ?? -1
  }
  return anchors
}

/**
 * A locator that reaches an element: the first of the wished-for ways that reaches it alone, else such a way within a
 * part of the page that can be named, else its place among what the way reaches. Without wishes, or where none reaches
 * it, the element's own most lasting name is used. Generated ids and classes are never written.
 */
export function pinpoint(page: PageIndex, element: number, wishes: readonly (readonly LocatorStep[])[]): Locator {
  const frames = frameSteps(page, element)
  const reach = (steps: readonly LocatorStep[]): readonly number[] => matchLocator(page, [...frames, ...steps]) ?? []
  const tried = wishes.map((steps) => ({ steps, found: reach(steps) })).filter(({ found }) => found.includes(element))
  const alone = tried.find(({ found }) => found.length === 1)
  if (alone !== undefined) return [...frames, ...alone.steps]
  const ways =
    tried.length > 0
      ? tried
      : ownSteps(page, element)
          .map((step) => ({ steps: [step] as readonly LocatorStep[], found: reach([step]) }))
          .filter(({ found }) => found.includes(element))
  const own = ways.find(({ found }) => found.length === 1)
  if (own !== undefined) return [...frames, ...own.steps]
  const anchors = anchorsOf(page, element)
  for (const way of ways.slice(0, 3)) {
    for (const anchor of anchors) {
      const steps = [...anchor, ...way.steps]
      const found = reach(steps)
      if (found.length === 1 && found[0] === element) return [...frames, ...steps]
    }
  }
  const [first] = ways
  if (first === undefined) return [...frames, { kind: 'xpath', value: page.fingerprint(element).idxpath ?? '//*' }]
  return [...frames, ...first.steps, { kind: 'nth', index: first.found.indexOf(element) }]
}

/** True where two texts are the same but for case, white space and compatibility forms. */
export const sameText = (a: string | undefined, b: string | undefined): boolean =>
  a !== undefined && b !== undefined && a !== '' && normalise(a) === normalise(b)
