import type { History } from '../evidence/weigh.ts'
import type { CodeView, Verdict } from '../healers/contract.ts'
import type { Diagnosis } from '../model.ts'
import { count } from '../report/words.ts'
import type { PatchSet, Place } from '../source/patch-set.ts'
import { type Beside, doBeside, lookAhead } from './ahead.ts'
import { refusedOwn } from './ask-own.ts'
import { askHealer, type Beyond, type Guarded, guardFix, turnDown } from './decide.ts'
import { diagnose } from './diagnose.ts'
import type { Evidence } from './evidence.ts'
import type { FailingPage } from './failing-page.ts'
import type { LiveCheck } from './live.ts'
import { recall } from './memory.ts'
import { type Rerunner, takeOutcome } from './rerun.ts'
import type { Run } from './run.ts'
import { leaveUnasked } from './share.ts'
import { type Case, type Cause, openCause, runOf } from './state.ts'

/** What all rounds of a run share. */
export interface Ground {
  readonly run: Run
  readonly cases: readonly Case[]
  /** Ids of tests that failed in the run and are not healed now: they say nothing of a fix. */
  readonly failing?: readonly string[]
  readonly causes: Map<string, Cause>
  readonly patches: PatchSet
  readonly evidence: Evidence
  readonly history: () => Promise<History>
  /** Why a file may not be patched; null where it may. */
  readonly mayPatch: (file: string) => string | null
  /** The failing tests and what they import: where constants and helpers are used. */
  readonly files: readonly string[]
  /** Null where nothing may be run: then every fix stays a proposal. */
  readonly rerunner: Rerunner | null
  readonly live: LiveCheck
  /** Sees the checkout, for failures that are no locator's; absent where only locators are healed. */
  readonly code?: () => Promise<CodeView>
}

