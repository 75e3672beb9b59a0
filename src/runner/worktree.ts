import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, rm, statfs, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Fault } from '../fault.ts'
import type { Environment } from './environment.ts'
import { git as runGit } from './git.ts'
import { makeOwnFolder, removeStaleFolders } from './own-folder.ts'

/** Another commit, checked out beside the work tree. */
export interface Worktree {
  /** Absolute. */
  readonly path: string
  readonly commit: string
  /** Removes it. Never rejects. */
  remove(): Promise<void>
}

export interface WorktreeOptions {
  /** Work tree of the repository. */
  readonly root: string
  /** A full or short hash, or any name of a commit that git knows. */
  readonly commit: string
  readonly env: Environment
  readonly signal?: AbortSignal
  /** Folders of the root to link into the worktree where it lacks them, such as `node_modules` [none]. */
  readonly link?: readonly string[]
}

/**
 * Checks a commit out into a temporary folder of its own, without running any hook that the repository
 * brings. Leftovers of runs that were killed are removed first. Rejects with a `Fault` where git does not know the
 * commit.
 */
export async function addWorktree(options: WorktreeOptions): Promise<Worktree> {
  const { root, env, signal } = options
  await removeStaleWorktrees(root, env)
  if (options.commit.startsWith('-')) throw unknownCommit(options.commit, 'a name cannot begin with a dash')
  const resolved = await git(root, env, ['rev-parse', '--verify', '--quiet', `${options.commit}^{commit}`], signal)
  const commit = resolved.output.trim()
  if (resolved.code !== 0) throw unknownCommit(options.commit, 'git does not know it here')
  const home = await makeOwnFolder('worktree', root)
  const path = join(home, `tree-${randomBytes(4).toString('hex')}`)
  const remove = async () => {
    await git(root, env, ['worktree', 'remove', '--force', '--force', path]).catch(() => undefined)
    await rm(home, { recursive: true, force: true }).catch(() => undefined)
    await git(root, env, ['worktree', 'prune']).catch(() => undefined)
  }
  try {
    const added = await git(root, env, ['worktree', 'add', '--detach', '--force', path, commit], signal)
    if (added.code !== 0)
      throw new Fault({
        message: `Commit ${commit.slice(0, 12)} could not be checked out: ${reasonIn(added.output)}${await spaceLeft(home)}`,
        remedy: 'Check free space, and fetch the history (`fetch-depth: 0`).',
      })
    for (const name of options.link ?? []) await linkFolder(root, path, name)
    return { path, commit, remove }
  } catch (error) {
    await remove()
    throw error
  }
}

/** Removes folders and worktrees of ours whose run is gone. Returns how many. Never rejects. */
export async function removeStaleWorktrees(root: string, env: Environment): Promise<number> {
  const removed = await removeStaleFolders(root)
  if (removed > 0) await git(root, env, ['worktree', 'prune']).catch(() => undefined)
  return removed
}

async function linkFolder(root: string, tree: string, name: string): Promise<void> {
  const [from, to] = [join(root, name), join(tree, name)]
  if (!existsSync(from) || existsSync(to)) return
  await mkdir(join(to, '..'), { recursive: true })
  await symlink(from, to, 'junction')
}

const git = (root: string, env: Environment, args: readonly string[], signal?: AbortSignal) =>
  runGit({ root, env, signal }, args)

function unknownCommit(commit: string, why: string): Fault {
  return new Fault({
    message: `There is no commit ${JSON.stringify(commit.slice(0, 100))}: ${why}.`,
    remedy: 'Fetch the history: `fetch-depth: 0` for actions/checkout.',
    subject: commit,
  })
}

/** What git says it could not do, and why: not always in its last line. */
const reasonIn = (text: string) => {
  const lines = text.trim().split('\n')
  const telling = lines.filter((line) => /^(?:error|fatal): /.test(line)).slice(0, 3)
  return (telling.length > 0 ? telling : lines.slice(-1)).join(' ').slice(0, 600)
}

/** Git does not say that a disk is full; this does. */
async function spaceLeft(folder: string): Promise<string> {
  const disk = await statfs(folder).catch(() => null)
  return disk ? ` ${Math.floor((disk.bavail * disk.bsize) / 2 ** 20)} MB are free in ${tmpdir()}.` : ''
}
