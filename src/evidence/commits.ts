import { simpleGit } from 'simple-git'
import type { Problem } from '../model.ts'
import { type Commit, type TokenChange, tokenChanges } from '../source/changes.ts'
import { followConstants } from './constants.ts'

/** What the product's own source changed between two commits. */
export interface CommitChanges {
  readonly changes: readonly TokenChange[]
  /** Commits looked at, newest first. */
  readonly commits: readonly Commit[]
  /** Set where the history could not be read as far as needed. */
  readonly problem: Problem | null
}

export interface CommitRange {
  readonly root: string
  /** Last green commit, exclusive; null where it is not known: then the newest `maxCommits` are read. */
  readonly from: string | null
  readonly to: string
  /** Files that are tests: what they changed proves nothing about the product. Repository-relative paths. */
  readonly tests: readonly string[]
  readonly maxCommits?: number
}

/** Commits read where the last green one is not known, bytes of patches read, and milliseconds granted to git. */
const LIMITS = { commits: 50, bytes: 24 * 1024 * 1024, millis: 15_000 } as const
const RECORD = '\u0001'
const FIELD = '\u0000'

const EXCLUDED = [
  'node_modules',
  'dist',
  'build',
  'package-lock.json',
  'pnpm-lock.yaml',
  'yarn.lock',
  '*.min.js',
  '*.map',
  '*.svg',
  '*.snap',
]

/**
 * Reads the commits in `from..to` with their patches in one call and pairs what they changed, token by token.
 * Diff drivers and text conversions of the repository are switched off: they would run its programs.
 */
export const readCommitChanges = async (range: CommitRange): Promise<CommitChanges> => {
  const git = simpleGit({ baseDir: range.root, timeout: { block: LIMITS.millis } })
  const revisions = range.from
    ? [`${range.from}..${range.to}`]
    : [range.to, `--max-count=${range.maxCommits ?? LIMITS.commits}`]
  const pathspecs = [
    '.',
    ...EXCLUDED.map((name) => `:(exclude,glob)**/${name}`),
    ...range.tests.map((file) => `:(exclude,literal)${file}`),
  ]
  let text: string
  try {
    text = await git.raw([
      'log',
      '-p',
      '-U3',
      '-M',
      '--no-merges',
      '--no-color',
      '--no-ext-diff',
      '--no-textconv',
      `--format=${'%x01'}%H%x00%an%x00%aI%x00%s%x00`,
      ...revisions,
      '--',
      ...pathspecs,
    ])
  } catch (error) {
    return { changes: [], commits: [], problem: await unreadable(range, error) }
  }
  const read = parseLog(text.slice(0, LIMITS.bytes), text.length > LIMITS.bytes)
  const from = range.from ?? (await firstParentOf(git, read.commits.at(-1)?.id))
  const followed = from === null ? [] : await followConstants(read.changes, { root: range.root, from, to: range.to })
  return { ...read, changes: inOrder(read, followed) }
}

/** Changes by commit, the newest first. */
const inOrder = ({ changes, commits }: CommitChanges, more: readonly TokenChange[]): readonly TokenChange[] => {
  if (more.length === 0) return changes
  const order = new Map(commits.map(({ id }, at) => [id, at]))
  const at = ({ commit }: TokenChange) => order.get(commit.id) ?? 0
  return [...changes, ...more].sort((a, b) => at(a) - at(b))
}

const firstParentOf = (git: ReturnType<typeof simpleGit>, commit: string | undefined): Promise<string | null> =>
  commit === undefined
    ? Promise.resolve(null)
    : git.raw(['rev-parse', '--verify', '--quiet', `${commit}^`]).then(
        (said) => said.trim() || null,
        () => null,
      )

const parseLog = (text: string, cut: boolean): CommitChanges => {
  const changes: TokenChange[] = []
  const commits: Commit[] = []
  for (const record of text.split(RECORD).slice(1)) {
    const [id, author, date, subject, ...rest] = record.split(FIELD)
    if (!id || author === undefined || date === undefined || subject === undefined) continue
    const commit: Commit = { id, author, date, subject }
    commits.push(commit)
    try {
      changes.push(...tokenChanges(rest.join(FIELD).trimStart(), commit))
    } catch {
      // A patch that the parser refuses (binary, truncated by the cap) explains nothing; the other commits still do.
      commits.pop()
    }
  }
  const problem = cut
    ? {
        message: `The commits since the last green run change more than ${LIMITS.bytes >> 20} MiB; the oldest were not read.`,
        remedy: 'Nothing to do: confidence is lower where no commit explains a change.',
      }
    : null
  return { changes, commits, problem }
}

const unreadable = async (range: CommitRange, error: unknown): Promise<Problem> => {
  const shallow = await simpleGit(range.root)
    .raw(['rev-parse', '--is-shallow-repository'])
    .catch(() => 'false')
  const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)
  return shallow.trim() === 'true'
    ? {
        message: `The clone is too shallow to read the commits since ${range.from ?? 'the last green run'}.`,
        remedy: 'Check out with `fetch-depth: 0`, so that renames in the product can be shown as evidence.',
        subject: range.root,
      }
    : {
        message: `git could not read the commits up to ${range.to}: ${reason}`,
        remedy: 'Run inside the git repository of the tests.',
        subject: range.root,
      }
}

/** The commit that is checked out; null outside of a git repository and before the first commit. */
export const headCommit = async (root: string): Promise<string | null> =>
  simpleGit(root)
    .revparse(['HEAD'])
    .then((id) => id.trim() || null)
    .catch(() => null)
