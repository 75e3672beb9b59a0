import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parse } from 'yaml'

/** One `::name key=value::message` line, unescaped. */
export interface WorkflowCommand {
  readonly name: string
  readonly properties: Readonly<Record<string, string>>
  readonly message: string
}

export interface StepOptions {
  /** Folder that holds `action.yml`. */
  readonly action: string
  readonly workspace: string
  /** Entry to run in place of the one that `action.yml` names. */
  readonly main?: string
  readonly with?: Readonly<Record<string, string>>
  readonly event: { readonly name: string; readonly payload: object }
  /** Further variables, such as `GITHUB_API_URL`. */
  readonly env?: Readonly<Record<string, string>>
  /** What `github.token` is. */
  readonly token: string
  readonly timeoutMs?: number
  /** Hears each line of the log when it is written. */
  readonly onLine?: (line: string) => void
}

export interface StepResult {
  readonly exitCode: number | null
  readonly outputs: Readonly<Record<string, string>>
  readonly summary: string
  readonly commands: readonly WorkflowCommand[]
  /** What a reader of the log sees: secrets masked, commands taken out, groups as titles. */
  readonly log: string
  /** Everything the step wrote, as it wrote it. */
  readonly raw: string
  readonly durationMs: number
}

interface ActionFile {
  readonly inputs?: Readonly<Record<string, { readonly default?: string; readonly required?: boolean }>>
  readonly outputs?: Readonly<Record<string, unknown>>
  readonly runs: { readonly using: string; readonly main: string }
}

const NODE = path.resolve(import.meta.dirname, '../../node_modules/.bin/node')

/**
 * Runs one step with an action as GitHub's runner does: defaults of `action.yml`, inputs and context as variables, the
 * built entry under Node 24, and what it says by commands and files. Nothing of this machine's environment but the path
 * and the home reaches the step.
 */
export async function runStep(options: StepOptions): Promise<StepResult> {
  const action = parse(readFileSync(path.join(options.action, 'action.yml'), 'utf8')) as ActionFile
  if (action.runs.using !== 'node24') throw new Error(`this runner has node24 only, not ${action.runs.using}`)
  const files = makeFiles(options.event.payload)
  const env = { ...environmentOf(options, files), ...inputsOf(action, options), ...options.env }
  const started = performance.now()
  const { exitCode, raw } = await spawnNode(options.main ?? path.join(options.action, action.runs.main), options, env)
  const { commands, log } = readLog(raw)
  const durationMs = performance.now() - started
  const outputs = readOutputs(readFileSync(files.output, 'utf8'), Object.keys(action.outputs ?? {}))
  const summary = readFileSync(files.summary, 'utf8')
  rmSync(files.temp, { recursive: true, force: true })
  return { exitCode, outputs, summary, commands, log, raw, durationMs }
}

function makeFiles(payload: object) {
  const temp = mkdtempSync(path.join(tmpdir(), 'runner-'))
  const files = {
    temp,
    event: path.join(temp, 'event.json'),
    output: path.join(temp, 'output'),
    summary: path.join(temp, 'summary.md'),
    environment: path.join(temp, 'env'),
    path: path.join(temp, 'path'),
    state: path.join(temp, 'state'),
  }
  mkdirSync(path.join(temp, 'work'))
  writeFileSync(files.event, JSON.stringify(payload))
  for (const file of [files.output, files.summary, files.environment, files.path, files.state]) writeFileSync(file, '')
  return files
}

function environmentOf(options: StepOptions, files: ReturnType<typeof makeFiles>): Record<string, string> {
  return {
    PATH: `${path.dirname(NODE)}${path.delimiter}${process.env.PATH ?? ''}`,
    HOME: process.env.HOME ?? '/',
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    GITHUB_EVENT_NAME: options.event.name,
    GITHUB_EVENT_PATH: files.event,
    GITHUB_WORKSPACE: options.workspace,
    GITHUB_OUTPUT: files.output,
    GITHUB_STEP_SUMMARY: files.summary,
    GITHUB_ENV: files.environment,
    GITHUB_PATH: files.path,
    GITHUB_STATE: files.state,
    GITHUB_RUN_ID: '70',
    GITHUB_RUN_ATTEMPT: '1',
    RUNNER_TEMP: path.join(files.temp, 'work'),
    RUNNER_OS: 'Linux',
  }
}

