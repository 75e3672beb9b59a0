import type { Edit, LiteralSource, LocatorSource, LocatorSourceStep, LocatorStep } from '../model.ts'
import { escapeString, type Quote, quoteString } from '../source/literals.ts'
import { cssString, escapeRegExp } from './playwright-selector.ts'
import { selectorText, styleOf, type WriteStyle, writeStep } from './playwright-write.ts'
import { joinPart, quoteAttribute } from './selector-parts.ts'

/** Edits that turn steps of a source into others, and how much they change; null where the source does not allow it. */
export interface StepEdits {
  readonly edits: readonly Edit[]
  /** Literals whose content changes; a step written anew counts as many. */
  readonly changedLiterals: number
  readonly rewritten: boolean
  readonly shared: boolean
}

const WHOLE_STEP = 10
const MAX_CHANGED_SEGMENTS = 3

/** What becomes of each step of a source: unchanged (the same object), another step, or nothing. */
export type StepPlan = readonly (LocatorStep | null)[]

/**
 * Turns a plan into edits. A step that keeps its kind changes only in its literals where they allow it; else its call is
 * written anew in the author's style.
 * @param before steps to put in front of the first one, such as a way into an iframe
 */
export function planEdits(
  source: LocatorSource,
  plan: StepPlan,
  before: readonly LocatorStep[] = [],
): StepEdits | null {
  const edits: Edit[] = []
  let changedLiterals = 0
  let rewritten = false
  let shared = false
  for (const [index, step] of source.steps.entries()) {
    const next = plan[index]
    if (next === step.step) continue
    if (next === undefined || step.file === '') return null
    const inPlace = next === null ? null : editInPlace(step, next)
    if (inPlace !== null) {
      edits.push(...inPlace.edits)
      changedLiterals += inPlace.edits.length
      shared ||= inPlace.shared
      continue
    }
    if (next !== null && servesOthers(step)) return null
    const call = rewriteCall(step, next, source)
    if (call === null) return null
    edits.push(call)
    changedLiterals += WHOLE_STEP
    rewritten = true
  }
  if (before.length > 0) {
    const first = source.steps[0]
    if (first === undefined || first.form === 'argument' || first.file !== source.file) return null
    const style = styleOfSource(source)
    edits.push({
      file: first.file,
      start: first.start,
      end: first.start,
      old: '',
      new: before.map((each) => writeStep(each, style)).join(''),
    })
    changedLiterals += WHOLE_STEP
    rewritten = true
  }
  return edits.length === 0 ? null : { edits: distinct(edits), changedLiterals, rewritten, shared }
}

/**
 * A call that takes something known only at run time, or handed in by its caller, serves more elements than this one: it
 * may not be written anew for it. Constants named in the call serve the same element wherever it is meant.
 */
function servesOthers(step: LocatorSourceStep): boolean {
  if (step.literals.some((each) => each.chunks?.some((chunk) => chunk.dynamic))) return true
  const texts = leafPaths(step.step).filter((path) => /(?:^|\.)(?:value|name|role|hasText|hasNotText)$/.test(path))
  if (texts.some((path) => !step.literals.some((each) => each.part === path))) return true
  const named = /[(:]\s*(?:[A-Z_$][A-Z\d_$]*|[\w$]+(?:\.[\w$]+|\[['"][^'"]*['"]\])+)\s*[,)}]/.test(step.raw ?? '')
  return step.literals.some(
    (each) => !(each.file === step.file && each.start >= step.start && each.end <= step.end) && !(each.shared && named),
  )
}

function rewriteCall(step: LocatorSourceStep, next: LocatorStep | null, source: LocatorSource): Edit | null {
  const { raw, file, start, end } = step
  if (raw === undefined) return null
  if (next === null) return removeCall(step, source)
  const style = styleOf(raw, styleOfSource(source))
  const fresh = step.form === 'argument' ? quoteString(asSelectorString(next), style.quote) : writeStep(next, style)
  return { file, start, end, old: raw, new: fresh }
}

/** Takes a call out together with the line break before it, where the chain is written over several lines. */
function removeCall({ raw, file, start, end, form }: LocatorSourceStep, source: LocatorSource): Edit | null {
  if (raw === undefined || form === 'argument') return null
  const inside = file === source.file && start >= source.start && end <= source.end && source.raw !== undefined
  const space = inside ? (/\s*$/.exec(source.raw.slice(0, start - source.start))?.[0] ?? '') : ''
  return { file, start: start - space.length, end, old: space + raw, new: '' }
}

