import { existsSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import type { TestRef } from '../model.ts'
import { NODE_TEST_REPORTER_SOURCE } from './node-test-reporter.ts'
import { scriptsOf } from './package-scripts.ts'
import {
  commandValues,
  escapePattern,
  groupByFolder,
  runScriptSuite,
  type ScriptInvocation,
  writeOnce,
} from './script-suite.ts'
import { isWholeFile, type SuiteResult, type SuiteRun } from './suite.ts'

/** Flags of node that decide how sources are loaded; each with its value, if it has one. */
const LOADING =
  /(?:^|\s)(--(?:import|require|loader|experimental-loader|conditions|env-file|env-file-if-exists)(?:=|\s+)\S+|-[rC]\s+\S+|--(?:experimental-[\w-]+|enable-source-maps|no-warnings))(?=\s|$)/g

/**
 * Runs chosen tests by file and name with `node --test`, loaded the way the project's own script loads them. All of one
 * package run in one invocation.
 */
export async function rerunNodeTest(options: SuiteRun): Promise<SuiteResult> {
  const root = realpathSync(options.root)
  const reporter = await writeOnce(options.outDir, 'node-test-reporter.mjs', NODE_TEST_REPORTER_SOURCE)
  if (options.command) {
    const { tests } = options
    // Node reads these from NODE_OPTIONS as well, so that the command stays as it is written.
    const nodeOptions = (outcomes: string) => [
      `--test-reporter=${reporter}`,
      `--test-reporter-destination=${outcomes}`,
      ...patternsOf(tests),
    ]
    const command = { text: options.command, values: commandValues(tests), added: null }
    return runScriptSuite({ ...options, root }, 'node-test', [
      { cwd: root, tests, args: () => [], nodeOptions, command },
    ])
  }
  const groups = groupByFolder(root, options.tests, (folder) => existsSync(join(folder, 'package.json')))
  const invocations = [...groups].map(([cwd, tests]): ScriptInvocation => {
    const files = [...new Set(tests.map(({ file }) => join(root, file)))]
    return {
      cwd,
      tests,
      args: (outcomes) => [
        ...loadingOf(cwd),
        '--test',
        `--test-timeout=${options.timeoutMs}`,
        '--test-concurrency=1',
        `--test-reporter=${reporter}`,
        `--test-reporter-destination=${outcomes}`,
        ...patternsOf(tests),
        ...files,
      ],
    }
  })
  return runScriptSuite({ ...options, root }, 'node-test', invocations)
}

/** `node --import tsx --test …` and `tsx --test …` in the package's scripts say how the tests are loaded. */
export function loadingOf(folder: string): readonly string[] {
  const script = scriptsOf(folder).find((each) => /(?:^|\s)--test(?:\s|$)/.test(each))
  if (script === undefined) return []
  const before = script.slice(script.search(/\b(?:node|tsx)\b/))
  if (/^tsx\b/.test(before)) return ['--import', 'tsx']
  return [...before.matchAll(LOADING)].flatMap(([, flag = '']) => flag.trim().split(/\s+/))
}

/** By each test's own name: what runs besides is left out of the outcomes. */
function patternsOf(tests: readonly TestRef[]): readonly string[] {
  if (tests.some(isWholeFile)) return []
  const names = [...new Set(tests.map(({ title }) => title.split(' › ').at(-1) ?? title))]
  return names.length > 200 ? [] : names.map((name) => `--test-name-pattern=^${escapePattern(name)}$`)
}
