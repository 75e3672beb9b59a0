import { existsSync, readdirSync, realpathSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { Fault } from '../fault.ts'
import type { TestRef } from '../model.ts'
import { scriptsOf } from './package-scripts.ts'
import { foldersUpwards } from './playwright-install.ts'
import {
  commandValues,
  escapePattern,
  groupByFolder,
  runScriptSuite,
  type ScriptInvocation,
  writeOnce,
} from './script-suite.ts'
import { isWholeFile, type SuiteResult, type SuiteRun } from './suite.ts'
import { VITEST_REPORTER_SOURCE } from './vitest-reporter.ts'

const CONFIG = /^(?:vitest|vite)(?:\.[\w-]+)?\.config\.[cm]?[jt]s$/
const MAX_PATTERN = 6_000

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
    const cli = findVitest(cwd)
    const files = [...new Set(tests.map(({ file }) => relative(cwd, join(root, file)).split(sep).join('/')))]
    const args = [cli, 'run', ...files, ...configOf(cwd), ...forced(tests)]
    return { cwd, tests, args: () => args, env }
  })
  return runScriptSuite({ ...options, root }, 'vitest', invocations)
}

/** vitest's command line, as node would find it from a folder. */
function findVitest(from: string): string {
  for (const folder of foldersUpwards(from)) {
    const cli = join(folder, 'node_modules', 'vitest', 'vitest.mjs')
    if (existsSync(cli)) return cli
  }
  throw new Fault({
    message: `No installed vitest was found from ${from} upwards.`,
    remedy: 'Install the dependencies first (`npm ci`).',
    subject: from,
  })
}

function hasConfig(folder: string): boolean {
  try {
    return readdirSync(folder).some((name) => CONFIG.test(name))
  } catch {
    return false
  }
}

/** The configuration that a package script names. */
function configOf(folder: string): readonly string[] {
  for (const script of scriptsOf(folder)) {
    const path = /\bvitest\b.*?(?:-c|--config)[=\s]+["']?([^\s"']+)/.exec(script)?.[1]
    if (path && existsSync(join(folder, path))) return [`--config=${path}`]
  }
  return []
}

/** vitest matches full names, whose parts it joins with a space, or from version 5 on with a `>`. */
function patternOf(tests: readonly TestRef[]): readonly string[] {
  if (tests.some(isWholeFile)) return []
  const names = [...new Set(tests.map(({ title }) => title.split(' › ').map(escapePattern).join('(?: > | )')))]
  const pattern = `^(?:${names.join('|')})$`
  return pattern.length > MAX_PATTERN ? [] : [`--testNamePattern=${pattern}`]
}