/** The author's style as all steps of the chain together show it. */
function styleOfSource(source: LocatorSource): WriteStyle {
  return styleOf(source.steps.map((each) => each.raw ?? '').join(' '))
}

/** A selector an action takes as its argument, with public engines only. */
function asSelectorString(step: LocatorStep): string {
  switch (step.kind) {
    case 'testId':
      return `[${step.attribute ?? 'data-testid'}=${cssString(String(step.value))}]`
    case 'role': {
      const name = step.name === undefined ? '' : `[name=${quoteAttribute(step.name, step.exact ?? false)}]`
      return `role=${step.role}${name}`
    }
    case 'text':
      return typeof step.value === 'string' && step.exact
        ? `text=${JSON.stringify(step.value)}`
        : `text=${String(step.value)}`
    case 'placeholder':
    case 'title':
      return `[${step.kind}=${cssString(String(step.value))}]`
    case 'altText':
      return `[alt=${cssString(String(step.value))}]`
    case 'label':
      return `[aria-label=${cssString(String(step.value))}]`
    default:
      return selectorText(step)
  }
}

function editInPlace(step: LocatorSourceStep, next: LocatorStep): { edits: Edit[]; shared: boolean } | null {
  if (step.step.kind !== next.kind && !(isSelector(step.step) && isSelector(next))) return null
  const edits: Edit[] = []
  let shared = false
  const parts = new Set([...leafPaths(step.step), ...leafPaths(next)])
  for (const part of parts) {
    const was = partOf(step.step, part)
    const now = partOf(next, part)
    if (String(was) === String(now) && typeof was === typeof now) continue
    if (part === 'kind' || part === 'engine') continue
    if (was === undefined || now === undefined) return null
    const literals = step.literals.filter((each) => each.part === part)
    const found = editLiterals(literals, was, now, step.step, next, part)
    if (found === null) return null
    edits.push(...found)
    shared ||= literals.some((each) => each.shared)
  }
  return edits.length === 0 ? null : { edits, shared }
}

function editLiterals(
  literals: readonly LiteralSource[],
  was: unknown,
  now: unknown,
  step: LocatorStep,
  next: LocatorStep,
  part: string,
): Edit[] | null {
  const [first] = literals
  if (first?.raw === undefined) return null
  if (first.kind === 'regexp' || first.kind === 'number') {
    if (literals.length !== 1 || typeof now !== typeof was) return null
    return [{ file: first.file, start: first.start, end: first.end, old: first.raw, new: String(now) }]
  }
  if (typeof was !== 'string' || typeof now !== 'string') return null
  const [rawWas, rawNow] = rawSelectors(step, next, part, was, now, first)
  const segments = segmentsOf(literals, rawWas)
  const solution = segments === null ? null : solve(segments, rawNow)
  if (segments === null || solution === null) return null
  return segments.flatMap((segment, index): Edit[] => {
    const fresh = solution[index]
    const { literal, start, end, text } = segment
    const quote = quoteOf(literal?.raw)
    if (literal?.raw === undefined || quote === null || fresh === undefined || fresh === text) return []
    const old = literal.raw.slice(start - literal.start, end - literal.start)
    return [{ file: literal.file, start, end, old, new: escapeString(fresh, quote) }]
  })
}

/** Selector strings as written: with the engine's name where the author wrote it. */
function rawSelectors(
  step: LocatorStep,
  next: LocatorStep,
  part: string,
  was: string,
  now: string,
  first: LiteralSource,
): [string, string] {
  const own = step.kind === 'frame' ? step.selector[0] : step
  const fresh = next.kind === 'frame' ? next.selector[0] : next
  if (part !== 'value' || own === undefined || fresh === undefined || !isSelector(own) || !isSelector(fresh))
    return [was, now]
  const plain = selectorText({ ...own, value: was })
  const named = own.kind !== 'selector' && new RegExp(`^\\s*${own.kind}\\s*=`).test(first.value)
  if (!named) return [plain, selectorText({ ...fresh, value: now })]
  const prefix = /^\s*\w+\s*=/.exec(first.value)?.[0] ?? ''
  return [prefix + was, fresh.kind === own.kind ? prefix + now : joinPart({ name: fresh.kind, body: now })]
}

