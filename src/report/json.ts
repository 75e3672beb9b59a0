import type { Report } from '../model.ts'

/** The report as the text of `healing-report.json`. */
export function toJson(report: Report): string {
  return `${JSON.stringify(report, null, 2)}\n`
}

/** Why a text is no report this version can read. */
export class ReportUnreadable extends Error {
  constructor(reason: string, options?: ErrorOptions) {
    super(reason, options)
    this.name = 'ReportUnreadable'
  }
}

/**
 * Reads the text of a report that somebody else may have written: it is held against the schema, sizes and ranges
 * included, before anything of it is used. Rejects with `ReportUnreadable`.
 */
export async function parseReport(text: string): Promise<Report> {
  const data = parseJson(text)
  const version = versionOf(data)
  if (version !== 1) throw new ReportUnreadable(`it has schema version ${version}; this version of self-heal reads 1`)
  const { isReport } = await import('./schema-check.ts')
  if (isReport(data)) return data
  const error = isReport.errors?.[0]
  throw new ReportUnreadable(
    `${error?.instancePath || 'the top level'} ${error?.message ?? 'does not match the schema'}`,
  )
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new ReportUnreadable(`it is not JSON: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    })
  }
}

function versionOf(data: unknown): string | number {
  if (typeof data !== 'object' || data === null || !('schemaVersion' in data)) return 'none'
  return typeof data.schemaVersion === 'number' ? data.schemaVersion : 'unknown'
}
