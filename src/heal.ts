import { readFileSync } from 'node:fs'
import path from 'node:path'
import { type EngineIo, type HealEngine, HealFault, type HealOutcome } from './engine.ts'
import { headCommit } from './evidence/commits.ts'
import type { Problem, Report } from './model.ts'
import { maskData, maskReport, secretValues } from './report/index.ts'
import { recoverJournal } from './runner/journal.ts'
import { killOrphans } from './runner/orphans.ts'
import { SUITE_RUNNERS } from './runner/suite-runners.ts'
import { removeStaleWorktrees } from './runner/worktree.ts'
import { createPatchSet } from './source/patch-set.ts'
import { collect, type Material } from './stages/collect.ts'
import { openExtensions } from './stages/extensions.ts'
import { healPlaywright } from './stages/heal-playwright.ts'
import { healSuite } from './stages/heal-suite.ts'
import { splitByPresence, tooMany } from './stages/left.ts'
import { makeReport } from './stages/make-report.ts'
import { attemptsOf, openMemory } from './stages/memory.ts'
import type { Progress } from './stages/progress.ts'
import { deliverable, resultOf } from './stages/results.ts'
import { diagnoseOnly } from './stages/rounds.ts'
import { type Run, startRun } from './stages/run.ts'
import { unseenSignatures } from './stages/share.ts'
import { openCase } from './stages/state.ts'
import { writeReport } from './stages/write.ts'

/**
 * The engine's story: collect, diagnose, reproduce, gather evidence, heal, guard, verify, report. Nothing of the checkout
 * is changed but while tests run with a patch, and then under a journal. Whatever happens on the way, the report is
 * written and says how far it came.
 */
export const heal: HealEngine = async (config, io) => {
  const started = startRun(config, io)
  for (const problem of await recovered(config.root, started.env)) started.report(problem)
  const commit = await headCommit(config.root)
  if (commit === null) {
    throw new HealFault({
      message: `${config.root} is not a git repository with a commit in it.`,
      remedy: 'Run inside the checkout of the tests; patches are made against a commit.',
      subject: 'root',
    })
  }
  const read = reader(config.root)
  const material = await started.stage('collect', 'Reading artifacts', () => collect(started, read))
  const own = await openExtensions(config)
  const given = [`${material.green.all.length} green`, own.digest]
  const { memory, problems } = await openMemory(config, io.history, commit, given)
  for (const problem of problems) started.report(problem)
  const run: Run = { ...started, memory, own, ...(io.fallback ? { fallback: io.fallback } : {}) }
  const progress: Progress = {
    cases: [],
    causes: new Map(),
    patches: createPatchSet(read),
    left: [...tooMany(material.beyond, config.maxFailures)],
    baselineCommit: null,
  }
  let reached: Report['run']['reached'] = 'done'
  try {
    await healAll(run, material, progress)
    for (const problem of unseenSignatures(config.onlySignatures, progress.causes.keys())) run.report(problem)
  } catch (error) {
    reached = run.reached()
    run.report(interrupted(run, error))
  } finally {
    await own.close()
    for (const problem of own.problems()) run.report(problem)
  }
  const { report, patchesDir } = await run.stage('report', 'Writing the report', async () => {
    await remember(run, progress, reached, io)
    const made = maskReport(makeReport(run, material, progress, commit, reached), secretValues(io.env))
    return { report: made, ...(await writeReport(made, config.reportDir, config.root, config.keepPatches)) }
  })
  const outcome: HealOutcome = {
    report,
    ...deliverable([...progress.causes.values()], progress.patches, config.verifyRuns),
    reportDir: config.reportDir,
    patchesDir,
  }
  return outcome
}

const healAll = async (run: Run, material: Material, progress: Progress): Promise<void> => {
  const { config } = run
  const elsewhere = material.failures
    .filter(({ test }) => test.framework !== 'playwright' && !SUITE_RUNNERS.has(test.framework))
    .map((failure) => openCase(failure, null))
  await run.stage('diagnose', 'Diagnosing failures of other runners', () =>
    diagnoseOnly(
      {
        run,
        cases: elsewhere,
        causes: progress.causes,
        patches: progress.patches,
        history: async () => null,
        rerunner: null,
      },
      elsewhere,
    ),
  )
  for (const [framework, runSuite] of SUITE_RUNNERS) {
    const failed = material.failures.filter(({ test }) => test.framework === framework)
    const { here: own, left: gone } = splitByPresence(failed, config.root)
    progress.left.push(...gone)
    if (own.length > 0) await healSuite(run, material, framework, runSuite, own, progress)
  }
  await healPlaywright(run, material, progress)
}

/** Remembers what came to a conclusion; a run that broke off, or ran nothing, has concluded nothing. */
const remember = async (
  run: Run,
  progress: Progress,
  reached: Report['run']['reached'],
  io: EngineIo,
): Promise<void> => {
  if (!io.history || !run.memory || reached !== 'done' || run.config.suggestOnly) return
  const judged = [...progress.causes.values()].map((cause) => ({
    cause,
    result: resultOf(cause, progress.patches, run.config.verifyRuns),
  }))
  const attempts = attemptsOf(judged, run.memory, run.startedAt)
  const masked = maskData(attempts, secretValues(io.env))
  for (const problem of await io.history.add(masked)) run.report(problem)
}

/** Stops what a run that was killed left running, puts back what it left patched, and says so. */
const recovered = async (root: string, env: Run['env']): Promise<readonly Problem[]> => {
  const orphans = killOrphans()
  const { restored, conflicts } = recoverJournal(root)
  const folders = await removeStaleWorktrees(root, env)
  const problems: Problem[] = conflicts.map(({ path: file, original }) => ({
    message: `${file} was left patched by a run that was killed, and was edited since; it was left alone.`,
    remedy: `Its original is ${original}.`,
    subject: file,
  }))
  const done = [
    ...(restored.length > 0 ? [`what it had changed is as it was before: ${restored.slice(0, 10).join(', ')}`] : []),
    ...(orphans > 0 ? [`what it had left running was stopped (${orphans} processes)`] : []),
    ...(folders > 0 ? [`its temporary folders were removed (${folders})`] : []),
  ]
  if (done.length === 0) return problems
  return [{ message: `An earlier run was killed; ${done.join('; ')}.`, remedy: 'Nothing is to be done.' }, ...problems]
}

const interrupted = (run: Run, error: unknown) => {
  if (error instanceof HealFault) return error.problem
  const isLimit = run.signal.aborted
  return {
    message: isLimit
      ? `The run was stopped in the stage “${run.reached()}”, ${run.config.timeoutMinutes} minutes after its start or by its caller.`
      : `The run broke off in the stage “${run.reached()}”: ${error instanceof Error ? error.message : String(error)}`,
    remedy: isLimit
      ? 'Raise `timeout_minutes`, or share the failures among jobs with `shard`.'
      : 'What was healed before is in this report; report the fault with the artifacts of the run.',
    subject: isLimit ? 'timeout_minutes' : run.reached(),
  }
}

/** Reads files of the checkout, each once: what was analysed is what is patched. */
const reader = (root: string): ((file: string) => string | null) => {
  const texts = new Map<string, string | null>()
  return (file) => {
    let text = texts.get(file)
    if (text === undefined) {
      try {
        text = readFileSync(path.join(root, file), 'utf8')
      } catch {
        text = null
      }
      texts.set(file, text)
    }
    return text
  }
}
