import type { TraceAction } from '../dom/trace-types.ts'
import type { ActionKind, Failure, FailureType } from '../model.ts'

/** One error of a failure as the rules see it. */
export interface RuleInput {
  /** Exception type without its package: `NoSuchElementException`; empty where unknown. */
  readonly type: string
  /** As given, package included. */
  readonly fullType: string
  /** Message, with whatever traceback the artifact printed along with it. */
  readonly message: string
  /** Lines of source that the artifact prints, the failing one first where it is marked; empty where there are none. */
  readonly source: string
  readonly failure: Failure
  /** The call the test failed on, where there is a trace. */
  readonly action: TraceAction | null
}

/** What a rule found out. Sentences begin with a capital letter and end with a full stop. */
export interface Finding {
  readonly failureType: FailureType
  readonly rootCause: string
  /** The locator, field, resource or API, as a person would name it. */
  readonly affected: string
  readonly expected?: string | null
  readonly actual?: string | null
  readonly suggestions?: readonly string[]
  /** For failures about an element: what was wanted of it, and the locator as the report writes it. */
  readonly element?: { readonly kind: ActionKind; readonly text: string }
}

/** One row of an ecosystem's table; null hands over to the next row. */
export interface Rule {
  readonly name: string
  find(input: RuleInput): Finding | null
}

/** A row that goes by exception type. */
export function byType(name: string, types: RegExp, find: (input: RuleInput) => Finding | null): Rule {
  return { name, find: (input) => (types.test(input.type) ? find(input) : null) }
}

/** A row that goes by a pattern in the message; give types to have the pattern tried for those alone. */
export function byMessage(
  name: string,
  pattern: RegExp,
  find: (match: RegExpExecArray, input: RuleInput) => Finding | null,
  types?: RegExp,
): Rule {
  return {
    name,
    find(input) {
      if (types && !types.test(input.type)) return null
      const match = pattern.exec(input.message)
      return match ? find(match, input) : null
    },
  }
}

/** First line of a message, cut to a length that fits a sentence. */
export function firstLine(text: string, max = 200): string {
  const line = text.split('\n', 1)[0]?.trim() ?? ''
  return line.length > max ? `${line.slice(0, max - 1)}…` : line
}

/** Text without the quotes or back-ticks around it. */
export function unquote(text: string): string {
  const trimmed = text.trim()
  return /^(["'`])[\s\S]*\1$/.test(trimmed) ? trimmed.slice(1, -1) : trimmed
}

export const SUGGEST_ACCESS: readonly string[] = [
  'Check the credentials and the rights of the account the tests run with.',
]
export const SUGGEST_REACH: readonly string[] = [
  'Check that the service was up and reachable from where the tests ran, then run them again.',
]
