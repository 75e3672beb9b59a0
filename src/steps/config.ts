import { posix } from 'node:path'
import type { ReadFile } from '../source/modules.ts'
import { as, isUnknown, type Table, table, toPlain, type Value } from './values.ts'

const NAMES = ['ts', 'mts', 'cts', 'js', 'mjs', 'cjs'].map((extension) => `playwright.config.${extension}`)
const MAX_FOLDERS = 32

/** The configuration of Playwright nearest to a test, by path from the root; null where there is none. */
export const findConfigFile = (testFile: string, readFile: ReadFile): string | null => {
  let folder = posix.dirname(testFile)
  for (let count = 0; count < MAX_FOLDERS; count++) {
    const found = NAMES.map((name) => posix.join(folder, name)).find((file) => readFile(file) !== null)
    if (found !== undefined) return found
    if (folder === '.' || folder === '/') return null
    folder = posix.dirname(folder)
  }
  return null
}

/** What a configuration says under `use` for the tests of a project: the project's own before the rest. */
export const usesOf = (config: Value, project: string | undefined): readonly Table[] => {
  const whole = as(config, 'table')
  const projects = as(whole?.entries.get('projects'), 'list')?.items ?? []
  const named = projects.filter((one) => as(as(one, 'table') ?? table(), 'table')?.entries.get('name') === project)
  const own = project === undefined || project === '' ? (projects.length === 1 ? projects : []) : named
  return [...own, whole].flatMap((one) => as(as(one, 'table')?.entries.get('use'), 'table') ?? [])
}

/** What is known of some settings, as data; what only a run can tell is left out. */
export const knownSettings = (uses: readonly Table[]): Readonly<Record<string, unknown>> => {
  const settings: Record<string, unknown> = {}
  for (const { entries } of uses.toReversed()) {
    for (const [name, value] of entries) {
      const { known, data } = toPlain(value)
      if (known)
        Object.defineProperty(settings, name, { value: data, enumerable: true, configurable: true, writable: true })
      else if (isUnknown(value)) delete settings[name]
    }
  }
  return settings
}
