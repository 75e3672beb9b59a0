import type { Failure, FailureError } from '../model.ts'

/**
 * A failure as today's files have it. Where a test file was changed since the run, the line that the traceback shows stands
 * elsewhere, or nowhere: a place that cannot be found again is left out, and nothing is patched on its account. Failures
 * of our own re-runs need none of this.
 *
 * @returns the failure, and whether its line is gone
 */
export const placedToday = (
  failure: Failure,
  read: (file: string) => string | null,
): { readonly failure: Failure; readonly isGone: boolean } => {
  const [error, ...others] = failure.errors
  const marked = error ? markedLines(error) : []
  const shown = marked.at(-1)
  const [frame, ...outer] = error?.stack ?? []
  const text = frame ? read(frame.file) : null
  if (!error || !frame || shown === undefined || text === null) return { failure, isGone: false }
  const lines = text.split('\n').map((line) => line.trim())
  if (marked.includes(lines[frame.line - 1] ?? '')) return { failure, isGone: false }
  const places = lines.flatMap((line, at) => (line === shown ? [at + 1] : []))
  const [line] = places
  const stack = line !== undefined && places.length === 1 ? [{ ...frame, line }, ...outer] : []
  const moved = { ...error, stack, location: stack[0] }
  return { failure: { ...failure, errors: [moved, ...others], scopes: [] }, isGone: stack.length === 0 }
}

/** The lines that pytest marks, the innermost frame's last; none where the style of the traceback has none. */
const markedLines = ({ snippet, message }: FailureError): readonly string[] =>
  (snippet || message).split('\n').flatMap((line) => (/^> {2,}\S/.test(line) ? [line.slice(1).trim()] : []))
