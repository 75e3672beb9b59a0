import type { Edit } from '../model.ts'

/** The texts of files as they are on disk; null where a file cannot be read. */
export type ReadFile = (file: string) => string | null

/** Edits that are placed: their offsets are those of the files as they are on disk. */
export type PlacedEdit = Edit & { readonly placed: true }

/**
 * All fixes of a run, held as edits of the files as they are on disk. Edits of different fixes never overlap unless they
 * are the same edit, so any fix can be taken back without touching the others, and the files with any set of fixes can
 * be computed at any time.
 */
export interface PatchSet {
  /** The file with all fixes in it, or as it is on disk. */
  read(file: string): string | null
  /** Places edits that were made for the files as `read` gives them now. */
  readonly place: Place
  /** A `place` for the files as they are at this moment, whatever is added afterwards. */
  placer(): Place
  /**
   * Adds a fix. The same edit may belong to several fixes.
   *
   * @returns null, or why it cannot be added: another fix changed the same place in another way
   */
  add(fix: string, edits: readonly PlacedEdit[]): string | null
  remove(fix: string): void
  /** The edits of one fix. */
  edits(fix: string): readonly PlacedEdit[]
  fixes(): readonly string[]
  /** The fixes that changed something within a range of the file as `read` gives it now. */
  within(file: string, start: number, end: number): readonly string[]
  /** Files with at least one edit, before and after, sorted by path; of some fixes only where they are named. */
  changed(fixes?: readonly string[]): readonly ChangedFile[]
}

export interface ChangedFile {
  readonly path: string
  readonly before: string
  readonly after: string
}

/** Gives the placed edits, or why they cannot be placed. */
export type Place = (edits: readonly Edit[]) => readonly PlacedEdit[] | string

interface Range {
  readonly start: number
  readonly end: number
}

const byStart = (a: Range, b: Range): number => a.start - b.start || a.end - b.end
const sameEdit = (a: Edit, b: Edit): boolean =>
  a.file === b.file && a.start === b.start && a.end === b.end && a.new === b.new
const touch = (a: Edit, b: Edit): boolean => a.file === b.file && a.start < b.end && b.start < a.end

const distinct = <E extends Edit>(edits: readonly E[]): readonly E[] =>
  edits.filter((edit, at) => edits.findIndex((other) => sameEdit(edit, other)) === at).sort(byStart)

const applyAll = (text: string, edits: readonly Edit[]): string => {
  let result = ''
  let at = 0
  for (const edit of edits) {
    result += text.slice(at, edit.start) + edit.new
    at = edit.end
  }
  return result + text.slice(at)
}

/** Range on disk of a range of the current text; null where it touches a range that a fix changed. */
const toDisk = (edits: readonly Edit[], { start, end }: Range): Range | null => {
  let shift = 0
  for (const edit of edits) {
    const from = edit.start + shift
    const to = from + edit.new.length
    if (end <= from) break
    if (start < to) return null
    shift += edit.new.length - (edit.end - edit.start)
  }
  return { start: start - shift, end: end - shift }
}

export const createPatchSet = (readDisk: ReadFile): PatchSet => {
  const fixes = new Map<string, readonly PlacedEdit[]>()
  const all = (file: string, only?: readonly string[]): readonly PlacedEdit[] =>
    distinct(
      [...fixes].flatMap(([fix, edits]) =>
        only && !only.includes(fix) ? [] : edits.filter((edit) => edit.file === file),
      ),
    )
  const textWith = (file: string, edits: readonly Edit[]): string | null => {
    const text = readDisk(file)
    return text === null || edits.length === 0 ? text : applyAll(text, edits)
  }

  const placer = (): Place => {
    const then = new Map<string, readonly PlacedEdit[]>()
    for (const file of new Set([...fixes.values()].flat().map((edit) => edit.file))) then.set(file, all(file))
    return (edits) => {
      const placed: PlacedEdit[] = []
      for (const edit of edits) {
        const earlier = then.get(edit.file) ?? []
        const text = textWith(edit.file, earlier)
        if (text === null) return `${edit.file} cannot be read`
        if (text.slice(edit.start, edit.end) !== edit.old) return `${edit.file} is not as it was when the fix was made`
        const range = toDisk(earlier, edit)
        if (range === null) return `another fix already changed the same place in ${edit.file}`
        placed.push({ ...edit, ...range, placed: true })
      }
      return placed
    }
  }

  return {
    read: (file) => textWith(file, all(file)),
    place: (edits) => placer()(edits),
    placer,
    add(fix, edits) {
      const others = [...fixes].flatMap(([other, theirs]) => (other === fix ? [] : theirs))
      const clash = edits.find((edit) => others.some((other) => touch(edit, other) && !sameEdit(edit, other)))
      if (clash) return `another fix changes the same place in ${clash.file} in another way`
      fixes.set(fix, edits)
      return null
    },
    remove: (fix) => void fixes.delete(fix),
    edits: (fix) => fixes.get(fix) ?? [],
    fixes: () => [...fixes.keys()],
    within(file, start, end) {
      const found: string[] = []
      let shift = 0
      for (const edit of all(file)) {
        const from = edit.start + shift
        const to = from + edit.new.length
        shift += edit.new.length - (edit.end - edit.start)
        if (from < start || to > end) continue
        for (const [fix, edits] of fixes) if (edits.some((own) => sameEdit(own, edit))) found.push(fix)
      }
      return [...new Set(found)]
    },
    changed(only) {
      const touched = [...fixes].flatMap(([fix, edits]) =>
        only && !only.includes(fix) ? [] : edits.map((edit) => edit.file),
      )
      return [...new Set(touched)].sort().flatMap((path) => {
        const before = readDisk(path)
        const after = textWith(path, all(path, only))
        return before === null || after === null || before === after ? [] : [{ path, before, after }]
      })
    },
  }
}
