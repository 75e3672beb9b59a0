import { styleText } from 'node:util'
import type { HealEngine } from '../engine.ts'
import type { Problem } from '../model.ts'

/** A stream that is written to; a terminal has a width and is told apart by `isTTY`. */
export type Output = NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number }
export type Input = NodeJS.ReadableStream & { readonly isTTY?: boolean }

/** Everything the command line touches outside of itself. */
export interface CliContext {
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly stdin: Input
  readonly stdout: Output
  readonly stderr: Output
  readonly signal?: AbortSignal
  /** Loaded only by the commands that heal, since it brings the browser driver and the parsers with it. */
  readonly loadEngine: () => Promise<HealEngine>
  /** Refreshes the baseline from a green run; absent where this version cannot. Yields the exit code. */
  readonly record?: (config: import('../engine.ts').EngineConfig, context: CliContext) => Promise<number>
  /** Serves the engine over stdio; absent where this version cannot. Yields the exit code. */
  readonly serveMcp?: (context: CliContext) => Promise<number>
}

/** Exit codes of every command. */
export const EXIT = { done: 0, left: 1, fault: 2 } as const

type Style = Parameters<typeof styleText>[0]

/** Colours where the stream is a terminal and the user wants them; plain text elsewhere. */
export function painter(output: Output, env: CliContext['env']): (style: Style, text: string) => string {
  const wanted = (output.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb') || isForced(env.FORCE_COLOR)
  return (style, text) => (wanted ? styleText(style, text, { validateStream: false }) : text)
}

function isForced(value: string | undefined): boolean {
  return value !== undefined && value !== '0' && value !== 'false'
}

/** A mistake of the user or a broken input, said in words; ends the command with exit code 2. */
export class CliFault extends Error {
  readonly problem: Problem
  constructor(message: string, remedy: string, options?: ErrorOptions) {
    super(`${message} ${remedy}`, options)
    this.name = 'CliFault'
    this.problem = { message, remedy }
  }
}

/** The problem that an error of any room carries with it, or null for an error nobody expected. */
export function problemOf(error: unknown): Problem | null {
  if (!(error instanceof Error) || !('problem' in error)) return null
  const { problem } = error
  if (typeof problem !== 'object' || problem === null) return null
  const { message, remedy } = problem as Partial<Problem>
  return typeof message === 'string' && typeof remedy === 'string' ? { message, remedy } : null
}
