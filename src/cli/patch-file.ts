import { lstat, readFile } from 'node:fs/promises'
import path from 'node:path'
import { parsePatch } from 'diff'
import { resolveInside } from '../runner/inside.ts'
import { CliFault, problemOf } from './context.ts'
import { git } from './git.ts'

/** Folder of the patches under the repository's root. */
export const PATCHES_DIR = '.healing_fixes'

const MAX_BYTES = 5 * 1024 * 1024

/** A patch that was read and may be applied as far as its paths are concerned. */
export interface CheckedPatch {
  /** Absolute. */
  readonly file: string
  readonly text: string
  /** Files it changes, relative to the root. */
  readonly targets: readonly string[]
}

/**
 * Reads a patch and refuses every one that does more than change lines of tracked, regular files of the repository
 * outside `.github/`. Both this reader and git must see the same files in it. Rejects with a `CliFault`.
 */
export async function checkPatchFile(root: string, file: string): Promise<CheckedPatch> {
  const text = await readPatch(file)
  const targets = targetsOf(file, text)
  const seen = await git(root, ['apply', '--numstat', '-z', '--', file])
  if (!seen.ok)
    throw new CliFault(
      `git cannot read ${file}: ${firstLine(seen.stderr)}.`,
      'Make the fixes again with `self-heal heal`.',
    )
  const gitTargets = seen.stdout.split('\0').flatMap((entry) => /^(?:\d+|-)\t(?:\d+|-)\t(.+)$/s.exec(entry)?.[1] ?? [])
  if (gitTargets.toSorted().join('\0') !== targets.toSorted().join('\0'))
    throw new CliFault(`${file} is ambiguous: git reads other file names in it.`, 'Do not apply it.')
  for (const target of targets) await checkTarget(root, file, target)
  return { file, text, targets }
}

async function readPatch(file: string): Promise<string> {
  const stats = await lstat(file).catch(() => null)
  if (stats === null) throw new CliFault(`There is no patch ${file}.`, '`self-heal review` lists the pending ones.')
  if (!stats.isFile()) throw new CliFault(`${file} is not a regular file.`, 'Name a .patch file.')
  if (stats.size > MAX_BYTES)
    throw new CliFault(`${file} is larger than 5 MiB.`, 'No fix of this tool is; do not apply it.')
  return readFile(file, 'utf8')
}

/** The files that a patch changes. Refuses everything that is not a change of lines in an existing file. */
export function targetsOf(file: string, text: string): string[] {
  const refuse = (what: string): CliFault =>
    new CliFault(`${file} ${what}.`, 'Fixes only change lines of existing test files; do not apply it.')
  if (
    /^(old mode|new mode|new file mode|deleted file mode|rename from|copy from|GIT binary patch|Binary files)\b/m.test(
      text,
    )
  )
    throw refuse('creates, deletes, renames, or changes the mode of a file, or is binary')
  const parts = parse(file, text)
  if (parts.length === 0 || parts.every((part) => part.hunks.length === 0)) throw refuse('holds no change')
  return parts.map((part) => {
    const before = stripPrefix(part.oldFileName, 'a/')
    const after = stripPrefix(part.newFileName, 'b/')
    if (before === null || before !== after) throw refuse('creates, deletes or renames a file')
    return before
  })
}

function parse(file: string, text: string): ReturnType<typeof parsePatch> {
  try {
    return parsePatch(text)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new CliFault(`${file} is no patch: ${firstLine(why)}.`, 'Name a .patch file from .healing_fixes/.', {
      cause: error,
    })
  }
}

async function checkTarget(root: string, file: string, target: string): Promise<void> {
  try {
    resolveInside(root, target)
  } catch (error) {
    const problem = problemOf(error)
    throw new CliFault(
      `${file}: ${problem?.message ?? `${target} cannot be patched.`}`,
      problem?.remedy ?? 'Do not apply it.',
    )
  }
  if (target.split('/').some((part) => part.toLowerCase() === '.github'))
    throw new CliFault(`${file} changes ${target}.`, 'Fixes never touch .github/; do not apply it.')
  const tracked = await git(root, ['ls-files', '--error-unmatch', '-z', '--', `:(literal)${target}`])
  if (!tracked.ok)
    throw new CliFault(
      `${file} changes ${target}, which git does not track.`,
      'Fixes only change tracked files; do not apply it.',
    )
  const stats = await lstat(path.join(root, target)).catch(() => null)
  if (stats === null || !stats.isFile())
    throw new CliFault(
      `${file} changes ${target}, which is not a file here.`,
      'Check out the commit the fix was made for.',
    )
}

function stripPrefix(name: string | undefined, prefix: string): string | null {
  return name?.startsWith(prefix) === true ? name.slice(prefix.length) : null
}

/** The first line of what a tool said, without `error:` and the full stop. */
export function firstLine(text: string): string {
  return (text.trim().split('\n')[0] ?? '').replace(/^(error|fatal): /, '').replace(/\.$/, '')
}
