import { realpathSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import type { TestRef } from '../model.ts'
import { isAtLeast } from './playwright-install.ts'
import { type ListedTest, type SuiteLine, toTestRef } from './playwright-outcomes.ts'

/** How chosen tests are named to Playwright. */
export interface Selection {
  /** Arguments for the command line; `listFile` is to be written first where there is one. */
  readonly args: readonly string[]
  readonly listFile?: { readonly path: string; readonly content: string }
  /** Tests that the suite does not have (any more). */
  readonly missing: readonly TestRef[]
}

/**
 * Names tests to Playwright so that these run and no others. By a test list where Playwright knows those (1.56) and the
 * titles allow it, because titles hold still when a patch moves lines; else by file and line. Tests of a serial group
 * bring the group along.
 */
export function selectTests(
  suite: SuiteLine,
  tests: readonly TestRef[],
  root: string,
  playwrightVersion: string,
  listPath: string,
): Selection {
  const base = realpathSync(root)
  const wanted = tests.map((test) => ({ test, listed: suite.tests.filter((one) => isSame(one, test, base)) }))
  const missing = wanted.filter(({ listed }) => listed.length === 0).map(({ test }) => test)
  const chosen = withSerialGroups(suite.tests, new Set(wanted.flatMap(({ listed }) => listed)))
  const projects = [...new Set(chosen.map((one) => one.project).filter((name) => name !== ''))]
  const byProject = suite.projects.length > 1 ? projects.map((name) => `--project=${name}`) : []
  const lines = chosen.map((one) => toListLine(one, suite.rootDir))
  if (isAtLeast(playwrightVersion, 1, 56) && lines.every((line) => line !== null)) {
    const listFile = { path: listPath, content: `${lines.join('\n')}\n` }
    return { args: [...byProject, '--test-list', listPath], listFile, missing }
  }
  const places = new Set(chosen.map((one) => `${escapeRegExp(one.file)}:${one.line}`))
  return { args: [...byProject, ...places], missing }
}

/** The same test, whatever line it has moved to; where titles occur twice in a file the line decides. */
function isSame(listed: ListedTest, test: TestRef, root: string): boolean {
  if (test.project !== undefined && test.project !== listed.project) return false
  const own = toTestRef(listed, root, false)
  return own.title === test.title && (own.file === test.file || listed.file === join(root, test.file))
}

function withSerialGroups(all: readonly ListedTest[], chosen: ReadonlySet<ListedTest>): ListedTest[] {
  const groups = new Set([...chosen].filter((one) => one.serial !== undefined).map(groupKey))
  return all.filter((one) => chosen.has(one) || (one.serial !== undefined && groups.has(groupKey(one))))
}

const groupKey = (one: ListedTest) => JSON.stringify([one.project, one.file, one.serial])

/** Null for a test that a list cannot name: its title holds what separates titles, or white space at an end. */
function toListLine(test: ListedTest, rootDir: string): string | null {
  const file = relative(rootDir, test.file).split(sep).join('/')
  const parts = [file, ...test.titles]
  if (parts.some((part) => /[›\r\n]/.test(part) || part.trim() !== part || part === '') || /:\d+$/.test(file))
    return null
  if (/[[\]]/.test(test.project) || file.startsWith('[') || file.startsWith('#')) return null
  return [...(test.project ? [`[${test.project}]`] : []), ...parts].join(' › ')
}

/** Playwright reads files on its command line as regular expressions. */
export const escapeRegExp = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