/** A test may need as many rounds as it has broken locators in sequence. */
const MAX_ROUNDS = 40
/** Rounds that find one more place of the same cause. */
const MAX_REOPENED = 6
/** Rounds that a cause may wait for another fix of the same place. */
const MAX_DEFERRALS = 2
/** Causes whose pages are loaded before their turn, and fixes tried at once on the running app. */
const AHEAD = 2

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
    await healAll(ground, causes, place)
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
  let parsed = new Map()
  for (const one of open) {
    const diagnosis = await diagnose(one, run.config.root, patches.read, parsed)
    const refuted = refutedBy(ground, one, diagnosis)
    if (refuted) {
      await refute(ground, refuted)
      parsed = new Map()
    }
    const cause = refuted ?? causes.get(diagnosis.signature) ?? openCause(diagnosis, one)
    causes.set(cause.signature, cause)
    one.cause = cause.signature
    cause.cases.add(one)
    if (!refuted) noteSource(cause, diagnosis)
    if (!refuted && !diagnosis.locator && ground.code) reopen(cause, diagnosis)
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

/** The same locator may be written at several places; each wants its own edit, and one more reopens a fix. */
const noteSource = (cause: Cause, { locator }: Diagnosis): void => {
  const source = locator?.source
  if (
    !source ||
    cause.sources.some(({ file, start, end }) => file === source.file && start === source.start && end === source.end)
  )
    return
  cause.sources.push(source)
  cause.unhealed.push(source)
  if (cause.state === 'fixed') cause.state = 'open'
}

/**
 * The fix that a test's failure speaks against: the locator that fails now is one that a fix has just changed for this
 * very test.
 */
const refutedBy = ({ patches, causes, code }: Ground, one: Case, diagnosis: Diagnosis): Cause | null => {
  const { locator } = diagnosis
  const last = one.trail.at(-1)
  if (last && !locator) return code ? refutedInLine(patches, causes.get(last), diagnosis) : null
  const source = locator?.source
  if (!last || !source) return null
  const places = [source, ...source.steps, ...source.steps.flatMap(({ literals }) => literals)]
  const isChanged = places.some(({ file, start, end }) => patches.within(file, start, end).includes(last))
  const cause = causes.get(last)
  return isChanged && cause?.state === 'fixed' ? cause : null
}

/** Without a locator: the line that a fix has changed fails still, or anew for what the fix has put there. */
const refutedInLine = (patches: PatchSet, cause: Cause | undefined, diagnosis: Diagnosis): Cause | null => {
  const { location } = diagnosis
  const text = location ? patches.read(location.file) : null
  if (cause?.state !== 'fixed' || !location || text === null || !isAboutFix(cause, diagnosis)) return null
  const start = text.split('\n', location.line - 1).join('\n').length
  const end = text.indexOf('\n', start + 1)
  const isChanged = patches.within(location.file, start, end < 0 ? text.length : end).includes(cause.signature)
  return isChanged ? cause : null
}

/** A line may use two things that were renamed: with the one mended it fails for the other. */
const isAboutFix = (cause: Cause, { failureType, affected, message }: Diagnosis): boolean => {
  if (failureType !== cause.diagnosis.failureType) return false
  if (failureType !== 'field_renamed' && failureType !== 'api_changed') return true
  const fresh = cause.verdict?.proposal?.new ?? ''
  return affected === cause.diagnosis.affected || fresh === '' || `${affected}\n${message}`.includes(fresh)
}

/** Takes a fix back; its tests are open again, and the element is not tried a second time. */
const refute = async ({ patches, cases, run }: Ground, cause: Cause): Promise<void> => {
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
  const isFinal = (!cause.diagnosis.locator && !isOwn) || cause.attempts > run.config.maxRetries
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
 * Heals causes in order. While one is healed, the browser already loads the pages of the next, and beside it the fixes
 * before it are tried on the running app.
 */
const healAll = async (ground: Ground, causes: readonly Cause[], place: Place): Promise<void> => {
  const { run } = ground
  const gathered = lookAhead(causes, AHEAD, (cause) => gather(ground, cause))
  const beside = doBeside(AHEAD)
  for (const [at, cause] of causes.entries()) await healCause(ground, cause, place, () => gathered(at), beside)
  await run.stage('verify', 'Trying the fixes on the running app', beside.all)
}

/** What is known of a cause before its healer is asked. */
interface Gathered {
  readonly page: FailingPage | null
  readonly history: History
}

const gather = async ({ evidence, history }: Ground, cause: Cause): Promise<Gathered> => {
  const isKnown = cause.lost !== null || !cause.diagnosis.locator
  const page = cause.diagnosis.locator ? evidence.page(cause) : Promise.resolve(null)
  try {
    const [found, loaded, commits] = await Promise.all([isKnown ? null : evidence.lost(cause), page, history()])
    if (found) {
      cause.lost = found.element
      cause.baseline = found.source
    }
    return { page: loaded, history: commits }
  } catch (error) {
    await closeLater(page)
    throw error
  }
}

const closeLater = (page: Promise<FailingPage | null>): Promise<void> =>
  page.then(
    (loaded) => loaded?.view.close(),
    () => undefined,
  )

const healCause = (
  ground: Ground,
  cause: Cause,
  place: Place,
  gathered: () => Promise<Gathered>,
  beside: Beside,
): Promise<void> =>
  alone(ground, cause, async () => {
    const { page, history } = await ground.run.stage('evidence', cause.diagnosis.affected, gathered)
    try {
      await healSources(ground, cause, page, history, place)
    } catch (error) {
      await page?.view.close()
      throw error
    }
    beside.add(() => alone(ground, cause, () => conclude(ground, cause, page)))
  })

/** A fault in one failure never costs the others; the end of the whole run does. */
const alone = async ({ run, patches }: Ground, cause: Cause, work: () => Promise<void>): Promise<void> => {
  try {
    await work()
  } catch (error) {
    run.signal.throwIfAborted()
    patches.remove(cause.signature)
    cause.state = 'closed'
    run.report({
      message: `${cause.diagnosis.affected} (${cause.signature}) could not be healed: ${error instanceof Error ? error.message : String(error)}`,
      remedy: 'The other failures were healed all the same; report this with the trace of the test.',
      subject: cause.signature,
    })
  }
}

/** Pictures what was found, and tries it on the running app. */
const conclude = async (ground: Ground, cause: Cause, page: FailingPage | null): Promise<void> => {
  try {
    const winner = cause.verdict?.winner
    const after = winner && page ? await page.view.picture(winner.element) : null
    cause.pictures = { before: cause.lost?.picture ?? null, after }
  } finally {
    await page?.view.close()
  }
  if (cause.state === 'fixed') await tryLive(ground, cause)
}

/** Tries old and new locator on the running app. Where the tests cannot be run after it, it has the last word. */
const tryLive = async ({ live, rerunner, patches }: Ground, cause: Cause): Promise<void> => {
  const said = await live.check(cause)
  if (!said) return
  cause.notes.push(said.evidence)
  if (said.holds || rerunner || !cause.verdict) return
  patches.remove(cause.signature)
  cause.state = 'closed'
  cause.verdict = turnDown(cause.verdict, `${said.evidence.text}.`)
}

/** Heals every place that builds the locator; the first decides what the proposal says. */
const healSources = async (
  ground: Ground,
  cause: Cause,
  page: FailingPage | null,
  history: History,
  place: Place,
): Promise<void> => {
  const { run, patches } = ground
  const { locator } = cause.diagnosis
  const beyond = await beyondOf(ground, cause)
  const pending = cause.unhealed.map(
    (source): Diagnosis => (locator ? { ...cause.diagnosis, locator: { ...locator, source } } : cause.diagnosis),
  )
  cause.state = patches.edits(cause.signature).length > 0 ? 'fixed' : 'closed'
  for (const diagnosis of pending.length > 0 ? pending : [cause.diagnosis]) {
    const isFirst = cause.state !== 'fixed'
    const tryOnce = async (): Promise<Tried> => {
      const verdict = await run.stage('heal', cause.diagnosis.affected, () =>
        askHealer(run, cause, diagnosis, page, history, beyond, patches.read),
      )
      if (isFirst) cause.verdict = verdict
      if (verdict.status !== 'proposed' || !verdict.proposal) return { verdict, guarded: null }
      const { edits } = verdict.proposal
      // Locators were found before this round's first fix; everything else is read with the fixes made so far.
      const placing = cause.diagnosis.locator && !verdict.by ? place : patches.place
      const guarded = await run.stage('guard', cause.diagnosis.affected, () =>
        guardFix(cause, edits, placing, patches, ground),
      )
      return { verdict, guarded }
    }
    let { verdict, guarded } = await tryOnce()
    if (verdict.by && guarded?.outcome === 'refused') {
      run.report(refusedOwn(cause, verdict.by, guarded.reason))
      cause.withoutOwn = true
      cause.notes.push({
        kind: 'strategy',
        for: false,
        weight: 0.5,
        text: `${verdict.reason} Refused: ${guarded.reason}`,
      })
      ;({ verdict, guarded } = await tryOnce())
    }
    if (!guarded) continue
    if (guarded.outcome === 'added') {
      if (verdict.failureType) cause.diagnosis = { ...cause.diagnosis, failureType: verdict.failureType }
      cause.state = 'fixed'
      cause.unhealed = cause.unhealed.filter((source) => source !== diagnosis.locator?.source)
      continue
    }
    const reason =
      guarded.outcome === 'refused'
        ? `The patch was refused: ${guarded.reason}`
        : `It could not be applied: ${guarded.reason}.`
    if (isFirst) cause.verdict = turnDown(verdict, reason)
    if (isFirst && guarded.outcome === 'deferred' && cause.attempts < MAX_DEFERRALS) {
      cause.attempts += 1
      cause.state = 'open'
      return
    }
  }
}

/** One answer and what the guard said to it; null where there was nothing for it to look at. */
interface Tried {
  readonly verdict: Verdict
  readonly guarded: Guarded | null
}

/** The checkout and the failing tests, for the healer of a failure that is no locator's. */
const beyondOf = async (ground: Ground, cause: Cause): Promise<Beyond | null> => {
  if (!ground.code) return null
  const { rerunner, patches } = ground
  const cases = [...cause.cases].filter((one) => one.state === 'open' && one.cause === cause.signature)
  return {
    code: await ground.code(),
    failures: cases.map(({ failure }) => failure),
    repeated: cases.some(({ isRepeated }) => isRepeated),
    async measure(edits, limitMs) {
      if (!rerunner) return null
      const outcomes = await rerunner.run({ cases, patient: true, repeat: 1, patches, trial: edits, limitMs })
      if (outcomes.length < cases.length) return null
      return {
        passed: outcomes.every(({ passed }) => passed),
        durationMs: Math.max(...outcomes.map(({ durationMs }) => durationMs)),
      }
    },
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
