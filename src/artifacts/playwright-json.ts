import { asList, asNumber, asRecord, asString, isRecord, type Json, stripAnsi } from '../dom/trace-lines.ts'
import type { Problem } from '../model.ts'
import {
  type PlaywrightAttempt,
  readAttachments,
  readErrors,
  readLocation,
  readOutput,
  readStatus,
  toOutcome,
} from './playwright-outcome.ts'
import { readText } from './text-file.ts'
import { ArtifactError, type ArtifactFile, type ArtifactReader, type ReadContext, type TestOutcome } from './types.ts'

const MAX_DEPTH = 100

/** `playwright test --reporter=json`. */
export const playwrightJson: ArtifactReader = {
  name: 'playwright-json',
  sniff: (file) => /^\s*\{/.test(file.head) && /"config"\s*:/.test(file.head) && isPlaywright(file),
  async read(file, context) {
    const report = parseReport(await readText(file, context.limits.maxReportBytes), file)
    const rootDir = asString(asRecord(report.config).rootDir) ?? ''
    const tests: TestOutcome[] = []
    for (const suite of asList(report.suites)) addSuite(asRecord(suite), [], true, { rootDir, file, context, tests }, 0)
    return { format: 'playwright-json', tests, problems: readRunErrors(asList(report.errors), file) }
  },
}

function isPlaywright(file: ArtifactFile): boolean {
  return /"rootDir"|"configFile"|"projects"|"forbidOnly"/.test(file.head)
}

function parseReport(text: string, file: ArtifactFile): Json {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new ArtifactError(
      `${file.name}: the Playwright JSON report is not valid JSON (${error instanceof Error ? error.message : error}).`,
      'It was cut off or mixed with other output. Write it to a file of its own: PLAYWRIGHT_JSON_OUTPUT_NAME=results.json.',
    )
  }
  if (isRecord(value) && Array.isArray(value.suites)) return value
  throw new ArtifactError(
    `${file.name}: a JSON file without "suites" is no Playwright report.`,
    'Check the file or the globs.',
  )
}

interface Walk {
  readonly rootDir: string
  readonly file: ArtifactFile
  readonly context: ReadContext
  readonly tests: TestOutcome[]
}

/** The outermost suites stand for files; their title is not part of a test's. */
function addSuite(suite: Json, titles: readonly string[], isFile: boolean, walk: Walk, depth: number): void {
  if (depth > MAX_DEPTH) return
  const path = isFile ? titles : [...titles, asString(suite.title) ?? '']
  for (const spec of asList(suite.specs)) {
    if (walk.tests.length < walk.context.limits.maxTests) addSpec(asRecord(spec), path, asString(suite.file), walk)
  }
  for (const child of asList(suite.suites)) addSuite(asRecord(child), path, false, walk, depth + 1)
}

function addSpec(spec: Json, titles: readonly string[], suiteFile: string | undefined, walk: Walk): void {
  for (const value of asList(spec.tests)) {
    const test = asRecord(value)
    const attempts = asList(test.results).map((result) => readAttempt(asRecord(result), walk))
    const read = {
      file: asString(spec.file) ?? suiteFile ?? '',
      rootDir: walk.rootDir,
      titles: [...titles, asString(spec.title) ?? ''],
      line: asNumber(spec.line),
      project: asString(test.projectName) ?? '',
      expectedStatus: asString(test.expectedStatus) ?? 'passed',
      attempts,
    }
    walk.tests.push(toOutcome(read, walk.file, walk.context))
  }
}

function readAttempt(result: Json, { file, context }: Walk): PlaywrightAttempt {
  const first = asRecord(result.error)
  const all = asList(result.errors).map((value, index) => {
    // Only the first error's own entry has a stack of its own; in the list it is printed into the message.
    const error = asRecord(value)
    return index === 0 && asString(first.stack) !== undefined ? { ...error, ...first } : error
  })
  const errors = all.length > 0 ? all : isRecord(result.error) ? [first] : []
  return {
    status: readStatus(result.status),
    errors: readErrors(errors, context.limits.maxMessage),
    attachments: readAttachments(asList(result.attachments), (path) => {
      const found = context.paths.beside(file.path, path)
      return found === null ? null : { path: found }
    }),
    durationMs: asNumber(result.duration) ?? 0,
    retry: asNumber(result.retry) ?? 0,
    stdout: readOutput(result.stdout, context.limits.maxOutput),
    stderr: readOutput(result.stderr, context.limits.maxOutput),
  }
}

/** Errors outside of any test: a file that does not compile, a web server that does not start. */
export function readRunErrors(errors: readonly unknown[], file: ArtifactFile): Problem[] {
  return errors.slice(0, 20).map((value) => {
    const message = stripAnsi(asString(value) ?? asString(asRecord(value).message) ?? '')
      .split('\n', 3)
      .join(' ')
      .slice(0, 500)
    const place = readLocation(asRecord(value).location)
    return {
      message: `${file.name}: the run reported an error outside of any test: ${message}${place ? ` (${place.file}:${place.line})` : ''}`,
      remedy: 'Fix this first; tests of that file did not run.',
      subject: file.name,
    }
  })
}
