import { readdirSync, readFileSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import type { TestRef } from '../model.ts'
import { JEST_REPORTER_SOURCE } from './jest-reporter.ts'
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

const CONFIG = /^jest(?:\.[\w-]+)?\.config\.(?:[cm]?[jt]s|json)$/
const CONFIG_NAMED = /\bjest\b.*?(?:-c|--config)[=\s]+["']?([^\s"']+)/

/**
 * Runs chosen tests by file and full name, with the user's own jest and configuration, all of one folder in one
 * invocation and in one process, which the capture can listen to. Rejects with a `Fault` where jest is not installed.
 */
export async function rerunJest(options: SuiteRun): Promise<SuiteResult> {
  const root = realpathSync(options.root)
  const reporter = await writeOnce(options.outDir, 'jest-reporter.cjs', JEST_REPORTER_SOURCE)
  const forced = (tests: readonly TestRef[]): readonly string[] => [
    ...patternOf(tests),
    `--reporters=${reporter}`,
    '--coverage=false',
    '--watch=false',
    '--watchAll=false',
    '--bail=0',
    '--ci',
    '--runInBand',
    ...(options.isGenerous ? [`--testTimeout=${options.timeoutMs}`] : []),
  ]
  const env = { ...options.env, CI: options.env.CI || 'true' }
  if (options.command) {
    const { tests } = options
    const command = { text: options.command, values: commandValues(tests), added: { jest: forced(tests) } }
    return runScriptSuite({ ...options, root }, 'jest', [{ cwd: root, tests, args: () => [], env, command }])
  }
  const groups = groupByFolder(root, options.tests, (folder) => folder === root || hasConfig(folder))
  const invocations = [...groups].map(([cwd, tests]): ScriptInvocation => {
    const files = [...new Set(tests.map(({ file }) => join(root, file)))]
    const args = [
      findTool('jest', 'bin/jest.js', cwd),
      ...configOf(CONFIG_NAMED, cwd),
      ...forced(tests),
      '--runTestsByPath',
      ...files,
    ]
    return { cwd, tests, args: () => args, env }
  })
  return runScriptSuite({ ...options, root }, 'jest', invocations)
}

function hasConfig(folder: string): boolean {
  try {
    if (readdirSync(folder).some((name) => CONFIG.test(name))) return true
    const manifest: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
    return typeof manifest === 'object' && manifest !== null && 'jest' in manifest
  } catch {
    return false
  }
}

/** jest matches full names, whose parts it joins with a space. */
function patternOf(tests: readonly TestRef[]): readonly string[] {
  if (tests.some(isWholeFile)) return []
  return namesPattern(tests.map(({ title }) => escapePattern(title.split(' › ').join(' '))))
}
