import type { Problem } from '../model.ts'
import type { Environment } from './environment.ts'
import { git } from './git.ts'

export interface DeepenOptions {
  readonly root: string
  readonly env: Environment
  /** The commit that has to be reached; null: enough commits to look back, and where the branch left the default one. */
  readonly commit: string | null
  /** Settings that let git in where the clone's own do not, tried second. */
  readonly credentials?: Environment
  readonly signal?: AbortSignal
}

export interface Deepened {
  /** Whether anything was fetched. */
  readonly fetched: boolean
  /** Set where the history does not reach as far as needed, and says why. */
  readonly problem: Problem | null
}

/** Commits that are fetched at a time: most histories are short, and a long one must not cost all of the time. */
const STEPS = [25, 100, 400, 1_600] as const
/** As far back as a commit is looked for where none is known. */
const LOOK_BACK = 16
const STEP_MILLIS = 60_000
const REMEDY = 'Check out with `fetch-depth: 0`, so that the history is there from the start.'

/**
 * Fetches as much more of a shallow clone's history as is needed, in bounded steps. A clone that is whole, or deep
 * enough, is left as it is; no branch and no file of it moves. Never rejects but for an abort.
 */
export const deepen = async (options: DeepenOptions): Promise<Deepened> => {
  const { root, env, signal, commit } = options
  const ask = async (...args: string[]): Promise<string | null> => {
    const { code, output } = await git({ root, env, signal, timeoutMs: 15_000 }, args)
    return code === 0 && output.trim() !== '' ? output.trim() : null
  }
  const isShallow = async () => (await ask('rev-parse', '--is-shallow-repository')) === 'true'
  if (!(await isShallow())) return { fetched: false, problem: null }
  const head = await ask('rev-parse', '--verify', '--quiet', 'HEAD')
  const remote = (await ask('remote'))?.split('\n')[0]
  if (head === null || remote === undefined) return { fetched: false, problem: tooShallow('it has no remote') }
  const base = commit ?? (await defaultBranch(ask, remote))
  const isReached = async (): Promise<boolean> => {
    if (base !== null) {
      const name = commit ?? `refs/remotes/${remote}/${base}`
      const common = await ask('merge-base', name, 'HEAD')
      // On the default branch itself there is no fork to look for.
      if (commit !== null || common !== head) return common !== null
    }
    return (await ask('rev-parse', '--verify', '--quiet', `HEAD~${LOOK_BACK}`)) !== null
  }
  const wanted = base === null ? [] : [commit ?? `+refs/heads/${base}:refs/remotes/${remote}/${base}`]
  let fetched = false
  let said = ''
  for (const step of STEPS) {
    if (await isReached()) return { fetched, problem: null }
    if (!(await isShallow())) break
    const found = await fetchMore({ ...options, remote, head, wanted, step })
    signal?.throwIfAborted()
    if (found !== null) {
      said = found
      break
    }
    fetched = true
  }
  const isDone = (await isReached()) || !(await isShallow())
  return { fetched, problem: isDone ? null : tooShallow(said) }
}

interface Fetching extends DeepenOptions {
  readonly remote: string
  readonly head: string
  readonly wanted: readonly string[]
  readonly step: number
}

/** Null where it went well; else what git said. */
const fetchMore = async (options: Fetching): Promise<string | null> => {
  const { root, env, signal, remote, head, wanted, step, credentials } = options
  // The head itself is asked for: that of a pull request is on no branch.
  const args = ['fetch', '--quiet', '--no-tags', '--no-recurse-submodules', '--no-write-fetch-head', `--deepen=${step}`]
  const tries = [
    { refs: [head, ...wanted], settings: {} },
    ...(credentials ? [{ refs: [head, ...wanted], settings: credentials }] : []),
    // A commit that was pushed over or deleted is not to be had.
    ...(wanted.length > 0 ? [{ refs: [head], settings: {} }] : []),
  ]
  let said = ''
  for (const { refs, settings } of tries) {
    const result = await git({ root, env, signal, settings, timeoutMs: STEP_MILLIS }, [...args, remote, ...refs])
    if (result.code === 0) return null
    if (result.timedOut) return `git took longer than ${STEP_MILLIS / 1000} s to fetch ${step} commits more`
    said ||= withoutAddress(result.output)
  }
  return said || 'git fetched nothing'
}

const defaultBranch = async (
  ask: (...args: string[]) => Promise<string | null>,
  remote: string,
): Promise<string | null> => {
  const known = await ask('symbolic-ref', '--quiet', '--short', `refs/remotes/${remote}/HEAD`)
  if (known !== null) return known.slice(remote.length + 1)
  const listed = await ask('ls-remote', '--symref', remote, 'HEAD')
  const name = /^ref: refs\/heads\/(\S+)\s+HEAD$/m.exec(listed ?? '')?.[1] ?? null
  return name === null || name.startsWith('-') ? null : name
}

/** The last line that git wrote, without what an address may hold of a password. */
const withoutAddress = (output: string): string =>
  (output.trim().split('\n').at(-1) ?? '').replace(/\b(\w+:\/\/)[^/\s@]*@/g, '$1').slice(0, 300)

const tooShallow = (why: string): Problem => ({
  message: `The clone is too shallow to see what changed since the tests were green, and could not be deepened${why === '' ? '' : `: ${why}`}.`,
  remedy: REMEDY,
  subject: 'fetch-depth',
})
