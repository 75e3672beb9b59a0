import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

/** Changes a bare repository the way GitHub's own servers do: by plumbing, with no checkout. */
export interface BareGit {
  readonly dir: string
  /** Commit of a full reference, or null. */
  read(ref: string): string | null
  /** Sets a reference; `from` is where it must stand, an empty text for "nowhere", absent for "wherever". */
  set(ref: string, oid: string, from?: string): void
  remove(ref: string): void
  hasCommit(oid: string): boolean
  isAncestor(older: string, newer: string): boolean
  /** Text of `<commit>:<path>`, or null. */
  blob(expression: string): string | null
  /** Id of the object that an expression names, or null. */
  object(expression: string): string | null
  /** Entries of the tree that an expression names, or null. */
  entries(expression: string): readonly { name: string; type: string; mode: number }[] | null
  /** Resolves any expression that names a commit. */
  resolve(expression: string): string | null
  /** Writes a tree of texts. */
  tree(files: readonly { path: string; content: string }[]): string
  /** Commits a tree with any parents, none included. */
  commitTree(tree: string, parents: readonly string[], message: string): string
  commit(parent: string, files: readonly { path: string; content: Buffer | null }[], message: string): string
  /** The diff of one commit against where it left another, file by file. */
  diff(base: string, head: string): ReadonlyMap<string, string>
  /** Commits that `head` has and `base` has not. */
  ahead(base: string, head: string): number
}

const IDENTITY = {
  GIT_AUTHOR_NAME: 'github-actions[bot]',
  GIT_AUTHOR_EMAIL: '41898282+github-actions[bot]@users.noreply.github.com',
  GIT_COMMITTER_NAME: 'GitHub',
  GIT_COMMITTER_EMAIL: 'noreply@github.com',
}

/** A reference as its own file holds it, which costs no process; most of those that tests ask for lie so. */
function looseRef(dir: string, ref: string): string | null {
  try {
    const text = /^refs\/[\w./-]+$/.test(ref) && !ref.includes('..') ? readFileSync(path.join(dir, ref), 'utf8') : ''
    return /^[0-9a-f]{40}\n$/.test(text) ? text.trim() : null
  } catch {
    return null
  }
}

export function openBare(dir: string): BareGit {
  const run = (args: readonly string[], options: { input?: Buffer | string; env?: Record<string, string> } = {}) =>
    execFileSync('git', ['--git-dir', dir, ...args], {
      input: options.input,
      env: { ...process.env, ...IDENTITY, ...options.env },
      stdio: ['pipe', 'pipe', 'pipe'],
      maxBuffer: 100_000_000,
    }).toString('utf8')
  const attempt = <T>(body: () => T): T | null => {
    try {
      return body()
    } catch {
      return null
    }
  }
  const resolve = (expression: string) =>
    attempt(() => run(['rev-parse', '--verify', '--quiet', '--end-of-options', `${expression}^{commit}`]).trim())
  return {
    dir,
    resolve,
    read: (ref) => looseRef(dir, ref) ?? attempt(() => run(['rev-parse', '--verify', '--quiet', ref]).trim()),
    set: (ref, oid, from) => {
      run(['update-ref', ref, oid, ...(from === undefined ? [] : [from === '' ? '0'.repeat(40) : from])])
    },
    remove: (ref) => {
      run(['update-ref', '-d', ref])
    },
    hasCommit: (oid) => /^[0-9a-f]{40}$/.test(oid) && resolve(oid) !== null,
    isAncestor: (older, newer) => attempt(() => run(['merge-base', '--is-ancestor', older, newer])) !== null,
    entries: (expression) => {
      if (attempt(() => run(['cat-file', '-t', expression]).trim()) !== 'tree') return null
      return run(['ls-tree', '-z', expression])
        .split('\0')
        .filter(Boolean)
        .map((line) => {
          const [, mode = '', type = '', name = ''] = /^(\d+) (\w+) [0-9a-f]+\t([\s\S]+)$/.exec(line) ?? []
          return { name, type, mode: Number.parseInt(mode, 8) }
        })
    },
    object: (expression) =>
      attempt(() => run(['rev-parse', '--verify', '--quiet', '--end-of-options', expression]).trim()),
    tree: (files) => {
      const entries = files.map(({ path: file, content }) => {
        const oid = run(['hash-object', '-w', '--stdin'], { input: content }).trim()
        return `100644 blob ${oid}\t${file}\n`
      })
      return run(['mktree'], { input: entries.join('') }).trim()
    },
    commitTree: (tree, parents, message) =>
      run(['commit-tree', tree, ...parents.flatMap((parent) => ['-p', parent]), '-F', '-'], { input: message }).trim(),
    blob: (expression) => attempt(() => run(['cat-file', 'blob', expression])),
    diff: (base, head) => {
      const text = attempt(() => run(['diff', '--no-color', '--no-renames', `${base}...${head}`])) ?? ''
      const files = text.split(/^diff --git /m).slice(1)
      return new Map(
        files.map((file) => [/^\+\+\+ b\/(.*)$/m.exec(file)?.[1] ?? '', file.slice(Math.max(0, file.indexOf('@@')))]),
      )
    },
    ahead: (base, head) => Number(run(['rev-list', '--count', `${base}..${head}`]).trim()),
    commit: (parent, files, message) => {
      const scratch = mkdtempSync(path.join(tmpdir(), 'bare-index-'))
      const env = { GIT_INDEX_FILE: path.join(scratch, 'index') }
      try {
        run(['read-tree', parent], { env })
        for (const { path: file, content } of files) {
          if (content === null) {
            run(['update-index', '--index-info'], { env, input: `0 ${'0'.repeat(40)}\t${file}\n` })
            continue
          }
          const oid = run(['hash-object', '-w', '--stdin'], { input: content }).trim()
          run(['update-index', '--add', '--cacheinfo', `100644,${oid},${file}`], { env })
        }
        const tree = run(['write-tree'], { env }).trim()
        return run(['commit-tree', tree, '-p', parent, '-F', '-'], { input: message }).trim()
      } finally {
        rmSync(scratch, { recursive: true, force: true })
      }
    },
  }
}
