import { createHash } from 'node:crypto'
import { lstatSync, readdirSync, readFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { Fault } from '../fault.ts'
import { overEarlier, readStep, type StoredStep, writeStep } from './stored-step.ts'

/** Where the baseline of a project lies, relative to its root. */
export const STORE_FOLDER = '.self-heal/baseline'
const LIMITS = { files: 5_000, fileBytes: 2 * 1024 * 1024, totalBytes: 64 * 1024 * 1024 } as const

/** Steps of earlier green runs. */
export interface BaselineStore {
  /** The step of a test by its selector and by which of its calls on it it was. */
  of(test: string, selector: string, nth: number): StoredStep | null
  /** Any test's step on the same selector: second best, since its page may be another. */
  any(selector: string): StoredStep | null
  has(test: string): boolean
  readonly size: number
}

/**
 * Reads the store; what is damaged, linked or too large in it is passed over.
 *
 * @param further another folder of the same form, brought here from elsewhere; it knows what the repository's own does not
 */
export const readStore = (root: string, further: string | null = null): BaselineStore => {
  const byTest = new Map<string, StoredStep[]>()
  const bySelector = new Map<string, StoredStep>()
  let size = 0
  let bytes = 0
  for (const folder of [path.join(root, STORE_FOLDER), ...(further === null ? [] : [further])]) {
    const known = new Set(byTest.keys())
    for (const file of filesOf(folder)) {
      const stat = lstatSync(file, { throwIfNoEntry: false })
      if (!stat?.isFile() || stat.size > LIMITS.fileBytes || bytes + stat.size > LIMITS.totalBytes) continue
      bytes += stat.size
      for (const line of readFileSync(file, 'utf8').split('\n')) {
        const step = line === '' ? null : readStep(line)
        if (!step || known.has(step.test)) continue
        size++
        const own = byTest.get(step.test) ?? []
        own.push(step)
        byTest.set(step.test, own)
        if (!bySelector.has(step.selector)) bySelector.set(step.selector, step)
      }
    }
  }
  return {
    of(test, selector, nth) {
      const same = (byTest.get(test) ?? []).filter((step) => step.selector === selector)
      return same.find((step) => step.nth === nth) ?? same.at(-1) ?? null
    },
    any: (selector) => bySelector.get(selector) ?? null,
    has: (test) => byTest.has(test),
    size,
  }
}

const filesOf = (folder: string): readonly string[] => {
  if (!isOurs(folder, false)) return []
  return readdirSync(folder)
    .filter((name) => name.endsWith('.jsonl'))
    .sort()
    .slice(0, LIMITS.files)
    .map((name) => path.join(folder, name))
}

/** A link would lead out of the repository. */
const isOurs = (folder: string, mayLack: boolean): boolean =>
  [path.dirname(folder), folder].every((part) => {
    const stat = lstatSync(part, { throwIfNoEntry: false })
    return stat ? stat.isDirectory() : mayLack
  })

const stepsOf = (file: string): readonly StoredStep[] => {
  const stat = lstatSync(file, { throwIfNoEntry: false })
  if (!stat?.isFile() || stat.size > LIMITS.fileBytes) return []
  return readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line) => (line === '' ? [] : (readStep(line) ?? [])))
}

/**
 * Replaces what the store holds of one test; what varied between its recordings stays known. Returns how many steps
 * were kept. Rejects with a `Fault` for a linked folder.
 */
export const writeTest = async (root: string, test: string, steps: readonly StoredStep[]): Promise<number> => {
  const name = `${createHash('sha256').update(test).digest('hex').slice(0, 16)}.jsonl`
  if (!isOurs(path.join(root, STORE_FOLDER), true))
    throw new Fault({
      message: `${STORE_FOLDER} is no folder of the repository's own.`,
      remedy: 'Remove the link or the file in its place.',
      subject: STORE_FOLDER,
    })
  const file = path.join(root, STORE_FOLDER, name)
  const earlier = stepsOf(file).filter((step) => step.test === test)
  const lines = overEarlier(steps, earlier).flatMap((step) => writeStep(step) ?? [])
  await mkdir(path.join(root, STORE_FOLDER), { recursive: true })
  await writeFile(file, lines.map((line) => `${line}\n`).join(''))
  return lines.length
}
