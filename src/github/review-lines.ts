import { diffArrays } from 'diff'

/** Lines of a file, counted from 1, and what stands in their place afterwards. */
export interface LineChange {
  readonly start: number
  readonly end: number
  readonly lines: readonly string[]
}

/** A run of lines, both ends included. */
interface Range {
  readonly start: number
  readonly end: number
}

/** The longest change that is offered as a suggestion; longer ones are read more easily as a patch. */
const MAX_LINES = 30

/**
 * What to suggest so that `before` becomes `after`, on lines that a pull request's diff shows; null where one of the changes
 * lies elsewhere, for then a part of the repair alone would be worth nothing.
 *
 * @param patch the file's part of the diff as GitHub gives it; absent for files that are too large or binary
 */
export function placeSuggestions(before: string, after: string, patch: string | undefined): LineChange[] | null {
  // A suggestion cannot write line ends of Windows.
  if (patch === undefined || before.includes('\r') || after.includes('\r')) return null
  const shown = shownLines(patch)
  const changes = changesOf(before.split('\n'), after.split('\n'))
  const isPlaced = ({ start, end, lines }: LineChange) =>
    end - start < MAX_LINES &&
    lines.length <= MAX_LINES &&
    shown.some((range) => range.start <= start && end <= range.end)
  return changes.length > 0 && changes.every(isPlaced) ? changes : null
}

/** Lines of the new file that a diff shows, hunk by hunk: a comment cannot reach from one into the next. */
export function shownLines(patch: string): Range[] {
  const ranges: Range[] = []
  for (const [, start, length] of patch.matchAll(/^@@ -\d+(?:,\d+)? \+(\d+)(?:,(\d+))? @@/gm)) {
    const first = Number(start)
    const count = length === undefined ? 1 : Number(length)
    if (count > 0) ranges.push({ start: first, end: first + count - 1 })
  }
  return ranges
}

function changesOf(before: readonly string[], after: readonly string[]): LineChange[] {
  const changes: LineChange[] = []
  let at = 1
  let open: { start: number; removed: number; added: string[] } | null = null
  const close = () => {
    if (open !== null) changes.push(toChange(open, before))
    open = null
  }
  for (const part of diffArrays([...before], [...after])) {
    if (!part.added && !part.removed) {
      close()
      at += part.value.length
      continue
    }
    open ??= { start: at, removed: 0, added: [] }
    if (part.removed) {
      open.removed += part.value.length
      at += part.value.length
    } else open.added.push(...part.value)
  }
  close()
  return changes
}

/** Lines that only come in are told with the one they come after, or, at the start, before. */
function toChange(
  { start, removed, added }: { start: number; removed: number; added: string[] },
  before: readonly string[],
): LineChange {
  if (removed > 0) return { start, end: start + removed - 1, lines: added }
  if (start > 1) return { start: start - 1, end: start - 1, lines: [before[start - 2] ?? '', ...added] }
  return { start: 1, end: 1, lines: [...added, before[0] ?? ''] }
}
