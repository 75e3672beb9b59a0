import { createHash } from 'node:crypto'
import type { EngineConfig } from '../engine.ts'
import type { Failure, Problem } from '../model.ts'
import type { ReadFile } from '../source/patch-set.ts'
import { diagnose } from './diagnose.ts'
import { type Cause, openCase } from './state.ts'

/** Whether share `index` of `count` holds a signature: its first 32 bits modulo the number of shares. */
export const isInShare = (signature: string, { index, count }: NonNullable<EngineConfig['shard']>): boolean =>
  Number.parseInt(signature.slice(0, 8), 16) % count === index - 1

/**
 * The failures of this job's share. They are told apart by their signatures as the artifacts alone give them: jobs that
 * read the same artifacts agree on these without running anything, and tests that fail for the same cause stay together.
 * A test of which only the name is known goes by its name.
 */
export const ownShare = async (
  failures: readonly Failure[],
  { shard, root }: Pick<EngineConfig, 'shard' | 'root'>,
  readFile: ReadFile,
): Promise<readonly Failure[]> => {
  if (shard === null || shard.count === 1) return failures
  const own: Failure[] = []
  const parsed = new Map()
  for (const failure of failures) {
    const signature =
      failure.errors.length === 0
        ? createHash('sha256').update(failure.test.id).digest('hex')
        : (await diagnose(openCase(failure, null), root, readFile, parsed)).signature
    if (isInShare(signature, shard)) own.push(failure)
  }
  return own
}

const isAsked = (signature: string, only: readonly string[]): boolean => only.length === 0 || only.includes(signature)

/** Closes a cause that nobody asked for: it is reported, and nothing else is done about it. */
export const leaveUnasked = (cause: Cause, { onlySignatures }: Pick<EngineConfig, 'onlySignatures'>): void => {
  if (cause.state !== 'open' || isAsked(cause.signature, onlySignatures)) return
  cause.state = 'closed'
  cause.verdict = {
    status: 'skipped',
    reason: `Only ${onlySignatures.join(', ')} ${onlySignatures.length === 1 ? 'was' : 'were'} asked for.`,
    proposal: null,
    winner: null,
  }
}

/** Signatures that were asked for and that no failure has. */
export const unseenSignatures = (onlySignatures: readonly string[], seen: Iterable<string>): readonly Problem[] => {
  const known = [...seen]
  return onlySignatures
    .filter((signature) => !known.includes(signature))
    .map((signature) => ({
      message: `No failure has the signature ${signature}${known.length > 0 ? `; there are ${known.slice(0, 10).join(', ')}` : ''}.`,
      remedy:
        'Look the signature up in the newest report: it changes with the broken locator and the file that holds it.',
      subject: signature,
    }))
}
