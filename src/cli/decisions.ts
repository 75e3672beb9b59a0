import { userInfo } from 'node:os'
import path from 'node:path'
import type { Attempt, Decision } from '../history/events.ts'
import { fileStore } from '../history/file-store.ts'
import type { Report, Result } from '../model.ts'
import { type CliContext, CliFault } from './context.ts'
import type { CheckedPatch } from './patch-file.ts'

/** A whole signature, as reports give it. Throws a `CliFault` for anything else. */
export const checkSignature = (text: string): string => {
  const signature = text.trim().toLowerCase()
  if (/^[0-9a-f]{12}$/.test(signature)) return signature
  throw new CliFault(
    `${text.slice(0, 60)} is no signature.`,
    'Give the 12 hexadecimal digits that stand with the failure.',
  )
}

const nameOfUser = (): string => {
  try {
    return userInfo().username.slice(0, 100)
  } catch {
    return ''
  }
}

/** A decision made at this machine, now, about a fix where one is known. */
export const decisionOf = (
  kind: Decision['kind'],
  signature: string,
  about: Result | Attempt | null = null,
  reason = '',
): Decision => {
  const fix = about && 'diagnosis' in about ? about.proposal : about
  return {
    kind,
    at: new Date().toISOString(),
    signature,
    by: nameOfUser(),
    reason: reason.slice(0, 500),
    strategy: (fix?.strategy ?? '').slice(0, 60),
    old: (fix?.old ?? '').slice(0, 500),
    new: (fix?.new ?? '').slice(0, 500),
  }
}

/** Writes a decision into the history; what goes wrong is told on standard error. */
export const remember = async (
  root: string,
  decision: Decision,
  { stderr }: Pick<CliContext, 'stderr'>,
): Promise<void> => {
  for (const { message, remedy } of await fileStore(root).add([decision])) stderr.write(`! ${message} ${remedy}\n`)
}

/** A fix of the last report that a person applied was accepted. */
export const rememberAccepted = async (
  root: string,
  patch: CheckedPatch,
  report: Report | null,
  context: Pick<CliContext, 'stderr'>,
): Promise<void> => {
  const result = report?.results.find(({ proposal }) => proposal?.patch === path.basename(patch.file))
  if (result) await remember(root, decisionOf('accept', result.diagnosis.signature, result), context)
}
