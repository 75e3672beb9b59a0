import { stripAnsi } from '../dom/trace-lines.ts'
import type { FailureError, SourceLocation } from '../model.ts'

const MAX_FRAMES = 100
const MAX_LINES = 3_000

/**
 * Frames out of a printed stack, innermost first: JavaScript (`at f (file:1:2)`), Python (`File "x", line 3` and
 * pytest's `x.py:3: KeyError`), Java and C# (`at a.b.C.m(C.java:5)`, `in /x/C.cs:line 5`). Frames of the run-time and of
 * installed packages are left out.
 */
export function parseStack(text: string): SourceLocation[] {
  const script: SourceLocation[] = []
  const python: SourceLocation[] = []
  for (const line of text.split('\n', MAX_LINES)) {
    if (line.length > 600) continue
    const frame = scriptFrame(line) ?? jvmFrame(line)
    if (frame) script.push(frame)
    const python_ = pythonFrame(line)
    if (python_) python.push(python_)
  }
  const frames = script.length > 0 ? script.filter((frame) => !isHeading(frame, script)) : python.reverse()
  return frames.filter((frame) => !isForeign(frame.file)).slice(0, MAX_FRAMES)
}

/** Playwright heads a code frame with `at shop-page.ts:5`, which a full frame of the same place says better. */
function isHeading(frame: SourceLocation, all: readonly SourceLocation[]): boolean {
  if (frame.column !== 0) return false
  return all.some(
    (each) => each !== frame && each.column > 0 && each.line === frame.line && each.file.endsWith(frame.file),
  )
}

function scriptFrame(line: string): SourceLocation | null {
  const match =
    /^\s*at (?:async )?(?:.*? \()?((?:file:\/\/)?(?:[a-zA-Z]:)?[^():]*\.[a-zA-Z]{1,4}):(\d+)(?::(\d+))?\)?$/.exec(line)
  if (!match?.[1] || /\.(?:java|kt|scala|groovy)$/.test(match[1])) return null
  return { file: fromFileUrl(match[1]), line: Number(match[2]), column: Number(match[3] ?? 0) }
}

/** Java gives class and file name only; the package becomes the folder, to be searched for in the source tree. */
function jvmFrame(line: string): SourceLocation | null {
  const java = /^\s*at (?:[\w.@-]+\/)*((?:[\w$]+\.)+)[\w$<>]+\(([\w$]+\.(?:java|kt|scala|groovy)):(\d+)\)/.exec(line)
  if (java?.[1] && java[2]) {
    const packages = java[1].split('.').slice(0, -2)
    return { file: [...packages, java[2]].join('/'), line: Number(java[3]), column: 0 }
  }
  const csharp = /^\s*at .+ in (.+\.(?:cs|fs|vb)):line (\d+)/.exec(line)
  return csharp?.[1] ? { file: csharp[1], line: Number(csharp[2]), column: 0 } : null
}

function pythonFrame(line: string): SourceLocation | null {
  const match =
    /^\s*(?:E\s+)?File "([^"]+)", line (\d+)/.exec(line) ?? /^([^\s:][^:]*\.py):(\d+):(?: (?:\w|$)|$)/.exec(line)
  return match?.[1] ? { file: match[1], line: Number(match[2]), column: 0 } : null
}

function isForeign(file: string): boolean {
  return /(?:^|[\\/])(?:node_modules|site-packages|dist-packages)[\\/]|^node:|^internal\/|^(?:java|javax|jdk|sun|org\/junit|org\/testng|kotlin)\/|lib[\\/]python\d/.test(
    file,
  )
}

function fromFileUrl(file: string): string {
  return file.startsWith('file://') ? decodeURI(file.slice('file://'.length)) : file
}

/** Splits what a Playwright reporter prints for an error into message and stack; the code frame is dropped. */
export function parsePlaywrightError(raw: string, stack: string | undefined, maxMessage: number): FailureError {
  const text = stripAnsi(raw)
  const lines = text.split('\n', MAX_LINES)
  const isFrame = (line: string): boolean => /^\s*>?\s*\d+ \|/.test(line) || /^\s+at .+:\d+/.test(line)
  const end = lines.findIndex((line) => isFrame(line))
  const message = (end === -1 ? lines : lines.slice(0, end)).join('\n').trim()
  const frames = parseStack(stripAnsi(stack ?? (end === -1 ? '' : lines.slice(end).join('\n'))))
  const snippet = lines
    .filter((line) => /^\s*>?\s*\d+ \|/.test(line))
    .join('\n')
    .slice(0, 4_000)
  return {
    type: errorType(message),
    message: message.slice(0, maxMessage),
    stack: frames,
    location: frames[0],
    snippet: snippet === '' ? undefined : snippet,
  }
}

/** `TimeoutError: …` → `TimeoutError`; undefined where the message does not begin with a type. */
export function errorType(message: string): string | undefined {
  return /^((?:[A-Za-z_$][\w$]*\.)*[A-Za-z_$][\w$]*(?:Error|Exception|Failure|Timeout|Warning|Exit|Interrupt)?)(?::|$)/.exec(
    message,
  )?.[1]
}
