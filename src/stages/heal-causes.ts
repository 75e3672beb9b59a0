import { readFile, stat } from 'node:fs/promises'
import type { History } from '../evidence/weigh.ts'
import type { Verdict } from '../healers/contract.ts'
import { EMPTY } from '../history/events.ts'
import { healedBefore } from '../history/standing.ts'
import type { Diagnosis, Failure } from '../model.ts'
import type { Place, ReadFile } from '../source/patch-set.ts'
import { locate } from '../source/stack-file.ts'
import { type Beside, doBeside, lookAhead } from './ahead.ts'
import { refusedOwn } from './ask-own.ts'
import { askHealer, type Beyond, type Guarded, guardFix, turnDown } from './decide.ts'
import type { FailingPage } from './failing-page.ts'
import { type Ground, isByCode } from './ground.ts'
import type { Case, Cause } from './state.ts'

/** Rounds that a cause may wait for another fix of the same place. */
const MAX_DEFERRALS = 2
/** Causes whose pages are loaded before their turn, and fixes tried at once on the running app. */
const AHEAD = 2

/**
 * Heals causes in order. While one is healed, the browser already loads the pages of the next, and beside it the fixes
 * before it are tried on the running app.
 */
export const healCauses = async (ground: Ground, causes: readonly Cause[], place: Place): Promise<void> => {
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

const gather = async (ground: Ground, cause: Cause): Promise<Gathered> => {
  const { evidence, history } = ground
  const isKnown = cause.lost !== null || !cause.diagnosis.locator
  const page = failingPage(ground, cause)
  try {
    const [found, loaded, commits, troubles] = await Promise.all([
      isKnown ? null : evidence.lost(cause),
      page,
      history(),
      evidence.troubles(cause),
    ])
    cause.troubles = troubles
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

/** The page of the failing step: from a trace or, where no test left one, replayed on the running app. */
const failingPage = async ({ evidence, live }: Ground, cause: Cause): Promise<FailingPage | null> => {
  const traced = cause.diagnosis.locator ? await evidence.page(cause) : null
  if (traced) return traced
  const replayed = await live.page(cause)
  if (replayed) cause.notes.push(replayed.note)
  return replayed?.page ?? null
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
  // A cause that was reopened for one more place has been tried before, and mostly with the same outcome.
  if (!cause.notes.some(({ text }) => text === said.evidence.text)) cause.notes.push(said.evidence)
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
      const isLocator = cause.diagnosis.locator && cause.diagnosis.failureType !== 'assertion_mismatch'
      const placing = isLocator && !verdict.by ? place : patches.place
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

/** Playwright names files of the machine that ran the test: here as paths from the root, as far as they are there. */
const inCheckout = (failure: Failure, root: string, read: ReadFile): Failure =>
  failure.test.framework !== 'playwright'
    ? failure
    : {
        ...failure,
        errors: failure.errors.map((error) => ({
          ...error,
          stack: error.stack.map((frame) => ({ ...frame, file: locate(root, frame.file, read) ?? frame.file })),
        })),
      }

const MAX_PAGE = 4_000_000

/** What our plugin captured of the page that the first of the tests failed on. */
const pageSourceOf = async (cases: readonly Case[]): Promise<string | null> => {
  const page = cases[0]?.failure.attachments.find(({ name }) => name === 'page-source')
  if (!page || page.entry !== undefined) return null
  const found = await stat(page.path).catch(() => null)
  return found?.isFile() && found.size <= MAX_PAGE ? readFile(page.path, 'utf8').catch(() => null) : null
}

/** The checkout and the failing tests, for the healer of a failure that is no locator's. */
const beyondOf = async (ground: Ground, cause: Cause): Promise<Beyond | null> => {
  if (!ground.code || !isByCode(ground, cause.diagnosis.failureType)) return null
  const { run, rerunner, patches } = ground
  const cases = [...cause.cases].filter((one) => one.state === 'open' && one.cause === cause.signature)
  return {
    code: await ground.code(),
    failures: cases.map(({ failure }) => inCheckout(failure, run.config.root, patches.read)),
    repeated: cases.some(({ isRepeated }) => isRepeated),
    pageSource: await pageSourceOf(cases),
    healedBefore: healedBefore(run.memory?.history ?? EMPTY, cause.signature),
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
