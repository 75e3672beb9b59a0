import { simpleGit } from 'simple-git'
import type { Fingerprint } from '../model.ts'
import { fromLocator } from './from-locator.ts'

export interface LastSeenQuery {
  readonly root: string
  /** Selectors of what the failing tests do not find any more. */
  readonly selectors: readonly string[]
  /** Files that are tests: that they still name a thing says nothing of the product. Relative to the root. */
  readonly tests: readonly string[]
}

const LIMITS = { values: 12, length: 80, millis: 5_000 } as const
const NAMING = ['id', 'name', 'placeholder', 'title', 'alt', 'aria-label', 'href'] as const

/** What a product would have to write somewhere for an element to be found by a selector. */
const namesIn = (selector: string): readonly string[] => {
  const target = fromLocator({ selector, action: 'expect', step: '' }, ['data-testid'])
  return target ? namesOf(target.fingerprint) : []
}

const namesOf = ({ attributes, label, text, name }: Fingerprint): readonly string[] => {
  const testIds = Object.keys(attributes).filter((key) => key.startsWith('data-'))
  const written = [...testIds, ...NAMING].map((key) => attributes[key])
  return [...written, ...(attributes.class ?? '').split(/\s+/), label, text, name].filter(
    (value): value is string =>
      value !== undefined && value.length >= 3 && value.length <= LIMITS.length && /\p{L}/u.test(value),
  )
}

/**
 * The commits on which the product last wrote what the failing tests look for: the parents of those that took it away,
 * the oldest first, since a test may have lost several things one after the other. Full ids; none where nothing of it
 * was ever written, or git takes too long to tell.
 */
export const lastSeenCommits = async ({ root, selectors, tests }: LastSeenQuery): Promise<readonly string[]> => {
  const git = simpleGit({ baseDir: root, timeout: { block: LIMITS.millis } })
  const ask = async (...args: string[]): Promise<string> => (await git.raw(args).catch(() => '')).trim()
  const values = [...new Set(selectors.flatMap(namesIn))].slice(0, LIMITS.values)
  const elsewhere = ['.', ...tests.map((file) => `:(exclude,literal)${file}`)]
  const found = new Set<string>()
  for (const value of values) {
    const log = ['log', '-1', '--no-ext-diff', '--no-textconv', '--format=%P', `-S${value}`, 'HEAD', '--', ...elsewhere]
    const parent = (await ask(...log)).split(' ')[0] ?? ''
    const isWritten = parent !== '' && (await ask('grep', '-lF', '-e', value, parent, '--', ...elsewhere)) !== ''
    if (isWritten) found.add(parent)
  }
  return oldestFirst([...found], async (older, newer) => (await ask('merge-base', older, newer)) === older)
}

/** By how many of the others came before each: dates of commits may be equal, or lie. */
const oldestFirst = async (
  commits: readonly string[],
  isAncestor: (older: string, newer: string) => Promise<boolean>,
): Promise<readonly string[]> => {
  const ranked: { readonly commit: string; readonly before: number }[] = []
  for (const commit of commits) {
    let before = 0
    for (const other of commits) if (other !== commit && (await isAncestor(other, commit))) before++
    ranked.push({ commit, before })
  }
  return ranked.sort((a, b) => a.before - b.before).map(({ commit }) => commit)
}
