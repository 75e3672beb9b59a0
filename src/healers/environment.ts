import { connectionIn, denialIn, type EnvironmentCause } from '../diagnosis/environment-cause.ts'
import type { Evidence, FailureType } from '../model.ts'
import type { TokenChange } from '../source/changes.ts'
import { percent } from './code-places.ts'
import type { HealContext, Healer, Verdict } from './contract.ts'

/**
 * What no test could mend is never patched: it is said what was found, which commit of the product may have to do with
 * it, and what a person can do.
 */
const environmentHealer = (failureType: FailureType, read: (message: string) => EnvironmentCause | null): Healer => ({
  failureType,
  *heal(diagnosis, context) {
    const messages = [diagnosis.message, ...(context.failures ?? []).map(({ errors }) => errors[0]?.message ?? '')]
    const cause = messages.map(read).find((each) => each !== null) ?? null
    const advice = cause?.advice ?? diagnosis.suggestions[0] ?? 'Nothing in a test could mend that.'
    return verdict(`${diagnosis.rootCause} ${advice}`, cause ? commitsFor(cause, context) : [])
  },
})

export const permissionDenied = environmentHealer('permission_denied', denialIn)
export const connectionError = environmentHealer('connection_error', connectionIn)

const verdict = (reason: string, evidence: readonly Evidence[]): Verdict => ({
  status: 'environment',
  reason,
  winner: null,
  proposal:
    evidence.length === 0
      ? null
      : {
          description: `A commit may have to do with it (${percent(evidence[0]?.weight ?? 0)})`,
          old: '',
          new: '',
          strategy: '',
          confidence: 0,
          absent: 0,
          edits: [],
          evidence,
          strategies: [],
          alternatives: [],
        },
})

const MOST = 2

/** Changes of the product in which a port, a host, a user or a resource of the message comes or goes. */
const commitsFor = ({ facts }: EnvironmentCause, { history, code }: HealContext): readonly Evidence[] => {
  const words = [facts.port, facts.host, facts.user, facts.resource, facts.path].filter((each) => each !== undefined)
  const isNear = (token: string | null): boolean =>
    token !== null && words.some((word) => token === word || (word.length > 4 && token.includes(word)))
  const found = (history ?? []).filter(
    (change: TokenChange) => !code?.isTest(change.file) && (isNear(change.old) || isNear(change.new)),
  )
  return found.slice(0, MOST).map(({ commit, file, line, old, new: fresh }): Evidence => {
    const what = old === null ? `“${fresh}” came` : fresh === null ? `“${old}” went` : `“${old}” became “${fresh}”`
    const text = `${file}:${line}: ${what} (${commit.id.slice(0, 8)} “${commit.subject.slice(0, 100)}”)`
    return { kind: 'commit', for: true, weight: 0.3, text }
  })
}
