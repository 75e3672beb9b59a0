import { realpathSync } from 'node:fs'
import { isAbsolute, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { stripVTControlCharacters as stripAnsi } from 'node:util'
import type { FailureError, FrameNames, NameTree, SourceLocation, TestRef } from '../model.ts'
import type { RerunOutcome } from './playwright.ts'
import { isWholeFile } from './suite.ts'

/** One line of our reporters for Node's runners: a test that ended, or, without titles, a file that did not load. */
export interface ScriptLine {
  readonly file: string
  readonly titles: readonly string[]
  readonly status: 'passed' | 'failed' | 'skipped'
  readonly ms: number
  readonly errors: readonly ScriptError[]
}

export interface ScriptError {
  readonly name?: string
  readonly message?: string
  readonly stack?: string
  readonly expected?: string
  readonly actual?: string
  readonly cause?: string
  readonly code?: string
  /** What node:test calls the kind of a failure, e.g. `testTimeoutFailure`. */
  readonly kind?: string
  readonly frames?: readonly SourceLocation[]
}

/** What the capture says of one exception. */
export interface ScriptCapture {
  readonly text: string
  readonly scopes: readonly FrameNames[]
}

const MAX_LINES = 50_000

/** Reads JSON lines; one that was cut off by a kill, or is none of ours, is left out. */
const readAll = <T>(text: string, isOurs: (value: object) => value is T & object): T[] =>
  text.split('\n', MAX_LINES).flatMap((line): T[] => {
    if (line === '') return []
    try {
      const value: unknown = JSON.parse(line)
      return typeof value === 'object' && value !== null && isOurs(value) ? [value] : []
    } catch {
      return []
    }
  })

export const readScriptLines = (text: string): ScriptLine[] => readAll(text, isLine)
export const readCaptures = (text: string): ScriptCapture[] => readAll(text, isCapture)

const isLine = (value: object): value is ScriptLine =>
  'file' in value &&
  typeof value.file === 'string' &&
  'titles' in value &&
  Array.isArray(value.titles) &&
  'status' in value &&
  'errors' in value &&
  Array.isArray(value.errors)

const isCapture = (value: object): value is ScriptCapture =>
  'text' in value &&
  typeof value.text === 'string' &&
  'scopes' in value &&
  Array.isArray(value.scopes) &&
  value.scopes.every((scope: unknown) => typeof scope === 'object' && scope !== null && 'names' in scope)

export interface ScriptReading {
  readonly lines: readonly ScriptLine[]
  readonly captures: readonly ScriptCapture[]
  readonly tests: readonly TestRef[]
  readonly root: string
  readonly repeat: number
  readonly artifact: string
}

/** What the lines say of each test that was asked for; a test of which they say nothing has no outcome. */
export const scriptOutcomes = (reading: ScriptReading): RerunOutcome[] => {
  const root = realpathSync(reading.root)
  const placed = reading.lines.map((line) => ({ ...line, file: within(root, line.file) }))
  return reading.tests.flatMap((test): RerunOutcome[] => {
    const inFile = placed.filter(({ file }) => file === test.file)
    const own = isWholeFile(test) ? inFile : inFile.filter((line) => isOf(line, test))
    // A file that does not load takes its tests along.
    const broken = inFile.filter(({ titles, status }) => titles.length === 0 && status === 'failed')
    const told = own.length > 0 ? own : broken
    if (told.length === 0) return []
    const failed = told.find(({ status }) => status === 'failed')
    const status = failed ? 'failed' : told.every((line) => line.status === 'skipped') ? 'skipped' : 'passed'
    const durationMs = Math.round(told.reduce((sum, { ms }) => sum + (Number(ms) || 0), 0))
    return [
      {
        test,
        passed: status === 'passed',
        status,
        attempts: [status],
        repeat: reading.repeat,
        durationMs,
        ...(failed ? { failure: toFailure(test, failed, durationMs, reading, root) } : {}),
      },
    ]
  })
}

const isOf = ({ titles }: ScriptLine, test: TestRef): boolean => titles.join(' › ') === test.title

const toFailure = (test: TestRef, line: ScriptLine, durationMs: number, reading: ScriptReading, root: string) => {
  const errors = line.errors.map((error) => toError(error, test, root))
  const first = errors[0]
  const capture = first ? captureOf(first, reading.captures) : undefined
  return {
    test,
    errors: errors.length > 0 ? errors : [{ message: 'The test failed and said nothing.', stack: [] }],
    attachments: [],
    attempts: ['failed' as const],
    durationMs,
    artifact: reading.artifact,
    ...(capture ? { scopes: capture.scopes.filter(({ names }) => isTree(names)) } : {}),
  }
}

const isTree = (value: unknown): value is NameTree => typeof value === 'object' && value !== null

const toError = (error: ScriptError, test: TestRef, root: string): FailureError => {
  const said = stripAnsi(error.message ?? '')
  const printed = framesIn(stripAnsi(error.stack ?? ''))
  const frames = [...(error.frames ?? []), ...printed]
    .map((frame) => ({ file: within(root, frame.file), line: frame.line, column: frame.column }))
    .filter(({ file }) => !isAbsolute(file) && !file.startsWith('..') && !/(?:^|\/)node_modules\//.test(file))
  const stack = frames.filter(
    (frame, at) => frames.findIndex((other) => other.file === frame.file && other.line === frame.line) === at,
  )
  const name = error.name ?? /^(?:Uncaught )?(\w*Error)\b/m.exec(said)?.[1]
  const detail = [
    ...(error.cause ? [`Caused by: ${stripAnsi(error.cause)}`] : []),
    ...(error.code && !said.includes(error.code) ? [`Code: ${error.code}`] : []),
    ...(error.expected !== undefined && error.actual !== undefined
      ? [`Expected: ${stripAnsi(error.expected)}`, `Received: ${stripAnsi(error.actual)}`]
      : []),
  ]
  const head = name && !said.startsWith(name) ? `${name}: ${said}` : said
  return {
    type: error.kind === 'testTimeoutFailure' ? 'TimeoutError' : name,
    message: [head, ...detail].join('\n'),
    stack,
    location: stack[0] ?? { file: test.file, line: test.line ?? 1, column: 0 },
  }
}

/** `at f (file:1:2)`, and vitest's `❯ f file:1:2`; of a file that does not load also `file:1` alone on its line. */
const framesIn = (stack: string): readonly SourceLocation[] =>
  stack.split('\n', 300).flatMap((line): SourceLocation[] => {
    const found =
      /^\s*(?:at|❯) (?:.*?[( ])??((?:file:\/\/)?[^\s():]+\.[cm]?[jt]sx?):(\d+)(?::(\d+))?\)?$/.exec(
        line.slice(0, 1_000),
      ) ?? /^(file:\/\/[^\s():]+\.[cm]?[jt]sx?|\/[^\s():]+\.[cm]?[jt]sx?):(\d+)$/.exec(line.slice(0, 1_000))
    return found?.[1] ? [{ file: found[1], line: Number(found[2]), column: Number(found[3] ?? 0) }] : []
  })

/** The exception of that message that left one of the frames of the failure. */
const captureOf = ({ message, stack }: FailureError, captures: readonly ScriptCapture[]): ScriptCapture | undefined => {
  const head = message.split('\n', 1)[0]?.replace(/^\w+: /, '') ?? ''
  return captures.findLast(
    ({ text, scopes }) =>
      head !== '' &&
      text.includes(head) &&
      scopes.some((scope) => stack.some(({ file, line }) => file === scope.file && line === scope.line)),
  )
}

/** A path below the root as relative to it; any other as it is. */
const within = (root: string, path: string): string => {
  let plain = path
  try {
    if (path.startsWith('file://')) plain = fileURLToPath(path)
  } catch {
    return path
  }
  if (!isAbsolute(plain)) return plain.replaceAll('\\', '/')
  const found = relative(root, real(plain))
  return found.startsWith('..') ? plain : found.split(sep).join('/')
}

const real = (path: string): string => {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}
