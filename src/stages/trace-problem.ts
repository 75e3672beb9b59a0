import type { Problem } from '../model.ts'

/** A trace that could not be read: what its reader says is to be done, or else `remedy`. */
export const unreadableTrace = (what: string, error: unknown, subject: string, remedy: string): Problem => {
  const reason = error instanceof Error ? error.message : String(error)
  const said = error instanceof Error && 'remedy' in error && typeof error.remedy === 'string' ? error.remedy : remedy
  return { message: `${what} could not be read: ${reason}`, remedy: said, subject }
}
