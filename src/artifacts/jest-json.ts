import { asList, asNumber, asRecord, asString, isRecord, type Json, stripAnsi } from '../dom/trace-lines.ts'
import type { FailureError, Framework } from '../model.ts'
import { errorType, parseStack } from './stack-text.ts'
import { readText } from './text-file.ts'
import { ArtifactError, type ArtifactFile, type ArtifactReader, type ReadContext, type TestOutcome } from './types.ts'

/** `jest --json`, and vitest's reporter of the same form. */
export const jestJson: ArtifactReader = {
  name: 'jest-json',
  sniff: (file) => /^\s*\{/.test(file.head) && /"numTotalTest(?:s|Suites)"|"numFailedTest(?:s|Suites)"/.test(file.head),
  async read(file, context) {
    const report = parseReport(await readText(file, context.limits.maxReportBytes), file)
    const files = asList(report.testResults).map(asRecord)
    const framework = frameworkOf(report, files)
    const tests = files.flatMap((each) => readFile(each, framework, file, context)).slice(0, context.limits.maxTests)
    return { format: `${framework}-json`, tests }
  },
}

const parseReport = (text: string, file: ArtifactFile): Json => {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new ArtifactError(
      `${file.name}: the JSON report is not valid JSON (${error instanceof Error ? error.message : error}).`,
      'It was cut off or mixed with other output. Write it to a file of its own with `--outputFile`.',
    )
  }
  if (isRecord(value) && Array.isArray(value.testResults)) return value
  throw new ArtifactError(
    `${file.name}: a JSON file without "testResults" is no report of jest or vitest.`,
    'Check the file or the globs.',
  )
}

/** vitest gives every test `meta`; jest says `invocations` and `failureDetails`, and counts files that did not load. */
const frameworkOf = (report: Json, files: readonly Json[]): Framework => {
  const tests = files.flatMap((each) => asList(each.assertionResults)).map(asRecord)
  if (tests.length === 0 && 'numRuntimeErrorTestSuites' in report) return 'jest'
  return tests.length > 0 && tests.every((test) => !('meta' in test)) ? 'jest' : 'vitest'
}

const readFile = (
  result: Json,
  framework: Framework,
  file: ArtifactFile,
  context: ReadContext,
): readonly TestOutcome[] => {
  const source = asString(result.name) ?? ''
  const path = context.paths.source(source)
  const base = {
    file: path ?? source,
    resolved: path !== null,
    framework,
    attachments: [],
    traces: [],
    artifact: file.path,
  }
  const tests = asList(result.assertionResults)
    .map(asRecord)
    .map((test): TestOutcome => {
      const failed = test.status === 'failed'
      const line = asNumber(asRecord(test.location).line)
      const titles = [...asList(test.ancestorTitles), test.title].map((each) => asString(each) ?? '').filter(Boolean)
      return {
        ...base,
        title: titles.join(' › '),
        ...(line === undefined ? {} : { line }),
        outcome: failed ? 'failed' : test.status === 'passed' ? 'passed' : 'skipped',
        attempts: attemptsOf(test),
        errors: failed ? asList(test.failureMessages).map((each) => readError(asString(each) ?? '', context)) : [],
        durationMs: Math.round(asNumber(test.duration) ?? 0),
      }
    })
  // A file that could not be loaded has a message and no tests.
  const message = asString(result.message) ?? ''
  if (result.status !== 'failed' || tests.some(({ outcome }) => outcome === 'failed')) return tests
  return [
    ...tests,
    {
      ...base,
      title: base.file,
      outcome: 'failed',
      attempts: ['failed'],
      errors: [readError(message || 'The file could not be run.', context)],
      durationMs: 0,
    },
  ]
}

/** jest counts invocations: more than one are retries. */
const attemptsOf = (test: Json): TestOutcome['attempts'] => {
  const failed = test.status === 'failed'
  const last = failed ? 'failed' : test.status === 'passed' ? 'passed' : 'skipped'
  const retries = Math.min(20, Math.max(0, (asNumber(test.invocations) ?? 1) - 1))
  return [...Array.from({ length: retries }, () => 'failed' as const), last]
}

const readError = (text: string, { limits }: ReadContext): FailureError => {
  const plain = stripAnsi(text.slice(0, limits.maxMessage * 4))
  const stack = parseStack(plain)
  const lines = plain.split('\n')
  const end = lines.findIndex((line) => /^\s+at .+:\d+/.test(line))
  const message = (end < 0 ? lines : lines.slice(0, end)).join('\n').trim().slice(0, limits.maxMessage)
  return { type: errorType(message), message, stack, location: stack[0] }
}
