import { randomBytes } from 'node:crypto'
import { existsSync, realpathSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { delimiter, dirname, join } from 'node:path'
import { Fault } from '../fault.ts'
import type { TestRef } from '../model.ts'
import { type Environment, withoutSecrets } from './environment.ts'
import type { RerunOutcome } from './playwright.ts'
import { type RunResult, run } from './process.ts'
import { pathsIn, readLines } from './pytest-lines.ts'
import { outcomesOf } from './pytest-outcomes.ts'
import { PLUGIN_NAME, pluginFiles } from './pytest-plugin.ts'
import { silentCommand } from './script-suite.ts'
import { isWholeFile, type SuiteResult, type SuiteRun } from './suite.ts'
import { type CommandValues, runTestCommand } from './test-command.ts'

/** Starting Python, loading the suite and its fixtures, beside what the tests may take. */
const STARTING_MS = 60_000

/**
 * Runs chosen tests by their node ids, all in one invocation, with reports of our own in our own folder: the user's are
 * not overwritten, and no cache is left. Rejects with a `Fault` where pytest cannot be run at all.
 */
export async function rerunPytest(options: SuiteRun): Promise<SuiteResult> {
  const folder = join(options.outDir, `pytest-${randomBytes(4).toString('hex')}`)
  for (const { path, text } of pluginFiles()) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), text)
  }
  const python = findPython(options.root, options.env)
  const root = realpathSync(options.root)
  const cwd = suiteFolder(root, options.tests[0]?.file ?? '')
  const ids = [...new Set(options.tests.map((test) => `${join(root, test.file)}${nodePart(test)}`))]
  const outcomes: RerunOutcome[] = []
  const errors: string[] = []
  let last: RunResult | null = null
  const begun = performance.now()
  let args: string[] = []
  let packagePaths: readonly string[] = []
  const chosen = options.command ? join(folder, 'chosen.json') : null
  if (chosen) await writeFile(chosen, JSON.stringify([...new Set(options.tests.map(chosenAs))]))
  for (let repeat = 0; repeat < (options.repeat ?? 1); repeat++) {
    const lines = join(folder, `outcomes-${repeat}.jsonl`)
    args = [...argumentsFor(join(folder, `junit-${repeat}.xml`)), ...ids]
    const env = {
      ...withoutSecrets(options.env),
      PYTHONPATH: [folder, options.env.PYTHONPATH].filter(Boolean).join(delimiter),
      PYTHONDONTWRITEBYTECODE: '1',
      SELF_HEAL_OUTCOMES: lines,
      SELF_HEAL_PAGES: join(folder, 'pages'),
      SELF_HEAL_ROOT: root,
      SELF_HEAL_LIMIT: String(options.timeoutMs / 1000),
    }
    const timeoutMs = options.timeoutMs * ids.length + STARTING_MS
    last =
      options.command && chosen
        ? await runTestCommand({
            command: options.command,
            values: valuesOf(options.tests),
            cwd: root,
            env: options.env,
            extraEnv: { ...env, ...commandEnv(options.env, chosen) },
            timeoutMs,
            ...(options.signal ? { signal: options.signal } : {}),
          })
        : await run({ command: python, args, cwd, env, timeoutMs, signal: options.signal, stopSignal: 'SIGINT' })
    const said = await readFile(lines, 'utf8').catch(() => '')
    if (repeat === 0) packagePaths = pathsIn(said)
    const found = outcomesOf(readLines(said), options.tests, repeat, lines)
    outcomes.push(...found)
    if (last.timedOut) errors.push(`pytest was stopped after ${Math.round(timeoutMs / 1000)} s, its time limit.`)
    else if (found.length === 0 && !last.aborted)
      errors.push(options.command ? silentCommand(last, 'pytest') : reasonOf(last))
    if (last.aborted || found.length === 0) break
  }
  if (last?.error)
    throw new Fault({
      message: `${python} could not be started: ${last.error.message}.`,
      remedy: 'Set up Python and the dependencies of the suite before this step.',
      subject: 'pytest',
    })
  return {
    outcomes,
    errors,
    timedOut: last?.timedOut ?? false,
    aborted: last?.aborted ?? false,
    report: join(folder, 'junit-0.xml'),
    command: options.command ?? [python, ...args].join(' '),
    log: last?.output.slice(-20_000) ?? '',
    durationMs: Math.round(performance.now() - begun),
    packagePaths,
  }
}

/** After the user's own `addopts`, so that these win: no early stop, our report, no cache. */
const argumentsFor = (junit: string): string[] => [
  '-m',
  'pytest',
  '-p',
  PLUGIN_NAME,
  '-p',
  'no:cacheprovider',
  '-o',
  'junit_family=xunit1',
  `--junitxml=${junit}`,
  '--maxfail=0',
  '--continue-on-collection-errors',
  '--color=no',
]

/** What a command of the user's own hands on to pytest: our plugin, after the suite's `addopts` and before its arguments. */
const commandEnv = (env: Environment, chosen: string): Environment => ({
  PYTEST_ADDOPTS: [env.PYTEST_ADDOPTS, `-p ${PLUGIN_NAME} -p no:cacheprovider --color=no`].filter(Boolean).join(' '),
  SELF_HEAL_ONLY: chosen,
})

/** How the plugin knows a test that is chosen: by its file and node, or by its file alone. */
const chosenAs = (test: TestRef): string => `${test.file}${nodePart(test)}`

const valuesOf = (tests: readonly TestRef[]): CommandValues => {
  const names = tests.flatMap((test) => (isWholeFile(test) ? [] : [test.title.split(' › ').at(-1) ?? test.title]))
  return {
    files: [...new Set(tests.map(({ file }) => file))],
    ids: [...new Set(tests.map(chosenAs))],
    // `-k` takes words, no patterns; what belongs to a set of parameters is not among them.
    grep: [...new Set(names.map((name) => name.replace(/\[.*$/s, '')))].join(' or '),
  }
}

/** A test whose title is its file's path is the whole file: one that could not be loaded. */
const nodePart = ({ file, title }: TestRef): string =>
  isWholeFile({ file, title }) ? '' : `::${title.split(' › ').join('::')}`

/** The Python the suite runs with: the one that is set, the active environment's, the project's own, the machine's. */
export function findPython(root: string, env: Environment): string {
  const own = [env.VIRTUAL_ENV, join(root, '.venv'), join(root, 'venv')].flatMap((folder) =>
    folder ? [join(folder, 'bin', 'python'), join(folder, 'Scripts', 'python.exe')] : [],
  )
  return env.PYTHON || own.find((path) => existsSync(path)) || 'python3'
}

const CONFIGS = ['pytest.ini', '.pytest.ini', 'pyproject.toml', 'tox.ini', 'setup.cfg']

/** Where pytest finds its configuration: the nearest folder above the test that holds one, else the root. */
function suiteFolder(root: string, testFile: string): string {
  for (let folder = dirname(join(root, testFile)); folder.startsWith(root); folder = dirname(folder)) {
    if (CONFIGS.some((name) => existsSync(join(folder, name)))) return folder
    if (folder === root) break
  }
  return root
}

function reasonOf(result: RunResult): string {
  const lines = result.output.trimEnd().split('\n')
  const first = lines.findIndex((line) => /Error\b|^ERROR/.test(line))
  const said = (first < 0 ? lines.slice(-6) : lines.slice(first, first + 6)).join('\n').slice(0, 1_500)
  return said || `pytest ended with code ${result.code} and said nothing.`
}
