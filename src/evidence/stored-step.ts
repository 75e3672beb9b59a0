import { asList, asNumber, asRecord, asString, isRecord, type Json } from '../dom/trace-lines.ts'
import type { AncestorMark, Fingerprint } from '../model.ts'
import type { Mutation, Outcome } from './mutation.ts'
import { accumulate, MAX_KNOWN, type Variation, variation } from './noise.ts'
import { KEPT, type Named, type PageChange, type Turn } from './page-change.ts'
import type { StepEffects } from './step-effects.ts'

/** What is kept of one step of a green test: who its element was, and what the step did. */
export interface StoredStep {
  /** `TestRef.id` of the test. */
  readonly test: string
  /** Playwright's internal selector, and which of the test's calls on it this was, from 0. */
  readonly selector: string
  readonly nth: number
  /** How many elements the locator matched. */
  readonly matches: number
  readonly fingerprint: Fingerprint
  /** Without the page itself. */
  readonly effects: StepEffects
  /** What differed between the recorded green runs at this step; absent where nothing did. */
  readonly varies?: readonly Variation[]
}

/** A step is never longer than this, as one line of JSON in UTF-8. */
export const MAX_STEP_BYTES = 2_000
const VERSION = 1
const LIMITS = { text: 160, attributes: 24, ancestors: 5, effects: 8, selector: 600 } as const
const TEXTS = [
  'role',
  'name',
  'text',
  'ownText',
  'label',
  'heading',
  'neighborText',
  'rowKey',
  'xpath',
  'idxpath',
] as const
const FLAGS = ['isButton', 'visible', 'enabled', 'editable'] as const
/** What is left out first where a step is too long. */
const EXPENDABLE = ['neighborText', 'idxpath', 'subtree', 'xpath', 'ancestors', 'text', 'rowKey', 'heading'] as const
const KINDS = new Set('click fill select check hover press upload drag read expect absent navigate other'.split(' '))
const OUTCOMES = new Set(['ok', 'refused', 'failed', 'unanswered'])

const cut = (text: string): string => text.slice(0, LIMITS.text)

/** What a person typed is no mark of an element, and may be a secret. */
const compactFingerprint = ({ value: _, ...fingerprint }: Fingerprint): Fingerprint => ({
  ...fingerprint,
  attributes: Object.fromEntries(
    Object.entries(fingerprint.attributes)
      .filter(([name]) => name !== 'value' && name !== 'style')
      .slice(0, LIMITS.attributes)
      .map(([name, text]) => [name, cut(text)]),
  ),
  ...Object.fromEntries(
    TEXTS.flatMap((key) => (fingerprint[key] === undefined ? [] : [[key, cut(fingerprint[key])] as const])),
  ),
  ...(fingerprint.ancestors ? { ancestors: fingerprint.ancestors.slice(0, LIMITS.ancestors) } : {}),
})

/** Things by role and name, in a row: `[role, name, role, name]`. */
const flat = (things: readonly Named[]): readonly string[] =>
  things.slice(0, LIMITS.effects).flatMap(({ role, name }) => [role, name.slice(0, KEPT.name)])

const compactChange = ({ said, gained, lost, turned, watchedMs }: PageChange) => {
  const some = <T>(list: readonly T[]): readonly T[] | undefined => (list.length > 0 ? list : undefined)
  return {
    said: some(said.slice(0, LIMITS.effects).map((text) => text.slice(0, KEPT.said))),
    gained: some(flat(gained)),
    lost: some(flat(lost)),
    turned: some(
      turned
        .slice(0, LIMITS.effects)
        .map(({ role, name, state, to }) => [role, name.slice(0, KEPT.name), state, to ? 1 : 0] as const),
    ),
    ms: watchedMs,
  }
}

