import { indexPage, type PageIndex } from '../../src/dom/page-index.ts'
import type { ActionKind, Locator, Snapshot, SnapshotElement, SnapshotFrame, Target } from '../../src/model.ts'
import type { Strategy, Witness } from '../../strategies/contract.ts'

const VOID = new Set(['input', 'img', 'br', 'hr', 'meta', 'link'])
const ROLES: Readonly<Record<string, string>> = {
  button: 'button',
  nav: 'navigation',
  main: 'main',
  li: 'listitem',
  ul: 'list',
  tr: 'row',
  td: 'cell',
  th: 'columnheader',
  table: 'table',
  select: 'combobox',
  textarea: 'textbox',
  article: 'article',
  img: 'img',
  dialog: 'dialog',
}
const NAMED_BY_CONTENT = /^(?:button|link|heading|row|cell|listitem|columnheader|tab|option|menuitem)$/

interface Draft extends Omit<SnapshotElement, 'ownText' | 'name'> {
  ownText: string
  name?: string
}

/**
 * A snapshot from well-formed HTML. `data-box="x y w h"` places an element, `data-hash` gives its picture's hash,
 * `hidden` hides it; what is inside an `<iframe>` is another frame, what is inside `<template>` a shadow root.
 */
export function snapshotOf(html: string): Snapshot {
  const elements: Draft[] = []
  const frames: SnapshotFrame[] = [{ url: 'https://app.test/', name: '', owner: -1 }]
  const open: { index: number; frame: number; shadow: boolean }[] = []
  for (const [, closing, tag = '', rest = '', text] of html.matchAll(
    /<(\/?)([\w-]+)((?:\s+[\w:-]+(?:="[^"]*")?)*)\s*\/?>|([^<]+)/g,
  )) {
    const top = open.at(-1)
    if (text !== undefined) {
      const owner = top && elements[top.index]
      if (owner && text.trim() !== '') owner.ownText = `${owner.ownText} ${text.trim().replace(/\s+/g, ' ')}`.trim()
    } else if (closing) open.pop()
    else if (tag === 'template') open.push({ index: top?.index ?? -1, frame: top?.frame ?? 0, shadow: true })
    else {
      const element = draft(tag, rest, elements.length, top)
      elements.push(element)
      if (VOID.has(tag)) continue
      let frame = element.frame
      if (tag === 'iframe') {
        frame = frames.length
        frames.push({ url: '', name: element.attributes.name ?? '', owner: element.index })
      }
      open.push({ index: element.index, frame, shadow: false })
    }
  }
  for (const element of elements) nameElement(elements, element)
  return {
    url: 'https://app.test/',
    title: '',
    viewport: { width: 1280, height: 800 },
    frames,
    elements,
    truncated: false,
  }
}

function draft(
  tag: string,
  rest: string,
  index: number,
  top: { index: number; frame: number; shadow: boolean } | undefined,
): Draft {
  const attributes: Record<string, string> = {}
  for (const [, key = '', value] of rest.matchAll(/([\w:-]+)(?:="([^"]*)")?/g)) attributes[key] = value ?? ''
  const [x = 0, y = 0, width = 0, height = 0] = (attributes['data-box'] ?? '').split(' ').map(Number)
  const hash = attributes['data-hash']
  const hidden = attributes.hidden !== undefined
  for (const own of ['data-box', 'data-hash', 'hidden']) delete attributes[own]
  const role = attributes.role ?? roleOf(tag, attributes)
  return {
    index,
    parent: top?.index ?? -1,
    frame: top?.frame ?? 0,
    ...(top?.shadow ? { inShadow: true } : {}),
    tag,
    attributes,
    ownText: '',
    ...(role === undefined ? {} : { role }),
    ...(width > 0 ? { box: { x, y, width, height } } : {}),
    visible: !hidden,
    enabled: attributes.disabled === undefined,
    ...(hash === undefined ? {} : { visualHash: hash }),
  }
}

function roleOf(tag: string, attributes: Readonly<Record<string, string>>): string | undefined {
  if (tag === 'a') return attributes.href === undefined ? undefined : 'link'
  if (/^h[1-6]$/.test(tag)) return 'heading'
  if (tag === 'input') {
    if (/^(?:submit|button|reset)$/.test(attributes.type ?? '')) return 'button'
    return /^(?:checkbox|radio)$/.test(attributes.type ?? '') ? attributes.type : 'textbox'
  }
  return ROLES[tag]
}

function nameElement(elements: readonly Draft[], element: Draft): void {
  const label = elements.find((one) => one.tag === 'label' && one.attributes.for === (element.attributes.id ?? '-'))
  const named =
    element.attributes['aria-label'] ?? label?.ownText ?? element.attributes.alt ?? element.attributes.placeholder
  if (named !== undefined) element.name = named
  else if (element.role !== undefined && NAMED_BY_CONTENT.test(element.role)) element.name = textOf(elements, element)
}

const textOf = (elements: readonly Draft[], element: Draft): string =>
  [element.ownText, ...elements.filter((one) => one.parent === element.index).map((one) => textOf(elements, one))]
    .filter((part) => part !== '')
    .join(' ')

export const pageOf = (html: string): PageIndex => indexPage(snapshotOf(html))

/** The element marked with the attribute `me`; the mark is no part of the page. */
function takeMark(html: string): { snapshot: Snapshot; marked: number } {
  const snapshot = snapshotOf(html)
  const marked = snapshot.elements.findIndex((one) => one.attributes.me !== undefined)
  for (const one of snapshot.elements) delete (one.attributes as Record<string, string>).me
  return { snapshot, marked }
}

export interface Asking {
  readonly action?: ActionKind
  readonly locator?: Locator
  readonly testIdAttributes?: readonly string[]
}

/** The element marked `me` as something lost. */
export function targetOf(
  html: string,
  { action = 'click', locator, testIdAttributes = ['data-testid'] }: Asking = {},
): Target {
  const { snapshot, marked } = takeMark(html)
  return {
    fingerprint: indexPage(snapshot).fingerprint(Math.max(0, marked)),
    ...(locator === undefined ? {} : { locator }),
    action,
    testIdAttributes,
  }
}

export interface Trial {
  /** What the strategy said, best first. */
  readonly witnesses: readonly Witness[]
  readonly first: Witness | undefined
  /** True where the first witness is the element marked `me` on the new page. */
  readonly found: boolean
  readonly page: PageIndex
}

/** Lets a strategy look for the element marked `me` in `before` on the page `after`. */
export function tryStrategy(strategy: Strategy, before: string, after: string, asking: Asking = {}): Trial {
  const { snapshot, marked } = takeMark(after)
  const page = indexPage(snapshot)
  const witnesses = strategy.propose(targetOf(before, asking), page)
  return { witnesses, first: witnesses[0], found: witnesses[0]?.element === marked && marked >= 0, page }
}
