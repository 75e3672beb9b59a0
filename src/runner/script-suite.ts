import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { delimiter, dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Fault } from '../fault.ts'
import type { TestRef } from '../model.ts'
import { type Environment, withoutSecrets } from './environment.ts'
import type { RerunOutcome } from './playwright.ts'
import { foldersUpwards } from './playwright-install.ts'
import { type RunResult, run } from './process.ts'
import { type AddedArguments, ARGUMENTS_SOURCE } from './script-arguments.ts'
import { CAPTURE_SOURCE } from './script-capture.ts'
import { readCaptures, readScriptLines, scriptOutcomes } from './script-outcomes.ts'
import { isWholeFile, type SuiteResult, type SuiteRun } from './suite.ts'
import { type CommandValues, runTestCommand, titlesPattern } from './test-command.ts'

/** One invocation of a runner of Node's: the tests that run together, and where. */
export interface ScriptInvocation {
  readonly cwd: string
  readonly tests: readonly TestRef[]
  /** Arguments of node, given the path that the outcomes go to; none where a command is run in its place. */
  args(outcomes: string): readonly string[]
  readonly env?: Environment
  /** The user's own command, and what its placeholders stand for. */
  readonly command?: { readonly text: string; readonly values: CommandValues; readonly added: AddedArguments | null }
  /** Options of node that the command's programs are given by the environment, given the path of the outcomes. */
  nodeOptions?(outcomes: string): readonly string[]
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
  const isCommand = invocations.some(({ command }) => command?.added)
  const added = isCommand ? await writeOnce(options.outDir, 'arguments.mjs', ARGUMENTS_SOURCE) : null
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
        NODE_OPTIONS: [
          base.NODE_OPTIONS,
          `--import=${pathToFileURL(capture).href}`,
          ...(added ? [`--import=${pathToFileURL(added).href}`] : []),
          ...(invocation.nodeOptions?.(lines) ?? []).map(quotedOption),
        ]
          .filter(Boolean)
          .join(' '),
        ...(invocation.command?.added ? { SELF_HEAL_ARGUMENTS: JSON.stringify(invocation.command.added) } : {}),
        SELF_HEAL_OUTCOMES: lines,
        SELF_HEAL_CAPTURE: captured,
        SELF_HEAL_ROOT: options.root,
        FORCE_COLOR: '0',
        NO_COLOR: '1',
      }
      const timeoutMs = options.timeoutMs * Math.max(1, invocation.tests.length) + STARTING_MS
      const { cwd, command: own } = invocation
      const { signal } = options
      last = own
        ? await runTestCommand({
            command: own.text,
            values: own.values,
            cwd,
            env: {},
            extraEnv: env,
            timeoutMs,
            ...(signal ? { signal } : {}),
          })
        : await runNode({ args, cwd, env, timeoutMs, signal, stopSignal: 'SIGINT' as const })
      command = own ? own.text : ['node', ...args].join(' ')
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
      else if (found.length === 0 && !last.aborted) errors.push(own ? silentCommand(last, name) : reasonOf(last, name))
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

/** As node reads NODE_OPTIONS: a value with spaces stands in double quotes. */
const quotedOption = (option: string): string =>
  /[\s"\\]/.test(option) ? `"${option.replace(/["\\]/g, '\\$&')}"` : option

/** A command that ran, and whose runner never came to speak to our reporter. */
export const silentCommand = ({ code, output }: RunResult, name: string): string =>
  `test_command ended with code ${code}, and none of the chosen tests of ${name} was reported to us. It has to start ${name} on this machine, with the environment that it is given, for these files: ${output.trim().split('\n').slice(-5).join('\n').slice(-800)}`

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

/** What the placeholders of a `test_command` stand for; `{ids}` are the files, too: these runners take no other. */
export const commandValues = (tests: readonly TestRef[]): CommandValues => {
  const files = [...new Set(tests.map(({ file }) => file))]
  return {
    files,
    ids: files,
    grep: titlesPattern(tests.filter((test) => !isWholeFile(test)).map(({ title }) => title.split(' › ').join(' '))),
  }
}

export const escapePattern = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&')

const reasonOf = (result: RunResult, name: string): string => {
  const lines = result.output.trimEnd().split('\n')
  const first = lines.findIndex((line) => /Error\b|^✘|not found|No test files/.test(line))
  const said = (first < 0 ? lines.slice(-6) : lines.slice(first, first + 6)).join('\n').slice(0, 1_500)
  return said || `${name} ended with code ${result.code} and said nothing.`
}
