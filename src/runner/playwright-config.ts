import { basename, extname } from 'node:path'

export interface GeneratedConfig {
  /** To be put beside the user's, so that every relative path keeps its meaning. */
  readonly fileName: string
  readonly content: string
}

export interface ConfigOutputs {
  /** Absolute paths. */
  readonly reporter: string
  readonly outputDir: string
  readonly trace: boolean
  /**
   * Limit for one action in milliseconds, for tests whose own is longer or that have none; null leaves it alone. An
   * action that gives up before its test does leaves the page as it was then in the trace.
   */
  readonly actionTimeoutMs?: number | null
  /** Tells our file from any other; unique per run. */
  readonly id: string
}

/**
 * A configuration that imports the user's and sets trace, reporter, output folder and the limit of an action, nothing
 * else. Passed tests keep
 * their output, because their traces are what a re-run is for.
 */
export function generateConfig(userConfig: string | null, outputs: ConfigOutputs): GeneratedConfig {
  const extension = userConfig ? extname(userConfig) : '.mjs'
  const isCommonJs = extension === '.cjs' || extension === '.cts'
  const from = userConfig ? JSON.stringify(`./${basename(userConfig)}`) : null
  const load = from
    ? isCommonJs
      ? `const given = require(${from})`
      : `import * as given from ${from}`
    : 'const given = {}'
  const content = `${load}
// Made by self-heal-action for one run and removed after it.
const unwrap = (module) => (module && typeof module === 'object' && 'default' in module ? module.default : module)
const user = unwrap(unwrap(given)) ?? {}
const limit = ${outputs.actionTimeoutMs ?? 0}
const limited = (use) => (limit > 0 && !(use?.actionTimeout > 0 && use.actionTimeout < limit) ? { ...use, actionTimeout: limit } : use)
const traced = (use) => (${outputs.trace} ? { ...limited(use), trace: 'on' } : limited(use))
const withoutOutput = ({ outputDir, ...project }) => ({ ...project, use: traced(project.use) })
${isCommonJs ? 'module.exports =' : 'export default'} {
  ...user,
  reporter: [[${JSON.stringify(outputs.reporter)}]],
  outputDir: ${JSON.stringify(outputs.outputDir)},
  preserveOutput: 'always',
  use: traced(user.use),
  ...(user.projects ? { projects: user.projects.map(withoutOutput) } : {}),
}
`
  return {
    fileName: `playwright.self-heal-${outputs.id}.config${extension}`,
    content: asTypeScript(content, extension),
  }
}

/** Our few lines need no types; the user's compiler must not ask for them. */
function asTypeScript(content: string, extension: string): string {
  return /^\.[cm]?ts$/.test(extension) ? `// @ts-nocheck\n${content}` : content
}
