import type { Renaming, RenamingQuestion } from '../evidence/renamed-names.ts'
import type { Evidence } from '../model.ts'
import type { HealContext } from './contract.ts'

/** A person's choice is said with the evidence; it makes the candidate no surer by itself. */
export const choiceEvidence = ({ by, candidate }: NonNullable<HealContext['chosen']>): Evidence => ({
  kind: 'history',
  for: true,
  weight: 1,
  text: `${by} chose ${candidate}`,
})

/** What the project's map of renames says a name is called now. */
export const declaredIn = (
  { renames }: HealContext,
  kind: 'fields' | 'resources',
  old: string,
): RenamingQuestion['declared'] => {
  const name = renames?.[kind].get(old)
  return renames && name !== undefined ? { name, file: renames.file } : null
}

/** The name that a person chose comes before all others. */
export const chosenFirst = (found: readonly Renaming[], { chosen }: HealContext): readonly Renaming[] => {
  const pick = found.find(({ name }) => name === chosen?.candidate)
  if (!chosen || !pick) return found
  return [{ ...pick, evidence: [...pick.evidence, choiceEvidence(chosen)] }, ...found.filter((one) => one !== pick)]
}
