import type { Renaming } from '../evidence/renamed-names.ts'
import type { Edit, Evidence } from '../model.ts'
import { chosenFirst } from './choice.ts'
import { distinctEdits, percent, propose, refuse } from './code-places.ts'
import type { HealContext, Verdict } from './contract.ts'
import { alternativesOf, doubtOf } from './field-renamed.ts'

/** The verdict on the names that may have taken an old one's place. */
export const decideName = (
  what: string,
  old: string,
  candidates: readonly Renaming[],
  removal: Evidence | null,
  context: HealContext,
  edits: (fresh: string) => readonly Edit[],
): Verdict => {
  const { threshold } = context
  const found = chosenFirst(candidates, context)
  const [first] = found
  if (!first || (removal && first.confidence <= threshold)) {
    return removal
      ? refuse('likely_regression', `${what} is gone, and nothing takes its place.`, {
          old,
          absent: 0.9,
          evidence: [removal],
        })
      : refuse('needs_human', `${what} is not there any more, and no commit says what takes its place.`)
  }
  const shown = { old, new: first.name, confidence: first.confidence, evidence: first.evidence }
  const doubt = doubtOf(found, context)
  if (doubt) return refuse('needs_human', doubt, { ...shown, alternatives: alternativesOf(found) })
  return propose(`“${old}” is called “${first.name}” now (${percent(first.confidence)}).`, {
    ...shown,
    description: `Use ${first.name} in place of ${old}`,
    strategy: 'api',
    edits: distinctEdits(edits(first.name)),
    alternatives: alternativesOf(found.slice(1)),
  })
}
