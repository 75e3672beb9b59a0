import { simpleGit } from 'simple-git'

/** Where the failing tests may have been green, and whose word that is. */
export interface BaselineCommits {
  /** Full ids, the likeliest first. */
  readonly commits: readonly string[]
  readonly isShallow: boolean
}

/** How far back to look where nothing tells: few commits, since each one is built and run. */
const STEPS_BACK = [1, 4, 16] as const
const DEFAULT_BRANCHES = ['origin/HEAD', 'origin/main', 'origin/master', 'main', 'master'] as const
const GIT_MILLIS = 15_000

/**
 * The commits on which a test that fails now may have been green, by a rule that is easy to tell: the commit that is
 * known to be green; else where the branch left the default branch; else, on the default branch itself, one commit back,
 * then 4, then 16, along first parents.
 */
export const findBaselineCommits = async (root: string, known: string | null): Promise<BaselineCommits> => {
  const git = simpleGit({ baseDir: root, timeout: { block: GIT_MILLIS } })
  const ask = async (...args: string[]): Promise<string | null> => {
    const said = await git.raw(args).catch(() => '')
    return said.trim() === '' ? null : said.trim()
  }
  const resolve = (name: string) => ask('rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`)
  const isShallow = (await ask('rev-parse', '--is-shallow-repository')) === 'true'
  if (known !== null) {
    const commit = await resolve(known)
    return { commits: commit === null ? [] : [commit], isShallow }
  }
  const head = await resolve('HEAD')
  if (head === null) return { commits: [], isShallow }
  for (const branch of DEFAULT_BRANCHES) {
    if ((await resolve(branch)) === null) continue
    const base = await ask('merge-base', branch, 'HEAD')
    if (base !== null && base !== head) return { commits: [base], isShallow }
    if (base === head) break
  }
  const back: string[] = []
  for (const steps of STEPS_BACK) {
    const commit = await resolve(`HEAD~${steps}`)
    if (commit !== null) back.push(commit)
  }
  return { commits: back, isShallow }
}
