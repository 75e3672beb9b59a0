import { LineCounter, parseDocument } from 'yaml'
import { HealFault } from '../engine.ts'
import type { Problem } from '../model.ts'
import { nearest } from './nearest.ts'
import type { Origin, RawValue } from './parse.ts'
import { SETTINGS, type Setting, type SettingName } from './settings.ts'

/** Reads a file of the repository by its path from the root; null where there is none. */
export type FileReader = (path: string) => Promise<string | null>

/** Values of one source by setting, each with the words that name it. */
export type Found = Map<SettingName, { readonly raw: RawValue; readonly origin: Origin }>

export const CONFIG_FILE = '.self-heal.yml'
const MAX_FILE = 100_000

const BY_KEY = new Map<string, SettingName>(
  SETTINGS.flatMap((setting: Setting & { name: SettingName }) =>
    [setting.name, ...(setting.aliases ?? [])].map((key): [string, SettingName] => [key, setting.name]),
  ),
)
const KEYS = SETTINGS.map((setting) => setting.name)

/** The setting that a key means, with or without the `healing_` in front; undefined for a key nobody knows. */
export function settingOfKey(key: string): SettingName | undefined {
  return BY_KEY.get(key) ?? BY_KEY.get(key.replace(/^healing_/, ''))
}

function unknownKey(key: string, place: string): Problem {
  const close = nearest(key.replace(/^healing_/, ''), KEYS)
  return {
    message: `The key \`${key.slice(0, 80)}\` in ${place} is not known.`,
    remedy: close === null ? `Known keys are ${KEYS.join(', ')}.` : `Did you mean \`${close}\`? If not, remove it.`,
    subject: place,
  }
}

/** Reads `.self-heal.yml`; a key that is not known, and a value that is no plain value or list, is a fault. */
export async function readConfigFile(readFile: FileReader): Promise<Found> {
  const found: Found = new Map()
  const text = await readFile(CONFIG_FILE)
  if (text === null || text.trim() === '') return found
  const values = parseYaml(text)
  for (const [key, raw] of Object.entries(values)) {
    if (key === 'token') {
      throw new HealFault({
        message: `The key \`token\` stands in ${CONFIG_FILE}, where everyone can read it.`,
        remedy: 'Remove it, revoke that token, and give a new one through the input `token` from a secret.',
        subject: CONFIG_FILE,
      })
    }
    const name = settingOfKey(key)
    if (name === undefined) throw new HealFault(unknownKey(key, CONFIG_FILE))
    if (raw === null) continue
    if (!isRawValue(raw)) {
      throw new HealFault({
        message: `The key \`${key}\` in ${CONFIG_FILE} holds something other than a value or a list of values.`,
        remedy: 'Give a single value or a plain list.',
        subject: CONFIG_FILE,
      })
    }
    found.set(name, { raw, origin: { kind: 'file', label: `the key \`${key}\` in ${CONFIG_FILE}` } })
  }
  return found
}

function parseYaml(text: string): Record<string, unknown> {
  const fault = (message: string) =>
    new HealFault({ message, remedy: `Write ${CONFIG_FILE} as \`key: value\` lines.`, subject: CONFIG_FILE })
  if (text.length > MAX_FILE) throw fault(`${CONFIG_FILE} has more than ${MAX_FILE} characters.`)
  const document = parseDocument(text, { lineCounter: new LineCounter(), schema: 'core' })
  const [error] = document.errors
  if (error) throw fault(`${CONFIG_FILE} is not valid YAML: ${error.message.split('\n')[0]}`)
  let value: unknown
  try {
    value = document.toJS({ maxAliasCount: 20 })
  } catch (error) {
    throw fault(`${CONFIG_FILE} cannot be read: ${error instanceof Error ? error.message : String(error)}`)
  }
  if (value === null || value === undefined) return {}
  if (typeof value !== 'object' || Array.isArray(value)) throw fault(`${CONFIG_FILE} does not hold keys and values.`)
  return Object.fromEntries(Object.entries(value))
}

function isRawValue(value: unknown): value is RawValue {
  const plain = (item: unknown) => ['string', 'number', 'boolean'].includes(typeof item)
  return plain(value) || (Array.isArray(value) && value.every(plain))
}

/** Places where pytest looks for its own settings, in its order, with the section that counts in each. */
const FRAMEWORK_FILES = [
  { file: 'pytest.ini', section: 'pytest' },
  { file: '.pytest.ini', section: 'pytest' },
  { file: 'pyproject.toml', section: 'tool.pytest.ini_options' },
  { file: 'tox.ini', section: 'pytest' },
  { file: 'setup.cfg', section: 'tool:pytest' },
] as const

/** Reads `healing_*` keys from the first framework file that has any; unknown ones are problems, not faults. */
export async function readFrameworkFile(readFile: FileReader): Promise<{ found: Found; problems: Problem[] }> {
  const problems: Problem[] = []
  for (const { file, section } of FRAMEWORK_FILES) {
    const text = await readFile(file)
    const entries = text === null ? [] : readSection(text.slice(0, MAX_FILE), section)
    if (entries.length === 0) continue
    const found: Found = new Map()
    for (const [key, raw] of entries) {
      const name = settingOfKey(key)
      if (name === undefined) problems.push(unknownKey(key, file))
      else found.set(name, { raw, origin: { kind: 'framework', label: `the key \`${key}\` in ${file}` } })
    }
    return { found, problems }
  }
  return { found: new Map(), problems }
}

/** `healing_*` entries of one section of an INI or TOML file; indented lines continue a value. */
function readSection(text: string, section: string): [string, string][] {
  const entries: [string, string][] = []
  let inside = false
  let open: [string, string] | null = null
  for (const line of text.split(/\r?\n/)) {
    const header = /^\[([^\]]+)\]\s*$/.exec(line)
    if (header) {
      inside = header[1]?.trim() === section
      open = null
      continue
    }
    if (!inside || /^\s*([#;].*)?$/.test(line)) continue
    if (/^\s/.test(line)) {
      if (open) open[1] += `\n${line.trim()}`
      continue
    }
    const [, key, value] = /^([A-Za-z_][\w-]*)\s*[=:]\s*(.*)$/.exec(line) ?? []
    open = key?.startsWith('healing_') ? [key, unquote(value ?? '')] : null
    if (open) entries.push(open)
  }
  return entries
}

/** The text of an INI or TOML value: quotes are taken off, and a comment after an unquoted one. */
function unquote(value: string): string {
  const quoted = /^(["'])(.*?)\1/.exec(value.trim())
  return quoted ? (quoted[2] ?? '') : value.trim().replace(/\s+[#;].*$/, '')
}
