import { existsSync } from 'node:fs'
import path from 'node:path'
import { applyCandidate } from './apply-candidate.ts'
import { cliConfig } from './config.ts'
import { type CliContext, CliFault, EXIT, painter } from './context.ts'
import { rememberAccepted } from './decisions.ts'
import { findResult } from './explain-command.ts'
import { applyFix, fixState } from './fixes.ts'
import { type CheckedPatch, checkPatchFile, PATCHES_DIR } from './patch-file.ts'
import { findReport, loadReport } from './report-file.ts'

const SIGNATURE = /^[0-9a-f]{4,12}$/i

/**
 * Applies what is named: patches, or the fix of one signature of the last report, or with `--candidate` one of the candidates
 * that were left to a person.
 */
export async function applyCommand(
  named: readonly string[],
  options: Readonly<Record<string, unknown>>,
  context: CliContext,
): Promise<number> {
  const [only] = named
  const isSignature = only !== undefined && named.length === 1 && SIGNATURE.test(only)
  if (options.candidate !== undefined && !isSignature)
    throw new CliFault(
      '`--candidate` goes with one signature.',
      'Give it as in `self-heal apply 3f9a1c20be77 --candidate 2`.',
    )
  if (!isSignature || existsSync(path.resolve(context.cwd, only))) return applyPatches(named, options, context)
  const { config } = await cliConfig(options, context.cwd, context.env)
  const result = findResult(await loadReport(config.reportDir), only)
  const { patch } = result.proposal ?? {}
  if (options.candidate === undefined && patch)
    return applyPatches([path.join(config.root, PATCHES_DIR, patch)], options, context)
  return applyCandidate(result, options.candidate, config, context)
}

/** Applies fixes to the working tree, each one wholly or not at all. All are read and checked before the first. */
async function applyPatches(
  files: readonly string[],
  options: Readonly<Record<string, unknown>>,
  context: CliContext,
): Promise<number> {
  const { config } = await cliConfig(options, context.cwd, context.env)
  const report = await findReport(config.reportDir)
  const paint = painter(context.stdout, context.env)
  const patches: CheckedPatch[] = []
  for (const file of files) patches.push(await checkPatchFile(config.root, path.resolve(context.cwd, file)))
  for (const patch of patches) {
    const name = path.relative(context.cwd, patch.file)
    if ((await fixState(config.root, patch, report)) === 'applied') {
      context.stdout.write(`${paint('dim', '=')} ${name} was applied before\n`)
      continue
    }
    await applyFix(config.root, patch, report)
    await rememberAccepted(config.root, patch, report, context)
    context.stdout.write(`${paint('green', '✔')} ${name} → ${patch.targets.join(', ')}\n`)
  }
  return EXIT.done
}
