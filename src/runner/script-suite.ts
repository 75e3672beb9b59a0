import { existsSync, readFileSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { delimiter, dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Fault } from '../fault.ts'
import type { TestRef } from '../model.ts'
import { type Environment, withoutSecrets } from './environment.ts'
import type { RerunOutcome } from './playwright.ts'
import { foldersUpwards } from './playwright-install.ts'
import { type RunResult, run } from './process.ts'
import { CAPTURE_SOURCE } from './script-capture.ts'
import { readCaptures, readScriptLines, scriptOutcomes } from './script-outcomes.ts'
import type { SuiteResult, SuiteRun } from './suite.ts'

/** One invocation of a runner of Node's: the tests that run together, and where. */
export interface ScriptInvocation {
  readonly cwd: string
  readonly tests: readonly TestRef[]
  /** Arguments of node, given the path that the outcomes go to. */
  args(outcomes: string): readonly string[]
  readonly env?: Environment
}

/** Starting the runner and loading the suite, beside what the tests may take. */
const STARTING_MS = 60_000

/**
 * Carries out invocations of vitest or node:test, with reporters of ours in our own folder: nothing of the user's is
 * overwritten, and their configuration is used as it is.
 */
export const runScriptSuite = async (
  options: SuiteRun,
  name: string,
  invocations: readonly ScriptInvocation[],
): Promise<SuiteResult> => {
  const begun = performance.now()
  const capture = await writeOnce(options.outDir, 'capture.mjs', CAPTURE_SOURCE)
  const outcomes: RerunOutcome[] = []
  const errors: string[] = []
  let last: RunResult | null = null
  let command = ''
  for (let repeat = 0; repeat < (options.repeat ?? 1); repeat++) {
    for (const [at, invocation] of invocations.entries()) {
      const lines = join(
        options.outDir,
        `${name}-${process.pid}-${repeat}-${at}-${Math.random().toString(36).slice(2, 8)}.jsonl`,
      )
      const captured = `${lines}.names`
      const args = invocation.args(lines)
      const base = { ...withoutSecrets(options.env), ...withoutSecrets(invocation.env ?? {}) }
      const env = {
        ...base,
        PATH: pathWithPrograms(base.PATH ?? '', invocation.cwd),
        NODE_OPTIONS: [base.NODE_OPTIONS, `--import=${pathToFileURL(capture).href}`].filter(Boolean).join(' '),
        SELF_HEAL_OUTCOMES: lines,
        SELF_HEAL_CAPTURE: captured,
        SELF_HEAL_ROOT: options.root,
        FORCE_COLOR: '0',
        NO_COLOR: '1',
      }
      const timeoutMs = options.timeoutMs * Math.max(1, invocation.tests.length) + STARTING_MS
      const asked = { args, cwd: invocation.cwd, env, timeoutMs, signal: options.signal, stopSignal: 'SIGINT' as const }
      last = await runNode(asked)
      command = ['node', ...args].join(' ')
      const [said, names] = await Promise.all([read(lines), read(captured)])
      const found = scriptOutcomes({
        lines: readScriptLines(said),
        captures: readCaptures(names),
        tests: invocation.tests,
        root: options.root,
        repeat,
        artifact: lines,
      })
      outcomes.push(...found)
      if (last.timedOut) errors.push(`${name} was stopped after ${Math.round(timeoutMs / 1000)} s, its time limit.`)
      else if (found.length === 0 && !last.aborted) errors.push(reasonOf(last, name))
      if (last.aborted) break
    }
    if (last?.aborted || errors.length >= invocations.length) break
  }
  if (last?.error) {
    throw new Fault({
      message: `node could not be started: ${last.error.message}.`,
      remedy: 'Set up Node.js and install the dependencies of the suite before this step.',
      subject: name,
    })
  }
  return {
    outcomes,
    errors,
    timedOut: last?.timedOut ?? false,
    aborted: last?.aborted ?? false,
    report: options.outDir,
    command,
    log: last?.output.slice(-20_000) ?? '',
    durationMs: Math.round(performance.now() - begun),
  }
}

type Asked = Omit<Parameters<typeof run>[0], 'command'>

/** The user's node runs the user's suite; ours does only where there is none on the path. */
const runNode = async (asked: Asked): Promise<RunResult> => {
  const result = await run({ ...asked, command: 'node' })
  const isMissing = result.error !== undefined && 'code' in result.error && result.error.code === 'ENOENT'
  return isMissing ? run({ ...asked, command: process.execPath }) : result
}

const read = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '')

/** Writes a file of ours into our own folder. */
export const writeOnce = async (folder: string, name: string, text: string): Promise<string> => {
  const path = join(folder, name)
  await mkdir(folder, { recursive: true })
  const held = await readFile(path, 'utf8').catch(() => null)
  if (held !== text) await writeFile(path, text)
  return path
}

/** What `npx` would add to the path: the programs of the packages around. */
const pathWithPrograms = (path: string, cwd: string): string =>
  [...foldersUpwards(cwd).map((folder) => join(folder, 'node_modules', '.bin')), path]
    .filter((folder) => folder === path || existsSync(folder))
    .join(delimiter)

/** Tests by the folder that they are run from, which is that of the first file above them that is wanted. */
export const groupByFolder = (
  root: string,
  tests: readonly TestRef[],
  isHome: (folder: string) => boolean,
): ReadonlyMap<string, readonly TestRef[]> =>
  Map.groupBy(tests, (test) => {
    const start = dirname(join(root, test.file))
    return (start.startsWith(root) ? foldersUpwards(start, root) : []).find(isHome) ?? root
  })

/** The scripts of a folder's package.json; none where it has no readable one. */
export const scriptsOf = (folder: string): readonly string[] => {
  try {
    const found: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
    if (typeof found !== 'object' || found === null || !('scripts' in found)) return []
    const { scripts } = found
    if (typeof scripts !== 'object' || scripts === null) return []
    return Object.values(scripts).filter((each): each is string => typeof each === 'string')
  } catch {
    return []
  }
}

export const escapePattern = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&')

const reasonOf = (result: RunResult, name: string): string => {
  const lines = result.output.trimEnd().split('\n')
  const first = lines.findIndex((line) => /Error\b|^✘|not found|No test files/.test(line))
  const said = (first < 0 ? lines.slice(-6) : lines.slice(first, first + 6)).join('\n').slice(0, 1_500)
  return said || `${name} ended with code ${result.code} and said nothing.`
}
