import type { FailureError, Problem } from '../model.ts'
import { logLines } from './log-lines.ts'
import { clean, LAST, logParser, type PrintedFailure, type PytestLog } from './pytest-log.ts'
import type { ArtifactFile, ArtifactReader, ReadContext, TestOutcome } from './types.ts'

/** Of a longer log the end is read, where tracebacks and the summary stand. */
const MAX_READ = 2 * 1024 * 1024 * 1024

const SESSION = /^=+ test session starts =+$/m
const SUMMARY = /^=+ short test summary info =+$/m

/** What pytest prints to the terminal: tracebacks of any style, with `-v`, `-x` and under xdist; also out of a CI log. */
export const pytestOutput: ArtifactReader = {
  name: 'pytest-output',
  sniff: ({ head, tail }) => {
    const text = `${clean(head)}\n${clean(tail)}`
    return SESSION.test(text) || (SUMMARY.test(text) && /^(?:FAILED|ERROR) \S+\.py/m.test(text)) || LAST.test(text)
  },
  async read(file, context) {
    const parser = logParser()
    for await (const lines of logLines(file, MAX_READ)) for (const line of lines) parser.take(line)
    const log = parser.end()
    const tests = [...log.failed.map((one) => toOutcome(one, file, context)), ...passedOf(log, file, context)]
    const problems: Problem[] = file.size > MAX_READ ? [cut(file)] : []
    if (!log.isComplete) problems.push(brokenOff(file, log.failed.length))
    return { format: 'pytest-output', tests: tests.slice(0, context.limits.maxTests), problems }
  },
}

const toOutcome = (one: PrintedFailure, file: ArtifactFile, context: ReadContext): TestOutcome => {
  const { limits } = context
  return {
    ...base(one.id, file, context),
    outcome: 'failed',
    attempts: ['failed'],
    errors: [{ ...atHome(one.error, context), message: one.error.message.slice(0, limits.maxMessage) }],
    stdout: one.stdout.slice(0, limits.maxOutput) || undefined,
    stderr: one.stderr.slice(0, limits.maxOutput) || undefined,
  }
}

/** Some styles print whole paths, of the machine that ran the tests. */
const atHome = (error: FailureError, { paths }: ReadContext): FailureError => {
  const stack = error.stack.map((frame) => ({ ...frame, file: paths.source(frame.file) ?? frame.file }))
  return { ...error, stack, location: stack[0] }
}

const passedOf = ({ passed }: PytestLog, file: ArtifactFile, context: ReadContext): readonly TestOutcome[] =>
  passed.map((id) => ({ ...base(id, file, context), outcome: 'passed', attempts: ['passed'], errors: [] }))

/** A test by its node id, as far as the id tells. */
export const base = (id: string, file: ArtifactFile, { paths }: ReadContext) => {
  const parameters = id.indexOf('[')
  const [source = id, ...names] = (parameters < 0 ? id : id.slice(0, parameters)).split('::')
  const path = paths.source(source)
  const rest = parameters < 0 ? '' : id.slice(parameters)
  const title = names.length === 0 ? source : `${names.join(' › ')}${rest}`
  return {
    file: path ?? source,
    resolved: path !== null,
    title,
    framework: 'pytest' as const,
    attachments: [],
    traces: [],
    durationMs: 0,
    artifact: file.path,
  }
}

const cut = (file: ArtifactFile): Problem => ({
  message: `${file.name}: has ${file.size} bytes; the last ${MAX_READ} were read, where pytest prints its failures.`,
  remedy: 'Nothing is to be done, unless tests that failed are missing: then upload JUnit XML (`--junitxml`) as well.',
  subject: file.name,
})

const brokenOff = (file: ArtifactFile, count: number): Problem => ({
  message: `${file.name}: pytest's output breaks off before its last line; ${count} failures before that point were read.`,
  remedy: 'The run was probably stopped. Upload JUnit XML (`--junitxml`) as well, and let the tests come to their end.',
  subject: file.name,
})