/** One line of JSON; null where even the least of a step is too long. */
export const writeStep = (step: StoredStep): string | null => {
  const { page: _page, unmoved: _unmoved, change, ...effects } = step.effects
  let fingerprint = compactFingerprint(step.fingerprint)
  let compact = change === null ? undefined : compactChange(change)
  const { varies = [], ...rest } = step
  const line = () =>
    JSON.stringify({
      v: VERSION,
      ...rest,
      fingerprint,
      effects: {
        ...effects,
        mutations: effects.mutations.slice(0, LIMITS.effects),
        reached: effects.reached.slice(0, LIMITS.effects),
        dialogs: effects.dialogs.slice(0, LIMITS.effects).map(cut),
        change: compact,
      },
      varies:
        varies.length === 0 ? undefined : varies.slice(0, MAX_KNOWN).map(({ trait, quiet }) => [trait, quiet] as const),
    })
  // What came and went is told before it is judged by; what it said and turned to is what is judged.
  if (compact && Buffer.byteLength(line()) > MAX_STEP_BYTES)
    compact = { ...compact, gained: undefined, lost: undefined }
  for (const key of EXPENDABLE) {
    if (Buffer.byteLength(line()) <= MAX_STEP_BYTES) return line()
    fingerprint = { ...fingerprint, [key]: undefined }
  }
  return Buffer.byteLength(line()) <= MAX_STEP_BYTES ? line() : null
}

const strings = (value: unknown): string[] =>
  asList(value)
    .filter((one): one is string => typeof one === 'string')
    .slice(0, 50)

const readAncestor = (value: unknown): AncestorMark[] => {
  const mark = asRecord(value)
  const tag = asString(mark.tag)
  if (tag === undefined) return []
  const texts = (['id', 'className', 'role', 'testId'] as const).flatMap((key) => {
    const text = asString(mark[key])
    return text === undefined ? [] : [[key, text] as const]
  })
  return [{ tag, ...Object.fromEntries(texts) }]
}

/** Takes only what has the type that it must have. */
const readFingerprint = (value: Json): Fingerprint | null => {
  const tag = asString(value.tag)
  if (tag === undefined) return null
  const attributes = Object.entries(asRecord(value.attributes)).flatMap(([name, text]) =>
    typeof text === 'string' && name !== '__proto__' ? [[name, text] as const] : [],
  )
  const texts = TEXTS.flatMap((key) => {
    const text = asString(value[key])
    return text === undefined ? [] : [[key, text] as const]
  })
  const flags = FLAGS.flatMap((key) => (typeof value[key] === 'boolean' ? [[key, value[key]] as const] : []))
  const [siblings, subtree, box, viewport] = [value.siblings, value.subtree, value.box, value.viewport].map(asRecord)
  const numbers = (from: Json | undefined, keys: readonly string[]) =>
    from && keys.every((key) => asNumber(from[key]) !== undefined)
      ? Object.fromEntries(keys.map((key) => [key, asNumber(from[key]) ?? 0]))
      : null
  const size = numbers(subtree, ['size'])
  const place = numbers(siblings, ['index', 'count'])
  const area = numbers(box, ['x', 'y', 'width', 'height'])
  const screen = numbers(viewport, ['width', 'height'])
  return {
    tag,
    attributes: Object.fromEntries(attributes),
    ...Object.fromEntries(texts),
    ...Object.fromEntries(flags),
    ...(Array.isArray(value.ancestors) ? { ancestors: value.ancestors.slice(0, 50).flatMap(readAncestor) } : {}),
    ...(place ? { siblings: { index: place.index ?? 0, count: place.count ?? 0 } } : {}),
    ...(size ? { subtree: { children: strings(subtree?.children), size: size.size ?? 0 } } : {}),
    ...(area ? { box: { x: area.x ?? 0, y: area.y ?? 0, width: area.width ?? 0, height: area.height ?? 0 } } : {}),
    ...(screen ? { viewport: { width: screen.width ?? 0, height: screen.height ?? 0 } } : {}),
    ...(Array.isArray(value.framePath) ? { framePath: strings(value.framePath) } : {}),
    ...(Array.isArray(value.shadowPath) ? { shadowPath: strings(value.shadowPath) } : {}),
    ...(/^[0-9a-f]{16}$/.test(asString(value.visualHash) ?? '') ? { visualHash: asString(value.visualHash) } : {}),
  }
}

