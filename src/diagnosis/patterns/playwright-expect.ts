import { type Finding, firstLine, type RuleInput } from '../rule.ts'
import { callLog, readWaiting } from './playwright-log.ts'

/** Matchers that ask whether an element is there; negated, or the other way round, they want it gone. */
const PRESENCE = new Set(['toBeVisible', 'toBeAttached', 'toBeInViewport'])
const ON_PAGE: Readonly<Record<string, string>> = { toHaveTitle: 'page title', toHaveURL: 'page URL' }

/**
 * `expect(locator).toHaveText(…)` and its like, in the wording of all versions, and of Python. An assertion that wants
 * an element gone is never a lost locator, however it fails.
 */
export function findAssertion(input: RuleInput): Finding | null {
  const head = readHead(input.message)
  // A page that went away said nothing of what was expected.
  if (!head || /^\S+: (?:Browser|Target|Page|Test)\b[^\n]*(?:closed|ended|crashed)/.test(input.message)) return null
  const { subject, negated, matcher } = head
  const log = callLog(input.message)
  const waited = log.map(readWaiting).find((each) => each !== null)?.text
  const named = /^[ \t]*Locator:\s+(.+)$/m.exec(input.message)?.[1]?.trim()
  const locator = named ?? (subject === 'locator' ? (waited ?? input.action?.locatorText) : undefined)
  const listed = listDifference(input.message)
  const expected =
    listed?.expected ??
    readValue(
      input.message,
      /^[ \t]*Expected(?: (?:string|pattern|substring|value|count|text|array|object))?(?: pattern| substring)?:\s+(.*)$/m,
    )
  const actual =
    listed?.actual ??
    readValue(input.message, /^[ \t]*(?:Received(?: (?:string|value|array|object))?|Actual value):\s+(.*)$/m)
  const page = ON_PAGE[matcher]
  if (page !== undefined || locator === undefined) return mismatch(page ?? assertionName(head), head, expected, actual)
  const absent = wantsAbsence(matcher, negated, expected, input)
  const element = { kind: absent ? ('absent' as const) : ('expect' as const), text: locator }
  const missing =
    /element\(s\) not found/.test(input.message) ||
    (matcher === 'toHaveCount' && actual === '0') ||
    neverResolved(log, actual)
  if (missing && !absent) {
    return {
      failureType: 'selector_not_found',
      rootCause: `${locator} matches nothing on the page.`,
      affected: locator,
      expected: expected ?? '1 element',
      actual: 'none',
      element,
      suggestions: ['Compare the locator with the page as the trace shows it at that step.'],
    }
  }
  if (absent) {
    return {
      failureType: 'assertion_mismatch',
      rootCause: `${locator} is there where the test wants it gone.`,
      affected: locator,
      expected: expected ?? 'gone',
      actual: actual ?? 'there',
      element,
    }
  }
  return { ...mismatch(locator, head, expected, actual), element }
}

/** Entries of a list that are others than expected, one a line; null where entries came or went. */
function listDifference(message: string): { expected: string; actual: string } | null {
  const start = /^[- ]\s+(?:Array )?\[$/m.exec(message)?.index
  if (start === undefined) return null
  const lines = message.slice(start).split('\n', 400).slice(1)
  const entries = lines.slice(
    0,
    lines.findIndex((line) => /^\s+\],?$/.test(line)),
  )
  const of = (sign: string): string[] =>
    entries.flatMap((line) => (line.startsWith(sign) ? [readEntry(line.slice(1))] : []))
  const [gone, come] = [of('-'), of('+')]
  return gone.length > 0 && gone.length === come.length ? { expected: gone.join('\n'), actual: come.join('\n') } : null
}

function readEntry(line: string): string {
  const text = line.trim().replace(/,$/, '')
  return /^"[\s\S]*"$/.test(text) ? text.slice(1, -1).replaceAll('\\"', '"') : text
}

interface Head {
  readonly subject: string
  readonly negated: boolean
  readonly matcher: string
}

function readHead(message: string): Head | null {
  const script =
    /expect(?:\.soft|\.poll)?\((locator|page|received|value|response|apiResponse|[\w.]*)\)(?:\.(?:resolves|rejects))?\.(not\.)?(to\w+)/.exec(
      message,
    )
  if (script?.[3]) return { subject: script[1] ?? '', negated: script[2] !== undefined, matcher: script[3] }
  const older = /^(?:\w*Error: )?expect\.(not\.)?(to\w+): /.exec(message)
  if (older?.[2]) return { subject: 'locator', negated: older[1] !== undefined, matcher: older[2] }
  const onPage = /^(?:\w*Error: )?Page (URL|title) expected (not )?to /.exec(message)
  if (onPage)
    return {
      subject: 'page',
      negated: onPage[2] !== undefined,
      matcher: onPage[1] === 'URL' ? 'toHaveURL' : 'toHaveTitle',
    }
  const python = /(Locator|Page) expected (not )?to (be|have|contain|match) ?(\w*)/.exec(message)
  if (!python) return null
  const noun = (python[4] ?? '').replace(/^./, (char) => char.toUpperCase())
  const verb = (python[3] ?? '').replace(/^./, (char) => char.toUpperCase())
  return { subject: python[1]?.toLowerCase() ?? '', negated: python[2] !== undefined, matcher: `to${verb}${noun}` }
}

function wantsAbsence(matcher: string, negated: boolean, expected: string | null, input: RuleInput): boolean {
  if (input.action?.kind === 'absent') return true
  if (PRESENCE.has(matcher)) return negated || /^(?:hidden|detached|not )/.test(expected ?? '')
  if (matcher === 'toBeHidden' || matcher === 'toBeDetached') return !negated
  return matcher === 'toHaveCount' && !negated && expected === '0'
}

/** Versions before 1.50 do not always say so; then the log without a single match does. */
function neverResolved(log: readonly string[], actual: string | null): boolean {
  const waits = log.some((line) => readWaiting(line) !== null)
  return (
    waits &&
    (actual === null || actual === 'None' || actual === '') &&
    !log.some((line) => /^locator resolved to/.test(line))
  )
}

function mismatch(affected: string, head: Head, expected: string | null, actual: string | null): Finding {
  const isNegation = head.negated && !expected?.startsWith('not ')
  const wanted = `${isNegation ? 'not ' : ''}${expected ?? 'what the test wants'}`
  const rootCause =
    expected === null && actual === null
      ? `${assertionName(head)} does not hold for ${affected}.`
      : `${affected === assertionName(head) ? 'The value' : affected} is ${show(actual ?? 'something else')} where the test wants ${show(wanted)}.`
  return { failureType: 'assertion_mismatch', rootCause, affected, expected, actual }
}

function show(text: string): string {
  return text.trim() === '' ? 'empty' : firstLine(text, 120)
}

function assertionName(head: Head): string {
  return `${head.negated ? 'not.' : ''}${head.matcher}`
}

function readValue(message: string, pattern: RegExp): string | null {
  const text = pattern.exec(message)?.[1]?.trim()
  if (text === undefined || text === '') return null
  return /^"[\s\S]*"$/.test(text) ? text.slice(1, -1).replaceAll('\\"', '"') : text
}
