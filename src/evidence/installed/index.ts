import { realpathSync } from 'node:fs'
import { relative, sep } from 'node:path'
import { findNodePackage } from './find-node.ts'
import { findPythonPackage } from './find-python.ts'
import type { PackageSource } from './package-folder.ts'
import { type PackageView, type ParseSource, viewPackage } from './view.ts'

/** Finds the package that an import names; null for the repository's own modules and for what is not installed. */
export type FindPackage = (side: 'python' | 'script', module: string, from: string) => PackageView | null

/**
 * Looks packages up by what a file imports, each once.
 *
 * @param files tracked files: a module of the repository is the product, wherever else it may be installed
 * @param pythonPaths the folders that the suite's Python looks through
 */
export const packageViews = (
  root: string,
  files: readonly string[],
  pythonPaths: () => readonly string[],
  parse: ParseSource,
): FindPackage => {
  const known = new Map<string, PackageView | null>()
  const base = realpathSync(root)
  /** Of a package that lies in the checkout, whether git tracks it. */
  const isOwn = ({ folder }: PackageSource): boolean => {
    const path = relative(base, folder).split(sep).join('/')
    return !path.startsWith('..') && files.some((file) => file === path || file.startsWith(`${path}/`))
  }
  return (side, module, from) => {
    const folder = side === 'python' ? '' : from.split('/').slice(0, -1).join('/')
    const key = `${side} ${folder} ${side === 'python' ? module.split('.')[0] : module}`
    let found = known.get(key)
    if (found === undefined) {
      const source = side === 'script' ? findNodePackage(root, from, module) : findPythonPackage(pythonPaths(), module)
      found = source && !isOwn(source) ? viewPackage(source, parse) : null
      known.set(key, found)
    }
    return found
  }
}
