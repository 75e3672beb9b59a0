import { Fault } from '../fault.ts'
import { type Environment, withoutSecrets } from './environment.ts'
import { type RunResult, run } from './process.ts'

/** What the placeholders of a `test_command` stand for. */
export interface CommandValues {
  readonly files: readonly string[]
  readonly ids: readonly string[]
  /** One pattern that matches the chosen titles. */
  readonly grep: string
}

export interface CommandLine {
  /** For `bash`: `-c`, the script, a name for `$0`, and the values. */
  readonly args: readonly string[]
}

type Quote = 'none' | 'single' | 'double'

/**
 * Turns a `test_command` into arguments for bash. `{files}`, `{ids}` and `{grep}` become references to positional
 * parameters, quoted as the place where they stand needs it, so that no value is ever read by the shell.
 */
export function buildCommand(template: string, values: CommandValues): CommandLine {
  const parameters: string[] = []
  const references = (list: readonly string[]): string[] =>
    list.map((value) => {
      parameters.push(value)
      return `\${${parameters.length}}`
    })
  const byName: Readonly<Record<string, () => string[]>> = {
    '{files}': () => references(values.files),
    '{ids}': () => references(values.ids),
    '{grep}': () => references([values.grep]),
  }
  let script = ''
  let quote: Quote = 'none'
  for (let at = 0; at < template.length; at++) {
    const name = /^\{(?:files|ids|grep)\}/.exec(template.slice(at, at + 8))?.[0]
    const make = name ? byName[name] : undefined
    if (name && make) {
      script += insert(make(), quote)
      at += name.length - 1
      continue
    }
    const char = template[at] ?? ''
    script += char
    if (char === '\\' && quote !== 'single') script += template[++at] ?? ''
    else if (char === "'" && quote !== 'double') quote = quote === 'single' ? 'none' : 'single'
    else if (char === '"' && quote !== 'single') quote = quote === 'double' ? 'none' : 'double'
  }
  return { args: ['-c', script, 'test_command', ...parameters] }
}

/** Within quotes the values become part of one word; outside each is a word of its own. */
function insert(references: readonly string[], quote: Quote): string {
  if (quote === 'none') return references.map((one) => `"${one}"`).join(' ')
  const joined = references.join(' ')
  return quote === 'double' ? joined : `'"${joined}"'`
}

export interface TestCommandOptions {
  readonly command: string
  readonly values: CommandValues
  readonly cwd: string
  readonly env: Environment
  readonly timeoutMs: number
  readonly signal?: AbortSignal
  readonly extraEnv?: Environment
}

/** Runs a `test_command`. Rejects with a `Fault` where bash or the command itself does not exist. */
export async function runTestCommand(options: TestCommandOptions): Promise<RunResult> {
  const { args } = buildCommand(options.command, options.values)
  const env = { ...withoutSecrets(options.env), ...options.extraEnv }
  const { cwd, timeoutMs, signal } = options
  const result = await run({ command: 'bash', args, cwd, env, timeoutMs, signal, stopSignal: 'SIGINT', graceMs: 5_000 })
  if (result.error)
    throw new Fault({ message: `bash could not be started: ${result.error.message}.`, remedy: 'Install bash.' })
  if (result.code === 127)
    throw new Fault({
      message: `test_command could not be run: ${result.output.trim().split('\n').at(-1) ?? ''}.`,
      remedy: 'Check the command, and that what it needs is installed.',
      subject: 'test_command',
    })
  return result
}

/** A regular expression that matches any of these titles, for runners that take one. */
export function titlesPattern(titles: readonly string[]): string {
  return titles.map((title) => title.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|')
}
