import type { Trouble } from '../evidence/troubles.ts'
import type { Verdict } from '../healers/contract.ts'
import type { Evidence } from '../model.ts'

const WEIGHT = { isNew: 0.6, perhapsOld: 0.3 } as const
/** From here on an element is likelier gone than there. */
const LIKELY_GONE = 0.5

/**
 * A verdict in the light of what went wrong in the product before the test failed. A proposal keeps its status and shows it
 * to its reviewer; what could not be healed anyway is likelier a regression than a question.
 */
export const inLightOf = (troubles: readonly Trouble[], verdict: Verdict): Verdict => {
  const [first] = troubles
  if (!first || verdict.status === 'environment' || verdict.status === 'skipped') return verdict
  const evidence = troubles.map(
    ({ text, isNew }): Evidence => ({
      kind: 'effects',
      for: false,
      weight: isNew ? WEIGHT.isNew : WEIGHT.perhapsOld,
      text: `Before the step ${text}${isNew ? ', as it did not when the test was green' : ''}`,
    }),
  )
  const proposal = verdict.proposal
    ? { ...verdict.proposal, evidence: [...verdict.proposal.evidence, ...evidence] }
    : null
  if (verdict.status === 'proposed') return { ...verdict, proposal }
  const isGone = proposal === null || proposal.absent > LIKELY_GONE
  const isBroken = verdict.status === 'likely_regression' || (isGone && troubles.some(({ isNew }) => isNew))
  const reason = `${verdict.reason} Before the step ${troubles.map(({ text }) => text).join(', and ')}.`
  return { ...verdict, proposal, reason, status: isBroken ? 'likely_regression' : verdict.status }
}
