import type { Box, Fingerprint } from '../../model.ts'
import { isPlaced } from '../neighbours.ts'
import { identifierWordsOf } from '../page-index.ts'
import { identifierWords, normalise, wordsOf } from '../text.ts'
import { type Address, addressOf } from './address.ts'
import { isGeneratedId, stableClasses, stableId } from './generated.ts'

/** What sort of thing an element is for a user; `box` is what only holds other things. */
export type Kind = 'link' | 'button' | 'field' | 'choice' | 'heading' | 'picture' | 'item' | 'text' | 'box'

/** A text in the form that is compared, with its words. */
export interface Said {
  readonly text: string
  readonly words: readonly string[]
}

/** A fingerprint prepared for comparison: texts normalised, identifiers cut into words, generated parts taken out. */
export interface Profile {
  readonly fingerprint: Fingerprint
  readonly tag: string
  readonly kind: Kind
  readonly role: string
  readonly testId: string | undefined
  readonly id: string | undefined
  readonly idGenerated: boolean
  readonly idWords: readonly string[]
  readonly formName: string | undefined
  readonly type: string | undefined
  readonly href: Address | undefined
  readonly classes: readonly string[]
  readonly identifierWords: readonly string[]
  /** Visible text, the most telling of what there is. */
  readonly text: Said | undefined
  /** Accessible name, label, title, alt, placeholder, aria-label, value of a button. */
  readonly captions: readonly Said[]
  readonly heading: Said | undefined
  readonly rowKey: Said | undefined
  readonly near: readonly string[] | undefined
  /** Steps of the indexed path from the root, `div[2]`. */
  readonly steps: readonly string[]
  /** Place among siblings of its tag, from 1, for each step of `steps`. */
  readonly places: readonly number[]
  /** Tags from the root. */
  readonly tags: readonly string[]
  readonly ancestorNames: readonly string[]
  readonly box: Box | undefined
  readonly frame: string | undefined
}

const profiles = new WeakMap<Fingerprint, Map<string, Profile>>()

/** The profile of a fingerprint; made once per fingerprint and choice of test-id attributes. */
export function profileOf(fingerprint: Fingerprint, testIdAttributes: readonly string[]): Profile {
  const key = testIdAttributes.join(' ')
  let made = profiles.get(fingerprint)
  if (made === undefined) {
    made = new Map()
    profiles.set(fingerprint, made)
  }
  let profile = made.get(key)
  if (profile === undefined) {
    profile = makeProfile(fingerprint, testIdAttributes)
    made.set(key, profile)
  }
  return profile
}

function makeProfile(fingerprint: Fingerprint, testIdAttributes: readonly string[]): Profile {
  const { attributes } = fingerprint
  const id = filled(attributes.id)
  const steps = (fingerprint.idxpath ?? '')
    .slice(0, 4000)
    .split('/')
    .filter((step) => step !== '')
    .slice(-64)
  const kind = kindOf(fingerprint)
  return {
    fingerprint,
    tag: fingerprint.tag,
    kind,
    role: fingerprint.role ?? attributes.role ?? '',
    testId: testIdAttributes.map((name) => filled(attributes[name])).find((value) => value !== undefined),
    id,
    idGenerated: id !== undefined && isGeneratedId(id),
    idWords: id === undefined ? [] : identifierWords(stableId(id)),
    formName: filled(attributes.name),
    type: filled(attributes.type)?.toLowerCase(),
    href: addressOf(attributes.href ?? attributes.action ?? attributes.src),
    classes: stableClasses(attributes.class),
    identifierWords: identifierWordsOf(attributes),
    text: textOf(fingerprint),
    captions: captionsOf(fingerprint, kind),
    heading: said(fingerprint.heading),
    rowKey: said(fingerprint.rowKey),
    near: fingerprint.neighborText === undefined ? undefined : wordsOf(fingerprint.neighborText),
    steps,
    places: steps.map((step) => Number(/\[(\d+)\]$/.exec(step)?.[1] ?? 1)),
    tags:
      steps.length > 0
        ? steps.map((step) => step.replace(/\[\d+\]$/, ''))
        : (fingerprint.xpath ?? '')
            .slice(0, 2000)
            .split('/')
            .filter((step) => step !== '')
            .slice(-64),
    ancestorNames: ancestorNamesOf(fingerprint),
    box: isPlaced(fingerprint.box) ? fingerprint.box : undefined,
    frame: fingerprint.framePath?.join(' '),
  }
}