const readMutation = (value: unknown): Mutation[] => {
  const { method, route, outcome } = asRecord(value)
  return typeof method === 'string' && typeof route === 'string' && OUTCOMES.has(String(outcome))
    ? [{ method, route, outcome: String(outcome) as Outcome }]
    : []
}

const STATES = new Set<string>(['checked', 'expanded', 'selected', 'pressed', 'disabled', 'filled'])

const readNamed = (value: unknown): readonly Named[] => {
  const list = strings(value)
  return list.flatMap((role, at) => (at % 2 === 0 ? [{ role, name: list[at + 1] ?? '' }] : []))
}

const readTurn = (value: unknown): Turn[] => {
  const [role, name, state, to] = asList(value)
  return typeof role === 'string' && typeof name === 'string' && STATES.has(String(state))
    ? [{ role, name, state: String(state) as Turn['state'], to: to === 1 }]
    : []
}

const readChange = (value: unknown): PageChange | null => {
  if (!isRecord(value)) return null
  return {
    said: strings(value.said),
    gained: readNamed(value.gained),
    lost: readNamed(value.lost),
    turned: asList(value.turned).slice(0, 50).flatMap(readTurn),
    watchedMs: asNumber(value.ms) ?? 0,
  }
}

const readVariation = (value: unknown): Variation[] => {
  const [trait, quiet] = asList(value)
  return typeof trait === 'string' && typeof quiet === 'number' ? [{ trait, quiet }] : []
}

/** Reads one line; null for one that is damaged, too long or of another version. */
export const readStep = (line: string): StoredStep | null => {
  if (line.length > MAX_STEP_BYTES * 2) return null
  let read: unknown
  try {
    read = JSON.parse(line)
  } catch {
    return null
  }
  if (!isRecord(read) || read.v !== VERSION) return null
  const [test, selector] = [asString(read.test), asString(read.selector)]
  const fingerprint = readFingerprint(asRecord(read.fingerprint))
  const effects = asRecord(read.effects)
  const kind = asString(effects.kind)
  const varies = asList(read.varies).slice(0, MAX_KNOWN).flatMap(readVariation)
  if (test === undefined || selector === undefined || !fingerprint || kind === undefined || !KINDS.has(kind))
    return null
  return {
    test,
    selector,
    nth: asNumber(read.nth) ?? 0,
    matches: Math.max(1, asNumber(read.matches) ?? 1),
    fingerprint,
    effects: {
      kind: kind as StepEffects['kind'],
      mutations: asList(effects.mutations).slice(0, 50).flatMap(readMutation),
      from: asString(effects.from) ?? null,
      reached: strings(effects.reached),
      dialogs: strings(effects.dialogs),
      downloads: asNumber(effects.downloads) ?? 0,
      change: readChange(effects.change),
      page: null,
      unmoved: false,
    },
    ...(varies.length > 0 ? { varies } : {}),
  }
}

/**
 * A test's steps as they are to be kept: with what differs from the recording before, and with what is known to vary.
 *
 * @param earlier the test's steps as they were recorded before
 */
export const overEarlier = (steps: readonly StoredStep[], earlier: readonly StoredStep[]): readonly StoredStep[] =>
  steps.map((step) => {
    const known = earlier.find(({ selector, nth }) => selector === step.selector && nth === step.nth)
    if (!known) return step
    const kept = readStep(writeStep(step) ?? '')
    const found = kept ? variation(known.effects, kept.effects) : []
    const within = (step.varies ?? []).map(({ trait }) => trait)
    const { varies: _, ...rest } = step
    const varies = accumulate(known.varies ?? [], [...within, ...found])
    return varies.length > 0 ? { ...rest, varies } : rest
  })
