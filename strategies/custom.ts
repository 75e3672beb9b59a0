import { pathToFileURL } from 'node:url'
import { Worker } from 'node:worker_threads'
import { indexPage, type PageIndex } from '../src/dom/page-index.ts'
import {
  type Diagnosis,
  FAILURE_TYPES,
  type FailureType,
  type Problem,
  type Snapshot,
  type Target,
} from '../src/model.ts'
import { witness } from './ballot.ts'
import { MAX_WITNESSES, STRATEGY_NAMES, type Witness } from './contract.ts'
import { readLocator } from './custom-locator.ts'
import { WORKER_PROGRAM } from './custom-worker.ts'

export interface CustomOptions {
  /** Time for loading a module, and for each answer [2,000 ms]. */
  readonly timeoutMs?: number
  /** Memory of each module [256 MB]. */
  readonly memoryMb?: number
}

/** A strategy of a project's own, behind the wall of its worker. */
export interface LoadedStrategy {
  readonly name: string
  readonly priority: number
  readonly file: string
  /** Its witnesses, checked; empty where it threw, hung or returned nonsense, which is noted in `problems`. */
  propose(target: Target, snapshot: Snapshot, page?: PageIndex): Promise<readonly Witness[]>
}

/** A healer of a project's own; what it answers is for the caller to check. */
export interface LoadedHealer {
  readonly failureType: FailureType
  readonly file: string
  heal(diagnosis: Diagnosis, context: unknown): Promise<unknown>
}

export interface Extensions {
  /** Highest priority first. */
  readonly strategies: readonly LoadedStrategy[]
  readonly healers: readonly LoadedHealer[]
  /** What could not be loaded or went wrong since, by module. Grows as extensions are asked. */
  readonly problems: readonly Problem[]
  close(): Promise<void>
}

interface Offer {
  readonly name: string | null
  readonly priority: number | null
  readonly failureType: string | null
  readonly proposes: boolean
  readonly heals: boolean
}

interface Reply {
  readonly id: number
  readonly offers?: readonly Offer[]
  readonly answer?: unknown
  readonly error?: string
}

const MAX_MODULES = 50
const MAX_MESSAGE = 300

/**
 * Loads modules with extra strategies and healers, each in a worker of its own that sees no environment variables and is
 * stopped at its time limit. A module that throws, hangs or offers nonsense is left out and named in `problems`.
 * @param files absolute paths
 */
export async function loadExtensions(files: readonly string[], options: CustomOptions = {}): Promise<Extensions> {
  const problems: Problem[] = []
  const rooms = await Promise.all(files.slice(0, MAX_MODULES).map((file) => openRoom(file, options, problems)))
  const strategies: LoadedStrategy[] = []
  const healers: LoadedHealer[] = []
  const names = new Set<string>(STRATEGY_NAMES)
  for (const room of rooms) {
    if (room === null) continue
    for (const [at, offer] of room.offers.entries()) {
      const strategy = asStrategy(room, at, offer, names, problems)
      if (strategy !== null) strategies.push(strategy)
      const healer = strategy === null ? asHealer(room, at, offer, problems) : null
      if (healer !== null) healers.push(healer)
      if (strategy === null && healer === null && !problems.some(({ subject }) => subject === room.file)) {
        problems.push(
          problemOf(
            room.file,
            'offers neither a strategy { name, priority, propose } nor a healer { failureType, heal }',
          ),
        )
      }
    }
  }
  return {
    strategies: strategies.sort((a, b) => b.priority - a.priority),
    healers,
    problems,
    close: async () => void (await Promise.all(rooms.map((room) => room?.close()))),
  }
}

const problemOf = (file: string, what: string): Problem => ({
  message: `The extension ${file} ${what.replace(/[\r\n]+/g, ' ').slice(0, MAX_MESSAGE)}`,
  remedy: 'Repair the module or take it out of the setting `strategies`; the run went on without it.',
  subject: file,
})

/** A worker with a module in it. */
interface Room {
  readonly file: string
  readonly offers: readonly Offer[]
  /** Null where the module threw, hung or is gone; the reason is in the problems then. */
  ask(at: number, method: string, given: readonly unknown[]): Promise<{ readonly answer: unknown } | null>
  close(): Promise<void>
}

