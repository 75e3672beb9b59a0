import type { Failure, SourceLocation, TestRef } from '../model.ts'
import type { RerunOutcome } from './playwright.ts'
import type { PytestLine } from './pytest-lines.ts'
import { isWholeFile } from './suite.ts'

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
    const durationMs = Math.round(own.reduce((sum, { seconds }) => sum + seconds, 0) * 1000)
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

const isOf = (line: PytestLine, test: TestRef): boolean =>
  isWholeFile(test) || line.id.slice(line.id.indexOf('::') + 2) === test.title.split(' › ').join('::')

/** A failed test as one of its lines tells of it. */
export function toFailure(test: TestRef, line: PytestLine, durationMs: number, artifact: string): Failure {
  const { error, text } = line
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
        snippet: snippetOf(line),
      },
    ],
    attachments: line.attachments ?? [],
    attempts: ['failed'],
    durationMs,
    artifact,
    ...(error?.scopes ? { scopes: error.scopes } : {}),
    ...(error?.present ? { present: error.present } : {}),
    ...(error?.owners ? { owners: error.owners } : {}),
    ...(line.healing === false ? { optedOut: true } : {}),
  }
}

/**
 * The lines that the traceback marks, and that of the innermost frame of the repository: not every style marks any, and a
 * traceback through a long function of a library is cut before it comes to the test.
 */
const snippetOf = ({ text, error }: PytestLine): string => {
  const marked = text.split('\n').filter((each) => each.startsWith('>'))
  const source = error?.frames[0]?.source
  const isShown = !source || marked.some((each) => each.includes(source))
  return [...marked, ...(isShown ? [] : [`>       ${source}`])].join('\n').slice(0, 4_000)
}

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
