import type { TokenChange } from '../source/changes.ts'
import { compareMessages, groundOf } from './compare-messages.ts'
import { compareContents, compareTurns } from './compare-things.ts'
import type { Finding } from './finding.ts'
import type { Noise } from './noise.ts'
import { ALIKE, hasWatched, share, wordsBut } from './page-likeness.ts'
import type { StepEffects } from './step-effects.ts'

/**
 * Only what no rewording or restyling would do counts: a message that no longer comes or says something else, a state
 * that is not reached, a dialog that the other page has nothing of, a row that goes where it used to stay.
 */
export const comparePages = (
  green: StepEffects,
  now: StepEffects,
  noise: Noise,
  changes: readonly TokenChange[],
): readonly Finding[] => {
  const ground = groundOf(green, now, changes)
  const messages = compareMessages(green, now, noise, ground)
  const hasMoved = green.reached.length > 0 || now.reached.length > 0
  if (hasMoved) return messages
  const findings = [...messages, ...compareTurns(green, now, noise), ...compareOutlines(green, now)]
  return findings.length > 0 ? findings : compareContents(green, now, ground)
}

const compareOutlines = (green: StepEffects, now: StepEffects): readonly Finding[] => {
  const [was, is] = [green.page, now.page]
  if (!was || !is) return []
  const findings: Finding[] = []
  const gained = { green: wordsBut(was.after.words, was.before.words), now: wordsBut(is.after.words, is.before.words) }
  const opens = { green: was.after.dialogs > was.before.dialogs, now: is.after.dialogs > is.before.dialogs }
  const isSeen = hasWatched(green, now)
  if (isSeen && opens.green && !opens.now && gained.green.length > 0 && share(gained.green, is.after) < ALIKE)
    findings.push({ verdict: 'different', why: 'it no longer opens a dialog' })
  if (opens.now && !opens.green && gained.now.length > 0 && share(gained.now, was.after) < ALIKE)
    findings.push({ verdict: 'different', why: 'it now opens a dialog' })
  const rows = { green: was.after.rows - was.before.rows, now: is.after.rows - is.before.rows }
  if (was.before.rows === is.before.rows && was.before.rows > 0 && Math.sign(rows.green) !== Math.sign(rows.now)) {
    const lost = wordsBut(was.before.words, was.after.words).filter((word) => is.before.words.has(word))
    if (isSeen && rows.green < 0 && lost.length > 0 && share(lost, is.after) === 1)
      findings.push({ verdict: 'different', why: 'it no longer removes the row' })
    if (isSeen && rows.green > 0 && gained.green.length > 0 && share(gained.green, is.after) === 0)
      findings.push({ verdict: 'different', why: 'it no longer adds a row' })
  }
  return findings
}
