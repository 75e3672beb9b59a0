import { posix } from 'node:path'
import type { ReadFile } from './modules.ts'
import { languageOf } from './syntax.ts'

/**
 * The file of the repository that a stack means; null for installed packages. A test may have run on another machine:
 * then the longest end of the path that there is here counts.
 */
export function locate(root: string, file: string, readFile: ReadFile): string | null {
  const relative = relativeTo(root, file)
  if (relative !== null) return relative
  const parts = file.replaceAll('\\', '/').split('/')
  if (parts.includes('node_modules') || parts.includes('..') || parts.length > 40) return null
  for (let from = 1; from < parts.length; from++) {
    const end = parts.slice(from).join('/')
    if (languageOf(end) !== null && readFile(end) !== null) return end
  }
  return null
}

/** Path from the root with forward slashes; null for files outside and for installed packages. */
function relativeTo(root: string, file: string): string | null {
  const plain = posix.normalize(file.replaceAll('\\', '/').replace(/^file:\/\//, ''))
  const base = posix.normalize(root.replaceAll('\\', '/')).replace(/\/$/, '')
  const relative = plain.startsWith(`${base}/`) ? plain.slice(base.length + 1) : plain
  const outside = relative.startsWith('/') || relative.startsWith('..') || /^[a-z]:/i.test(relative)
  return outside || /(^|\/)node_modules\//.test(relative) ? null : relative
}
