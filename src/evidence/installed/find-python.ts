import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { openPackage, type PackageSource } from './package-folder.ts'

const LIMITS = { paths: 40, entries: 5_000, topLevel: 20_000, metadata: 1_000_000 } as const
const SOURCE = /\.pyi?$/

/**
 * The package that an import names, as it lies in the folders that Python looks through. It is not imported. Null where
 * it is not there, or is compiled without a word on its types.
 *
 * @param paths `sys.path` of the interpreter that runs the tests, or the folders that it will have
 * @param module what is imported, e.g. `yaml.loader`; its first part names the package
 */
export const findPythonPackage = (paths: readonly string[], module: string): PackageSource | null => {
  const name = module.split('.')[0] ?? ''
  if (!/^[A-Za-z_]\w{0,100}$/.test(name)) return null
  for (const folder of paths.slice(0, LIMITS.paths)) {
    const path = [join(folder, name), join(folder, `${name}.py`), join(folder, `${name}-stubs`)].find(existsSync)
    if (path === undefined) continue
    const about = distributionOf(folder, name)
    return openPackage({
      path,
      name: about?.name ?? name,
      version: about?.version ?? null,
      isSource: (file) => SOURCE.test(file),
      about: about ? [about.metadata] : [],
    })
  }
  return null
}

interface Distribution {
  readonly name: string
  readonly version: string
  readonly metadata: string
}

/** What was installed under a name: `PyYAML-6.0.dist-info` brings `yaml`. */
const distributionOf = (folder: string, module: string): Distribution | null => {
  let entries: readonly string[]
  try {
    entries = readdirSync(folder)
      .filter((entry) => entry.endsWith('.dist-info'))
      .slice(0, LIMITS.entries)
  } catch {
    return null
  }
  const plain = (name: string): string => name.toLowerCase().replace(/[-_.]+/g, '_')
  const own = entries.find((entry) => plain(entry.split('-')[0] ?? '') === plain(module))
  const found = own ?? entries.find((entry) => topLevel(join(folder, entry)).includes(module))
  const [, name, version] = /^(.{1,100}?)-(\d[\w.!+]{0,60})\.dist-info$/.exec(found ?? '') ?? []
  return found && name && version ? { name, version, metadata: join(folder, found, 'METADATA') } : null
}

const topLevel = (folder: string): readonly string[] => {
  try {
    const path = join(folder, 'top_level.txt')
    return statSync(path).size > LIMITS.topLevel ? [] : readFileSync(path, 'utf8').split(/\s+/)
  } catch {
    return []
  }
}

/** The folders of packages of a virtual environment, where nobody has told what its Python looks through. */
export const packageFoldersOf = (python: string): readonly string[] => {
  const home = join(python, '..', '..')
  if (!existsSync(join(home, 'pyvenv.cfg'))) return []
  const libraries = [join(home, 'lib'), join(home, 'lib64')].flatMap((folder) => {
    try {
      return readdirSync(folder).flatMap((name) =>
        /^python3\.\d+$/.test(name) ? [join(folder, name, 'site-packages')] : [],
      )
    } catch {
      return []
    }
  })
  return [...libraries, join(home, 'Lib', 'site-packages')].filter(existsSync)
}
