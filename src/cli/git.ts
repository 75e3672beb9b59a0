import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'
import { CliFault } from './context.ts'

const run = promisify(execFile)

export interface GitResult {
  readonly ok: boolean
  readonly stdout: string
  readonly stderr: string
}

/** Runs git in `cwd` without a shell, without hooks and without questions; never rejects. */
export async function git(cwd: string, args: readonly string[]): Promise<GitResult> {
  try {
    const env = { ...process.env, GIT_TERMINAL_PROMPT: '0', GIT_OPTIONAL_LOCKS: '0', LC_ALL: 'C' }
    const options = { cwd, env, maxBuffer: 20_000_000, timeout: 60_000 }
    const { stdout, stderr } = await run('git', ['-c', 'core.hooksPath=/dev/null', ...args], options)
    return { ok: true, stdout, stderr }
  } catch (error) {
    const failed = error as { stdout?: string; stderr?: string; message?: string }
    return { ok: false, stdout: failed.stdout ?? '', stderr: failed.stderr || failed.message || 'git failed' }
  }
}

/** The root of the repository around `cwd`. Rejects with a `CliFault` where there is none, or no git. */
export async function repositoryRoot(cwd: string): Promise<string> {
  const found = await git(cwd, ['rev-parse', '--show-toplevel'])
  if (found.ok) return path.resolve(found.stdout.replace(/\r?\n$/, ''))
  if (found.stderr.includes('ENOENT'))
    throw new CliFault('git could not be started.', 'Install git and see that it is on the PATH.')
  if (found.stderr.includes('dubious ownership'))
    throw new CliFault(
      `git refuses ${cwd}, because it belongs to another user.`,
      `If you trust it: git config --global --add safe.directory ${cwd}`,
    )
  throw new CliFault(`${cwd} is not in a git repository.`, 'Run the command inside the checkout of the tests.')
}
