import { posix } from 'node:path'

const MAX_LENGTH = 1_000_000
const IMPORT =
  /^[ \t]*(?:from[ \t]+(\.*[\w.]*)[ \t]+import[ \t]+(\([^)]{0,5000}\)|[^\n]{1,500})|import[ \t]+([^\n]{1,500}))/gm

/**
 * The files of the repository that a Python file imports, and the modules that are none. Where it belongs to a suite,
 * what pytest loads for it unasked, `conftest.py` of its folder and those above, counts as imported.
 */
export function importsOfPython(
  file: string,
  text: string,
  exists: (path: string) => boolean,
): { readonly files: readonly string[]; readonly packages: readonly string[] } {
  const files = new Set<string>()
  const packages = new Set<string>()
  const add = (module: string, names: readonly string[]): void => {
    const found = [module, ...names.map((name) => `${module}.${name}`)].flatMap((each) =>
      moduleFiles(file, each, exists),
    )
    for (const path of found) files.add(path)
    if (found.length === 0) packages.add(module.split('.')[0] ?? module)
  }
  if (text.length <= MAX_LENGTH) {
    for (const [, from, names, plain] of text.matchAll(IMPORT)) {
      if (from !== undefined) add(from, namesIn(names ?? ''))
      else for (const each of namesIn(plain ?? '')) add(each, [])
    }
  }
  if (/(?:^|\/)(?:test_[^/]*|[^/]*_test)\.py$/.test(file)) {
    for (let folder = posix.dirname(file); ; folder = posix.dirname(folder)) {
      const path = posix.join(folder, 'conftest.py')
      if (exists(path)) files.add(path)
      if (folder === '.' || folder === '/') break
    }
  }
  files.delete(file)
  return { files: [...files], packages: [...packages] }
}

const namesIn = (text: string): string[] =>
  text
    .replace(/[()]/g, ' ')
    .replace(/#[^\n]*/g, '')
    .split(',')
    .map((each) => each.trim().split(/\s+/)[0] ?? '')
    .filter((each) => /^[\w.]+$/.test(each))

/** The file of a module: from the root, from a source folder, or from the folders above the importing file. */
export function moduleFiles(from: string, module: string, exists: (path: string) => boolean): readonly string[] {
  const dots = /^\.*/.exec(module)?.[0].length ?? 0
  const path = module.slice(dots).split('.').filter(Boolean).join('/')
  const bases: string[] = []
  let folder = posix.dirname(from)
  if (dots > 0) {
    for (let up = 1; up < dots; up++) folder = posix.dirname(folder)
    bases.push(folder)
  } else {
    bases.push('.', 'src')
    for (; folder !== '.' && folder !== '/'; folder = posix.dirname(folder)) bases.push(folder)
  }
  for (const base of bases) {
    const found = [`${posix.join(base, path)}.py`, posix.join(base, path, '__init__.py')].filter(exists)
    if (found.length > 0) return found
  }
  return []
}
