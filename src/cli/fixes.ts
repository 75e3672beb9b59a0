import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { Edit, Report, Result } from '../model.ts'
import { applyEdits, editsByFile, unifiedDiff } from '../source/edits.ts'
import { CliFault } from './context.ts'
import { git } from './git.ts'
import { type CheckedPatch, firstLine } from './patch-file.ts'
import { editsMade, keyOf } from './standing.ts'

/** Where a fix stands. */
export type FixState = 'pending' | 'applied' | 'conflict'

/** What applying a fix would write: whole files by path, or null where only git can say. */
interface Plan {
  readonly state: FixState
  readonly contents: ReadonlyMap<string, string> | null
}

/**
 * Where a checked patch stands. Patches of neighbouring lines hold each other's lines as context, so that git takes the
 * second for a conflict once the first is in. Where the report knows the edits behind the patches, and the files are what
 * they were plus some of those edits, the answer is exact; else git decides.
 */
export async function fixState(root: string, patch: CheckedPatch, report: Report | null): Promise<FixState> {
  return (await plan(root, patch, report)).state
}

/** Applies a patch that was checked. Rejects with a `CliFault` where the files are not as the fix expects them. */
export async function applyFix(root: string, patch: CheckedPatch, report: Report | null): Promise<void> {
  const { contents } = await plan(root, patch, report)
  if (contents !== null) {
    for (const [file, content] of contents) await writeFile(path.join(root, file), content)
    return
  }
  const check = await git(root, ['apply', '--check', '--', patch.file])
  const result = check.ok ? await git(root, ['apply', '--whitespace=nowarn', '--', patch.file]) : check
  if (result.ok) return
  throw new CliFault(
    `${patch.file} does not apply: ${firstLine(result.stderr)}.`,
    `${patch.targets.join(', ')} changed since the fix was made; run \`self-heal heal\` again.`,
  )
}

async function plan(root: string, patch: CheckedPatch, report: Report | null): Promise<Plan> {
  const exact = report === null ? null : await exactPlan(root, patch, report)
  if (exact !== null) return exact
  const applies = await git(root, ['apply', '--check', '--', patch.file])
  if (applies.ok) return { state: 'pending', contents: null }
  const reverses = await git(root, ['apply', '--check', '--reverse', '--', patch.file])
  return { state: reverses.ok ? 'applied' : 'conflict', contents: null }
}

async function exactPlan(root: string, patch: CheckedPatch, report: Report): Promise<Plan | null> {
  const own = report.results.find((result) => result.proposal?.patch === path.basename(patch.file))
  if (own === undefined || report.run.commit === null) return null
  const files = editsByFile(own.proposal?.edits ?? [])
  const contents = new Map<string, string>()
  const diffs: string[] = []
  let made = 0
  let wanted = 0
  for (const [file, edits] of files) {
    const base = await committed(root, report.run.commit, file)
    const current = await readText(path.join(root, file))
    if (base === null || current === null) return null
    const all = report.results.flatMap((result) => editsIn(result, file))
    const standing = editsMade(base, current, all)
    if (standing === null) return null
    diffs.push(unifiedDiff(file, base, applyEdits(base, edits)))
    made += edits.filter((edit) => standing.has(keyOf(edit))).length
    wanted += edits.length
    const together = new Map([...all.filter((edit) => standing.has(keyOf(edit))), ...edits].map((e) => [keyOf(e), e]))
    const content = compose(base, [...together.values()])
    if (content === null) return null
    contents.set(file, content)
  }
  // The patch that was reviewed must be these edits and nothing else.
  if (wanted === 0 || diffs.toSorted().join('') !== splitByFile(patch.text).toSorted().join('')) return null
  if (made === wanted) return { state: 'applied', contents: null }
  return { state: 'pending', contents }
}

function editsIn(result: Result, file: string): Edit[] {
  return (result.proposal?.edits ?? []).filter((edit) => edit.file === file)
}

/** The base with edits made; null where two fixes want different things in one place. */
function compose(base: string, edits: readonly Edit[]): string | null {
  try {
    return applyEdits(base, edits)
  } catch {
    return null
  }
}

function splitByFile(patch: string): string[] {
  return patch.split(/^(?=diff --git )/m)
}

/** A file as a commit has it; null where the commit or the file is not here. */
async function committed(root: string, commit: string, file: string): Promise<string | null> {
  if (!/^[0-9a-f]{7,64}$/.test(commit)) return null
  const shown = await git(root, ['cat-file', 'blob', `${commit}:${file}`])
  return shown.ok ? shown.stdout : null
}

/** Text of a file; null where it is not there or no valid UTF-8, which could not be written back as it was. */
async function readText(file: string): Promise<string | null> {
  const bytes = await readFile(file).catch(() => null)
  const text = bytes?.toString('utf8')
  return bytes !== null && text !== undefined && Buffer.from(text, 'utf8').equals(bytes) ? text : null
}
