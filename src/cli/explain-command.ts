import type { Report, Result } from '../model.ts'
import { orderResults } from '../report/summary.ts'
import { cliConfig } from './config.ts'
import { type CliContext, CliFault, EXIT, painter } from './context.ts'
import { loadReport } from './report-file.ts'
import { explainText } from './result-text.ts'

/** Prints everything the last report knows of one signature; its first four digits or more are enough. */
export async function explainCommand(
  signature: string,
  options: Readonly<Record<string, unknown>>,
  context: CliContext,
): Promise<number> {
  const { config } = await cliConfig(options, context.cwd, context.env)
  const report = await loadReport(config.reportDir)
  const result = findResult(report, signature)
  const text =
    options.json === true
      ? `${JSON.stringify(result, null, 2)}\n`
      : explainText(result, painter(context.stdout, context.env), report.run.confidenceThreshold)
  context.stdout.write(text)
  return EXIT.done
}

/** The one result whose signature begins so. Throws a `CliFault` that names the choices. */
export function findResult(report: Report, signature: string): Result {
  const wanted = signature.toLowerCase()
  const found = /^[0-9a-f]{4,12}$/.test(wanted)
    ? report.results.filter((result) => result.diagnosis.signature.startsWith(wanted))
    : []
  const [first] = found
  if (first !== undefined && found.length === 1) return first
  const list = (results: readonly Result[]): string =>
    results
      .slice(0, 20)
      .map((result) => result.diagnosis.signature)
      .join(', ')
  if (found.length > 1) throw new CliFault(`${signature} could be any of ${list(found)}.`, 'Give more digits.')
  if (report.results.length === 0)
    throw new CliFault('The last report holds no results.', 'There is nothing to explain.')
  throw new CliFault(`The last report has no signature ${signature}.`, `It has ${list(orderResults(report.results))}.`)
}
