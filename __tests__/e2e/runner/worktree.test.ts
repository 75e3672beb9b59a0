import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { addWorktree, removeStaleWorktrees } from '../../../src/runner/worktree.ts'

let root: string
let first: string
const git = (...args: string[]) => execFileSync('git', ['-C', root, ...args], { encoding: 'utf8' }).trim()

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'repo-'))
  git('init', '-q')
  git('config', 'user.email', 'a@example.org')
  git('config', 'user.name', 'A')
  await writeFile(join(root, 'app.txt'), 'one')
  git('add', '.')
  git('commit', '-qm', 'one')
  first = git('rev-parse', 'HEAD')
  await writeFile(join(root, 'app.txt'), 'two')
  git('commit', '-qam', 'two')
  await mkdir(join(root, 'node_modules'))
  await writeFile(join(root, 'node_modules/x'), 'x')
})
afterEach(() => rm(root, { recursive: true, force: true }))
const add = (commit: string, more = {}) => addWorktree({ root, commit, env: process.env, ...more })

describe('addWorktree', () => {
  it('checks another commit out beside the work tree and takes it away again', async () => {
    const tree = await add(first.slice(0, 8), { link: ['node_modules'] })
    expect(tree.commit).toBe(first)
    expect(await readFile(join(tree.path, 'app.txt'), 'utf8')).toBe('one')
    expect(await readFile(join(tree.path, 'node_modules/x'), 'utf8')).toBe('x')
    expect(await readFile(join(root, 'app.txt'), 'utf8')).toBe('two')
    await tree.remove()
    expect(existsSync(tree.path)).toBe(false)
    expect(existsSync(join(root, 'node_modules/x'))).toBe(true)
    expect(git('worktree', 'list').split('\n')).toHaveLength(1)
    expect(git('status', '--porcelain')).toBe('?? node_modules/')
  })

  it('runs no hook of the repository', async () => {
    const hook = join(root, '.git/hooks/post-checkout')
    await writeFile(hook, `#!/bin/sh\ntouch ${root}/hook-ran\n`)
    await chmod(hook, 0o755)
    const tree = await add(first)
    expect(existsSync(join(root, 'hook-ran'))).toBe(false)
    await tree.remove()
  })

  it.each(['0000000000000000000000000000000000000000', 'no-such-branch', '--orphan', ''])(
    'says that there is no commit %j',
    async (commit) => {
      await expect(add(commit)).rejects.toThrow(/There is no commit.*fetch-depth: 0/)
      expect(git('worktree', 'list').split('\n')).toHaveLength(1)
    },
  )

  it('clears away what a run that was killed left, and nothing of a run at work', async () => {
    const live = await add(first)
    const dead = await add(first)
    await writeFile(join(dirname(dead.path), 'owner.json'), JSON.stringify({ pid: 2 ** 22 + 1, started: '1', root }))
    expect(await removeStaleWorktrees(root, process.env)).toBe(1)
    expect([existsSync(live.path), existsSync(dead.path)]).toEqual([true, false])
    expect(git('worktree', 'list').split('\n')).toHaveLength(2)
    await live.remove()
  })
})
