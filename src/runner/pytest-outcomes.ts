import type { Failure, FrameNames, NameTree, SourceLocation, TestRef } from '../model.ts'
import type { RerunOutcome } from './playwright.ts'

/** One line of our plugin: a phase of a test, or a file that could not be loaded. */
export interface PytestLine {
  readonly id: string
  /** Relative to the repository's root. */
  readonly file: string
  readonly when: 'setup' | 'call' | 'teardown' | 'collect'
  readonly outcome: 'passed' | 'failed' | 'skipped'
  readonly seconds: number
  readonly text: string
  readonly error?: PytestError
}

interface PytestError {
  readonly type: string
  readonly module: string
  readonly text: string
  readonly frames: readonly { readonly file: string; readonly line: number }[]
  readonly scopes?: readonly FrameNames[]
  readonly present?: readonly string[]
}

const MAX_LINES = 50_000

/** Reads what the plugin wrote; a line that was cut off by a kill is left out. */
export function readLines(text: string): PytestLine[] {
  const found: PytestLine[] = []
  for (const line of text.split('\n', MAX_LINES)) {
    if (line === '') continue
    try {
      const value: unknown = JSON.parse(line)
      if (isLine(value)) found.push(value)
    } catch {
      // The last line of a run that was killed.
    }
  }
  return found
}

const isLine = (value: unknown): value is PytestLine =>
  typeof value === 'object' &&
  value !== null &&
  'id' in value &&
  typeof value.id === 'string' &&
  'file' in value &&
  typeof value.file === 'string' &&
  'outcome' in value &&
  'when' in value

/** What the lines say of each test that was asked for; a test of which they say nothing has no outcome. */
export function outcomesOf(
  lines: readonly PytestLine[],
  tests: readonly TestRef[],
  repeat: number,
  artifact: string,
): RerunOutcome[] {
  return tests.flatMap((test): RerunOutcome[] => {
    const own = lines.filter((line) => line.file === test.file && (line.when === 'collect' || isOf(line, test)))
    if (own.length === 0) return []
    const failed = own.find((line) => line.outcome === 'failed')
    const skipped = !failed && own.some((line) => line.outcome === 'skipped')
    const status = failed ? 'failed' : skipped ? 'skipped' : 'passed'
    const durationMs = Math.round(own.reduce((sum, { seconds }) => sum + (Number(seconds) || 0), 0) * 1000)
    return [
      {
        test,
        passed: status === 'passed',
        status,
        attempts: [status],
        repeat,
        durationMs,
        ...(failed ? { failure: toFailure(test, failed, durationMs, artifact) } : {}),
      },
    ]
  })
}

/** A test whose title is its file's path is the whole file: one that could not be loaded. */
export const isWholeFile = ({ file, title }: Pick<TestRef, 'file' | 'title'>): boolean =>
  title === file || file.endsWith(`/${title}`)

const isOf = (line: PytestLine, test: TestRef): boolean =>
  isWholeFile(test) || line.id.slice(line.id.indexOf('::') + 2) === test.title.split(' › ').join('::')

function toFailure(test: TestRef, line: PytestLine, durationMs: number, artifact: string): Failure {
  const { error } = line
  const text = String(line.text ?? '')
  const stack = error
    ? error.frames.map(({ file, line: at }) => ({ file, line: at, column: 0 }))
    : collected(text, test)
  const type = error ? (error.module === 'builtins' ? error.type : `${error.module}.${error.type}`) : thrown(text)
  return {
    test,
    errors: [
      {
        type,
        message: error ? `${error.type}: ${error.text}\n${text}` : text,
        stack,
        location: stack[0],
        snippet: text
          .split('\n')
          .filter((each) => each.startsWith('>'))
          .join('\n')
          .slice(0, 4_000),
      },
    ],
    attachments: [],
    attempts: ['failed'],
    durationMs,
    artifact,
    ...(error?.scopes ? { scopes: error.scopes.filter(({ names }) => isTree(names)) } : {}),
    ...(error?.present ? { present: error.present } : {}),
  }
}

const isTree = (value: unknown): value is NameTree => typeof value === 'object' && value !== null

/** `tests/test_a.py:1: in <module>`, innermost last. */
const collected = (text: string, test: TestRef): SourceLocation[] =>
  [...text.matchAll(/^(\S+\.py):(\d+): in /gm)]
    .map(([, file = '', line]) => ({
      file: file.endsWith(test.file) ? test.file : file,
      line: Number(line),
      column: 0,
    }))
    .filter(({ file }) => !file.startsWith('/') && !file.startsWith('..'))
    .reverse()

const thrown = (text: string): string | undefined => /^E\s+([A-Z]\w+(?:Error|Exception)):/m.exec(text)?.[1]
