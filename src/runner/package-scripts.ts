import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The scripts of a folder's package.json by name; none where it has no readable one. */
export const scriptsByName = (folder: string): ReadonlyMap<string, string> => {
  try {
    const found: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
    if (typeof found !== 'object' || found === null || !('scripts' in found)) return new Map()
    const { scripts } = found
    if (typeof scripts !== 'object' || scripts === null) return new Map()
    return new Map(Object.entries(scripts).filter((each): each is [string, string] => typeof each[1] === 'string'))
  } catch {
    return new Map()
  }
}

export const scriptsOf = (folder: string): readonly string[] => [...scriptsByName(folder).values()]
