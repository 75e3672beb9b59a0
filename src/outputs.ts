import path from 'node:path'
import { OUTPUTS, type Outputs } from './config/settings.ts'
import type { HealOutcome } from './engine.ts'
import type { Delivery } from './github/deliver.ts'

/** Names that the report may have in its folder, the likely one first. */
const HTML = ['index.html', 'healing-report.html']
const JSON_REPORT = ['healing-report.json']

/** Outputs of a run that did nothing: every count is 0, everything else empty. */
export function emptyOutputs(): Outputs {
  const counts = new Set(['healed', 'proposed', 'needs_human', 'likely_regression', 'flaky', 'failures'])
  return Object.fromEntries(OUTPUTS.map(({ name }) => [name, counts.has(name) ? '0' : ''])) as Outputs
}

/** Outputs of what the engine found and what was delivered of it; `exists` says which files were really written. */
export function outputsOf(outcome: HealOutcome, delivery: Delivery | null, exists: (file: string) => boolean): Outputs {
  const { summary } = outcome.report
  const written = (names: readonly string[]) =>
    names.map((name) => path.join(outcome.reportDir, name)).find((file) => exists(file)) ?? ''
  return {
    healed: String(summary.healed),
    proposed: String(summary.proposed),
    needs_human: String(summary.needs_human),
    likely_regression: String(summary.likely_regression),
    flaky: String(summary.flaky),
    failures: String(summary.failures),
    pull_request_url: delivery?.pull?.url ?? '',
    pull_request_number: String(delivery?.pull?.number ?? ''),
    branch: delivery?.branch ?? '',
    report_html: written(HTML),
    report_json: written(JSON_REPORT),
    patches: exists(outcome.patchesDir) ? outcome.patchesDir : '',
  }
}
