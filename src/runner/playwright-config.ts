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
   * Upper limit for one call and one assertion in milliseconds; null leaves the user's own. A call that gives up before
   * its test does leaves the page as it was then in the trace; one that is cut off with its test leaves nothing.
   */
  readonly actionTimeoutMs: number | null
  /** Tells our file from any other; unique per run. */
  readonly id: string
  /** What a run of ours gives as flags, for runs whose command line is not ours. */
  readonly forced?: ForcedOptions
}

/** Options that hold for the whole run and for each of its projects. Times in milliseconds. */
export interface ForcedOptions {
  readonly retries: number
  readonly repeatEach: number
  readonly timeout?: number
}

/**
 * A configuration that imports the user's and sets trace, reporter and output folder, and limits for calls, which are
 * lowered only, never raised. Passed tests keep their output, because their traces are what a re-run is for.
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
const limit = ${outputs.actionTimeoutMs}
const forced = ${JSON.stringify(outputs.forced ?? {})}
const lower = (given) => (given > 0 ? Math.min(given, limit) : limit)
const traced = (use) => ({
  ...use,
  ...(${outputs.trace} ? { trace: 'on' } : {}),
  ...(limit === null ? {} : { actionTimeout: lower(use?.actionTimeout ?? user.use?.actionTimeout) }),
})
const patient = (expect) => (limit === null ? expect : { ...expect, timeout: lower(expect?.timeout ?? 5000) })
const ofProject = ({ outputDir, ...project }) => ({
  ...project,
  ...forced,
  use: traced(project.use),
  ...(project.expect ? { expect: patient({ ...user.expect, ...project.expect }) } : {}),
})
${isCommonJs ? 'module.exports =' : 'export default'} {
  ...user,
  ...forced,
  ...(${outputs.forced !== undefined} ? { maxFailures: 0, updateSnapshots: 'none', shard: null } : {}),
  reporter: [[${JSON.stringify(outputs.reporter)}]],
  outputDir: ${JSON.stringify(outputs.outputDir)},
  preserveOutput: 'always',
  use: traced(user.use),
  ...(limit === null ? {} : { expect: patient(user.expect) }),
  ...(user.projects ? { projects: user.projects.map(ofProject) } : {}),
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
