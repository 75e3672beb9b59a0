import type { SourceLocation } from '../model.ts'
import { asList, asNumber, asRecord, asString, isRecord, type Json, splitLines, stripAnsi } from './trace-lines.ts'
import type { ResourceIndex } from './trace-resources.ts'
import { skimSnapshot } from './trace-skim.ts'
import type { SnapshotStore } from './trace-snapshots.ts'
import {
  type ScreencastFrame,
  type TraceEntries,
  TraceError,
  type TraceEvent,
  type TraceTestError,
} from './trace-types.ts'

/** What one `.trace` file of an archive holds: the runner's steps, or the calls of one browser context. */
export interface TraceContext {
  readonly origin: 'testRunner' | 'library'
  readonly version: number
  readonly options: Json
  readonly calls: Map<string, TraceCall>
  readonly errors: TraceTestError[]
  /** Stacks of library calls by call id. */
  readonly stacks: Map<string, SourceLocation[]>
}

/** The events of one call put together, fields as the newest version names them. */
export interface TraceCall {
  readonly before: Json
  readonly log: string[]
  input?: Json
  after?: Json
}

export interface TraceSinks {
  readonly snapshots: SnapshotStore
  readonly resources: ResourceIndex
  readonly screencast: ScreencastFrame[]
  readonly events: TraceEvent[]
  damagedLines: number
}

/** Versions that were checked against real traces: Playwright 1.49 (7), 1.56 (8) and 1.65 (10). */
const OLDEST = 7
const NEWEST = 10
const MAX_LINE_BYTES = 64 * 1024 * 1024
const MAX_CALLS = 50_000
const MAX_LOG = 200
const MAX_SCREENCAST = 20_000
const MAX_EVENTS = 10_000
const MAX_EVENT_TEXT = 300

/** Reads `<prefix>.trace`, `.network` and `.stacks`; throws `TraceError` for a version it does not know. */
export async function readContext(
  entries: TraceEntries,
  prefix: string,
  sinks: TraceSinks,
): Promise<TraceContext | null> {
  const reading: { context: TraceContext | null } = { context: null }
  for (const suffix of ['.trace', '.network']) {
    const name = prefix + suffix
    if (!entries.has(name) || entries.size(name) === 0) continue
    await readEvents(entries, name, sinks, reading)
  }
  if (reading.context && entries.has(`${prefix}.stacks`))
    await readStacks(entries, `${prefix}.stacks`, reading.context, sinks)
  return reading.context
}

async function readEvents(
  entries: TraceEntries,
  name: string,
  sinks: TraceSinks,
  reading: { context: TraceContext | null },
): Promise<void> {
  for await (const line of splitLines(entries.chunks(name), MAX_LINE_BYTES)) {
    const event = line && (skimSnapshot(line) ?? parseLine(line))
    if (!line || !event) {
      sinks.damagedLines++
      continue
    }
    if (event.type === 'context-options') reading.context ??= openContext(event, name)
    else addEvent(event, line, reading.context, sinks)
  }
}

function parseLine(line: Buffer): Json | null {
  try {
    const value: unknown = JSON.parse(line.toString('utf8'))
    return isRecord(value) ? value : null
  } catch {
    return null
  }
}

function openContext(event: Json, name: string): TraceContext {
  const version = asNumber(event.version) ?? 0
  if (version > NEWEST) {
    throw new TraceError(
      `${name}: trace format version ${version} is newer than this reader (versions ${OLDEST} to ${NEWEST}).`,
      'Update self-heal-action, or record the trace with Playwright 1.65 or older.',
    )
  }
  if (version < OLDEST) {
    throw new TraceError(
      `${name}: trace format version ${version} is older than this reader (versions ${OLDEST} to ${NEWEST}).`,
      'Record the trace with Playwright 1.49 or newer.',
    )
  }
  return {
    origin: event.origin === 'testRunner' ? 'testRunner' : 'library',
    version,
    options: event,
    calls: new Map(),
    errors: [],
    stacks: new Map(),
  }
}

