import { lstatSync, realpathSync } from 'node:fs'
import { isAbsolute, join, relative, sep } from 'node:path'
import { Fault } from '../fault.ts'

/**
 * The absolute path of a file inside of `root`. Throws a `Fault` for absolute paths, paths that leave the root, the git
 * directory, and paths any part of which is a symlink. The file itself need not exist; its folder must.
 */
export function resolveInside(root: string, path: string): string {
  const refuse = (why: string) =>
    new Fault({
      message: `${path} ${why}, so it was left alone.`,
      remedy: 'Only regular files inside of the repository can be patched.',
      subject: path,
    })
  if (path === '' || path.includes('\0') || isAbsolute(path)) throw refuse('is not a path inside of the repository')
  const base = realpathSync(root)
  const full = join(base, path)
  const inner = relative(base, full)
  const parts = inner.split(sep)
  if (inner === '' || parts[0] === '..' || isAbsolute(inner)) throw refuse('lies outside of the repository')
  if (parts.some((part) => part.toLowerCase() === '.git')) throw refuse('belongs to git itself')
  let at = base
  for (const [index, part] of parts.entries()) {
    at = join(at, part)
    const stat = lstatSync(at, { throwIfNoEntry: false })
    if (stat?.isSymbolicLink()) throw refuse('is reached through a symlink')
    if (!stat && index < parts.length - 1) throw refuse('lies in a folder that does not exist')
  }
  return full
}
