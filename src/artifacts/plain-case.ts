import { stripAnsi } from '../dom/trace-lines.ts'
import type { FailureError, Framework } from '../model.ts'
import { errorType, parseStack } from './stack-text.ts'
import { ArtifactError, type ArtifactFile, type ReadContext, type TestOutcome } from './types.ts'

/** A test as the simpler formats tell of it: one outcome, at most one error. */
export interface PlainCase {
  readonly title: string
  /** As the report gives it; empty where it does not. */
  readonly source: string
  readonly line?: number
  readonly framework: Framework
  readonly outcome: TestOutcome['outcome']
  readonly type?: string
  readonly message?: string
  /** Printed stack, where it is not part of the message. */
  readonly trace?: string
  readonly durationMs: number
  /** Tries before the last one, all failed. */
  readonly retries?: number
}

/** A plain case as the engine knows outcomes. Where the report names no file, the innermost frame of its stack does. */
export const toPlainOutcome = (one: PlainCase, file: ArtifactFile, context: ReadContext): TestOutcome => {
  const isFailed = one.outcome === 'failed'
  const errors = isFailed ? [toError(one, context)] : []
  const source = one.source || (errors[0]?.stack.at(-1)?.file ?? '')
  const path = source === '' ? null : context.paths.source(source)
  const retries = Math.min(20, Math.max(0, one.retries ?? 0))
  const last = isFailed ? 'failed' : one.outcome === 'skipped' ? 'skipped' : 'passed'
  return {
    file: path ?? source,
    resolved: path !== null,
    title: one.title,
    ...(one.line === undefined ? {} : { line: one.line }),
    framework: one.framework,
    outcome: !isFailed && retries > 0 && last === 'passed' ? 'flaky' : one.outcome,
    attempts: [...Array.from({ length: retries }, () => 'failed' as const), last],
    errors,
    attachments: [],
    traces: [],
    durationMs: Math.round(one.durationMs) || 0,
    artifact: file.path,
  }
}

const toError = ({ type, message = '', trace = '' }: PlainCase, { limits }: ReadContext): FailureError => {
  const said = stripAnsi(message.slice(0, limits.maxMessage)).trim()
  const printed = stripAnsi(trace.slice(0, limits.maxMessage)).trim()
  const stack = parseStack(printed || said)
  const text = said === '' ? printed : said
  return {
    type: type || errorType(said) || errorType(printed),
    message: text || 'The test failed; the report does not say why.',
    stack,
    location: stack[0],
  }
}

/** Parses a report in JSON; what is none becomes an error that says so. */
export const parseJson = (text: string, what: string, file: ArtifactFile): unknown => {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new ArtifactError(
      `${file.name}: the ${what} is not valid JSON (${error instanceof Error ? error.message : error}).`,
      'It was cut off or mixed with other output. Write it to a file of its own.',
    )
  }
}
