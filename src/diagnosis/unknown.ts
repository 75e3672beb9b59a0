import { stripAnsi } from '../dom/trace-lines.ts'
import type { TraceAction } from '../dom/trace-types.ts'
import type { Failure, FailureError } from '../model.ts'
import type { Classification } from './classification.ts'
import { firstLine } from './rule.ts'

const MAX = 20_000
/** An exception with what it says, behind pytest's `E` or bare; a panic; the last one of a traceback is what ended it. */
const EXCEPTION =
  /^(?:E\s+)?((?:[\w-]{1,80}[.$:]{1,2}){0,12}[A-Z]\w{0,80}(?:Error|Exception|Failure|Fault|Exit|Interrupt|Warning)(?:: [^\n]*)?|panic: [^\n]+)$/gm

/**
 * What can be said of a failure that no rule knows: what ended the test in its own words, where that was raised, and in which
 * step. Different failures must stay different ones: what was said is what is affected.
 */
export const unknownCause = (failure: Failure, action: TraceAction | null): Classification => {
  const error = failure.errors[0]
  const said = error ? saidBy(error) : ''
  const known = { failureType: 'unknown', expected: null, actual: null } as const
  if (said === '')
    return {
      ...known,
      rootCause: 'The report says neither what went wrong nor where.',
      affected: action?.title ?? 'test',
      suggestions: ['Keep more of the run: its output in the JUnit XML, the JSON report, or a trace.'],
    }
  const [place] = error?.stack ?? []
  const where = place ? ` in ${place.file}:${place.line}` : ''
  const step = action ? `, at the step “${firstLine(action.title, 100)}”` : ''
  return {
    ...known,
    rootCause: `It ended with “${said}”${where}${step}; nothing that is known here tells more of the cause.`,
    affected: action?.title ?? firstLine(said, 100),
    suggestions: [
      place && !isTest(place.file, failure)
        ? `It was raised outside of the test: look at ${place.file}:${place.line} first.`
        : 'Read the full message, and what the test did last.',
      'A kind of failure that comes back can be taught: a healer of the project’s own in `.self-heal/`, for `unknown`.',
    ],
  }
}

/** The exception that ended a test, else the first line that says something. */
const saidBy = ({ message, type }: FailureError): string => {
  const text = stripAnsi(message).slice(0, MAX)
  const exceptions = [...text.matchAll(EXCEPTION)].map(([, said = '']) => said)
  const line = text.split('\n').find((each) => /[\p{L}\p{N}]/u.test(each)) ?? ''
  const said = exceptions.find((each) => each.startsWith('panic: ')) ?? exceptions.at(-1) ?? line
  const plain = said.trim().replace(/^(?:>|E)\s+/, '')
  const named = type && !plain.includes(type.split('.').at(-1) ?? type) ? `${type}: ${plain}` : plain
  return firstLine(named, 200).replace(/[.:]$/, '')
}

const isTest = (file: string, { test }: Failure): boolean =>
  file.endsWith(test.file) ||
  /(?:^|[\\/])(?:tests?|__tests__|spec|e2e)[\\/]|[._-](?:spec|test)\.|(?:^|[\\/])test_/.test(file)
