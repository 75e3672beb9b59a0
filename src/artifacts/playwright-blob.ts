import { asList, asNumber, asRecord, asString, isRecord, type Json, splitLines } from '../dom/trace-lines.ts'
import type { Attachment, Problem } from '../model.ts'
import { readRunErrors } from './playwright-json.ts'
import {
  type PlaywrightAttempt,
  readAttachments,
  readErrors,
  readOutput,
  readStatus,
  toOutcome,
} from './playwright-outcome.ts'
import { ArtifactError, type ArtifactFile, type ReadContext, type Reading } from './types.ts'
import type { ZipEntries } from './zip.ts'

const MAX_LINE_BYTES = 32 * 1024 * 1024
const KNOWN_VERSIONS = [1, 2]

interface BlobTest {
  readonly titles: readonly string[]
  readonly file: string
  readonly line: number | undefined
  readonly project: string
  expectedStatus: string
  readonly attempts: Map<string, BlobAttempt>
}

interface BlobAttempt {
  readonly retry: number
  readonly attachments: Attachment[]
  end: Json | null
  stdout: string
  stderr: string
}

interface Blob {
  rootDir: string
  readonly tests: Map<string, BlobTest>
  readonly errors: unknown[]
  damaged: number
}

/** True for the names inside a blob report's zip. */
export function isBlob(names: readonly string[]): boolean {
  return names.some((name) => /^[^/]*\.jsonl$/.test(name))
}

/** The blob report: the events of the run, one JSON object a line, and attachments under `resources/`. */
export async function readBlob(zip: ZipEntries, file: ArtifactFile, context: ReadContext): Promise<Reading> {
  const blob: Blob = { rootDir: '', tests: new Map(), errors: [], damaged: 0 }
  for (const name of zip.names.filter((each) => /^[^/]*\.jsonl$/.test(each))) {
    for await (const line of splitLines(zip.chunks(name), MAX_LINE_BYTES)) {
      const event = line && parseLine(line)
      if (event) addEvent(asString(event.method) ?? '', asRecord(event.params), blob, zip, file, context)
      else blob.damaged++
    }
  }
  const problems: Problem[] = readRunErrors(blob.errors, file)
  if (blob.damaged > 0) {
    problems.push({
      message: `${file.name}: ${blob.damaged} lines of the blob report could not be read.`,
      remedy: 'Upload the blob report again; tests it no longer tells of are not healed.',
      subject: file.name,
    })
  }
  const tests = [...blob.tests.values()].map((test) => {
    const attempts = [...test.attempts.values()].flatMap((attempt) => finish(attempt, context))
    return toOutcome({ ...test, rootDir: blob.rootDir, attempts }, file, context)
  })
  return { format: 'playwright-blob', tests, problems }
}

function parseLine(line: Buffer): Json | null {
  try {
    const value: unknown = JSON.parse(line.toString('utf8'))
    return isRecord(value) ? value : null
  } catch {
    return null
  }
}

function addEvent(
  method: string,
  params: Json,
  blob: Blob,
  zip: ZipEntries,
  file: ArtifactFile,
  context: ReadContext,
): void {
  switch (method) {
    case 'onBlobReportMetadata': {
      const version = asNumber(params.version) ?? 0
      if (KNOWN_VERSIONS.includes(version)) return
      throw new ArtifactError(
        `${file.name}: blob report version ${version} is not known (known: ${KNOWN_VERSIONS.join(', ')}).`,
        'Update self-heal-action, or add the json reporter to the Playwright configuration.',
      )
    }
    case 'onConfigure':
      blob.rootDir = asString(asRecord(params.config).rootDir) ?? ''
      return
    case 'onProject': {
      const project = asRecord(params.project)
      const name = asString(project.name) ?? ''
      for (const suite of asList(project.suites)) addEntries(asRecord(suite), [], name, blob, context, 0)
      return
    }
    case 'onError':
      blob.errors.push(params.error)
      return
  }
  const test = blob.tests.get(asString(params.testId) ?? asString(asRecord(params.test).testId) ?? '')
  const result = asRecord(params.result)
  const id = asString(params.resultId) ?? asString(result.id)
  if (!test || id === undefined) return
  if (method === 'onTestBegin') {
    if (test.attempts.size < 100) {
      const retry = asNumber(result.retry) ?? 0
      test.attempts.set(id, { retry, attachments: [], end: null, stdout: '', stderr: '' })
    }
    return
  }
  const attempt = test.attempts.get(id)
  if (!attempt) return
  const locate = (path: string) => locateEntry(path, zip, file, context)
  if (method === 'onAttach') {
    attempt.attachments.push(...readAttachments(asList(params.attachments), locate))
  } else if (method === 'onTestEnd') {
    test.expectedStatus = asString(asRecord(params.test).expectedStatus) ?? test.expectedStatus
    attempt.end = result
    attempt.attachments.push(...readAttachments(asList(result.attachments), locate))
  } else if (method === 'onStdIO') {
    const text = readOutput(
      [params.isBase64 === true ? { buffer: params.data } : { text: params.data }],
      context.limits.maxOutput,
    )
    if (params.type === 'stderr') attempt.stderr += text
    else attempt.stdout += text
  }
}

function locateEntry(
  path: string,
  zip: ZipEntries,
  file: ArtifactFile,
  context: ReadContext,
): { path: string; entry?: string } | null {
  const entry = path.split('\\').join('/')
  if (zip.has(entry)) return { path: file.path, entry }
  const found = context.paths.beside(file.path, path)
  return found === null ? null : { path: found }
}

/** Suites hold suites and tests alike; the outermost ones stand for files. */
function addEntries(
  suite: Json,
  titles: readonly string[],
  project: string,
  blob: Blob,
  context: ReadContext,
  depth: number,
): void {
  if (depth > 100) return
  for (const value of asList(suite.entries)) {
    const entry = asRecord(value)
    const path = [...titles, asString(entry.title) ?? '']
    const testId = asString(entry.testId)
    if (testId === undefined) {
      addEntries(entry, path, project, blob, context, depth + 1)
    } else if (blob.tests.size < context.limits.maxTests) {
      const location = asRecord(entry.location)
      const file = asString(location.file) ?? ''
      const line = asNumber(location.line)
      blob.tests.set(testId, { titles: path, file, line, project, expectedStatus: 'passed', attempts: new Map() })
    }
  }
}

/** A run that began and never ended was cut off with its worker. */
function finish(attempt: BlobAttempt, context: ReadContext): PlaywrightAttempt[] {
  const { end, retry, attachments, stdout, stderr } = attempt
  return [
    {
      status: end ? readStatus(end.status) : 'interrupted',
      errors: readErrors(asList(end?.errors), context.limits.maxMessage),
      attachments,
      durationMs: asNumber(end?.duration) ?? 0,
      retry,
      stdout,
      stderr,
    },
  ]
}
