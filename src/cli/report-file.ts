import { readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import type { Report } from '../model.ts'
import { parseReport, ReportUnreadable } from '../report/json.ts'
import { CliFault } from './context.ts'

/** Name of the JSON report in its folder. */
export const REPORT_FILE = 'healing-report.json'
const MAX_BYTES = 256 * 1024 * 1024

/** The report of the last run, checked against the schema. Rejects with a `CliFault` that names the file. */
export async function loadReport(reportDir: string): Promise<Report> {
  const file = path.join(reportDir, REPORT_FILE)
  const stats = await stat(file).catch(() => null)
  if (stats === null)
    throw new CliFault(
      `There is no report at ${file}.`,
      'Run `self-heal heal` first, or say with --report-dir where its report is.',
    )
  if (!stats.isFile() || stats.size > MAX_BYTES)
    throw new CliFault(`${file} is no report: it is a folder or larger than 256 MiB.`, 'Run `self-heal heal` again.')
  try {
    return await parseReport(await readFile(file, 'utf8'))
  } catch (error) {
    if (!(error instanceof ReportUnreadable)) throw error
    throw new CliFault(`${file} cannot be used: ${error.message}.`, 'Run `self-heal heal` again.', { cause: error })
  }
}

/** The report of the last run where there is one that can be used, else null. */
export async function findReport(reportDir: string): Promise<Report | null> {
  try {
    return await loadReport(reportDir)
  } catch (error) {
    if (error instanceof CliFault) return null
    throw error
  }
}
