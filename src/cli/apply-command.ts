import path from 'node:path'
import { cliConfig } from './config.ts'
import { type CliContext, EXIT, painter } from './context.ts'
import { applyFix, fixState } from './fixes.ts'
import { type CheckedPatch, checkPatchFile } from './patch-file.ts'
import { findReport } from './report-file.ts'

/** Applies fixes to the working tree, each one wholly or not at all. All are read and checked before the first. */
export async function applyCommand(
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
    context.stdout.write(`${paint('green', '✔')} ${name} → ${patch.targets.join(', ')}\n`)
  }
  return EXIT.done
}
