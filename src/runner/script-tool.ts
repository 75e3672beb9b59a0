import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Fault } from '../fault.ts'
import { scriptsOf } from './package-scripts.ts'
import { foldersUpwards } from './playwright-install.ts'

/** A runner's command line, as node would find it from a folder: `cli` lies in its package. Throws a `Fault`. */
export function findTool(name: string, cli: string, from: string): string {
  for (const folder of foldersUpwards(from)) {
    const found = join(folder, 'node_modules', name, cli)
    if (existsSync(found)) return found
  }
  throw new Fault({
    message: `No installed ${name} was found from ${from} upwards.`,
    remedy: 'Install the dependencies first (`npm ci`).',
    subject: from,
  })
}

/** The configuration that a package script names for a runner. */
export function configOf(command: RegExp, folder: string): readonly string[] {
  for (const script of scriptsOf(folder)) {
    const path = command.exec(script)?.[1]
    if (path && existsSync(join(folder, path))) return [`--config=${path}`]
  }
  return []
}

const MAX_PATTERN = 6_000

/** Chosen tests by their full names, given as patterns; nothing where the command line would grow too long. */
export function namesPattern(patterns: readonly string[]): readonly string[] {
  const pattern = `^(?:${[...new Set(patterns)].join('|')})$`
  return pattern.length > MAX_PATTERN ? [] : [`--testNamePattern=${pattern}`]
}
