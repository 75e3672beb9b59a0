import { readdirSync, realpathSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import type { TestRef } from '../model.ts'
import {
  commandValues,
  escapePattern,
  groupByFolder,
  runScriptSuite,
  type ScriptInvocation,
  writeOnce,
} from './script-suite.ts'
import { configOf, findTool, namesPattern } from './script-tool.ts'
import { isWholeFile, type SuiteResult, type SuiteRun } from './suite.ts'
import { VITEST_REPORTER_SOURCE } from './vitest-reporter.ts'

const CONFIG = /^(?:vitest|vite)(?:\.[\w-]+)?\.config\.[cm]?[jt]s$/
const CONFIG_NAMED = /\bvitest\b.*?(?:-c|--config)[=\s]+["']?([^\s"']+)/

/**
 * Runs chosen tests by file and full name, with the user's own vitest and configuration, all of one folder in one
 * invocation. Rejects with a `Fault` where vitest is not installed.
 */
export async function rerunVitest(options: SuiteRun): Promise<SuiteResult> {
  const root = realpathSync(options.root)
  const reporter = await writeOnce(options.outDir, 'vitest-reporter.mjs', VITEST_REPORTER_SOURCE)
  const forced = (tests: readonly TestRef[]): readonly string[] => [
    ...patternOf(tests),
    `--reporter=${reporter}`,
    '--coverage.enabled=false',
    '--watch=false',
    '--bail=0',
    '--retry=0',
    ...(options.isGenerous ? [`--testTimeout=${options.timeoutMs}`] : []),
  ]
  // A run that is not in CI would write snapshots that are missing.
  const env = { ...options.env, CI: options.env.CI || 'true' }
  if (options.command) {
    const { tests } = options
    const command = { text: options.command, values: commandValues(tests), added: { vitest: forced(tests) } }
    return runScriptSuite({ ...options, root }, 'vitest', [{ cwd: root, tests, args: () => [], env, command }])
  }
  const groups = groupByFolder(root, options.tests, (folder) => folder === root || hasConfig(folder))
  const invocations = [...groups].map(([cwd, tests]): ScriptInvocation => {
    const cli = findTool('vitest', 'vitest.mjs', cwd)
    const files = [...new Set(tests.map(({ file }) => relative(cwd, join(root, file)).split(sep).join('/')))]
    const args = [cli, 'run', ...files, ...configOf(CONFIG_NAMED, cwd), ...forced(tests)]
    return { cwd, tests, args: () => args, env }
  })
  return runScriptSuite({ ...options, root }, 'vitest', invocations)
}

function hasConfig(folder: string): boolean {
  try {
    return readdirSync(folder).some((name) => CONFIG.test(name))
  } catch {
    return false
  }
}

/** vitest matches full names, whose parts it joins with a space, or from version 5 on with a `>`. */
function patternOf(tests: readonly TestRef[]): readonly string[] {
  if (tests.some(isWholeFile)) return []
  return namesPattern(tests.map(({ title }) => title.split(' › ').map(escapePattern).join('(?: > | )')))
}
