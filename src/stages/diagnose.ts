import { posix } from 'node:path'
import { type Classification, classify } from '../diagnosis/classify.ts'
import { findLocatorSource } from '../diagnosis/find-source.ts'
import { signatureOf } from '../diagnosis/signature.ts'
import { failingAction, snapshotAtFailure, type TraceAction } from '../dom/trace.ts'
import type { Diagnosis, Failure, FailureType, Framework, LocatorSource, SourceLocation } from '../model.ts'
import type { ReadFile } from '../source/patch-set.ts'
import type { Module } from '../source/values.ts'
import { explainUndefined } from './explain-undefined.ts'
import type { Case } from './state.ts'

/** Suites that call the product itself, or its client: what a fix could change is where the tests call it. */
const CODE_SUITES: readonly Framework[] = ['pytest', 'vitest', 'node-test', 'jest']
const SCRIPT_SUITES: readonly Framework[] = ['vitest', 'node-test', 'jest']

/** The call a test failed on, by its trace; without one, by its source. */
export const failedCall = (one: Case): TraceAction | null =>
  one.trace ? failingAction(one.trace) : (one.steps?.failed ?? null)

/** The attribute that holds test ids, as far as the trace or the source of a test tells. */
export const testIdAttributeOf = ({ trace, steps }: Case): string | undefined => {
  const read = steps?.use.testIdAttribute
  return trace?.testIdAttribute ?? (typeof read === 'string' ? read : undefined)
}

/** Says what one failing test fails for now: type, signature, and where in the source a fix would go. */
export const diagnose = async (
  one: Case,
  root: string,
  readFile: ReadFile,
  cache: Map<string, Module> = new Map(),
): Promise<Diagnosis> => {
  const action = failedCall(one)
  const error = one.failure.errors[0]
  const reported = action && action.stack.length > 0 ? action.stack : (error?.stack ?? [])
  const isCode = CODE_SUITES.includes(one.test.framework)
  const stack = isCode ? inSuite(reported, one.test.file, root) : reported
  const isScript = SCRIPT_SUITES.includes(one.test.framework)
  const at = isScript ? relative(stack[0] ?? null, root) : null
  const said = classify(at ? withSnippet(one.failure, at, readFile) : one.failure, action)
  const { found, place } = at
    ? await explainUndefined(said, one.failure, at, readFile)
    : { found: waitedElsewhere(said, one, action), place: null }
  const selector = found.locator?.selector
  const attribute = testIdAttributeOf(one)
  const source = selector
    ? await findLocatorSource({
        selector,
        stack,
        testFile: one.test.file,
        root,
        readFile,
        cache,
        ...(attribute === undefined ? {} : { testIdAttribute: attribute }),
      })
    : null
  const location = source
    ? definitionOf(source, readFile)
    : (place ?? relative(stack[0] ?? error?.location ?? null, root))
  return {
    failureType: found.failureType,
    signature: signatureOf({
      failureType: found.failureType,
      file: location?.file ?? one.test.file,
      target: targetOf(found, selector, location, one, readFile),
    }),
    rootCause: found.rootCause,
    affected: found.affected,
    expected: found.expected,
    actual: found.actual,
    location,
    message: error?.message ?? '',
    ...(found.locator ? { locator: { ...found.locator, ...(source ? { source } : {}) } } : {}),
    suggestions: found.suggestions,
  }
}

/** A wait for an address that ran out while the page was at another one: that is what the test was wrong about. */
const waitedElsewhere = (said: Classification, { trace }: Case, action: TraceAction | null): Classification => {
  const waits = action?.error?.message.includes('page.waitForURL: ') ? (action.log[0] ?? '') : ''
  const expected = /^waiting for navigation to "([^"]{1,2000})"/.exec(waits)?.[1]
  if (said.failureType !== 'timeout' || expected === undefined) return said
  const snapshot = trace && action ? snapshotAtFailure(trace, action) : null
  const actual = trace && snapshot ? trace.frameHtml(snapshot)?.url : undefined
  if (!actual || actual === expected) return said
  return {
    ...said,
    failureType: 'assertion_mismatch',
    rootCause: `The page is at ${actual} where the test waits for ${expected}.`,
    affected: 'page URL',
    expected,
    actual,
    suggestions: [],
  }
}

