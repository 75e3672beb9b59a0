import type { Attachment, FrameNames, NameTree } from '../model.ts'

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
  /** False where the closest of its markers is `no_healing`. */
  readonly healing?: boolean
  /** Page source and picture of the browsers that were found in its frames. */
  readonly attachments?: readonly Attachment[]
}

export interface PytestFrame {
  readonly file: string
  readonly line: number
  /** The line itself; not every style of tracebacks prints it. */
  readonly source?: string
}

export interface PytestError {
  readonly type: string
  readonly module: string
  readonly text: string
  readonly frames: readonly PytestFrame[]
  readonly scopes?: readonly FrameNames[]
  readonly present?: readonly string[]
  readonly owners?: readonly string[]
}

const MAX_LINES = 50_000
const MAX_TEXT = 40_000
const MAX_NAMES = 20_000
const MAX_DEPTH = 6

/** Reads what the plugin wrote; a line that was cut off by a kill, and what is no line of its, is left out. */
export function readLines(text: string): PytestLine[] {
  const found: PytestLine[] = []
  for (const line of text.split('\n', MAX_LINES)) {
    if (line === '') continue
    try {
      const read = asLine(JSON.parse(line))
      if (read) found.push(read)
    } catch {
      // The last line of a run that was killed.
    }
  }
  return found
}

/** The folders that the interpreter of a run looks for packages in, as its first line says. */
export function pathsIn(text: string): readonly string[] {
  try {
    const first: unknown = JSON.parse(text.slice(0, Math.max(0, text.indexOf('\n'))))
    return isFields(first) ? list(first.paths, 60).filter((each) => typeof each === 'string') : []
  } catch {
    return []
  }
}

type Fields = Readonly<Record<string, unknown>>

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const list = (value: unknown, most: number): readonly unknown[] => (Array.isArray(value) ? value.slice(0, most) : [])
const textOf = (value: unknown, most = MAX_TEXT): string => (typeof value === 'string' ? value.slice(-most) : '')
const one = <T extends string>(value: unknown, known: readonly T[]): T | undefined =>
  known.find((each) => each === value)

const PHASES = ['setup', 'call', 'teardown', 'collect'] as const
const OUTCOMES = ['passed', 'failed', 'skipped'] as const

const asLine = (value: unknown): PytestLine | null => {
  if (!isFields(value)) return null
  const [when, outcome] = [one(value.when, PHASES), one(value.outcome, OUTCOMES)]
  if (typeof value.id !== 'string' || typeof value.file !== 'string' || !when || !outcome) return null
  const error = isFields(value.error) ? asError(value.error) : null
  const attachments = list(value.attachments, 8).flatMap(asAttachment)
  return {
    id: value.id.slice(0, 2_000),
    file: value.file.slice(0, 1_000),
    when,
    outcome,
    seconds: Math.max(0, Number(value.seconds) || 0),
    text: textOf(value.text),
    ...(error ? { error } : {}),
    ...(value.healing === false ? { healing: false } : {}),
    ...(attachments.length > 0 ? { attachments } : {}),
  }
}

const asError = (value: Fields): PytestError => {
  const room = { left: MAX_NAMES }
  const names = (given: unknown, most: number) => list(given, most).filter((each) => typeof each === 'string')
  return {
    type: textOf(value.type, 300),
    module: textOf(value.module, 300),
    text: typeof value.text === 'string' ? value.text.slice(0, MAX_TEXT) : '',
    frames: list(value.frames, 100).flatMap(asFrame),
    ...(Array.isArray(value.scopes)
      ? {
          scopes: list(value.scopes, 10).flatMap((each): FrameNames[] => {
            const [frame] = asFrame(each)
            const names = isFields(each) ? asNames(each.names, room, 0) : null
            return frame && names ? [{ file: frame.file, line: frame.line, names }] : []
          }),
        }
      : {}),
    ...(Array.isArray(value.present) ? { present: names(value.present, 1_000) } : {}),
    ...(Array.isArray(value.owners) ? { owners: names(value.owners, 20).map((each) => each.slice(0, 300)) } : {}),
  }
}

const asFrame = (value: unknown): PytestFrame[] =>
  isFields(value) && typeof value.file === 'string' && Number.isInteger(value.line)
    ? [
        {
          file: value.file.slice(0, 1_000),
          line: Number(value.line),
          ...(typeof value.source === 'string' ? { source: value.source.slice(0, 400) } : {}),
        },
      ]
    : []

const asNames = (value: unknown, room: { left: number }, depth: number): NameTree | null => {
  if (!isFields(value) || depth > MAX_DEPTH) return null
  const entries = Object.entries(value).slice(0, Math.max(0, room.left))
  room.left -= entries.length
  return Object.fromEntries(entries.map(([name, inner]) => [name.slice(0, 200), asNames(inner, room, depth + 1)]))
}

const asAttachment = (value: unknown): Attachment[] =>
  isFields(value) && typeof value.path === 'string'
    ? [{ name: textOf(value.name, 100), contentType: textOf(value.contentType, 100), path: value.path }]
    : []
