import { asList, asRecord, asString } from '../dom/trace-lines.ts'
import { readText } from './text-file.ts'
import { ArtifactError, type ArtifactReader } from './types.ts'

/** `.last-run.json`, which every Playwright run leaves: the status and the ids of the failed tests, nothing else. */
export const lastRun: ArtifactReader = {
  name: 'playwright-last-run',
  sniff: (file) => /^\s*\{/.test(file.head) && /"failedTests"\s*:/.test(file.head) && /"status"\s*:/.test(file.head),
  async read(file, context) {
    try {
      const value = asRecord(JSON.parse(await readText(file, context.limits.maxReportBytes)))
      const failedTests = asList(value.failedTests).flatMap((id) => asString(id) ?? [])
      const run = { path: file.path, status: asString(value.status) ?? 'unknown', failedTests }
      return { format: 'playwright-last-run', tests: [], lastRun: run }
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error
      throw new ArtifactError(
        `${file.name}: not valid JSON (${error.message}).`,
        'Run the tests again; the file was cut off.',
      )
    }
  },
}
