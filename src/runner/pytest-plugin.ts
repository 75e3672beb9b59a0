import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Of the pytest plugin: what runs inside of our own re-runs as well. One source for both. */
const FOLDER = 'integrations/pytest/pytest_self_heal'
export const CAPTURE_FILES: readonly string[] = ['capture.py', 'drivers.py', 'rerun.py'].map(
  (name) => `${FOLDER}/${name}`,
)

/** The package under which re-runs see it, so that an installed plugin of another version is not in the way. */
const PACKAGE = 'self_heal_rerun'
export const PLUGIN_NAME = `${PACKAGE}.rerun`

/** The files of the plugin for re-runs, by their path below a folder of `PYTHONPATH`. */
export const pluginFiles = (): readonly { readonly path: string; readonly text: string }[] => [
  { path: `${PACKAGE}/__init__.py`, text: '' },
  ...CAPTURE_FILES.map((file) => ({ path: `${PACKAGE}/${nameOf(file)}`, text: readSource(file) })),
]

const nameOf = (file: string): string => file.slice(file.lastIndexOf('/') + 1)

/** Beside the running file first, which is where a bundle has it; else in the sources. */
const readSource = (file: string): string => {
  const beside = join(import.meta.dirname, nameOf(file))
  return readFileSync(existsSync(beside) ? beside : join(import.meta.dirname, '../..', file), 'utf8')
}
