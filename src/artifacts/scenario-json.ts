import { asList, asNumber, asRecord, asString, isRecord, type Json } from '../dom/trace-lines.ts'
import { type PlainCase, parseJson, toPlainOutcome } from './plain-case.ts'
import { readText } from './text-file.ts'
import { ArtifactError, type ArtifactReader } from './types.ts'

/** Cucumber's JSON in all its languages: features with scenarios with steps. */
export const cucumberJson: ArtifactReader = {
  name: 'cucumber-json',
  sniff: (file) => /^\s*\[/.test(file.head) && /"elements"\s*:/.test(file.head) && /"keyword"\s*:/.test(file.head),
  async read(file, context) {
    const report = parseJson(await readText(file, context.limits.maxReportBytes), 'Cucumber report', file)
    if (!Array.isArray(report))
      throw new ArtifactError(`${file.name}: a Cucumber report is a list of features.`, 'Check the file or the globs.')
    const cases = report.map(asRecord).flatMap((feature) =>
      asList(feature.elements)
        .map(asRecord)
        .filter((element) => element.type !== 'background')
        .map((element) => scenario(feature, element)),
    )
    return {
      format: 'cucumber-json',
      tests: cases.slice(0, context.limits.maxTests).map((one) => toPlainOutcome(one, file, context)),
    }
  },
}

/** A scenario fails with its first failed step, and is skipped where none ran. */
const scenario = (feature: Json, element: Json): PlainCase => {
  const hooks = [...asList(element.before), ...asList(element.after)]
  const steps = [...asList(element.steps), ...hooks].map(asRecord)
  const resultOf = (step: Json): Json => asRecord(step.result)
  const failed = steps.find((step) => resultOf(step).status === 'failed' || resultOf(step).status === 'ambiguous')
  const isPassed = steps.length > 0 && steps.every((step) => resultOf(step).status === 'passed')
  const said = failed ? (asString(resultOf(failed).error_message) ?? '') : ''
  const line = asNumber(element.line)
  return {
    title: [asString(feature.name) ?? '', asString(element.name) ?? ''].filter(Boolean).join(' › '),
    source: asString(feature.uri) ?? '',
    ...(line === undefined ? {} : { line }),
    framework: 'unknown',
    outcome: failed ? 'failed' : isPassed ? 'passed' : 'skipped',
    message: said.split(/\n\s+at /)[0] ?? said,
    trace: said,
    durationMs: steps.reduce((sum, step) => sum + (asNumber(resultOf(step).duration) ?? 0), 0) / 1e6,
  }
}

/** RSpec's `--format json`. */
export const rspecJson: ArtifactReader = {
  name: 'rspec-json',
  sniff: (file) => /^\s*\{/.test(file.head) && /"examples"\s*:\s*\[/.test(file.head),
  async read(file, context) {
    const report = parseJson(await readText(file, context.limits.maxReportBytes), 'RSpec report', file)
    const examples = isRecord(report) ? asList(report.examples).map(asRecord) : []
    const cases = examples.map((example): PlainCase => {
      const thrown = asRecord(example.exception)
      const line = asNumber(example.line_number)
      return {
        title: asString(example.full_description) ?? asString(example.description) ?? '',
        source: (asString(example.file_path) ?? '').replace(/^\.\//, ''),
        ...(line === undefined ? {} : { line }),
        framework: 'unknown',
        outcome: example.status === 'failed' ? 'failed' : example.status === 'passed' ? 'passed' : 'skipped',
        type: asString(thrown.class),
        message: asString(thrown.message) ?? '',
        trace: asList(thrown.backtrace)
          .map((frame) => asString(frame) ?? '')
          .join('\n'),
        durationMs: (asNumber(example.run_time) ?? 0) * 1000,
      }
    })
    return {
      format: 'rspec-json',
      tests: cases.slice(0, context.limits.maxTests).map((one) => toPlainOutcome(one, file, context)),
    }
  },
}
