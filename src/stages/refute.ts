import type { Diagnosis } from '../model.ts'
import type { PatchSet } from '../source/patch-set.ts'
import { turnDown } from './decide.ts'
import { diagnose } from './diagnose.ts'
import { type Ground, isByCode } from './ground.ts'
import { type Case, type Cause, noteSource } from './state.ts'

/**
 * The fix that a test's failure speaks against: the locator that fails now is one that a fix has just changed for this
 * very test.
 */
export const refutedBy = (ground: Ground, one: Case, diagnosis: Diagnosis): Cause | null => {
  const { patches, causes } = ground
  const { locator } = diagnosis
  const last = one.trail.at(-1)
  const fixed = last ? causes.get(last) : undefined
  if (fixed?.diagnosis.failureType === 'assertion_mismatch' && fixed.signature !== diagnosis.signature)
    return expectsFix(fixed, diagnosis) ? fixed : null
  if (last && !locator) return isByCode(ground, diagnosis.failureType) ? refutedInLine(patches, fixed, diagnosis) : null
  const source = locator?.source
  if (!last || !source) return null
  const places = [source, ...source.steps, ...source.steps.flatMap(({ literals }) => literals)]
  const isChanged = places.some(({ file, start, end }) => patches.within(file, start, end).includes(last))
  const cause = causes.get(last)
  return isChanged && cause?.state === 'fixed' ? cause : null
}

/** The same assertion fails with what a fix has told it to expect. */
const expectsFix = (cause: Cause, { failureType, affected, expected }: Diagnosis): boolean => {
  const fresh = cause.verdict?.proposal?.new ?? ''
  const isSame = failureType === 'assertion_mismatch' && affected === cause.diagnosis.affected
  return cause.state === 'fixed' && isSame && fresh !== '' && (expected ?? '').includes(fresh)
}

/** Without a locator: the line that a fix has changed fails still, or anew for what the fix has put there. */
const refutedInLine = (patches: PatchSet, cause: Cause | undefined, diagnosis: Diagnosis): Cause | null => {
  const { location } = diagnosis
  const text = location ? patches.read(location.file) : null
  if (cause?.state !== 'fixed' || !location || text === null) return null
  const start = text.split('\n', location.line - 1).join('\n').length
  const end = text.indexOf('\n', start + 1)
  if (!isAboutFix(cause, diagnosis, text.slice(start, end < 0 ? text.length : end).trim())) return null
  const isChanged = patches.within(location.file, start, end < 0 ? text.length : end).includes(cause.signature)
  return isChanged ? cause : null
}

/**
 * A line may use two things that were renamed: with the one mended it fails for the other. That the message prints the
 * line, with the fix in it, says nothing.
 */
const isAboutFix = (cause: Cause, { failureType, affected, message }: Diagnosis, line: string): boolean => {
  if (failureType !== cause.diagnosis.failureType) return false
  if (failureType !== 'field_renamed' && failureType !== 'api_changed') return true
  const fresh = cause.verdict?.proposal?.new ?? ''
  const said = `${affected}\n${line === '' ? message : message.replaceAll(line, '')}`
  return affected === cause.diagnosis.affected || fresh === '' || said.includes(fresh)
}

/** Takes a fix back; its tests are open again, and the element is not tried a second time. */
export const refute = async ({ patches, cases, run }: Ground, cause: Cause): Promise<void> => {
  patches.remove(cause.signature)
  const winner = cause.verdict?.winner
  if (winner) cause.refuted.push(winner.element)
  cause.attempts += 1
  cause.notes.push({
    kind: 'live',
    for: false,
    weight: 1,
    text: `With ${cause.verdict?.proposal?.new ?? 'the fix'} the test fails at the same step`,
  })
  const isOwn = cause.verdict?.by !== undefined && cause.withoutOwn !== true
  if (isOwn) cause.withoutOwn = true
  // Where no page offers candidates there is nothing else to try, but for our own healer after the project's.
  const offersOthers = cause.diagnosis.locator && cause.diagnosis.failureType !== 'assertion_mismatch'
  const isFinal = (!offersOthers && !isOwn) || cause.attempts > run.config.maxRetries
  cause.state = isFinal ? 'closed' : 'open'
  if (cause.state === 'closed' && cause.verdict) {
    cause.verdict = turnDown(
      cause.verdict,
      `${cause.attempts} candidates were tried, and the test failed at the same step with each.`,
    )
  }
  cause.diagnosis = await diagnose(cause.first, run.config.root, patches.read)
  cause.sources.length = 0
  cause.unhealed = []
  noteSource(cause, cause.diagnosis)
  for (const one of cases) {
    one.runs = []
    if (one.state === 'passed' && cause.cases.has(one)) one.state = 'open'
  }
}
