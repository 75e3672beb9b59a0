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
  /** Tells our file from any other; unique per run. */
  readonly id: string
}

/**
 * A configuration that imports the user's and sets trace, reporter and output folder, nothing else. Passed tests keep
 * their output, because their traces are what a re-run is for; a share of the suite (`shard`) would drop the very tests
 * that are asked for.
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
const traced = (use) => (${outputs.trace} ? { ...use, trace: 'on' } : use)
const withoutOutput = ({ outputDir, ...project }) => ({ ...project, use: traced(project.use) })
${isCommonJs ? 'module.exports =' : 'export default'} {
  ...user,
  reporter: [[${JSON.stringify(outputs.reporter)}]],
  outputDir: ${JSON.stringify(outputs.outputDir)},
  preserveOutput: 'always',
  shard: null,
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