/** `INPUT_*`: upper case, spaces become underscores, hyphens stay. An input that is not given is an empty text. */
function inputsOf(action: ActionFile, options: StepOptions): Record<string, string> {
  const declared = action.inputs ?? {}
  const given = options.with ?? {}
  for (const name of Object.keys(given)) {
    if (!(name in declared)) throw new Error(`Unexpected input(s) '${name}', valid inputs are ${Object.keys(declared)}`)
  }
  return Object.fromEntries(
    Object.entries(declared).map(([name, input]) => {
      const value = given[name] ?? String(input.default ?? '').replace(/\$\{\{\s*github\.token\s*\}\}/, options.token)
      return [`INPUT_${name.replaceAll(' ', '_').toUpperCase()}`, value]
    }),
  )
}

function spawnNode(entry: string, options: StepOptions, env: Record<string, string>) {
  return new Promise<{ exitCode: number | null; raw: string }>((resolve, reject) => {
    const child = spawn(NODE, [entry], { cwd: options.workspace, env, stdio: ['ignore', 'pipe', 'pipe'] })
    let raw = ''
    let heard = 0
    const collect = (chunk: Buffer) => {
      raw += chunk.toString('utf8')
      for (let end = raw.indexOf('\n', heard); end >= 0; end = raw.indexOf('\n', heard)) {
        const { log } = readLog(raw.slice(heard, end))
        heard = end + 1
        if (log.trim() !== '') options.onLine?.(log)
      }
    }
    child.stdout.on('data', collect)
    child.stderr.on('data', collect)
    const timer = setTimeout(() => child.kill('SIGKILL'), options.timeoutMs ?? 240_000)
    child.on('error', reject)
    child.on('close', (exitCode) => {
      clearTimeout(timer)
      resolve({ exitCode, raw })
    })
  })
}

/** Takes commands out of the log as the runner does: at the start of a line only, and masks what was made a secret. */
export function readLog(raw: string): { commands: WorkflowCommand[]; log: string } {
  const commands: WorkflowCommand[] = []
  const secrets: string[] = []
  const shown: string[] = []
  for (const line of raw.split(/\r?\n/)) {
    const match = /^\s*::([a-z-]+)(?: ([^:]*(?::(?!:)[^:]*)*))?::(.*)$/.exec(line)
    if (match === null) {
      shown.push(line)
      continue
    }
    const [, name = '', properties = '', message = ''] = match
    const command = { name, properties: readProperties(properties), message: unescapeData(message) }
    commands.push(command)
    if (name === 'add-mask') secrets.push(command.message)
    if (name === 'group') shown.push(`▸ ${command.message}`)
    if (['error', 'warning', 'notice'].includes(name)) shown.push(`${name}: ${command.message}`)
  }
  const log = secrets.reduce((text, secret) => text.replaceAll(secret, '***'), shown.join('\n'))
  return { commands, log }
}

function readProperties(text: string): Record<string, string> {
  const pairs = text.split(',').flatMap((pair): [string, string][] => {
    const at = pair.indexOf('=')
    const value = pair
      .slice(at + 1)
      .replaceAll('%3A', ':')
      .replaceAll('%2C', ',')
    return at < 0 ? [] : [[pair.slice(0, at).trim(), unescapeData(value)]]
  })
  return Object.fromEntries(pairs)
}

const unescapeData = (text: string) => text.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%')

/** `name=value` lines and `name<<MARK` blocks of `GITHUB_OUTPUT`; an output that `action.yml` does not name is a fault. */
export function readOutputs(text: string, declared: readonly string[]): Record<string, string> {
  const outputs: Record<string, string> = {}
  const lines = text.split('\n')
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index] ?? ''
    const [, name, mark] = /^([^=]+?)<<(.+)$/.exec(line) ?? []
    if (name !== undefined && mark !== undefined) {
      const end = lines.indexOf(mark, index + 1)
      if (end < 0) throw new Error(`the output ${name} has no end`)
      outputs[name] = lines.slice(index + 1, end).join('\n')
      index = end
    } else if (line.includes('=')) outputs[line.slice(0, line.indexOf('='))] = line.slice(line.indexOf('=') + 1)
  }
  const unknown = Object.keys(outputs).filter((name) => !declared.includes(name))
  if (unknown.length > 0) throw new Error(`action.yml does not name the outputs ${unknown.join(', ')}`)
  return outputs
}