function addEvent(event: Json, line: Buffer, context: TraceContext | null, sinks: TraceSinks): void {
  const callId = asString(event.callId)
  switch (event.type) {
    case 'frame-snapshot':
      sinks.snapshots.add(line, asRecord(event.snapshot))
      return
    case 'resource-snapshot':
      sinks.resources.add(asRecord(event.snapshot))
      return
    case 'screencast-frame':
      addScreencast(event, sinks)
      return
    case 'event':
      addPageEvent(event, sinks)
      return
    case 'error':
      if (context)
        context.errors.push({ message: stripAnsi(asString(event.message) ?? ''), stack: readStack(event.stack) })
      return
    case 'action':
    case 'before':
      if (context && callId !== undefined && context.calls.size < MAX_CALLS) {
        context.calls.set(callId, { before: event, log: [], after: event.type === 'action' ? event : undefined })
      }
      return
  }
  const call = callId === undefined ? undefined : context?.calls.get(callId)
  if (!call) return
  if (event.type === 'input') call.input = event
  else if (event.type === 'after') call.after = event
  else if (event.type === 'log' && call.log.length < MAX_LOG) call.log.push(stripAnsi(asString(event.message) ?? ''))
}

function addPageEvent(event: Json, sinks: TraceSinks): void {
  const said = sinks.events.length < MAX_EVENTS ? pageEvent(asString(event.method), asRecord(event.params)) : null
  if (said) sinks.events.push({ ...said, text: said.text.slice(0, MAX_EVENT_TEXT), time: asNumber(event.time) ?? 0 })
}

function pageEvent(method: string | undefined, params: Json): Omit<TraceEvent, 'time'> | null {
  switch (method) {
    case 'dialog':
      return { kind: 'dialog', text: asString(params.message) ?? '' }
    case 'download':
      return { kind: 'download', text: asString(params.suggestedFilename) ?? '' }
    case 'pageError': {
      // An exception that is no Error comes as its value.
      const thrown = asRecord(params.error)
      const text = asString(asRecord(thrown.error).message) ?? JSON.stringify(thrown.value) ?? ''
      return { kind: 'exception', text: stripAnsi(text) }
    }
    default:
      return null
  }
}

function addScreencast(event: Json, sinks: TraceSinks): void {
  const sha1 = asString(event.sha1)
  const entry = asString(event.file) ?? (sha1 === undefined ? undefined : `resources/${sha1}`)
  if (entry === undefined || sinks.screencast.length >= MAX_SCREENCAST) return
  sinks.screencast.push({
    entry,
    pageId: asString(event.pageId) ?? '',
    width: asNumber(event.width) ?? 0,
    height: asNumber(event.height) ?? 0,
    timestamp: asNumber(event.timestamp) ?? 0,
  })
}

/** Frames of a runner step or a test error. */
export function readStack(value: unknown): SourceLocation[] {
  return asList(value).flatMap((each) => {
    const frame = asRecord(each)
    const file = asString(frame.file)
    if (file === undefined) return []
    return [{ file, line: asNumber(frame.line) ?? 0, column: asNumber(frame.column) ?? 0 }]
  })
}

/** `{files, stacks: [[callId or its number, [[file, line, column, function], …]], …]}`. */
async function readStacks(
  entries: TraceEntries,
  name: string,
  context: TraceContext,
  sinks: TraceSinks,
): Promise<void> {
  let data: Json
  try {
    data = asRecord(JSON.parse(Buffer.from(await entries.read(name)).toString('utf8')))
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    sinks.damagedLines++
    return
  }
  const files = asList(data.files)
  for (const entry of asList(data.stacks)) {
    const [id, frames] = asList(entry)
    const callId = typeof id === 'number' ? `call@${id}` : asString(id)
    if (callId === undefined) continue
    const stack = asList(frames).flatMap((each) => {
      const [file, line, column] = asList(each)
      const path = typeof file === 'number' ? asString(files[file]) : undefined
      return path === undefined ? [] : [{ file: path, line: asNumber(line) ?? 0, column: asNumber(column) ?? 0 }]
    })
    context.stacks.set(callId, stack)
  }
}