interface Segment {
  readonly text: string
  /** Null for what no literal can change. */
  readonly literal: LiteralSource | null
  readonly start: number
  readonly end: number
}

/** Lays the literals of a part out over its whole text; what none covers is fixed. Null where they do not fit it. */
function segmentsOf(literals: readonly LiteralSource[], whole: string): Segment[] | null {
  const pieces: (Segment & { at: number })[] = []
  for (const literal of literals) {
    let at = literal.at ?? 0
    if (literal.kind !== 'template') {
      pieces.push({ at, text: literal.value, literal, start: literal.start + 1, end: literal.end - 1 })
      continue
    }
    for (const chunk of literal.chunks ?? []) {
      if (!chunk.dynamic && chunk.start !== undefined && chunk.end !== undefined)
        pieces.push({ at, text: chunk.text, literal, start: chunk.start, end: chunk.end })
      at += chunk.text.length
    }
  }
  // An empty chunk before a substitution stands at the same place as what is substituted.
  pieces.sort((a, b) => a.at - b.at || Math.sign(a.text.length) - Math.sign(b.text.length) || a.start - b.start)
  const segments: Segment[] = []
  let at = 0
  for (const piece of pieces) {
    if (piece.at < at) return null
    if (piece.at > at) segments.push({ text: whole.slice(at, piece.at), literal: null, start: 0, end: 0 })
    segments.push(piece)
    at = piece.at + piece.text.length
  }
  if (at < whole.length) segments.push({ text: whole.slice(at), literal: null, start: 0, end: 0 })
  return segments.map((each) => each.text).join('') === whole && segments.length <= 12 ? segments : null
}

/** New texts for the segments so that they give `wanted`, with as few of them changed as possible; null if impossible. */
function solve(segments: readonly Segment[], wanted: string): string[] | null {
  const free = segments.flatMap((segment, index) => (segment.literal === null ? [] : [index]))
  for (let size = 1; size <= Math.min(MAX_CHANGED_SEGMENTS, free.length); size++) {
    for (const chosen of combinations(free, size)) {
      const pattern = segments
        .map((each, index) => (chosen.includes(index) ? '([\\s\\S]*?)' : escapeRegExp(each.text)))
        .join('')
      const match = new RegExp(`^${pattern}$`).exec(wanted)
      if (match === null) continue
      return segments.map((each, index) =>
        chosen.includes(index) ? (match[chosen.indexOf(index) + 1] ?? '') : each.text,
      )
    }
  }
  return null
}

function combinations(values: readonly number[], size: number): number[][] {
  if (size === 0) return [[]]
  return values.flatMap((value, index) =>
    combinations(values.slice(index + 1), size - 1).map((rest) => [value, ...rest]),
  )
}

function isSelector(step: LocatorStep): step is Extract<LocatorStep, { kind: 'css' | 'xpath' | 'selector' }> {
  return step.kind === 'css' || step.kind === 'xpath' || step.kind === 'selector'
}

/** Paths of the values of a step, named as the parts of its literals are: `value`, `name`, `has.0.value`. */
function leafPaths(step: LocatorStep): string[] {
  if (step.kind === 'frame') return step.selector[0] === undefined ? [] : leafPaths(step.selector[0])
  return Object.entries(step).flatMap(([key, value]): string[] => {
    if (!Array.isArray(value)) return typeof value === 'object' && !(value instanceof RegExp) ? [`${key}*`] : [key]
    return value.flatMap((each: LocatorStep, index) => leafPaths(each).map((path) => `${key}.${index}.${path}`))
  })
}

function partOf(step: LocatorStep, path: string): unknown {
  const start = step.kind === 'frame' ? step.selector[0] : step
  if (path.endsWith('*')) return JSON.stringify(Object.entries(start ?? {}).find(([key]) => `${key}*` === path)?.[1])
  let value: unknown = start
  for (const key of path.split('.')) {
    if (typeof value !== 'object' || value === null) return undefined
    value = Object.entries(value).find(([name]) => name === key)?.[1]
  }
  return value
}

function quoteOf(raw: string | undefined): Quote | null {
  const quote = raw?.[0]
  return quote === "'" || quote === '"' || quote === '`' ? quote : null
}

function distinct(edits: readonly Edit[]): Edit[] {
  const seen = new Set<string>()
  return edits.filter((each) => {
    const key = `${each.file}:${each.start}:${each.end}:${each.new}`
    return !seen.has(key) && seen.add(key)
  })
}
