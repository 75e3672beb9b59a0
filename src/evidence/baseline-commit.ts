import { simpleGit } from 'simple-git'

/** Where the failing tests may have been green, and whose word that is. */
export interface BaselineCommits {
  /** Full ids, the likeliest first. */
  readonly commits: readonly string[]
  /** True where nothing in the repository points at them: they merely lie some way back. */
  readonly isGuess: boolean
  readonly isShallow: boolean
}

/** How far back to look where nothing tells: few commits, since each one is built and run. */
const STEPS_BACK = [1, 4, 16] as const
/** Commits before the likeliest, for the case that it cannot be built. */
const STEPS_BEFORE = [0, 1, 4] as const
const DEFAULT_BRANCHES = ['origin/HEAD', 'origin/main', 'origin/master', 'main', 'master'] as const
const GIT_MILLIS = 15_000

/**
 * The commits on which a test that fails now may have been green, by a rule that is easy to tell: the commit that is
 * known to be green, if it is in this clone; else where the branch left the default branch; and should that not build, one
 * commit before it, then 4. On the default branch itself one commit back, then 4, then 16, along first parents.
 */
export const findBaselineCommits = async (root: string, known: string | null): Promise<BaselineCommits> => {
  const git = simpleGit({ baseDir: root, timeout: { block: GIT_MILLIS } })
  const ask = async (...args: string[]): Promise<string | null> => {
    const said = await git.raw(args).catch(() => '')
    return said.trim() === '' ? null : said.trim()
  }
  const resolve = (name: string) => ask('rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`)
  const isShallow = (await ask('rev-parse', '--is-shallow-repository')) === 'true'
  const backFrom = async (commit: string, steps: readonly number[]): Promise<readonly string[]> =>
    (await Promise.all(steps.map((step) => resolve(`${commit}~${step}`)))).filter((found) => found !== null)
  if (known !== null) {
    const commit = await resolve(known)
    if (commit !== null) return { commits: await backFrom(commit, STEPS_BEFORE), isGuess: false, isShallow }
  }
  const head = await resolve('HEAD')
  if (head === null) return { commits: [], isGuess: true, isShallow }
  for (const branch of DEFAULT_BRANCHES) {
    if ((await resolve(branch)) === null) continue
    const base = await ask('merge-base', branch, 'HEAD')
    if (base !== null && base !== head)
      return { commits: await backFrom(base, STEPS_BEFORE), isGuess: false, isShallow }
    if (base === head) break
  }
  return { commits: await backFrom('HEAD', STEPS_BACK), isGuess: true, isShallow }
}

/** Of some commits those that hold one of the files, in their order: a test is green nowhere before it was written. */
export const holdingAny = async (
  root: string,
  commits: readonly string[],
  files: readonly string[],
): Promise<readonly string[]> => {
  const git = simpleGit({ baseDir: root, timeout: { block: GIT_MILLIS } })
  const holds = async (commit: string): Promise<boolean> => {
    const listed = await git.raw(['ls-tree', '--name-only', '-z', commit, '--', ...files]).catch(() => '')
    return listed !== ''
  }
  const held = await Promise.all(commits.map(holds))
  return commits.filter((_, at) => held[at])
}
