import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { OWNER_MARK, ownerMark } from './orphans.ts'
import { findDescendants, MARKER, signalTree } from './process-tree.ts'

export interface StartOptions {
  readonly command: string
  /** One argument each; no shell reads them. */
  readonly args: readonly string[]
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** Characters of output that are kept, the last ones [200,000]. */
  readonly maxOutput?: number
  readonly onOutput?: (chunk: string) => void
  /** What a polite stop is for this program; it is killed where it does not heed it [SIGTERM]. */
  readonly stopSignal?: NodeJS.Signals
  /** Time between the polite stop and the kill [3,000 ms]. */
  readonly graceMs?: number
}

export interface Exit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  /** Set where the program could not be started at all. */
  readonly error?: Error
}

/** A program of ours that runs, with everything it has started. */
export interface Running {
  readonly pid: number | undefined
  /** Never rejects. */
  readonly exited: Promise<Exit>
  /** Standard output and error as they came, the tail of them. */
  output(): string
  /** Stops it and all its descendants, politely first; returns when all are gone. */
  stop(): Promise<void>
}

const live = new Set<() => void>()
process.on('exit', () => {
  for (const kill of live) kill()
})

export function start(options: StartOptions): Running {
  const marker = randomUUID()
  const max = options.maxOutput ?? 200_000
  let output = ''
  const child = spawn(options.command, [...options.args], {
    cwd: options.cwd,
    env: { ...options.env, [MARKER]: marker, [OWNER_MARK]: ownerMark() },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: process.platform !== 'win32',
    windowsHide: true,
  })
  const keep = (chunk: string) => {
    output = (output + chunk).slice(-max)
    options.onOutput?.(chunk)
  }
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', keep)

  const killNow = () => {
    if (child.pid !== undefined) signalTree(child.pid, findDescendants(child.pid, marker), 'SIGKILL')
  }
  live.add(killNow)
  const exited = whenGone(child).then((exit) => {
    if (exit.error) live.delete(killNow)
    return exit
  })

  let stopping: Promise<void> | null = null
  const stop = async () => {
    const pid = child.pid
    if (pid === undefined) return
    const others = findDescendants(pid, marker)
    const isUp = child.exitCode === null && child.signalCode === null
    if (isUp) {
      signalTree(pid, [], options.stopSignal ?? 'SIGTERM')
      await Promise.race([exited, wait(options.graceMs ?? 3_000, undefined, { ref: false })])
    }
    signalTree(pid, [...new Set([...others, ...findDescendants(pid, marker)])], 'SIGKILL')
    live.delete(killNow)
    await exited
  }
  return {
    pid: child.pid,
    exited,
    output: () => output,
    stop: () => {
      stopping ??= stop()
      return stopping
    },
  }
}

/** Resolves when the program has ended and what it wrote has been read, or shortly after where a child keeps the pipe. */
function whenGone(child: ChildProcess): Promise<Exit> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ code: null, signal: null, error }))
    child.once('exit', (code, signal) => {
      const done = () => resolve({ code, signal })
      child.once('close', done)
      setTimeout(done, 500).unref()
    })
  })
}

export interface RunOptions extends StartOptions {
  readonly timeoutMs: number
  readonly signal?: AbortSignal
}

export interface RunResult extends Exit {
  readonly timedOut: boolean
  readonly aborted: boolean
  readonly output: string
  readonly durationMs: number
}

/** Runs a program to its end, its time limit or the abort; afterwards nothing that it started is left. */
export async function run(options: RunOptions): Promise<RunResult> {
  const begun = performance.now()
  options.signal?.throwIfAborted()
  const running = start(options)
  let timedOut = false
  let aborted = false
  const timer = setTimeout(() => {
    timedOut = true
    void running.stop()
  }, options.timeoutMs)
  const onAbort = () => {
    aborted = true
    void running.stop()
  }
  options.signal?.addEventListener('abort', onAbort, { once: true })
  try {
    const exit = await running.exited
    await running.stop()
    return { ...exit, timedOut, aborted, output: running.output(), durationMs: Math.round(performance.now() - begun) }
  } finally {
    clearTimeout(timer)
    options.signal?.removeEventListener('abort', onAbort)
  }
}
