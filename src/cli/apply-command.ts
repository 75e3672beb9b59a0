import path from 'node:path'
import { type CliContext, CliFault, EXIT, painter } from './context.ts'
import { git, repositoryRoot } from './git.ts'
import { type CheckedPatch, checkPatchFile, firstLine } from './patch-file.ts'

/** Where a fix stands. */
export type PatchState = 'pending' | 'applied' | 'conflict'

/** Applies fixes to the working tree, each one wholly or not at all. All are read and checked before the first. */
export async function applyCommand(files: readonly string[], context: CliContext): Promise<number> {
  const root = await repositoryRoot(context.cwd)
  const paint = painter(context.stdout, context.env)
  const patches: CheckedPatch[] = []
  for (const file of files) patches.push(await checkPatchFile(root, path.resolve(context.cwd, file)))
  for (const patch of patches) {
    const name = path.relative(context.cwd, patch.file)
    const state = await patchState(root, patch.file)
    if (state === 'applied') {
      context.stdout.write(`${paint('dim', '=')} ${name} was applied before\n`)
      continue
    }
    await applyPatch(root, patch)
    context.stdout.write(`${paint('green', '✔')} ${name} → ${patch.targets.join(', ')}\n`)
  }
  return EXIT.done
}

/** Whether a checked patch would apply now, is in the files already, or neither. */
export async function patchState(root: string, file: string): Promise<PatchState> {
  if ((await git(root, ['apply', '--check', '--', file])).ok) return 'pending'
  return (await git(root, ['apply', '--check', '--reverse', '--', file])).ok ? 'applied' : 'conflict'
}

/** Applies a patch that was checked. Rejects with a `CliFault` where the files are not as the fix expects them. */
export async function applyPatch(root: string, patch: CheckedPatch): Promise<void> {
  const args = ['apply', '--whitespace=nowarn', '--', patch.file]
  const check = await git(root, ['apply', '--check', '--', patch.file])
  const result = check.ok ? await git(root, args) : check
  if (result.ok) return
  throw new CliFault(
    `${patch.file} does not apply: ${firstLine(result.stderr)}.`,
    `${patch.targets.join(', ')} changed since the fix was made; run \`self-heal heal\` again.`,
  )
}
