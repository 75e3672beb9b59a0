import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { Fault } from '../fault.ts'
import type { Report } from '../model.ts'
import { toHtml, toJson, toMarkdown } from '../report/index.ts'

/** Folder of the patches, under the repository's root. */
export const PATCHES = '.healing_fixes'

/** Writes the JSON and the HTML report, and one patch per fix. */
export const writeReport = async (
  report: Report,
  reportDir: string,
  root: string,
  keepPatches = false,
): Promise<{ readonly patchesDir: string }> => {
  const patchesDir = path.join(root, PATCHES)
  try {
    if (!keepPatches) await removePatches(patchesDir)
    await writeFiles(report, reportDir, patchesDir)
  } catch (error) {
    throw new Fault(
      {
        message: `The report could not be written to ${reportDir}: ${error instanceof Error ? error.message : String(error)}`,
        remedy:
          'Check free space and rights of the folder, or name another with `report_dir`. The checkout is as it was.',
        subject: 'report_dir',
      },
      { cause: error },
    )
  }
  return { patchesDir }
}

const writeFiles = async (report: Report, reportDir: string, patchesDir: string): Promise<void> => {
  await mkdir(reportDir, { recursive: true })
  await writeFile(path.join(reportDir, 'healing-report.json'), toJson(report))
  await writeFile(path.join(reportDir, 'index.html'), toHtml(report))
  await writeFile(path.join(reportDir, 'summary.md'), toMarkdown(report))
  const patches = report.results.flatMap(({ proposal }) => (proposal?.patch && proposal.diff ? [proposal] : []))
  if (patches.length > 0) {
    await mkdir(patchesDir, { recursive: true })
    for (const { patch, diff } of patches) if (patch) await writeFile(path.join(patchesDir, path.basename(patch)), diff)
  }
}

/** Patches of an earlier run would not apply any more. Only files of our own making are removed. */
const removePatches = async (folder: string): Promise<void> => {
  const names = await readdir(folder).catch(() => [])
  for (const name of names) if (/-[0-9a-f]{6}\.patch$/.test(name)) await rm(path.join(folder, name), { force: true })
}
