import { userInfo } from 'node:os'
import type { Attempt, Decision } from '../history/events.ts'
import type { Result } from '../model.ts'
import { CliFault } from './context.ts'

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
