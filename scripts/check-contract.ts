/**
 * Do `action.yml`, README.md and the code name the same inputs and outputs, with the same defaults? Prints every
 * difference and exits 1 where there is one.
 */
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { parse } from 'yaml'
import { OUTPUTS, SETTINGS, type Setting, TOKEN_SETTING } from '../src/config/settings.ts'

interface ActionFile {
  readonly inputs?: Readonly<Record<string, { readonly description?: string; readonly default?: string }>>
  readonly outputs?: Readonly<Record<string, { readonly description?: string }>>
  readonly runs?: { readonly using?: string; readonly main?: string }
}

/** Differences between the code and the text of `action.yml`, one sentence each. */
export function differencesInAction(text: string): string[] {
  const action = parse(text) as ActionFile
  const inputs = action.inputs ?? {}
  const differences = [
    ...namesApart(
      'input',
      [...SETTINGS.map(({ name }) => name), TOKEN_SETTING.name],
      Object.keys(inputs),
      'action.yml',
    ),
    ...namesApart(
      'output',
      OUTPUTS.map(({ name }) => name),
      Object.keys(action.outputs ?? {}),
      'action.yml',
    ),
  ]
  for (const setting of SETTINGS) {
    const input = inputs[setting.name]
    if (input === undefined) continue
    if (input.default !== undefined) {
      differences.push(`action.yml: \`${setting.name}\` has a \`default:\`, so no file or variable could ever set it`)
    }
    if (input.description !== describe(setting)) {
      differences.push(`action.yml: the description of \`${setting.name}\` should read: ${describe(setting)}`)
    }
  }
  if (inputs.token && inputs.token.default !== TOKEN_SETTING.default) {
    differences.push(`action.yml: the default of \`token\` should be ${TOKEN_SETTING.default}`)
  }
  for (const output of OUTPUTS) {
    const given = action.outputs?.[output.name]
    if (given && given.description !== output.description) {
      differences.push(`action.yml: the description of output \`${output.name}\` should read: ${output.description}`)
    }
  }
  if (action.runs?.using !== 'node24') differences.push('action.yml: `runs.using` should be node24')
  if (action.runs?.main !== 'dist/main.js') differences.push('action.yml: `runs.main` should be dist/main.js')
  return differences
}

/**
 * Differences between the code and the tables of README.md: the first cell of a row holds the name in back quotes, and
 * a row of an input holds its default, in back quotes too.
 */
export function differencesInReadme(text: string): string[] {
  const inputs = rowsUnder(text, /^#+ .*\binputs\b/i)
  const outputs = rowsUnder(text, /^#+ .*\boutputs\b/i)
  const differences = [
    ...namesApart('input', [...SETTINGS.map(({ name }) => name), TOKEN_SETTING.name], [...inputs.keys()], 'README.md'),
    ...namesApart(
      'output',
      OUTPUTS.map(({ name }) => name),
      [...outputs.keys()],
      'README.md',
    ),
  ]
  for (const setting of SETTINGS) {
    const row = inputs.get(setting.name)
    if (row !== undefined && setting.default !== '' && !row.includes(`\`${setting.default}\``)) {
      differences.push(`README.md: the row of \`${setting.name}\` does not name its default \`${setting.default}\``)
    }
  }
  return differences
}

function describe(setting: Setting): string {
  return setting.default === '' ? setting.description : `${setting.description} Default: ${setting.default}`
}

function namesApart(what: string, wanted: readonly string[], given: readonly string[], where: string): string[] {
  return [
    ...wanted.filter((name) => !given.includes(name)).map((name) => `${where}: the ${what} \`${name}\` is missing`),
    ...given
      .filter((name) => !wanted.includes(name))
      .map((name) => `${where}: the ${what} \`${name}\` is not known to the code`),
  ]
}

/** Rows of the tables between a heading and the next heading of any level, by the name in their first cell. */
function rowsUnder(text: string, heading: RegExp): Map<string, string> {
  const rows = new Map<string, string>()
  let inside = false
  for (const line of text.split(/\r?\n/)) {
    if (/^#+ /.test(line)) inside = heading.test(line)
    const [, cell] = (inside && /^\|([^|]+)\|/.exec(line)) || []
    for (const [, name] of (cell ?? '').matchAll(/`([a-z_]+)`/g)) rows.set(name ?? '', line)
  }
  return rows
}

/** All differences of the repository at `root`. */
export function contractDifferences(root: string): string[] {
  const readme = path.join(root, 'README.md')
  return [
    ...differencesInAction(readFileSync(path.join(root, 'action.yml'), 'utf8')),
    ...(existsSync(readme) ? differencesInReadme(readFileSync(readme, 'utf8')) : ['README.md: the file is missing']),
  ]
}

if (import.meta.main) {
  const differences = contractDifferences(path.resolve(import.meta.dirname, '..'))
  for (const difference of differences) console.error(difference)
  if (differences.length > 0) process.exit(1)
  console.log('action.yml, README.md and the code name the same inputs and outputs.')
}