async function openRoom(
  file: string,
  { timeoutMs = 2_000, memoryMb = 256 }: CustomOptions,
  problems: Problem[],
): Promise<Room | null> {
  const worker = new Worker(WORKER_PROGRAM, {
    eval: true,
    workerData: { url: pathToFileURL(file).href },
    env: {},
    execArgv: [],
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: memoryMb },
  })
  worker.unref()
  const waiting = new Map<number, (reply: Reply) => void>()
  let gone: string | null = null
  const leave = (why: string): void => {
    gone ??= why
    for (const [id, answer] of waiting) answer({ id, error: why })
    waiting.clear()
  }
  worker.on('message', (reply: Reply) => {
    waiting.get(reply.id)?.(reply)
    waiting.delete(reply.id)
  })
  worker.on('error', (error) => leave(`stopped: ${String(error instanceof Error ? error.message : error)}`))
  worker.on('exit', () => leave('ended by itself'))
  const await_ = (id: number, doing: string): Promise<Reply> =>
    new Promise((resolve) => {
      if (gone !== null) return resolve({ id, error: gone })
      const timer = setTimeout(() => {
        leave(`took more than ${timeoutMs} ms ${doing} and was stopped`)
        void worker.terminate()
      }, timeoutMs)
      waiting.set(id, (reply) => {
        clearTimeout(timer)
        resolve(reply)
      })
    })
  const first = await await_(0, 'to load')
  if (first.error !== undefined || first.offers === undefined || first.offers.length === 0) {
    problems.push(
      problemOf(file, first.error === undefined ? 'exports nothing by default' : `could not be loaded: ${first.error}`),
    )
    await worker.terminate()
    return null
  }
  let asked = 0
  return {
    file,
    offers: first.offers,
    async ask(at, method, given) {
      const id = ++asked
      const reply = await_(id, 'to answer')
      try {
        if (gone === null) worker.postMessage({ id, at, method, given })
      } catch (error) {
        leave(`could not be asked: ${String(error)}`)
      }
      const { error, answer } = await reply
      if (error === undefined) return { answer }
      if (!problems.some(({ subject, message }) => subject === file && message.includes(error.slice(0, 80))))
        problems.push(problemOf(file, `failed: ${error}`))
      return null
    },
    close: async () => void (await worker.terminate()),
  }
}

function asStrategy(
  room: Room,
  at: number,
  offer: Offer,
  names: Set<string>,
  problems: Problem[],
): LoadedStrategy | null {
  const { name, priority, proposes } = offer
  if (!proposes) return null
  if (name === null || !/^[\w-]{1,40}$/.test(name) || priority === null || !(priority >= 0 && priority <= 1_000)) {
    problems.push(
      problemOf(room.file, 'offers a strategy without a name of letters and digits or without a priority of 0 to 1000'),
    )
    return null
  }
  if (names.has(name)) {
    problems.push(problemOf(room.file, `offers a strategy named "${name}", and there is one of that name already`))
    return null
  }
  names.add(name)
  return {
    name,
    priority,
    file: room.file,
    async propose(target, snapshot, page = indexPage(snapshot)) {
      const reply = await room.ask(at, 'propose', [target, snapshot])
      if (reply === null) return []
      const witnesses = readWitnesses(reply.answer, page)
      if (witnesses === null)
        problems.push(problemOf(room.file, 'returned something that is no list of { element, strength, reason }'))
      return witnesses ?? []
    },
  }
}

function asHealer(room: Room, at: number, { failureType, heals }: Offer, problems: Problem[]): LoadedHealer | null {
  if (!heals) return null
  const type = FAILURE_TYPES.find((one) => one === failureType)
  if (type === undefined) {
    problems.push(problemOf(room.file, `offers a healer for "${failureType ?? ''}", which is no failure type`))
    return null
  }
  return {
    failureType: type,
    file: room.file,
    heal: async (diagnosis, context) => (await room.ask(at, 'heal', [diagnosis, context]))?.answer ?? null,
  }
}

/** Checks what a strategy returned; null where it is not of the form. */
function readWitnesses(answer: unknown, page: PageIndex): Witness[] | null {
  if (!Array.isArray(answer)) return null
  const witnesses: Witness[] = []
  for (const one of answer.slice(0, MAX_WITNESSES) as unknown[]) {
    if (one === null || typeof one !== 'object') return null
    const { element, strength = 0.5, reason = '', locator } = one as Record<string, unknown>
    if (typeof element !== 'number' || !Number.isInteger(element) || element < 0 || element >= page.size) return null
    if (typeof strength !== 'number' || !(strength > 0 && strength <= 1) || typeof reason !== 'string') return null
    const steps = locator === undefined ? null : readLocator(locator)
    if (locator !== undefined && steps === null) return null
    witnesses.push(witness(page, element, strength, reason.slice(0, MAX_MESSAGE), steps))
  }
  return witnesses.sort((a, b) => b.strength - a.strength)
}
