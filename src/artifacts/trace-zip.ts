import { basename, dirname } from 'node:path'
import { asRecord, asString, type Json, splitLines, stripAnsi } from '../dom/trace-lines.ts'
import type { FailureError } from '../model.ts'
import { orderErrors } from './playwright-outcome.ts'
import { errorType } from './stack-text.ts'
import type { ArtifactFile, ReadContext, Reading, TestOutcome, TraceFile } from './types.ts'
import type { ZipEntries } from './zip.ts'

const MAX_PEEK_BYTES = 8 * 1024 * 1024
const MAX_LINE_BYTES = 4 * 1024 * 1024

export function isTrace(names: readonly string[]): boolean {
  return names.some((name) => /^[^/]*\.trace$/.test(name))
}

/** Playwright keeps each try in a folder of its own, `<test>`, `<test>-retry1`; elsewhere the try is unknown. */
function attemptOf(path: string): number | undefined {
  if (basename(path) !== 'trace.zip') return undefined
  return Number(/-retry(\d+)$/.exec(dirname(path))?.[1] ?? 0)
}

interface Peeked {
  title: string
  runner: boolean
  readonly errors: FailureError[]
}

/** A trace that no report speaks of: its own title and errors say which test it is and how that ended. */
export async function readLoneTrace(zip: ZipEntries, file: ArtifactFile, context: ReadContext): Promise<Reading> {
  const peeked: Peeked = { title: '', runner: false, errors: [] }
  for (const name of zip.names.filter((each) => each.endsWith('.trace'))) await peek(zip, name, peeked, context)
  const [place = '', ...titles] = peeked.title.split(' › ')
  const match = /^(.+):(\d+)$/.exec(place)
  const outcome = peeked.runner ? (peeked.errors.length > 0 ? 'failed' : 'passed') : undefined
  const attempt = attemptOf(file.path)
  const bare: TraceFile = { path: file.path, outcome, attempt, mtimeMs: file.mtimeMs }
  if (!match?.[1] || titles.length === 0) return { format: 'playwright-trace', tests: [], traces: [bare] }
  const path = context.paths.source(match[1])
  const title = titles.join(' › ')
  const trace: TraceFile = { ...bare, testTitle: title, testFile: path ?? match[1] }
  if (outcome === undefined) return { format: 'playwright-trace', tests: [], traces: [trace] }
  const test: TestOutcome = {
    file: path ?? match[1],
    resolved: path !== null,
    title,
    line: Number(match[2]),
    framework: 'playwright',
    outcome,
    attempts: [outcome],
    errors: orderErrors(peeked.errors),
    attachments: outcome === 'failed' ? [{ name: 'trace', contentType: 'application/zip', path: file.path }] : [],
    traces: [trace],
    durationMs: 0,
    artifact: file.path,
    lone: attempt === undefined ? undefined : { folder: dirname(dirname(file.path)), attempt },
  }
  return { format: 'playwright-trace', tests: [test] }
}

/** The runner's own file is read whole, it is small; of the others the first line tells the title. */
async function peek(zip: ZipEntries, name: string, peeked: Peeked, context: ReadContext): Promise<void> {
  let left = MAX_PEEK_BYTES
  let lines = 0
  for await (const line of splitLines(zip.chunks(name), MAX_LINE_BYTES)) {
    left -= line?.length ?? MAX_LINE_BYTES
    if (left < 0) return
    const event = line && parseEvent(line)
    if (!event) continue
    if (event.type === 'context-options') {
      peeked.title ||= asString(event.title) ?? ''
      if (event.origin === 'testRunner') peeked.runner = true
      else return
    } else if (event.type === 'error' && peeked.errors.length < 50) {
      peeked.errors.push(readError(event, context))
    } else if (++lines > 50_000) return
  }
}

function readError(event: Json, context: ReadContext): FailureError {
  const message = stripAnsi(asString(event.message) ?? '').trim()
  const stack = (Array.isArray(event.stack) ? event.stack : []).flatMap((value: unknown) => {
    const frame = asRecord(value)
    const file = asString(frame.file)
    return file === undefined ? [] : [{ file, line: Number(frame.line) || 0, column: Number(frame.column) || 0 }]
  })
  return { type: errorType(message), message: message.slice(0, context.limits.maxMessage), stack, location: stack[0] }
}

function parseEvent(line: Buffer): Json | null {
  try {
    return asRecord(JSON.parse(line.toString('utf8')))
  } catch {
    return null
  }
}
