import { diffArrays, parsePatch } from 'diff'
import { pairBySurroundings, type Standing } from './pair-tokens.ts'
import { type Token, type TokenKind, tokensOf } from './tokens.ts'

export type { Standing } from './pair-tokens.ts'

/** Who changed it, and when. */
export interface Commit {
  /** Full object id. */
  readonly id: string
  readonly author: string
  /** ISO 8601. */
  readonly date: string
  readonly subject: string
}

/** One token that a commit replaced, removed (`new` is null) or added (`old` is null). */
export interface TokenChange {
  readonly commit: Commit
  /** Path after the commit, or before it where the file was deleted. */
  readonly file: string
  /** Line after the commit, from 1; before it where nothing took the token's place. */
  readonly line: number
  readonly kind: TokenKind | 'file'
  readonly old: string | null
  readonly new: string | null
  /** What became of the code around a replaced token; `alone` for others. */
  readonly standing: Standing
}

/** Most tokens of a side of a hunk, and most changes of a commit that are looked at. */
const LIMITS = { tokens: 1_500, changes: 20_000, moves: 1_000 } as const

interface Hunk {
  readonly file: string
  readonly before: readonly Token[]
  readonly after: readonly Token[]
}

const stripPrefix = (name: string | undefined): string => (name ?? '').replace(/^[ab]\//, '')

const hunksOf = (patch: string): readonly Hunk[] =>
  parsePatch(patch).flatMap((file) => {
    const name = stripPrefix(file.newFileName === '/dev/null' ? file.oldFileName : file.newFileName)
    return file.hunks.map((hunk): Hunk => {
      const before: Token[] = []
      const after: Token[] = []
      let oldLine = hunk.oldStart
      let newLine = hunk.newStart
      for (const line of hunk.lines) {
        const sign = line[0]
        if (sign === '\\') continue
        const text = line.slice(1)
        if (sign !== '+') before.push(...tokensOf(text, oldLine++, name))
        if (sign !== '-') after.push(...tokensOf(text, newLine++, name))
      }
      return { file: name, before, after }
    })
  })

/** Which tokens a hunk took away and brought, by position on its side. */
const changedTokens = ({
  before,
  after,
}: Hunk): { readonly gone: readonly number[]; readonly come: readonly number[] } | null => {
  if (before.length > LIMITS.tokens || after.length > LIMITS.tokens) return null
  const parts = diffArrays([...before], [...after], {
    comparator: (a, b) => a.text === b.text && a.kind === b.kind,
    timeout: 500,
  })
  if (!parts) return null
  const gone: number[] = []
  const come: number[] = []
  let left = 0
  let right = 0
  for (const { added, removed, value } of parts) {
    for (const _ of value) {
      if (removed) gone.push(left++)
      else if (added) come.push(right++)
      else {
        left++
        right++
      }
    }
  }
  return { gone, come }
}

/**
 * The tokens that one commit changed, each removed one paired with what took its place in the same hunk.
 *
 * @param patch unified diff of the commit (`git show`), any number of files; lines of context make pairs surer
 */
export const tokenChanges = (patch: string, commit: Commit): TokenChange[] => {
  const hunks = hunksOf(patch)
  const frequency = new Map<string, number>()
  for (const { text } of hunks.flatMap(({ before }) => before)) frequency.set(text, (frequency.get(text) ?? 0) + 1)
  const changes: TokenChange[] = movedFiles(patch, commit)
  for (const hunk of hunks) {
    const changed = changedTokens(hunk)
    if (!changed) continue
    for (const { old, next, standing } of pairBySurroundings(hunk, changed, frequency)) {
      if (changes.length >= LIMITS.changes) return changes
      changes.push({
        commit,
        file: hunk.file,
        line: next?.line ?? old?.line ?? 1,
        kind: next?.kind ?? old?.kind ?? 'word',
        old: old?.text ?? null,
        new: next?.text ?? null,
        standing,
      })
    }
  }
  return changes
}

/** Files that a commit moved, as one change of their path each; paths in quotes hold what no path of a test says. */
const movedFiles = (patch: string, commit: Commit): TokenChange[] =>
  [...patch.matchAll(/^rename from ([^"\n]{1,500})\nrename to ([^"\n]{1,500})$/gm)]
    .slice(0, LIMITS.moves)
    .map(([, old = '', fresh = '']) => ({
      commit,
      file: fresh,
      line: 1,
      kind: 'file' as const,
      old,
      new: fresh,
      standing: 'alone' as const,
    }))
