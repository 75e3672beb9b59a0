import type { Diagnosis } from '../model.ts'
import { count } from '../report/words.ts'
import type { Module } from '../source/values.ts'
import { askHealer } from './decide.ts'
import { diagnose } from './diagnose.ts'
import { type Ground, isByCode } from './ground.ts'
import { healCauses } from './heal-causes.ts'
import { recall } from './memory.ts'
import { refute, refutedBy } from './refute.ts'
import { takeOutcome } from './rerun.ts'
import { leaveUnasked } from './share.ts'
import { readSourceSteps } from './source-steps.ts'
import { type Case, type Cause, noteSource, openCause, runOf } from './state.ts'

/** A test may need as many rounds as it has broken locators in sequence. */
const MAX_ROUNDS = 40
/** Rounds that find one more place of the same cause. */
const MAX_REOPENED = 6
/**
 * Heals in rounds: what the open tests fail for now is diagnosed and healed, then they run with the fixes and either pass
 * or fail further on. Ends where a round brings no new fix.
 */
export const healInRounds = async (ground: Ground): Promise<void> => {
  const { run, patches } = ground
  for (let round = 1; round <= MAX_ROUNDS; round++) {
    const open = ground.cases.filter(({ state }) => state === 'open')
    if (open.length === 0) return
    const place = patches.placer()
    const text = `Round ${round}: ${count(open.length, 'failing test')}`
    const causes = await run.stage('diagnose', text, () => diagnoseAll(ground, open))
    await healCauses(ground, causes, place)
    for (const one of open) if (!isWorthRunning(one, causes, ground.causes)) one.state = 'stopped'
    const worth = open.filter(({ state }) => state === 'open')
    if (worth.length === 0 || !ground.rerunner) return
    await ground.live.release()
    await run.stage('verify', `Round ${round}: ${count(worth.length, 'patched test')}`, () => tryFixes(ground, worth))
  }
}

/** A test runs again only if this round changed something for it. */
const isWorthRunning = (one: Case, touched: readonly Cause[], causes: Ground['causes']): boolean => {
  const cause = causes.get(one.cause ?? '')
  return cause !== undefined && touched.includes(cause) && cause.state !== 'closed'
}

/** Groups open tests by what they fail for; a cause that was dealt with before takes its new tests along. */
const diagnoseAll = async (ground: Ground, open: readonly Case[]): Promise<readonly Cause[]> => {
  const { causes, patches, run } = ground
  const touched = new Set<Cause>()
  // Files are parsed once a round: a fix that is taken back changes them.
  let parsed = new Map<string, Module>()
  for (const one of open) {
    one.steps = await readSourceSteps(one, run.config.root, patches.read, parsed)
    const diagnosis = await diagnose(one, run.config.root, patches.read, parsed)
    const refuted = refutedBy(ground, one, diagnosis)
    if (refuted) {
      await refute(ground, refuted)
      parsed = new Map<string, Module>()
    }
    const cause = refuted ?? causes.get(diagnosis.signature) ?? openCause(diagnosis, one)
    causes.set(cause.signature, cause)
    one.cause = cause.signature
    cause.cases.add(one)
    if (!refuted) noteSource(cause, diagnosis)
    if (!refuted && !diagnosis.locator && isByCode(ground, diagnosis.failureType)) reopen(cause, diagnosis)
    leaveUnasked(cause, run.config)
    recall(cause, run.memory)
    if (cause.state === 'open') touched.add(cause)
  }
  return [...touched]
}

/** A field or an API may be used at several places, and a test comes to the next one only with the first one mended. */
const reopen = (cause: Cause, diagnosis: Diagnosis): void => {
  if (cause.state !== 'fixed' || cause.attempts >= MAX_REOPENED) return
  cause.attempts += 1
  cause.diagnosis = diagnosis
  cause.state = 'open'
}

/** Says what is known of failures that nothing here can run or heal. */
export const diagnoseOnly = async (
  ground: Omit<Ground, 'evidence' | 'mayPatch' | 'files' | 'live'>,
  cases: readonly Case[],
): Promise<void> => {
  for (const one of cases) {
    const diagnosis = await diagnose(one, ground.run.config.root, ground.patches.read)
    const cause = ground.causes.get(diagnosis.signature) ?? openCause(diagnosis, one)
    ground.causes.set(cause.signature, cause)
    cause.cases.add(one)
    leaveUnasked(cause, ground.run.config)
    cause.verdict ??= await askHealer(ground.run, cause, diagnosis, null, null, null, ground.patches.read)
    cause.state = 'closed'
    one.cause = cause.signature
    one.state = 'stopped'
  }
}

/**
 * How often a round runs its tests. An invocation costs more than one more run of one test, so a single test runs as often
 * as it must pass; many do not, since some of them will fail further on.
 */
export const repeatsAtOnce = (tests: number, verifyRuns: number): number => (tests === 1 ? verifyRuns : 1)

const tryFixes = async ({ run, cases, rerunner, patches }: Ground, worth: readonly Case[]): Promise<void> => {
  if (!rerunner) return
  const { verifyRuns } = run.config
  // What passed before did so without the fixes of this round: once more is due with all of them.
  for (const one of cases) if (one.state === 'passed') one.runs = one.runs.slice(0, verifyRuns - 1)
  const repeat = repeatsAtOnce(worth.length, verifyRuns)
  const outcomes = await rerunner.run({ cases: worth, patient: true, repeat, patches })
  for (const one of worth) {
    const own = outcomes.filter(({ test }) => test.id === one.test.id)
    if (one.cause) one.trail.push(one.cause)
    const failed = own.findLast(({ passed }) => !passed)
    one.runs = own.map(runOf)
    if (own.length === 0) {
      one.state = 'stopped'
      run.report({
        message: `“${one.test.title}” was not run again: the runner did not report it.`,
        remedy: 'Check that the test can be run on its own with `npx playwright test`.',
        subject: one.test.id,
      })
    } else if (failed && own.every(({ passed }) => !passed)) await takeOutcome(run, one, failed)
    // A test that passes and fails with the same fixes is dealt with when they are confirmed.
    else one.state = 'passed'
  }
}
