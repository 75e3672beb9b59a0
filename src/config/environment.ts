import type { Problem } from '../model.ts'
import { type Found, settingOfKey } from './files.ts'
import { nearest } from './nearest.ts'
import { SETTINGS } from './settings.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/** `INPUT_*` values of the runner by setting; an empty value is no value, since the runner sets every input. */
export function readActionInputs(env: Environment): Record<string, string> {
  const inputs: Record<string, string> = {}
  for (const { name } of SETTINGS) {
    const value = env[`INPUT_${name.replaceAll(' ', '_').toUpperCase()}`]
    if (value !== undefined && value.trim() !== '') inputs[name] = value
  }
  return inputs
}

/** Inputs as a source of settings; `option` says how a person wrote them, e.g. `--app-dir` on a command line. */
export function foundInInputs(
  inputs: Readonly<Record<string, string | undefined>>,
  label: (name: string) => string = (name) => `the input \`${name}\``,
): Found {
  const found: Found = new Map()
  for (const [key, raw] of Object.entries(inputs)) {
    const name = settingOfKey(key)
    if (name !== undefined && raw !== undefined && raw.trim() !== '') {
      found.set(name, { raw, origin: { kind: 'input', label: label(name) } })
    }
  }
  return found
}

const PREFIXES = ['HEALING_', 'PYTEST_HEALING_'] as const

/** Settings from `HEALING_*` and `PYTEST_HEALING_*`; the first wins. A near miss of a known name is a problem. */
export function readEnvironment(env: Environment): { found: Found; problems: Problem[] } {
  const found: Found = new Map()
  const problems: Problem[] = []
  const names = SETTINGS.map((setting) => setting.name)
  for (const prefix of PREFIXES) {
    for (const [variable, raw] of Object.entries(env)) {
      if (!variable.startsWith(prefix) || raw === undefined || raw.trim() === '') continue
      const key = variable.slice(prefix.length).toLowerCase()
      const name = settingOfKey(key)
      if (name !== undefined) {
        const known = found.get(name)
        const exact = key === name
        if (known === undefined || (exact && known.origin.label.includes(`\`${prefix}`))) {
          found.set(name, { raw, origin: { kind: 'environment', label: `the environment variable \`${variable}\`` } })
        }
        continue
      }
      const close = nearest(key, names)
      if (close !== null) {
        problems.push({
          message: `The environment variable \`${variable}\` is not known.`,
          remedy: `Did you mean \`${prefix}${close.toUpperCase()}\`?`,
          subject: variable,
        })
      }
    }
  }
  return { found, problems }
}
