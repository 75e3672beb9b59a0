import { type Environment, withoutSecrets } from './environment.ts'
import { type RunResult, run } from './process.ts'

export interface GitOptions {
  readonly root: string
  readonly env: Environment
  readonly signal?: AbortSignal
  /** [120,000 ms] */
  readonly timeoutMs?: number
  /** Settings for this call as variables, which no other process can read as it can read arguments. */
  readonly settings?: Environment
}

/** Git with nothing of the repository's own that could run: no hooks, no file system monitor, no prompts. */
export const git = (options: GitOptions, args: readonly string[]): Promise<RunResult> => {
  const { root, env, signal, settings } = options
  return run({
    command: 'git',
    args: ['-c', 'core.hooksPath=/dev/null', '-c', 'core.fsmonitor=false', '-c', 'advice.detachedHead=false', ...args],
    cwd: root,
    env: {
      ...withoutSecrets(env),
      ...settings,
      GIT_TERMINAL_PROMPT: '0',
      SSH_ASKPASS_REQUIRE: 'never',
      GIT_LFS_SKIP_SMUDGE: '1',
      LC_ALL: 'C',
    },
    timeoutMs: options.timeoutMs ?? 120_000,
    signal,
  })
}
