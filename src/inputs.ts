import path from 'node:path'
import { STRATEGY_NAMES } from '../strategies/contract.ts'
import { type Environment, foundInInputs, readActionInputs, readEnvironment } from './config/environment.ts'
import { CONFIG_FILE, type FileReader, type Found, readConfigFile, readFrameworkFile } from './config/files.ts'
import { nearest } from './config/nearest.ts'
import {
  badValue,
  type Origin,
  type RawValue,
  readAuthor,
  readChoice,
  readFlag,
  readList,
  readNumber,
  readRef,
  readShard,
  readText,
  readUrl,
} from './config/parse.ts'
import { MODES, type Mode, SETTINGS, type Setting, type SettingName } from './config/settings.ts'
import { type EngineConfig, HealFault } from './engine.ts'
import type { Problem } from './model.ts'

/** How heals are handed over on GitHub. */
export interface DeliveryConfig {
  /** Null: the branch whose tests failed. */
  readonly baseBranch: string | null
  readonly branchPrefix: string
  readonly labels: readonly string[]
  /** Users, and teams as `org/team`. */
  readonly reviewers: readonly string[]
  readonly draft: boolean
  readonly commitAuthor: { readonly name: string; readonly email: string } | null
}

/** Every setting of a run, checked. The token is no part of it, so that it can be printed as it is. */
export interface Config extends EngineConfig {
  readonly enabled: boolean
  readonly mode: Mode
  readonly autoCommit: boolean
  readonly autoCommitConfidence: number
  readonly delivery: DeliveryConfig
  readonly ai: { readonly mcpServer: string | null; readonly endpoint: string | null; readonly model: string | null }
  /** Where each setting that is not a default came from, in words. */
  readonly origins: Readonly<Partial<Record<SettingName, string>>>
}

export interface ConfigSources {
  /** Absolute path of the repository's root. */
  readonly root: string
  readonly env: Environment
  /** Values given by hand, by name of the setting; absent: the `INPUT_*` variables of the action. */
  readonly inputs?: Readonly<Record<string, string | undefined>>
  /** How such a value is named in messages; absent: as an input of the action. */
  readonly inputLabel?: (name: string) => string
  /**
   * Reads files of the repository. Where the event comes from someone else's code, this must read the base branch, and
   * nothing else.
   */
  readonly readFile: FileReader
}

/**
 * Puts all sources of settings together: inputs, environment, `.self-heal.yml`, the framework's own file, defaults.
 * Rejects with a `HealFault` that names the setting, its value and the remedy; what can be lived with is a problem.
 */
export async function readConfig(sources: ConfigSources): Promise<{ config: Config; problems: Problem[] }> {
  const inputs = foundInInputs(sources.inputs ?? readActionInputs(sources.env), sources.inputLabel)
  const environment = readEnvironment(sources.env)
  const file = await readConfigFile(sources.readFile)
  const framework = await readFrameworkFile(sources.readFile)
  const layers = [inputs, environment.found, file, framework.found]
  const config = buildConfig(layers, sources)
  return { config, problems: [...environment.problems, ...framework.problems] }
}

function buildConfig(layers: readonly Found[], { root, env }: ConfigSources): Config {
  const origins: Partial<Record<SettingName, string>> = {}
  const get = <T>(name: SettingName, read: (setting: Setting, raw: RawValue, origin: Origin) => T): T => {
    const setting = settingNamed(name)
    const value = layers.map((layer) => layer.get(name)).find((found) => found !== undefined)
    if (value === undefined)
      return read(setting, setting.default, { kind: 'default', label: `the default of \`${name}\`` })
    origins[name] = value.origin.label
    return read(setting, value.raw, value.origin)
  }
  const text = (name: SettingName) => get(name, readText) || null
  const strategies = get('strategies', readStrategies)
  const config: Config = {
    root,
    enabled: get('enabled', readFlag),
    mode: get('mode', (setting, raw, origin) => readChoice(setting, raw, origin, MODES)),
    artifacts: get('artifacts', readList),
    baseline: get('baseline', readList),
    autoCommit: get('auto_commit', readFlag),
    autoCommitConfidence: get('auto_commit_confidence', readNumber),
    confidenceThreshold: get('confidence_threshold', readNumber),
    maxFailures: get('max_failures', readNumber),
    maxRetries: get('max_retries', readNumber),
    verifyRuns: get('verify_runs', readNumber),
    timeoutMinutes: get('timeout_minutes', readNumber),
    shard: get('shard', readShard),
    appDir: get('app_dir', readText) || null,
    startCommand: text('start_command'),
    baseUrl: get('base_url', readUrl),
    allowedHosts: get('allowed_hosts', readList),
    installCommand: text('install_command'),
    buildCommand: text('build_command'),
    testCommand: text('test_command'),
    testGlobs: get('test_globs', readList),
    browserPath: text('browser_path'),
    browserEndpoint: get('browser_endpoint', readUrl),
    strategies,
    ai: { mcpServer: text('mcp_server'), endpoint: get('ai_endpoint', readUrl), model: text('ai_model') },
    delivery: {
      baseBranch: get('base_branch', readRef) || null,
      branchPrefix: get('branch_prefix', readPrefix),
      labels: get('labels', readList),
      reviewers: get('reviewers', readList),
      draft: get('draft', readFlag),
      commitAuthor: get('commit_author', readAuthor),
    },
    reportDir: get('report_dir', (setting, raw, origin) =>
      readReportDir(setting, readText(setting, raw, origin), origin, root),
    ),
    suggestOnly: false,
    onlySignatures: [],
    onlyTests: [],
    ci: env.CI !== undefined && env.CI !== '' && env.CI !== 'false',
    origins,
  }
  checkTogether(config)
  return config
}

