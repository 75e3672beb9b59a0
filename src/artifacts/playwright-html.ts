import { dirname, join, resolve } from 'node:path'
import { asList, asNumber, asRecord, asString, isRecord, type Json } from '../dom/trace-lines.ts'
import { readRunErrors } from './playwright-json.ts'
import { type PlaywrightAttempt, readAttachments, readErrors, readStatus, toOutcome } from './playwright-outcome.ts'
import { readText } from './text-file.ts'
import { ArtifactError, type ArtifactFile, type ArtifactReader, type ReadContext, type TestOutcome } from './types.ts'
import { readZip, type ZipEntries } from './zip.ts'

const REMEDY = 'Upload the whole report folder again; index.html was cut off or changed.'
const MAX_DATA_BYTES = 64 * 1024 * 1024

/** The HTML report: everything but attachments is a zip inlined at the end of `index.html`, in base64. */
export const playwrightHtml: ArtifactReader = {
  name: 'playwright-html',
  sniff: (file) =>
    /^\s*<!doctype html|^\s*<html/i.test(file.head) &&
    (/playwrightReportBase64/.test(file.head + file.tail) || /<title>Playwright Test Report<\/title>/.test(file.head)),
  async read(file, context) {
    const data = extractData(await readText(file, context.limits.maxReportBytes), file)
    const zip = await readZip(data, { maxTotalBytes: 8 * MAX_DATA_BYTES }, `${file.name} (inlined data)`)
    try {
      const summary = await readJson(zip, 'report.json', file)
      const tests: TestOutcome[] = []
      for (const name of zip.names) {
        if (name === 'report.json' || !name.endsWith('.json')) continue
        const part = await readJson(zip, name, file)
        for (const test of asList(part.tests)) {
          if (tests.length < context.limits.maxTests) tests.push(readTest(asRecord(test), part, file, context))
        }
      }
      return { format: 'playwright-html', tests, problems: readRunErrors(asList(summary.errors), file) }
    } finally {
      zip.close()
    }
  },
}

function extractData(html: string, file: ArtifactFile): Uint8Array {
  const marker = 'data:application/zip;base64,'
  const start = html.lastIndexOf(marker)
  if (start === -1) throw new ArtifactError(`${file.name}: the HTML report holds no data.`, REMEDY)
  const end = html.slice(start + marker.length).search(/[^A-Za-z0-9+/=\s]/)
  if (end === -1) throw new ArtifactError(`${file.name}: the HTML report is cut off in the middle of its data.`, REMEDY)
  return Buffer.from(html.slice(start + marker.length, start + marker.length + end), 'base64')
}

async function readJson(zip: ZipEntries, name: string, file: ArtifactFile): Promise<Json> {
  if (zip.size(name) > MAX_DATA_BYTES) {
    throw new ArtifactError(
      `${file.name}: "${name}" inside of it is too large to be read.`,
      'Split the test run into shards.',
    )
  }
  try {
    const value: unknown = JSON.parse(Buffer.from(await zip.read(name)).toString('utf8'))
    if (isRecord(value)) return value
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
  }
  throw new ArtifactError(`${file.name}: "${name}" inside of it is not valid JSON.`, REMEDY)
}

function readTest(test: Json, part: Json, file: ArtifactFile, context: ReadContext): TestOutcome {
  const location = asRecord(test.location)
  const results = asList(test.results).map((value) => readAttempt(asRecord(value), file, context))
  const outcome = asString(test.outcome)
  const passed = results.at(-1)?.status === 'passed'
  // The report keeps no expected status; an expected failure shows as "expected" with a failed run.
  const expectsFailure = outcome === 'expected' ? !passed && results.length > 0 : outcome === 'unexpected' && passed
  const read = {
    file: asString(location.file) ?? asString(part.fileName) ?? '',
    rootDir: '',
    titles: [...asList(test.path).flatMap((title) => asString(title) ?? []), asString(test.title) ?? ''],
    line: asNumber(location.line),
    project: asString(test.projectName) ?? '',
    expectedStatus: expectsFailure && outcome !== 'skipped' ? 'failed' : 'passed',
    attempts: results,
  }
  return toOutcome(read, file, context)
}

function readAttempt(result: Json, file: ArtifactFile, context: ReadContext): PlaywrightAttempt {
  return {
    status: readStatus(result.status),
    errors: readErrors(asList(result.errors), context.limits.maxMessage),
    attachments: readAttachments(asList(result.attachments), (path) => locate(path, file, context)),
    durationMs: asNumber(result.duration) ?? 0,
    retry: asNumber(result.retry) ?? 0,
    stdout: '',
    stderr: '',
  }
}

/** Attachments lie in `data/` beside the report, under the hash of their content. */
function locate(path: string, file: ArtifactFile, context: ReadContext): { path: string } | null {
  const folder = dirname(file.path)
  const own = /^data\/[\w.@-]+$/.test(path) ? context.paths.beside(file.path, resolve(join(folder, path))) : null
  const found = own ?? context.paths.beside(file.path, path)
  return found === null ? null : { path: found }
}
