import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { runSuite } from '../../scripts/fixture.ts'

/** What a branch with repairs does to the shop, found out without any of the engine's own code. */
export interface BranchProof {
  readonly files: readonly string[]
  /** Files in which more than locators and the texts they look for has changed. */
  readonly otherwise: readonly string[]
  /** Tests of the whole suite, run with the branch on the redesigned shop, as `<file> › <title path>`. */
  readonly green: readonly string[]
  readonly red: readonly string[]
}

const LOCATING = /\.(?:getBy[A-Z]\w+|locator|frameLocator|contentFrame|filter|nth|first|last|and|or)\([^()]*\)/g
const TEXT = /'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`|\/(?:[^/\\\n*]|\\.)(?:[^/\\\n]|\\.)*\/[a-z]*/g

/** A text by a word of its own, without what could be taken for syntax. */
const wordFor = (text: string): string => `T${Buffer.from(text).toString('hex')}`

/**
 * Source without calls that only locate, and without the texts that constants hold: what is left, the texts of assertions
 * among it, must be as it was.
 */
export const withoutLocators = (source: string): string => {
  let left = source.replace(TEXT, wordFor)
  for (let before = ''; before !== left; ) {
    before = left
    left = left.replace(LOCATING, '')
  }
  const bare = left.replace(/\s+/g, '').replace(/([:=])T[0-9a-f]+/g, '$1T')
  // A page object's method that is asked for an element, and is acted on at once.
  return bare.replace(/(\.\w+)\(T[0-9a-f]+\)(?=\.)/g, '$1(T)')
}

/** Checks the branch out in the shop's repository, runs the whole suite, and puts the repository back. */
export const proveBranch = async (
  repo: string,
  remote: string,
  branch: string,
  base: string,
  dir: string,
): Promise<BranchProof> => {
  const git = (...args: readonly string[]) => execFileSync('git', ['-C', repo, ...args], { encoding: 'utf8' })
  git('fetch', '--quiet', remote, branch)
  const head = git('rev-parse', 'FETCH_HEAD').trim()
  const changes = git('diff', '--name-status', '--no-renames', base, head)
    .trim()
    .split('\n')
    .filter(Boolean)
    .map((line) => line.split('\t'))
  const files = changes.map(([, file = '']) => file)
  const at = (commit: string, file: string) => withoutLocators(git('show', `${commit}:${file}`))
  const otherwise = changes
    .filter(([kind, file = '']) => kind !== 'M' || at(base, file) !== at(head, file))
    .map(([, file = '']) => file)
  git('checkout', '--quiet', '--detach', head)
  try {
    await runSuite(repo, { name: 'healed', version: 'v2', artifacts: 'full' }, dir)
  } finally {
    git('checkout', '--quiet', '-B', 'main', base)
  }
  const { suites } = JSON.parse(readFileSync(path.join(dir, 'report.json'), 'utf8')) as { suites: readonly Group[] }
  const tests = suites.flatMap((suite) => testsIn(suite, []))
  return {
    files,
    otherwise,
    green: tests.filter(({ ok }) => ok).map(({ name }) => name),
    red: tests.filter(({ ok }) => !ok).map(({ name }) => name),
  }
}

interface Group {
  readonly title: string
  readonly file: string
  readonly specs?: readonly { readonly title: string; readonly ok: boolean; readonly file: string }[]
  readonly suites?: readonly Group[]
}

/** The outermost group of Playwright's JSON is the file itself. */
const testsIn = (
  group: Group,
  titles: readonly string[],
): readonly { readonly name: string; readonly ok: boolean }[] => [
  ...(group.specs ?? []).map(({ title, ok, file }) => ({ ok, name: [`tests/${file}`, ...titles, title].join(' › ') })),
  ...(group.suites ?? []).flatMap((inner) => testsIn(inner, [...titles, inner.title])),
]
