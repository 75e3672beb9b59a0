import path from 'node:path'
import type { EngineConfig } from '../engine.ts'
import { fileStore } from '../history/file-store.ts'
import type { Result } from '../model.ts'
import { type CliContext, CliFault, EXIT, painter } from './context.ts'
import { decisionOf, remember } from './decisions.ts'
import { applyFix } from './fixes.ts'
import { checkPatchFile, PATCHES_DIR } from './patch-file.ts'
import { showProgress } from './progress.ts'

/**
 * Has the candidate of a failure that a person chose tried: guarded, run, and applied to the working tree where its tests
 * pass. The report of it lies beside that of the last run, whose other fixes stay pending.
 */
export async function applyCandidate(
  result: Result,
  number: unknown,
  config: EngineConfig,
  context: CliContext,
): Promise<number> {
  const { signature } = result.diagnosis
  const candidate = choose(result, number)
  const history = fileStore(config.root)
  // Who chooses a fix no longer minds what was decided against it before.
  await remember(config.root, decisionOf('retry', signature), context)
  const progress = showProgress({ output: context.stderr, env: context.env, now: () => performance.now() })
  const wanted: EngineConfig = {
    ...config,
    reportDir: path.join(config.reportDir, 'applied'),
    keepPatches: true,
    onlySignatures: [signature],
    chosen: [{ signature, candidate, by: 'A person' }],
    retryRefused: true,
  }
  const heal = await context.loadEngine()
  const outcome = await heal(wanted, {
    progress: progress.show,
    env: context.env,
    signal: context.signal,
    history,
  }).finally(() => progress.close())
  const { report } = outcome
  const made = report.results.find(({ diagnosis }) => diagnosis.signature === signature)
  const paint = painter(context.stdout, context.env)
  if (made?.status !== 'healed' || !made.proposal?.patch) {
    context.stdout.write(`${paint('red', '✖')} not applied: ${made?.reason ?? 'it does not fail any more.'}\n`)
    return EXIT.left
  }
  const patch = await checkPatchFile(config.root, path.join(config.root, PATCHES_DIR, made.proposal.patch))
  await applyFix(config.root, patch, report)
  await remember(config.root, decisionOf('accept', signature, made), context)
  context.stdout.write(`${paint('green', '✔')} ${made.proposal.new} → ${patch.targets.join(', ')}\n`)
  return EXIT.done
}

/** The candidate with a number, from 1. Throws a `CliFault` that lists them. */
function choose({ diagnosis, status, proposal }: Result, number: unknown): string {
  const all = proposal?.alternatives ?? []
  if (status === 'likely_regression' || all.length === 0)
    throw new CliFault(
      `There is no candidate to apply for ${diagnosis.signature}.`,
      `See \`self-heal explain ${diagnosis.signature}\`.`,
    )
  const at = number === undefined && all.length === 1 ? 1 : Number(number)
  const chosen = Number.isInteger(at) ? all[at - 1] : undefined
  if (chosen) return chosen.locator
  const list = all.map(({ locator }, each) => `${each + 1}. ${locator.slice(0, 200)}`).join('; ')
  throw new CliFault(`Name one of ${all.length} candidates by its number: ${list}.`, `Give it with --candidate N.`)
}