function settingNamed(name: SettingName): Setting {
  const setting = SETTINGS.find((candidate) => candidate.name === name)
  if (setting === undefined) throw new Error(`no setting ${name}`)
  return setting
}

function readStrategies(setting: Setting, raw: RawValue, origin: Origin) {
  const off: string[] = []
  const modules: string[] = []
  const order: string[] = []
  for (const item of readList(setting, raw, origin)) {
    if (/[/\\]|\.[cm]?[jt]s$/.test(item)) {
      modules.push(item)
      continue
    }
    const name = item.replace(/^-\s*/, '')
    const known = STRATEGY_NAMES.find((candidate) => candidate.toLowerCase() === name.toLowerCase())
    if (known === undefined) {
      const close = nearest(name, STRATEGY_NAMES)
      const hint = close === null ? `Strategies are ${STRATEGY_NAMES.join(', ')}.` : `Did you mean \`${close}\`?`
      throw badValue(setting, item, origin, `No strategy has this name. ${hint}`)
    }
    ;(item.startsWith('-') ? off : order).push(known)
  }
  if (off.length === STRATEGY_NAMES.length) {
    throw badValue(setting, off, origin, 'Leave at least one strategy switched on.')
  }
  // Naming strategies says nothing of modules: those of the default are loaded all the same.
  return { off, modules: modules.length > 0 ? modules : [setting.default], order }
}

function readPrefix(setting: Setting, raw: RawValue, origin: Origin): string {
  const prefix = readText(setting, raw, origin)
  readRef(setting, `${prefix}x`, origin)
  return prefix
}

function readReportDir(setting: Setting, dir: string, origin: Origin, root: string): string {
  const absolute = path.resolve(root, dir)
  const inside = path.relative(absolute, root)
  if (inside === '' || !(inside.startsWith('..') || path.isAbsolute(inside))) {
    throw badValue(setting, dir, origin, 'Give a folder of its own, not the repository or a folder around it.')
  }
  if (path.relative(root, absolute).split(path.sep)[0] === '.git') {
    throw badValue(setting, dir, origin, 'Give a folder outside .git.')
  }
  return absolute
}

/** Rules that hold between settings. */
function checkTogether(config: Config): void {
  const clash = (message: string, remedy: string, subject: SettingName) => new HealFault({ message, remedy, subject })
  const named = (name: SettingName) => config.origins[name] ?? `\`${name}\``
  if (config.appDir !== null && config.startCommand !== null) {
    throw clash(
      `Both ${named('app_dir')} and ${named('start_command')} are given.`,
      'Keep one: `app_dir` serves a built folder, `start_command` starts the app itself.',
      'app_dir',
    )
  }
  if (config.startCommand !== null && config.baseUrl === null) {
    throw clash(
      `There is ${named('start_command')}, but no \`base_url\`.`,
      'Give `base_url`, the address at which the started app answers, such as http://localhost:4173.',
      'base_url',
    )
  }
  if (config.ai.model !== null && config.ai.endpoint === null && config.ai.mcpServer === null) {
    throw clash(
      `There is ${named('ai_model')}, but no \`ai_endpoint\`.`,
      'Give `ai_endpoint`, or remove `ai_model`.',
      'ai_endpoint',
    )
  }
  if (config.autoCommit && config.autoCommitConfidence < config.confidenceThreshold) {
    throw clash(
      `\`auto_commit_confidence\` (${config.autoCommitConfidence}) lies below \`confidence_threshold\` (${config.confidenceThreshold}).`,
      `Give an \`auto_commit_confidence\` of at least ${config.confidenceThreshold}: what is committed unseen must not need less than what is proposed.`,
      'auto_commit_confidence',
    )
  }
}

/**
 * Takes the token out of the environment, once. Returns null where there is none. The caller registers it as a secret
 * before anything else is printed.
 */
export function readToken(env: Environment): string | null {
  const token = (env.INPUT_TOKEN ?? '').trim() || (env.GITHUB_TOKEN ?? '').trim()
  if (token === '') return null
  if (/\s/.test(token) || token.length > 4096) {
    throw new HealFault({
      message: 'The input `token` holds white space or is too long for a token.',
      remedy: 'Give the value of a secret, such as secrets.NAME, and nothing around it.',
      subject: 'token',
    })
  }
  return token
}

/** The settings that are not defaults, one line each, for the log. */
export function describeConfig(config: Config): string[] {
  return Object.entries(config.origins).map(([name, origin]) => `${name}: from ${origin}`)
}

export { CONFIG_FILE }
