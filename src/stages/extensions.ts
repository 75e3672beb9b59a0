import { createHash } from 'node:crypto'
import { lstat, readFile } from 'node:fs/promises'
import path from 'node:path'
import { glob } from 'tinyglobby'
import { type Extensions, type LoadedHealer, type LoadedStrategy, loadExtensions } from '../../strategies/custom.ts'
import { STRATEGIES, type Testimony } from '../../strategies/index.ts'
import type { EngineConfig } from '../engine.ts'
import { NO_RENAMES, RENAMES_FILES, type RenameMap, readRenameMap } from '../evidence/rename-map.ts'
import type { Problem, Target } from '../model.ts'
import type { FailingPage } from './failing-page.ts'

/** What the project adds to the engine: strategies, healers, and what it says it renamed. */
export interface OwnExtensions {
  readonly strategies: readonly LoadedStrategy[]
  readonly healers: readonly LoadedHealer[]
  readonly renames: RenameMap
  /** Changes with every byte of them. */
  readonly digest: string
  /** What went wrong with them so far, by module. */
  problems(): readonly Problem[]
  close(): Promise<void>
}

const NONE: Extensions = { strategies: [], healers: [], problems: [], close: async () => {} }
const LIMITS = { modules: 50, moduleBytes: 1024 * 1024 } as const

/**
 * Loads the modules that `strategies` names and the map of renames. They lie under `strategies.root` where the checkout is not
 * to be trusted, else under the repository's root, and never behind a link.
 */
export const openExtensions = async ({ root, strategies }: EngineConfig): Promise<OwnExtensions> => {
  const base = strategies.root === undefined ? root : strategies.root
  if (base === null) return { ...NONE, renames: NO_RENAMES, digest: '', problems: () => [] }
  const found: Problem[] = []
  const hash = createHash('sha256')
  const files: string[] = []
  for (const file of await modulesIn(base, strategies.modules)) {
    const text = await readBounded(path.join(base, file))
    if (typeof text !== 'string') continue
    hash.update(`${file}\0${text}\0`)
    files.push(path.join(base, file))
  }
  let renames = NO_RENAMES
  for (const file of RENAMES_FILES) {
    const text = await readBounded(path.join(base, file))
    if (text === null) continue
    hash.update(`${file}\0${text}\0`)
    const read = readRenameMap(text, file)
    if (renames === NO_RENAMES) renames = read.renames
    found.push(...read.problems)
  }
  const loaded = files.length > 0 ? await loadExtensions(files) : NONE
  const named = (problem: Problem): Problem => ({
    ...problem,
    // A reader knows the module by its path in the repository.
    message: problem.message.replaceAll(`${base}${path.sep}`, ''),
    ...(problem.subject === undefined ? {} : { subject: path.relative(base, problem.subject) }),
  })
  return {
    strategies: loaded.strategies,
    healers: loaded.healers.map((healer) => ({ ...healer, file: path.relative(base, healer.file) })),
    renames,
    digest: hash.digest('hex').slice(0, 16),
    problems: () => [...found, ...loaded.problems.map(named)],
    close: loaded.close,
  }
}

const modulesIn = async (base: string, patterns: readonly string[]): Promise<readonly string[]> => {
  if (patterns.length === 0) return []
  const files = await glob([...patterns], {
    cwd: base,
    dot: true,
    onlyFiles: true,
    followSymbolicLinks: false,
    ignore: ['**/node_modules/**', '**/.git/**'],
  })
  return files
    .filter((file) => !file.startsWith('..') && !path.isAbsolute(file))
    .sort()
    .slice(0, LIMITS.modules)
}

const readBounded = async (file: string): Promise<string | null> => {
  const stats = await lstat(file).catch(() => null)
  return stats?.isFile() && stats.size <= LIMITS.moduleBytes ? readFile(file, 'utf8') : null
}

/** What the project's own strategies say of a page. */
export const hearOwn = async (
  own: OwnExtensions | undefined,
  target: Target | null,
  page: FailingPage | null,
): Promise<readonly Testimony[]> => {
  const snapshot = page?.index.snapshot
  if (!own || !target || !page || !snapshot) return []
  const heard: Testimony[] = []
  for (const strategy of own.strategies) {
    const witnesses = await strategy.propose(target, snapshot, page.index)
    const { name, priority } = strategy
    heard.push({ strategy: { name, priority, prior: priorAt(priority), propose: () => witnesses }, witnesses })
  }
  return heard
}

/** The success rate that the built-in strategies around this priority start with. */
export const priorAt = (priority: number): number => {
  const above = STRATEGIES.findLast((one) => one.priority >= priority)
  const below = STRATEGIES.find((one) => one.priority <= priority)
  if (!above || !below) return above?.prior ?? below?.prior ?? 0.5
  if (above.priority === below.priority) return above.prior
  const share = (priority - below.priority) / (above.priority - below.priority)
  return below.prior + share * (above.prior - below.prior)
}
