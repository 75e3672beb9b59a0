import { execFile, spawn } from 'node:child_process'
import { promisify } from 'node:util'
import { HealFault } from '../engine.ts'

const run = promisify(execFile)

/** Where a commit can be fetched from, and the token for it; the token never appears in arguments. */
export interface Remote {
  readonly url: string
  readonly token: string | null
}

/** Never the hooks of the repository, never a question at the terminal. */
const QUIET = { GIT_TERMINAL_PROMPT: '0', GIT_CONFIG_NOSYSTEM: '1', LC_ALL: 'C' }
const NO_HOOKS = ['-c', 'core.hooksPath=/dev/null', '-c', 'advice.detachedHead=false']

async function git(root: string, args: readonly string[], extraEnv: Readonly<Record<string, string>> = {}) {
  const env = { ...process.env, ...QUIET, ...extraEnv }
  const { stdout } = await run('git', [...NO_HOOKS, ...args], {
    cwd: root,
    env,
    maxBuffer: 50_000_000,
    timeout: 300_000,
  })
  return stdout.trim()
}

/** The commit that is checked out, or null where `root` is no git repository. */
export async function headOf(root: string): Promise<string | null> {
  return git(root, ['rev-parse', 'HEAD']).catch(() => null)
}

/**
 * Makes `sha` the commit that is checked out. Returns false where it was already. A checkout with uncommitted changes is
 * not touched.
 */
export async function ensureCommit(root: string, sha: string, remote: Remote): Promise<boolean> {
  const head = await headOf(root)
  if (head === null) {
    throw new HealFault({
      message: `${root} is not a git repository.`,
      remedy: 'Put `- uses: actions/checkout@v5` before this step.',
      subject: 'GITHUB_WORKSPACE',
    })
  }
  if (head === sha) return false
  const changed = await git(root, ['status', '--porcelain', '--untracked-files=no'])
  if (changed !== '') {
    throw new HealFault({
      message: `The tests of ${sha.slice(0, 7)} failed, ${head.slice(0, 7)} is checked out, and files have uncommitted changes: ${changed.split('\n').slice(0, 3).join(', ')}.`,
      remedy: 'Check out the failing commit before this step, or leave its files unchanged.',
      subject: 'GITHUB_WORKSPACE',
    })
  }
  if (!(await hasCommit(root, sha))) await fetchCommit(root, sha, remote)
  await git(root, ['checkout', '--detach', '--quiet', sha])
  return true
}

async function hasCommit(root: string, sha: string): Promise<boolean> {
  return git(root, ['cat-file', '-e', `${sha}^{commit}`]).then(
    () => true,
    () => false,
  )
}

async function fetchCommit(root: string, sha: string, { url, token }: Remote): Promise<void> {
  const fetchFrom = (source: string, env: Record<string, string> = {}) =>
    git(root, ['fetch', '--quiet', '--no-tags', '--no-recurse-submodules', source, sha], env)
  try {
    // The checkout step usually left its credentials; a second header beside them would be refused.
    await fetchFrom('origin').catch(() => fetchFrom(url, token === null ? {} : authorization(url, token)))
  } catch (error) {
    throw new HealFault(
      {
        message: `The commit ${sha.slice(0, 7)} whose tests failed could not be fetched.`,
        remedy: 'Give `actions/checkout` the input `ref` with the failing commit, or the job `contents: read`.',
        subject: 'token',
      },
      { cause: error },
    )
  }
}

/** Where the repository lives; another address only on GitHub Enterprise. */
export const serverUrl = (env: Readonly<Record<string, string | undefined>>): string =>
  env.GITHUB_SERVER_URL || 'https://github.com'

/** Git settings through the environment, where no other process can read the token from the arguments. */
export function authorization(url: string, token: string): Record<string, string> {
  const basic = Buffer.from(`x-access-token:${token}`).toString('base64')
  return {
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: `http.${new URL(url).origin}/.extraheader`,
    GIT_CONFIG_VALUE_0: `AUTHORIZATION: basic ${basic}`,
  }
}

/** Runs a command of the user's own by `bash -c`, as it is written, without any token in its environment. */
export async function runOwnCommand(root: string, command: string, input: string): Promise<void> {
  const env = { ...process.env }
  for (const name of ['INPUT_TOKEN', 'GITHUB_TOKEN', 'GH_TOKEN']) delete env[name]
  const code = await new Promise<number | null>((resolve, reject) => {
    const child = spawn('bash', ['-c', command], { cwd: root, env, stdio: ['ignore', 'inherit', 'inherit'] })
    child.on('error', reject)
    child.on('close', resolve)
  })
  if (code !== 0) {
    throw new HealFault({
      message: `The command of the input \`${input}\` ended with ${code ?? 'a signal'}.`,
      remedy: 'See its output above, and try it on the failing commit.',
      subject: input,
    })
  }
}
