import { randomBytes } from 'node:crypto'
import { existsSync, realpathSync } from 'node:fs'
import { mkdir, readFile } from 'node:fs/promises'
import { basename, dirname, extname, join, relative, resolve } from 'node:path'
import { Fault } from '../fault.ts'
import { forPlaywright } from './environment.ts'
import { type PatchedFile, withPatchedFiles } from './journal.ts'
import {
  actionLimit,
  allowance,
  nothingToRun,
  type RerunOptions,
  type RerunResult,
  type Suite,
  toResult,
  writeReporter,
} from './playwright.ts'
import { generateConfig } from './playwright-config.ts'
import { type ListedTest, readOutcomes } from './playwright-outcomes.ts'
import { selectTests } from './playwright-select.ts'
import { type CommandValues, runTestCommand, titlesPattern } from './test-command.ts'

export interface CommandRerunOptions extends RerunOptions {
  /** The user's `test_command`. */
  readonly command: string
  readonly suite: Suite
}

/**
 * Runs chosen tests by the user's own command. While it runs, under the journal, the user's configuration is one that
 * imports theirs and sets what a run of ours sets; our reporter comes in by the environment as well, so that a
 * `--reporter` in the command does no harm. Rejects with a `Fault` where the command does not exist.
 */
export async function rerunByCommand(options: CommandRerunOptions): Promise<RerunResult> {
  const { root, suite, command } = options
  const outputDir = join(options.outDir, `run-${randomBytes(4).toString('hex')}`)
  const report = join(outputDir, 'outcomes.jsonl')
  await mkdir(outputDir, { recursive: true })
  const { missing } = selectTests(suite, options.tests, root, suite.install.version, join(outputDir, 'tests.txt'))
  if (missing.length === options.tests.length) return nothingToRun(options, report, [])
  const repeat = options.repeat ?? 1
  const reporter = await writeReporter(options.outDir)
  const files = suite.config ? await swapped(suite.config, options, reporter, join(outputDir, 'results')) : []
  const asked = /\{(?:files|ids|grep)\}/.test(command) ? options.tests : suite.tests
  const totalMs = options.totalMs ?? allowance({ tests: asked, timeoutMs: options.timeoutMs }, suite, repeat)
  const result = await withPatchedFiles(root, files, () =>
    runTestCommand({
      command,
      values: valuesOf(options),
      cwd: root,
      env: forPlaywright(options.env),
      extraEnv: { ...options.extraEnv, ...aside(outputDir), PW_TEST_REPORTER: reporter, SELF_HEAL_OUTCOMES: report },
      timeoutMs: totalMs,
      ...(options.signal ? { signal: options.signal } : {}),
    }),
  )
  const read = await readOutcomes(report, root)
  const errors =
    read.suite || result.timedOut || result.aborted
      ? []
      : [`test_command ended with code ${result.code}, and Playwright did not report to us: ${tail(result.output)}`]
  return { ...toResult(options, result, read, { report, missing, errors, totalMs, args: [] }), command }
}

/** Reports that the command itself asks for must not take the place of those of the failed run. */
const aside = (folder: string) => ({
  PLAYWRIGHT_HTML_OUTPUT_DIR: join(folder, 'html'),
  PLAYWRIGHT_BLOB_OUTPUT_DIR: join(folder, 'blob'),
  PLAYWRIGHT_JSON_OUTPUT_FILE: join(folder, 'report.json'),
  PLAYWRIGHT_JUNIT_OUTPUT_FILE: join(folder, 'junit.xml'),
})

/** The configuration that a `test_command` names; null where it names none that is here. */
export function configOfCommand(command: string, root: string): string | null {
  const [, quoted, bare] = /\s(?:-c|--config)[=\s]\s*(?:["']([^"']+)["']|([^\s"';&|]+))/.exec(command) ?? []
  const path = resolve(root, quoted ?? bare ?? '')
  return (quoted ?? bare) !== undefined && extname(path) !== '' && existsSync(path) ? path : null
}

/** The user's configuration under another name, and ours in its place. */
async function swapped(
  config: string,
  options: CommandRerunOptions,
  reporter: string,
  outputDir: string,
): Promise<readonly PatchedFile[]> {
  const id = randomBytes(4).toString('hex')
  const path = relative(realpathSync(options.root), realpathSync(config))
  const copy = join(dirname(path), `playwright.self-heal-${id}.given${extname(config)}`)
  const given = await readFile(config, 'utf8').catch((cause: unknown) => {
    throw new Fault({ message: `${config} cannot be read.`, remedy: 'Check its rights.', subject: config }, { cause })
  })
  const { content } = generateConfig(basename(copy), {
    reporter,
    outputDir,
    trace: options.trace ?? true,
    id,
    actionTimeoutMs: actionLimit(options),
    forced: {
      retries: 0,
      repeatEach: options.repeat ?? 1,
      ...(options.timeoutMs === undefined ? {} : { timeout: Math.max(1, Math.round(options.timeoutMs)) }),
    },
  })
  return [
    { path: copy, content: given, before: null },
    { path, content, before: given },
  ]
}

/** `{ids}` are places as Playwright takes them on its command line, relative to the root. */
function valuesOf({ suite, tests, root }: CommandRerunOptions): CommandValues {
  const base = realpathSync(root)
  const placeOf = (one: ListedTest) => relative(base, one.file).replaceAll('\\', '/')
  const listed = suite.tests.filter((one) =>
    tests.some(
      ({ file, title, project }) =>
        title === one.titles.join(' › ') && file === placeOf(one) && (project ?? one.project) === one.project,
    ),
  )
  return {
    files: [...new Set(listed.map(placeOf))],
    ids: [...new Set(listed.map((one) => `${placeOf(one)}:${one.line}`))],
    grep: titlesPattern(listed.map(({ titles }) => titles.join(' '))),
  }
}

const tail = (output: string) => output.trim().split('\n').slice(-5).join('\n').slice(-800)
