import { type Filling, fillHoles, matchText } from '../locators/match-locator.ts'
import { selectorToStep } from '../locators/playwright-chain.ts'
import type { LiteralChunk, LiteralSource, LocatorSource, LocatorSourceStep, LocatorStep } from '../model.ts'
import { nodeAt } from '../source/syntax.ts'
import {
  flatten,
  holeCharacter,
  type LocatorValue,
  type Module,
  type Span,
  type Text,
  type TracedPart,
} from '../source/values.ts'

/**
 * Puts a traced locator into the form the rest of the engine uses: holes filled with what they stood for at run time,
 * every literal with its place and with where its text lies in the whole part.
 * @param prefix steps of the selector that was run which the source does not tell; they have no place
 */
export function toLocatorSource(
  value: LocatorValue,
  filling: Filling,
  prefix: readonly LocatorStep[],
  module: (file: string) => Module | null,
): LocatorSource | null {
  const last = value.steps.at(-1)
  if (last === undefined) return null
  const steps = value.steps.map(
    (traced): LocatorSourceStep => ({
      step: filledStep(traced.step, filling),
      ...traced.span,
      raw: rawOf(traced.span, module),
      literals: traced.parts.flatMap((part) => literalsOf(part, filling, module)),
      form: traced.form,
    }),
  )
  const unknown = prefix.map((step): LocatorSourceStep => ({ step, file: '', start: 0, end: 0, literals: [] }))
  const span = expressionSpan(last.span, module)
  return { dialect: 'playwright', ...span, raw: rawOf(span, module), steps: [...unknown, ...steps] }
}

function filledStep(step: LocatorStep, filling: Filling): LocatorStep {
  const filled = fillHoles(step, filling)
  // Which engine a selector string means may only show once it is whole.
  return filled.kind === 'css' ? { ...filled, ...selectorToStep(filled.value) } : filled
}

/** The whole expression that ends with a step, from its beginning (`page`, `this.row`) on. */
function expressionSpan(
  span: LocatorSource['steps'][number] | { file: string; start: number; end: number },
  module: (file: string) => Module | null,
) {
  const root = module(span.file)?.tree.root
  let node = root === undefined ? null : nodeAt(root, span.start, span.end)
  while (node !== null && node.end === span.end && node.type !== 'call_expression' && node.parent?.end === span.end)
    node = node.parent
  const whole = node !== null && node.end === span.end && node.start < span.start ? node.start : span.start
  return { file: span.file, start: whole, end: span.end }
}

type Modules = (file: string) => Module | null

function rawOf(span: Span, module: Modules): string {
  return module(span.file)?.tree.text.slice(span.start, span.end) ?? ''
}

function literalsOf(part: TracedPart, filling: Filling, module: Modules): LiteralSource[] {
  if (part.kind !== 'text') {
    const { value, kind, shared } = part
    return [{ part: part.part, ...part.span, raw: rawOf(part.span, module), value, kind, shared, at: 0 }]
  }
  const found: LiteralSource[] = []
  collect(part.text, part.part, 0, filling, found)
  return found.map((each) => ({ ...each, raw: rawOf(each, module) }))
}

/** Adds the literals of a text that begins at `at` within the whole; returns where it ends. */
function collect(text: Text, part: string, at: number, filling: Filling, found: LiteralSource[]): number {
  switch (text.kind) {
    case 'fixed':
      return at + text.text.length
    case 'literal':
      found.push({ part, ...text.span, value: text.text, kind: 'string', shared: text.shared, at })
      return at + text.text.length
    case 'concat':
      return text.parts.reduce((offset, each) => collect(each, part, offset, filling, found), at)
    case 'hole': {
      const filled = filling.get(holeCharacter(text.id)) ?? ''
      for (const option of text.options) {
        const inner = matchText(flatten(option, filling), filled)
        if (inner === null) continue
        collect(option, part, at, new Map([...filling, ...inner]), found)
        break
      }
      return at + filled.length
    }
    case 'template': {
      const chunks: LiteralChunk[] = []
      const nested: LiteralSource[] = []
      let offset = at
      for (const each of text.parts) {
        if (each.kind === 'chunk') {
          chunks.push({ text: each.text, dynamic: false, start: each.span.start, end: each.span.end })
          offset += each.text.length
        } else {
          const end = collect(each, part, offset, filling, nested)
          chunks.push({ text: fillHoles(flatten(each), filling).slice(0, end - offset), dynamic: true })
          offset = end
        }
      }
      const value = chunks.map((chunk) => chunk.text).join('')
      found.push({ part, ...text.span, value, kind: 'template', chunks, shared: text.shared, at }, ...nested)
      return offset
    }
  }
}
