import { structuredPatch } from 'diff'
import type { Edit } from '../model.ts'

/**
 * The text with edits made in it. All edits are placed in the text as it is given, in any order.
 * Throws an Error where two overlap, one lies outside the text, or the text is not what the edit says it replaces.
 */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  const sorted = edits.toSorted((a, b) => a.start - b.start || a.end - b.end)
  let result = ''
  let at = 0
  for (const edit of sorted) {
    const place = `${edit.file} ${edit.start}–${edit.end}`
    if (edit.start < at) throw new Error(`Two edits overlap at ${place}.`)
    if (edit.end < edit.start || edit.end > text.length) throw new Error(`The edit ${place} lies outside the file.`)
    const found = text.slice(edit.start, edit.end)
    if (found !== edit.old)
      throw new Error(
        `The file has changed since the edit was made: ${place} holds ${shorten(found)}, not ${shorten(edit.old)}.`,
      )
    result += text.slice(at, edit.start) + edit.new
    at = edit.end
  }
  return result + text.slice(at)
}

/** The edits by file, in the order in which files first appear. */
export function editsByFile(edits: readonly Edit[]): Map<string, Edit[]> {
  const files = new Map<string, Edit[]>()
  for (const edit of edits) {
    const known = files.get(edit.file)
    if (known === undefined) files.set(edit.file, [edit])
    else known.push(edit)
  }
  return files
}

function shorten(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text)
}

/**
 * A unified diff of one file that `git apply` accepts, the empty string where nothing changed.
 * @param file path from the repository's root, with forward slashes; any characters
 */
export function unifiedDiff(file: string, before: string, after: string): string {
  if (before === after) return ''
  const { hunks } = structuredPatch(file, file, before, after, undefined, undefined, { context: 3 })
  const lines = [
    `diff --git ${pathOf('a', file)} ${pathOf('b', file)}`,
    `--- ${nameOf('a', file)}`,
    `+++ ${nameOf('b', file)}`,
  ]
  for (const hunk of hunks) {
    lines.push(`@@ -${range(hunk.oldStart, hunk.oldLines)} +${range(hunk.newStart, hunk.newLines)} @@`, ...hunk.lines)
  }
  return `${lines.join('\n')}\n`
}

function range(start: number, lines: number): string {
  return lines === 1 ? String(start) : `${start},${lines}`
}

/** Git ends a name that holds spaces with a tab, so that a time stamp cannot be meant. */
function nameOf(side: string, file: string): string {
  const path = pathOf(side, file)
  return path.includes(' ') && !path.startsWith('"') ? `${path}\t` : path
}

/** Git quotes names that hold anything but plain ASCII, bytes as octal numbers. */
function pathOf(side: string, file: string): string {
  const path = `${side}/${file}`
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what has to be quoted
  if (!/[\u0000-\u001f"\\\u007f-\uffff]/.test(path)) return path
  const quoted = [...Buffer.from(path, 'utf8')].map((byte) => {
    if (byte === 0x22 || byte === 0x5c) return `\\${String.fromCharCode(byte)}`
    return byte < 0x20 || byte >= 0x7f ? `\\${byte.toString(8).padStart(3, '0')}` : String.fromCharCode(byte)
  })
  return `"${quoted.join('')}"`
}
