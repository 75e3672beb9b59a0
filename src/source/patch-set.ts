import type { Edit } from '../model.ts'

/** The texts of files as they are on disk; null where a file cannot be read. */
export type ReadFile = (file: string) => string | null

/**
 * All fixes of a run, held as edits of the files as they were. Edits of different fixes never overlap, so any fix can be
 * taken back without touching the others, and the files with any set of fixes can be computed at any time.
 */
export interface PatchSet {
  /** The file with all fixes in it, or as it is on disk. */
  read(file: string): string | null
  /**
   * Adds a fix whose edits were made for the files as `read` gives them.
   *
   * @returns null, or why it cannot be added: another fix changed the same place
   */
  add(fix: string, edits: readonly Edit[]): string | null
  remove(fix: string): void
  /** Edits of one fix against the files as they were on disk. */
  edits(fix: string): readonly Edit[]
  fixes(): readonly string[]
  /** Files with at least one edit, before and after, sorted by path. */
  changed(
    fixes?: readonly string[],
  ): readonly { readonly path: string; readonly before: string; readonly after: string }[]
}

const byStart = (a: Edit, b: Edit): number => a.start - b.start || a.end - b.end

const applyAll = (text: string, edits: readonly Edit[]): string => {
  let result = ''
  let at = 0
  for (const edit of [...edits].sort(byStart)) {
    result += text.slice(at, edit.start) + edit.new
    at = edit.end
  }
  return result + text.slice(at)
}

/** Position in the original text of a range of the current text; null where it touches a range that a fix changed. */
const toOriginal = (edits: readonly Edit[], start: number, end: number): { start: number; end: number } | null => {
  let shift = 0
  for (const edit of [...edits].sort(byStart)) {
    const from = edit.start + shift
    const to = from + edit.new.length
    if (end <= from) break
    if (start < to) return null
    shift += edit.new.length - (edit.end - edit.start)
  }
  return { start: start - shift, end: end - shift }
}

export const createPatchSet = (readOriginal: ReadFile): PatchSet => {
  const fixes = new Map<string, readonly Edit[]>()
  const editsOf = (file: string, only?: readonly string[]): Edit[] =>
    [...fixes].flatMap(([fix, edits]) =>
      only && !only.includes(fix) ? [] : edits.filter((edit) => edit.file === file),
    )
  const textWith = (file: string, edits: readonly Edit[]): string | null => {
    const text = readOriginal(file)
    return text === null || edits.length === 0 ? text : applyAll(text, edits)
  }

  return {
    read: (file) => textWith(file, editsOf(file)),
    add(fix, edits) {
      const placed: Edit[] = []
      for (const edit of edits) {
        const current = textWith(edit.file, editsOf(edit.file))
        if (current === null) return `${edit.file} cannot be read`
        if (current.slice(edit.start, edit.end) !== edit.old)
          return `${edit.file} is not as it was when the fix was made`
        const range = toOriginal(editsOf(edit.file), edit.start, edit.end)
        if (range === null) return `another fix already changed the same place in ${edit.file}`
        placed.push({ ...edit, ...range })
      }
      fixes.set(fix, [...(fixes.get(fix) ?? []), ...placed])
      return null
    },
    remove: (fix) => void fixes.delete(fix),
    edits: (fix) => fixes.get(fix) ?? [],
    fixes: () => [...fixes.keys()],
    changed(only) {
      const files = new Set(
        [...fixes].flatMap(([fix, edits]) => (only && !only.includes(fix) ? [] : edits.map((edit) => edit.file))),
      )
      return [...files].sort().flatMap((path) => {
        const before = readOriginal(path)
        const after = textWith(path, editsOf(path, only))
        return before === null || after === null || before === after ? [] : [{ path, before, after }]
      })
    },
  }
}
