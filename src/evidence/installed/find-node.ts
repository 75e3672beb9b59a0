import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { openPackage, type PackageSource } from './package-folder.ts'

const MAX_MANIFEST = 1_000_000
const TYPES = /\.d\.[cm]?ts$/
const SCRIPTS = /(?<!\.min)\.[cm]?js$/

/**
 * The package that an import of a script names, as it lies in the `node_modules` around the importing file. Its types are
 * read, or its scripts where it has none. Null where it is not there.
 *
 * @param root the checkout; folders above it are not looked through
 * @param from the importing file, relative to the root
 */
export const findNodePackage = (root: string, from: string, specifier: string): PackageSource | null => {
  const name = packageOf(specifier)
  if (name === null) return null
  const found = folderOf(root, from, name)
  if (!found) return null
  const about = { name, version: versionOf(found) }
  const own = open(found, about)
  const types =
    own && !own.files.some((file) => TYPES.test(file))
      ? folderOf(root, from, `@types/${name.replace(/^@/, '').replace('/', '__')}`)
      : null
  const declared = types ? openPackage({ path: types, ...about, isSource: (file) => TYPES.test(file) }) : null
  if (!own || !declared) return own
  // The types are another package's, what it says of its changes is its own.
  return {
    ...own,
    files: [...declared.files.map((file) => `@types/${file}`), ...own.files],
    read: (file) => (file.startsWith('@types/') ? declared.read(file.slice('@types/'.length)) : own.read(file)),
  }
}

const open = (path: string, about: Manifest): PackageSource | null => {
  const typed = openPackage({ path, ...about, isSource: (file) => TYPES.test(file) })
  return typed && typed.files.length > 0
    ? typed
    : openPackage({ path, ...about, isSource: (file) => SCRIPTS.test(file) })
}

/** `@scope/name` or `name` of what is imported; null for files and for what node brings itself. */
const packageOf = (specifier: string): string | null =>
  /^(?:npm:)?((?:@[\w.-]{1,100}\/)?[\w-][\w.-]{0,100})(?:\/|$)/.exec(specifier)?.[1] ?? null

/** The nearest folder of that name upwards. */
const folderOf = (root: string, from: string, name: string): string | null => {
  let base: string
  try {
    base = realpathSync(root)
  } catch {
    return null
  }
  for (let folder = dirname(join(base, from)); folder.startsWith(base); folder = dirname(folder)) {
    const path = join(folder, 'node_modules', ...name.split('/'))
    if (existsSync(join(path, 'package.json'))) return realpathSync(path)
    if (folder === base) break
  }
  return null
}

type Manifest = Pick<PackageSource, 'name' | 'version'>

const versionOf = (folder: string): string | null => {
  try {
    const path = join(folder, 'package.json')
    if (statSync(path).size > MAX_MANIFEST) return null
    const found: unknown = JSON.parse(readFileSync(path, 'utf8'))
    const isTold = typeof found === 'object' && found !== null && 'version' in found
    return isTold && typeof found.version === 'string' ? found.version.slice(0, 60) : null
  } catch {
    return null
  }
}
