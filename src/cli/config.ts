import path from 'node:path'
import { localFiles } from '../config/local-files.ts'
import { SETTINGS, type Setting, type SettingName } from '../config/settings.ts'
import { type Config, readConfig } from '../inputs.ts'
import type { Problem } from '../model.ts'
import { repositoryRoot } from './git.ts'

/** Settings that the engine itself understands; the others are about delivery on GitHub. */
const ENGINE_SETTINGS: readonly SettingName[] = [
  'artifacts',
  'baseline',
  'app_dir',
  'start_command',
  'base_url',
  'test_command',
  'test_globs',
  'confidence_threshold',
  'report_dir',
  'max_failures',
  'max_retries',
  'verify_runs',
  'timeout_minutes',
  'shard',
  'strategies',
  'install_command',
  'build_command',
  'browser_path',
  'browser_endpoint',
]

/** Settings whose values are paths or globs; on a command line these are relative to where the user stands. */
const PATHS: readonly SettingName[] = ['artifacts', 'baseline', 'app_dir', 'test_globs', 'report_dir', 'browser_path']

/** One option of the command line and the setting behind it. */
export interface SettingOption {
  readonly setting: Setting
  /** As commander writes it, e.g. `--artifacts <glob...>`. */
  readonly flags: string
  /** Name of the value in commander's options, e.g. `appDir`. */
  readonly key: string
}

/** The options of `heal` and `record`, out of the one table of settings. */
export const SETTING_OPTIONS: readonly SettingOption[] = ENGINE_SETTINGS.map((name) => {
  const setting: Setting | undefined = SETTINGS.find((one) => one.name === name)
  if (setting === undefined) throw new Error(`no setting ${name}`)
  const option = optionName(name)
  const value = setting.kind === 'list' ? `<${name === 'strategies' ? 'name' : 'glob'}...>` : `<${valueName(setting)}>`
  return { setting, flags: `--${option} ${value}`, key: option.replace(/-(\w)/g, (_, c: string) => c.toUpperCase()) }
})

/**
 * Options, environment, `.self-heal.yml`, the framework's file and defaults as one checked config. Rejects with a fault
 * that names the option.
 */
export async function cliConfig(
  options: Readonly<Record<string, unknown>>,
  cwd: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<{ config: Config; problems: Problem[] }> {
  const root = await repositoryRoot(cwd)
  const inputs: Record<string, string> = {}
  for (const { setting, key } of SETTING_OPTIONS) {
    const given = options[key]
    if (given === undefined) continue
    const values = (Array.isArray(given) ? given : [given]).map(String)
    const isPath = PATHS.some((name) => name === setting.name)
    inputs[setting.name] = values.map((value) => (isPath ? fromRoot(value, cwd, root) : value)).join('\n')
  }
  return readConfig({
    root,
    env,
    inputs,
    inputLabel: (name) => `the option \`--${optionName(name)}\``,
    readFile: localFiles(root),
  })
}

/** A path or glob as typed in `cwd`, relative to the root; absolute ones stay. Forward slashes, as globs want them. */
export function fromRoot(value: string, cwd: string, root: string): string {
  const negated = value.startsWith('!')
  const body = negated ? value.slice(1) : value
  if (body === '' || path.isAbsolute(body)) return value
  const prefix = path.relative(root, cwd).replaceAll(path.sep, '/')
  const joined = prefix === '' ? body : path.posix.join(prefix, body)
  return negated ? `!${joined}` : joined
}

function optionName(name: string): string {
  return name === 'confidence_threshold' ? 'confidence' : name.replaceAll('_', '-')
}

function valueName(setting: Setting): string {
  if (setting.kind === 'number' || setting.kind === 'integer') return 'n'
  if (setting.kind === 'url') return 'url'
  if (setting.kind === 'shard') return 'i/n'
  if (setting.name.endsWith('_command')) return 'command'
  return setting.name.endsWith('_dir') ? 'folder' : 'path'
}
