import type { EngineConfig } from '../engine.ts'
import { STORE_FOLDER, writeTest } from '../evidence/store.ts'
import { recordBaseline } from '../record.ts'
import { type CliContext, EXIT } from './context.ts'

/** Refreshes the baseline from the artifacts of a green run, and says what is in it now. Yields the exit code. */
export const recordCommand = async (config: EngineConfig, context: CliContext): Promise<number> => {
  const { tests, steps, problems } = await recordBaseline(
    { ...config, onlyGreen: false },
    { env: context.env, progress: () => {}, ...(context.signal ? { signal: context.signal } : {}) },
    (test, kept) => writeTest(config.root, test, kept),
  )
  for (const { message, remedy } of problems) context.stderr.write(`${message} ${remedy}\n`)
  context.stdout.write(`${STORE_FOLDER} holds ${steps} steps of ${tests} ${tests === 1 ? 'test' : 'tests'}.\n`)
  return steps > 0 ? EXIT.done : EXIT.left
}
