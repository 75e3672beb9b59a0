import { mkdir, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { Report } from '../model.ts'
import { toHtml, toJson } from '../report/index.ts'

/** Folder of the patches, under the repository's root. */
export const PATCHES = '.healing_fixes'

/** Writes the JSON and the HTML report, and one patch per fix. */
export const writeReport = async (
  report: Report,
  reportDir: string,
  root: string,
): Promise<{ readonly patchesDir: string }> => {
  const patchesDir = path.join(root, PATCHES)
  await mkdir(reportDir, { recursive: true })
  await writeFile(path.join(reportDir, 'healing-report.json'), toJson(report))
  await writeFile(path.join(reportDir, 'index.html'), toHtml(report))
  const patches = report.results.flatMap(({ proposal }) => (proposal?.patch && proposal.diff ? [proposal] : []))
  // Patches of an earlier run would not apply any more; only our own kind of file is removed.
  await rm(patchesDir, { recursive: true, force: true })
  if (patches.length > 0) {
    await mkdir(patchesDir, { recursive: true })
    for (const { patch, diff } of patches) if (patch) await writeFile(path.join(patchesDir, path.basename(patch)), diff)
  }
  return { patchesDir }
}
