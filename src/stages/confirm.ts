import type { Edit, TestRef } from '../model.ts'
import type { RerunOutcome } from '../runner/playwright.ts'
import type { PatchSet } from '../source/patch-set.ts'
import { placeAt } from '../source/syntax.ts'
import { turnDown } from './decide.ts'
import { judgeEffects } from './effects.ts'
import type { Ground } from './ground.ts'
import type { Rerunner } from './rerun.ts'
import { type Case, type Cause, type Pace, runOf } from './state.ts'

/** Tests that were green beside the failing ones and share a patched file; more are not run, and the report says so. */
const MAX_SHARERS = 60

/**
 * Runs every healed test until it has passed `verify_runs` times with all fixes as they are now, and once every other
 * test that a patched file could have changed; then looks at what the healed steps do. A fix that fails here is
 * withdrawn, and what is left is confirmed anew.
 */
export const confirm = async (
  ground: Ground,
  rerunner: Rerunner,
  importsOf: (file: string) => Promise<readonly string[]>,
): Promise<void> => {
  const { run, cases, patches } = ground
  for (let attempt = 0; attempt <= run.config.maxRetries; attempt++) {
    const passed = cases.filter(({ state }) => state === 'passed')
    const sharers = await sharersOf(ground, rerunner, importsOf)
    const missing = run.config.verifyRuns - Math.min(...passed.map(({ runs }) => runs.length), run.config.verifyRuns)
    if (patches.fixes().length === 0) return
    if (sharers.length > 0) {
      const those = sharers.length === 1 ? 'test that shares' : 'tests that share'
      run.step('verify', `${sharers.length} green ${those} a patched file`)
    }
    await ground.live.release()
    const outcomes = await runAll(ground, rerunner, { passed, missing, sharers })
    for (const one of passed) {
      for (const outcome of outcomes) if (outcome.test.id === one.test.id) one.runs.push(runOf(outcome))
    }
    const others = outcomes.filter(({ test }) => sharers.some(({ id }) => id === test.id))
    const broken = await brokenSharers(others, rerunner)
    const withdrawn = withdraw(ground, passed, broken, await blamed(broken, ground, importsOf))
    if (withdrawn) continue
    const different = await judgeEffects(ground)
    if (different.length === 0) return
    await withdrawDifferent(ground, different, importsOf)
  }
}

interface ToRun {
  readonly passed: readonly Case[]
  /** How often those must still pass. */
  readonly missing: number
  readonly sharers: readonly TestRef[]
}

/** Healed tests as often as they must still pass, the others once; in one invocation where that is the same. */
const runAll = async (
  { evidence, patches }: Ground,
  rerunner: Rerunner,
  { passed, missing, sharers }: ToRun,
): Promise<readonly RerunOutcome[]> => {
  const others = await Promise.all(sharers.map(async (test) => ({ test, ...paceOf(await evidence.pace({ test })) })))
  const healed = missing > 0 ? passed : []
  const batches =
    missing === 1
      ? [{ cases: [...healed, ...others], repeat: 1 }]
      : [
          { cases: healed, repeat: missing },
          { cases: others, repeat: 1 },
        ]
  const outcomes: RerunOutcome[] = []
  for (const { cases, repeat } of batches)
    if (cases.length > 0) outcomes.push(...(await rerunner.run({ cases, patient: true, repeat, patches })))
  return outcomes
}

const paceOf = (pace: Pace | null) => ({
  greenMs: pace?.testMs ?? null,
  slowestActionMs: pace?.slowestActionMs ?? null,
})

const keyOf = (test: TestRef): string => test.id

/** Tests of the suite that are not failing and reach a patched file that more than one test can reach. */
const sharersOf = async (
  { cases, causes, patches, run, failing = [] }: Ground,
  { tests }: Rerunner,
  importsOf: (file: string) => Promise<readonly string[]>,
): Promise<readonly TestRef[]> => {
  const patched = new Set(patches.changed().map(({ path }) => path))
  const shared = new Set(
    [...causes.values()]
      .filter(({ state }) => state === 'fixed')
      .flatMap(({ sources }) =>
        sources.flatMap(({ steps }) =>
          steps.flatMap(({ literals }) => literals.filter((literal) => literal.shared).map(({ file }) => file)),
        ),
      ),
  )
  for (const cause of causes.values())
    if (cause.state === 'fixed' && cause.diagnosis.failureType === 'assertion_mismatch')
      for (const { file } of sharedEdits(cause, patches)) shared.add(file)
  const known = new Set([...cases.map(({ test }) => keyOf(test)), ...failing])
  const found: TestRef[] = []
  const files = new Map<string, boolean>()
  for (const test of tests) {
    if (known.has(keyOf(test))) continue
    let reaches = files.get(test.file)
    if (reaches === undefined) {
      const imports = await importsOf(test.file)
      reaches = imports.some((file) => patched.has(file) && (file !== test.file || shared.has(file)))
      files.set(test.file, reaches)
    }
    if (reaches) found.push(test)
  }
  if (found.length > MAX_SHARERS) {
    run.report({
      message: `${found.length} other tests use a patched file; ${MAX_SHARERS} of them were run.`,
      remedy: 'The checks of the pull request run the rest.',
      subject: 'verify',
    })
  }
  return found.slice(0, MAX_SHARERS)
}

