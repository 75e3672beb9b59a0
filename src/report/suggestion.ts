import type { Result } from '../model.ts'
import { mdCode } from './markdown-escape.ts'
import { countRuns, probability } from './words.ts'

/** One repair as a suggestion on the lines of a pull request; `lines` replace those that it stands on. */
export function suggestionText(result: Result, lines: readonly string[]): string {
  const { proposal, verification, diagnosis } = result
  const change = proposal
    ? `${mdCode(proposal.old, 160)} → ${mdCode(proposal.new, 160)}`
    : mdCode(diagnosis.affected, 160)
  const runs = countRuns(verification)
  const facts = [
    ...(proposal ? [`confidence **${probability(proposal.confidence)}**`] : []),
    ...(runs === null ? [] : [runs]),
    `signature ${mdCode(diagnosis.signature, 40)}`,
  ]
  const body = lines.join('\n')
  let longest = 2
  for (const run of body.matchAll(/`+/g)) longest = Math.max(longest, run[0].length)
  const fence = '`'.repeat(longest + 1)
  return `Self-heal: ${change}\n\n${fence}suggestion\n${lines.map((line) => `${line}\n`).join('')}${fence}\n\n${facts.join(' · ')}`
}