function filled(value: string | undefined): string | undefined {
  return value === undefined || value.trim() === '' ? undefined : value.slice(0, 300)
}

function said(text: string | undefined): Said | undefined {
  if (text === undefined) return undefined
  const normal = normalise(text)
  return normal === '' ? undefined : { text: normal, words: wordsOf(normal) }
}

/** An empty text is known to be empty: what the element is called then stands among its captions alone. */
function textOf({ text, ownText, name }: Fingerprint): Said | undefined {
  if (text !== undefined || ownText !== undefined) return said(text) ?? said(ownText)
  return said(name)
}

function captionsOf(fingerprint: Fingerprint, kind: Kind): Said[] {
  const { attributes, name, label, text } = fingerprint
  const texts = [name, label, attributes['aria-label'], attributes.title, attributes.alt, attributes.placeholder]
  if (kind === 'button') texts.push(attributes.value)
  const main = normalise(text ?? '')
  const seen = new Set<string>()
  const captions: Said[] = []
  for (const each of texts) {
    const caption = said(each)
    if (caption === undefined || caption.text === main || seen.has(caption.text)) continue
    seen.add(caption.text)
    captions.push(caption)
  }
  return captions
}

function ancestorNamesOf({ ancestors }: Fingerprint): string[] {
  const names: string[] = []
  for (const { id, testId, className, role } of (ancestors ?? []).slice(0, 8)) {
    if (id !== undefined && !isGeneratedId(id)) names.push(`#${id}`)
    if (testId !== undefined) names.push(`@${testId}`)
    if (role !== undefined && role !== '' && role !== 'generic') names.push(`&${role}`)
    for (const token of stableClasses(className).slice(0, 4)) names.push(`.${token}`)
  }
  return names
}

const FIELD_TYPES =
  /^(?:text|search|email|password|tel|url|number|date|datetime-local|month|week|time|color|range|file)$/i

/** What sort of thing an element is, from role, tag and attributes. */
export function kindOf(fingerprint: Pick<Fingerprint, 'tag' | 'attributes' | 'role' | 'isButton'>): Kind {
  const { tag, attributes } = fingerprint
  const role = fingerprint.role ?? attributes.role ?? ''
  if (/^(?:button|tab|menuitem|switch)$/.test(role)) return 'button'
  if (/^(?:textbox|searchbox|combobox|spinbutton|slider)$/.test(role)) return 'field'
  if (/^(?:checkbox|radio|option|menuitemcheckbox|menuitemradio)$/.test(role)) return 'choice'
  if (role === 'link') return 'link'
  if (role === 'heading') return 'heading'
  if (tag === 'input') {
    const type = attributes.type ?? 'text'
    if (/^(?:button|submit|reset|image)$/i.test(type)) return 'button'
    if (/^(?:checkbox|radio)$/i.test(type)) return 'choice'
    return FIELD_TYPES.test(type) ? 'field' : 'field'
  }
  if (tag === 'button' || tag === 'summary') return 'button'
  if (tag === 'a' || tag === 'area') return fingerprint.isButton === true ? 'button' : 'link'
  if (/^(?:textarea|select)$/.test(tag)) return 'field'
  if (tag === 'option') return 'choice'
  if (/^h[1-6]$/.test(tag)) return 'heading'
  if (/^(?:img|svg|picture|canvas|video|i|use|path)$/.test(tag)) return 'picture'
  if (/^(?:li|tr|td|th|dt|dd)$/.test(tag)) return 'item'
  if (/^(?:span|p|label|b|em|strong|small|font|label|sup|sub|time|code)$/.test(tag)) return 'text'
  return 'box'
}