/** Edits on other lines than those that failed: constants and the like, which other tests of the same file may use. */
const sharedEdits = ({ signature, cases }: Cause, patches: PatchSet): readonly Edit[] => {
  const frames = [...cases].flatMap(({ failure }) => failure.errors.flatMap(({ stack }) => stack))
  const texts = new Map(patches.changed([signature]).map(({ path, before }) => [path, before]))
  return patches.edits(signature).filter(({ file, start }) => {
    const { line } = placeAt(texts.get(file) ?? '', start)
    return !frames.some((frame) => frame.line === line && frame.file.endsWith(file))
  })
}

/** Of the tests that fail with the fixes, those that pass without: the others were broken before. */
const brokenSharers = async (outcomes: readonly RerunOutcome[], rerunner: Rerunner): Promise<readonly TestRef[]> => {
  const failed = outcomes.filter(({ passed }) => !passed).map(({ test }) => test)
  if (failed.length === 0) return []
  const without = await rerunner.run({
    cases: failed.map((test) => ({ test, greenMs: null })),
    patient: true,
    repeat: 1,
    patches: null,
  })
  return failed.filter((test) => without.some((outcome) => outcome.passed && outcome.test.id === test.id))
}

const blamed = async (
  broken: readonly TestRef[],
  { causes, patches }: Ground,
  importsOf: (file: string) => Promise<readonly string[]>,
): Promise<readonly Cause[]> => {
  const reached = new Set((await Promise.all(broken.map(({ file }) => importsOf(file)))).flat())
  return [...causes.values()].filter(
    ({ signature, state }) => state === 'fixed' && patches.edits(signature).some(({ file }) => reached.has(file)),
  )
}

/** Takes back what a failing run speaks against; true where anything was taken back. */
const withdraw = (
  { causes, patches, cases }: Ground,
  passed: readonly Case[],
  broken: readonly TestRef[],
  guilty: readonly Cause[],
): boolean => {
  const unsteady = passed.filter(({ runs }) => runs.some((run) => !run.passed))
  for (const one of unsteady) one.state = 'stopped'
  const takeBack = (cause: Cause, reason: string) => {
    patches.remove(cause.signature)
    cause.state = 'closed'
    if (cause.verdict) cause.verdict = turnDown(cause.verdict, reason)
  }
  for (const cause of causes.values()) {
    if (cause.state !== 'fixed') continue
    const own = [...cause.cases].filter((one) => one.trail.at(-1) === cause.signature && unsteady.includes(one))
    if (own.length === 0) continue
    cause.inconclusive = true
    takeBack(cause, `With the fix “${own[0]?.test.title}” passed once and failed once: it is not proven.`)
  }
  for (const cause of guilty) takeBack(cause, `With the fix “${broken[0]?.title}”, which was green, fails.`)
  if (unsteady.length === 0 && guilty.length === 0) return false
  for (const one of cases) if (one.state === 'passed') one.runs = []
  return true
}

/** Takes back fixes with which tests pass and do something else; what ran beside them in the same files runs anew. */
const withdrawDifferent = async (
  { patches, cases }: Ground,
  different: readonly Cause[],
  importsOf: (file: string) => Promise<readonly string[]>,
): Promise<void> => {
  const touched = new Set(different.flatMap(({ signature }) => patches.edits(signature).map(({ file }) => file)))
  for (const cause of different) {
    patches.remove(cause.signature)
    cause.state = 'closed'
    if (cause.verdict && cause.effects)
      cause.verdict = turnDown(
        cause.verdict,
        `The test passes with the fix, but it does something else. ${cause.effects.reason}`,
      )
    for (const one of cases) {
      if (one.state !== 'passed' || !one.trail.includes(cause.signature)) continue
      one.state = 'stopped'
      one.cause = cause.signature
    }
  }
  for (const one of cases) {
    if (one.state === 'passed' && (await importsOf(one.test.file)).some((file) => touched.has(file))) one.runs = []
  }
}
