import { asList, asNumber, asRecord, asString, type Json, stripAnsi } from '../dom/trace-lines.ts'
import type { Attachment, FailureError, SourceLocation } from '../model.ts'
import { parsePlaywrightError } from './stack-text.ts'
import type { ArtifactFile, AttemptOutcome, ReadContext, TestOutcome, TraceFile } from './types.ts'

/** One run of one test as any of Playwright's reporters writes it. */
export interface PlaywrightAttempt {
  readonly status: AttemptOutcome
  readonly errors: readonly FailureError[]
  readonly attachments: readonly Attachment[]
  readonly durationMs: number
  readonly retry: number
  readonly stdout: string
  readonly stderr: string
}

export interface PlaywrightTest {
  /** As written: absolute, or relative to the folder of the tests. */
  readonly file: string
  /** Folder of the tests on the machine that ran them; empty where the report does not say. */
  readonly rootDir: string
  readonly titles: readonly string[]
  readonly line?: number
  readonly project: string
  readonly expectedStatus: string
  readonly attempts: readonly PlaywrightAttempt[]
}

const STATUSES: Readonly<Record<string, AttemptOutcome>> = {
  passed: 'passed',
  failed: 'failed',
  timedOut: 'timedOut',
  skipped: 'skipped',
  interrupted: 'interrupted',
}

export function readStatus(value: unknown): AttemptOutcome {
  return STATUSES[asString(value) ?? ''] ?? 'failed'
}

/** Brings a Playwright test into the common form. */
export function toOutcome(test: PlaywrightTest, file: ArtifactFile, context: ReadContext): TestOutcome {
  const title = test.titles.join(' › ')
  const path = context.paths.source(test.rootDir === '' ? test.file : joinAnyPath(test.rootDir, test.file))
  const attempts = test.attempts.map((attempt) => attempt.status)
  const expectsFailure = test.expectedStatus === 'failed'
  const outcome = judge(attempts, expectsFailure)
  const decisive = test.attempts.findLast((attempt) => attempt.status !== 'passed' && attempt.status !== 'skipped')
  const resolved = path !== null
  const base = { testTitle: title, testFile: path ?? test.file }
  const traces = test.attempts.flatMap((attempt) =>
    attempt.attachments.flatMap((each) => toTrace(each, attempt, base, file)),
  )
  const failedToFail = expectsFailure && outcome === 'failed'
  return {
    file: path ?? test.file,
    resolved,
    title,
    line: test.line,
    framework: 'playwright',
    project: test.project === '' ? undefined : test.project,
    outcome,
    attempts: failedToFail ? attempts.map(() => 'failed') : attempts,
    errors: failedToFail
      ? [{ message: 'Expected to fail, but passed.', stack: [] }]
      : orderErrors(decisive?.errors ?? []),
    attachments: outcome === 'passed' ? [] : (decisive?.attachments ?? []),
    traces: expectsFailure ? [] : traces,
    durationMs: test.attempts.at(-1)?.durationMs ?? 0,
    stdout: decisive?.stdout.slice(0, context.limits.maxOutput) || undefined,
    stderr: decisive?.stderr.slice(0, context.limits.maxOutput) || undefined,
    artifact: file.path,
  }
}

function judge(attempts: readonly AttemptOutcome[], expectsFailure: boolean): TestOutcome['outcome'] {
  const ran = attempts.filter((status) => status !== 'skipped' && status !== 'interrupted')
  if (ran.length === 0) return 'skipped'
  if (expectsFailure) return ran.every((status) => status === 'passed') ? 'failed' : 'passed'
  if (ran.every((status) => status === 'passed')) return 'passed'
  return ran.includes('passed') ? 'flaky' : 'failed'
}

/** The bare "Test timeout of … exceeded" comes first in the report; the call that was waiting says more. */
export function orderErrors(errors: readonly FailureError[]): FailureError[] {
  const bare = (error: FailureError): boolean => error.location === undefined && /^Test timeout of/.test(error.message)
  return [...errors.filter((error) => !bare(error)), ...errors.filter(bare)]
}

function toTrace(
  attachment: Attachment,
  attempt: PlaywrightAttempt,
  base: { testTitle: string; testFile: string },
  file: ArtifactFile,
): TraceFile[] {
  if (attachment.name !== 'trace') return []
  const { path, entry } = attachment
  const outcome = attempt.status === 'passed' ? 'passed' : 'failed'
  return [{ path, entry, ...base, outcome, attempt: attempt.retry, mtimeMs: file.mtimeMs }]
}

/** Errors as JSON and blob reports write them: `{message, stack?, location?, value?}`, the HTML report also as plain text. */
export function readErrors(values: readonly unknown[], maxMessage: number): FailureError[] {
  return values.slice(0, 50).map((value) => {
    const error = asRecord(value)
    const raw = asString(value) ?? asString(error.message) ?? asString(error.value) ?? ''
    const parsed = parsePlaywrightError(raw, asString(error.stack), maxMessage)
    const location = readLocation(error.location) ?? parsed.location
    const stack = parsed.stack.length > 0 ? parsed.stack : location ? [location] : []
    const given = asString(error.snippet)
    return {
      ...parsed,
      location,
      stack,
      snippet: parsed.snippet ?? (given === undefined ? undefined : stripAnsi(given).slice(0, 4_000)),
    }
  })
}

export function readLocation(value: unknown): SourceLocation | undefined {
  const location = asRecord(value)
  const file = asString(location.file)
  if (file === undefined) return undefined
  return { file, line: asNumber(location.line) ?? 0, column: asNumber(location.column) ?? 0 }
}

/** Attachments whose files are here; `locate` finds them. Those inlined in the report are left out. */
export function readAttachments(
  values: readonly unknown[],
  locate: (path: string) => { path: string; entry?: string } | null,
): Attachment[] {
  return values.slice(0, 200).flatMap((value) => {
    const attachment: Json = asRecord(value)
    const path = asString(attachment.path)
    const found = path === undefined ? null : locate(path)
    if (!found) return []
    const contentType = asString(attachment.contentType) ?? 'application/octet-stream'
    return [{ name: asString(attachment.name) ?? '', contentType, ...found }]
  })
}

/** Output comes as `[{text}|{buffer}]`. */
export function readOutput(values: unknown, maxLength: number): string {
  let text = ''
  for (const value of asList(values)) {
    if (text.length >= maxLength) break
    const part = asRecord(value)
    text += asString(part.text) ?? Buffer.from(asString(part.buffer) ?? '', 'base64').toString('utf8')
  }
  return stripAnsi(text.slice(0, maxLength))
}

export function joinAnyPath(folder: string, file: string): string {
  return /^(?:[a-zA-Z]:)?[\\/]/.test(file) ? file : `${folder}/${file}`
}
