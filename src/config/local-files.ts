import { lstat, readFile } from 'node:fs/promises'
import path from 'node:path'
import type { FileReader } from './files.ts'

const MAX_BYTES = 1024 * 1024

/** Reads settings files from a folder; symbolic links and files too large for settings count as not there. */
export function localFiles(root: string): FileReader {
  return async (file) => {
    const target = path.join(root, file)
    const stats = await lstat(target).catch(() => null)
    if (stats === null || !stats.isFile() || stats.size > MAX_BYTES) return null
    return readFile(target, 'utf8')
  }
}