/** A test may fail deep in the product it calls: what a fix could change is where the tests call it. */
const inSuite = (stack: readonly SourceLocation[], testFile: string, root: string): readonly SourceLocation[] => {
  const folder = testFile.includes('/') ? testFile.slice(0, testFile.lastIndexOf('/') + 1) : null
  const own = stack.filter((frame) => {
    const file = relative(frame, root)?.file ?? ''
    return file === testFile || (folder !== null && file.startsWith(folder))
  })
  return own.length > 0 ? own : stack
}

/** Runners of scripts print no source, or only some of them do: the line that failed tells what it was about. */
const withSnippet = (failure: Failure, { file, line }: SourceLocation, readFile: ReadFile): Failure => {
  const [first, ...others] = failure.errors
  const text = (readFile(file) ?? '').split('\n', line)[line - 1]
  return first && !first.snippet && text
    ? { ...failure, errors: [{ ...first, snippet: `> ${text}` }, ...others] }
    : failure
}

const NAMED: readonly FailureType[] = ['field_renamed', 'api_changed', 'selector_not_found']

/** What tells one cause from another: where the message names no field or API, the line that failed. */
const targetOf = (
  found: Classification,
  selector: string | undefined,
  location: SourceLocation | null,
  { test }: Case,
  readFile: ReadFile,
): string => {
  const isCode = CODE_SUITES.includes(test.framework)
  // One element may be asserted to say one thing and, a step later, another.
  if (found.failureType === 'assertion_mismatch' && !isCode)
    return `${selector ?? found.affected}\n${found.expected ?? ''}`
  if (selector !== undefined) return selector
  if (!isCode || !location || NAMED.includes(found.failureType)) return found.affected
  const lines = (readFile(location.file) ?? '').split('\n', location.line)
  const line = lines.at(-1)?.trim() ?? ''
  const parts = [found.affected, line.slice(0, 500), givenIn(lines).slice(0, 500)].filter(Boolean)
  return (found.failureType === 'timeout' ? parts.map(withoutLimits) : parts).join('\n')
}

/** A limit that was lengthened and is too short again is the same cause: the number does not tell it from another. */
const withoutLimits = (text: string): string =>
  text
    .replace(/(timeout\w{0,40}["']?\s{0,4}[=:(]\s{0,4})\d[\d_.]*/gi, '$1#')
    .replace(/\b\d[\d_.]*(?= ?(?:ms|s|secs?|seconds?|min|minutes?)\b)/g, '#')

/** The nearest line above the last one that gives one of its names a value: `response.status` alone tells little. */
const givenIn = (lines: readonly string[]): string => {
  const names = new Set((lines.at(-1) ?? '').slice(0, 500).match(/[A-Za-z_$][\w$]*/g) ?? [])
  const above = lines.slice(-MAX_LINES_UP, -1).reverse()
  const isGiving = (line: string): boolean => {
    const name = /^\s*(?:(?:const|let|var)\s+)?([A-Za-z_$][\w$]*)(?:\s*:[^=]{1,200})?\s*=(?!=)/.exec(
      line.slice(0, 500),
    )?.[1]
    return name !== undefined && names.has(name)
  }
  return above.find(isGiving)?.trim() ?? ''
}
const MAX_LINES_UP = 40

/** Where the locator's last step is defined: that is what a reader wants to see, be it a page object or a constant. */
const definitionOf = (source: LocatorSource, readFile: ReadFile): SourceLocation => {
  const last = source.steps.at(-1)
  const { file, start } = last?.literals[0] ?? last ?? source
  const before = (readFile(file) ?? '').slice(0, start)
  return { file, line: before.split('\n').length, column: start - before.lastIndexOf('\n') }
}

const relative = (location: SourceLocation | null, root: string): SourceLocation | null => {
  if (!location) return null
  const file = location.file.replaceAll('\\', '/')
  const base = root.replaceAll('\\', '/').replace(/\/$/, '')
  return { ...location, file: file.startsWith(`${base}/`) ? posix.normalize(file.slice(base.length + 1)) : file }
}
